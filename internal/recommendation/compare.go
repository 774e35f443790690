package recommendation

import (
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/strategy"
)

// Change is one difference between two versions.
type Change struct {
	Field    string    // "title", "effort" ..., or "evidence"
	Lang     i18n.Lang // of a text; empty for the rest
	Words    []authoring.Part
	Evidence int    // number of the evidence
	Act      string // of evidence: "added", "removed" or "changed"
	Old, New *Cited // of evidence; nil where there is none
}

// Compare lists what differs between two versions, texts word by word in both
// languages and the rest as the reader's language names it.
func Compare(old, next Content, l i18n.Lang) []Change {
	var list []Change
	for i, t := range old.texts() {
		after := next.texts()[i]
		for _, side := range []struct {
			lang          i18n.Lang
			before, after string
		}{{i18n.Sv, t.text.Sv, after.text.Sv}, {i18n.En, t.text.En, after.text.En}} {
			if side.before != side.after {
				list = append(list, Change{Field: t.name, Lang: side.lang, Words: authoring.Words(side.before, side.after)})
			}
		}
	}
	before, after := old.named(l), next.named(l)
	for i, b := range before {
		if b[1] != after[i][1] {
			list = append(list, Change{Field: b[0], Words: authoring.Words(b[1], after[i][1])})
		}
	}
	return append(list, compareEvidence(old.Evidence, next.Evidence)...)
}

func (c Content) texts() []namedText {
	var r Recommendation
	c.Apply(&r)
	return r.texts()
}

// named are the fields that are no texts, each by its name and in words.
func (c Content) named(l i18n.Lang) [][2]string {
	purpose, _ := strategy.PurposeByID(c.Purpose)
	effort, addressees := "", make([]string, len(c.Addressees))
	for i, a := range c.Addressees {
		addressees[i] = i18n.T(l, "recommendation.addressee_"+a)
	}
	if c.Effort != "" {
		effort = i18n.T(l, "recommendation.effort_"+c.Effort)
	}
	return [][2]string{
		{"purpose", purpose.Name.In(l)}, {"addressees", strings.Join(addressees, ", ")}, {"effort", effort},
		{"baseline", strconv.Itoa(c.Baseline)}, {"due", c.Due}, {"parties", strings.Join(c.Parties, ", ")},
	}
}

func compareEvidence(old, next []Cited) []Change {
	var list []Change
	at := map[int]*Cited{}
	for i := range old {
		at[old[i].Number] = &old[i]
	}
	for i := range next {
		n := &next[i]
		switch was := at[n.Number]; {
		case was == nil:
			list = append(list, Change{Field: "evidence", Evidence: n.Number, Act: "added", New: n})
		case string(jsonOf(was)) != string(jsonOf(n)):
			list = append(list, Change{Field: "evidence", Evidence: n.Number, Act: "changed", Old: was, New: n})
		}
		delete(at, n.Number)
	}
	for i := range old {
		if gone := at[old[i].Number]; gone != nil {
			list = append(list, Change{Field: "evidence", Evidence: gone.Number, Act: "removed", Old: gone})
		}
	}
	return list
}
