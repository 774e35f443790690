package exchange

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/questionnaire"
)

// The conditions of XLSForm (XPath) and of LimeSurvey (its ExpressionManager) are near enough to be
// read by one grammar: or, and, not, comparisons of a question with a value, selected(), is_empty().

var token = regexp.MustCompile(`^(?:\$\{\s*([^}\s]+)\s*\}|'([^']*)'|"([^"]*)"|(\d+X\d+X\d+[A-Za-z0-9_.]*|[A-Za-z_][A-Za-z0-9_.-]*)|(-?\d+(?:\.\d+)?)|(<=|>=|!=|==|&&|\|\||[=<>()!,]))`)

type lexeme struct {
	kind string // ref, text, number, word, sign, end
	text string
}

func lex(s string) ([]lexeme, error) {
	if len(s) > 4000 {
		return nil, errors.New("it is too long")
	}
	var list []lexeme
	for {
		s = strings.TrimSpace(s)
		if s == "" {
			return append(list, lexeme{kind: "end"}), nil
		}
		m := token.FindStringSubmatchIndex(s)
		if m == nil {
			return nil, fmt.Errorf("%q is not understood", clip(s, 20))
		}
		for i, kind := range []string{"ref", "text", "text", "word", "number", "sign"} {
			if m[2*i+2] >= 0 {
				list = append(list, lexeme{kind, s[m[2*i+2]:m[2*i+3]]})
			}
		}
		s = s[m[1]:]
	}
}

// parser reads one expression. Question resolves a name; code gives the number that a choice's name
// stands for in it.
type parser struct {
	tokens   []lexeme
	question func(name string) (*questionnaire.Question, bool)
	code     func(q *questionnaire.Question, name string) (float64, bool)
	depth    int
}

// parse gives nil for an expression that is always true.
func (p parser) parse(s string) (*questionnaire.Condition, error) {
	var err error
	if p.tokens, err = lex(s); err != nil {
		return nil, err
	}
	if p.tokens[0].kind == "number" && p.tokens[0].text == "1" && p.tokens[1].kind == "end" {
		return nil, nil
	}
	c, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != "end" {
		return nil, fmt.Errorf("%q is not understood", p.peek().text)
	}
	c = flat(c)
	if c.Q != "" {
		c = &questionnaire.Condition{All: []questionnaire.Condition{*c}}
	}
	return c, nil
}

func (p *parser) peek() lexeme { return p.tokens[0] }

func (p *parser) next() lexeme {
	t := p.tokens[0]
	if len(p.tokens) > 1 {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) accept(words ...string) bool {
	t := p.peek()
	if (t.kind == "word" || t.kind == "sign") && slices.Contains(words, strings.ToLower(t.text)) {
		p.next()
		return true
	}
	return false
}

func (p *parser) or() (*questionnaire.Condition, error) {
	c := &questionnaire.Condition{}
	for {
		part, err := p.and()
		if err != nil {
			return nil, err
		}
		c.Any = append(c.Any, *part)
		if !p.accept("or", "||") {
			return c, nil
		}
	}
}

func (p *parser) and() (*questionnaire.Condition, error) {
	c := &questionnaire.Condition{}
	for {
		part, err := p.not()
		if err != nil {
			return nil, err
		}
		c.All = append(c.All, *part)
		if !p.accept("and", "&&") {
			return c, nil
		}
	}
}

func (p *parser) not() (*questionnaire.Condition, error) {
	if p.depth++; p.depth > 50 {
		return nil, errors.New("it is nested too deep")
	}
	defer func() { p.depth-- }()
	switch {
	case p.accept("!", "not"):
		c, err := p.not()
		if err != nil {
			return nil, err
		}
		return negate(flat(c))
	case p.accept("("):
		c, err := p.or()
		if err == nil && !p.accept(")") {
			err = errors.New("a bracket is not closed")
		}
		return c, err
	}
	return p.comparison()
}

func (p *parser) comparison() (*questionnaire.Condition, error) {
	t := p.next()
	if t.kind == "word" && p.peek().text == "(" && p.peek().kind == "sign" {
		return p.call(strings.ToLower(t.text))
	}
	q, err := p.resolve(t)
	if err != nil {
		return nil, err
	}
	op := p.next()
	v := p.next()
	if v.kind != "text" && v.kind != "number" {
		return nil, fmt.Errorf("%s is not compared with a value", t.text)
	}
	answered := questionnaire.Condition{Q: q.ID, Op: questionnaire.IsAnswered}
	empty := questionnaire.Condition{Q: q.ID, Op: questionnaire.IsAnswered, Values: []float64{0}}
	equal := slices.Contains([]string{"=", "==", "eq"}, op.text)
	differs := slices.Contains([]string{"!=", "ne"}, op.text)
	if v.text == "" {
		switch {
		case equal:
			return &empty, nil
		case differs:
			return &answered, nil
		}
	}
	value, ok := p.code(q, v.text)
	if !ok {
		return nil, fmt.Errorf("%s has no answer %q", t.text, v.text)
	}
	c := &questionnaire.Condition{Q: q.ID, Op: questionnaire.Eq, Values: []float64{value}}
	switch {
	case equal:
		return c, nil
	case differs: // true also when nothing is answered
		c.Op = questionnaire.Ne
		return &questionnaire.Condition{Any: []questionnaire.Condition{*c, empty}}, nil
	}
	return c, order(c, q, op.text)
}

// order makes c a comparison of size. Strict ones become the next whole number or point.
func order(c *questionnaire.Condition, q *questionnaire.Question, op string) error {
	number := q.Type == questionnaire.Numeric || q.Type == questionnaire.Rating
	strict := 0.0
	switch op {
	case ">", "gt":
		c.Op, strict = questionnaire.Ge, 1
	case ">=", "ge":
		c.Op = questionnaire.Ge
	case "<", "lt":
		c.Op, strict = questionnaire.Le, -1
	case "<=", "le":
		c.Op = questionnaire.Le
	default:
		return fmt.Errorf("%q is not understood", op)
	}
	if strict != 0 && number {
		step := 1.0
		for range q.Decimals {
			step /= 10
		}
		v, _ := strconv.ParseFloat(strconv.FormatFloat(c.Values[0]+strict*step, 'f', q.Decimals, 64), 64)
		c.Values[0] = v
		return nil
	}
	c.Values[0] += strict
	return nil
}

func (p *parser) resolve(t lexeme) (*questionnaire.Question, error) {
	if t.kind == "ref" || t.kind == "word" {
		if q, ok := p.question(strings.TrimSuffix(t.text, ".NAOK")); ok {
			return q, nil
		}
	}
	return nil, fmt.Errorf("%q is no question that was taken over", t.text)
}

func (p *parser) call(name string) (*questionnaire.Condition, error) {
	p.next()
	q, err := p.resolve(p.next())
	if err != nil {
		return nil, err
	}
	c := &questionnaire.Condition{Q: q.ID, Op: questionnaire.IsAnswered}
	switch name {
	case "selected":
		if !p.accept(",") {
			return nil, errors.New("selected needs a choice")
		}
		v := p.next()
		value, ok := p.code(q, v.text)
		if !ok {
			return nil, fmt.Errorf("%s has no choice %q", q.ID, v.text)
		}
		c.Op, c.Values = questionnaire.Eq, []float64{value}
	case "is_empty":
		c.Values = []float64{0}
	default:
		return nil, fmt.Errorf("the function %s is not known", clip(name, 40))
	}
	if !p.accept(")") {
		return nil, errors.New("a bracket is not closed")
	}
	return c, nil
}

// negate is the opposite, also when nothing is answered.
func negate(c *questionnaire.Condition) (*questionnaire.Condition, error) {
	if c.Q == "" {
		var parts []questionnaire.Condition
		for _, part := range slices.Concat(c.All, c.Any) {
			n, err := negate(&part)
			if err != nil {
				return nil, err
			}
			parts = append(parts, *n)
		}
		if len(c.All) > 0 {
			return &questionnaire.Condition{Any: parts}, nil
		}
		return &questionnaire.Condition{All: parts}, nil
	}
	empty := questionnaire.Condition{Q: c.Q, Op: questionnaire.IsAnswered, Values: []float64{0}}
	switch c.Op {
	case questionnaire.IsAnswered:
		if len(c.Values) > 0 {
			empty.Values = nil
		}
		return &empty, nil
	case questionnaire.Eq:
		return &questionnaire.Condition{Any: []questionnaire.Condition{{Q: c.Q, Op: questionnaire.Ne, Values: c.Values}, empty}}, nil
	case questionnaire.Ne:
		return &questionnaire.Condition{Any: []questionnaire.Condition{{Q: c.Q, Op: questionnaire.Eq, Values: c.Values}, empty}}, nil
	}
	return nil, fmt.Errorf("not cannot stand before this comparison of %s", c.Q)
}

// flat is the simplest form: no all or any of one part or within its own kind, "one of several"
// as in, and no "answered" beside what only an answer fulfils.
func flat(c *questionnaire.Condition) *questionnaire.Condition {
	if c.Q != "" {
		return c
	}
	all := len(c.All) > 0
	var parts []questionnaire.Condition
	for _, part := range slices.Concat(c.All, c.Any) {
		f := flat(&part)
		if all && len(f.All) > 0 {
			parts = append(parts, f.All...)
		} else if !all && len(f.Any) > 0 {
			parts = append(parts, f.Any...)
		} else {
			parts = append(parts, *f)
		}
	}
	if all {
		parts = withoutGuards(parts)
	} else {
		parts = gather(parts)
	}
	if len(parts) == 1 {
		return &parts[0]
	}
	if all {
		return &questionnaire.Condition{All: parts}
	}
	return &questionnaire.Condition{Any: parts}
}

// withoutGuards turns "answered, and (other than x or not answered)" into "other than x", and
// drops "below the special codes" beside "at least".
func withoutGuards(parts []questionnaire.Condition) []questionnaire.Condition {
	answered, least := map[string]bool{}, map[string]bool{}
	for _, p := range parts {
		answered[p.Q] = answered[p.Q] || (p.Op == questionnaire.IsAnswered && len(p.Values) == 0)
		least[p.Q] = least[p.Q] || p.Op == questionnaire.Ge
	}
	needless := map[string]bool{}
	for i, p := range parts {
		if len(p.Any) == 2 && p.Any[0].Op == questionnaire.Ne && p.Any[1].Op == questionnaire.IsAnswered && len(p.Any[1].Values) > 0 &&
			p.Any[0].Q == p.Any[1].Q && answered[p.Any[0].Q] {
			parts[i], needless[p.Any[0].Q] = p.Any[0], true
		}
	}
	return slices.DeleteFunc(parts, func(p questionnaire.Condition) bool {
		return (p.Op == questionnaire.IsAnswered && len(p.Values) == 0 && needless[p.Q]) ||
			(p.Op == questionnaire.Le && p.Values[0] == questionnaire.NotApplicable-1 && least[p.Q])
	})
}

// gather makes one in of several eq of the same question, and drops what stands twice.
func gather(parts []questionnaire.Condition) []questionnaire.Condition {
	var list []questionnaire.Condition
	at := map[string]int{}
	for _, p := range parts {
		key := p.Q + "|" + string(p.Op)
		first, seen := at[key]
		switch {
		case p.Q == "" || (p.Op != questionnaire.Eq && p.Op != questionnaire.In && p.Op != questionnaire.IsAnswered):
			list = append(list, p)
		case p.Op == questionnaire.IsAnswered && seen && len(list[first].Values) == len(p.Values):
		case p.Op == questionnaire.Eq && seen:
			list[first].Op = questionnaire.In
			list[first].Values = append(slices.Clone(list[first].Values), p.Values...)
		default:
			at[key] = len(list)
			list = append(list, p)
		}
	}
	return list
}
