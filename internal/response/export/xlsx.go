package export

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/fault"
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
	if err := fits(d.Count, len(columns)); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := answerSheet(f, d, columns, o); err != nil {
		return err
	}
	if err := codebookSheet(f, columns, o); err != nil {
		return err
	}
	return save(f, w)
}

// Fits tells whether a table can be written in a format: a sheet of Excel holds so many rows and columns.
// It is asked before anything is.
func Fits(f Format, d Data, o Options) error {
	if f != FormatXLSX {
		return nil
	}
	columns, err := o.layout(d.Definition)
	if err != nil {
		return err
	}
	return fits(d.Count, len(columns))
}

func fits(rows, columns int) error {
	if rows <= sheetRows && columns <= excelize.MaxColumns {
		return nil
	}
	return fault.InvalidFields("export.error_fit", fault.Field{Name: "as", Key: "export.error_sheet", Args: fault.Args(
		"MaxRows", sheetRows, "MaxColumns", excelize.MaxColumns, "Rows", rows, "Columns", columns)})
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
					return fault.InvalidFields("export.error_fit", fault.Field{Name: "as", Key: "export.error_cell",
						Args: fault.Args("Column", columns[i].Name, "Max", sheetCellText)})
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

// save writes the workbook to w. The library would pack it in memory, a gigabyte for a million responses;
// here it is packed into a file without a name, and leaves when it is whole.
func save(f *excelize.File, w io.Writer) (err error) {
	file, err := os.CreateTemp("", "workbook-*") // readable by its owner alone
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := os.Remove(file.Name()); err != nil {
		return err
	}
	packed := bufio.NewWriterSize(file, 1<<16)
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(packed) })
	if _, err := f.WriteToBuffer(); err != nil { // the buffer stays empty
		return err
	}
	if err := packed.Flush(); err != nil {
		return err
	}
	if err := markLarge(file, math.MaxUint32); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return err
}

// The local header of an entry in a zip file: its length without name and extra fields, where the version
// that a reader needs stands in it, and the version that knows entries of more than 4 GB.
const (
	zipHeader  = 30
	zipVersion = 4
	zip64      = 45
)

// markLarge says in the local headers of entries of more than limit bytes that they are large. A packer
// learns that only when it has written the header; the directory at the end of the file is right, and
// Excel refuses a file whose headers differ from it.
func markLarge(file *os.File, limit uint64) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return err
	}
	for _, entry := range archive.File {
		if entry.UncompressedSize64 <= limit {
			continue
		}
		data, err := entry.DataOffset()
		if err != nil {
			return err
		}
		start := data - zipHeader - int64(len(entry.Name)) // the writer adds no extra fields
		var head [zipHeader]byte
		if _, err := file.ReadAt(head[:], start); err != nil {
			return err
		}
		if string(head[:4]) != "PK\x03\x04" {
			return fmt.Errorf("export: the header of %s is not where it should be", entry.Name)
		}
		if _, err := file.WriteAt(binary.LittleEndian.AppendUint16(nil, zip64), start+zipVersion); err != nil {
			return err
		}
	}
	return nil
}
