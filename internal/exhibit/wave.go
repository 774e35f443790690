package exhibit

import (
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
)

// ByWave tells whether the view sets waves of a survey side by side.
func (v View) ByWave() bool { return v.By == analysis.SourceQuestion }

// Joined tells whether the dataset joins waves.
func Joined(d *analysis.Dataset) bool {
	_, ok := d.Definition().Question(analysis.SourceQuestion)
	return ok
}

// HasWaves tells whether the dataset joins two waves or more in which the question was asked.
func HasWaves(d *analysis.Dataset, question string) bool { return len(d.AskedIn(question)) > 1 }

// WaveNotes says how waves are compared; none of another view.
func (e Exhibit) WaveNotes(lang i18n.Lang) []string {
	if !e.View.ByWave() {
		return nil
	}
	return []string{i18n.T(lang, "exhibit.wave_note")}
}

// Change is how a question's key number differs between two waves that follow each other.
type Change struct {
	Question string              `json:"question"` // with the row of a matrix
	Measure  analysis.Measure    `json:"measure"`
	Codes    []int               `json:"codes,omitempty"`
	Before   string              `json:"before"` // id of the part
	Now      string              `json:"now"`
	Was      analysis.Estimate   `json:"was"`
	Is       analysis.Estimate   `json:"is"`
	Diff     analysis.Difference `json:"diff"`               // the later minus the earlier
	Reworded bool                `json:"reworded,omitempty"` // the question was put otherwise in the later
}

// ChangesOf lists the changes of a released table by waves, wave by wave; those that may not be shown, and
// those between codes that mean different answers, are left out.
func ChangesOf(d *analysis.Dataset, t analysis.Table) []Change {
	id, _, _ := strings.Cut(t.Question, ".")
	q, ok := d.Definition().Question(id)
	if !ok {
		return nil
	}
	b := Block{ID: t.Question, Table: t}
	e := Exhibit{View: View{Question: id, By: analysis.SourceQuestion}, Question: q, def: d.Definition()}
	k, ok := e.KeyOf(b)
	if !ok {
		return nil
	}
	k = k.compared()
	list, reworded := heldBy(b, k), Rewordings(d, t.Question)
	var out []Change
	for i := 1; i < len(list); i++ {
		before, now := list[i-1], list[i]
		from, _, _ := before.part.Part.Filter.Source()
		to, _, _ := now.part.Part.Filter.Source()
		some, recoded := between(reworded, from, to)
		if diff, ok := difference(k, now.part, before.part); ok && !recoded {
			out = append(out, Change{t.Question, k.Measure, k.Codes, before.part.Part.ID, now.part.Part.ID, before.est, now.est, diff, len(some) > 0})
		}
	}
	return out
}
