package analysis

// Absence is why a number does not exist, in one word that pages put into a
// sentence. It is an error, so that a missing number can never pass for zero:
// functions return it instead of NaN, an infinity or a guess.
type Absence string

// The reasons.
const (
	NoAnswers      Absence = "no_answers"       // nobody gave a substantive answer
	TooFew         Absence = "too_few"          // fewer than may be shown, or than the method needs
	OneGroup       Absence = "one_group"        // nothing to compare with: at most one group answered
	AllEqual       Absence = "all_equal"        // every answer is the same, so nothing can differ
	NotAsked       Absence = "not_asked"        // the group's version lacks the question
	FilterNotAsked Absence = "filter_not_asked" // a condition is on a question that the group was not asked
	NotOrdered     Absence = "not_ordered"      // the question has no order, so no rank or mean
	EmptyMargin    Absence = "empty_margin"     // the frame has units where nobody answered, or the other way
	FrameTooSmall  Absence = "frame_too_small"  // more answered than the frame says there are
	FrameMissing   Absence = "frame_missing"    // no frame count was loaded
	NotWeighted    Absence = "not_weighted"     // the method or the group has no weights (procurers never have)
	NoConvergence  Absence = "no_convergence"   // the margins contradict each other
	Stale          Absence = "stale"            // made before the answers last changed
	Withholding    Absence = "withheld"         // it would tell what few answered
	BelowCounty    Absence = "below_county"     // so few in a municipality that a figure would be about persons
	Reworded       Absence = "reworded"         // the codes mean other answers in one wave than in another
	Invalid        Absence = "invalid"          // input that no survey gives: negative or infinite numbers
)

// Error makes an Absence an error.
func (a Absence) Error() string { return "no number: " + string(a) }
