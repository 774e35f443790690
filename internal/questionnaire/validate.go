package questionnaire

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is one thing that must be mended in an answer. Key is a message key of the topic
// "survey", Args its placeholders. Row names the row of a matrix or the rank of a ranking ("2"),
// so that Question and Row together name the form field.
type Problem struct {
	Question string         `json:"question"`
	Row      string         `json:"row,omitempty"`
	Key      string         `json:"key"`
	Args     map[string]any `json:"args,omitempty"`
}

// Field is the name of the form field to mend.
func (p Problem) Field() string {
	if p.Row == "" {
		return p.Question
	}
	return p.Question + "." + p.Row
}

// MaxOther is the longest text, in characters, that an option with other_text takes.
const MaxOther = 200

// defaultMaxLength limits a text question that names no limit of its own.
const defaultMaxLength = 2000

// Validate checks answers against the group's version of the questionnaire. It is the one
// validator: of the respondent's pages, of imports and of the demonstration's answers. Nothing is
// required; what is there must be an answer to a question that is shown. The problems come in the
// order of the questions, those about unknown questions last.
func (d *Definition) Validate(group string, a Answers) []Problem {
	visible := d.Visible(group, a)
	var problems []Problem
	shown := make(map[string]bool, len(visible))
	for _, q := range visible {
		shown[q.ID] = true
		if answer, ok := a[q.ID]; ok {
			problems = append(problems, q.Check(answer)...)
		}
	}
	var stray []string
	for id := range a {
		if !shown[id] {
			stray = append(stray, id)
		}
	}
	slices.Sort(stray)
	for _, id := range stray {
		problems = append(problems, Problem{Question: id, Key: "survey.error_not_asked"})
	}
	return problems
}

// Check checks one answer, with the receiver in the view of the respondent's group (as Pages and
// Visible give it). An empty answer is fine.
func (q *Question) Check(a Answer) []Problem {
	c := checker{q: q}
	if a.IsZero() {
		if a.Other != "" {
			c.add("", "survey.error_other_alone")
		}
		return c.problems
	}
	c.parts(a)
	if len(c.problems) > 0 {
		return c.problems
	}
	if code, ok := a.Special(); ok {
		c.special(a, code)
		return c.problems
	}
	switch q.Type {
	case Single, Likert5, YesNoUnknown, Municipality:
		c.option("", *a.Code)
	case Multiple:
		c.multiple(a.Codes)
	case Ranking:
		c.ranking(a.Codes)
	case Matrix:
		c.matrix(a.Rows)
	case Numeric, Rating:
		c.number(*a.Number)
	case FreeText:
		c.text(a.Text, q.textLimit())
	}
	c.other(a)
	return c.problems
}

func (q *Question) textLimit() int {
	if q.MaxLength > 0 {
		return q.MaxLength
	}
	return defaultMaxLength
}

// checker collects the problems of one answer.
type checker struct {
	q        *Question
	problems []Problem
}

func (c *checker) add(row, key string, args ...any) {
	p := Problem{Question: c.q.ID, Row: row, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[args[i].(string)] = args[i+1]
	}
	c.problems = append(c.problems, p)
}

// parts refuses an answer that carries a part which the type of question has no use for: it could
// come from an import, and would be stored without ever being counted.
func (c *checker) parts(a Answer) {
	_, special := a.Special()
	used := map[string]bool{
		"code":   a.Code != nil && !special,
		"codes":  len(a.Codes) > 0,
		"number": a.Number != nil,
		"text":   a.Text != "",
		"rows":   len(a.Rows) > 0,
	}
	wanted := ""
	switch c.q.Type {
	case Single, Likert5, YesNoUnknown, Municipality:
		wanted = "code"
	case Multiple, Ranking:
		wanted = "codes"
	case Numeric, Rating:
		wanted = "number"
	case FreeText:
		wanted = "text"
	case Matrix:
		wanted = "rows"
	}
	for part, present := range used {
		switch {
		case present && special:
			c.add("", "survey.error_both")
			return
		case present && part != wanted:
			c.add("", "survey.error_shape")
			return
		}
	}
	if special && c.q.Type == Matrix {
		c.add("", "survey.error_shape")
	}
}

func (c *checker) special(a Answer, code int) {
	if _, ok := c.q.Special(code); !ok {
		c.add("", "survey.error_choice")
	}
	if a.Other != "" {
		c.add("other", "survey.error_other_alone")
	}
}

func (c *checker) option(row string, code int) {
	if _, ok := c.q.Option(code); !ok {
		c.add(row, "survey.error_choice")
	}
}

func (c *checker) multiple(codes []int) {
	seen := make(map[int]bool, len(codes))
	exclusive := false
	for _, code := range codes {
		o, ok := c.q.Option(code)
		if !ok || seen[code] {
			c.add("", "survey.error_choice")
			return
		}
		seen[code] = true
		exclusive = exclusive || o.Exclusive
	}
	if exclusive && len(codes) > 1 {
		c.add("", "survey.error_exclusive")
	}
	if c.q.MaxChoices > 0 && len(codes) > c.q.MaxChoices {
		c.add("", "survey.error_max_choices", "Max", c.q.MaxChoices, "Chosen", len(codes))
	}
}

func (c *checker) ranking(codes []int) {
	if len(codes) > c.q.Top {
		c.add("", "survey.error_rank_count", "Max", c.q.Top)
		return
	}
	seen := make(map[int]bool, len(codes))
	for i, code := range codes {
		rank := strconv.Itoa(i + 1)
		if seen[code] {
			c.add(rank, "survey.error_rank_double", "Rank", i+1)
			continue
		}
		seen[code] = true
		c.option(rank, code)
	}
}

func (c *checker) matrix(rows map[string]int) {
	known := 0
	for _, r := range c.q.Rows {
		code, ok := rows[r.ID]
		if !ok {
			continue
		}
		known++
		if _, special := c.q.Special(code); !special {
			c.option(r.ID, code)
		}
	}
	if known != len(rows) {
		c.add("", "survey.error_shape")
	}
}

func (c *checker) number(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		c.add("", "survey.error_number")
		return
	}
	if v < c.q.Min || v > c.q.Max {
		c.add("", "survey.error_range", "Min", plain(c.q.Min), "Max", plain(c.q.Max))
		return
	}
	decimals := c.q.Decimals
	if c.q.Type == Rating {
		decimals = 0
	}
	if _, frac, _ := strings.Cut(plain(v), "."); len(frac) > decimals {
		c.tooExact()
	}
}

// tooExact says how many decimals the number may have.
func (c *checker) tooExact() {
	if c.q.Type == Rating || c.q.Decimals == 0 {
		c.add("", "survey.error_whole")
		return
	}
	c.add("", "survey.error_decimals", "Decimals", c.q.Decimals)
}

func (c *checker) text(s string, limit int) {
	if n := utf8.RuneCountInString(s); n > limit {
		c.add("", "survey.error_too_long", "Max", limit, "Length", n)
	}
	if !storable(s) {
		c.add("", "survey.error_text")
	}
}

// other checks the words beside an option such as "Annat".
func (c *checker) other(a Answer) {
	if a.Other == "" {
		return
	}
	for _, o := range c.q.Options {
		if o.OtherText && a.Has(o.Code) && (c.q.Type == Single || c.q.Type == Multiple) {
			before := len(c.problems)
			c.text(a.Other, MaxOther)
			for i := before; i < len(c.problems); i++ {
				c.problems[i].Row = "other"
			}
			return
		}
	}
	c.add("other", "survey.error_other_alone")
}

// plain writes a number without exponent or needless decimals.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// storable tells whether the text is valid UTF-8 without control characters but tab and new line;
// the database's JSON cannot hold NUL.
func storable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isControl)
}

func isControl(r rune) bool { return (r < 0x20 && r != '\n' && r != '\t') || r == 0x7f }
