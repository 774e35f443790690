package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// answered is a database in which the demonstration's people have answered all three surveys, and a
// folder with the exports of them.
func answered(t *testing.T) (dir string) {
	t.Helper()
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir = t.TempDir()
	call := func(args ...string) {
		t.Helper()
		if code, out := command(t, append(args, "--data", dir)...); code != 0 {
			t.Fatalf("%v: %s", args, out)
		}
	}
	call("survey", "load")
	member(t, dir, "leda@example.org", "leader")
	people := filepath.Join(dir, "people.csv")
	call("contacts", "sample", "-n", "300", "-o", people)
	call("contacts", "import", people)
	frame := [][]string{{"question", "answer", "units"}}
	for question, units := range map[string][]int{"bg_size": {7000, 2000, 1600, 1300, 1100, 1000, 800, 700, 500}, "bg_sector": {1300, 1100, 1400, 1000, 1200, 1300, 1100, 1000, 900, 1000, 1100, 900, 1200, 1500}} {
		for i, n := range units {
			frame = append(frame, []string{question, strconv.Itoa(i + 1), strconv.Itoa(n)})
		}
	}
	writeCSV(t, filepath.Join(dir, "frame.csv"), frame)
	for _, def := range definitions(t) {
		file := filepath.Join(dir, def.ID+"-in.csv")
		writeAnswers(t, file, def, 1)
		call("responses", "import", def.ID, file, "--source=paper")
		if def.ID == "s5" { // which is put once more
			_, out := command(t, "campaign", "create", "--survey", def.ID, "--name", "Igen", "--wave", "new", "--no-invites", "--open", "--data", dir)
			call("campaign", "launch", strings.Fields(out)[0])
			writeAnswers(t, file, def, 2)
			call("responses", "import", def.ID, file, "--source=paper")
			call("campaign", "close", strings.Fields(out)[0]) // or own words stay here
		}
		call("frame", "import", def.ID, filepath.Join(dir, "frame.csv"))
		call("responses", "export", def.ID, "--as", "csv", "-o", filepath.Join(dir, def.ID+".csv"))
	}
	return dir
}

func definitions(t *testing.T) []*questionnaire.Definition {
	t.Helper()
	defs, _, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

// writeAnswers is a file of invented answers as the demonstration gives them, other ones for each wave.
func writeAnswers(t *testing.T, file string, def *questionnaire.Definition, wave int) {
	t.Helper()
	var rows []export.Row
	for _, g := range []struct {
		name string
		n    int
	}{{"procurer", 57}, {"politician", 31}, {"business", 240}, {"developer", 24}} {
		for i := range g.n {
			rows = append(rows, export.Row{Group: g.name, Language: i18n.Sv, Submitted: time.Date(2019, 3, 4, 12, 0, 0, 0, time.UTC),
				Answers: answersOf(def, g.name, uint64(i*7919+len(g.name)+(wave-1)*104729))})
		}
	}
	var b bytes.Buffer
	each := func(yield func(export.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
	if err := export.CSV(&b, export.Data{Definition: def, Count: len(rows), Rows: each}, export.Options{Lang: i18n.Sv}); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i := range table {
		table[i][0] = fmt.Sprintf("%d-%d", wave, i)
	}
	table[0][0] = export.RefColumn
	writeCSV(t, file, table)
}

// exported reads an export of answers again: those of the newest wave.
func exported(t *testing.T, file string, def *questionnaire.Definition) *analysis.Dataset {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	wave := slices.Index(table[0], "wave")
	newest := slices.MaxFunc(table[1:], func(a, b []string) int { return strings.Compare(a[wave], b[wave]) })[wave]
	table = append(table[:1], slices.DeleteFunc(table[1:], func(r []string) bool { return r[wave] != newest })...)
	table[0][0] = export.RefColumn
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(table); err != nil {
		t.Fatal(err)
	}
	entries, faults, err := export.Read(&b, def, export.Row{Language: i18n.Sv, Submitted: time.Now()})
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	d := analysis.NewDataset(def)
	for _, e := range entries {
		if err := d.Put(analysis.Record{ID: e.Ref, Group: e.Group, Answers: e.Answers}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func answersOf(def *questionnaire.Definition, group string, seed uint64) questionnaire.Answers {
	who, answers := sample.NewRespondent(group, seed), questionnaire.Answers{}
	for _, page := range def.Pages(group) {
		for _, q := range page.Questions {
			if visible := slices.ContainsFunc(def.Visible(group, answers), func(v *questionnaire.Question) bool { return v.ID == q.ID }); visible && !who.Skips() {
				if a := answerOf(who, &q); !a.IsZero() {
					answers[q.ID] = a
				}
			}
		}
	}
	return answers
}

// answerOf takes what the demonstration's browser would send for one question.
func answerOf(who *sample.Respondent, q *questionnaire.Question) (a questionnaire.Answer) {
	var codes []string
	exclusive := ""
	for _, o := range q.Options {
		codes = append(codes, strconv.Itoa(o.Code))
		if o.Exclusive {
			exclusive = strconv.Itoa(o.Code)
		}
	}
	whole := func(list ...string) (out []int) {
		for _, c := range list {
			n, _ := strconv.Atoi(c)
			out = append(out, n)
		}
		return out
	}
	offered := codes
	for _, s := range q.Specials {
		offered = append(slices.Clip(offered), strconv.Itoa(s.Code))
	}
	switch q.Type {
	case questionnaire.Multiple:
		a.Codes = whole(who.Several(q.ID, codes, q.MaxChoices, exclusive)...)
		slices.Sort(a.Codes)
	case questionnaire.Ranking:
		a.Codes = whole(who.Rank(q.ID, codes, q.Top)...)
	case questionnaire.Matrix:
		a.Rows = map[string]int{}
		for _, row := range q.Rows {
			a.Rows[row.ID] = whole(who.Choose(q.ID+"."+row.ID, codes))[0]
		}
	case questionnaire.Numeric:
		n, _ := strconv.ParseFloat(who.Number(q.ID), 64)
		a.Number = &n
	case questionnaire.Rating:
		var steps []string
		for v := int(q.Min); v <= int(q.Max); v++ {
			steps = append(steps, strconv.Itoa(v))
		}
		n := float64(whole(who.Choose(q.ID, steps))[0])
		a.Number = &n
	case questionnaire.FreeText:
		a.Text = who.Words(q.ID)
	default:
		code := whole(who.Choose(q.ID, offered))[0]
		a.Code = &code
	}
	for _, o := range q.Options {
		if o.OtherText && a.Has(o.Code) {
			a.Other = "Något annat"
		}
	}
	return a
}

// codebook is what R needs to know of the columns: one line an option, the codes of missing answers on each.
func codebook(t *testing.T) [][]string {
	t.Helper()
	out := [][]string{{"survey", "question", "type", "groups", "top", "code", "option_groups", "not_shown", "unanswered", "na", "unknown", "declined"}}
	for _, def := range definitions(t) {
		columns, err := export.Layout(def)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range def.Questions() {
			i := slices.IndexFunc(columns, func(c export.Column) bool { return c.Question != nil && c.Question.ID == q.ID })
			var missing []string
			for _, m := range []int{questionnaire.NotShown, questionnaire.Unanswered, questionnaire.NotApplicable, questionnaire.Unknown, questionnaire.Declined} {
				missing = append(missing, strconv.Itoa(columns[i].Value(m)))
			}
			ids := []string{q.ID}
			if q.Type == questionnaire.Matrix {
				ids = nil
				for _, row := range q.Rows {
					ids = append(ids, q.ID+"."+row.ID)
				}
			}
			options := [][]string{}
			for _, o := range q.Options {
				options = append(options, []string{strconv.Itoa(o.Code), strings.Join(o.Groups, " ")})
			}
			if q.Type == questionnaire.Rating {
				for v := int(q.Min); v <= int(q.Max); v++ {
					options = append(options, []string{strconv.Itoa(v), ""})
				}
			}
			if len(options) == 0 {
				options = [][]string{{"", ""}}
			}
			for _, id := range ids {
				for _, o := range options {
					out = append(out, slices.Concat([]string{def.ID, id, string(q.Type), strings.Join(q.Groups, " "), strconv.Itoa(max(q.Top, 0))}, o, missing))
				}
			}
		}
	}
	return out
}

func marginsOf(t *testing.T, run string, w *weightsMade) (out [][]string) {
	t.Helper()
	if w == nil {
		return nil
	}
	if w.Weights == nil || w.Trimmed > 0 {
		t.Fatalf("%s: the frame of this test shall weight everybody and trim nobody: %s", run, w)
	}
	for _, m := range w.Margins {
		for k, class := range m.Classes {
			for _, code := range class.Codes {
				out = append(out, []string{run, m.Question, strconv.Itoa(k), strconv.Itoa(code), strconv.Itoa(class.Frame)})
			}
		}
	}
	return out
}
