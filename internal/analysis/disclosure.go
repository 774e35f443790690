package analysis

// releasable says whether a set's numbers may be shown:
//
//   - the set has at least the minimum base of substantive answers;
//   - what a filter leaves out of its group is nobody or at least the minimum
//     base too, else the difference to the group's own result tells about them,
//     unless that is left to the release;
//   - a total over groups does not give away groups that are too small to show.
//
// answered is the set of those who answered the question. Methods 1.6.
func (d *Dataset) releasable(answered bitmap, s *Selection, o Options) bool {
	limit := o.minBase()
	base := countBoth(answered, s.rows)
	if base < limit {
		return false
	}
	if len(s.filter.Where) > 0 && !o.Rests {
		rest := countBoth(answered, s.whole) - base
		if rest != 0 && rest < limit {
			return false
		}
	}
	if s.filter.Group == "" {
		hidden := 0
		for i, g := range d.groups {
			if g == GroupAssociation {
				continue
			}
			if n := countAll(answered, s.rows, d.members[i]); n < limit {
				hidden += n
			}
		}
		if hidden != 0 && hidden < limit {
			return false
		}
	}
	return true
}

// answeredAny is the set of those with a substantive answer in any column.
func answeredAny(columns []*column) bitmap {
	if len(columns) == 1 {
		return columns[0].answered
	}
	var any bitmap
	for _, c := range columns {
		if any == nil {
			any = append(bitmap(nil), c.answered...)
			continue
		}
		any.or(c.answered)
	}
	return any
}
