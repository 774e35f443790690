package exhibit

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire/authoring"
)

// Rewording is how a question was put otherwise in a wave than in the one before it.
type Rewording struct {
	Before, Now int // codes of the waves in the joined dataset
	Changes     []authoring.Change
	Recoded     bool // the codes mean other answers: nothing is said of the change
}

// Rewordings lists where a question, or the one that a row belongs to, was put otherwise, wave by wave; none of a
// dataset that is not joined.
func Rewordings(d *analysis.Dataset, question string) (list []Rewording) {
	id, _, _ := strings.Cut(question, ".")
	asked := d.AskedIn(id)
	for i := 1; i < len(asked); i++ {
		r := Rewording{Before: asked[i-1], Now: asked[i]}
		old, next := d.SourceDefinition(r.Before), d.SourceDefinition(r.Now)
		if r.Changes = authoring.Reworded(old, next, id); len(r.Changes) == 0 {
			continue
		}
		was, _ := old.Question(id)
		is, _ := next.Question(id)
		r.Recoded = authoring.Recoded(was, is)
		list = append(list, r)
	}
	return list
}

// between are those of a list on the way from one wave to a later one, and whether any of them is a change of codes.
func between(list []Rewording, before, now int) (some []Rewording, recoded bool) {
	for _, r := range list {
		if r.Before >= before && r.Now <= now {
			some, recoded = append(some, r), recoded || r.Recoded
		}
	}
	return some, recoded
}

// Uncompare takes the test out of tables by waves whose codes mean other answers in one wave than in another.
func Uncompare(d *analysis.Dataset, tables []analysis.Table) {
	for i := range tables {
		codes := waveCodes(tables[i])
		if len(codes) < 2 {
			continue
		}
		if _, recoded := between(Rewordings(d, tables[i].Question), codes[0], codes[len(codes)-1]); recoded {
			tables[i].Compared = analysis.Comparison{Absent: analysis.Reworded}
		}
	}
}

// waveCodes are the waves that a table sets side by side, in order; none of another table.
func waveCodes(t analysis.Table) (codes []int) {
	for _, p := range t.Parts {
		if code, _, ok := p.Part.Filter.Source(); ok {
			codes = append(codes, code)
		}
	}
	return codes
}

// RewordingWords is a rewording as a page tells it.
type RewordingWords struct {
	Title   string // "Frågan ändrades mellan Mätning 1 (2026-03-12) och Mätning 2 (…)."
	Recoded bool
	Changes []ChangeWords
}

// ChangeWords is one change: what happened and, of a text, its words.
type ChangeWords struct {
	Text  string
	Words []authoring.Part
}

// RewordingNotes tells where the view's question was put otherwise; none of a view that is not by waves.
func (e Exhibit) RewordingNotes(lang i18n.Lang) (out []RewordingWords) {
	for _, r := range e.Rewordings {
		w := RewordingWords{Recoded: r.Recoded, Title: i18n.T(lang, "exhibit.reworded", "Before", e.waveLabel(lang, r.Before), "Now", e.waveLabel(lang, r.Now))}
		for _, c := range r.Changes {
			if saidIn(r.Changes, c, lang) {
				continue
			}
			w.Changes = append(w.Changes, ChangeWords{c.In(lang), c.Words})
		}
		out = append(out, w)
	}
	return out
}

// saidIn tells whether a change is of a text in the other language that was changed in this one too.
func saidIn(changes []authoring.Change, c authoring.Change, lang i18n.Lang) bool {
	if c.Args["Lang"] == nil || c.Args["Lang"] == string(lang) {
		return false
	}
	here := maps.Clone(c.Args)
	here["Lang"] = string(lang)
	return slices.ContainsFunc(changes, func(d authoring.Change) bool {
		return d.Key == c.Key && d.Question == c.Question && maps.Equal(d.Args, here)
	})
}

func (e Exhibit) waveLabel(lang i18n.Lang, code int) string {
	q, ok := e.def.Question(analysis.SourceQuestion)
	if !ok {
		return strconv.Itoa(code)
	}
	return q.Label(code).In(lang)
}

// reworded says of a part by waves how its question differs from the wave before: "", "words" or "codes".
func (e Exhibit) reworded(p analysis.Part) string {
	code, _, ok := p.Filter.Source()
	if !ok {
		return ""
	}
	for _, r := range e.Rewordings {
		if r.Now == code && r.Recoded {
			return "codes"
		}
		if r.Now == code {
			return "words"
		}
	}
	return ""
}
