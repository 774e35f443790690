package report

import (
	"strings"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

// summary is page one: what a decision maker must know to act, and nothing
// about method.
func (w *writer) summary() {
	w.add(document.Heading{Level: 1, ID: "ch-summary", Text: w.t("report.summary_title")})
	if asks := w.asks(); len(asks.Items) > 0 {
		w.add(document.Callout{Kind: document.Decision, Level: 2, ID: "ask", Title: w.t("report.ask_title"),
			Blocks: []document.Block{asks}})
	}
	if items := w.indicator(); len(items) > 0 {
		w.add(document.KeyFigures{Items: items})
	}
	if list := w.strongest(); len(list.Items) > 0 {
		w.add(document.Heading{Level: 2, ID: "strongest", Text: w.t("report.strongest_title")}, list)
	}
	last := []document.Run{{Text: w.t("report.who_title") + " ", Bold: true}, {Text: w.whoAnswered()}}
	last = append(append(last, w.citeTable(w.responseChapter())...), document.Run{Text: " "})
	if w.s.FollowUp != "" {
		last = append(last, document.Run{Text: w.t("report.follow_up", "Month", month(w.lang, w.s.FollowUp)) + " "})
	}
	if w.s.Contact != "" {
		last = append(last, document.Run{Text: w.t("report.contact") + " "},
			document.Run{Text: w.s.Contact, Link: "mailto:" + w.s.Contact}, document.Run{Text: "."})
	}
	w.add(document.Paragraph{Runs: last})
}

// askOrder is who is asked for a decision on page one.
var askOrder = []string{"politicians", "authorities", "firms"}

// mostAsks is how many decisions page one can carry.
const mostAsks = 3

// asks picks one recommendation for each addressee: among those directed to it
// in the first place the one with the strongest evidence, and of equals one
// from an area that page one does not yet hold. An addressee that no
// recommendation speaks to first leaves its place to the best of the others.
func (w *writer) asks() document.List {
	var list document.List
	used := map[string]bool{}
	areas := map[int]bool{}
	for _, addressee := range append(append([]string{}, askOrder...), "", "", "") {
		var best *Recommendation
		for i := range w.s.Recommendations {
			r := &w.s.Recommendations[i]
			if used[r.Number] || len(r.Addressees) == 0 || addressee != "" && r.Addressees[0] != addressee {
				continue
			}
			if best == nil || rank(r, areas) < rank(best, areas) {
				best = r
			}
		}
		if best == nil || len(list.Items) == mostAsks {
			continue
		}
		used[best.Number], areas[best.Area] = true, true
		list.Items = append(list.Items, document.Item{Runs: []document.Run{
			{Text: w.t("report.addressee_"+best.Addressees[0]) + ": ", Bold: true},
			{Text: w.in(best.Wording) + " "},
			{Text: w.t("report.rec_ref", "Number", best.Number), Link: "#" + recommendationID(best.Number)},
		}})
	}
	return list
}

// rank orders recommendations for page one, the lowest first: one of a new
// area before others, then the strongest.
func rank(r *Recommendation, areas map[int]bool) int {
	n := 0
	if r.Strength != "" {
		n = int(r.Strength[0])
	}
	if areas[r.Area] {
		n += 100
	}
	return n
}

// indicator is the project's goal in numbers.
func (w *writer) indicator() []document.KeyFigure {
	var items []document.KeyFigure
	if e := w.s.Indicator.Bid; e != nil {
		items = append(items, document.KeyFigure{Group: people.Business, Value: shareCell(w.lang, e), Label: w.t("report.indicator_bid"),
			Note: withMarks(w.t("report.indicator_bid_note", "Basis", phrase{lang: w.lang, est: *e}.Basis()+"."+w.goal(0)+w.goalWave(), "Baseline", w.baseline()))})
	}
	if e := w.s.Indicator.Intent; e != nil {
		items = append(items, document.KeyFigure{Group: people.Business, Value: shareCell(w.lang, e),
			Label: w.t("report.indicator_intent"), Note: withMarks(phrase{lang: w.lang, est: *e}.Basis() + w.goal(1))})
	}
	if w.s.Uptake != nil {
		return append(items, w.uptakeFigure())
	}
	if n := len(w.s.Meetings); n > 0 {
		items = append(items, document.KeyFigure{Value: w.int(n), Label: w.t("report.indicator_meetings", "Count", n),
			Note: withMarks(w.t("report.indicator_participants", "Count", w.s.participants(), "N", w.int(w.s.participants())) + markText(w.place("tab-channels")))})
	}
	return items
}

// uptakeFigure is what became of the last edition, which a yearly edition says first instead of how many met.
func (w *writer) uptakeFigure() document.KeyFigure {
	n := w.s.Uptake.totals()
	return document.KeyFigure{Value: w.t("report.uptake_of", "N", w.int(n.adopt+n.adapt), "Total", w.int(n.all())), Label: w.t("report.uptake_done"),
		Note: withMarks(w.t("report.uptake_done_note", "Adopt", w.int(n.adopt), "Adapt", w.int(n.adapt), "Decline", w.int(n.decline), "Silent", w.int(n.silent)) +
			markText(w.place("tab-uptake-counts")))}
}

// goalWave is when the goal was measured, as a sentence of its own: " Mätning 1 (2026-03-12)."
func (w *writer) goalWave() string {
	if !w.s.tellsWaves() {
		return ""
	}
	goal := w.s.goal()
	return sentence(recommendation.Counted(w.lang, goal.Number, goal.Begun, false))
}

// goal is the mark of one of the goal's questions.
func (w *writer) goal(i int) string {
	return markText(w.row(w.s.Indicator.Survey, indicators[i].question))
}

// baseline is the share at the outset as "15 procent", with the mark of its source.
func (w *writer) baseline() string {
	return w.t("report.percent", "N", i18n.Number(w.lang, w.s.Indicator.Baseline*100, 0)) + markText(w.place(outsideID(baselineFact)))
}

func (s *Snapshot) participants() int {
	n := 0
	for _, m := range s.Meetings {
		for _, a := range m.Attendance {
			n += a.Count
		}
	}
	return n
}

// strongest is one finding an area: among the survey figures that the area's
// recommendations rest on, the one whose share is at least the highest.
func (w *writer) strongest() document.List {
	list := document.List{Ordered: true}
	for _, area := range strategy.Areas {
		var best *Evidence
		for i := range w.s.Recommendations {
			r := &w.s.Recommendations[i]
			for j := range r.Evidence {
				e := &r.Evidence[j]
				if r.Area == area.Number && e.quotable() && (best == nil || floor(e) > floor(best)) {
					best = e
				}
			}
		}
		if best == nil {
			continue
		}
		p := phrase{lang: w.lang, group: best.Group, est: *best.Value}
		runs := []document.Run{
			{Text: w.t("report.area_short_"+itoa(area.Number)) + ": ", Bold: true},
			{Text: w.finding(best, p)},
		}
		runs = append(append(runs, w.cite(best.Survey, best.Question)...), document.Run{Text: " " + p.Certainty()})
		if link := w.evidenceLink(best); link != "" {
			runs = append(runs, document.Run{Text: " "}, document.Run{Text: w.t("report.to_numbers"), Link: link})
		}
		list.Items = append(list.Items, document.Item{Runs: runs})
	}
	return list
}

// quotable says whether the evidence is a share of a group that can stand in a
// sentence by itself, without saying when and how it was counted.
func (e *Evidence) quotable() bool {
	return e.Value != nil && e.Measure.IsShare() && !e.Answers.IsZero() && !e.Older && len(e.Weights) == 0
}

// floor is what the share is at least; a base too small for percentages comes
// last.
func floor(e *Evidence) float64 {
	if !e.Value.HasInterval || e.Value.Base < percentBase {
		return -1
	}
	return e.Value.Lower
}

// finding is "61 procent av företagen svarar ”ja” på frågan …".
func (w *writer) finding(e *Evidence, p phrase) string {
	return w.t("report.finding", "Of", w.of(e, p), "Answer", w.answers(e.Answers), "Question", question(w.in(e.Text)))
}

// of is the share and whose it is, also when it is of part of a group.
func (w *writer) of(e *Evidence, p phrase) string {
	if e.Narrowed {
		return p.Text() + " " + w.t("report.of_some_"+groupKey(e.Group))
	}
	return p.Of()
}

// question leaves out the instruction that follows the question itself.
func question(s string) string {
	if i := strings.Index(s, "?"); i > 0 {
		return s[:i+1]
	}
	return s
}

// whole leaves nothing out.
func whole(s string) string { return s }

// whoAnswered is one line: answers and response rate of each group over the
// surveys, and which groups are not told.
func (w *writer) whoAnswered() string {
	var told, hidden []string
	for _, group := range people.Groups {
		name := lowerFirst(groupName(w.lang, group))
		answered, denominator, withheld := 0, 0, false
		for _, s := range w.s.Surveys {
			for _, r := range s.Rates {
				if r.Group != group {
					continue
				}
				if r.Cases == nil {
					withheld = true
					continue
				}
				answered += r.answered()
				denominator += r.invited() - r.Cases.Ineligible
			}
		}
		if withheld || denominator == 0 {
			hidden = append(hidden, name)
			continue
		}
		told = append(told, w.t("report.who_group", "Group", name, "N", w.int(answered),
			"Rate", i18n.Number(w.lang, 100*float64(answered)/float64(denominator), 0)))
	}
	var lines []string
	if len(told) > 0 {
		lines = append(lines, w.t("report.who", "Surveys", len(w.s.Surveys), "Groups", join(w.lang, told)))
	}
	if len(hidden) > 0 {
		lines = append(lines, w.t("report.who_hidden", "Groups", join(w.lang, hidden)))
	}
	return strings.Join(lines, " ")
}
