package report_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/testkit"
)

// followed makes a fixture the edition of the year after, with two waves before it.
func followed(s *report.Snapshot) {
	wave := func(x, n int) *analysis.Estimate {
		share, lower, upper, _ := analysis.Wilson(x, n, 0)
		return &analysis.Estimate{Value: share, Count: x, Base: n, Lower: lower, Upper: upper, HasInterval: true}
	}
	u := &report.Uptake{Edition: "regional-1-sv", Number: 1, Made: "2017-05-20", Asked: "2018-03-01", Deadline: "2018-05-01",
		Waves: []report.Wave{{Edition: "regional-1-sv", Date: "2017-05-20", Baseline: 0.15, Bid: wave(18, 121)},
			{Edition: "regional-2-sv", Date: "2018-05-22", Baseline: 0.15, Bid: wave(27, 133)}}}
	var numbers []string
	for _, r := range s.Recommendations[:7] {
		u.Advice = append(u.Advice, report.TakenUp{Number: r.Number, Title: r.Title})
		numbers = append(numbers, r.Number)
	}
	for i, m := range region.Municipalities {
		b := report.AskedBody{Organisation: "Kommunstyrelsen i " + m.Name, Municipality: m.Code, Numbers: numbers[i%2:]}
		for j, n := range b.Numbers {
			a := report.BodyAnswer{Number: n, Answer: "adopt", Due: "2019-12-31", At: "2018-04-12"}
			switch (i*5 + j*3) % 7 {
			case 2, 3:
				a.Answer, a.Reason = "adapt", "Vi gör det tillsammans med grannkommunerna, eftersom ingen av oss har folk nog att göra det själv."
			case 4:
				a.Answer, a.Due, a.Reason = "decline", "", "Kommunfullmäktige har nyligen antagit en policy som gäller mandatperioden ut."
			case 5, 6:
				continue
			}
			if n != numbers[6] { // of the last nobody says anything
				b.Answers = append(b.Answers, a)
			}
		}
		u.Bodies = append(u.Bodies, b)
	}
	u.Bodies = append(u.Bodies, report.AskedBody{Organisation: "Region Dalarna", Municipality: region.County, Numbers: numbers[:1]})
	s.Uptake = u
}

func TestAYearlyEditionHasAChapterOfWhatBecameOfTheRecommendations(t *testing.T) {
	for _, lang := range i18n.Langs {
		s := fixture(t, report.Regional, normal)
		followed(s)
		d, err := report.Document(s, lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range document.Check(d) {
			t.Errorf("block %d: %s: %s", p.Block, p.Rule, p.Text)
		}
		if text := plain(d); strings.Contains(text, "[report.") || strings.Contains(text, "[followup.") {
			t.Errorf("a missing word: %s", around(text, "[report.", "[followup."))
		}
		var told string
		for part := range strings.SplitSeq(outline(d), "\n  ") {
			if strings.Contains(part, "uptake") {
				told += part + "\n"
			}
		}
		testkit.Golden(t, fmt.Sprintf("uptake.%s.outline", lang), told)
		w, err := report.Write(s, lang)
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("REPORT_OUT"); dir != "" {
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("uptake-%s.pdf", lang)), w.PDF, 0o600)
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("uptake-%s.html", lang)), []byte(w.HTML), 0o600)
		}
	}
}

func TestAYearWithoutNewAnswersIsNoNewMeasurement(t *testing.T) {
	s := fixture(t, report.Regional, normal)
	followed(s)
	same := *s.Indicator.Bid
	s.Uptake.Waves[1].Bid = &same
	d, err := report.Document(s, i18n.Sv)
	if err != nil {
		t.Fatal(err)
	}
	text := plain(d)
	if !strings.Contains(text, "Ingen har svarat på frågan efter rapporten 2018-05-22") {
		t.Errorf("the chapter does not say that nobody has answered since: %s", around(text, "Målet: fler små företag lämnar anbud"))
	}
	for _, b := range d.Blocks {
		if f, ok := b.(document.Figure); ok && f.ID == "fig-uptake-goal" && len(f.Table.Rows) != 2 {
			t.Errorf("%d measurements, two were made: %v", len(f.Table.Rows), f.Table.Rows)
		}
	}
}

func TestAYearlyEditionSaysOnPageOneWhatBecameOfTheLast(t *testing.T) {
	s := fixture(t, report.Regional, normal)
	followed(s)
	d, err := report.Document(s, i18n.Sv)
	if err != nil {
		t.Fatal(err)
	}
	asked, done := 0, 0
	for _, b := range s.Uptake.Bodies {
		asked += len(b.Numbers)
		for _, a := range b.Answers {
			if a.Answer != "decline" {
				done++
			}
		}
	}
	want := fmt.Sprintf("%d av %d", done, asked)
	for _, b := range d.Blocks {
		if k, ok := b.(document.KeyFigures); ok {
			if last := k.Items[len(k.Items)-1]; last.Value != want || !slices.ContainsFunc(last.Note, func(r document.Run) bool { return r.Mark }) {
				t.Errorf("page one says %+v, want %s and where it comes from", last, want)
			}
			return
		}
	}
	t.Error("page one has no figures")
}
