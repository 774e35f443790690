package analysis

import (
	"math"
	"slices"
)

// unbounded stands for a number that the reader cannot put a limit to.
const unbounded = 1 << 20

// flow is how counts can move round the hidden cells of a question while
// everything published stays the same. Nodes are the rows of atoms by block and
// the classes of cells (see cells); a cell that is not shown joins its row to
// its class: towards the class it grows, towards the row it shrinks. The cell
// that is asked about is left out: it grows by what flows from its class to its
// row, and shrinks by what flows the other way.
type flow struct {
	c     *cells
	at    cellAt
	nodes map[string]int // classes
	edges []flowEdge     // each with its reverse beside it
	from  [][]int        // edges by node
	full  map[int]bool   // atoms whose asked cell is at its own limit
}

type flowEdge struct {
	to, room int
	cost     int
	hides    []cellAt // to make the edge usable
}

func (c *cells) flow(at cellAt) *flow {
	f := &flow{c: c, at: at, nodes: map[string]int{}, full: map[int]bool{}, from: make([][]int, len(c.value)*c.blocks)}
	for a := range c.value {
		for j := range c.block {
			if f.asked(a, j) {
				continue
			}
			shown := c.shownIn(a, j)
			f.join(a, j, f.class(j, shown), 0, nil)
		}
	}
	return f
}

func (f *flow) asked(atom, column int) bool {
	return column == f.at.column && slices.Contains(f.c.views[f.at.view].atoms, atom)
}

func (f *flow) row(atom, column int) int { return atom*f.c.blocks + f.c.blockOf(atom, column) }

func (f *flow) class(column int, shown []int) int {
	key := classOf(column, shown)
	n, ok := f.nodes[key]
	if !ok {
		n = len(f.from)
		f.nodes[key] = n
		f.from = append(f.from, nil)
	}
	return n
}

func (f *flow) join(atom, column, class, cost int, hides []cellAt) {
	grow, shrink := unbounded, f.c.value[atom][column]
	if f.c.most[atom] != nil {
		grow = max(0, f.c.most[atom][column]-shrink)
	}
	row := f.row(atom, column)
	f.from[row] = append(f.from[row], len(f.edges))
	f.from[class] = append(f.from[class], len(f.edges)+1)
	f.edges = append(f.edges, flowEdge{class, grow, cost, hides}, flowEdge{row, shrink, cost, hides})
}

// saturate moves as much as the hidden cells allow, and returns it.
func (f *flow) saturate(grow bool) int {
	total := 0
	for _, a := range f.c.views[f.at.view].atoms {
		limit := f.c.value[a][f.at.column]
		if grow {
			limit = unbounded
			if f.c.most[a] != nil {
				limit = max(0, f.c.most[a][f.at.column]-f.c.value[a][f.at.column])
			}
		}
		from, to := f.class(f.at.column, f.c.shownIn(a, f.at.column)), f.row(a, f.at.column)
		if !grow {
			from, to = to, from
		}
		for {
			f.full[a] = limit == 0
			path := f.path(from, to)
			if limit == 0 || path == nil {
				break
			}
			step := limit
			for _, e := range path {
				step = min(step, f.edges[e].room)
			}
			for _, e := range path {
				f.edges[e].room -= step
				f.edges[e^1].room += step
			}
			limit -= step
			total += step
			if total >= unbounded {
				return unbounded
			}
		}
	}
	return total
}

// path finds edges with room left, breadth first; nil when there are none.
func (f *flow) path(from, to int) []int {
	before := make([]int, len(f.from))
	for k := range before {
		before[k] = -1
	}
	queue := []int{from}
	for len(queue) > 0 {
		node := queue[0]
		queue = queue[1:]
		for _, e := range f.from[node] {
			next := f.edges[e].to
			if f.edges[e].room == 0 || before[next] >= 0 || next == from {
				continue
			}
			before[next] = e
			if next == to {
				return f.back(before, from, to)
			}
			queue = append(queue, next)
		}
	}
	return nil
}

func (f *flow) back(before []int, from, to int) []int {
	var path []int
	for node := to; node != from; {
		e := before[node]
		path = append(path, e)
		node = f.edges[e^1].to
	}
	return path
}

// cheapest finds the cells to hide so that more can move, by the sum of their
// costs; frozen when no hiding helps. Call it after saturate.
func (f *flow) cheapest(grow bool) ([]cellAt, int) {
	for a := range f.c.value {
		for j := range f.c.block {
			if !f.asked(a, j) {
				f.openings(a, j, func(class, cost int, hides []cellAt) { f.join(a, j, class, cost, hides) })
			}
		}
	}
	best, cost := []cellAt(nil), frozen
	for _, a := range f.c.views[f.at.view].atoms {
		try := func(class, extra int, hides []cellAt) {
			from, to := class, f.row(a, f.at.column)
			if !grow {
				from, to = to, from
			}
			if path, n := f.shortest(from, to); n+extra < cost {
				cost, best = n+extra, slices.Clone(hides)
				for _, e := range path {
					best = append(best, f.edges[e].hides...)
				}
			}
		}
		if f.full[a] {
			continue
		}
		try(f.class(f.at.column, f.c.shownIn(a, f.at.column)), 0, nil)
		f.openings(a, f.at.column, try)
	}
	return best, cost
}

// openings offers the classes that an atom's cell would come to if views that
// show it were hidden: the narrowest, the two narrowest, and so on.
func (f *flow) openings(atom, column int, put func(class, cost int, hides []cellAt)) {
	shown := f.c.shownIn(atom, column)
	cost, hides := 0, []cellAt(nil)
	for i, v := range shown {
		price := f.c.views[v].cost[column]
		if price >= frozen {
			return
		}
		cost += price
		hides = append(hides, cellAt{v, column})
		put(f.class(column, shown[i+1:]), cost, slices.Clone(hides))
	}
}

// shortest is Dijkstra's path over edges with room.
func (f *flow) shortest(from, to int) ([]int, int) {
	far, before := make([]int, len(f.from)), make([]int, len(f.from))
	done := make([]bool, len(f.from))
	for k := range far {
		far[k], before[k] = math.MaxInt, -1
	}
	far[from] = 0
	for {
		node := -1
		for k := range far {
			if !done[k] && far[k] < math.MaxInt && (node < 0 || far[k] < far[node]) {
				node = k
			}
		}
		if node < 0 || far[node] >= frozen {
			return nil, frozen
		}
		if node == to {
			return f.back(before, from, to), far[to]
		}
		done[node] = true
		for _, e := range f.from[node] {
			edge := f.edges[e]
			if edge.room > 0 && far[node]+edge.cost < far[edge.to] {
				far[edge.to], before[edge.to] = far[node]+edge.cost, e
			}
		}
	}
}
