package exhibit

import (
	"fmt"
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Number is one shown number of a view, which can be cited elsewhere: the same filter, measure and codes
// give it again.
type Number struct {
	ID       string // within the view
	Part     string // heading
	Text     string // "28 procent svarar ”Ja” (n = 39)"
	Question string // with the row of a matrix
	Filter   analysis.Filter
	Measure  analysis.Measure
	Codes    []int
	Weights  []string // questions whose frame counts it is weighted to
	Source   int      // code of the wave that it is of, in a view by waves; else 0
}

// Numbers lists what can be cited of a block: the numbers that are shown and have a base; of weighted results the
// shares, as editions have them.
func (e Exhibit) Numbers(lang i18n.Lang, b Block) []Number {
	var out []Number
	for _, p := range b.Table.Parts {
		if p.Result.Numbers == nil {
			continue
		}
		source, own, _ := p.Result.Filter.Source() // evidence is counted in one wave
		var weights []string
		if p.Result.Numbers.Weighting != nil {
			for _, m := range e.Weights.Margins {
				weights = append(weights, m.Question)
			}
		}
		for _, k := range e.keys(p.Result) {
			est, ok := estimate(p, k)
			if !ok || !e.offered(source, k) || weights != nil && (!k.Measure.IsShare() || k.Measure == analysis.MeasureUnknown) {
				continue
			}
			out = append(out, Number{ID: fmt.Sprintf("%s|%s|%s|%v", b.ID, p.Part.ID, k.Measure, k.Codes), Part: e.Label(lang, p),
				Text:     i18n.T(lang, "exhibit.number", "Value", value(lang, k, est), "What", e.what(lang, k), "Base", i18n.Int(lang, est.Base)),
				Question: p.Result.Question, Filter: own, Measure: k.Measure, Codes: k.Codes, Weights: weights, Source: source})
		}
	}
	return out
}

// offered tells whether the wave offered the answers that a number counts, among those of all waves of the view.
func (e Exhibit) offered(source int, k Key) bool {
	if source == 0 {
		return true
	}
	def := e.data.SourceDefinition(source)
	if def == nil {
		return false
	}
	q, ok := def.Question(e.Question.ID)
	return ok && !slices.ContainsFunc(k.Codes, func(code int) bool {
		_, has := q.Option(code)
		return !has && len(q.Options) > 0
	})
}

// NumberByID finds a number of any block of the view.
func (e Exhibit) NumberByID(lang i18n.Lang, id string) (Number, bool) {
	for _, b := range e.Blocks {
		for _, n := range e.Numbers(lang, b) {
			if n.ID == id {
				return n, true
			}
		}
	}
	return Number{}, false
}

// keys are the measures of a result, as evidence may name them.
func (e Exhibit) keys(f analysis.Frequency) []Key {
	q := e.Question
	var out []Key
	switch q.Type {
	case questionnaire.Likert5, questionnaire.Matrix:
		out = append(out, Key{Measure: analysis.MeasureTop2, Answer: either(q, 4, 5)}, Key{Measure: analysis.MeasureBottom2, Answer: either(q, 1, 2)})
	case questionnaire.Rating, questionnaire.Numeric:
		out = append(out, Key{Measure: analysis.MeasureMean, Unit: q.Unit}, Key{Measure: analysis.MeasureMedian, Unit: q.Unit})
	}
	measure := analysis.MeasureShare
	if len(f.Numbers.Bands) > 0 {
		measure = analysis.MeasureBand
	}
	if q.Type != questionnaire.Numeric {
		for _, r := range rowsOf(f) {
			if !r.Hidden {
				out = append(out, Key{Measure: measure, Codes: []int{r.Code}, Answer: r.Label})
			}
		}
	}
	if _, asked := q.Special(questionnaire.Unknown); asked && f.Numbers.Unknown > 0 {
		out = append(out, Key{Measure: analysis.MeasureUnknown, Answer: q.Label(questionnaire.Unknown)})
	}
	return out
}

// what is a number in words: `svarar ”Ja”`.
func (e Exhibit) what(lang i18n.Lang, k Key) string {
	switch {
	case k.Measure == analysis.MeasureMean || k.Measure == analysis.MeasureMedian:
		return i18n.T(lang, "analysis."+string(k.Measure))
	case e.Question.Type == questionnaire.Ranking && k.Measure == analysis.MeasureShare:
		return i18n.T(lang, "exhibit.chart_ranks", "Answer", k.Answer.In(lang))
	}
	return i18n.T(lang, "exhibit.chart_answers", "Answer", k.Answer.In(lang))
}
