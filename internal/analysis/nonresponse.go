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
