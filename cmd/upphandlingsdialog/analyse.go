package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
)

// analyseCmd counts the submitted answers of one survey. Groups with too few
// answers are shown as "..", also in JSON.
type analyseCmd struct {
	Survey   string   `arg:"" help:"Survey, such as s5."`
	Question []string `short:"q" help:"Question ids, such as q5_11 or q5_05.a; all questions when left out."`
	By       string   `default:"group" enum:"group,all" help:"One result a group, or one for all: ${enum}."`
	Lang     string   `default:"sv" enum:"sv,en" help:"Language of labels: ${enum}."`
	JSON     bool     `name:"json" help:"Answer in JSON."`
}

func (c analyseCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		results, err := a.Recommendations.Results(ctx, c.Survey)
		if err != nil {
			return err
		}
		if len(c.Question) == 0 {
			for _, q := range results.Version.Definition.Questions() {
				c.Question = append(c.Question, q.ID)
			}
		}
		var all []analysis.Frequency
		for _, q := range c.Question {
			var fs []analysis.Frequency
			if c.By == "group" {
				fs, err = analysis.ByGroup(results.Data, q, nil, results.Options)
			} else {
				var f analysis.Frequency
				f, err = analysis.Count(results.Data, q, analysis.Filter{}, results.Options)
				fs = []analysis.Frequency{f}
			}
			if err != nil {
				return err
			}
			all = append(all, analysis.Release(fs, 0)...)
		}
		if c.JSON {
			return writeJSON(e.Out, all)
		}
		return c.print(e, all)
	})
}

func (c analyseCmd) print(e *env, all []analysis.Frequency) error {
	lang := i18n.Lang(c.Lang)
	out := tabwriter.NewWriter(e.Out, 0, 4, 2, ' ', 0)
	for _, f := range all {
		printFrequency(out, lang, f)
		for _, part := range f.Parts {
			printFrequency(out, lang, part)
		}
	}
	return out.Flush()
}

func printFrequency(out *tabwriter.Writer, lang i18n.Lang, f analysis.Frequency) {
	group := f.Filter.Group
	if group == "" {
		group = "all"
	}
	text := f.Text.In(lang)
	if !f.Label.IsZero() {
		text += ": " + f.Label.In(lang)
	}
	if f.Numbers == nil {
		_, _ = fmt.Fprintf(out, "%s\t%s\t..\t%s\n", f.Question, group, text)
		return
	}
	n := f.Numbers
	_, _ = fmt.Fprintf(out, "%s\t%s\tn = %d\t%s\n", f.Question, group, n.Base, text)
	rows := n.Rows
	if len(rows) == 0 {
		rows = n.Bands
	}
	for _, r := range rows {
		if r.Hidden {
			_, _ = fmt.Fprintf(out, "\t%s\t..\t\n", r.Label.In(lang))
			continue
		}
		_, _ = fmt.Fprintf(out, "\t%s\t%d\t%s  [%s; %s]\n", r.Label.In(lang), r.Count,
			i18n.Percent(lang, r.Share.Share, r.Base), i18n.Percent(lang, r.Lower, r.Base), i18n.Percent(lang, r.Upper, r.Base))
	}
	if s := n.Summary; s != nil && s.Mean != nil {
		_, _ = fmt.Fprintf(out, "\tmean\t%s\t[%s; %s]\n", i18n.Number(lang, s.Mean.Value, 2),
			i18n.Number(lang, s.Mean.Lower, 2), i18n.Number(lang, s.Mean.Upper, 2))
	}
}
