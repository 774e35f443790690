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
	view := func(f *Frequency) *cellView {
		if twin := twins[f]; twin != nil {
			return a.views[twin]
		}
		return a.views[f]
	}
	if a.beside.Data == nil {
		for f := range twins {
			f.Numbers.release(a.layout, view(f))
			out[f] = f.Numbers
		}
		return out
	}
	var weighted []*Frequency
	for _, f := range fs {
		if f.Numbers.Weighting != nil {
			weighted = append(weighted, f)
			a.lay(f, twins[f], view(f))
		}
	}
	for _, f := range weighted {
		at := slices.IndexFunc(a.weighed, func(w weighedResult) bool { return w.of == f })
		told := f.Numbers.coarse()
		if at >= 0 && a.mayTell(at, told) {
			told.release(a.layout, view(f))
			out[f] = told
			continue
		}
		if twins[f] != nil {
			f.Absent, f.Unweighted, out[f] = Withholding, Withholding, nil
			continue
		}
		f.unweight(a.beside.Data)
	}
	return out
}

// lay puts a weighted result among those that may be told: with answers that are listed and none of them hidden,
// and nothing told of it by itself that it must not.
func (a *auditor) lay(f, twin *Frequency, v *cellView) {
	if len(a.layout.codes) == 0 || a.gone[f] || a.gone[twin] || slices.Contains(v.hidden[:a.layout.answers()], true) {
		return
	}
	if people, ok := a.beside.counter.byClassOf(f, a.layout); ok && people.safe(a.beside.Limit) {
		a.weighed = append(a.weighed, weighedResult{of: f, people: people})
	}
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

// mayTell says whether a weighted result, with everything else that is told, leaves each secret the shortest interval,
// or what all counts leave it without any weighted share.
func (a *auditor) mayTell(at int, told *Numbers) bool {
	before := slices.Clone(a.weighed)
	a.weighed[at].told = told
	with := a.reader(a.shown, nil)
	this := slices.IndexFunc(with.weighed, func(w *weighting) bool { return w.told == told })
	if this < 0 {
		return true // nothing else parts these people
	}
	if with.weighed[this].crowded() {
		a.weighed = before
		return false // too many classes to be judged together
	}
	without := a.reader(a.shown, with.filters)
	if without.countsOnly = true; a.narrows(with, without) {
		a.weighed = before
		return false
	}
	return true
}

// narrows says whether one reader comes closer to a secret than another, and too close.
func (a *auditor) narrows(with, without *reader) bool {
	for _, one := range assumptions {
		possible := false
		for _, by := range one {
			if by.leave && with.times == 0 || !with.solve(by) {
				continue
			}
			possible = true
			known := without.solve(by)
			for _, s := range with.secrets(a.beside.Limit) {
				if width := a.width(with, s); width < shortestInterval && (!known || width < a.width(without, s)) {
					return true
				}
			}
		}
		if possible {
			return false
		}
	}
	return true
}
