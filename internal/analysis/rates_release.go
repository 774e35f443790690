package analysis

// Released returns how a survey went for a group as it may be printed beside its
// answers. How many answered, in whole or in part, is told: it is no answer, and
// the bases of the questions say as much. How many of the others declined is
// withheld (Withheld) where it is few, with as many kinds of silence as are
// needed so that nobody can work it out, and with all of them where that is not
// enough: how many did not answer follows from who was invited and who did.
func (d Dispositions) Released(limit int) Dispositions {
	if limit == 0 {
		limit = DefaultCellLimit
	}
	fields := []*int{&d.Refusal, &d.NonContact, &d.Other, &d.Unknown}
	c := &cells{block: make([]int, len(fields))}
	var values []int
	for _, p := range fields {
		values = append(values, *p)
	}
	v := c.view(c.atom(values, nil))
	v.hidden[0] = small(d.Refusal, limit) // no answer and no contact are nobody's act
	uncovered := len(c.protect()) > 0
	for j, hidden := range v.hidden {
		if hidden || uncovered {
			*fields[j] = Withheld
		}
	}
	return d
}

// TellsEligibility says whether the share of eligible cases, and the rates made
// with it, may stand beside a released line: with it a withheld number of those
// who declined could be worked out.
func (d Dispositions) TellsEligibility() bool {
	return d.Ineligible == 0 || d.Refusal != Withheld && d.NonContact != Withheld && d.Other != Withheld && d.Unknown != Withheld
}
