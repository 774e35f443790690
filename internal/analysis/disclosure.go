package analysis

// releasable says whether a set's numbers may be shown:
//
//   - the set has at least the minimum base of substantive answers;
//   - what a filter leaves out of its group is nobody or at least the minimum
//     base too, else the difference to the group's own result tells about them;
//   - a total over groups does not give away groups that are too small to show.
//
// Methods 1.6.
func (d *Dataset) releasable(columns []*column, f Filter, o Options) bool {
	limit := o.minBase()
	base := d.base(columns, f)
	if base < limit {
		return false
	}
	if len(f.Where) > 0 {
		rest := d.base(columns, Filter{Group: f.Group}) - base
		if rest != 0 && rest < limit {
			return false
		}
	}
	if f.Group == "" {
		hidden := 0
		for _, g := range d.groups {
			if n := d.base(columns, Filter{Group: g, Where: f.Where}); g != GroupAssociation && n < limit {
				hidden += n
			}
		}
		if hidden != 0 && hidden < limit {
			return false
		}
	}
	return true
}

// base counts those of the filter's set with a substantive answer in any of
// the columns.
func (d *Dataset) base(columns []*column, f Filter) int {
	n := 0
	for row := range d.group {
		if !d.keeps(row, f) {
			continue
		}
		for _, c := range columns {
			if c.has(row) {
				n++
				break
			}
		}
	}
	return n
}
