package recommendation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/survey"
)

// Margins are the names under which firms can be weighted, each with the question that it counts. A
// question's own id is a name too.
var Margins = []struct{ Name, Question string }{
	{"size_class", "bg_size"}, {"sector", "bg_sector"}, {"municipality", "bg_municipality"},
}

// MarginName is the name of the margin of a question.
func MarginName(question string) string {
	for _, m := range Margins {
		if m.Question == question {
			return m.Name
		}
	}
	return question
}

// Weighable says whether the frame was counted by a margin.
func (r Results) Weighable(name string) bool { return r.margin(name) >= 0 }

func (r Results) margin(name string) int {
	return slices.IndexFunc(r.Frame, func(f survey.Margin) bool { return f.Question == name || MarginName(f.Question) == name })
}

// Weigh makes the weights that bring the firms among the respondents to the frame's counts: of one margin
// by post-stratification, of several by raking; without names by every margin that was loaded. It fails
// with a bare analysis.Absence, FrameMissing for a margin that nobody has loaded.
func (r Results) Weigh(names ...string) (*analysis.Weights, error) {
	frame := r.Frame
	if len(names) > 0 {
		frame = nil
		for _, name := range names {
			at := r.margin(name)
			if at < 0 {
				return nil, analysis.FrameMissing
			}
			frame = append(frame, r.Frame[at])
		}
	}
	frame = slices.Clone(frame)
	slices.SortFunc(frame, func(a, b survey.Margin) int { return cmp.Compare(a.Question, b.Question) })
	frame = slices.CompactFunc(frame, func(a, b survey.Margin) bool { return a.Question == b.Question })
	return r.weighed.of(r.Data, frame)
}

// weighed keeps the last weights of each kind: they depend on nothing but the answers and the frame, and
// answers that have changed are another dataset.
type weighed struct {
	mu   sync.Mutex
	kept map[string]keptWeights // by survey and questions
}

type keptWeights struct {
	data    *analysis.Dataset
	frame   string
	weights *analysis.Weights
	err     error
}

func (w *weighed) of(d *analysis.Dataset, frame []survey.Margin) (*analysis.Weights, error) {
	key, stamp := d.Definition().ID, strings.Builder{}
	counts := make([]analysis.FrameCount, len(frame))
	for i, m := range frame {
		counts[i] = analysis.FrameCount{Question: m.Question, Units: m.Units}
		key += "/" + m.Question
		fmt.Fprint(&stamp, m.Question, m.LoadedAt, m.Units) // maps are written with sorted keys
	}
	if w == nil {
		return analysis.Weigh(d, counts...)
	}
	w.mu.Lock()
	k, ok := w.kept[key]
	w.mu.Unlock()
	if !ok || k.data != d || k.frame != stamp.String() {
		k = keptWeights{data: d, frame: stamp.String()}
		k.weights, k.err = analysis.Weigh(d, counts...)
		w.mu.Lock()
		w.kept[key] = k
		w.mu.Unlock()
	}
	return k.weights, k.err
}

// citeWeighted checks that a weighted figure is one that an edition prints: of all firms, and weighted to every
// margin of the frame that was loaded. Another weighting of the same answers beside that one would tell the
// classes apart that they count.
func (r Results) citeWeighted(f *Figure) *problem {
	if len(f.Weights) == 0 {
		return nil
	}
	if f.Filter.Group != people.Business || len(f.Filter.Where) > 0 || strings.Contains(f.Question, ".") || !f.Measure.IsShare() || f.Measure == analysis.MeasureUnknown {
		return wrong("recommendation.cite_weighted_whole")
	}
	var loaded, sv, en []string
	for _, m := range r.Frame {
		loaded = append(loaded, m.Question)
		if q, ok := r.Version.Definition.Question(m.Question); ok {
			sv, en = append(sv, "”"+q.Text.Sv+"”"), append(en, "“"+q.Text.En+"”")
		}
	}
	asked := slices.Sorted(slices.Values(f.Weights))
	slices.Sort(loaded)
	if !slices.Equal(asked, loaded) {
		return wrong("recommendation.cite_weighted_margins", "Loaded", i18n.Text{Sv: strings.Join(sv, ", "), En: strings.Join(en, ", ")})
	}
	f.Weights = asked
	return nil
}

// weigh takes a weighted figure out of the answers, as an edition prints it beside what every group answers; nil
// when it may not be shown.
func (r Results) weigh(f *Figure, beside []analysis.Frequency) (*analysis.Estimate, error) {
	w, err := r.Weigh(f.Weights...)
	var why analysis.Absence
	if errors.As(err, &why) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o := r.Options
	o.Weights = w
	weighted, err := analysis.Count(r.Data, f.Question, f.Filter, o)
	if err != nil {
		return nil, err
	}
	released := analysis.ReleaseBeside(append(slices.Clone(beside), weighted), analysis.Beside{Data: r.Data})
	if e, err := released[len(beside)].Estimate(f.Measure, f.Codes); err == nil && e.Base >= percentBase {
		return &e, nil
	}
	return nil, nil
}
