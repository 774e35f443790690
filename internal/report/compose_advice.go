package report

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

// recommendations is one box each, under a heading an area.
func (w *writer) recommendations(Chapter) {
	if len(w.s.Recommendations) == 0 {
		w.add(document.Plain(w.t("report.no_recommendations")))
		return
	}
	for _, area := range strategy.Areas {
		headed := false
		for i := range w.s.Recommendations {
			r := &w.s.Recommendations[i]
			if r.Area != area.Number {
				continue
			}
			if !headed {
				name := w.t("report.area_short_" + itoa(area.Number))
				w.add(document.Heading{Level: 2, ID: "rec-area-" + itoa(area.Number), Text: w.t("report.area_heading", "Area", area.Number, "Name", name)})
				headed = true
			}
			w.add(w.recommendation(r))
		}
	}
	if skipped := w.s.skipped(); len(skipped) > 0 {
		w.add(document.Plain(w.t("report.recommendations_skipped", "Count", len(skipped), "Numbers", join(w.lang, skipped))))
	}
}

// skipped are the numbers that a reader misses between those of an area's recommendations.
func (s *Snapshot) skipped() (missing []string) {
	for _, area := range strategy.Areas {
		have := map[int]bool{}
		last := 0
		for _, r := range s.Recommendations {
			if n, err := strconv.Atoi(strings.TrimPrefix(r.Number, itoa(area.Number)+".")); err == nil {
				have[n], last = true, max(last, n)
			}
		}
		for n := 1; n < last; n++ {
			if !have[n] {
				missing = append(missing, itoa(area.Number)+"."+itoa(n))
			}
		}
	}
	return missing
}

func (w *writer) recommendation(r *Recommendation) document.Recommendation {
	box := document.Recommendation{ID: recommendationID(r.Number), Level: 3, Area: r.Area, Number: r.Number, Sentence: w.in(r.Wording)}
	box.Addressees = []string{r.Addressed(w.lang)}
	if p, ok := strategy.PurposeByID(r.Purpose); ok {
		box.Tags = append(box.Tags, w.in(p.Name))
	} else {
		box.Tags = append(box.Tags, w.t("report.purpose_"+r.Purpose))
	}
	box.Tags = append(box.Tags, w.t("report.grade", "Grade", r.Strength))
	if w.s.Kind == National {
		box.Tags = append(box.Tags, w.effortTag(r))
	}
	if why := w.said(r, r.Why); len(why) > 0 && w.s.Kind == Regional {
		box.Why = append(box.Why, document.Evidence{Runs: why})
	}
	for i := range r.Evidence {
		if e := &r.Evidence[i]; w.s.Kind == Regional || e.Value != nil {
			line := w.reason(e)
			if w.s.Kind == Regional && e.Quote == "" && e.Value != nil { // the reasoning above has said it in words
				line = w.ground(e)
			}
			if w.s.Kind == National && e.quotable() { // no reasoning above and few figures to turn to
				p := phrase{lang: w.lang, group: e.Group, est: *e.Value}
				line.Runs, line.Source = document.Text(w.finding(e, p)), p.Range()+"."+w.counted(e)
			}
			box.Why = append(box.Why, line)
		}
	}
	box.FirstStep = w.said(r, r.FirstStep)
	box.Facts = w.recommendationFacts(r)
	return box
}

func (w *writer) recommendationFacts(r *Recommendation) []document.Fact {
	var facts []document.Fact
	add := func(key string, value []document.Run) {
		if len(value) > 0 {
			facts = append(facts, document.Fact{Label: w.t("report.fact_" + key), Value: value})
		}
	}
	add("effect", w.said(r, r.Effect))
	if w.s.Kind == National {
		add("reuse", withMarks(w.in(r.Reuse)))
		return facts
	}
	for _, x := range r.Reservations {
		by := cmp.Or(x.SignedAs, w.t("report.reservation_unsigned"))
		facts = append(facts, document.Fact{Label: w.t("report.reservation"), Value: document.Text(quoted(w.lang, x.Text) + " " + by)})
	}
	add("indicator", w.said(r, r.Indicator))
	add("responsible", withMarks(w.in(r.Responsible)))
	add("effort", document.Text(w.effort(r)))
	add("due", withMarks(r.Due))
	return facts
}

func (w *writer) effort(r *Recommendation) string {
	if r.Effort == "" {
		return w.t("report.missing")
	}
	return w.t("report.effort_" + r.Effort)
}

// effortTag is the effort in two words.
func (w *writer) effortTag(r *Recommendation) string {
	if r.Effort == "" {
		return w.t("report.fact_effort") + ": " + w.t("report.missing")
	}
	return w.t("report.tag_effort_" + r.Effort)
}

func (w *writer) channelNames(r *Recommendation) string {
	names := make([]string, len(r.Channels))
	for i, c := range r.Channels {
		names[i] = lowerFirst(w.t("report.channel_" + c))
	}
	return join(w.lang, names)
}

// reason is one line of evidence, linked to the figure or quote it rests on.
func (w *writer) reason(e *Evidence) document.Evidence {
	if e.Quote != "" || e.Value == nil {
		ev := document.Evidence{Source: w.meetingSource(e)}
		if e.Quote == "" {
			ev.Runs = document.Text(w.t("report.evidence_meeting"))
			if e.Channel == string(recommendation.Expert) {
				ev.Runs = document.Text(w.t("report.evidence_expert"))
			}
			return ev
		}
		ev.Runs = []document.Run{{Text: quoted(w.lang, fragment(e.Quote)), Italic: true, Lang: e.spoken()}}
		if id := quoteID(e.ID); w.anchors[id] {
			ev.Link = "#" + id
		}
		return ev
	}
	p := phrase{lang: w.lang, group: e.Group, est: *e.Value}
	ev := document.Evidence{Link: w.evidenceLink(e), Row: w.evidenceRow(e),
		Source: w.t("report.evidence_source", "Survey", strings.ToUpper(e.Survey), "Question", e.Question, "Basis", p.Basis()) + w.counted(e)}
	if e.Measure.IsShare() {
		ev.Runs = document.Text(w.t("report.finding_short", "Of", w.of(e, p), "Answer", w.answers(e.Answers)))
		return ev
	}
	value := i18n.Number(w.lang, e.Value.Value, 1)
	if e.Unit != "" {
		value += " " + w.t("report.unit_"+unitKey(e.Unit))
	}
	ev.Runs = document.Text(w.t("report.finding_value", "Measure", w.t("report.measure_"+string(e.Measure)+"_word"),
		"Among", w.t("report.among_"+groupKey(e.Group)), "Value", value, "Question", question(w.in(e.Text))))
	ev.Source = w.t("report.evidence_source", "Survey", strings.ToUpper(e.Survey), "Question", e.Question,
		"Basis", w.t("report.answers", "Count", e.Value.Base, "N", w.int(e.Value.Base))) + w.counted(e)
	return ev
}

// ground is a figure that the reasoning rests on, as a reader checks it: where it
// stands, what it is and how sure.
func (w *writer) ground(e *Evidence) document.Evidence {
	p := phrase{lang: w.lang, group: e.Group, est: *e.Value}
	value, basis := shareText(w.lang, *e.Value), p.Range()
	if !e.Measure.IsShare() {
		basis = p.Spread()
		value = w.t("report.measure_"+string(e.Measure)+"_short") + " " + i18n.Number(w.lang, e.Value.Value, 1)
		if e.Unit != "" {
			value += " " + w.t("report.unit_"+unitKey(e.Unit))
		}
	}
	return document.Evidence{Link: w.evidenceLink(e), Row: w.evidenceRow(e), Source: w.t("report.ground",
		"Question", w.code(e.Survey, e.Question), "Group", lowerFirst(groupName(w.lang, e.Group)), "Value", value, "Basis", basis) + w.counted(e)}
}

// counted says of which wave a number is and that it is weighted: " Mätning 1 (2026-03-12), vägt mot företagsramen."
func (w *writer) counted(e *Evidence) string {
	return sentence(recommendation.Counted(w.lang, e.Wave, e.Waved, len(e.Weights) > 0))
}

// sentence is s as one that follows another; empty when s is.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	return " " + string(unicode.ToUpper(first)) + s[size:] + "."
}

// evidenceRow is the row of the number's question, in an earlier wave of what is cited of it.
func (w *writer) evidenceRow(e *Evidence) string {
	if e.Older && !w.s.Placed {
		return ""
	}
	return w.row(e.key(), e.Question)
}

// aside says that a number stands in no table of the edition: it is of part of a group, or of an earlier wave.
func (e *Evidence) aside() bool { return e.Narrowed || e.Older || len(e.Weights) > 0 }

// evidenceLink is the figure of the question when this edition draws it, else nothing.
func (w *writer) evidenceLink(e *Evidence) string {
	if e.Older {
		return ""
	}
	question, _, _ := strings.Cut(e.Question, ".")
	if id := figureID(e.Survey, question); w.anchors[id] {
		return "#" + id
	}
	return ""
}

func (w *writer) meetingSource(e *Evidence) string {
	if e.By != "" {
		return w.t("report.channel_"+e.Channel) + ": " + e.By + ", " + e.Stated
	}
	s := w.t("report.event_" + e.Channel)
	if m := w.meetingName(e.Meeting); m != "" {
		s = w.t("report.event_at", "Event", s, "Place", m)
	}
	if e.Group != "" {
		s = groupName(w.lang, e.Group) + ", " + lowerFirst(s)
	}
	return s
}

// spoken is the language that a quote was said in.
func (e *Evidence) spoken() i18n.Lang { return cmp.Or(e.Lang, i18n.Sv) }

// meetingName is "Mora, 12 februari 2019"; empty when the edition leaves the
// place out.
func (w *writer) meetingName(ref string) string {
	for _, m := range w.s.Meetings {
		if m.Ref == ref && ref != "" && m.Municipality != "" {
			return m.Municipality + " " + m.Date
		}
	}
	return ""
}

func themeName(l i18n.Lang, code string) string {
	if t, ok := strategy.ThemeByCode(code); ok {
		return t.Name.In(l)
	}
	return code
}

// implementation is who does what by when.
func (w *writer) implementation(Chapter) {
	if len(w.s.Recommendations) == 0 {
		return
	}
	t := document.Table{ID: "tab-implementation", Caption: w.t("report.implementation_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_recommendation"), Width: 0.32}, {Text: w.t("report.fact_responsible"), Width: 0.34},
			{Text: w.t("report.fact_effort"), Width: 0.21}, {Text: w.t("report.fact_due"), Width: 0.13}}}
	for i := range w.s.Recommendations {
		r := &w.s.Recommendations[i]
		title := w.in(r.Title)
		if title == "" {
			title = w.in(r.Wording)
		}
		t.Rows = append(t.Rows, []document.Cell{
			{{Text: r.Number, Link: "#" + recommendationID(r.Number)}, {Text: " " + title}},
			document.Text(orMissing(w, w.in(r.Responsible))), document.Text(w.effort(r)), document.Text(orMissing(w, r.Due))})
	}
	w.add(t)
}

func orMissing(w *writer, s string) string {
	if s == "" {
		return w.t("report.missing")
	}
	return s
}
