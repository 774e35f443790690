package consultation

import (
	"strconv"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/i18n"
)

// Bars is how each group rated on one question, for drawing. A group below the
// publication limit is a row of "..".
func Bars(o Outcome, d Dimension, l i18n.Lang) chart.StackedBar {
	c := chart.StackedBar{Bipolar: true}
	for i := range 9 {
		c.Levels = append(c.Levels, strconv.Itoa(i+1))
	}
	for _, g := range o.Groups {
		row := chart.StackedRow{Label: i18n.T(l, "group."+g.Group), Group: g.Group, Suppressed: true}
		if r, ok := g.Ratings[d]; ok && r.Shown {
			row.Suppressed, row.Base, row.Counts, row.Unknown = false, r.Counts.N(), r.Counts[:], r.Abstained
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// Counts is the table beside Bars: how many of each group gave which rating.
func Counts(o Outcome, d Dimension, l i18n.Lang) chart.Twin {
	t := chart.Twin{Head: []string{i18n.T(l, "consultation.group")}}
	for i := range 9 {
		t.Head = append(t.Head, strconv.Itoa(i+1))
	}
	t.Head = append(t.Head, i18n.T(l, "consultation.abstained"), "n")
	for _, g := range o.Groups {
		row := []string{i18n.T(l, "group."+g.Group)}
		r := g.Ratings[d]
		for _, n := range append(r.Counts[:], r.Abstained, r.Counts.N()+r.Abstained) {
			cell := withheld
			if r.Shown {
				cell = i18n.Int(l, n)
			}
			row = append(row, cell)
		}
		if !r.Shown {
			t.Note = i18n.T(l, "chart.suppressed_note")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
