package report_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
)

// again puts every survey once more, a year later, and lets as many answer.
func (w world) again() {
	w.Clock.Advance(365 * 24 * time.Hour)
	for _, id := range []string{"s5", "s6", "s7"} {
		w.NextWave(id, nil)
	}
	w.Crowd(60)
}

// page is an edition's snapshot and the text of its web page.
func (w world) page(e report.Edition) (*report.Snapshot, string) {
	s, err := w.Reports.Snapshot(w.Context(), e.SnapshotID)
	w.Must(err)
	written, err := report.Write(s, i18n.Sv)
	w.Must(err)
	return s, tag.ReplaceAllString(string(written.HTML), "")
}

func TestAnEditionSaysWhichWaveANumberIsOfAndJudgesEachWaveByItself(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	w.again()
	e := w.Publish(report.Regional)
	s, page := w.page(e)
	if len(s.Earlier) != 3 || s.Surveys[0].Wave != 2 || s.Earlier[0].Wave != 1 || len(s.Earlier[0].Also) == 0 {
		t.Fatalf("%d surveys of wave %d, %d earlier: %+v", len(s.Surveys), s.Surveys[0].Wave, len(s.Earlier), s.Earlier)
	}
	for _, r := range s.Recommendations {
		for _, ev := range r.Evidence {
			if ev.Survey != "" && (ev.Wave != 1 || !ev.Older || ev.Waved != "2026-04-01") {
				t.Errorf("%s: %+v", r.Number, ev)
			}
		}
	}
	if !strings.Contains(page, "Mätning 1 (2026-04-01).") {
		t.Error("the page does not say which wave its evidence is of")
	}
	// What is public of one wave leaves the other as it is.
	ledger := disclosure.New(w.DB, w.Clock.Now)
	for number := 1; number <= 2; number++ {
		r, err := w.Service.Wave(t.Context(), "s5", number)
		w.Must(err)
		fs, err := analysis.ByGroup(r.Data, "q5_11", nil, r.Options)
		w.Must(err)
		if _, err := ledger.Release(t.Context(), disclosure.Survey{ID: "s5", Version: 1, Wave: number, Data: r.Data, Options: r.Options}, fs, nil); err != nil {
			t.Errorf("wave %d: %v", number, err)
		}
	}
}

func TestTheDataOfAnEditionTellTheWaveAndWhereAQuestionWasPutOtherwise(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	w.Clock.Advance(365 * 24 * time.Hour)
	for _, id := range []string{"s5", "s6", "s7"} {
		var change func(*questionnaire.Definition)
		if id == "s5" {
			change = func(d *questionnaire.Definition) {
				q, _ := d.Question("q5_02")
				q.Text.Sv += " Alls?"
				q, _ = d.Question("q5_11")
				q.Options[0], q.Options[4] = questionnaire.Option{Code: 1, Text: q.Options[4].Text}, questionnaire.Option{Code: 5, Text: q.Options[0].Text}
			}
		}
		w.NextWave(id, change)
	}
	w.Crowd(60)
	e := w.Publish(report.Regional)
	data, err := w.Reports.DataPackage(t.Context(), e)
	w.Must(err)
	files := w.unzipped(data)
	earlier := map[string]int{}
	for name, flagged := range map[string]map[string]string{report.DataFile: {"s5q5_02": "words", "s5q5_11": "codes"}, report.CodebookFile: {"s5q5_02": "words", "s5q5_11": "codes"}} {
		rows, err := csv.NewReader(bytes.NewReader(files[name])).ReadAll()
		w.Must(err)
		at := func(column string) int { return slices.Index(rows[0], column) }
		for _, r := range rows[1:] {
			key := r[at("survey")] + r[at("question")]
			if wave := r[at("wave")]; wave == "1" && r[at("reworded")] == "" { // what recommendations cite, put as it then was
				earlier[name]++
				continue
			} else if wave != "2" || r[at("reworded")] != flagged[key] {
				t.Fatalf("%s: %s is of wave %q and reworded %q", name, key, r[at("wave")], r[at("reworded")])
			}
			if name == report.CodebookFile && key == "s5q5_02" && !strings.Contains(r[at("reworded_sv")], "annorlunda än i mätning 1") {
				t.Errorf("the codebook says %q", r[at("reworded_sv")])
			}
		}
	}
	if earlier[report.DataFile] == 0 || earlier[report.CodebookFile] == 0 || files["s5-version-1.yaml"] == nil || files["s5-version-2.yaml"] == nil {
		t.Errorf("of the earlier wave: %v", earlier)
	}
	for name, want := range map[string][]string{report.MethodFile: {`"wave": 2`, `"wave_begun": "2027-04-01"`, `"question": "q5_11"`, `"recoded": true`, "2 frågor ställdes annorlunda"},
		report.PackageFile: {"put otherwise than in an earlier wave"}} {
		for _, s := range want {
			if !strings.Contains(string(files[name]), s) {
				t.Errorf("%s does not say %s", name, s)
			}
		}
	}
	waves, err := w.Reports.Waves(t.Context())
	w.Must(err)
	if last := waves[len(waves)-1]; last.Number != 2 || last.Measured(i18n.Sv) != "enkät "+strings.ToUpper(last.Survey)+", mätning 2 (2027-04-01)" {
		t.Errorf("the goal was measured in %q", last.Measured(i18n.Sv))
	}
	pdf, err := w.Reports.PDF(t.Context(), e.ID)
	w.Must(err)
	if v, err := w.Reports.Verify(t.Context(), pdf, w.Reports.FindSlug); err != nil || !v.Agrees() {
		t.Errorf("%v\n%s", err, said(v))
	}
}

// frame loads how many firms of each size there are, nearly as those who have answered: of so few firms with weights
// that differ more, weighted numbers would tell what some answered.
func (w *world) frame() {
	w.Helper()
	r, err := w.Service.Wave(w.Context(), "s5", 0)
	w.Must(err)
	sizes, err := analysis.Count(r.Data, "bg_size", analysis.Filter{Group: people.Business}, analysis.Options{})
	w.Must(err)
	frame := "question;answer;units\n"
	for _, row := range sizes.Numbers.Rows {
		frame += fmt.Sprintf("bg_size;%d;%d\n", row.Code, 100*row.Count+row.Code)
	}
	_, faults, err := w.Surveys.ImportFrame(w.Context(), "s5", "ram.csv", strings.NewReader(frame), false)
	if w.Must(err); len(faults) > 0 {
		w.Fatal(faults)
	}
}

func TestAWeightedNumberIsPrintedAsTheEditionWeightsAndOfTheNewestWaveAlone(t *testing.T) {
	w := newWorld(t)
	w.Crowd(60)
	w.ImportSample()
	w.frame()
	r, err := w.Service.FindNumber(t.Context(), "5.1")
	w.Must(err)
	weighted := recommendation.Figure{SurveyID: "s5", Question: "q5_11", Filter: analysis.Filter{Group: people.Business},
		Measure: analysis.MeasureTop2, Weights: []string{"bg_size"}}
	for name, f := range map[string]recommendation.Figure{
		"of some firms":    {Filter: smallFirms, Weights: weighted.Weights},
		"of procurers":     {Filter: analysis.Filter{Group: people.Procurer}, Weights: weighted.Weights},
		"by another count": {Filter: weighted.Filter, Weights: []string{"bg_sector"}},
	} {
		f.SurveyID, f.Question, f.Measure = "s5", "q5_11", analysis.MeasureTop2
		if _, _, err := w.Service.Cite(t.Context(), r.ID, f, "prov"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, at, err := w.Service.Cite(t.Context(), r.ID, weighted, "prov")
	w.Must(err)
	w.DecideAll()
	s, page := w.page(w.Print(report.Regional))
	found := false
	for _, one := range s.Recommendations {
		for _, ev := range one.Evidence {
			if len(ev.Weights) > 0 {
				found = one.Number == r.Number
				if q := s.Surveys[0].Questions[slices.IndexFunc(s.Surveys[0].Questions, func(q report.Question) bool { return q.ID == "q5_11" })]; q.Weighted == nil {
					t.Errorf("the edition does not weight what evidence %d cites", at)
				} else if e, err := q.Weighted.Estimate(analysis.MeasureTop2, nil); err != nil || ev.Value == nil || e != *ev.Value {
					t.Errorf("evidence %d is %+v, the table has %+v (%v)", at, ev.Value, e, err)
				}
			}
		}
	}
	if !found || !strings.Contains(page, "Vägt mot företagsramen.") {
		t.Errorf("found %v; the page says that it is weighted: %v", found, strings.Contains(page, "Vägt mot företagsramen."))
	}
	w.again()
	if _, err := w.Reports.Make(t.Context(), report.Regional, "sv"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a weighted number of an earlier wave: %v", err)
	} else if f, _ := fault.Of(err); f.Key != "report.error_weighted_older" || f.Args["Numbers"] != "5.1" {
		t.Errorf("refused with %s %v", f.Key, f.Args)
	}
}

var smallFirms = analysis.Filter{Group: people.Business, Where: []analysis.Where{{Question: "bg_size", Codes: []int{1, 2, 3, 4, 5}}}}

// The numbers of an edition of two waves: of both, of part of a group, weighted, and of other measures than the tables'.
func TestEveryNumberThatIsCitedStandsInTheDataAndInTheRowThatItsMarkLeadsTo(t *testing.T) {
	w := newWorld(t)
	w.Crowd(60)
	w.ImportSample()
	r, err := w.Service.FindNumber(t.Context(), "5.1")
	w.Must(err)
	cite := func(question string, filter analysis.Filter, m analysis.Measure, weights []string, codes ...int) {
		t.Helper()
		_, _, err := w.Service.Cite(w.Context(), r.ID, recommendation.Figure{SurveyID: "s5", Question: question, Filter: filter, Measure: m, Codes: codes, Weights: weights}, "prov")
		w.Must(err)
	}
	firms, procurers := analysis.Filter{Group: people.Business}, analysis.Filter{Group: people.Procurer}
	cite("q5_11", smallFirms, analysis.MeasureTop2, nil)
	cite("q5_13", procurers, analysis.MeasureMean, nil)
	cite("q5_05.a", procurers, analysis.MeasureBottom2, nil)
	w.again()
	w.frame()
	cite("q5_11", firms, analysis.MeasureTop2, []string{"bg_size"})
	cite("q5_11", smallFirms, analysis.MeasureBottom2, nil)
	cite("q5_13", procurers, analysis.MeasureMedian, nil)
	cite("q5_01", firms, analysis.MeasureShare, nil, 3)
	w.DecideAll()
	for _, kind := range []report.Kind{report.Regional, report.National} {
		e := w.Publish(kind)
		s, err := w.Reports.Snapshot(w.Context(), e.SnapshotID)
		w.Must(err)
		d, err := report.Document(s, i18n.Sv)
		w.Must(err)
		written, err := report.Write(s, i18n.Sv)
		w.Must(err)
		rows := rowsOf(document.Anchored(d))
		if n := strayMarks(t, document.Anchored(d), rows); n < 5 {
			t.Errorf("%s: %d marks were followed", kind, n)
		}
		pkg, err := w.Reports.DataPackage(w.Context(), e)
		w.Must(err)
		lines, err := csv.NewReader(bytes.NewReader(w.unzipped(pkg)[report.DataFile])).ReadAll()
		w.Must(err)
		looked, earlier := 0, 0
		for _, rec := range s.Recommendations {
			for _, ev := range rec.Evidence {
				if ev.Value == nil {
					continue
				}
				looked++
				at := ev.Survey
				if ev.Older {
					at += fmt.Sprint("-w", ev.Wave)
					earlier++
				}
				id := "row-" + at + "-" + strings.ReplaceAll(ev.Question, ".", "-")
				row, want := rows[id], cellOf(ev)
				if !strings.Contains(row.text, want) {
					t.Errorf("%s: %s of %s leads to %s, which says %q and not %q", kind, rec.Number, ev.Question, id, row.text, want)
				}
				for _, of := range []string{`id="` + id + `"`, `href="#` + id + `"`} {
					if !strings.Contains(string(written.HTML), of) {
						t.Errorf("%s: the page has no %s", kind, of)
					}
				}
				if !slices.ContainsFunc(row.lines, func(n int) bool { return n <= len(lines) && holds(lines[n-1], ev) }) {
					t.Errorf("%s: %s of %s %v: no line of %v holds %+v", kind, rec.Number, ev.Question, ev.Weights, row.lines, *ev.Value)
				}
			}
		}
		if looked < 15 || earlier == 0 {
			t.Errorf("%s: %d numbers, %d of an earlier wave", kind, looked, earlier)
		}
		found, err := uacheck.Check(written.PDF)
		w.Must(err)
		for _, f := range found.Findings {
			t.Error(f)
		}
		for _, l := range found.OneWay() {
			if strings.HasPrefix(l.Text, "q5") {
				t.Errorf("%s page %d: from where %q leads there is no way back", kind, l.Page, l.Text)
			}
		}
		if v := report.Verify(written.PDF, nil); !v.Agrees() {
			t.Error(said(v))
		}
	}
}

// percentage is a share as words and tables write it.
var percentage = regexp.MustCompile(`(\d+)[ \x{a0}](?:procent|%)`)

// strayMarks follows every mark after a percentage in the words of an edition to its row, which must have the same
// number, and says how many there are.
func strayMarks(t *testing.T, d document.Document, rows map[string]row) (followed int) {
	t.Helper()
	for _, b := range d.Blocks {
		if _, table := b.(document.Table); table {
			continue
		}
		document.MapRuns(b, func(runs []document.Run) []document.Run {
			said := ""
			for _, r := range runs {
				to, isRow := rows[strings.TrimPrefix(r.Link, "#")]
				said = besides.ReplaceAllString(said, "")
				if all := percentage.FindAllStringSubmatch(said, -1); r.Mark && isRow && len(all) > 0 {
					followed++
					if number := all[len(all)-1][1]; !strings.Contains(strings.ReplaceAll(to.text, "\u00a0", " "), number+" %") {
						t.Errorf("after %q a mark leads to %q", said, to.text)
					}
					said = ""
				}
				if !r.Mark {
					said += r.Text
				}
			}
			return runs
		})
	}
	return followed
}

// row is what a reader finds where a mark leads: the row with those under it, and the lines of the data that they name.
type row struct {
	text  string
	lines []int
}

func rowsOf(d document.Document) map[string]row {
	out := map[string]row{}
	for _, b := range d.Blocks {
		table, ok := b.(document.Table)
		if !ok {
			continue
		}
		var all row
		var ids []string
		put := func() {
			for _, id := range ids {
				out[id] = all
			}
		}
		for i, cells := range table.Rows {
			a := table.RowAnchor(i)
			if !a.Under {
				put()
				all, ids = row{}, nil
			}
			if a.ID != "" {
				ids = append(ids, a.ID)
			}
			for _, c := range cells {
				all.text += document.Words(c) + " | "
			}
			var from, to int
			if n, _ := fmt.Sscanf(document.Words(cells[len(cells)-1]), "%d–%d", &from, &to); n == 2 {
				for line := from; line <= to; line++ {
					all.lines = append(all.lines, line)
				}
			}
		}
		put()
	}
	return out
}

// cellOf is how a table writes a number.
func cellOf(e report.Evidence) string {
	v := e.Value
	switch {
	case !e.Measure.IsShare():
		text := i18n.Number(i18n.Sv, v.Value, 1)
		if e.Measure == analysis.MeasureMedian {
			text = strings.TrimSuffix(text, ",0")
		}
		return text + " (" + i18n.Int(i18n.Sv, v.Base) + ")"
	case v.Base < 20:
		return i18n.Share(i18n.Sv, v.Count, v.Base)
	}
	return i18n.Percent(i18n.Sv, v.Value, v.Base) + " (" + i18n.Int(i18n.Sv, v.Base) + ")"
}

// holds says whether a line of the data is of the number; of several answers it is one of them.
func holds(line []string, e report.Evidence) bool {
	group := e.Group
	for _, where := range e.Where {
		group += ":" + where.Question + "=" + strings.ReplaceAll(strings.Trim(fmt.Sprint(where.Codes), "[]"), " ", "|")
	}
	measure := map[analysis.Measure]string{analysis.MeasureShare: "answer"}[e.Measure]
	if measure == "" {
		measure = string(e.Measure)
	}
	if line[0] != e.Survey || line[2] != e.Question || line[3] != group || line[4] != measure || line[9] != fmt.Sprint(e.Value.Base) ||
		line[14] != fmt.Sprint(len(e.Weights) > 0) || e.Wave > 0 && line[15] != fmt.Sprint(e.Wave) {
		return false
	}
	if len(e.Codes) > 1 {
		return true
	}
	value, err := strconv.ParseFloat(line[11], 64)
	return err == nil && math.Abs(value-e.Value.Value) < 1e-9
}

// What an edition tells with weights is kept with the weights, which nobody gets to see: so a file that leaves later is
// judged beside it.
func TestWhatAnEditionTellsWithWeightsIsPublicWithThem(t *testing.T) {
	w := newWorld(t)
	w.Crowd(60)
	w.ImportSample()
	w.frame()
	w.DecideAll()
	e := w.Publish(report.Regional)
	s, err := w.Reports.Snapshot(t.Context(), e.SnapshotID)
	w.Must(err)
	told := map[string]analysis.Frequency{}
	for _, q := range s.Surveys[0].Questions {
		if q.Weighted != nil && q.Weighted.Numbers != nil {
			told[q.ID] = *q.Weighted
		}
	}
	var noted, kept int
	w.Must(w.DB.GetContext(t.Context(), &noted, `SELECT count(*) FROM disclosure_release WHERE weighting = 'bg_size' AND reference = $1`, e.SnapshotID))
	w.Must(w.DB.GetContext(t.Context(), &kept, `SELECT count(*) FROM disclosure_release WHERE jsonb_array_length(weights) > 1`))
	if len(told) == 0 || noted != len(told) || kept != noted {
		t.Fatalf("%d weighted tables are told, %d noted, %d with their weights", len(told), noted, kept)
	}
	body, err := s.Encode()
	w.Must(err)
	if bytes.Contains(body, []byte(`"weight":`)) {
		t.Error("the edition tells what each class weighs")
	}
	r, err := w.Service.Results(t.Context(), "s5")
	w.Must(err)
	weights, err := r.Weigh("bg_size")
	w.Must(err)
	o := r.Options
	o.Weights = weights
	for id, f := range told {
		again, err := analysis.Count(r.Data, id, f.Filter, o)
		w.Must(err)
		w.Must(w.Reports.Take(t.Context(), r, func(release analysis.Releaser) error {
			out, err := release([]analysis.Frequency{again})
			if err == nil && (out[0].Numbers == nil || out[0].Numbers.Step == 0) {
				t.Errorf("%s is told by the edition and not by a file", id)
			}
			for i := range f.Numbers.Rows {
				if err == nil && out[0].Numbers.Rows[i].Share != f.Numbers.Rows[i].Share {
					t.Errorf("%s: the edition tells %v, a file %v", id, f.Numbers.Rows[i].Share, out[0].Numbers.Rows[i].Share)
				}
			}
			return err
		}))
	}
}
