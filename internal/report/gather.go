package report

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
)

// Sources are where a snapshot's content comes from.
type Sources struct {
	Surveys         *survey.Service
	People          *people.Service
	Distribution    *distribution.Service
	Responses       *response.Service
	Dialogue        *dialogue.Service
	Recommendations *recommendation.Service
	// Consultations gives the accounts of concluded ones; nil leaves them out.
	Consultations *consultation.Service
	// Ledger is what has left the system before.
	Ledger *disclosure.Ledger
	// Activities sums a year's seminars and advice; nil leaves them out.
	Activities func(ctx context.Context, year int) (Activities, error)
	// Uptake is what became of the newest follow-up, without waves; nil leaves it out.
	Uptake func(ctx context.Context) (*Uptake, error)
	// Files are the editions' words; reports.Files in the product.
	Files fs.FS
}

// gatherer collects one snapshot.
type gatherer struct {
	Sources
	// Waves are the goal in the editions before.
	Waves   func(ctx context.Context) ([]Wave, error)
	kind    Kind
	content content // its words
	minBase int
	at      time.Time
	results map[string]recommendation.Results // by survey id
	byID    map[string]dialogue.Summary       // meetings
	s       *Snapshot
	// questionnaires begun and submitted, over all surveys
	started, submitted int
	modes              map[string]bool                    // of the campaigns counted
	coded              map[string][]distribution.Campaign // by survey id
	open               int                                // submitted by open links
	cited              []citation
	punctual           map[string]punctuality // by survey id
}

// gather reads everything an edition says, as of now. The number is set later.
func (g *gatherer) gather(ctx context.Context, recs []recommendation.Recommendation) error {
	c := g.content
	g.s.Outline, g.s.Texts, g.s.Outside = c.Outline, c.Texts, c.Outside
	if g.kind == Regional {
		g.s.Glossary = c.Glossary
	}
	steps := []func(context.Context) error{g.surveys, g.meetings, g.activities, g.invented}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	g.recommendations(recs)
	if err := g.consultations(ctx); err != nil {
		return err
	}
	if err := g.uptake(ctx); err != nil {
		return err
	}
	if err := g.release(ctx); err != nil {
		return err
	}
	if g.kind == Regional { // the national chapters quote only what a recommendation rests on
		if err := g.voices(ctx); err != nil {
			return err
		}
	}
	g.s.Method, g.s.Placed = g.method(), true
	return nil
}

func (g *gatherer) surveys(ctx context.Context) error {
	list, err := g.Surveys.List(ctx)
	if err != nil {
		return err
	}
	campaigns, err := g.Distribution.List(ctx)
	if err != nil {
		return err
	}
	g.results, g.modes, g.coded = map[string]recommendation.Results{}, map[string]bool{}, map[string][]distribution.Campaign{}
	for _, summary := range list {
		id := summary.Latest.SurveyID
		r, err := g.Recommendations.Results(ctx, id)
		if err != nil {
			return fmt.Errorf("results of survey %s: %w", id, err)
		}
		if r.Data.Len() == 0 {
			continue
		}
		g.results[id] = r
		if r.Options.MinBase > g.minBase {
			g.minBase = r.Options.MinBase
		}
		s := Survey{ID: id, Area: r.Version.Definition.Area, Title: r.Version.Definition.Title,
			Version: r.Version.Number, VersionHash: r.Version.Hash, Wave: r.Wave.Number, Begun: day(r.Wave.OpenedAt)}
		if s.Reworded, err = g.reworded(ctx, r); err != nil {
			return fmt.Errorf("what was put otherwise in survey %s: %w", id, err)
		}
		if err := g.rates(ctx, &s, r.Wave.ID, campaigns); err != nil {
			return err
		}
		if err := questions(&s, r); err != nil {
			return err
		}
		g.s.Surveys = append(g.s.Surveys, s)
	}
	g.s.MinBase = g.minBase
	return g.early(ctx, campaigns)
}

// reworded are the questions of a wave that were put otherwise when they were asked before.
func (g *gatherer) reworded(ctx context.Context, r recommendation.Results) (list []Reworded, err error) {
	together, err := g.Recommendations.Together(ctx, r.Version.SurveyID)
	if err != nil || !exhibit.Joined(together.Data) {
		return nil, err
	}
	waves, err := g.Recommendations.Sources(ctx, together)
	if err != nil {
		return nil, err
	}
	for _, q := range r.Version.Definition.Questions() {
		for _, one := range exhibit.Rewordings(together.Data, q.ID) {
			if waves[one.Now-1].Wave.Number != r.Wave.Number {
				continue
			}
			was := Reworded{Question: q.ID, Before: waves[one.Before-1].Wave.Number, Recoded: one.Recoded}
			for _, c := range one.Changes {
				was.Changes = append(was.Changes, both(c.In))
			}
			list = append(list, was)
		}
	}
	return list, nil
}

// rates sums the campaigns of the wave.
func (g *gatherer) rates(ctx context.Context, s *Survey, waveID string, campaigns []distribution.Campaign) error {
	codes := map[string]map[string]int{}
	for _, c := range campaigns {
		if c.WaveID != waveID || c.LaunchedAt == nil {
			continue
		}
		if opened := day(*c.LaunchedAt); s.Opened == "" || opened < s.Opened {
			s.Opened = opened
		}
		if closes := day(c.Ends()); closes > s.Closes {
			s.Closes = closes
		}
		s.Open = s.Open || c.Open(g.at)
		status, err := g.Responses.Status(ctx, c)
		if err != nil {
			return fmt.Errorf("status of campaign %s: %w", c.ID, err)
		}
		g.modes[c.Mode] = true
		g.coded[s.ID] = append(g.coded[s.ID], c)
		if c.OpenSlug != "" {
			open, err := g.Responses.OpenTally(ctx, c.ID)
			if err != nil {
				return err
			}
			g.open += open.Total.Submitted
		}
		g.started += status.Total.Started
		g.submitted += status.Total.Answered
		for _, group := range status.Groups {
			if codes[group.Group] == nil {
				codes[group.Group] = map[string]int{}
			}
			for code, n := range group.Codes {
				codes[group.Group][code] += n
			}
		}
	}
	for _, group := range people.Groups {
		if codes[group] == nil {
			continue
		}
		d, err := analysis.CountDispositions(codes[group])
		if err != nil {
			return fmt.Errorf("outcome of survey %s, %s: %w", s.ID, group, err)
		}
		s.Rates = append(s.Rates, rate(group, d, g.minBase))
	}
	return nil
}

// rate leaves every number of a too small group out, and of others what few did: the line is judged as what
// stands beside the tables of answers.
func rate(group string, d analysis.Dispositions, minBase int) Rate {
	if d.Complete+d.Partial < minBase {
		return Rate{Group: group}
	}
	told := d.Released(0)
	r := analysis.ResponseRates(d)
	out := Rate{Group: group, Invited: d.Cases(), Answered: d.Complete + d.Partial, Cases: &told, RR2: r.RR2}
	if told.TellsEligibility() {
		out.RR4, out.E = r.RR4, r.E
	}
	return out
}

// questions counts what may be published: no free text, no municipality, not
// what the register already knew, and not the goal's own questions, which are
// published for small firms only. Two views of them, all firms and small
// firms, would tell the large firms by subtraction.
func questions(s *Survey, r recommendation.Results) error {
	for _, q := range r.Version.Definition.Questions() {
		if q.Type == questionnaire.FreeText || q.Type == questionnaire.Municipality || q.Prefill != "" || q.KPI != "" {
			continue
		}
		results, err := analysis.ByGroup(r.Data, q.ID, nil, r.Options)
		if err != nil {
			return fmt.Errorf("count %s of survey %s: %w", q.ID, s.ID, err)
		}
		s.Questions = append(s.Questions, Question{ID: q.ID, Type: q.Type, Theme: q.Theme, Bipolar: q.Bipolar,
			Unit: q.Unit, Text: q.Text, Results: results})
	}
	return weighted(s, r)
}

func (g *gatherer) meetings(ctx context.Context) error {
	list, err := g.Dialogue.List(ctx)
	if err != nil {
		return err
	}
	g.byID = map[string]dialogue.Summary{}
	for _, m := range list {
		g.byID[m.ID] = m
		full, err := g.Dialogue.Find(ctx, m.ID)
		if err != nil {
			return err
		}
		g.s.Meetings = append(g.s.Meetings, g.meeting(full))
		g.s.Invented = g.s.Invented || m.Invented
	}
	sort.SliceStable(g.s.Meetings, func(i, j int) bool { return g.s.Meetings[i].Date < g.s.Meetings[j].Date })
	return nil
}

// voices are approved quotes from the meetings, the same number at most of each
// group and of each group's good examples. What a recommendation quotes stands
// there, not here too.
func (g *gatherer) voices(ctx context.Context) error {
	cited := map[string]bool{}
	for _, r := range g.s.Recommendations {
		for _, e := range r.Evidence {
			cited[e.ID] = e.Quote != "" || cited[e.ID]
		}
	}
	excerpts, err := g.Dialogue.Excerpts(ctx, dialogue.Filter{Approved: true})
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, e := range excerpts {
		m := g.byID[e.MeetingID]
		kind, most := e.Group, voicesPerGroup
		if e.Kind == dialogue.Example {
			kind, most = e.Group+" example", examplesPerGroup
		}
		if m.OngoingProcurement || e.Removed || cited[e.ID] || count[kind] == most {
			continue
		}
		count[kind]++
		theme := ""
		if len(e.Themes) > 0 {
			theme = e.Themes[0]
		}
		g.s.Voices = append(g.s.Voices, Voice{ID: e.ID, Areas: e.Areas(), Theme: theme, Group: e.Group, Kind: e.Kind, Text: e.Quote, Meeting: m.Ref})
	}
	return nil
}

// These keep the chapters readable; the rest stays in the archive.
const (
	voicesPerGroup   = 4
	examplesPerGroup = 3
)

func (g *gatherer) meeting(m dialogue.Meeting) Meeting {
	out := Meeting{Ref: m.Ref, Title: m.Title, Date: m.Date.Format(time.DateOnly), Kind: m.Kind, Areas: m.Areas, Excerpts: len(m.Excerpts)}
	if mun, ok := municipality(m.Municipality); ok {
		out.Municipality = mun.Name
	}
	byGroup := map[string]int{}
	for _, a := range m.Attendance {
		byGroup[a.Group] += a.Count
	}
	for _, group := range people.Groups {
		if n := byGroup[group]; n > 0 {
			out.Attendance = append(out.Attendance, Attendance{group, n})
		}
	}
	if g.kind == National { // the county is the smallest geography there
		out.Ref, out.Title, out.Municipality = "", "", ""
	}
	return out
}

func municipality(code int) (region.Municipality, bool) {
	for _, m := range region.Municipalities {
		if m.Code == code {
			return m, true
		}
	}
	return region.Municipality{}, false
}

func (g *gatherer) activities(ctx context.Context) error {
	if g.Activities == nil {
		return nil
	}
	day, err := time.Parse(time.DateOnly, g.s.Date)
	if err != nil {
		return err
	}
	a, err := g.Activities(ctx, day.Year())
	if g.kind == National {
		a.LearningMunicipalities = nil
	}
	g.s.Activities = a
	return err
}

// errFound ends a walk through the register.
var errFound = errors.New("found")

// invented marks the whole edition when anybody in the register is made up.
func (g *gatherer) invented(ctx context.Context) error {
	err := g.People.InGroups(ctx, people.Groups, func(p people.Person) error {
		if p.Invented {
			return errFound
		}
		return nil
	})
	if errors.Is(err, errFound) {
		g.s.Invented, err = true, nil
	}
	return err
}

// recommendations freezes what they say and what they rest on. Reasons and facts keep their bound fields unfilled, as
// chapters do.
func (g *gatherer) recommendations(recs []recommendation.Recommendation) {
	for i := range recs {
		r := &recs[i]
		out := Recommendation{Number: r.Number, Area: r.Area, Purpose: string(r.Purpose), Title: r.BoundBoth(r.Title),
			Wording: r.BoundBoth(r.Wording), Why: r.Why, FirstStep: r.FirstStep, Effect: r.Effect,
			Effort: string(r.Effort), Indicator: r.Indicator, Addressees: r.Addressees, Strength: string(r.Strength())}
		for _, c := range r.Channels() {
			out.Channels = append(out.Channels, string(c))
		}
		if g.kind == Regional {
			out.Responsible = r.Responsible
			if !r.Due.IsZero() {
				out.Due = r.Due.Format(time.DateOnly)
			}
		} else {
			out.Reuse, out.Why = r.BoundBoth(r.Reuse), i18n.Text{} // the reasoning may name places
		}
		for _, e := range r.Evidence {
			out.Evidence = append(out.Evidence, g.evidence(r.Number, e))
		}
		g.s.Invented = g.s.Invented || r.Invented
		g.s.Recommendations = append(g.s.Recommendations, out)
	}
}

func (g *gatherer) evidence(number string, e recommendation.Evidence) Evidence {
	out := Evidence{ID: e.ID, Number: e.Number, Channel: string(e.Channel)}
	if f := e.Figure; f != nil {
		out.Survey, out.Question, out.Group = f.SurveyID, f.Question, f.Filter.Group
		out.Narrowed, out.Where, out.Text, out.Answers = len(f.Filter.Where) > 0, f.Filter.Where, f.Text, f.Answers
		out.Measure, out.Codes, out.Value, out.Unit = f.Measure, f.Codes, f.Value, f.Unit
		if out.Weights = f.Weights; f.Again {
			out.Wave, out.Waved = f.Wave.Number, day(f.Wave.OpenedAt)
			r, ok := g.results[f.SurveyID]
			out.Older = ok && r.Wave.Number != f.Wave.Number
		}
		g.cited = append(g.cited, citation{number: number, survey: f.SurveyID, wave: f.Wave.Number, weights: f.Weights, question: f.Question, filter: f.Filter,
			measure: f.Measure, codes: f.Codes, known: f.Value != nil})
		return out
	}
	if st := e.Statement; st != nil {
		out.ID = st.ID
		if e.Stale {
			return out
		}
		out.Stated, out.Lang = st.Date.Format(time.DateOnly), st.Language
		if by := st.By(); g.kind == Regional || !namesPlace(by) {
			out.By = by
		}
		if quote := st.Print(); g.kind == Regional || !namesPlace(quote) {
			out.Quote = quote
		}
		g.s.Invented = g.s.Invented || st.Invented
		return out
	}
	x := e.Excerpt
	out.ID, out.Group = x.ID, x.Group
	m, known := g.byID[x.MeetingID]
	if g.kind == Regional && known {
		out.Meeting = m.Ref
	}
	if known && x.QuoteApproved && !x.Removed && !m.OngoingProcurement && (g.kind == Regional || !namesPlace(x.Quote)) {
		out.Quote = x.Quote
	}
	return out
}

// both writes a text in both languages.
func both(f func(l i18n.Lang) string) i18n.Text {
	return i18n.Text{Sv: f(i18n.Sv), En: f(i18n.En)}
}
