package analysis

import (
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// SourceQuestion is the id of the question that a joined dataset adds: which
// source a response answers, coded 1, 2, ... in the order of the sources. Tables
// are crossed and filtered by it as by any other question.
const SourceQuestion = "wave"

// Source is the code of the one source that a filter keeps of a joined dataset, and the filter in that
// source by itself; false when it keeps several, or does not ask.
func (f Filter) Source() (code int, own Filter, ok bool) {
	at := slices.IndexFunc(f.Where, func(w Where) bool { return w.Question == SourceQuestion })
	if at < 0 || len(f.Where[at].Codes) != 1 {
		return 0, f, false
	}
	own = Filter{Group: f.Group, Where: slices.Delete(slices.Clone(f.Where), at, at+1)}
	return f.Where[at].Codes[0], own, true
}

// Source is one survey, or one wave of a survey, in a joined dataset.
type Source struct {
	ID    string // as in Record.Source
	Label i18n.Text
	Def   *questionnaire.Definition
}

// Join makes an empty dataset for several questionnaires whose questions with
// the same id are the same question: its options, rows and groups are those of
// all, in the words of the last; waves of one survey keep its id and name. A question that a respondent's
// own questionnaire lacks counts as not shown. A person who answers two surveys
// is two responses, so bases over several sources count responses. It fails when an id stands for questions of
// different types, or the same source is named twice.
func Join(sources ...Source) (*Dataset, error) {
	merged := &questionnaire.Definition{Sections: []questionnaire.Section{{ID: SourceQuestion}}}
	ask := questionnaire.Question{ID: SourceQuestion, Type: questionnaire.Single}
	var ids []string
	for i, s := range sources {
		if s.ID == "" || slices.Contains(ids, s.ID) {
			return nil, fmt.Errorf("join: source %d needs an id of its own, not %q", i+1, s.ID)
		}
		ids = append(ids, s.ID)
		ask.Options = append(ask.Options, questionnaire.Option{Code: i + 1, Text: s.Label})
		for _, g := range s.Def.Groups {
			if !merged.HasGroup(g.ID) {
				merged.Groups = append(merged.Groups, g)
				ask.Groups = append(ask.Groups, g.ID)
			}
		}
		if err := merge(merged, s.Def); err != nil {
			return nil, fmt.Errorf("join source %s: %w", s.ID, err)
		}
	}
	if len(ids) == 0 || len(ids) > mostPlaces {
		return nil, fmt.Errorf("join: %d sources", len(ids))
	}
	last := sources[len(sources)-1].Def
	merged.ID, merged.Area, merged.Title = last.ID, last.Area, last.Title
	if slices.ContainsFunc(sources, func(s Source) bool { return s.Def.ID != last.ID }) {
		merged.ID, merged.Area, merged.Title = strings.Join(ids, "+"), 0, i18n.Text{} // several surveys have no common name
	}
	merged.Sections[0].Questions = []questionnaire.Question{ask}
	d := newDataset(merged)
	for i, s := range sources {
		d.sources[s.ID] = d.sourceOf(s.Def)
		d.sources[s.ID].place = d.columns[SourceQuestion].placeOf(i + 1)
	}
	return d, nil
}

// merge adds a definition's questions, those with a known id to the question
// that is there.
func merge(into, def *questionnaire.Definition) error {
	for _, s := range def.Sections {
		section := questionnaire.Section{ID: s.ID, Title: s.Title}
		for _, q := range s.Questions {
			if q.ID == SourceQuestion {
				return fmt.Errorf("question id %q is taken", q.ID)
			}
			there := find(into, q.ID)
			if there == nil {
				q.Options, q.Rows, q.Groups = slices.Clone(q.Options), slices.Clone(q.Rows), slices.Clone(q.Groups)
				section.Questions = append(section.Questions, q)
				continue
			}
			if there.Type != q.Type {
				return fmt.Errorf("question %s is %s in one and %s in another", q.ID, there.Type, q.Type)
			}
			extend(there, &q)
		}
		into.Sections = append(into.Sections, section)
	}
	return nil
}

// find looks without the definition's index, which is kept from first use.
func find(def *questionnaire.Definition, id string) *questionnaire.Question {
	for _, q := range def.Questions() {
		if q.ID == id {
			return q
		}
	}
	return nil
}

// extend adds what another source asks in the same question, in whose words it then stands.
func extend(q, more *questionnaire.Question) {
	q.Text, q.TextByGroup, q.Help = more.Text, more.TextByGroup, more.Help
	for _, o := range more.Options {
		if at := slices.IndexFunc(q.Options, func(had questionnaire.Option) bool { return had.Code == o.Code }); at >= 0 {
			q.Options[at].Text = o.Text
			continue
		}
		q.Options = append(q.Options, o)
	}
	for _, r := range more.Rows {
		if at := slices.IndexFunc(q.Rows, func(had questionnaire.Row) bool { return had.ID == r.ID }); at >= 0 {
			q.Rows[at].Text = r.Text
			continue
		}
		q.Rows = append(q.Rows, r)
	}
	for _, g := range more.Groups {
		if !q.AskedOf(g) {
			q.Groups = append(q.Groups, g)
		}
	}
	q.Min, q.Max = min(q.Min, more.Min), max(q.Max, more.Max)
	if q.Top > 0 {
		q.Top = max(q.Top, more.Top)
		if more.Top == 0 {
			q.Top = 0
		}
	}
}
