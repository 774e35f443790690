package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// CodebookCSV writes what every column and code means, one line a code.
func CodebookCSV(w io.Writer, def *questionnaire.Definition, o Options) error {
	columns, err := o.explained(def)
	if err != nil {
		return err
	}
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	for i, record := range codebookRecords(columns, o) {
		if i > 0 {
			for j := range record {
				if j != codeField { // negative codes are numbers, not formulas
					record[j] = calm(record[j], o)
				}
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// codeField is the place of the code in a record.
const codeField = 6

// codebookRecords is the codebook as a table, its header first.
func codebookRecords(columns []Column, o Options) [][]string {
	t := func(key string) string { return i18n.T(o.Lang, key) }
	records := [][]string{{t("export.book_column"), t("export.book_question"), t("export.book_type"), t("export.book_groups"),
		t("export.book_text"), t("export.book_group_texts"), t("export.book_code"), t("export.book_label"), t("export.book_missing")}}
	names := header(columns, o)
	for i, c := range columns {
		about := []string{names[i], "", "", "", c.Label.In(o.Lang), ""}
		if q := c.Question; q != nil {
			about[1], about[2], about[3], about[5] = q.ID, string(q.Type), strings.Join(q.Groups, " "), strings.Join(groupTexts(q, o.Lang), " / ")
		}
		if len(c.Codes) == 0 {
			records = append(records, append(about, "", "", ""))
		}
		for _, code := range c.Codes {
			missing := ""
			if code.Missing {
				missing = t("export.yes")
			}
			records = append(records, append(slices.Clone(about), strconv.Itoa(code.Value), code.Label.In(o.Lang), missing))
		}
	}
	return records
}

// groupTexts are the questions' words where a group reads others, "business: ...".
func groupTexts(q *questionnaire.Question, lang i18n.Lang) []string {
	var texts []string
	for _, g := range q.Groups {
		if text, ok := q.TextByGroup[g]; ok {
			texts = append(texts, g+": "+text.In(lang))
		}
	}
	return texts
}

// Codebook writes what every column and code means as a document in Markdown.
func Codebook(w io.Writer, def *questionnaire.Definition, o Options) error {
	columns, err := o.explained(def)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n%s\n\n%s\n", i18n.T(o.Lang, "export.sheet_codebook"), plain(def.Title.In(o.Lang)),
		i18n.T(o.Lang, "export.book_intro"), i18n.T(o.Lang, "export.book_protect"))
	var last *questionnaire.Question
	for _, c := range columns {
		if c.Question != nil && c.Question != last {
			last = c.Question
			fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", last.ID, plain(last.Text.In(o.Lang)))
			for _, text := range groupTexts(last, o.Lang) {
				fmt.Fprintf(&b, "- %s\n", plain(text))
			}
			fmt.Fprintf(&b, "\n%s: %s. %s: %s.\n", i18n.T(o.Lang, "export.book_type"), last.Type,
				i18n.T(o.Lang, "export.book_groups"), strings.Join(last.Groups, ", "))
		}
		fmt.Fprintf(&b, "\n### `%s`\n\n%s\n", c.Name, plain(c.Label.In(o.Lang)))
		if len(c.Codes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n| %s | %s | %s |\n|---:|---|---|\n", i18n.T(o.Lang, "export.book_code"), i18n.T(o.Lang, "export.book_label"), i18n.T(o.Lang, "export.book_missing"))
		for _, code := range c.Codes {
			missing := ""
			if code.Missing {
				missing = i18n.T(o.Lang, "export.yes")
			}
			fmt.Fprintf(&b, "| %d | %s | %s |\n", code.Value, plain(code.Label.In(o.Lang)), missing)
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// plain makes a text safe inside Markdown, also in a table.
func plain(s string) string {
	return strings.NewReplacer("\n", " ", "\r", " ", "|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`).Replace(s)
}
