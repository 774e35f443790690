package analysis

import (
	"slices"
)

// FrameCount is how many units of the frame there are in each class of a
// single-choice question, such as firms by size class.
type FrameCount struct {
	Question string      `json:"question"`
	Units    map[int]int `json:"units"` // by answer code
}

// Weights are one weight for every firm among the respondents. They belong to
// one state of the dataset: see Stale.
type Weights struct {
	Margins   []WeightMargin `json:"margins"`
	Design    Design         `json:"design"`
	Trimmed   int            `json:"trimmed"`   // respondents whose weight was cut
	Rounds    int            `json:"rounds"`    // of raking; 0 for one margin
	Remaining float64        `json:"remaining"` // largest miss of a margin after trimming, in respondents
	Unplaced  int            `json:"unplaced"`  // firms without an answer to a margin's question, weighted 1
	Frame     int            `json:"frame"`     // units in the frame (of the first margin)

	revision uint64
	dataset  *Dataset
	class    []uint16  // by position
	weight   []float64 // by class
	classes  []WeightedClass
}

// WeightedClass is the firms of which each weighs the same: those of one class of every margin. Without conditions it
// is those who are of no class.
type WeightedClass struct {
	Where  []Where `json:"where,omitempty"`
	Weight float64 `json:"weight"`
}

// WeightMargin is one margin as it was used, after small classes were joined.
type WeightMargin struct {
	Question string        `json:"question"`
	Classes  []WeightClass `json:"classes"`
}

// WeightClass is one class of a margin: several codes where classes were joined.
type WeightClass struct {
	Codes    []int   `json:"codes"`
	Frame    int     `json:"frame"`
	Answered int     `json:"answered"`
	Weighted float64 `json:"weighted"` // sum of the respondents' weights
}

// Weigh weights the firms among the respondents to frame counts: post-
// stratification with one margin, raking with several. Classes with fewer than
// five respondents are joined with a neighbour, weights are cut at five times
// the mean and raked again. Firms that did not answer a margin's question weigh
// 1. Only firms are ever weighted: procurers are a census, and one of them may
// buy for many municipalities, so no weight by population means anything.
//
// It fails with FrameMissing without a count, FrameTooSmall when more answered
// than the frame has, EmptyMargin when a class that answered is not in the
// frame, TooFew with fewer than five placed respondents, NoConvergence when the
// margins contradict each other, and NotAsked for a question that firms are not
// asked or that is not one code.
func Weigh(d *Dataset, frame ...FrameCount) (*Weights, error) {
	if len(frame) == 0 {
		return nil, FrameMissing
	}
	firms := d.everyone(groupBusiness)
	placed := append(bitmap(nil), firms...)
	columns := make([]*column, len(frame))
	for m, f := range frame {
		c := d.columns[f.Question]
		if c == nil || !c.singleCoded() || !c.question.AskedOf(groupBusiness) {
			return nil, NotAsked
		}
		columns[m] = c
		placed.and(c.answered)
	}
	w := &Weights{dataset: d, revision: d.revision, Unplaced: firms.count() - placed.count()}
	into := make([][256]int, len(frame)) // class by place, for each margin
	margins := make([][]float64, len(frame))
	for m, f := range frame {
		margin, err := joinClasses(columns[m], placed, f, &into[m])
		if err != nil {
			return nil, err
		}
		w.Margins = append(w.Margins, margin)
		for _, class := range margin.Classes {
			margins[m] = append(margins[m], float64(class.Frame))
		}
	}
	for _, class := range w.Margins[0].Classes {
		w.Frame += class.Frame
	}
	cells := w.place(columns, into, placed)
	return w, w.fit(cells, margins)
}

// joinClasses makes a margin of a frame count with its small classes joined.
func joinClasses(c *column, placed bitmap, f FrameCount, into *[256]int) (WeightMargin, error) {
	counts := c.histogram(placed)
	var units []float64
	var answered []int
	total, n := 0, 0
	for i, code := range c.values {
		u, sample := f.Units[code], counts[int(firstPlace)+i]
		switch {
		case u < 0:
			return WeightMargin{}, Invalid
		case u == 0 && sample > 0:
			return WeightMargin{}, EmptyMargin
		}
		units, answered = append(units, float64(u)), append(answered, sample)
		total, n = total+u, n+sample
	}
	for code, u := range f.Units {
		if _, ok := c.place[code]; !ok && u != 0 {
			return WeightMargin{}, Invalid // a count of something that is no answer
		}
	}
	switch {
	case total == 0:
		return WeightMargin{}, FrameMissing
	case n > total:
		return WeightMargin{}, FrameTooSmall
	}
	classes, err := Collapse(units, answered, SmallestStratum)
	if err != nil {
		return WeightMargin{}, err
	}
	out := WeightMargin{Question: f.Question, Classes: make([]WeightClass, slices.Max(classes)+1)}
	for i, k := range classes {
		class := &out.Classes[k]
		class.Codes = append(class.Codes, c.values[i])
		class.Frame += int(units[i])
		class.Answered += answered[i]
		into[int(firstPlace)+i] = k
	}
	for _, class := range out.Classes {
		if class.Answered > class.Frame {
			return WeightMargin{}, FrameTooSmall
		}
	}
	return out, nil
}

// place gives every position its class: 0 for those who weigh 1, then one for
// each combination of the margins' classes that occurs.
func (w *Weights) place(columns []*column, into [][256]int, placed bitmap) []Cell {
	w.class = make([]uint16, len(w.dataset.group))
	numbers := map[string]uint16{}
	var cells []Cell
	key := make([]byte, len(columns))
	placed.each(func(row int) {
		for m, c := range columns {
			key[m] = byte(into[m][c.codes[row]])
		}
		k, ok := numbers[string(key)]
		if !ok {
			k = uint16(len(cells) + 1)
			numbers[string(key)] = k
			cell := Cell{Class: make([]int, len(key))}
			for m, v := range key {
				cell.Class[m] = int(v)
			}
			cells = append(cells, cell)
		}
		cells[k-1].Count++
		w.class[row] = k
	})
	return cells
}

func (w *Weights) fit(cells []Cell, margins [][]float64) error {
	if len(cells) >= 1<<16-1 {
		return Invalid
	}
	r, trimmed, err := RakeTrimmed(cells, margins)
	if err != nil {
		return err
	}
	w.Trimmed, w.Remaining = trimmed, r.Remaining
	if len(margins) > 1 {
		w.Rounds = r.Rounds
	}
	w.weight = []float64{1}
	if w.Unplaced > 0 {
		w.classes = append(w.classes, WeightedClass{Weight: 1})
	}
	for _, c := range r.Cells {
		w.weight = append(w.weight, c.Weight)
		class := WeightedClass{Weight: c.Weight}
		for m, k := range c.Class {
			class.Where = append(class.Where, Where{Question: w.Margins[m].Question, Codes: w.Margins[m].Classes[k].Codes})
		}
		w.classes = append(w.classes, class)
	}
	for m := range w.Margins {
		for k, sum := range r.totals(m, len(margins[m])) {
			w.Margins[m].Classes[k].Weighted = sum
		}
	}
	all := append([]Cell{{Count: w.Unplaced, Weight: 1}}, r.Cells...)
	w.Design, err = Kish(all)
	return err
}

// Stale says whether the answers have changed since the weights were made.
func (w *Weights) Stale() bool { return w.revision != w.dataset.revision }

// of returns the weights that a filter's results use, or nil: only results of
// firms alone are weighted.
func (w *Weights) of(f Filter) *Weights {
	if w == nil || f.Group != groupBusiness {
		return nil
	}
	return w
}
