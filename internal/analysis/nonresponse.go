package analysis

// FrameClass compares one class of the frame with those who answered.
type FrameClass struct {
	Frame      float64 `json:"frame"`    // units in the frame
	Answered   int     `json:"answered"` // respondents
	Expected   float64 `json:"expected"` // respondents if the frame had answered evenly
	FrameShare float64 `json:"frame_share"`
	Share      float64 `json:"share"` // of the respondents
}

// FrameComparison is the frame against the respondents by one property.
type FrameComparison struct {
	Classes []FrameClass `json:"classes"`
	Test    Test         `json:"test"`
}

// FrameAgainst tests whether respondents are spread as the frame is: goodness of
// fit on k-1 degrees of freedom. frame holds units by class (or population, or
// shares). Methods 1.7.
func FrameAgainst(answered []int, frame []float64) (FrameComparison, error) {
	test, expected, err := GoodnessOfFit(answered, frame)
	if err != nil {
		return FrameComparison{}, err
	}
	total := 0.0
	for _, f := range frame {
		total += f
	}
	out := FrameComparison{Test: test}
	for i, n := range answered {
		out.Classes = append(out.Classes, FrameClass{
			Frame: frame[i], Answered: n, Expected: expected[i],
			FrameShare: frame[i] / total, Share: float64(n) / float64(test.N),
		})
	}
	return out, nil
}

// EarlyAgainstLate compares answers given before the first reminder with those
// given after, as [early, late] rows of counts by answer: late respondents are
// taken to be nearer to those who never answered.
func EarlyAgainstLate(early, late []int, seed uint64) (Test, error) {
	return Independence([][]int{early, late}, seed)
}

// Bias is what non-response can have done to a share.
type Bias struct {
	ResponseRate float64 `json:"response_rate"`
	Observed     float64 `json:"observed"` // among respondents
	Assumed      float64 `json:"assumed"`  // among those who did not answer
	Bias         float64 `json:"bias"`     // (1-RR)(observed - assumed)
	Adjusted     float64 `json:"adjusted"` // observed - bias
	Lower        float64 `json:"lower"`    // if no non-respondent holds it
	Upper        float64 `json:"upper"`    // if all do
}

// NonResponseBias returns the bias under an assumption and the worst-case
// bounds RR y to RR y + 1 - RR. All are 0-1; anything else is Invalid. Methods
// 1.7.
func NonResponseBias(rate, observed, assumed float64) (Bias, error) {
	for _, v := range []float64{rate, observed, assumed} {
		if !(v >= 0 && v <= 1) {
			return Bias{}, Invalid
		}
	}
	if rate == 0 {
		return Bias{}, NoAnswers
	}
	bias := (1 - rate) * (observed - assumed)
	return Bias{
		ResponseRate: rate, Observed: observed, Assumed: assumed, Bias: bias, Adjusted: observed - bias,
		Lower: rate * observed, Upper: rate*observed + 1 - rate,
	}, nil
}

// ItemLimit is the share of unanswered above which a question is listed in the
// account of non-response.
const ItemLimit = 0.10

// ItemMissing is how many left one question empty, of those who saw it.
type ItemMissing struct {
	Question   string  `json:"question"`
	Shown      int     `json:"shown"`
	Answered   int     `json:"answered"`
	Special    int     `json:"special"` // don't know, not applicable, declined
	Unanswered int     `json:"unanswered"`
	Rate       float64 `json:"rate"`           // unanswered of shown
	High       bool    `json:"high,omitempty"` // above ItemLimit
	Absent     Absence `json:"absent,omitempty"`
}

// ItemNonResponse returns the item non-response of every question of a
// selection, in the order of the questionnaire, row by row for a matrix.
// Questions shown to fewer than the minimum base have no numbers: TooFew, or
// NotAsked where the group's version lacks them.
func ItemNonResponse(d *Dataset, s *Selection, o Options) []ItemMissing {
	var out []ItemMissing
	for _, c := range d.order {
		m := ItemMissing{Question: c.id()}
		t := d.tallyOf(c, s.rows, nil)
		m.Answered, m.Unanswered = t.base.n, t.missing[missUnanswered].n
		m.Special = t.missing[missUnknown].n + t.missing[missNotApplicable].n + t.missing[missDeclined].n
		m.Shown = m.Answered + m.Special + m.Unanswered
		switch {
		case s.filter.Group != "" && !askedOf(c.question, s.filter.Group):
			m = ItemMissing{Question: c.id(), Absent: NotAsked}
		case m.Shown < o.minBase():
			m = ItemMissing{Question: c.id(), Absent: TooFew}
		default:
			m.Rate = float64(m.Unanswered) / float64(m.Shown)
			m.High = m.Rate > ItemLimit
		}
		out = append(out, m)
	}
	return out
}

// FrameBySplit compares the frame with the respondents over the parts of a
// split, within a filter; units holds the frame's count by part id. Respondents
// who belong to no part are left out.
func FrameBySplit(d *Dataset, split Split, f Filter, units map[string]float64) (FrameComparison, error) {
	ss, err := d.selections(split, f)
	if err != nil {
		return FrameComparison{}, err
	}
	answered, frame := make([]int, len(ss)), make([]float64, len(ss))
	for i, s := range ss {
		if s != nil {
			answered[i] = s.Len()
		}
		frame[i] = units[split.Parts[i].ID]
	}
	return FrameAgainst(answered, frame)
}
