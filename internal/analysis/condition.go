package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"upphandlingsdialog/internal/questionnaire"
)

// ConditionError says what is wrong with a filter in words, and where.
type ConditionError struct {
	Text string // the filter
	At   int    // byte where the fault begins
	Why  string
}

// Error shows the filter with a mark under the place.
func (e *ConditionError) Error() string {
	before := utf8.RuneCountInString(e.Text[:e.At])
	return fmt.Sprintf("filter, at character %d: %s\n  %s\n  %s^", before+1, e.Why, visible(e.Text), strings.Repeat(" ", before))
}

// visible keeps a text on one line, a character for each of its own.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}

// ParseFilter reads a filter such as
//
//	group = business and bg_size in 1,2,3 and q5_05.a = 4
//
// Every condition must hold. A condition names a question (or the row of a
// matrix, or group) and the codes of which an answer must hold one. Names and
// codes are checked against the questionnaire. An empty text keeps everybody.
// Errors are *ConditionError.
func ParseFilter(text string, def *questionnaire.Definition) (Filter, error) {
	p := &conditions{text: text, def: def}
	if p.word() == "" {
		return Filter{}, nil
	}
	for {
		if err := p.condition(); err != nil {
			return Filter{}, err
		}
		if p.word() == "" {
			return p.filter, nil
		}
		if !strings.EqualFold(p.word(), "and") {
			return Filter{}, p.fault("expected “and” and another condition")
		}
		p.next()
	}
}

// conditions reads a filter from left to right.
type conditions struct {
	text   string
	at     int
	def    *questionnaire.Definition
	filter Filter
}

// word is the next word, number or sign, without passing it: "" at the end.
func (p *conditions) word() string {
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			break
		}
		p.at += size
	}
	rest := p.text[p.at:]
	end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '=' || r == ',' })
	switch {
	case end < 0:
		return rest
	case end == 0: // a sign by itself
		return rest[:1]
	}
	return rest[:end]
}

func (p *conditions) next() { p.at += len(p.word()) }

func (p *conditions) fault(format string, args ...any) error {
	return &ConditionError{Text: p.text, At: p.at, Why: fmt.Sprintf(format, args...)}
}

// condition reads one: a name, "=" or "in", and what the answer may be.
func (p *conditions) condition() error {
	name, start := p.word(), p.at
	if name == "" {
		return p.fault("a condition is missing after “and”")
	}
	var known func(string) (int, error)
	switch {
	case name == SplitByGroup:
		if p.filter.Group != "" {
			return p.fault("group is named twice; a respondent belongs to one")
		}
	case slices.ContainsFunc(p.filter.Where, func(w Where) bool { return w.Question == name }):
		return p.fault("%s has a condition already; write all its codes in one, as in “%s in 1,2”", name, name)
	default:
		var why string
		if known, why = p.question(name); why != "" {
			return p.fault("%s", why)
		}
	}
	p.next()
	several := strings.EqualFold(p.word(), "in")
	if !several && p.word() != "=" {
		return p.fault("expected “=” or “in” after %s", name)
	}
	p.next()
	if known == nil {
		return p.group()
	}
	w := Where{Question: name}
	for {
		code, err := known(p.word())
		if err != nil {
			return p.fault("%s", err)
		}
		if slices.Contains(w.Codes, code) {
			return p.fault("code %d is given twice", code)
		}
		w.Codes = append(w.Codes, code)
		p.next()
		if p.word() != "," {
			break
		}
		if !several {
			return p.fault("“=” takes one code; write “%s in …” for several", p.text[start:start+len(name)])
		}
		p.next()
	}
	p.filter.Where = append(p.filter.Where, w)
	return nil
}

// group reads the group that is kept.
func (p *conditions) group() error {
	name := p.word()
	if name != GroupAssociation && !p.def.HasGroup(name) || name == "" {
		ids := make([]string, len(p.def.Groups))
		for i, g := range p.def.Groups {
			ids[i] = g.ID
		}
		return p.fault("no group %q; there are %s and %s", name, strings.Join(ids, ", "), GroupAssociation)
	}
	p.filter.Group = name
	p.next()
	return nil
}

// question finds what a name stands for: a function that reads its codes, or why there is none.
func (p *conditions) question(name string) (func(string) (int, error), string) {
	id, row, _ := strings.Cut(name, ".")
	q, ok := p.def.Question(id)
	if !ok {
		return nil, fmt.Sprintf("no question %q", name)
	}
	if q.Type == questionnaire.FreeText {
		return nil, fmt.Sprintf("%s is answered in free text and has no codes", name)
	}
	_, has := q.Row(row)
	if q.Type == questionnaire.Matrix && !has {
		return nil, fmt.Sprintf("%s is a matrix; name a row of it, as in “%s.%s”", id, id, q.Rows[0].ID)
	}
	if q.Type != questionnaire.Matrix && row != "" {
		return nil, fmt.Sprintf("%s has no rows", id)
	}
	return func(word string) (int, error) {
		code, err := strconv.Atoi(word)
		if word == "" || err != nil {
			return 0, fmt.Errorf("expected a code of %s", name)
		}
		if q.Type == questionnaire.Numeric || q.Type == questionnaire.Rating {
			if v := float64(code); v < q.Min || q.Max > q.Min && v > q.Max {
				return 0, fmt.Errorf("%s goes from %v to %v", name, q.Min, q.Max)
			}
			return code, nil
		}
		if _, ok := q.Option(code); !ok {
			codes := make([]string, len(q.Options))
			for i, o := range q.Options {
				codes[i] = strconv.Itoa(o.Code)
			}
			return 0, fmt.Errorf("%s has no code %d; it has %s", name, code, strings.Join(codes, ", "))
		}
		return code, nil
	}, ""
}

// Words writes the filter as ParseFilter reads it.
func (f Filter) Words() string {
	var parts []string
	if f.Group != "" {
		parts = append(parts, SplitByGroup+" = "+f.Group)
	}
	for _, w := range f.Where {
		codes := make([]string, len(w.Codes))
		for i, c := range w.Codes {
			codes[i] = strconv.Itoa(c)
		}
		parts = append(parts, w.Question+" in "+strings.Join(codes, ","))
	}
	return strings.Join(parts, " and ")
}
