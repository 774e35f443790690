package export

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
)

// Limits of a file that is read.
const (
	MaxFile   = 32 << 20 // bytes
	MaxRows   = 50000
	MaxCells  = 1000000 // that are not empty: about a hundred bytes of memory each
	MaxFaults = 500     // told; the rest come when these are mended
)

// RefColumn holds what tells the rows apart: the number on the sheet of paper, for example. It makes
// reading the same file twice harmless.
const RefColumn = "ref"

// Entry is one row that was read.
type Entry struct {
	Line int
	Ref  string
	Row
}

// Fault is one thing to mend in a file. Column is the name in the file's first line, where known.
type Fault struct {
	Line   int
	Column string
	Key    string
	Args   map[string]any
}

// Text says what to mend.
func (f Fault) Text(lang i18n.Lang) string { return i18n.TMap(lang, f.Key, f.Args) }

// Read reads a CSV table with the columns of Layout, as CSV writes them, and the column ref instead
// of row. Columns may be missing and in any order; a column of another name is a fault. Commas and
// semicolons are understood, codes and labels, decimal points and commas. Language and submitted may
// be left out: then they are fallback's. Entries are only to be used when there is no fault.
func Read(in io.Reader, def *questionnaire.Definition, fallback Row) ([]Entry, []Fault, error) {
	columns, err := Layout(def)
	if err != nil {
		return nil, nil, err
	}
	limited := &io.LimitedReader{R: in, N: MaxFile + 1}
	buffered := bufio.NewReaderSize(limited, 1<<16)
	r := &reader{def: def, fallback: fallback, seen: map[string]int{}}
	table, err := csvTable(buffered)
	if err != nil {
		return nil, nil, err
	}
	r.read(table, columns)
	if limited.N <= 0 {
		return nil, []Fault{{Line: 1, Key: "export.read_large", Args: map[string]any{"MB": MaxFile >> 20}}}, nil
	}
	return r.entries, r.faults, nil
}

// ReadBook is Read for the first sheet of a workbook.
func ReadBook(name string, data []byte, def *questionnaire.Definition, fallback Row) ([]Entry, []Fault, error) {
	columns, err := Layout(def)
	if err != nil {
		return nil, nil, err
	}
	lines, err := exchange.FirstSheet(name, data)
	if err != nil {
		return nil, []Fault{{Line: 1, Key: "export.read_book", Args: map[string]any{"Reason": err.Error()}}}, nil //nolint:nilerr // it is told
	}
	r := &reader{def: def, fallback: fallback, seen: map[string]int{}, book: true}
	r.read(func() ([]string, int, error) {
		if len(lines) == 0 {
			return nil, 0, io.EOF
		}
		l := lines[0]
		lines = lines[1:]
		return l.Cells, l.Row, nil
	}, columns)
	return r.entries, r.faults, nil
}

// table gives one row after the other with its line in the file, and io.EOF at the end.
type table func() ([]string, int, error)

// csvTable reads CSV with commas or semicolons.
func csvTable(in *bufio.Reader) (table, error) {
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	start, err := in.Peek(in.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	lines := csv.NewReader(in)
	lines.ReuseRecord = true
	head, _, _ := strings.Cut(string(start), "\n")
	if strings.Count(head, ";") > strings.Count(head, ",") {
		lines.Comma = ';'
	}
	return func() ([]string, int, error) {
		record, err := lines.Read()
		if err != nil {
			return nil, 0, err
		}
		line, _ := lines.FieldPos(0)
		return record, line, nil
	}, nil
}

type reader struct {
	def      *questionnaire.Definition
	fallback Row
	book     bool // a workbook, whose days are numbers
	names    []string
	columns  []*Column // by place in the file; nil for ref and what is passed over
	raw      bool
	cells    int
	seen     map[string]int // line by reference
	waved    string         // the wave that the file's rows are of
	entries  []Entry
	faults   []Fault
}

func (r *reader) fault(line int, column, key string, args ...any) {
	f := Fault{Line: line, Column: column, Key: key, Args: map[string]any{}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i].(string)] = args[i+1]
	}
	r.faults = append(r.faults, f)
}

func (r *reader) broken(err error) {
	line := 1
	var p *csv.ParseError
	if errors.As(err, &p) {
		line = p.Line
	}
	r.fault(line, "", "export.read_csv")
}

// read goes through the whole table.
func (r *reader) read(next table, columns []Column) {
	names, _, err := next()
	if err != nil {
		r.broken(err)
		return
	}
	r.open(names, columns)
	for len(r.faults) < MaxFaults {
		record, line, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.broken(err)
			break
		}
		for _, v := range record {
			if v != "" {
				r.cells++
			}
		}
		if len(r.entries) >= MaxRows || r.cells > MaxCells {
			r.fault(line, "", "export.read_much", "Rows", MaxRows, "Cells", MaxCells)
			break
		}
		if r.book {
			record = r.fit(record, line)
		}
		r.row(record, line)
	}
	if len(r.faults) == 0 && len(r.entries) == 0 {
		r.fault(1, "", "export.read_empty")
	}
}

// fit makes a row of a sheet as wide as the first one: empty cells at its end are not in the file.
func (r *reader) fit(record []string, line int) []string {
	for i, v := range record {
		if i >= len(r.names) && v != "" {
			r.fault(line, "", "export.read_wide")
			break
		}
	}
	out := make([]string, len(r.names))
	copy(out, record)
	return out
}

// open finds the columns by the first line.
func (r *reader) open(names []string, columns []Column) {
	r.names = slices.Clone(names)
	r.columns = make([]*Column, len(names))
	for i, name := range r.names {
		name = strings.TrimSpace(name)
		r.names[i] = name
		r.raw = r.raw || name == rawRowName
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
		switch {
		case slices.Contains(r.names[:i], name):
			r.fault(1, name, "export.read_twice")
		case at >= 0:
			r.columns[i] = &columns[at]
		case name != RefColumn && name != rawRowName:
			r.fault(1, name, "export.read_column")
		}
	}
	for _, needed := range []string{RefColumn, "group"} {
		if !slices.Contains(r.names, needed) {
			r.fault(1, needed, "export.read_needed")
		}
	}
}

// row reads one line of the file.
func (r *reader) row(record []string, line int) {
	e := Entry{Line: line, Row: r.fallback}
	e.Answers = questionnaire.Answers{}
	before := len(r.faults)
	for i, v := range record {
		name := r.names[i]
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
			r.fault(line, name, "export.read_utf8")
			continue
		}
		v = strings.TrimSpace(v)
		if rest, ok := strings.CutPrefix(v, "'"); ok && !r.raw && calm(rest, Options{}) == v {
			v = rest // the apostrophe that CSV put there
		}
		if c := r.columns[i]; c != nil && c.Question != nil {
			r.put(&e, c, v)
		} else {
			r.about(&e, name, v)
		}
	}
	if first, ok := r.seen[e.Ref]; ok && e.Ref != "" {
		r.fault(line, RefColumn, "export.read_ref_twice", "Line", first)
	}
	r.seen[e.Ref] = line
	if len(r.faults) == before {
		for _, p := range r.def.Validate(e.Group, e.Answers) {
			r.faults = append(r.faults, Fault{Line: line, Column: p.Field(), Key: p.Key, Args: p.Args})
		}
	}
	r.entries = append(r.entries, e)
}

// maxRef is the longest reference, in characters.
const maxRef = 100

// about reads what is not an answer.
func (r *reader) about(e *Entry, name, v string) {
	switch name {
	case RefColumn:
		e.Ref = v
		if v == "" || utf8.RuneCountInString(v) > maxRef {
			r.fault(e.Line, name, "export.read_ref", "Max", maxRef)
		}
	case "group":
		e.Group = v
		if !r.def.HasGroup(v) {
			r.fault(e.Line, name, "export.read_group", "Value", v)
		}
	case "language":
		if v != "" {
			e.Language = i18n.Lang(v)
		}
		if e.Language != i18n.Sv && e.Language != i18n.En {
			r.fault(e.Line, name, "export.read_language", "Value", v)
		}
	case waveName:
		r.wave(e.Line, v)
	case "submitted":
		if v == "" {
			return
		}
		day, err := time.Parse(time.DateOnly, v)
		if serial, bad := strconv.Atoi(v); r.book && err != nil && bad == nil && serial > 0 && serial < 100000 {
			day, err = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, serial), nil // as Excel keeps a day
		}
		if err != nil || day.After(r.fallback.Submitted) {
			r.fault(e.Line, name, "export.read_day", "Value", v)
		}
		e.Submitted = day
	}
}

// wave refuses a file with the rows of two waves: what is read in belongs to one.
func (r *reader) wave(line int, v string) {
	if v == "" || v == strconv.Itoa(WaveUntold) {
		return
	}
	if r.waved == "" {
		r.waved = v
	}
	if v != r.waved {
		r.fault(line, waveName, "export.read_wave", "First", r.waved, "Value", v)
	}
}

// CheckEntry finds what a typed-in row would be refused for in a file.
func CheckEntry(def *questionnaire.Definition, e *Entry, now time.Time) []Fault {
	r := &reader{def: def, fallback: Row{Submitted: now}}
	r.about(e, RefColumn, strings.TrimSpace(e.Ref))
	r.about(e, "group", e.Group)
	r.about(e, "language", string(e.Language))
	if e.Submitted.After(now) {
		r.fault(e.Line, "submitted", "export.read_day", "Value", e.Submitted.Format(time.DateOnly))
	}
	for _, p := range def.Validate(e.Group, e.Answers) {
		r.faults = append(r.faults, Fault{Line: e.Line, Column: p.Field(), Key: p.Key, Args: p.Args})
	}
	return r.faults
}

// put adds one cell to the answer of its question.
func (r *reader) put(e *Entry, c *Column, v string) {
	if v == "" {
		return
	}
	q := c.Question
	a := e.Answers[q.ID]
	part := strings.TrimPrefix(strings.TrimPrefix(c.Name, q.ID), ".")
	if c.Kind == Text {
		if part == "" {
			a.Text = v
		} else {
			a.Other = v
		}
		e.Answers[q.ID] = a
		return
	}
	n, ok := c.parse(v)
	if !ok {
		r.fault(e.Line, c.Name, "export.read_value", "Value", v)
		return
	}
	if special := c.special(n); special != 0 {
		if q.Type == questionnaire.Matrix && special > 0 {
			n = float64(special)
		} else {
			if special > 0 {
				a.Code = &special
				e.Answers[q.ID] = a
			}
			return
		}
	}
	if q.Type != questionnaire.Numeric && q.Type != questionnaire.Rating && n != math.Trunc(n) {
		r.fault(e.Line, c.Name, "export.read_value", "Value", v)
		return
	}
	if r.set(&a, c, part, n) {
		e.Answers[q.ID] = a
	} else {
		r.fault(e.Line, c.Name, "export.read_value", "Value", v)
	}
}

// set puts a number that is no missing value into its part of the answer.
func (r *reader) set(a *questionnaire.Answer, c *Column, part string, n float64) bool {
	code := int(n)
	switch c.Question.Type {
	case questionnaire.Multiple:
		option, err := strconv.Atoi(part)
		if code == 1 {
			a.Codes = append(a.Codes, option)
		}
		return err == nil && (code == 0 || code == 1)
	case questionnaire.Matrix:
		if a.Rows == nil {
			a.Rows = map[string]int{}
		}
		a.Rows[part] = code
	case questionnaire.Ranking:
		a.Codes = append(a.Codes, code)
		return part == fmt.Sprintf("rank%d", len(a.Codes)) // ranks come in order and without gaps
	case questionnaire.Numeric, questionnaire.Rating:
		a.Number = &n
	case questionnaire.FreeText:
		return code == 0 // answered: the text itself says so
	default:
		a.Code = &code
	}
	return true
}

// parse reads a number, a code, or the label of a code in either language.
func (c *Column) parse(v string) (float64, bool) {
	if n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64); err == nil {
		return n, math.Abs(n) < 1<<31
	}
	for _, code := range c.Codes {
		if strings.EqualFold(v, code.Label.Sv) || strings.EqualFold(v, code.Label.En) {
			return float64(code.Value), true
		}
	}
	return 0, false
}

// special is the kind of missing answer that the number stands for in the column, 0 for none.
func (c *Column) special(n float64) int {
	for _, kind := range []int{questionnaire.NotShown, questionnaire.Unanswered, questionnaire.NotApplicable, questionnaire.Unknown, questionnaire.Declined} {
		if n == float64(c.Value(kind)) {
			return kind
		}
	}
	return 0
}
