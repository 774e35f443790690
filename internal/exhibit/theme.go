package exhibit

import (
	"fmt"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// ThemeResult is what one question says about a theme, group beside group.
type ThemeResult struct {
	View   View
	Text   string // of the question, with the row of a matrix
	What   string // what the values are: `svarar ”Ja”`
	Groups []ThemeGroup
	Class  analysis.ConsensusClass // how the groups stand to each other; empty where that has no meaning
	Apart  string                  // least and largest share, where the groups can be compared
	Base   int                     // the largest base that is shown
}

// ThemeGroup is one group's value.
type ThemeGroup struct {
	Group    string
	Value    string
	Interval string // empty without one
	Base     int
	Meter    float64 // 0-1 of a share; negative without one
	Spread   string  // how far a group is of one mind on a scale, in a word; empty without
	Withheld bool
}

// OfTheme lists the results of a survey under a theme: of every question, row or option that has it.
func OfTheme(lang i18n.Lang, s Source, theme string) ([]ThemeResult, error) {
	var out []ThemeResult
	for _, q := range s.Data.Definition().Questions() {
		if q.Type == questionnaire.FreeText || !about(q, theme) {
			continue
		}
		e, err := Compute(s, View{Question: q.ID, By: analysis.SplitByGroup})
		if err != nil {
			return nil, fmt.Errorf("theme %s: %w", theme, err)
		}
		for _, b := range e.Blocks {
			for _, k := range e.themeKeys(b, theme) {
				out = append(out, e.themeResult(lang, b, k, s.Options.MinBase))
			}
		}
	}
	return out, nil
}

// about tells whether any part of a question has the theme.
func about(q *questionnaire.Question, theme string) bool {
	if q.Theme == theme {
		return true
	}
	for _, r := range q.Rows {
		if r.Theme == theme {
			return true
		}
	}
	for _, o := range q.Options {
		if o.Theme == theme {
			return true
		}
	}
	return false
}

// themeKeys are the numbers of a block that the theme is about: those of its options that have the theme
// of their own, else the block's key number where the question or the row has it.
func (e Exhibit) themeKeys(b Block, theme string) []Key {
	var out []Key
	for _, o := range e.Question.Options {
		if o.Theme == theme {
			out = append(out, Key{Measure: analysis.MeasureShare, Codes: []int{o.Code}, Answer: o.Text})
		}
	}
	own := e.Question.Theme
	if _, row, ok := strings.Cut(b.ID, "."); ok {
		if r, found := e.Question.Row(row); found && r.Theme != "" {
			own = r.Theme
		}
	}
	if len(out) > 0 || own != theme {
		return out
	}
	if k, ok := e.KeyOf(b); ok {
		return []Key{k}
	}
	return nil
}

func (e Exhibit) themeResult(lang i18n.Lang, b Block, k Key, minBase int) ThemeResult {
	out := ThemeResult{View: e.View, Text: e.Question.Text.In(lang), What: e.what(lang, k)}
	if label := b.Label.In(lang); label != "" {
		out.Text += " " + label
	}
	var votes []analysis.Votes
	var without []string // groups that are not judged
	for _, p := range b.Table.Parts {
		g := ThemeGroup{Group: p.Part.ID, Value: withheld.Main, Meter: -1, Withheld: true}
		if est, ok := estimate(p, k); ok {
			g.Withheld, g.Value, g.Base = false, value(lang, k, est), est.Base
			out.Base = max(out.Base, est.Base)
			if k.Measure.IsShare() {
				g.Meter = est.Value
			}
			if est.HasInterval && est.Base >= fewest {
				g.Interval = rangeWords(lang, k, est)
			}
			g.Spread = e.spread(lang, p)
		}
		if v, ok := e.votes(p); ok {
			votes = append(votes, v)
		} else if !p.Result.NotAsked {
			without = append(without, e.Label(lang, p))
		}
		out.Groups = append(out.Groups, g)
	}
	if minBase == 0 {
		minBase = analysis.DefaultMinBase
	}
	if len(votes) > 1 {
		if c, err := analysis.Agreement(votes, minBase); err == nil {
			out.Class = c.Class
			out.Apart = i18n.T(lang, "exhibit.gap", "Least", i18n.Number(lang, c.Least*100, 0), "Gap", i18n.Number(lang, c.Gap*100, 0))
			if len(without) > 0 {
				out.Apart += " " + i18n.T(lang, "exhibit.class_without", "Groups", strings.Join(without, ", "))
			}
		}
	}
	return out
}

func rangeWords(lang i18n.Lang, k Key, est analysis.Estimate) string {
	if !k.Measure.IsShare() {
		return i18n.T(lang, "exhibit.range", "Lower", i18n.Number(lang, est.Lower, 1), "Upper", i18n.Number(lang, est.Upper, 1))
	}
	return i18n.T(lang, "exhibit.range", "Lower", shareNumber(lang, est.Lower, est.Base), "Upper", shareNumber(lang, est.Upper, est.Base))
}

// votes reads a scale with a middle, or a yes-no question, as votes: the two upper steps and the two lower
// ones, yes and no. Other questions are no statement that one can be for or against.
func (e Exhibit) votes(p analysis.PartOf) (analysis.Votes, bool) {
	n := p.Result.Numbers
	if n == nil {
		return analysis.Votes{}, false
	}
	switch e.Question.Type {
	case questionnaire.Likert5, questionnaire.Matrix:
		if n.Top2 != nil && n.Bottom2 != nil && e.Question.Bipolar {
			return analysis.Votes{Agree: n.Top2.Count, Disagree: n.Bottom2.Count, Pass: n.Base - n.Top2.Count - n.Bottom2.Count}, true
		}
	case questionnaire.YesNoUnknown:
		v := analysis.Votes{Pass: max(0, n.Unknown)}
		for _, r := range n.Rows {
			switch {
			case r.Hidden:
				return analysis.Votes{}, false
			case r.Code == 1:
				v.Agree = r.Count
			case r.Code == 2:
				v.Disagree = r.Count
			}
		}
		return v, v.Cast() > 0
	}
	return analysis.Votes{}, false
}

// The limits of van der Eijk's A in words: above the first a group is of one mind, below the second it is
// split. Our own setting.
const (
	oneMind = 0.5
	split   = 0.0
)

// spread says how far a group is of one mind, from a scale whose every step is shown.
func (e Exhibit) spread(lang i18n.Lang, p analysis.PartOf) string {
	if e.Question.Type != questionnaire.Likert5 && e.Question.Type != questionnaire.Matrix {
		return ""
	}
	var counts []int
	for _, r := range p.Result.Numbers.Rows {
		if r.Hidden {
			return ""
		}
		counts = append(counts, r.Count)
	}
	a, err := analysis.OrdinalAgreement(counts)
	if err != nil {
		return ""
	}
	word := "mixed"
	switch {
	case a >= oneMind:
		word = "one"
	case a < split:
		word = "split"
	}
	return i18n.T(lang, "exhibit.spread_"+word, "A", i18n.Number(lang, a, 2))
}

// CountOfTheme tells how many questions of a questionnaire are about a theme, wholly or in part.
func CountOfTheme(def *questionnaire.Definition, theme string) int {
	n := 0
	for _, q := range def.Questions() {
		if about(q, theme) {
			n++
		}
	}
	return n
}
