package analysis

import (
	"fmt"
	"maps"
	"math"
	"math/bits"

	"upphandlingsdialog/internal/questionnaire"
)

// The first places of a column's codes are the kinds of missing answers; the
// answers themselves come after.
const (
	missUnanswered uint8 = iota // shown and left empty, and positions that nobody holds
	missNotShown
	missNotApplicable
	missUnknown
	missDeclined
	firstPlace // of an answer; also "answered" where the answer is not one code
	mostPlaces = 256 - int(firstPlace)
)

// column is one question's (or one matrix row's) answers, one position a
// response: a byte that is the place of the code in values, or why there is
// none. What a byte cannot hold stands beside it.
type column struct {
	question *questionnaire.Question
	row      string
	codes    []uint8
	values   []int         // single-coded: the code by place, from firstPlace
	place    map[int]uint8 // single-coded: the place by code
	low      [128]uint8    // the same of the codes that most questions have, 0 for none: much faster than a map
	answered bitmap        // has a substantive answer

	options map[int]int // multiple and ranking: index by option code; in low, one more than that
	chosen  []bitmap    // multiple: by option
	ranks   []uint8     // ranking: stride places a position, option index + 1, 0 = place not used
	stride  int

	amounts  []uint32           // numeric: index into distinct
	distinct []float64          // numeric: every value seen
	amountOf map[float64]uint32 // numeric

	shared bool // place and amountOf are read by a snapshot too
}

func newColumn(q *questionnaire.Question, row string) *column {
	c := &column{question: q, row: row}
	switch q.Type {
	case questionnaire.Multiple, questionnaire.Ranking:
		c.options = make(map[int]int, len(q.Options))
		for i := range q.Options {
			code := q.Options[i].Code
			c.options[code] = i
			if 0 <= code && code < len(c.low) && i < math.MaxUint8 {
				c.low[code] = uint8(i + 1)
			}
		}
		if q.Type == questionnaire.Multiple {
			c.chosen = make([]bitmap, len(q.Options))
		} else if c.stride = q.Top; c.stride == 0 {
			c.stride = len(q.Options)
		}
	case questionnaire.Numeric:
		c.amountOf = map[float64]uint32{}
	case questionnaire.FreeText:
	default:
		c.place = make(map[int]uint8, len(q.Options))
		for i := range q.Options {
			if c.hasPlace(q.Options[i].Code) {
				c.placeOf(q.Options[i].Code)
			}
		}
	}
	return c
}

// singleCoded says whether an answer is one code.
func (c *column) singleCoded() bool { return c.place != nil }

// id is the question's id, with the row's for a matrix.
func (c *column) id() string {
	if c.row == "" {
		return c.question.ID
	}
	return c.question.ID + "." + c.row
}

// resize makes room for positions, a multiple of 64.
func (c *column) resize(positions int) {
	c.codes = extended(c.codes, positions)
	c.answered = extended(c.answered, positions/64)
	for i := range c.chosen {
		c.chosen[i] = extended(c.chosen[i], positions/64)
	}
	if c.question.Type == questionnaire.Ranking {
		c.ranks = extended(c.ranks, positions*c.stride)
	}
	if c.question.Type == questionnaire.Numeric {
		c.amounts = extended(c.amounts, positions)
	}
}

// check says why the column cannot carry an answer, or nil.
func (c *column) check(a *questionnaire.Answer) error {
	id := c.question.ID
	switch {
	case c.row != "":
		if code, ok := a.Rows[c.row]; ok && !c.hasPlace(code) {
			return fmt.Errorf("question %s: code %d has no place", id, code)
		}
	case a.Code != nil:
		if !questionnaire.IsSpecial(*a.Code) && (!c.singleCoded() || !c.hasPlace(*a.Code)) {
			return fmt.Errorf("question %s: code %d has no place", id, *a.Code)
		}
	case a.Number != nil:
		if n := *a.Number; math.IsNaN(n) || math.IsInf(n, 0) ||
			c.question.Type == questionnaire.Rating && (math.Abs(n) > math.MaxInt16 || !c.hasPlace(round(n))) {
			return fmt.Errorf("question %s: number %v has no place", id, n)
		}
	}
	for _, code := range a.Codes {
		if i, ok := c.option(code); c.options != nil && (!ok || c.stride > 0 && i >= math.MaxUint8) {
			return fmt.Errorf("question %s: code %d has no place", id, code)
		}
	}
	if c.stride > 0 && len(a.Codes) > c.stride {
		return fmt.Errorf("question %s: %d places given, %d known", id, len(a.Codes), c.stride)
	}
	return nil
}

// option returns the index of an option by its code.
func (c *column) option(code int) (index int, ok bool) {
	if 0 <= code && code < len(c.low) && c.low[code] > 0 {
		return int(c.low[code]) - 1, true
	}
	index, ok = c.options[code]
	return index, ok
}

func (c *column) hasPlace(code int) bool {
	return c.known(code) != 0 || questionnaire.IsSpecial(code) || len(c.values) < mostPlaces
}

// known returns the place of a code seen before, else 0.
func (c *column) known(code int) uint8 {
	if 0 <= code && code < len(c.low) {
		return c.low[code]
	}
	return c.place[code]
}

// placeOf returns the place of a code, a new one for a code not seen before.
func (c *column) placeOf(code int) uint8 {
	if p := c.known(code); p != 0 {
		return p
	}
	c.own()
	p := firstPlace + uint8(len(c.values))
	c.values = append(c.values, code)
	c.place[code] = p
	if 0 <= code && code < len(c.low) {
		c.low[code] = p
	}
	return p
}

// own makes the maps the column's alone before they are written.
func (c *column) own() {
	if c.shared {
		c.place, c.amountOf, c.shared = maps.Clone(c.place), maps.Clone(c.amountOf), false
	}
}

// clear empties a position, as one that was not shown.
func (c *column) clear(row int) {
	if c.codes[row] == missUnanswered { // as a position is that nobody held
		c.codes[row] = missNotShown
		return
	}
	c.codes[row] = missNotShown
	c.answered.drop(row)
	for _, b := range c.chosen {
		b.drop(row)
	}
	if c.ranks != nil {
		clear(c.ranks[row*c.stride : (row+1)*c.stride])
	}
}

// set stores the answer to a question that was shown, at a position that is
// clear; check has passed it.
func (c *column) set(row int, a *questionnaire.Answer) {
	c.codes[row] = missUnanswered
	switch {
	case c.row != "":
		if code, ok := a.Rows[c.row]; ok {
			c.setCode(row, code)
		} else if a.Code != nil {
			c.setCode(row, *a.Code)
		}
	case a.Code != nil:
		c.setCode(row, *a.Code)
	default:
		c.setValue(row, a)
	}
}

func (c *column) setCode(row, code int) {
	switch code {
	case questionnaire.NotApplicable:
		c.codes[row] = missNotApplicable
	case questionnaire.Unknown:
		c.codes[row] = missUnknown
	case questionnaire.Declined:
		c.codes[row] = missDeclined
	default:
		c.answer(row, c.placeOf(code))
	}
}

func (c *column) answer(row int, place uint8) {
	c.codes[row] = place
	c.answered.add(row)
}

func (c *column) setValue(row int, a *questionnaire.Answer) {
	switch c.question.Type {
	case questionnaire.Multiple:
		for _, code := range a.Codes {
			i, _ := c.option(code)
			c.chosen[i].add(row)
		}
	case questionnaire.Ranking:
		for place, code := range a.Codes {
			i, _ := c.option(code)
			c.ranks[row*c.stride+place] = uint8(i + 1)
		}
	case questionnaire.Numeric:
		if a.Number != nil {
			c.amounts[row] = c.amount(*a.Number)
			c.answer(row, firstPlace)
		}
		return
	case questionnaire.Rating:
		if a.Number != nil {
			c.answer(row, c.placeOf(round(*a.Number))) // not setCode: 98 of 100 is no “don't know”
		}
		return
	case questionnaire.FreeText:
		if a.Text != "" {
			c.answer(row, firstPlace)
		}
		return
	}
	if len(a.Codes) > 0 && c.options != nil {
		c.answer(row, firstPlace)
	}
}

func (c *column) amount(v float64) uint32 {
	i, ok := c.amountOf[v]
	if !ok {
		c.own()
		i = uint32(len(c.distinct))
		c.distinct = append(c.distinct, v)
		c.amountOf[v] = i
	}
	return i
}

// keep leaves in a set only the positions whose answer holds one of the codes,
// in any place. Missing answers hold none.
func (c *column) keep(set bitmap, codes []int) {
	switch c.question.Type {
	case questionnaire.Multiple:
		any := make(bitmap, len(set))
		for _, code := range codes {
			if i, ok := c.options[code]; ok {
				any.or(c.chosen[i])
			}
		}
		set.and(any)
	case questionnaire.Ranking:
		c.keepRanked(set, codes)
	case questionnaire.FreeText:
		clear(set)
	case questionnaire.Numeric:
		wanted := make([]bool, len(c.distinct))
		for _, code := range codes {
			if i, ok := c.amountOf[float64(code)]; ok {
				wanted[i] = true
			}
		}
		set.and(c.answered)
		set.each(func(row int) {
			if !wanted[c.amounts[row]] {
				set.drop(row)
			}
		})
	default:
		var wanted [256]uint8
		for _, code := range codes {
			if p, ok := c.place[code]; ok {
				wanted[p] = 1
			}
		}
		for k, w := range set {
			if w == 0 {
				continue
			}
			var word uint64
			for i, code := range (*[64]uint8)(c.codes[k<<6:]) {
				word |= uint64(wanted[code]) << i
			}
			set[k] = w & word
		}
	}
}

func (c *column) keepRanked(set bitmap, codes []int) {
	wanted := make([]bool, len(c.question.Options)+1)
	for _, code := range codes {
		if i, ok := c.options[code]; ok {
			wanted[i+1] = true
		}
	}
	set.each(func(row int) {
		for _, r := range c.ranks[row*c.stride : (row+1)*c.stride] {
			if wanted[r] {
				return
			}
		}
		set.drop(row)
	})
}

// histogram counts a set's codes by place.
func (c *column) histogram(set bitmap) [256]int {
	var h [4][256]uint32 // four, so that equal codes in a row need not wait for each other
	for k, w := range set {
		switch w {
		case 0:
		case math.MaxUint64:
			word := (*[64]uint8)(c.codes[k<<6:])
			for i := 0; i < 64; i += 4 {
				h[0][word[i]]++
				h[1][word[i+1]]++
				h[2][word[i+2]]++
				h[3][word[i+3]]++
			}
		default:
			word := (*[64]uint8)(c.codes[k<<6:])
			for ; w != 0; w &= w - 1 {
				i := bits.TrailingZeros64(w)
				h[i&3][word[i&63]]++
			}
		}
	}
	var out [256]int
	for i := range out {
		out[i] = int(h[0][i] + h[1][i] + h[2][i] + h[3][i])
	}
	return out
}

// byClass counts a set's codes by class and place: out[class*width+place].
func (c *column) byClass(set bitmap, class []uint16, width int, out []uint32) {
	for k, w := range set {
		if w == 0 {
			continue
		}
		word, classes := (*[64]uint8)(c.codes[k<<6:]), (*[64]uint16)(class[k<<6:])
		for ; w != 0; w &= w - 1 {
			i := bits.TrailingZeros64(w) & 63
			out[int(classes[i])*width+int(word[i])]++
		}
	}
}
