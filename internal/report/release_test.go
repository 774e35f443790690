package report_test

import (
	"errors"
	"html"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/surveys"
)

// Both editions of one material on one desk, in every form in which the public
// gets them, tell no hidden number: the record and the figures that the PDF
// carries, the open data package, the web page and the PDF's own text.
func TestBothEditionsTogetherTellNoHiddenNumber(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	w.launched()
	d := newDesk(t)
	for _, kind := range []report.Kind{report.Regional, report.National} {
		w.read(d, w.Publish(kind))
	}
	for _, kind := range []questionnaire.Type{questionnaire.Likert5, questionnaire.Multiple, questionnaire.Ranking, questionnaire.Rating, questionnaire.Numeric} {
		if d.read[string(kind)] == 0 {
			t.Errorf("no number of a question of type %s was read off the pages: %v", kind, d.read)
		}
	}
	hidden, found := d.found(w.step)
	t.Logf("%d systems, %d hidden cells", len(d.systems), hidden)
	if hidden < 100 || len(found) > 0 {
		t.Errorf("%d cells hidden, too well known: %s", hidden, strings.Join(found, "\n"))
	}
}

// Of a material with many small cells an edition tells none. The same reader gets
// through when the small cells alone are hidden.
func TestTheReaderOfAnEditionGetsThroughAThresholdAlone(t *testing.T) {
	s := fixture(t, report.Regional, normal)
	data := map[string]*analysis.Dataset{}
	defs, _, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range defs {
		data[d.ID] = answered(t, d, normal, uint64(i)+7)
	}
	count := func(survey, question, group string) analysis.Frequency {
		f, err := analysis.Count(data[survey], question, analysis.Filter{Group: group}, analysis.Options{MinBase: 1})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	step := func(survey, question, group string, step int) int {
		return count(survey, question, group).Numbers.Rows[step].Count
	}
	read := func() (int, []string) {
		body, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		d := newDesk(t)
		d.record(body)
		return d.found(step)
	}
	if hidden, found := read(); hidden < 200 || len(found) > 0 {
		t.Errorf("%d cells hidden, too well known: %v", hidden, strings.Join(found, "\n"))
	}
	for i := range s.Surveys {
		for _, q := range s.Surveys[i].Questions {
			for _, f := range q.Results {
				if f.Numbers != nil && f.Type != questionnaire.Ranking && f.Type != questionnaire.Multiple && f.Filter.Group != analysis.GroupAssociation {
					uncover(f.Numbers, count(s.Surveys[i].ID, f.Question, f.Filter.Group).Numbers)
				}
			}
		}
	}
	if _, found := read(); len(found) < 10 {
		t.Errorf("without what covers the small cells the reader found only %v", found)
	}
}

// uncover shows every answer that is hidden only to cover another.
func uncover(n, truth *analysis.Numbers) {
	show := func(rows, truth []analysis.Row) {
		for k, row := range rows {
			if was := truth[k].Count; row.Hidden && (was == 0 || was >= analysis.DefaultCellLimit) {
				rows[k] = truth[k]
			}
		}
	}
	show(n.Bands, truth.Bands)
	show(n.Rows, truth.Rows)
}

// launched lets the campaigns have gone out, so that there are response rates.
func (w world) launched() {
	_, err := w.DB.ExecContext(w.Context(), `UPDATE campaign SET state = 'launched', launched_at = closes_at - interval '30 days'`)
	w.Must(err)
}

// step is how many of a group truly chose a step of a 0-10 rating.
func (w world) step(survey, question, group string, step int) int {
	r, err := w.Service.Results(w.Context(), survey)
	w.Must(err)
	f, err := analysis.Count(r.Data, question, analysis.Filter{Group: group}, analysis.Options{MinBase: 1})
	w.Must(err)
	for _, row := range f.Numbers.Rows {
		if row.Code == step {
			return row.Count
		}
	}
	return 0
}

// read lays an edition on a reader's desk.
func (w world) read(d *desk, e report.Edition) {
	pdf, err := w.Reports.PDF(w.Context(), e.ID)
	w.Must(err)
	files, text := carried(w.T, pdf)
	data, err := w.Reports.DataPackage(w.Context(), e)
	w.Must(err)
	d.record(files[report.EditionFile])
	d.figures(files[report.DataFile])
	d.figures(unzip(w.T, data)[report.DataFile])
	s, err := w.Reports.Snapshot(w.Context(), e.SnapshotID)
	w.Must(err)
	written, err := report.Write(s, i18n.Sv)
	w.Must(err)
	said, more := d.page(written.HTML)
	if said < 50 || len(more) > 0 {
		w.Errorf("%s: the web page says %d numbers; the figures of the same question do not hold %v", e.Slug, said, more)
	}
	web := numbers(html.UnescapeString(tag.ReplaceAllString(written.HTML, " ")))
	for n := range numbers(text) {
		if !web[n] {
			w.Errorf("%s: the PDF says %s, the web page does not", e.Slug, n)
		}
	}
}

func TestAFewAnswersAfterPublicationAreNotTold(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	w.Publish(report.Regional)
	ledger := disclosure.New(w.DB, w.Clock.Now)
	count := func() (disclosure.Survey, []analysis.Frequency) {
		r, err := w.Service.Results(t.Context(), "s5")
		w.Must(err)
		fs, err := analysis.ByGroup(r.Data, "q5_11", nil, r.Options)
		w.Must(err)
		return disclosure.Survey{ID: "s5", Version: r.Version.Number, Wave: r.Wave.Number, Data: r.Data, Options: r.Options}, fs
	}
	survey, fs := count()
	if _, err := ledger.Release(t.Context(), survey, fs, nil); err != nil {
		t.Errorf("the same numbers again: %v", err)
	}
	three := 3
	for range 2 {
		w.Answer("s5", people.Business, questionnaire.Answers{"q5_11": {Code: &three}})
	}
	survey, fs = count()
	_, err := ledger.Release(t.Context(), survey, fs, nil)
	if f, ok := fault.Of(err); !ok || f.Key != "disclosure.error_moved" {
		t.Errorf("two more answers: %v", err)
	} else if says := i18n.Fault(i18n.Sv, f); !strings.Contains(says, survey.Data.Definition().Title.Sv) || !strings.Contains(says, fs[0].Text.Sv) || strings.Contains(says, "q5_11") {
		t.Errorf("the refusal does not name the table in words: %s", says)
	}
	for range 6 {
		w.Answer("s5", people.Business, questionnaire.Answers{"q5_11": {Code: &three}})
	}
	survey, fs = count()
	if _, err := ledger.Release(t.Context(), survey, fs, nil); err != nil {
		t.Errorf("eight more answers: %v", err)
	}
}

func TestWhatIsRefusedAfterItWasJudgedIsNotNotedAsPublic(t *testing.T) {
	w := newWorld(t)
	w.Crowd(40)
	r, err := w.Service.Results(t.Context(), "s5")
	w.Must(err)
	fs, err := analysis.ByGroup(r.Data, "q5_11", nil, r.Options)
	w.Must(err)
	noted := func() (n int) {
		w.Must(w.DB.GetContext(t.Context(), &n, `SELECT count(*) FROM disclosure_release`))
		return n
	}
	refused := errors.New("the picture would be empty")
	for _, c := range []struct{ says error }{{refused}, {nil}} {
		err := w.Reports.Take(t.Context(), r, func(release analysis.Releaser) error {
			if _, err := release(fs); err != nil {
				return err
			}
			return c.says
		})
		if !errors.Is(err, c.says) || (noted() > 0) != (c.says == nil) {
			t.Errorf("%v: %v, and %d tables are noted", c.says, err, noted())
		}
	}
}
