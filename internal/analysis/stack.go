package analysis

import (
	"fmt"
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// Stack is Join of datasets that are there already: the answers of each (in the
// order of the sources) are copied under the question of the joined one. Like a
// snapshot it is for reading. It fails as Join does, and when a column would need
// more codes than it can hold.
func Stack(sources []Source, data []*Dataset) (*Dataset, error) {
	d, err := Join(sources...)
	if err != nil {
		return nil, err
	}
	if len(data) != len(sources) {
		return nil, fmt.Errorf("stack: %d datasets for %d sources", len(data), len(sources))
	}
	for _, from := range data {
		d.held += from.held
	}
	d.resize(d.held)
	for i, from := range data {
		if err := d.append(from, d.sources[sources[i].ID]); err != nil {
			return nil, fmt.Errorf("stack source %s: %w", sources[i].ID, err)
		}
	}
	d.rows = nil
	return d, nil
}

// append copies a dataset's responses to the positions that are free.
func (d *Dataset) append(from *Dataset, s *source) error {
	at, rows := d.used, make([]int, 0, from.held)
	for i, members := range from.members {
		code, err := d.groupCode(from.groups[i])
		if err != nil {
			return err
		}
		members.each(func(row int) {
			d.group[d.used] = code
			d.members[code].add(d.used)
			rows = append(rows, row)
			d.used++
		})
	}
	return inParallel(len(d.order), func(i int) error {
		c := d.order[i]
		there := from.columns[c.id()]
		switch {
		case c.id() == SourceQuestion:
			for k := range rows {
				c.answer(at+k, s.place)
			}
		case there == nil:
			for k := range rows {
				c.clear(at + k)
			}
		default:
			return c.append(there, rows, at)
		}
		return nil
	})
}

// append copies positions of a column of the same type, whose codes may have
// other places.
func (c *column) append(from *column, rows []int, at int) error {
	var place [256]uint8
	for p := range firstPlace + 1 {
		place[p] = p
	}
	for i, code := range from.values {
		if !c.hasPlace(code) {
			return fmt.Errorf("question %s: code %d has no place", c.question.ID, code)
		}
		place[int(firstPlace)+i] = c.placeOf(code)
	}
	amount := make([]uint32, len(from.distinct))
	for i, v := range from.distinct {
		amount[i] = c.amount(v)
	}
	option := make([]int, len(from.options))
	for code, i := range from.options {
		option[i] = c.options[code]
	}
	for k, row := range rows {
		to := at + k
		c.codes[to] = place[from.codes[row]]
		if from.answered.has(row) {
			c.answered.add(to)
		}
		if c.amounts != nil && from.answered.has(row) {
			c.amounts[to] = amount[from.amounts[row]]
		}
		for i, chosen := range from.chosen {
			if chosen.has(row) {
				c.chosen[option[i]].add(to)
			}
		}
		for i := range from.stride {
			if r := from.ranks[row*from.stride+i]; r > 0 {
				c.ranks[to*c.stride+i] = uint8(option[r-1] + 1)
			}
		}
	}
	return nil
}

// AskedIn lists the codes of the sources of a joined dataset that ask a question,
// in their order; none of a dataset that is not joined.
func (d *Dataset) AskedIn(question string) []int {
	var codes []int
	for _, s := range d.sources {
		if _, asked := s.def.Question(question); asked && s.place >= firstPlace {
			codes = append(codes, int(s.place-firstPlace)+1)
		}
	}
	slices.Sort(codes)
	return codes
}

// SourceDefinition is the questionnaire of a joined dataset's source by its code; nil without such a source.
func (d *Dataset) SourceDefinition(code int) *questionnaire.Definition {
	for _, s := range d.sources {
		if s.place >= firstPlace && int(s.place-firstPlace)+1 == code {
			return s.def
		}
	}
	return nil
}
