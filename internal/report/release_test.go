package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/report"
)

// told is a result as a snapshot holds it.
type told struct {
	Question, Type string
	Filter         struct {
		Group string
		Where []any
	}
	Numbers *struct {
		Base        int
		Rows, Bands []struct {
			Code, Count int
			Hidden      bool
		}
		Top2, Bottom2 *struct{ Count int }
		Summary       json.RawMessage
		Unknown       int
	}
	Parts []told
}

// attack reads every snapshot's results with one answer each and returns how
// many cells are hidden, and those that lie within too little. Filters are parts
// of their group.
func attack(t *testing.T, bodies ...[]byte) (hidden int, found []string) {
	t.Helper()
	s := attacktest.New()
	cells := map[string][]string{}
	whole := map[string]bool{}
	var learn func(survey string, f told)
	learn = func(survey string, f told) {
		for _, p := range f.Parts {
			learn(survey, p)
		}
		if f.Numbers == nil || f.Type == "multiple" || f.Type == "ranking" || f.Type == "numeric" {
			return
		}
		rows := f.Numbers.Rows
		if len(f.Numbers.Bands) > 0 {
			rows = f.Numbers.Bands
		}
		if len(rows) == 0 {
			return
		}
		narrow, _ := json.Marshal(f.Filter.Where)
		at := strings.Join([]string{survey, f.Question, f.Filter.Group}, " ")
		of := func(code int) []string {
			inside := fmt.Sprint(at, " ", string(narrow), " ", code)
			if len(f.Filter.Where) > 0 {
				return []string{inside}
			}
			whole[at] = true
			return []string{fmt.Sprint(at, " ", code)}
		}
		var all []string
		for _, r := range rows {
			all = append(all, of(r.Code)...)
			if r.Hidden {
				cells[strings.Join(of(r.Code), "+")] = of(r.Code)
				continue
			}
			s.Equal(float64(r.Count), of(r.Code)...)
		}
		s.Equal(float64(f.Numbers.Base), all...)
		for codes, box := range map[[2]int]*struct{ Count int }{{4, 5}: f.Numbers.Top2, {1, 2}: f.Numbers.Bottom2} {
			if box != nil {
				s.Equal(float64(box.Count), append(of(codes[0]), of(codes[1])...)...)
			}
		}
		if len(f.Filter.Where) > 0 {
			for _, r := range rows {
				s.Same([]string{fmt.Sprint(at, " ", r.Code)}, append(of(r.Code), fmt.Sprint(at, " rest ", string(narrow), r.Code)))
			}
		}
	}
	for _, b := range bodies {
		var snapshot struct {
			Surveys []struct {
				ID        string
				Questions []struct{ Results []told }
				Also      []told
			}
		}
		if err := json.Unmarshal(b, &snapshot); err != nil {
			t.Fatal(err)
		}
		for _, survey := range snapshot.Surveys {
			for _, q := range survey.Questions {
				for _, f := range q.Results {
					learn(survey.ID, f)
				}
			}
			for _, f := range survey.Also {
				learn(survey.ID, f)
			}
		}
	}
	return len(cells), tooWell(t, s, cells)
}

func tooWell(t *testing.T, s *attacktest.System, cells map[string][]string) (found []string) {
	for name, sum := range cells {
		low, high, err := s.Bounds(sum...)
		if err != nil {
			t.Fatal(err)
		}
		if high-low < 4 {
			found = append(found, fmt.Sprintf("%s lies between %g and %g", name, low, high))
		}
	}
	return found
}

func (w world) publish(kind report.Kind) report.Edition {
	e, err := w.reports.Make(w.Context(), kind, "sv")
	w.Must(err)
	w.Must(w.reports.RenderJob(w.Context(), report.RenderArgs{EditionID: e.ID}))
	e, err = w.reports.Publish(w.Context(), e.ID, time.Time{})
	w.Must(err)
	return e
}

// What two editions of different kinds hold together, with the answers that
// their figures rest on, tells no hidden number.
func TestBothEditionsTogetherTellNoHiddenNumber(t *testing.T) {
	w := newWorld(t)
	w.decide()
	for _, kind := range []report.Kind{report.Regional, report.National} {
		e := w.publish(kind)
		s, err := w.reports.Snapshot(t.Context(), e.SnapshotID)
		w.Must(err)
		for i := range s.Surveys[:1] { // one survey of each is enough to try, and quick
			one := report.Snapshot{Surveys: s.Surveys[i : i+1]}
			b, err := one.Encode()
			w.Must(err)
			hidden, found := attack(t, b)
			if hidden < 10 || len(found) > 0 {
				t.Errorf("%s: %d cells hidden, too well known: %v", kind, hidden, found)
			}
		}
	}
}

func TestAFewAnswersAfterPublicationAreNotTold(t *testing.T) {
	w := newWorld(t)
	w.decide()
	w.publish(report.Regional)
	ledger := disclosure.New(w.DB, w.Clock.Now)
	count := func() (disclosure.Survey, []analysis.Frequency) {
		r, err := w.Service.Results(t.Context(), "s5")
		w.Must(err)
		fs, err := analysis.ByGroup(r.Data, "q5_11", nil, r.Options)
		w.Must(err)
		return disclosure.Survey{ID: "s5", Version: r.Version.Number, Data: r.Data, Options: r.Options}, fs
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
	if f, ok := fault.Of(err); !ok || f.Key != "disclosure.error_moved" || f.Args["Question"] != "q5_11" {
		t.Errorf("two more answers: %v", err)
	}
	for range 6 {
		w.Answer("s5", people.Business, questionnaire.Answers{"q5_11": {Code: &three}})
	}
	survey, fs = count()
	if _, err := ledger.Release(t.Context(), survey, fs, nil); err != nil {
		t.Errorf("eight more answers: %v", err)
	}
}
