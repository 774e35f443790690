package analysis

import "slices"

// weighedResult is a weighted result with what it counts class by class, as it is told, or nil while it is not.
type weighedResult struct {
	of     *Frequency
	people *byClass
	told   *Numbers
}

// tellWeights returns weighted results as they leave the system, after what is hidden has been decided by their
// counts. What may not be told with weights is made unweighted; a twin, which stands beside the same counts, is
// withheld instead. The team's own pages (Data is nil) have their weighted results in full.
func (a *auditor) tellWeights(fs []*Frequency, twins map[*Frequency]*Frequency) map[*Frequency]*Numbers {
	out := map[*Frequency]*Numbers{}
	for _, f := range fs {
		twin, beside := twins[f]
		if f.Numbers.Weighting == nil || a.beside.Data == nil {
			if beside {
				out[f] = f.Numbers
				f.Numbers.release(a.layout, a.views[twin])
			}
			continue
		}
		v := a.views[f]
		if beside {
			v = a.views[twin]
		}
		told := f.Numbers.coarse()
		if !a.gone[f] && !a.gone[twin] && !slices.Contains(v.hidden[:a.layout.answers()], true) && a.mayTell(f, told) {
			told.release(a.layout, v)
			out[f] = told
			continue
		}
		if beside {
			f.Absent, out[f] = Withholding, nil
			continue
		}
		f.unweight(a.beside.Data)
	}
	return out
}

// unweight counts a result anew without its weights.
func (f *Frequency) unweight(d *Dataset) {
	plain, err := Count(d, f.Question, f.Filter, Options{MinBase: f.MinBase, Frame: map[string]int{f.Filter.Group: f.Numbers.Population}})
	if err != nil || plain.Numbers == nil { // cannot be: it was counted with weights
		withhold(f)
		return
	}
	f.Numbers, f.Unweighted = plain.Numbers, Withholding
}

// mayTell says whether the weighted shares of a result leave every secret its room: by themselves, and with
// everything else that is told.
func (a *auditor) mayTell(f *Frequency, told *Numbers) bool {
	if len(a.layout.codes) == 0 {
		return false // a mean or a median with weights is another sum over the classes
	}
	people, ok := a.beside.counter.byClassOf(f, a.layout)
	if !ok || !people.safe(a.beside.Limit) {
		return false
	}
	before := a.weighed
	a.weighed = append(slices.Clone(before), weighedResult{f, people, told})
	if !a.widerThan(before, people) {
		a.weighed = before
		return false
	}
	return true
}

// widerThan says whether the last weighted result narrows no secret to less than the shortest interval, nor to less than
// a reader leaves it who has everything else.
func (a *auditor) widerThan(others []weighedResult, people *byClass) bool {
	with := a.reader(a.shown, nil)
	last := a.weighed[len(a.weighed)-1]
	if !slices.ContainsFunc(with.weighed, func(w *weighting) bool { return w.told == last.told }) {
		return true // nothing else parts these people
	}
	all := a.weighed
	a.weighed = append(slices.Clone(others), weighedResult{last.of, people, nil})
	without := a.reader(a.shown, with.filters)
	a.weighed = all
	for _, one := range assumptions {
		possible := false
		for _, by := range one {
			if by.leave && with.times == 0 || !with.solve(by) {
				continue
			}
			possible = true
			known := without.solve(by)
			for _, s := range with.secrets(a.beside.Limit) {
				if a.width(with, s) < shortestInterval && (!known || a.width(with, s) < a.width(without, s)) {
					return false
				}
			}
		}
		if possible {
			return true
		}
	}
	return false
}
