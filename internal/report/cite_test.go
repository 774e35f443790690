package report_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

// share is how a number from the answers or from outside is written.
var share = regexp.MustCompile(`\d([.,]\d+)?[ \x{a0}](procent|per cent|%)|\d+ (av|of) \d+`)

// besides are the shares that no answers gave: how sure another is, the method's own level, what was planned and compared.
var besides = regexp.MustCompile(`[\d.,]+–[\d.,]+[ \x{a0}](procent|per cent)|(mellan|between) [\d.,]+ (och|and) [\d.,]+[ \x{a0}](procent|per cent)` +
	`|95[ \x{a0}](procents|per cent)|\d+ (av|of) \d+ (planerade|planned|jämförda|pairs)`)

func shares(runs []document.Run) []string {
	return share.FindAllString(besides.ReplaceAllString(document.Words(runs), ""), -1)
}

// unmarked are the shares in a text that no mark follows.
func unmarked(runs []document.Run) []string {
	last := 0
	for i, r := range runs {
		if r.Mark {
			last = i + 1
		}
	}
	return shares(runs[last:])
}

// A number without a mark cannot be followed to its question.
func TestEveryShareInAChapterIsFollowedByAMark(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		d, err := report.Document(fixture(t, kind, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		looked, chapter := 0, ""
		text := func(runs []document.Run) []document.Run {
			if found := unmarked(runs); len(found) > 0 {
				t.Errorf("%s: nothing follows %q in %q", chapter, found, document.Words(runs))
			}
			looked += len(shares(runs))
			return runs
		}
		blocks := document.Anchored(d).Blocks
		for _, b := range blocks[:slices.IndexFunc(blocks, isAppendix)] {
			switch v := b.(type) {
			case document.Heading:
				if v.Level == 1 {
					chapter = v.Text
				}
			case document.Figure:
				if share.MatchString(v.Title) && v.Source == "" {
					t.Errorf("%s: the figure %q leads nowhere", chapter, v.Title)
				}
			case document.KeyFigures:
				for _, k := range v.Items {
					text(append(document.Text(k.Value), k.Note...))
				}
			case document.Recommendation:
				for i, e := range v.Why {
					if e.Row != "" { // named behind it
						v.Why[i].Runs = nil
					} else if found := shares(document.Text(e.Source)); len(found) > 0 {
						t.Errorf("%s: %q leads nowhere", chapter, e.Source)
					}
				}
				document.MapRuns(v, text)
			case document.Table:
				for i, row := range v.Rows {
					if v.RowAnchor(i).ID == "" { // else it is where marks lead
						runs := slices.Concat(row[1:]...)
						if marks := len(row[0]); row[0][marks-1].Mark { // it is of the whole row
							runs = append(runs, row[0][marks-1])
						}
						text(runs)
					}
				}
			default:
				document.MapRuns(b, text)
			}
		}
		if looked < 10 {
			t.Errorf("only %d shares were looked at", looked)
		}
	})
}

// isAppendix says whether the appendices begin: tables that marks lead to.
func isAppendix(b document.Block) bool {
	h, ok := b.(document.Heading)
	return ok && h.ID == "ch-response"
}

func TestARecommendationsWordsHaveTheNumbersThatTheyBind(t *testing.T) {
	r := report.Recommendation{Evidence: []report.Evidence{{Number: 2, Measure: analysis.MeasureShare,
		Value: &analysis.Estimate{Value: 0.62, Lower: 0.5, Upper: 0.7, HasInterval: true, Count: 52, Base: 84}}}}
	words := i18n.Text{Sv: `Av {{base "2"}} företag svarar {{figure "2"}} så, och {{figure "1"}} annorlunda.`}
	if got := strings.ReplaceAll(r.Says(words, i18n.Sv), "\u00a0", " "); got != "Av 84 företag svarar 62 procent så, och .. annorlunda." {
		t.Error(got)
	}
}
