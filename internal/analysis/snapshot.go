package analysis

import (
	"maps"
	"slices"
)

// mostWaste is how many positions may be lost to snapshots before a dataset is
// packed, beside a quarter of its responses.
const mostWaste = 1 << 16

// Snapshot returns the answers as they are now, for reading only: it stays the
// same, for as long as somebody needs it, while the dataset goes on changing. It
// shares the columns. What is put later goes to positions that no snapshot
// reaches, in words of their own, so that reader and writer never touch the same
// memory; only the sets of members are copied, a bit for each response and group.
func (d *Dataset) Snapshot() *Dataset {
	if d.used-d.held > max(mostWaste, d.held/4) {
		d.pack()
	}
	words := (d.used + 63) / 64
	d.used, d.frozen, d.free = words*64, words*64, nil
	s := &Dataset{
		def: d.def, groups: slices.Clip(d.groups), group: d.group[:d.used:d.used], held: d.held, revision: d.revision,
		columns: make(map[string]*column, len(d.columns)), order: make([]*column, len(d.order)),
	}
	for _, m := range d.members {
		s.members = append(s.members, slices.Clone(m[:words]))
	}
	for i, c := range d.order {
		c.shared = true
		s.order[i] = c.until(words)
		s.columns[c.id()] = s.order[i]
	}
	return s
}

// until is the column as far as a number of words.
func (c *column) until(words int) *column {
	s := *c
	n := words * 64
	s.codes, s.answered = c.codes[:n:n], c.answered[:words:words]
	if c.chosen != nil {
		s.chosen = make([]bitmap, len(c.chosen))
		for i, b := range c.chosen {
			s.chosen[i] = b[:words:words]
		}
	}
	if c.ranks != nil {
		s.ranks = c.ranks[: n*c.stride : n*c.stride]
	}
	if c.amounts != nil {
		s.amounts = c.amounts[:n:n]
	}
	s.values, s.distinct = slices.Clip(c.values), slices.Clip(c.distinct)
	return &s
}

// pack moves the responses together, into new memory.
func (d *Dataset) pack() {
	from := slices.Sorted(maps.Values(d.rows))
	to := make([]int32, d.used)
	for i, row := range from {
		to[row] = int32(i)
	}
	positions := (len(from) + 63) / 64 * 64
	group, members := make([]uint8, positions), make([]bitmap, len(d.members))
	for i := range members {
		members[i] = make(bitmap, positions/64)
	}
	for i := range group {
		group[i] = nobody
	}
	for i, row := range from {
		group[i] = d.group[row]
		members[group[i]].add(i)
	}
	for id, row := range d.rows {
		d.rows[id] = to[row]
	}
	d.group, d.members, d.used, d.free, d.frozen = group, members, len(from), nil, 0
	for _, c := range d.order {
		c.pack(from, positions)
	}
}

// pack keeps the positions named, in that order.
func (c *column) pack(from []int32, positions int) {
	old := *c
	c.codes, c.answered = make([]uint8, positions), make(bitmap, positions/64)
	c.chosen = make([]bitmap, len(old.chosen))
	for i := range c.chosen {
		c.chosen[i] = make(bitmap, positions/64)
	}
	if old.ranks != nil {
		c.ranks = make([]uint8, positions*c.stride)
	}
	if old.amounts != nil {
		c.amounts = make([]uint32, positions)
	}
	for i, row := range from {
		c.codes[i] = old.codes[row]
		if old.answered.has(int(row)) {
			c.answered.add(i)
		}
		for k, b := range old.chosen {
			if b.has(int(row)) {
				c.chosen[k].add(i)
			}
		}
		if old.ranks != nil {
			copy(c.ranks[i*c.stride:(i+1)*c.stride], old.ranks[int(row)*c.stride:])
		}
		if old.amounts != nil {
			c.amounts[i] = old.amounts[row]
		}
	}
}
