package analysis

// Released returns how a survey went for a group as it may be printed beside its
// answers: how many answered in part, in whole, or declined is withheld
// (Withheld) where it is few, with as much besides as is needed so that nobody
// can work it out. How many answered at all is told by every table of answers,
// and how many were invited or did not belong there is told of the frame, so the
// rest is judged as cells that add up to known numbers. False: nothing can cover
// it, and the whole line must go.
func (d Dispositions) Released(limit int) (Dispositions, bool) {
	if limit == 0 {
		limit = DefaultCellLimit
	}
	c := &cells{block: []int{0, 0, 1, 1, 1, 1}}
	fields := []*int{&d.Complete, &d.Partial, &d.Refusal, &d.NonContact, &d.Other, &d.Unknown}
	var values []int
	for _, p := range fields {
		values = append(values, *p)
	}
	v := c.view(c.atom(values, nil))
	for j := range 3 { // no answer and no contact are nobody's act
		v.hidden[j] = small(values[j], limit)
	}
	if len(c.protect()) > 0 {
		return Dispositions{}, false
	}
	for j, hidden := range v.hidden {
		if hidden {
			*fields[j] = Withheld
		}
	}
	return d, true
}

// TellsEligibility says whether the share of eligible cases, and the rates made
// with it, may stand beside a released line: with it a withheld number of those
// who declined could be worked out.
func (d Dispositions) TellsEligibility() bool {
	return d.Ineligible == 0 || d.Refusal != Withheld && d.NonContact != Withheld && d.Other != Withheld && d.Unknown != Withheld
}
