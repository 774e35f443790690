package recommendation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
)

// Results is the submitted answers to one wave of a survey, ready to be
// counted. They do not change, however long somebody counts.
type Results struct {
	Version survey.Version
	Wave    survey.Wave // without an id when the survey has not been put yet
	Data    *analysis.Dataset
	Options analysis.Options
	Frame   []survey.Margin // what firms can be weighted to; see Weigh

	weighed *weighed
}

// Results loads the answers to the newest wave of the survey that anyone has
// answered, or an empty dataset of its newest wave or version.
func (s *Service) Results(ctx context.Context, surveyID string) (Results, error) {
	waves, data, err := s.load(ctx, surveyID)
	if err != nil {
		return Results{}, err
	}
	if w, ok := current(waves, func(id string) bool { return data[id] != nil }); ok {
		return s.results(ctx, w, data[w.ID])
	}
	latest, err := s.surveys.Latest(ctx, surveyID)
	if fault.Is(err, fault.NotFound) {
		return Results{}, fault.New(fault.NotFound, "recommendation.error_survey").Wrap(err)
	}
	if err != nil {
		return Results{}, err
	}
	return s.results(ctx, survey.Wave{SurveyID: surveyID, VersionID: latest.ID}, nil)
}

// resultsOf loads the answers that a figure is counted in: of its wave, or, of one that names none, of the
// newest that was answered. A figure that was cited before anybody had answered is of its version's first wave.
func (s *Service) resultsOf(ctx context.Context, f *Figure) (Results, error) {
	if f.Wave.ID == "" && f.VersionID == "" {
		return s.Results(ctx, f.SurveyID)
	}
	waves, data, err := s.load(ctx, f.SurveyID)
	if err != nil {
		return Results{}, err
	}
	for _, w := range slices.Backward(waves) {
		if w.ID == f.Wave.ID || f.Wave.ID == "" && w.VersionID == f.VersionID {
			return s.results(ctx, w, data[w.ID])
		}
	}
	if f.Wave.ID != "" {
		return Results{}, errNoWave
	}
	return s.results(ctx, survey.Wave{SurveyID: f.SurveyID, VersionID: f.VersionID}, nil)
}

// nameWave fills in when the figure's wave was, of all that its survey has been put in.
func (f *Figure) nameWave(waves []survey.Wave) {
	if at := slices.IndexFunc(waves, func(w survey.Wave) bool { return w.ID == f.Wave.ID }); at >= 0 {
		f.Wave, f.Again = waves[at], len(waves) > 1
	}
}

func (s *Service) results(ctx context.Context, w survey.Wave, d *analysis.Dataset) (Results, error) {
	full, err := s.surveys.Version(ctx, w.VersionID)
	if err != nil {
		return Results{}, err
	}
	if d == nil {
		d = analysis.NewDataset(full.Definition)
	}
	frame, err := s.frame(ctx)
	if err != nil {
		return Results{}, fmt.Errorf("frame of survey %s: %w", w.SurveyID, err)
	}
	frame = maps.Clone(frame)
	if frame["business"] > 0 {
		// The other groups are asked in full; the firms that are asked are a sample.
		frame["business"] = max(frame["business"], analysis.Firms)
	}
	margins, err := s.surveys.Frame(ctx, w.SurveyID)
	if err != nil {
		return Results{}, err
	}
	return Results{Version: full, Wave: w, Data: d, Options: analysis.Options{Frame: frame, MinBase: s.settings.MinBase}, Frame: margins, weighed: &s.weighed}, nil
}

// load returns the survey's waves, newest first, and the answers by wave.
func (s *Service) load(ctx context.Context, surveyID string) ([]survey.Wave, map[string]*analysis.Dataset, error) {
	waves, err := s.surveys.Waves(ctx, surveyID)
	if err != nil {
		return nil, nil, err
	}
	data, err := s.responses.Datasets(ctx, surveyID)
	return waves, data, err
}

// problem is what is wrong with something cited: a message key and its arguments.
type problem struct {
	Key  string
	Args map[string]any
}

func wrong(key string, args ...any) *problem {
	return &problem{Key: key, Args: fault.Args(args...)}
}

// cite checks a figure against a questionnaire and fills in its words. It does
// not look at any answer.
func (f *Figure) cite(def *questionnaire.Definition) *problem {
	id, row, _ := strings.Cut(f.Question, ".")
	q, ok := def.Question(id)
	if !ok {
		return wrong("recommendation.cite_question", "Question", f.Question, "Survey", def.Title)
	}
	if (q.Type == questionnaire.Matrix) != (row != "") {
		return wrongRow(q)
	}
	if r, ok := q.Row(row); row != "" && !ok {
		return wrongRow(q)
	} else if ok {
		f.Row = r.Text
	}
	group := f.Filter.Group
	if group == analysis.GroupAssociation {
		group = "business"
	}
	switch {
	case group != "" && !def.HasGroup(group):
		return wrong("recommendation.cite_no_group", "Group", group, "Groups", groupsOf(def))
	case group != "" && !q.AskedOf(group):
		return wrong("recommendation.cite_group", "Question", q.ID, "Text", q.Text, "Group", groupText(def, group))
	}
	for _, w := range f.Filter.Where {
		wq, ok := def.Question(strings.SplitN(w.Question, ".", 2)[0])
		switch {
		case !ok:
			return wrong("recommendation.cite_question", "Question", w.Question, "Survey", def.Title)
		case group != "" && !wq.AskedOf(group):
			return wrong("recommendation.cite_group", "Question", wq.ID, "Text", wq.Text, "Group", groupText(def, group))
		case len(w.Codes) == 0:
			return wrong("recommendation.cite_condition", "Question", wq.ID, "Text", wq.Text, "Codes", questionnaire.NamedOptions(wq.Options))
		}
		for _, c := range w.Codes {
			if _, ok := wq.Option(c); !ok {
				return wrongCode(wq, c)
			}
		}
	}
	f.Text, f.Unit = q.ForGroup(group).Text, q.Unit
	return f.citeMeasure(q)
}

// What is wrong is said in the questionnaire's words, with the ids that a file has.

func wrongRow(q *questionnaire.Question) *problem {
	if q.Type != questionnaire.Matrix {
		return wrong("recommendation.cite_no_row", "Question", q.ID, "Text", q.Text)
	}
	rows := questionnaire.Named(q.Rows, func(r questionnaire.Row) (string, i18n.Text) { return q.ID + "." + r.ID, r.Text })
	return wrong("recommendation.cite_row", "Text", q.Text, "Rows", rows)
}

func wrongCode(q *questionnaire.Question, code int) *problem {
	return wrong("recommendation.cite_code", "Question", q.ID, "Text", q.Text, "Code", code, "Codes", questionnaire.NamedOptions(q.Options))
}

func groupsOf(def *questionnaire.Definition) i18n.Text {
	return questionnaire.Named(def.Groups, func(g questionnaire.Group) (string, i18n.Text) { return g.ID, g.Name })
}

func groupText(def *questionnaire.Definition, id string) i18n.Text {
	for _, g := range def.Groups {
		if g.ID == id {
			return g.Name
		}
	}
	return i18n.Text{Sv: id, En: id}
}

// citeMeasure checks that the question has the number that is cited.
func (f *Figure) citeMeasure(q *questionnaire.Question) *problem {
	no := wrong("recommendation.cite_measure", "Question", q.ID, "Text", q.Text, "Measure", string(f.Measure))
	scale := q.Type == questionnaire.Likert5 || q.Type == questionnaire.Matrix
	counted := f.Codes
	switch f.Measure {
	case analysis.MeasureShare:
		many := q.Type == questionnaire.Multiple || q.Type == questionnaire.Ranking
		if len(f.Codes) == 0 || many && len(f.Codes) > 1 || len(q.Options) == 0 {
			return no
		}
	case analysis.MeasureTop2, analysis.MeasureBottom2:
		if !scale || len(f.Codes) > 0 {
			return no
		}
		counted = map[analysis.Measure][]int{analysis.MeasureTop2: {4, 5}, analysis.MeasureBottom2: {1, 2}}[f.Measure]
	case analysis.MeasureFirst, analysis.MeasureRanked:
		if q.Type != questionnaire.Ranking || len(f.Codes) != 1 {
			return no
		}
	case analysis.MeasureBand:
		return f.citeBand(q, no)
	case analysis.MeasureMean, analysis.MeasureMedian:
		if !scale && q.Type != questionnaire.Rating && q.Type != questionnaire.Numeric || len(f.Codes) > 0 {
			return no
		}
	case analysis.MeasureUnknown:
		if _, offers := q.Special(questionnaire.Unknown); !offers || len(f.Codes) > 0 {
			return no
		}
		f.Answers = q.Label(questionnaire.Unknown)
	default:
		return no
	}
	for i, code := range counted {
		o, ok := q.Option(code)
		if !ok {
			return wrongCode(q, code)
		}
		if i > 0 {
			f.Answers.Sv += " / "
			f.Answers.En += " / "
		}
		f.Answers.Sv += o.Text.Sv
		f.Answers.En += o.Text.En
	}
	return nil
}

func (f *Figure) citeBand(q *questionnaire.Question, no *problem) *problem {
	if q.Type != questionnaire.Rating || q.Min != 0 || q.Max != 10 || len(f.Codes) != 1 {
		return no
	}
	label, ok := map[int]string{0: "0–3", 4: "4–6", 7: "7–10"}[f.Codes[0]]
	if !ok {
		return no
	}
	f.Answers = i18n.Text{Sv: label, En: label}
	return nil
}

// compute takes the figure out of the answers; nil when it may not be shown: it is
// released together with what every group answers, as an edition prints it, so that
// what is cited can also be published.
func (r Results) compute(f *Figure) (*analysis.Estimate, error) {
	freq, err := analysis.Count(r.Data, f.Question, f.Filter, r.Options)
	if err != nil {
		return nil, err
	}
	beside, err := analysis.ByGroup(r.Data, f.Question, nil, r.Options)
	if err != nil {
		return nil, err
	}
	if len(f.Weights) > 0 {
		return r.weigh(f, beside)
	}
	whose := f.Filter.String()
	beside = append(slices.DeleteFunc(beside, func(g analysis.Frequency) bool { return g.Filter.String() == whose }), freq)
	released := analysis.ReleaseBeside(beside, analysis.Beside{Data: r.Data, Cited: func(g analysis.Frequency, code int) bool {
		return g.Filter.String() == whose && f.Measure.Counts(f.Codes, code)
	}})
	e, err := released[len(released)-1].Estimate(f.Measure, f.Codes)
	if err != nil {
		return nil, nil //nolint:nilerr // the figure was checked when it was cited: what is left is suppression
	}
	return &e, nil
}
