// Package chart holds the few chart kinds of the project: their data, their
// geometry as a short list of primitives, an SVG writer, a description in
// words and a table with the same numbers. Everything is deterministic.
package chart

// Chart is one of StackedBar, DotInterval, Bar and Panels.
type Chart interface {
	// Empty says that there is no row to draw, or none that may be shown.
	Empty() bool
	chart()
}

// Respondent groups, with one colour and one pattern each.
const (
	Procurer   = "procurer"
	Politician = "politician"
	Business   = "business"
	Developer  = "developer"
)

// StackedBar shows the distribution over a scale, one bar a row.
type StackedBar struct {
	Levels  []string // labels from the lowest to the highest step
	Bipolar bool     // bars stand centred on the middle of the scale
	Rows    []StackedRow
}

// Hidden stands in place of the count of a step that is withheld.
const Hidden = -1

// StackedRow is one bar. Counts are by level, Hidden where one is withheld, and sum to Base with those.
type StackedRow struct {
	Label      string // "Företag"
	Group      string // respondent group or empty
	Base       int    // answers on the scale, "vet ej" not among them
	Counts     []int
	Unknown    int  // answered "vet ej"
	Suppressed bool // too few answers: shown as ".."
	// Weighted are the shares when they are not those of the counts.
	Weighted *WeightedShares
}

// WeightedShares are a bar's by level, and of "vet ej" among all who answered.
type WeightedShares struct {
	Levels  []float64
	Unknown float64
}

// DotInterval shows one share a row with its confidence interval.
type DotInterval struct {
	Measure string // what the share is of, in words: "instämmer helt eller delvis"
	Rows    []DotRow
	// Reference is a line to compare with, from 0 to 1; nil: none.
	Reference *Reference
}

// Reference is a line across the chart, with its words.
type Reference struct {
	Share float64
	Label string
}

// DotRow is one share. Lower and Upper bound the 95 % interval, from 0 to 1.
type DotRow struct {
	Label        string
	Group        string
	Base, Count  int
	Share        float64
	Lower, Upper float64
	Suppressed   bool
}

// Unit is what a bar's value means.
type Unit int

// A share is drawn on a scale to 100 %, a number on a scale to its largest value.
const (
	Share Unit = iota
	Number
)

// Bar shows plain bars: multiple choice, ranking, counts.
type Bar struct {
	Measure  string // what the bars show, in words: "har mött hindret"
	Group    string // respondent group of the whole chart, or empty
	Base     int    // those who answered; 0 when each row has its own
	Unit     Unit
	UnitName string // for Number: "organisationer", "poäng"
	Decimals int    // for Number
	Rows     []BarRow
}

// BarRow is one bar. For Share, Value is from 0 to 1 and Count of Base stand
// behind it.
type BarRow struct {
	Label      string
	Group      string // when rows are groups
	Base       int    // 0: the chart's
	Count      int
	Value      float64
	Suppressed bool
}

func (StackedBar) chart()  {}
func (DotInterval) chart() {}
func (Bar) chart()         {}

// Empty says that there is no row to draw, or none that may be shown.
func (c StackedBar) Empty() bool {
	return len(c.Levels) == 0 || withheld(c.Rows, func(r StackedRow) bool { return r.Suppressed })
}

// Empty says that there is no row to draw, or none that may be shown.
func (c DotInterval) Empty() bool {
	return withheld(c.Rows, func(r DotRow) bool { return r.Suppressed })
}

// Empty says that there is no row to draw, or none that may be shown.
func (c Bar) Empty() bool { return withheld(c.Rows, func(r BarRow) bool { return r.Suppressed }) }

// withheld says whether every row is.
func withheld[R any](rows []R, suppressed func(R) bool) bool {
	for _, r := range rows {
		if !suppressed(r) {
			return false
		}
	}
	return true
}

// Twin is a chart's numbers as text, for the table beside it.
type Twin struct {
	Head  []string
	Rows  [][]string
	Note  string // explains "..", empty when nothing is suppressed
	Right []bool // columns of numbers
}
