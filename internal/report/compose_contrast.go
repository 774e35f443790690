package report

import (
	"math"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
)

// groupShare is one group's share of one measure.
type groupShare struct {
	group string
	est   analysis.Estimate
}

// shares lists the groups whose result may be shown, trade associations aside:
// they speak for their members.
func shares(q *Question, m analysis.Measure, codes []int) []groupShare {
	var out []groupShare
	for _, r := range q.Results {
		if r.Filter.Group == analysis.GroupAssociation {
			continue
		}
		if e := estimate(r, m, codes...); e != nil {
			out = append(out, groupShare{r.Filter.Group, *e})
		}
	}
	return out
}

// contrast is a title that says the finding: which two groups differ, or that
// none can be said to, or what the only group says.
func (w *writer) contrast(q *Question, m analysis.Measure, codes []int) string {
	list := shares(q, m, codes)
	if len(list) == 0 {
		return ""
	}
	answer := w.answerOf(*shown(q.Results), m, codes)
	sort.SliceStable(list, func(i, j int) bool { return list[i].est.Value > list[j].est.Value })
	hi, lo := list[0], list[len(list)-1]
	text := func(g groupShare) string { return phrase{lang: w.lang, group: g.group, est: g.est}.Text() }
	if len(list) == 1 {
		return w.t("report.title_one", "Of", phrase{lang: w.lang, group: hi.group, est: hi.est}.Of(), "Answer", answer)
	}
	if differ(hi.est, lo.est) {
		return w.t("report.title_differ", "High", lowerFirst(groupName(w.lang, hi.group)), "Low", lowerFirst(groupName(w.lang, lo.group)),
			"Answer", answer, "HighShare", text(hi), "LowShare", text(lo))
	}
	return w.t("report.title_same", "Answer", answer, "HighShare", text(hi), "LowShare", text(lo),
		"Among", w.t("report.among_"+groupKey(hi.group)), "AmongLow", w.t("report.among_"+groupKey(lo.group)))
}

func shown(results []analysis.Frequency) *analysis.Frequency {
	for i := range results {
		if results[i].Numbers != nil {
			return &results[i]
		}
	}
	return nil
}

// differ says whether Newcombe's interval of the difference leaves out zero.
func differ(a, b analysis.Estimate) bool {
	_, lower, upper, ok := analysis.Newcombe(a.Count, a.Base, b.Count, b.Base)
	return ok && (lower > 0 || upper < 0)
}

// answerOf names the counted alternatives in quotation marks.
func (w *writer) answerOf(f analysis.Frequency, m analysis.Measure, codes []int) string {
	want := map[int]bool{}
	switch m {
	case analysis.MeasureTop2:
		want[4], want[5] = true, true
	case analysis.MeasureBottom2:
		want[1], want[2] = true, true
	case analysis.MeasureBand:
		return w.t("report.band_answer")
	}
	for _, c := range codes {
		want[c] = true
	}
	var names []string
	for _, r := range f.Numbers.Rows {
		if want[r.Code] {
			names = append(names, quoted(w.lang, lowerFirst(w.in(r.Label))))
		}
	}
	return strings.Join(names, " "+w.t("report.or")+" ")
}

// answers names alternatives that stand joined by a slash.
func (w *writer) answers(t i18n.Text) string {
	names := strings.Split(w.in(t), " / ")
	for i, n := range names {
		names[i] = quoted(w.lang, lowerFirst(n))
	}
	return strings.Join(names, " "+w.t("report.or")+" ")
}

// mainMeasure is the one number of a question that tables and comparisons use;
// ok is false for questions without one.
func (w *writer) mainMeasure(q *Question) (m analysis.Measure, codes []int, ok bool) {
	switch q.Type {
	case questionnaire.Likert5:
		if q.Bipolar {
			return w.heavierEnd(q), nil, true
		}
		return analysis.MeasureTop2, nil, true
	case questionnaire.YesNoUnknown:
		return analysis.MeasureShare, []int{1}, true
	case questionnaire.Rating:
		return analysis.MeasureBand, []int{7}, true
	}
	return "", nil, false
}

// gap is a difference between two groups in one question.
type gap struct {
	survey             *Survey
	q                  *Question
	m                  analysis.Measure
	codes              []int
	hi, lo             groupShare
	diff, lower, upper float64
}

// gaps compares every pair of groups in every comparable question and returns
// the certain differences, the largest first, and the number of pairs tried.
func (w *writer) gaps() (found []gap, tried int) {
	for i := range w.s.Surveys {
		s := &w.s.Surveys[i]
		for j := range s.Questions {
			q := &s.Questions[j]
			m, codes, ok := w.mainMeasure(q)
			if !ok {
				continue
			}
			list := shares(q, m, codes)
			for a := range list {
				for b := a + 1; b < len(list); b++ {
					hi, lo := list[a], list[b]
					if hi.est.Value < lo.est.Value {
						hi, lo = lo, hi
					}
					tried++
					d, lower, upper, ok := analysis.Newcombe(hi.est.Count, hi.est.Base, lo.est.Count, lo.est.Base)
					if ok && lower > 0 {
						found = append(found, gap{s, q, m, codes, hi, lo, d, lower, upper})
					}
				}
			}
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].lower > found[j].lower })
	return found, tried
}

// widestGaps is how many differences the chapter shows.
const widestGaps = 10

// comparison is where the groups disagree.
func (w *writer) comparison(Chapter) {
	found, tried := w.gaps()
	if len(found) == 0 {
		w.add(document.Plain(w.t("report.no_gaps", "Tried", w.int(tried))))
		return
	}
	w.add(document.Plain(w.t("report.gaps_counted", "Found", w.int(len(found)), "Tried", w.int(tried),
		"Chance", i18n.Number(w.lang, math.Ceil(float64(tried)*0.05), 0))))
	top := found[0]
	w.add(w.gapFigure(top))
	t := document.Table{ID: "tab-gaps", Dense: true, Caption: w.t("report.gaps_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_question"), Width: 0.45}, {Text: w.t("report.col_higher"), Width: 0.2},
			{Text: w.t("report.col_lower"), Width: 0.2}, {Text: w.t("report.col_difference"), Align: document.Right, Width: 0.15}},
		Note: w.t("report.gaps_note")}
	for i, g := range found {
		if i == widestGaps {
			break
		}
		row := document.Row(
			w.wording(g.q, append(only(g.q.Results, g.hi.group), only(g.q.Results, g.lo.group)...), question)+" "+w.t("report.answering", "Answer", w.answerOf(*shown(g.q.Results), g.m, g.codes)),
			w.t("report.short_"+g.hi.group)+"\u00a0"+shareCell(w.lang, &g.hi.est),
			w.t("report.short_"+g.lo.group)+"\u00a0"+shareCell(w.lang, &g.lo.est),
			i18n.Number(w.lang, g.diff*100, 0)+" ("+i18n.Number(w.lang, g.lower*100, 0)+"–"+i18n.Number(w.lang, g.upper*100, 0)+")")
		row[0] = append(row[0], w.cite(g.survey.ID, g.q.ID)...)
		t.Rows = append(t.Rows, row)
	}
	w.add(t)
}

// gapFigure draws all groups in the question where two of them differ most.
func (w *writer) gapFigure(g gap) document.Figure {
	c := chart.DotInterval{Measure: w.t("report.measure_answer", "Answer", w.answerOf(*shown(g.q.Results), g.m, g.codes))}
	for _, r := range g.q.Results {
		c.Rows = append(c.Rows, dot(groupName(w.lang, r.Filter.Group), r.Filter.Group, estimate(r, g.m, g.codes...)))
	}
	drawn := asDrawn(c, g.q.Results)
	return document.Figure{ID: "fig-gap", Source: w.row(g.survey.ID, g.q.ID), Chart: c, Title: w.contrast(g.q, g.m, g.codes),
		Subtitle: w.wording(g.q, drawn, whole), Base: w.base(drawn)}
}

// region is Dalarna in figures. The numbers come from outside, with sources.
func (w *writer) region(Chapter) { w.add(w.outsideTable()) }

func (w *writer) outsideTable() document.Table {
	t := document.Table{ID: "tab-region", Caption: w.t("report.region_caption"), RowHeader: true,
		Head:   []document.Column{{Text: w.t("report.col_what")}, {Text: w.t("report.col_number"), Align: document.Right}, {Text: w.t("report.col_source")}},
		UsedIn: 3}
	for i, f := range w.s.Outside {
		value := i18n.Number(w.lang, f.Value, 0)
		if f.Value < 1 {
			value = i18n.Percent(w.lang, f.Value, 0)
		}
		name := w.t("report.outside_row", "Number", i+1)
		t.Rows = append(t.Rows, append([]document.Cell{{{Text: name, Bold: true}, {Text: " " + w.t("report.outside_"+f.ID)}}}, document.Row(value, w.in(f.Source))...))
		t.Anchors = append(t.Anchors, document.RowAnchor{ID: outsideID(f.ID), Name: name})
	}
	return t
}

// channels counts what the report rests on.
func (w *writer) channels(Chapter) {
	a := w.s.Activities
	t := document.Table{ID: "tab-channels", Dense: true, Caption: w.t("report.channels_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_channel"), Width: 0.3}, {Text: w.t("report.col_scope"), Width: 0.7}}}
	if invited, answered := w.s.cases(); invited > 0 {
		t.Rows = append(t.Rows, document.Row(w.t("report.channel_survey"),
			w.t("report.scope_survey", "Surveys", len(w.s.Surveys), "Invited", w.int(invited), "Answered", w.int(answered))))
	} else {
		t.Rows = append(t.Rows, document.Row(w.t("report.channel_survey"), w.t("report.scope_survey_none", "Surveys", len(w.s.Surveys))))
	}
	t.Rows = append(t.Rows,
		document.Row(w.t("report.channel_dialogue"), w.t("report.scope_dialogue", "Meetings", len(w.s.Meetings),
			"Participants", w.int(w.s.participants()), "Excerpts", w.int(w.s.excerpts()))),
		document.Row(w.t("report.channel_seminar"), w.t("report.scope_seminar", "Training", a.TrainingHeld, "TrainingPlan", a.TrainingPlan,
			"Learning", a.LearningHeld, "LearningPlan", a.LearningPlan, "Participants", w.int(a.Participants))),
		document.Row(w.t("report.channel_advice"), w.t("report.scope_advice", "Firms", w.int(a.AdviceFirms),
			"Hours", i18n.Number(w.lang, float64(a.AdviceQuarters)/4, 1))))
	w.add(t)
}

func (s *Snapshot) excerpts() int {
	n := 0
	for _, m := range s.Meetings {
		n += m.Excerpts
	}
	return n
}

// voices are the approved quotes that no recommendation box already holds, by
// group. Good examples have their own chapter.
func (w *writer) voices(Chapter) { w.quotes(false) }

// examples are the approved good examples, by group.
func (w *writer) examples(Chapter) { w.quotes(true) }

func (w *writer) quotes(examples bool) {
	none := true
	for _, group := range append(append([]string{}, people.Groups...), "") {
		headed := false
		for _, v := range w.s.Voices {
			if v.Group != group || (v.Kind == dialogue.Example) != examples {
				continue
			}
			if !headed && !examples {
				w.add(document.Heading{Level: 2, ID: "voices-" + groupKey(group), Text: w.t("report.voices_" + groupKey(group))})
			}
			headed, none = true, false
			source := w.voiceSource(v)
			if examples {
				source = w.exampleSource(v)
			}
			w.add(document.Quote{ID: quoteID(v.ID), Text: fragment(v.Text), Lang: i18n.Sv, Group: group, Source: source})
		}
	}
	if none {
		w.add(document.Plain(w.t("report.no_voices")))
	}
}

// fragment marks a quote that begins inside a sentence, and ends one that its writer left without a stop.
func fragment(s string) string {
	if r, _ := utf8.DecodeRuneInString(s); unicode.IsLower(r) {
		s = "… " + s
	}
	if r, _ := utf8.DecodeLastRuneInString(s); unicode.IsLetter(r) || unicode.IsDigit(r) {
		s += "."
	}
	return s
}

// exampleSource names the group, since the examples stand without headings.
func (w *writer) exampleSource(v Voice) string {
	s := groupName(w.lang, v.Group)
	if v.Group == "" {
		s = w.t("report.voices_all")
	}
	s = w.t("report.example_source", "Group", s, "Theme", lowerFirst(themeName(w.lang, v.Theme)))
	if m := w.meetingName(v.Meeting); m != "" {
		s += ". " + m
	}
	return s
}

func (w *writer) voiceSource(v Voice) string {
	s := w.t("report.voice_source", "Kind", w.t("report.kind_"+v.Kind), "Theme", lowerFirst(themeName(w.lang, v.Theme)))
	if m := w.meetingName(v.Meeting); m != "" {
		s += ". " + m
	}
	return s
}
