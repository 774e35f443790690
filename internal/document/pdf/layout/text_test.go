package layout

import (
	"testing"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/specimen"
	"upphandlingsdialog/internal/i18n"
)

// slack counts the lines, paragraphs' last ones left out, and those that end more than a tenth of the width too early.
func slack(blocks []document.Block, lang i18n.Lang, width float64) (loose, lines int) {
	l := &layouter{d: document.Document{Lang: lang}}
	text := func(runs []document.Run) {
		in := l.inline(nil, runs, bodyText).set(width)
		for _, line := range in.lines[:max(len(in.lines)-1, 0)] {
			lines++
			if line.Width < 0.9*width {
				loose++
			}
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case document.Paragraph:
			text(b.Runs)
		case document.List:
			for _, it := range b.Items {
				text(it.Runs)
			}
		case document.Quote:
			text(document.Text(b.Text))
		case document.Recommendation:
			for _, e := range b.Why {
				text(e.Runs)
			}
			text(b.FirstStep)
		case document.Terms:
			for _, t := range b.Items {
				text(t.Runs)
			}
		}
	}
	return loose, lines
}

func TestDividedWordsMakeTheLinesMoreEven(t *testing.T) {
	for _, width := range []float64{textWidth, 60} {
		whole, n := slack(specimen.Report().Blocks, "fi", width) // there are no patterns for Finnish
		divided, m := slack(specimen.Report().Blocks, i18n.Sv, width)
		before, after := float64(whole)/float64(n), float64(divided)/float64(m)
		t.Logf("%3.0f mm: %.0f %% of %d lines were loose, %.0f %% of %d are", width, before*100, n, after*100, m)
		if after > 0.75*before {
			t.Errorf("at %.0f mm %d of %d lines are loose, without division %d of %d", width, divided, m, whole, n)
		}
	}
}
