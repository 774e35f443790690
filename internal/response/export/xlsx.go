package export

import (
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// What a sheet holds, by the format.
const (
	sheetRows     = excelize.TotalRows - 1 // without the header
	sheetCellText = excelize.TotalCellChars
)

// XLSX writes a workbook with the answers on one sheet and the codebook on another. Parts that are
// large are kept in temporary files, which are gone when it returns.
func XLSX(w io.Writer, d Data, o Options) (err error) {
	columns, err := o.layout(d.Definition)
	if err != nil {
		return err
	}
	if d.Count > sheetRows || len(columns) > excelize.MaxColumns {
		return fmt.Errorf("export: an Excel sheet holds %d rows and %d columns, this table has %d and %d: choose CSV, JSON or SPSS",
			sheetRows, excelize.MaxColumns, d.Count, len(columns))
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := answerSheet(f, d, columns, o); err != nil {
		return err
	}
	if err := codebookSheet(f, columns, o); err != nil {
		return err
	}
	return f.Write(w)
}

func answerSheet(f *excelize.File, d Data, columns []Column, o Options) error {
	name := words("export.sheet_answers").In(o.Lang)
	if o.Raw {
		name = words("export.sheet_raw").In(o.Lang)
	}
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	out, bold, err := sheet(f, name)
	if err != nil {
		return err
	}
	iso := "yyyy-mm-dd"
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: &iso})
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	for i, n := range header(columns, o) {
		values[i] = excelize.Cell{StyleID: bold, Value: n}
	}
	if err := out.SetRow("A1", values); err != nil {
		return err
	}
	n := 1
	err = d.each(columns, func(cells []cell) error {
		n++
		for i, c := range cells {
			switch columns[i].Kind {
			case Number:
				values[i] = c.number
			case Day:
				values[i] = excelize.Cell{StyleID: day, Value: time.Unix(int64(c.number), 0).UTC()}
			default:
				text := calm(c.text, o)
				if len(text) > sheetCellText && len(utf16.Encode([]rune(text))) > sheetCellText {
					return fmt.Errorf("column %s: an Excel cell holds %d characters, the text is longer: choose CSV, JSON or SPSS", columns[i].Name, sheetCellText)
				}
				values[i] = text
			}
		}
		return out.SetRow(fmt.Sprintf("A%d", n), values)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// sheet begins a sheet whose first row stays in sight.
func sheet(f *excelize.File, name string) (out *excelize.StreamWriter, bold int, err error) {
	if out, err = f.NewStreamWriter(name); err != nil {
		return nil, 0, err
	}
	if bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, 0, err
	}
	return out, bold, out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func codebookSheet(f *excelize.File, columns []Column, o Options) error {
	name := words("export.sheet_codebook").In(o.Lang)
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	out, bold, err := sheet(f, name)
	if err != nil {
		return err
	}
	for i, record := range codebookRecords(columns, o) {
		values := make([]any, len(record))
		for j, text := range record {
			if i == 0 {
				values[j] = excelize.Cell{StyleID: bold, Value: text}
			} else {
				values[j] = calm(text, o)
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), values); err != nil {
			return err
		}
	}
	return out.Flush()
}
