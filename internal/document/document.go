// Package document is what a printed thing says: a report, a letter, a
// certificate. It is a tree of blocks without geometry; document/pdf and
// document/html draw the same tree.
package document

import (
	"strings"
	"time"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/i18n"
)

// Document is one printed thing in one language.
type Document struct {
	ID       string    // stable name, for example the edition's slug
	Title    string    // required: the window title and the metadata's title
	Subtitle string    // shown on the cover
	Subject  string    // one sentence for the metadata
	Author   string    // the organisation that signs
	Edition  string    // shown in the running footer, for example "Regional utgåva 1"
	Lang     i18n.Lang // language of everything that says nothing else
	Created  time.Time // frozen with the content: the same document gives the same bytes
	Invented bool      // every page is marked as made from invented sample data
	Source   string    // what it was made from, for the metadata: "sha256:" and the hash of a snapshot
	Files    []File    // attached to the PDF
	Blocks   []Block
}

// File is attached to a document, so that who has the document can count again.
type File struct {
	Name        string // "data.csv"
	MIME        string // "text/csv"
	Description string // in the document's language
	Source      bool   // the document was made from it; otherwise it is data shown in the document
	Data        []byte
}

// Block is one part of a document. The kinds are closed.
type Block interface{ block() }

// Run is a piece of text in one style. Link is an address or "#" and the ID of
// a heading, figure, table, quote or recommendation of the same document.
type Run struct {
	Text   string
	Bold   bool
	Italic bool
	Lang   i18n.Lang // empty: the document's
	Link   string
	Mark   bool   // leads from a cited number to its source, see Cite
	ID     string // anchor of a mark, given by Anchored
}

// Cover is the first page. Title and Subtitle are the document's own.
type Cover struct {
	Kicker    string // the line above the title, for example "Regional rapport"
	Area      string // for example "Område 5. Innovation"
	Dnr       string // registration number
	Date      string // as printed: 2019-05-23
	Edition   string
	Funder    string
	Publisher string
	Banner    string // extra line when Document.Invented; empty: the standard words
	More      []Fact // below the funder
	Map       *Map   // drawn large, nil for none
}

// Map is a schematic map: it says what lies beside what. Width and Height are
// its extent, in the unit of its points.
type Map struct {
	Alt           string // what it shows, in words
	Caption       string // printed small: that it is schematic, and what a marked area is
	Width, Height float64
	Areas         []Area
	Water         [][][2]float64
}

// Area is a polygon of a map; Y runs down.
type Area struct {
	Points [][2]float64
	Marked bool
}

// TOC is the table of contents down to Depth (1 to 3, 0 means 2). It stands on
// its own page in print.
type TOC struct{ Depth int }

// Heading starts a section. Level is 1 to 4 and no level is skipped.
type Heading struct {
	Level  int
	ID     string // anchor; empty: made from the position
	Number string // "3" or "3.2", printed before the text
	Text   string
	Minor  bool // of an appendix: print sets it smaller than a chapter's
}

// Paragraph is running text. Lead makes it the introduction of a chapter.
type Paragraph struct {
	Runs []Run
	Lead bool
}

// Item is one entry of a list, with an optional list below it.
type Item struct {
	Runs []Run
	Sub  *List
}

// List is a bulleted or numbered list.
type List struct {
	Ordered bool
	Items   []Item
}

// Align is how a column stands.
type Align int

// Columns stand to the left unless they hold numbers.
const (
	Left Align = iota
	Right
)

// Column heads a column. Width is its share of the table, 0 lets the renderer
// choose from the content.
type Column struct {
	Text  string
	Align Align
	Width float64
}

// Cell is the content of a table cell.
type Cell []Run

// Table is a data table; there are no layout tables. Every row has as many
// cells as Head has columns.
type Table struct {
	ID        string
	Caption   string
	Head      []Column
	Rows      [][]Cell
	RowHeader bool        // the first cell of a row names the row
	Note      string      // for example "..: färre än sju svarande"
	Dense     bool        // small type, for tables to look things up in
	Anchors   []RowAnchor // of the rows, as far as they have one
	UsedIn    int         // the column, from 1, after whose text a row says where its numbers are used; 0 for none
}

// Figure is a chart with its words. Title says the finding, Subtitle the
// question, Base who answered ("Bas: 84 företag. Vet ej 9 %").
type Figure struct {
	ID       string
	Chart    chart.Chart
	Title    string
	Subtitle string
	Base     string
	Alt      string // empty: made from the data
	Group    string // respondent group that the figure is about, or empty
	Question string // where its numbers come from, for a program to read: "s5.q5_11"
	Source   string // the same for a reader: the anchor of a table row, "#row-s5-q5_11", or empty
	// Table is the twin with the same numbers. Nil: made from the chart.
	// With TableRef, the anchor of a table elsewhere, no twin is printed here.
	Table    *Table
	TableRef string
	// Bare says that paper has the chart alone: it shows its numbers, and Source leads to them all.
	Bare bool
}

// Quote is a voice from a dialogue meeting or an open answer.
type Quote struct {
	ID     string
	Text   string
	Lang   i18n.Lang
	Source string // for example "Företag, dialogmöte i Mora, 2019-03-12"
	Group  string // respondent group, gives the rule its colour
}

// CalloutKind is the purpose of a box.
type CalloutKind int

// A summary box is quiet, a decision box asks the reader for something, a note
// warns.
const (
	Summary CalloutKind = iota
	Decision
	Note
)

// Callout is a box of paragraphs and lists with a title of its own. Level is
// the title's heading level; 0 makes it bold text instead of a heading.
type Callout struct {
	Kind   CalloutKind
	Level  int
	ID     string
	Title  string
	Blocks []Block // Paragraph and List only
}

// KeyFigure is one large number with its words.
type KeyFigure struct {
	Value string // "38,7 %"
	Label string // "svarsfrekvens (RR2)"
	Note  []Run  // "232 av 600", with a mark
	Group string // respondent group, gives the rule its colour
}

// KeyFigures is a row of up to four large numbers.
type KeyFigures struct{ Items []KeyFigure }

// Term is a word with its explanation.
type Term struct {
	Word string
	Runs []Run
}

// Terms is a glossary or another list of names with text.
type Terms struct{ Items []Term }

// Request is what somebody is asked to do, on a page for that reader alone.
type Request struct {
	Area     int    // as of a Recommendation
	Number   string // "5.1"
	Sentence string
	Why      []Run
	Due      string // "Klart senast 2027-03-31"
}

// Requests are a list of them.
type Requests struct{ Items []Request }

// Fact is a short label with its value.
type Fact struct {
	Label string
	Value []Run
}

// Evidence is one line of why. Link is the anchor of the figure or quote it
// rests on; that figure or quote then links back to the recommendation.
type Evidence struct {
	Runs   []Run
	Source string // "Enkät S5, fråga F3, företag, n = 84"
	Link   string // "#fig-s5-f3" or empty
	Row    string // anchor of the table row that the figure or source gives details in, "#row-s5-f3" or empty
}

// Recommendation is one recommendation with its grounds.
type Recommendation struct {
	ID         string // anchor
	Level      int    // heading level of the sentence; 0 means 3
	Area       int    // 5, 6, 7, or 0; gives the mark its colour
	Number     string // "5.1"
	Sentence   string // imperative
	Addressees []string
	Tags       []string // status, purpose, evidence strength
	Why        []Evidence
	FirstStep  []Run  // within 90 days
	Facts      []Fact // effect, effort, indicator, baseline, responsible, due
}

// Reasoning parts why: reasons without a source are the reasoning itself, and stand before the grounds.
func (r Recommendation) Reasoning() (reasons, grounds []Evidence) {
	n := 0
	for n < len(r.Why) && r.Why[n].Source == "" && r.Why[n].Link == "" {
		n++
	}
	return r.Why[:n], r.Why[n:]
}

// PageBreak starts a new page in print and means nothing on the web.
type PageBreak struct{}

func (Cover) block()          {}
func (TOC) block()            {}
func (Heading) block()        {}
func (Paragraph) block()      {}
func (List) block()           {}
func (Table) block()          {}
func (Figure) block()         {}
func (Quote) block()          {}
func (Callout) block()        {}
func (KeyFigures) block()     {}
func (Terms) block()          {}
func (Requests) block()       {}
func (Recommendation) block() {}
func (PageBreak) block()      {}

// Words is the text of runs without its styles.
func Words(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Text is a paragraph's or cell's content in one plain run.
func Text(s string) []Run { return []Run{{Text: s}} }

// Plain is a paragraph in one style.
func Plain(s string) Paragraph { return Paragraph{Runs: Text(s)} }

// Row is a table row of plain cells.
func Row(cells ...string) []Cell {
	row := make([]Cell, len(cells))
	for i, s := range cells {
		row[i] = Cell(Text(s))
	}
	return row
}

// units are words that stay on the line of the number before them.
var units = []string{" procent", " svar", " kronor", " per cent", " answers", " §"}

// WithUnits puts no-break spaces between numbers and their units.
func WithUnits(s string) string {
	for _, unit := range units {
		for from := 0; ; {
			at := strings.Index(s[from:], unit)
			if at < 0 {
				break
			}
			at += from
			from = at + len(unit)
			if at > 0 && s[at-1] >= '0' && s[at-1] <= '9' {
				bound := strings.ReplaceAll(unit, " ", "\u00a0")
				s = s[:at] + bound + s[from:]
				from = at + len(bound)
			}
		}
	}
	return s
}
