package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/testkit"
)

func each(t *testing.T, fn func(t *testing.T, kind report.Kind, lang i18n.Lang)) {
	for _, kind := range []report.Kind{report.Regional, report.National} {
		for _, lang := range i18n.Langs {
			t.Run(string(kind)+"/"+string(lang), func(t *testing.T) { fn(t, kind, lang) })
		}
	}
}

func TestEveryEditionIsADocumentWithoutFaults(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		d, err := report.Document(fixture(t, kind, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range document.Check(d) {
			t.Errorf("block %d: %s: %s", p.Block, p.Rule, p.Text)
		}
		if text := plain(d); strings.Contains(text, "[report.") || strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
			t.Errorf("an unfilled field or a missing word: %s", around(text, "[report.", "<no value>", "{{"))
		}
	})
}

func TestTheSameSnapshotGivesTheSameBytes(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		s := fixture(t, kind, normal)
		body, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := report.Decode(body)
		if err != nil {
			t.Fatal(err)
		}
		a, err := report.Write(s, lang)
		if err != nil {
			t.Fatal(err)
		}
		b, err := report.Write(again, lang)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.PDF, b.PDF) || a.HTML != b.HTML {
			t.Error("a stored and read snapshot renders differently from the one that was made")
		}
		if dir := os.Getenv("REPORT_OUT"); dir != "" {
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s.pdf", kind, lang)), a.PDF, 0o600)
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s.html", kind, lang)), []byte(a.HTML), 0o600)
		}
	})
}

func TestTheOutlineIsAsAgreed(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		d, err := report.Document(fixture(t, kind, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, fmt.Sprintf("%s.%s.outline", kind, lang), outline(d))
	})
}

func TestASuppressedGroupLeavesNoNumberBehind(t *testing.T) {
	who := crowd{people.Procurer: 30, people.Politician: 25, people.Business: 60, people.Developer: 5}
	s := fixture(t, report.Regional, who)
	for _, survey := range s.Surveys {
		for _, r := range survey.Rates {
			if (r.Group == people.Developer) != (r.Cases == nil) || r.Group == people.Developer && (r.RR2.Exists || r.RR4.Exists || r.E.Exists) {
				t.Errorf("%s %s: rates %+v", survey.ID, r.Group, r)
			}
		}
		for _, q := range survey.Questions {
			for _, f := range q.Results {
				if f.Filter.Group == people.Developer && f.Numbers != nil {
					t.Errorf("%s %s shows numbers of a group with five answers", survey.ID, q.ID)
				}
				for _, p := range f.Parts {
					if f.Filter.Group == people.Developer && p.Numbers != nil {
						t.Errorf("%s %s shows numbers of a matrix row of a group with five answers", survey.ID, q.ID)
					}
				}
			}
		}
	}
	// A total over the groups would give the hidden one by subtraction.
	for _, f := range s.Method {
		if f.Key == "sample_size" && !f.Value.IsZero() {
			t.Errorf("method discloses totals while a group is hidden: %v", f.Value)
		}
	}
	d, err := report.Document(s, i18n.Sv)
	if err != nil {
		t.Fatal(err)
	}
	if text := plain(d); strings.Contains(text, "Sammanlagt skickades") {
		t.Error("the text gives a total while a group is hidden")
	}
}

func TestNoPercentageStandsOnAFewAnswers(t *testing.T) {
	d, err := report.Document(fixture(t, report.Regional, crowd{people.Procurer: 15, people.Politician: 15, people.Business: 15, people.Developer: 15}), i18n.Sv)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Blocks {
		if f, ok := b.(document.Figure); ok && strings.Contains(f.Title, "procent") {
			t.Errorf("a title gives percentages of 15 answers: %s", f.Title)
		}
	}
}

// Each group may have been asked in its own words.
func TestAQuestionStandsInTheWordsOfThoseWhoseAnswersAreShown(t *testing.T) {
	const procurers, firms = "att kontrollera att anbudsgivare uppfyller miljökraven?", "för företaget att visa att ni uppfyller miljökrav i en upphandling?"
	for name, c := range map[string]struct {
		procurers int
		want, not []string
	}{
		"both":       {48, []string{"Upphandlare: Hur lätt", "Företag: Hur lätt", procurers, firms}, nil},
		"firms only": {5, []string{firms}, []string{procurers, "Företag: "}},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := report.Document(fixture(t, report.Regional, crowd{people.Procurer: c.procurers, people.Politician: 41, people.Business: 132, people.Developer: 12}), i18n.Sv)
			if err != nil {
				t.Fatal(err)
			}
			said := map[string]string{}
			for _, b := range d.Blocks {
				switch b := b.(type) {
				case document.Figure:
					if b.ID == "fig-s6-q6_09" {
						said["figure"] = b.Subtitle
					}
				case document.Table:
					for i, row := range b.Rows {
						if b.RowAnchor(i).ID == "row-s6-q6_09" {
							said["row"] = document.Words(row[0])
						}
					}
				}
			}
			if name == "firms only" && said["figure"] == "" || said["row"] == "" {
				t.Fatalf("not printed: %q", said)
			}
			for where := range said {
				for _, w := range c.want {
					if !strings.Contains(said[where], w) {
						t.Errorf("the %s does not say %q: %q", where, w, said[where])
					}
				}
				for _, w := range c.not {
					if strings.Contains(said[where], w) {
						t.Errorf("the %s says %q: %q", where, w, said[where])
					}
				}
			}
		})
	}
}

func TestANumberThatIsSkippedIsExplained(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		s := fixture(t, kind, normal)
		explains := func() bool {
			d, err := report.Document(s, lang)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Contains(plain(d), i18n.T(lang, "report.recommendations_skipped", "Count", 1, "Numbers", "7.2"))
		}
		if explains() {
			t.Error("7.2 is said to be missing where it stands")
		}
		s.Recommendations = slices.DeleteFunc(s.Recommendations, func(r report.Recommendation) bool { return r.Number == "7.2" })
		if !explains() {
			t.Error("nothing is said of 7.2")
		}
	})
}

// Whoever reads the national edition does so for one county among many. English runs a little longer.
func TestTheNationalEditionIsShort(t *testing.T) {
	for lang, most := range map[i18n.Lang]int{i18n.Sv: 12, i18n.En: 13} {
		d, err := report.Document(fixture(t, report.National, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		if n := pdf.Pages(d); n > most {
			t.Errorf("%s: %d pages, not %d", lang, n, most)
		}
	}
}

func outline(d document.Document) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		switch v := block.(type) {
		case document.Cover:
			fmt.Fprintf(&b, "cover %s\n", d.Title)
		case document.TOC:
			b.WriteString("contents\n")
		case document.Heading:
			fmt.Fprintf(&b, "%s%s %s\n", strings.Repeat("  ", v.Level), v.Number, v.Text)
		case document.Figure:
			fmt.Fprintf(&b, "        figure %s\n", v.ID)
		case document.Table:
			fmt.Fprintf(&b, "        table %s\n", v.ID)
		case document.Recommendation:
			fmt.Fprintf(&b, "        recommendation %s\n", v.Number)
		case document.Quote:
			fmt.Fprintf(&b, "        quote %s\n", v.ID)
		case document.Callout:
			fmt.Fprintf(&b, "        box %s\n", v.Title)
		}
	}
	return b.String()
}

func plain(d document.Document) string { return fmt.Sprintf("%+v", d.Blocks) }

func around(text string, marks ...string) string {
	for _, m := range marks {
		if i := strings.Index(text, m); i >= 0 {
			return text[max(0, i-60):min(len(text), i+80)]
		}
	}
	return ""
}
