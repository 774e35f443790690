package analysis

import "math/bits"

// bitmap is a set of positions, 64 to a word. Those that are used together have
// the same length.
type bitmap []uint64

func (b bitmap) add(i int)  { b[i>>6] |= 1 << (i & 63) }
func (b bitmap) drop(i int) { b[i>>6] &^= 1 << (i & 63) }

// has says whether a position is in the set.
func (b bitmap) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// or adds another set's positions.
func (b bitmap) or(o bitmap) {
	for k, w := range o {
		b[k] |= w
	}
}

// and keeps the positions that another set has too.
func (b bitmap) and(o bitmap) {
	for k := range b {
		b[k] &= o[k]
	}
}

// count returns the size of the set.
func (b bitmap) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// countBoth returns how many positions stand in both sets.
func countBoth(a, b bitmap) int {
	n := 0
	b = b[:len(a)]
	for k, w := range a {
		n += bits.OnesCount64(w & b[k])
	}
	return n
}

// countAll returns how many positions stand in all three sets.
func countAll(a, b, c bitmap) int {
	n := 0
	b, c = b[:len(a)], c[:len(a)]
	for k, w := range a {
		n += bits.OnesCount64(w & b[k] & c[k])
	}
	return n
}

// each calls f with every position of the set, ascending.
func (b bitmap) each(f func(i int)) {
	for k, w := range b {
		for ; w != 0; w &= w - 1 {
			f(k<<6 + bits.TrailingZeros64(w))
		}
	}
}
