package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/i18n"
)

// print writes the answer as tables to read.
func (a analysed) print(e *env, language string) error {
	lang := i18n.Lang(language)
	e.printf("%s version %d, %d responses", a.Survey, a.Version, a.Responses)
	if words := a.Filter.Words(); words != "" {
		e.printf(", %s", words)
	}
	if a.Unsuppress {
		e.printf(", NOT FOR PUBLICATION: nothing is withheld")
	} else {
		e.printf("; \"..\" are bases below %d and counts below %d, and what would give them away", a.MinBase, a.CellLimit)
	}
	e.printf("\n")
	if a.Weights != nil {
		e.printf("Weights: %s\n", a.Weights)
	}
	out := tabwriter.NewWriter(e.Out, 0, 4, 2, ' ', 0)
	for _, t := range a.Tables {
		printTable(out, lang, t, a.unasked[t.Question], !a.withoutTest)
	}
	printChanges(out, lang, a.Changes)
	printReworded(out, a.Reworded)
	if a.Gaps != nil {
		printGaps(out, lang, *a.Gaps)
	}
	return out.Flush()
}

// printTable writes a question's table; unasked, where it is not empty, is why there can be none.
func printTable(out io.Writer, lang i18n.Lang, t analysis.Table, unasked string, tested bool) {
	if len(t.Parts) == 0 {
		_, _ = fmt.Fprintf(out, "\n%s\tnobody was asked\n", t.Question)
		return
	}
	first := t.Parts[0].Result
	text := first.Text.In(lang)
	if !first.Label.IsZero() {
		text += ": " + first.Label.In(lang)
	}
	_, _ = fmt.Fprintf(out, "\n%s  %s\n", t.Question, text)
	if unasked != "" {
		_, _ = fmt.Fprintf(out, "  %s\n", unasked)
		return
	}
	for _, p := range t.Parts {
		if !p.Result.NotAsked {
			printPart(out, lang, p)
		}
	}
	if tested {
		printComparison(out, t)
	}
}

func printPart(out io.Writer, lang i18n.Lang, p analysis.PartOf) {
	name := p.Part.Label.In(lang)
	if name == "" {
		name = p.Part.ID
	}
	n := p.Result.Numbers
	if n == nil {
		_, _ = fmt.Fprintf(out, "  %s\t..\t%s\n", name, whyAbsent(p.Result.Absent))
		return
	}
	words := baseWords(n)
	if why := p.Result.Unweighted; why != "" {
		words += "; unweighted, because with weights it is " + whyAbsent(why)
	}
	_, _ = fmt.Fprintf(out, "  %s\tn = %d\t%s\n", name, n.Base, words)
	share := func(v float64) string { return percent(lang, v) }
	if n.Step > 0 {
		share = func(v float64) string { return i18n.Number(lang, 100*v, 0) + "\u00a0%" }
	}
	row := func(label string, s analysis.Share) {
		_, _ = fmt.Fprintf(out, "    %s\t%d\t%s  [%s; %s]\n", label, s.Count, share(s.Share), share(s.Lower), share(s.Upper))
	}
	for _, rows := range [][]analysis.Row{n.Rows, n.Bands} {
		for _, r := range rows {
			if r.Hidden {
				_, _ = fmt.Fprintf(out, "    %s\t..\t\n", r.Label.In(lang))
				continue
			}
			row(r.Label.In(lang), r.Share)
		}
	}
	for _, r := range n.Ranking {
		if !r.Hidden && r.Score != nil {
			_, _ = fmt.Fprintf(out, "    %s\tscore\t%s\tfirst %s\n", r.Label.In(lang), i18n.Number(lang, *r.Score, 3), percent(lang, r.First.Share))
		}
	}
	if n.Top2 != nil {
		row("4–5", *n.Top2)
	}
	if n.Bottom2 != nil {
		row("1–2", *n.Bottom2)
	}
	printSummary(out, lang, n.Summary)
}

var absences = map[analysis.Absence]string{
	analysis.NoAnswers:      "nobody answered",
	analysis.TooFew:         "too few answered for a figure to be shown",
	analysis.OneGroup:       "only one group answered: there is nothing to compare",
	analysis.AllEqual:       "all gave the same answer",
	analysis.NotAsked:       "the group was not asked the question",
	analysis.FilterNotAsked: "the condition is on a question that the group was not asked",
	analysis.NotOrdered:     "the answers have no order",
	analysis.EmptyMargin:    "the frame has units where nobody answered, or none where somebody did",
	analysis.FrameTooSmall:  "more answered than the frame says there are",
	analysis.FrameMissing:   "no frame counts are loaded ('frame import' loads them)",
	analysis.NotWeighted:    "there are no weights for the group or the method",
	analysis.NoConvergence:  "the frame counts contradict each other",
	analysis.Stale:          "made before the answers last changed",
	analysis.Withholding:    "withheld, because it would tell what a few answered",
	analysis.BelowCounty:    "reported for the whole county only, as procurers, business developers, exact numbers and own words are",
	analysis.Reworded:       "the answers were worded otherwise in another wave",
	analysis.Invalid:        "it cannot be counted",
}

// whyAbsent says in words why there is no number.
func whyAbsent(why analysis.Absence) string {
	if words, ok := absences[why]; ok {
		return words
	}
	return string(why)
}

func baseWords(n *analysis.Numbers) string {
	var parts []string
	for _, m := range []struct {
		name  string
		count int
	}{{"don't know", n.Unknown}, {"not applicable", n.NotApplicable}, {"declined", n.Declined}, {"unanswered", n.Unanswered}, {"not shown", n.NotShown}} {
		switch {
		case m.count == analysis.Withheld:
			parts = append(parts, m.name+" ..")
		case m.count > 0:
			parts = append(parts, fmt.Sprintf("%s %d", m.name, m.count))
		}
	}
	if n.Population > 0 {
		parts = append(parts, fmt.Sprintf("of %d in the frame", n.Population))
	}
	switch w := n.Weighting; {
	case w == nil:
	case n.Step > 0:
		parts = append(parts, fmt.Sprintf("weighted: effective n %.0f, deff %.2f", w.Effective, w.Deff))
	default:
		parts = append(parts, fmt.Sprintf("weighted: effective n %.1f, deff %.3f", w.Effective, w.Deff))
	}
	return strings.Join(parts, ", ")
}

func printSummary(out io.Writer, lang i18n.Lang, s *analysis.Summary) {
	if s == nil {
		return
	}
	_, _ = fmt.Fprintf(out, "    median\t%s\tquartiles %s and %s", i18n.Number(lang, s.Median, 2), i18n.Number(lang, s.Q1, 2), i18n.Number(lang, s.Q3, 2))
	if s.Interpolated != nil {
		_, _ = fmt.Fprintf(out, ", interpolated %s", i18n.Number(lang, *s.Interpolated, 3))
	}
	_, _ = fmt.Fprintln(out)
	if m := s.Mean; m != nil {
		_, _ = fmt.Fprintf(out, "    mean\t%s\t[%s; %s], sd %s\n", i18n.Number(lang, m.Value, 3), i18n.Number(lang, m.Lower, 3), i18n.Number(lang, m.Upper, 3), i18n.Number(lang, m.SD, 3))
	}
}

func printComparison(out io.Writer, t analysis.Table) {
	c := t.Compared
	name := func(i int) string { return t.Parts[c.Compared[i]].Part.ID }
	if c.Absent != "" {
		_, _ = fmt.Fprintf(out, "  no test: %s\n", whyAbsent(c.Absent))
	}
	if c.Overall != nil {
		_, _ = fmt.Fprintf(out, "  test\t%s\n", testWords(*c.Overall))
	}
	for _, p := range c.Pairs {
		_, _ = fmt.Fprintf(out, "  %s against %s\t%s\n", name(p.A), name(p.B), testWords(p.Test))
	}
	for _, o := range c.Options {
		_, _ = fmt.Fprintf(out, "  answer %d\t%s\n", o.Code, testWords(o.Test))
	}
}

func testWords(t analysis.Test) string {
	text := fmt.Sprintf("%s, n %d", t.Method, t.N)
	if t.Statistic != 0 {
		text += fmt.Sprintf(", statistic %.6g", t.Statistic)
	}
	if t.DF > 0 {
		text += fmt.Sprintf(", df %.6g", t.DF)
	}
	if t.DF2 > 0 {
		text += fmt.Sprintf(" and %.6g", t.DF2)
	}
	text += fmt.Sprintf(", p %.6g", t.P)
	if t.Family > 1 {
		text += fmt.Sprintf(", after Holm over %d tests %.6g", t.Family, t.Adjusted)
	}
	for _, e := range t.Effects {
		text += fmt.Sprintf(", %s %.4g", e.Name, e.Value)
	}
	return text
}

func printChanges(out io.Writer, lang i18n.Lang, changes []exhibit.Change) {
	if len(changes) == 0 {
		return
	}
	_, _ = fmt.Fprintf(out, "\nquestion\tmeasure\twaves\twas\tis\tchange\t95 %%\n")
	for _, c := range changes {
		show := func(v float64) string { return i18n.Number(lang, v, 2) }
		if c.Measure.IsShare() {
			show = func(v float64) string { return percent(lang, v) }
		}
		codes := strings.Trim(fmt.Sprint(c.Codes), "[]")
		_, _ = fmt.Fprintf(out, "%s\t%s %s\t%s to %s\t%s (%d)\t%s (%d)\t%s\t%s; %s\n", c.Question, c.Measure, codes, c.Before, c.Now,
			show(c.Was.Value), c.Was.Base, show(c.Is.Value), c.Is.Base, show(c.Diff.Value), show(c.Diff.Lower), show(c.Diff.Upper))
	}
}

func printReworded(out io.Writer, list []reworded) {
	for _, r := range list {
		_, _ = fmt.Fprintf(out, "\n%s was changed between waves %d and %d", r.Question, r.Before, r.Now)
		if r.Recoded {
			_, _ = fmt.Fprint(out, "; its codes mean other answers, so no change is told")
		}
		_, _ = fmt.Fprintf(out, ":\n  %s\n", strings.Join(r.Changes, "\n  "))
	}
}

func printGaps(out io.Writer, lang i18n.Lang, t analysis.GapTable) {
	_, _ = fmt.Fprintf(out, "\nquestion\tmeasure\t%s\t%s\tdifference\t95 %%\tp after Holm\n", t.First, t.Second)
	for _, g := range t.Gaps {
		show := func(v float64) string { return i18n.Number(lang, v, 2) }
		if g.Measure.IsShare() {
			show = func(v float64) string { return percent(lang, v) }
		}
		p := "–"
		if g.Test != nil {
			p = fmt.Sprintf("%.4g", g.Test.Adjusted)
		}
		_, _ = fmt.Fprintf(out, "%s %s\t%s %s\t%s (%d)\t%s (%d)\t%s\t%s; %s\t%s\n", g.Question, g.Label.In(lang), g.Measure, g.Option.In(lang),
			show(g.First.Value), g.First.Base, show(g.Second.Value), g.Second.Base, show(g.Diff.Value), show(g.Diff.Lower), show(g.Diff.Upper), p)
	}
	for _, m := range t.Missing {
		_, _ = fmt.Fprintf(out, "%s\t..\t%s\n", m.Question, whyAbsent(m.Absent))
	}
	_, _ = fmt.Fprintf(out, "%d tests in one family\n", t.Family)
}

func percent(lang i18n.Lang, share float64) string {
	return i18n.Number(lang, 100*share, 1) + "\u00a0%"
}
