package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDepth is how deep all and any may be nested.
const maxDepth = 6

// condition reads a show_if of the question with the index owner.
func (r *reader) condition(n *yaml.Node, owner, depth int) *Condition {
	m := r.fields(n, "a condition", "all", "any", "q", "op", "value")
	if depth > maxDepth {
		r.fail(n, "write it flatter", "the condition is nested more than %d deep", maxDepth)
		return nil
	}
	kinds := 0
	for _, key := range []string{"all", "any", "q"} {
		if m.has(key) {
			kinds++
		}
	}
	if kinds != 1 {
		if n.Kind == yaml.MappingNode {
			r.fail(n, "write {all: [...]}, {any: [...]} or {q: ..., op: ..., value: ...}", "a condition holds either all, any or one comparison")
		}
		return nil
	}
	if m.has("q") {
		return r.comparison(m, owner)
	}
	c := &Condition{}
	for key, into := range map[string]*[]Condition{"all": &c.All, "any": &c.Any} {
		if !m.has(key) {
			continue
		}
		for _, item := range r.list(m.get(key), key) {
			if part := r.condition(item, owner, depth+1); part != nil {
				*into = append(*into, *part)
			}
		}
		if len(*into) == 0 {
			r.fail(m.get(key), "write at least one comparison, or remove show_if", "%s holds no comparison", key)
			return nil
		}
		for _, stray := range []string{"op", "value"} {
			if m.has(stray) {
				r.fail(m.get(stray), "move it into the comparison", "%s stands beside %s", stray, key)
			}
		}
	}
	return c
}

func (r *reader) comparison(m mapping, owner int) *Condition {
	c := &Condition{Q: r.word(m.get("q"), "q")}
	ops := make([]string, len(Ops))
	for i, op := range Ops {
		ops[i] = string(op)
	}
	op := m.get("op")
	switch {
	case op == nil:
		r.fail(m.node, "add op: with one of "+strings.Join(ops, ", "), "the comparison with %s has no op", c.Q)
		return nil
	case !slices.Contains(ops, op.Value):
		r.fail(op, nearest(op.Value, ops), "unknown op %q", op.Value)
		return nil
	}
	c.Op = Op(op.Value)
	if !r.comparisonValues(m, c) {
		return nil
	}
	r.refs = append(r.refs, ref{source: r.source, node: m.node, owner: owner, cond: *c})
	return c
}

func (r *reader) comparisonValues(m mapping, c *Condition) bool {
	n := m.get("value")
	if c.Op == IsAnswered {
		if n != nil && !r.flag(m, "value") {
			c.Values = []float64{0}
		}
		return true
	}
	if n == nil {
		r.fail(m.node, "add value: with a code or number", "the comparison with %s has no value", c.Q)
		return false
	}
	items := []*yaml.Node{n}
	if c.Op == In {
		items = r.list(n, "the value of in")
	}
	for _, item := range items {
		v, ok := r.number(item, "value")
		if !ok {
			return false
		}
		c.Values = append(c.Values, v)
	}
	if len(c.Values) == 0 {
		r.fail(n, "write value: [1, 2]", "the comparison with %s has no value", c.Q)
		return false
	}
	return true
}

// checkRefs checks every comparison against the question it points to. It must stand earlier, so
// that one pass decides what is shown, and every group of this question must get it, or the
// condition could never hold for some.
func (r *reader) checkRefs() {
	ids := make([]string, len(r.questions))
	for i, q := range r.questions {
		ids[i] = q.ID
	}
	for _, ref := range r.refs {
		owner := r.questions[ref.owner]
		at := slices.Index(ids, ref.cond.Q)
		switch {
		case at < 0:
			ref.source.fail(ref.node, nearest(ref.cond.Q, ids), "the condition of %s points to %q, which is no question", owner.ID, ref.cond.Q)
			continue
		case at >= ref.owner:
			ref.source.fail(ref.node, "move "+owner.ID+" after it, or point to an earlier question",
				"the condition of %s points forward to %s", owner.ID, ref.cond.Q)
			continue
		}
		target := r.questions[at]
		for _, g := range owner.Groups {
			if !target.AskedOf(g) {
				ref.source.fail(ref.node, fmt.Sprintf("take %s out of the groups of %s, or add it to those of %s", g, owner.ID, target.ID),
					"the condition of %s points to %s, which group %s never gets", owner.ID, target.ID, g)
			}
		}
		r.checkComparison(ref, &target.Question)
	}
}

// checkComparison checks that the comparison can mean something for the type of the question.
func (r *reader) checkComparison(ref ref, target *Question) {
	c := ref.cond
	if c.Op == IsAnswered {
		return
	}
	switch target.Type {
	case FreeText, Matrix:
		ref.source.fail(ref.node, "write op: answered", "a %s question such as %s cannot be compared", target.Type, target.ID)
		return
	case Multiple, Ranking, Municipality, YesNoUnknown:
		if c.Op == Ge || c.Op == Le {
			ref.source.fail(ref.node, "write op: eq or op: in", "the codes of %s have no order", target.ID)
			return
		}
	}
	for _, v := range c.Values {
		code := int(v)
		_, special := target.Special(code)
		_, option := target.Option(code)
		whole := v == float64(code)
		isNumber := target.Type == Numeric || target.Type == Rating
		ok := whole && (special || option)
		if isNumber {
			ok = (v >= target.Min && v <= target.Max) || (whole && special && c.Op != Ge && c.Op != Le)
		}
		if !ok {
			ref.source.fail(ref.node, possible(target), "%s has no answer %s", target.ID, plain(v))
		}
	}
}

// possible says what a comparison with the question may be written with.
func possible(q *Question) string {
	if q.Type == Numeric || q.Type == Rating {
		return fmt.Sprintf("write a number from %s to %s", plain(q.Min), plain(q.Max))
	}
	var codes []string
	for _, o := range q.Options {
		codes = append(codes, fmt.Sprint(o.Code))
	}
	for _, s := range q.Specials {
		codes = append(codes, fmt.Sprint(s.Code))
	}
	return "write one of " + strings.Join(codes, ", ")
}
