package document_test

import (
	"strings"
	"testing"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/specimen"
)

func TestTheSpecimenIsValid(t *testing.T) {
	for _, p := range document.Check(specimen.Report()) {
		t.Error(p)
	}
}

func TestCheckNamesTheFault(t *testing.T) {
	ok := chart.Bar{Rows: []chart.BarRow{{Label: "a", Value: 1}}}
	add := func(b ...document.Block) func(*document.Document) {
		return func(d *document.Document) { d.Blocks = append(d.Blocks, b...) }
	}
	for _, c := range []struct {
		name, rule string
		change     func(*document.Document)
	}{
		{"no title", "title", func(d *document.Document) { d.Title = " " }},
		{"no language", "lang", func(d *document.Document) { d.Lang = "" }},
		{"no time", "created", func(d *document.Document) { d.Created = d.Created.AddDate(-2018, -4, -22).Add(-8 * 3600e9) }},
		{"skipped level", "heading", add(document.Heading{Level: 1, Text: "a"}, document.Heading{Level: 3, Text: "b"})},
		{"level five", "heading", add(document.Heading{Level: 5, Text: "b"})},
		{"heading without text", "heading", add(document.Heading{Level: 1})},
		{"recommendation too deep", "heading", add(document.Heading{Level: 1, Text: "a"}, document.Recommendation{Sentence: "x"})},
		{"two of one name", "id", add(document.Heading{Level: 1, ID: "a", Text: "a"}, document.Quote{ID: "a", Text: "b"})},
		{"odd name", "id", add(document.Quote{ID: "a b", Text: "b"})},
		{"link to nothing", "anchor", add(document.Paragraph{Runs: []document.Run{{Text: "a", Link: "#nothing"}}})},
		{"script link", "anchor", add(document.Paragraph{Runs: []document.Run{{Text: "a", Link: "javascript:x"}}})},
		{"evidence for nothing", "anchor", add(document.Recommendation{Level: 1, Sentence: "x", Why: []document.Evidence{{Runs: document.Text("y"), Link: "#nothing"}}})},
		{"figure without chart", "alt", add(document.Figure{Title: "x"})},
		{"figure without finding", "title", add(document.Figure{Chart: ok})},
		{"uneven table", "table", add(document.Table{Caption: "x", Head: []document.Column{{Text: "a"}}, Rows: [][]document.Cell{document.Row("1", "2")}})},
		{"table without caption", "table", add(document.Table{Head: []document.Column{{Text: "a"}}, Rows: [][]document.Cell{document.Row("1")}})},
		{"uneven scale", "table", add(document.Figure{Title: "x", Chart: chart.StackedBar{Levels: []string{"a"}, Rows: []chart.StackedRow{{Label: "r"}}}})},
		{"table in a box", "empty", add(document.Callout{Blocks: []document.Block{document.Table{}}})},
		{"five key figures", "empty", add(document.KeyFigures{Items: make([]document.KeyFigure, 5)})},
		{"empty paragraph", "empty", add(document.Plain(" "))},
		{"empty list", "empty", add(document.List{})},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := document.Document{Title: "T", Lang: "sv", Created: specimen.Report().Created}
			c.change(&d)
			var got []string
			for _, p := range document.Check(d) {
				got = append(got, p.Rule)
			}
			if !strings.Contains(strings.Join(got, " "), c.rule) {
				t.Errorf("found %v, not %s", got, c.rule)
			}
		})
	}
}

func TestWhatARecommendationRestsOnLinksBack(t *testing.T) {
	got := document.Backlinks(document.Anchored(specimen.Report()))
	if g := got["fig-dialog"]; len(g) != 1 || g[0] != (document.Grounds{ID: "rec-5-1", Number: "5.1"}) {
		t.Errorf("%v", got)
	}
}

func TestMarksBesideEachOtherArePartedAndEveryPlaceIsNamed(t *testing.T) {
	mark := document.Cite("#row")
	d := document.Anchored(document.Document{Lang: "en", Blocks: []document.Block{
		document.Heading{Level: 1, Number: "2", Text: "Firms"},
		document.Paragraph{Runs: []document.Run{{Text: "One in four"}, mark, document.Cite("#other")}},
		document.Paragraph{Runs: []document.Run{{Text: "One in five"}, mark}},
		document.Table{ID: "t", UsedIn: 1, Head: []document.Column{{Text: "Question"}}, Rows: [][]document.Cell{document.Row("Is it so?"), document.Row("Measured.")},
			Anchors: []document.RowAnchor{{ID: "row", Name: "q1"}, {ID: "other", Name: "q2"}}},
	}})
	if got, want := document.Words(d.Blocks[1].(document.Paragraph).Runs), "One in four\u202fq1,\u202fq2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	rows := d.Blocks[3].(document.Table).Rows
	for i, want := range []string{"Is it so? Used in ch.\u00a02, ch.\u00a02 (place 2)", "Measured. Used in ch.\u00a02"} {
		if got := document.Words(rows[i][0]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
