package export

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// TemplateColumns are the columns that a file with answers of one group needs, ref first.
func TemplateColumns(def *questionnaire.Definition, group string) ([]Column, error) {
	all, err := Layout(def)
	if err != nil {
		return nil, err
	}
	columns := []Column{{Name: RefColumn, Kind: Text, Label: words("export.template_ref")}}
	for _, c := range all[1:] { // without the row's number
		if c.Name == waveName { // answers that are read in belong to the newest
			continue
		}
		if c.Question != nil && (!c.Question.AskedOf(group) || c.Name == c.Question.ID+".status" || !offered(c, group)) {
			continue
		}
		columns = append(columns, c)
	}
	return columns, nil
}

// offered tells whether the option that a column is about is one of the group's.
func offered(c Column, group string) bool {
	code, err := strconv.Atoi(strings.TrimPrefix(c.Name, c.Question.ID+"."))
	if c.Question.Type != questionnaire.Multiple || err != nil {
		return true
	}
	view := c.Question.ForGroup(group)
	_, ok := view.Option(code)
	return ok
}

// allowed are the codes that a column takes from who types a sheet in: not those that say why there is
// no answer at all.
func allowed(c Column, def *questionnaire.Definition, group string) []Code {
	switch {
	case c.Name == "group":
		return nil
	case c.Question == nil:
		return nil
	}
	view := c.Question.ForGroup(group)
	return slices.DeleteFunc(slices.Clone(c.Codes), func(code Code) bool {
		if code.Value == c.Value(questionnaire.NotShown) || code.Value == c.Value(questionnaire.Unanswered) {
			return true
		}
		if code.Missing || c.Question.Type == questionnaire.Multiple {
			return false
		}
		_, ok := view.Option(code.Value)
		return !ok
	})
}

// CSVTemplate writes the first line of a file with answers of one group.
func CSVTemplate(w io.Writer, def *questionnaire.Definition, group string) error {
	columns, err := TemplateColumns(def, group)
	if err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	out := csv.NewWriter(w)
	out.Comma = ';' // what Excel in Sweden opens as columns
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	if err := out.Write(names); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// XLSXTemplate writes a workbook to fill in: a sheet with the columns, which offer their codes, and one
// that says what the codes mean.
func XLSXTemplate(w io.Writer, def *questionnaire.Definition, group string, lang i18n.Lang) (err error) {
	columns, err := TemplateColumns(def, group)
	if err != nil {
		return err
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	answers, codes := words("export.sheet_answers").In(lang), words("export.template_codes").In(lang)
	if err := f.SetSheetName("Sheet1", answers); err != nil {
		return err
	}
	if _, err := f.NewSheet(codes); err != nil {
		return err
	}
	row := 1
	put := func(values ...any) error {
		row++
		return f.SetSheetRow(codes, fmt.Sprintf("A%d", row-1), &values)
	}
	if err := put(words("export.template_column").In(lang), words("export.template_question").In(lang),
		words("export.template_code").In(lang), words("export.template_meaning").In(lang)); err != nil {
		return err
	}
	for i, c := range columns {
		if err := templateColumn(f, answers, i+1, c, allowed(c, def, group)); err != nil {
			return err
		}
		if err := put(c.Name, guarded(c.Label.In(lang))); err != nil {
			return err
		}
		for _, code := range allowed(c, def, group) {
			if err := put("", "", code.Value, guarded(code.Label.In(lang))); err != nil {
				return err
			}
		}
		if c.Name == "group" {
			if err := put("", "", group); err != nil {
				return err
			}
		}
	}
	if err := f.SetColWidth(codes, "A", "D", 24); err != nil {
		return err
	}
	return f.Write(w)
}

// guarded is a text that no spreadsheet runs.
func guarded(s string) string { return calm(s, Options{}) }

// templateColumn writes a heading and offers the codes below it.
func templateColumn(f *excelize.File, sheet string, number int, c Column, codes []Code) error {
	name, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return err
	}
	if err := f.SetCellStr(sheet, name+"1", c.Name); err != nil {
		return err
	}
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = strconv.Itoa(code.Value)
	}
	if len(list) == 0 || c.Question.Type == questionnaire.Numeric || c.Question.Type == questionnaire.Rating || len(strings.Join(list, ",")) > 200 {
		return nil
	}
	choice := excelize.NewDataValidation(true)
	choice.Sqref = name + "2:" + name + "5000"
	if err := choice.SetDropList(list); err != nil {
		return err
	}
	return f.AddDataValidation(sheet, choice)
}
