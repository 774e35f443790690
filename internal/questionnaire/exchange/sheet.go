package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/i18n"
)

// record is one row of a sheet by its headings, in lower case.
type record struct {
	at     where
	values map[string]string
	used   map[string]bool
}

// get takes a value; what nobody takes is listed in the end.
func (r record) get(keys ...string) string {
	for _, k := range keys {
		r.used[k] = true
		if v := r.values[k]; v != "" {
			return v
		}
	}
	return ""
}

// bilingual takes the text in both languages: label::Svenska (sv), label:english, or plain label,
// which stands for the form's own language.
func (r record) bilingual(name, own string) i18n.Text {
	var t i18n.Text
	for _, key := range sortedKeys(r.values) {
		if base, lang := language(key); base == name {
			switch {
			case lang == "sv" || (lang == "" && own == "sv"):
				t.Sv = r.get(key)
			case lang == "en" || (lang == "" && own == "en"):
				t.En = r.get(key)
			case lang == "": // the form does not say: it stands in for whatever is missing
				v := r.get(key)
				if t.Sv == "" && t.En == "" {
					t = i18n.Text{Sv: v, En: v}
				}
			}
		}
	}
	return t
}

// language splits a heading such as label::Svenska (sv) into its name and language.
func language(heading string) (name, lang string) {
	name, rest, found := strings.Cut(heading, ":")
	name, rest = strings.TrimSpace(name), strings.Trim(rest, ": ")
	if !found {
		return name, ""
	}
	if i := strings.LastIndex(rest, "("); i >= 0 {
		rest = strings.Trim(rest[i:], "() ")
	}
	switch {
	case rest == "sv" || strings.HasPrefix(rest, "sv-") || rest == "svenska" || rest == "swedish":
		return name, "sv"
	case rest == "en" || strings.HasPrefix(rest, "en-") || rest == "english" || rest == "engelska":
		return name, "en"
	}
	return name, rest
}

// openBook unpacks a workbook that is not too large.
func openBook(name string, data []byte) (*excelize.File, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%s is larger than %d MB", name, MaxBytes>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%s is no .xlsx workbook: %w", name, err)
	}
	total := uint64(0)
	for _, f := range z.File {
		// Subtracted, as a stated size near 2^64 would make a sum wrap round and pass.
		if f.UncompressedSize64 > MaxUnpacked-total || len(z.File) > 1000 {
			return nil, fmt.Errorf("%s is larger than %d MB when unpacked", name, MaxUnpacked>>20)
		}
		total += f.UncompressedSize64
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked, RawCellValue: true,
	})
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read as a workbook: %w", name, err)
	}
	return book, nil
}

// records reads a sheet, if the workbook has it, by its first row that is not empty.
func records(book *excelize.File, sheet string) (_ []record, _ bool, err error) {
	name := ""
	for _, s := range book.GetSheetList() {
		if strings.EqualFold(strings.TrimSpace(s), sheet) {
			name = s
		}
	}
	if name == "" {
		return nil, false, nil
	}
	rows, err := book.Rows(name)
	if err != nil {
		return nil, false, fmt.Errorf("sheet %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var headings []string
	var list []record
	for n := 1; rows.Next(); n++ {
		if n > MaxRows {
			return nil, true, fmt.Errorf("sheet %s holds more than %d rows", name, MaxRows)
		}
		cells, err := rows.Columns()
		if err != nil {
			return nil, true, fmt.Errorf("sheet %s, row %d: %w", name, n, err)
		}
		if len(cells) > maxColumns {
			return nil, true, fmt.Errorf("sheet %s, row %d: more than %d columns", name, n, maxColumns)
		}
		r := record{where{name, n}, map[string]string{}, map[string]bool{}}
		for i, c := range cells {
			if len(c) > maxCell {
				return nil, true, fmt.Errorf("sheet %s, row %d: a text longer than %d bytes", name, n, maxCell)
			}
			if c = strings.TrimSpace(strings.ToValidUTF8(c, "")); c != "" && headings == nil {
				r.values[fmt.Sprint(i)] = c
			} else if c != "" && i < len(headings) && headings[i] != "" {
				r.values[headings[i]] = c
			}
		}
		switch {
		case len(r.values) == 0:
		case headings == nil:
			for _, c := range cells {
				headings = append(headings, strings.ToLower(strings.Join(strings.Fields(c), " ")))
			}
		default:
			list = append(list, r)
		}
	}
	return list, true, nil
}

// Line is one row of a sheet that is not empty.
type Line struct {
	Row   int // from 1
	Cells []string
}

// FirstSheet reads the first sheet of a workbook as a table, within the same limits as a
// questionnaire: cells as they are kept, so that a day is a number.
func FirstSheet(name string, data []byte) (_ []Line, err error) {
	book, err := openBook(name, data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet := book.GetSheetName(0)
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, fmt.Errorf("%s: sheet %s: %w", name, sheet, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var lines []Line
	for n := 1; rows.Next(); n++ {
		if n > MaxRows {
			return nil, fmt.Errorf("%s: sheet %s holds more than %d rows", name, sheet, MaxRows)
		}
		cells, err := rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("%s: sheet %s, row %d: %w", name, sheet, n, err)
		}
		if len(cells) > maxTableColumns {
			return nil, fmt.Errorf("%s: sheet %s, row %d: more than %d columns", name, sheet, n, maxTableColumns)
		}
		if slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			lines = append(lines, Line{n, cells})
		}
	}
	return lines, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
