package exhibit

import (
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Key is the one number that a block is summed up by.
type Key struct {
	Measure analysis.Measure
	Codes   []int
	Answer  i18n.Text // what a share counts
	Unit    string    // of a mean or median
}

// KeyOf chooses the number: of scales the two upper steps, of yes and no the yes, of other choices the
// most common answer that is shown, of ratings the mean and of amounts the median.
func (e Exhibit) KeyOf(b Block) (Key, bool) {
	q := e.Question
	switch q.Type {
	case questionnaire.Likert5, questionnaire.Matrix:
		return Key{Measure: analysis.MeasureTop2, Answer: either(q, 4, 5)}, true
	case questionnaire.Rating:
		return Key{Measure: analysis.MeasureMean, Unit: q.Unit}, true
	case questionnaire.Numeric:
		return Key{Measure: analysis.MeasureMedian, Unit: q.Unit}, true
	case questionnaire.YesNoUnknown:
		return Key{Measure: analysis.MeasureShare, Codes: []int{1}, Answer: q.Label(1)}, true
	case questionnaire.FreeText:
		return Key{}, false
	}
	k := Key{Measure: analysis.MeasureShare} // of a ranking: in any place
	counts, best := map[int]int{}, 0
	for _, p := range b.Table.Parts {
		for _, r := range rowsOf(p.Result) {
			if !r.Hidden {
				counts[r.Code] += r.Count
			}
		}
	}
	for _, o := range q.Options {
		if counts[o.Code] > best {
			best, k.Codes, k.Answer = counts[o.Code], []int{o.Code}, o.Text
		}
	}
	return k, best > 0
}

func either(q *questionnaire.Question, codes ...int) i18n.Text {
	var t i18n.Text
	for i, c := range codes {
		label := q.Label(c)
		if i > 0 {
			t.Sv, t.En = t.Sv+"” "+i18n.T(i18n.Sv, "exhibit.or")+" ”", t.En+"” "+i18n.T(i18n.En, "exhibit.or")+" “"
		}
		t.Sv, t.En = t.Sv+label.Sv, t.En+label.En
	}
	return t
}

// estimate is a part's number; false when it may not be shown or does not exist.
func estimate(p analysis.PartOf, k Key) (analysis.Estimate, bool) {
	n := p.Result.Numbers
	if n == nil || k.Measure == analysis.MeasureUnknown && n.Unknown < 0 {
		return analysis.Estimate{}, false
	}
	est, err := p.Result.Estimate(k.Measure, k.Codes)
	return est, err == nil
}

// compared is the measure that differences are taken of: medians have no interval, means have.
func (k Key) compared() Key {
	if k.Measure == analysis.MeasureMedian {
		k.Measure = analysis.MeasureMean
	}
	return k
}
