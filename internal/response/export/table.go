// Package export writes the answers to one version of a questionnaire as a table for other programs:
// CSV, XLSX, JSON and SPSS system files, and the codebook that explains the columns.
//
// Every format holds the same table: one row a response and the columns of Layout. Nothing is kept
// but the row at hand, so that the memory needed does not grow with the number of responses. A file
// is complete or an error: each writer counts its rows against the number it was promised.
//
// The package knows no database. It gets no names, addresses or tokens, so it can write none.
package export

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Row is one response.
type Row struct {
	Group     string
	Language  i18n.Lang
	Submitted time.Time // only its day in Sweden is written
	Wave      int       // its number; WaveUntold when it would tell more than the day does
	Answers   questionnaire.Answers
}

// Wave is a time at which the version was asked.
type Wave struct {
	Number int
	Opened time.Time
}

// WaveUntold stands for the wave of an anonymous response that came on a day on which two waves received answers.
const WaveUntold = 0

// Data is what an export is made of. Rows must yield Count rows, else the export fails.
type Data struct {
	Definition *questionnaire.Definition
	Count      int
	Rows       iter.Seq2[Row, error]
}

// CountError says that the rows did not come to the promised number, so that the file is not to be used.
type CountError struct{ Want, Got int }

func (e *CountError) Error() string {
	return fmt.Sprintf("export: %d rows came (or more), %d were counted before", e.Got, e.Want)
}

// Options say how a table is written.
type Options struct {
	Lang i18n.Lang // of labels; column names are the same in both
	Made time.Time // written into formats that have a place for it
	// Raw leaves texts exactly as they were typed, for an archive. Otherwise a text in CSV or XLSX
	// that a spreadsheet would take for a formula gets an apostrophe before it. A raw table is marked:
	// its first column is called raw_row. JSON and SPSS files run no formulas and are never changed.
	Raw bool
	BOM bool // CSV: begin with a byte order mark, by which Excel knows UTF-8
	// Lines makes JSON one object a line instead of an array.
	Lines bool
	// NoTexts leaves out the columns with what people wrote in their own words.
	NoTexts bool
	// Waves are those of the version, which the codebook explains. Untold adds the code of responses that
	// do not tell theirs.
	Waves  []Wave
	Untold bool
}

// explained is Layout with the meaning of the waves' numbers.
func (o Options) explained(def *questionnaire.Definition) ([]Column, error) {
	columns, err := Layout(def)
	if err != nil {
		return nil, err
	}
	wave := &columns[slices.IndexFunc(columns, func(c Column) bool { return c.Name == waveName })]
	for _, w := range o.Waves {
		label := func(lang i18n.Lang) string {
			return i18n.T(lang, "exhibit.wave_part", "Wave", w.Number, "Date", i18n.Date(lang, w.Opened))
		}
		wave.Codes = append(wave.Codes, Code{Value: w.Number, Label: i18n.Text{Sv: label(i18n.Sv), En: label(i18n.En)}})
	}
	if o.Untold {
		wave.Codes = append(wave.Codes, Code{Value: WaveUntold, Label: words("export.wave_untold"), Missing: true})
	}
	return columns, nil
}

// layout is what is explained without what the options leave out of it.
func (o Options) layout(def *questionnaire.Definition) ([]Column, error) {
	columns, err := o.explained(def)
	if o.NoTexts {
		columns = slices.DeleteFunc(columns, Column.OwnWords)
	}
	return columns, err
}

// Kind is what the cells of a column hold.
type Kind int

// The kinds. A Day is written as 2019-03-04.
const (
	Number Kind = iota
	Text
	Day
)

// Code is a value of a numeric column and its meaning.
type Code struct {
	Value int
	Label i18n.Text
	// Missing: not an answer. The kinds of missing have codes of their own.
	Missing bool
}

// Column is one column of the table.
type Column struct {
	Name     string
	Kind     Kind
	Label    i18n.Text
	Question *questionnaire.Question // nil for what every response has
	Codes    []Code
	Decimals int
	MaxBytes int // Text: the most that a cell may hold, in bytes of UTF-8

	read func(r *reading) cell
	// codes of missing answers in this column, other than the usual where those could be answers
	absent func(code int) int
}

// OwnWords tells whether the cells hold what people wrote in their own words.
func (c Column) OwnWords() bool { return c.Kind == Text && c.Question != nil }

// Value gives the code that stands in this column for a kind of missing answer: one of
// questionnaire.NotShown, Unanswered, NotApplicable, Unknown and Declined. It is another number
// where the usual one could be an answer: 998 for "don't know" when 98 is a possible number.
func (c *Column) Value(missing int) int {
	if c.absent == nil {
		return missing
	}
	return c.absent(missing)
}

// The columns that every table begins with.
const (
	rowName    = "row"
	rawRowName = "raw_row"
	waveName   = "wave"
)

// Layout gives the columns of a questionnaire's answers, in the order of its questions. The names
// depend on nothing but the ids in the questionnaire: q for the question, q.CODE for each option of a
// multiple choice, q.ROW for each row of a matrix, q.rankN for each rank, q.other for the
// respondent's own words, and q.status for why a text is empty.
func Layout(def *questionnaire.Definition) ([]Column, error) {
	columns := []Column{
		{Name: rowName, Kind: Number, Label: words("export.row"), read: func(r *reading) cell { return whole(r.number) }},
		{Name: "group", Kind: Text, MaxBytes: 40, Label: words("export.group"), read: func(r *reading) cell { return cell{text: r.row.Group} }},
		{Name: "language", Kind: Text, MaxBytes: 8, Label: words("export.language"),
			read: func(r *reading) cell { return cell{text: string(r.row.Language)} }},
		{Name: "submitted", Kind: Day, Label: words("export.submitted"), read: func(r *reading) cell {
			y, m, d := r.row.Submitted.In(i18n.Stockholm).Date() // the day is all that is kept of an anonymous one
			day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
			return cell{number: float64(day.Unix()), text: day.Format(time.DateOnly)}
		}},
		{Name: waveName, Kind: Number, Label: words("export.wave"), read: func(r *reading) cell { return whole(r.row.Wave) }},
	}
	fixed := len(columns)
	for _, q := range def.Questions() {
		columns = append(columns, columnsOf(q)...)
	}
	seen := map[string]bool{rawRowName: true}
	for i, c := range columns {
		if i >= fixed && seen[c.Name] {
			return nil, fmt.Errorf("export: two columns would be called %q: give the question another id", c.Name)
		}
		seen[c.Name] = true
	}
	return columns, nil
}

func words(key string) i18n.Text {
	return i18n.Text{Sv: i18n.T(i18n.Sv, key), En: i18n.T(i18n.En, key)}
}

func columnsOf(q *questionnaire.Question) []Column {
	var columns []Column
	switch q.Type {
	case questionnaire.Multiple:
		for _, o := range q.Options {
			columns = append(columns, choice(q, o))
		}
	case questionnaire.Matrix:
		for _, row := range q.Rows {
			columns = append(columns, matrixRow(q, row))
		}
	case questionnaire.Ranking:
		for rank := range ranks(q) {
			columns = append(columns, rankColumn(q, rank))
		}
	case questionnaire.Numeric, questionnaire.Rating:
		columns = append(columns, numberColumn(q))
	case questionnaire.FreeText:
		columns = append(columns, textColumn(q), statusColumn(q))
	default:
		columns = append(columns, codeColumn(q))
	}
	for _, o := range q.Options {
		if o.OtherText {
			return append(columns, otherColumn(q))
		}
	}
	return columns
}

func ranks(q *questionnaire.Question) int {
	if q.Top > 0 {
		return q.Top
	}
	return len(q.Options)
}

// answerCodes are the options and the kinds of missing answer of a column.
func answerCodes(q *questionnaire.Question, options bool, absent func(int) int) []Code {
	var codes []Code
	if options {
		for _, o := range q.Options {
			codes = append(codes, Code{Value: o.Code, Label: o.Text})
		}
	}
	if absent == nil {
		absent = func(code int) int { return code }
	}
	for _, s := range q.Specials {
		codes = append(codes, Code{Value: absent(s.Code), Label: s.Text, Missing: true})
	}
	return append(codes,
		Code{Value: absent(questionnaire.NotShown), Label: words("export.not_shown"), Missing: true},
		Code{Value: absent(questionnaire.Unanswered), Label: words("export.unanswered"), Missing: true})
}

func join(a, b i18n.Text) i18n.Text {
	return i18n.Text{Sv: a.Sv + " - " + b.Sv, En: a.En + " - " + b.En}
}

func codeColumn(q *questionnaire.Question) Column {
	return Column{Name: q.ID, Kind: Number, Label: q.Text, Question: q, Codes: answerCodes(q, true, nil), read: func(r *reading) cell {
		asked, a, missing := r.answer(q.ID)
		if asked == nil || missing != 0 {
			return whole(missing)
		}
		return whole(*a.Code)
	}}
}

func choice(q *questionnaire.Question, o questionnaire.Option) Column {
	codes := append([]Code{{Value: 1, Label: words("export.chosen")}, {Value: 0, Label: words("export.not_chosen")}}, answerCodes(q, false, nil)...)
	return Column{Name: q.ID + "." + strconv.Itoa(o.Code), Kind: Number, Label: join(q.Text, o.Text), Question: q, Codes: codes,
		read: func(r *reading) cell {
			asked, a, missing := r.answer(q.ID)
			if asked != nil {
				if _, offered := asked.Option(o.Code); !offered { // this group's version lacks the option
					return whole(questionnaire.NotShown)
				}
			}
			switch {
			case missing != 0:
				return whole(missing)
			case a.Has(o.Code):
				return whole(1)
			}
			return whole(0)
		}}
}

func matrixRow(q *questionnaire.Question, row questionnaire.Row) Column {
	return Column{Name: q.ID + "." + row.ID, Kind: Number, Label: join(q.Text, row.Text), Question: q, Codes: answerCodes(q, true, nil),
		read: func(r *reading) cell {
			_, a, missing := r.answer(q.ID)
			if missing != 0 {
				return whole(missing)
			}
			if code, ok := a.Rows[row.ID]; ok {
				return whole(code)
			}
			return whole(questionnaire.Unanswered)
		}}
}

func rankColumn(q *questionnaire.Question, rank int) Column {
	n := strconv.Itoa(rank + 1)
	label := join(q.Text, i18n.Text{Sv: i18n.T(i18n.Sv, "export.rank", "Rank", n), En: i18n.T(i18n.En, "export.rank", "Rank", n)})
	return Column{Name: q.ID + ".rank" + n, Kind: Number, Label: label, Question: q, Codes: answerCodes(q, true, nil),
		read: func(r *reading) cell {
			_, a, missing := r.answer(q.ID)
			switch {
			case missing != 0:
				return whole(missing)
			case rank < len(a.Codes):
				return whole(a.Codes[rank])
			}
			return whole(questionnaire.Unanswered)
		}}
}

// numberColumn moves the codes of missing answers out of the way of the numbers that may be answered.
func numberColumn(q *questionnaire.Question) Column {
	up, down := 0, 0
	for step := 100; q.Max >= float64(up+questionnaire.NotApplicable) && step < math.MaxInt/100; step *= 10 {
		up += 9 * step // 97, 997, 9997
	}
	for step := 10; q.Min <= float64(down+questionnaire.NotShown) && step < math.MaxInt/100; step *= 10 {
		down -= 9 * step // -1, -91, -991
	}
	absent := func(code int) int {
		if code > 0 {
			return code + up
		}
		return code + down
	}
	return Column{Name: q.ID, Kind: Number, Label: q.Text, Question: q, Decimals: q.Decimals, absent: absent,
		Codes: answerCodes(q, false, absent), read: func(r *reading) cell {
			_, a, missing := r.answer(q.ID)
			if missing != 0 {
				return whole(absent(missing))
			}
			return cell{number: *a.Number}
		}}
}

// utf8Max is the most bytes that one character takes.
const utf8Max = 4

func textColumn(q *questionnaire.Question) Column {
	limit := q.MaxLength
	if limit == 0 {
		limit = 2000 // the validator's own limit
	}
	return Column{Name: q.ID, Kind: Text, Label: q.Text, Question: q, MaxBytes: limit * utf8Max, read: func(r *reading) cell {
		_, a, _ := r.answer(q.ID)
		return cell{text: a.Text}
	}}
}

// statusColumn says of a text why it is empty: a code in the text itself could be an answer.
func statusColumn(q *questionnaire.Question) Column {
	codes := answerCodes(q, false, nil)
	for i := range codes {
		codes[i].Missing = false // here they are what the column tells
	}
	return Column{Name: q.ID + ".status", Kind: Number, Label: join(q.Text, words("export.status")), Question: q,
		Codes: append([]Code{{Value: 0, Label: words("export.answered")}}, codes...), read: func(r *reading) cell {
			_, _, missing := r.answer(q.ID)
			return whole(missing)
		}}
}

func otherColumn(q *questionnaire.Question) Column {
	return Column{Name: q.ID + ".other", Kind: Text, Label: join(q.Text, words("export.other")), Question: q,
		MaxBytes: questionnaire.MaxOther * utf8Max, read: func(r *reading) cell {
			_, a, _ := r.answer(q.ID)
			return cell{text: a.Other}
		}}
}

// cell is one value: number for a Number, text for a Text, both for a Day (seconds since 1970).
type cell struct {
	number float64
	text   string
}

func whole(n int) cell { return cell{number: float64(n)} }

// reading is the response at hand.
type reading struct {
	def    *questionnaire.Definition
	number int // from 1
	row    Row
	shown  map[string]*questionnaire.Question
}

func (r *reading) set(number int, row Row) {
	r.number, r.row = number, row
	clear(r.shown)
	for _, q := range r.def.Visible(row.Group, row.Answers) {
		r.shown[q.ID] = q
	}
}

// answer finds the answer to a question, with the question as the group saw it. missing is 0 when
// there is an answer. What was said to a question that is not shown does not count.
func (r *reading) answer(id string) (asked *questionnaire.Question, a questionnaire.Answer, missing int) {
	q := r.shown[id]
	if q == nil {
		return nil, a, questionnaire.NotShown
	}
	a = r.row.Answers[id]
	if a.IsZero() {
		return q, questionnaire.Answer{}, questionnaire.Unanswered
	}
	if code, ok := a.Special(); ok {
		return q, questionnaire.Answer{}, code
	}
	return q, a, 0
}

// each gives write the cells of every row, and fails when the number of rows is not the promised one.
func (d Data) each(columns []Column, write func(cells []cell) error) error {
	r := reading{def: d.Definition, shown: map[string]*questionnaire.Question{}}
	cells := make([]cell, len(columns))
	n := 0
	for row, err := range d.Rows {
		if err != nil {
			return err
		}
		if n++; n > d.Count {
			break
		}
		r.set(n, row)
		for i := range columns {
			cells[i] = columns[i].read(&r)
		}
		if err := write(cells); err != nil {
			return fmt.Errorf("export row %d: %w", n, err)
		}
	}
	if n != d.Count {
		return &CountError{Want: d.Count, Got: n}
	}
	return nil
}

// header names the columns, the first one so that a raw table is known as one.
func header(columns []Column, o Options) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	if o.Raw {
		names[0] = rawRowName
	}
	return names
}

// calm keeps a spreadsheet from taking a text for a formula.
func calm(s string, o Options) string {
	if o.Raw || s == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", firstRune(s)) {
		return s
	}
	return "'" + s
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
