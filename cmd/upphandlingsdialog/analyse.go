package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
)

// analyseCmd counts the submitted answers of one survey, with every figure of the team's pages. What may
// not be shown is left out, also in JSON; what is shown has left the system and is noted so.
type analyseCmd struct {
	Survey        string   `arg:"" help:"Survey, such as s5."`
	Question      []string `short:"q" help:"Question ids, such as q5_11 or q5_05.a; all questions when left out."`
	By            string   `default:"group" help:"What to set side by side: group, municipality_group, firm_size, wave, a single-choice question's id, or all for one result."`
	Filter        string   `help:"Who is counted, as in: group = business and bg_size in 1,2,3."`
	Weights       []string `help:"Weight firms to the frame's counts: size_class, sector, municipality or a question's id; several are raked."`
	Test          bool     `help:"Test whether the parts differ, with effect sizes."`
	Wave          int      `help:"Number of the wave; 0 is the newest that was answered."`
	Gaps          []string `help:"Compare two groups on every question that both were asked, as in: procurer,business."`
	Lang          string   `default:"sv" enum:"sv,en" help:"Language of labels: ${enum}."`
	JSON          bool     `name:"json" help:"Answer in JSON, with full precision; weighted shares in whole per cent unless --no-suppression."`
	NoSuppression bool     `help:"Show small groups and cells too. Needs --as, a role that may, and is logged."`
	As            string   `help:"Who asks: the address of a team member."`
}

// analysed is what the command answers.
type analysed struct {
	Survey      string             `json:"survey"`
	Version     int                `json:"version"`
	Wave        int                `json:"wave"` // that was counted; of --by wave the newest
	Hash        string             `json:"hash"`
	Responses   int                `json:"responses"`
	By          string             `json:"by"`
	Filter      analysis.Filter    `json:"filter"`
	MinBase     int                `json:"min_base"`
	CellLimit   int                `json:"cell_limit"`
	Unsuppress  bool               `json:"no_suppression,omitempty"`
	Weights     *weightsMade       `json:"weights,omitempty"`
	Tables      []analysis.Table   `json:"tables,omitempty"`
	Changes     []exhibit.Change   `json:"changes,omitempty"`
	Reworded    []reworded         `json:"reworded,omitempty"`
	Gaps        *analysis.GapTable `json:"gaps,omitempty"`
	unasked     map[string]string  // of a question that nobody can have answered as asked for: why, in words
	withoutTest bool
	lang        i18n.Lang
}

// reworded tells that a question was put otherwise in a wave than in the one before it: parts by their ids.
type reworded struct {
	Question string   `json:"question"`
	Before   int      `json:"before"`
	Now      int      `json:"now"`
	Recoded  bool     `json:"recoded,omitempty"` // the codes mean other answers: no change is told
	Changes  []string `json:"changes"`
}

// rewordings adds those of a question, once for all rows of a matrix.
func (a *analysed) rewordings(d *analysis.Dataset, column string) {
	question, _, _ := strings.Cut(column, ".")
	if slices.ContainsFunc(a.Reworded, func(r reworded) bool { return r.Question == question }) {
		return
	}
	for _, r := range exhibit.Rewordings(d, question) {
		one := reworded{Question: question, Before: r.Before, Now: r.Now, Recoded: r.Recoded}
		for _, c := range r.Changes {
			one.Changes = append(one.Changes, c.In(a.lang))
		}
		a.Reworded = append(a.Reworded, one)
	}
}

func (c analyseCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		r, err := c.results(ctx, a)
		if err != nil {
			return err
		}
		var out analysed
		if c.NoSuppression { // this person may see all of it, and nobody else does
			if r, err = c.uncover(ctx, a, r); err == nil {
				out, err = c.count(r, nil)
			}
		} else {
			err = a.Reports.Take(ctx, r, func(release analysis.Releaser) error {
				out, err = c.count(r, release)
				return err
			})
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(e.Out, out)
		}
		return out.print(e, c.Lang)
	})
}

// results loads what is counted: one wave, or all of them to be set side by side.
func (c analyseCmd) results(ctx context.Context, a *app.App) (recommendation.Results, error) {
	if c.By != analysis.SourceQuestion {
		return a.Recommendations.Wave(ctx, c.Survey, c.Wave)
	}
	if c.Wave != 0 || len(c.Weights) > 0 {
		return recommendation.Results{}, errors.New("--by wave sets all waves side by side, unweighted: leave out --wave and --weights")
	}
	r, err := a.Recommendations.Together(ctx, c.Survey)
	if err == nil && !exhibit.Joined(r.Data) {
		err = fmt.Errorf("survey %s has been answered in one wave only: there is no change to show", c.Survey)
	}
	return r, err
}

// uncover lets a named person with the permission see what is withheld from others.
func (c analyseCmd) uncover(ctx context.Context, a *app.App, r recommendation.Results) (recommendation.Results, error) {
	if c.As == "" {
		return r, errors.New("--no-suppression needs --as and the address of a team member: it is logged who saw what")
	}
	users, err := a.Accounts.Users(ctx)
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(users, func(u account.User) bool { return strings.EqualFold(u.Email, c.As) && u.DisabledAt == nil })
	if i < 0 {
		return r, fmt.Errorf("%s is no member of the team", c.As)
	}
	if !users[i].May(account.AnalysisUncover) {
		return r, fmt.Errorf("%s is %s: that role may not see small groups and cells", c.As, users[i].Role)
	}
	return a.Recommendations.Uncover(ctx, r, users[i].ID, users[i].Name, map[string]any{
		"through": "command line", "questions": c.Question, "by": c.By, "filter": c.Filter, "gaps": c.Gaps})
}

func (c analyseCmd) count(r recommendation.Results, release analysis.Releaser) (analysed, error) {
	def := r.Version.Definition
	out := analysed{Survey: def.ID, Version: r.Version.Number, Wave: r.Wave.Number, Hash: r.Version.Hash, Responses: r.Data.Len(), By: c.By,
		MinBase: r.Options.MinBase, CellLimit: analysis.DefaultCellLimit, Unsuppress: c.NoSuppression, withoutTest: !c.Test, lang: i18n.Lang(c.Lang)}
	if out.MinBase == 0 {
		out.MinBase = analysis.DefaultMinBase
	}
	var err error
	if out.Filter, err = analysis.ParseFilter(c.Filter, def); err != nil {
		return out, err
	}
	if len(c.Weights) > 0 {
		made, err := weigh(r, c.Weights...)
		if err != nil {
			return out, err
		}
		out.Weights, r.Options.Weights = &made, made.Weights
	}
	if len(c.Gaps) > 0 {
		return out, c.gaps(&out, r, release)
	}
	questions, err := c.questions(def)
	if err != nil {
		return out, err
	}
	out.unasked = unaskedOf(r.Data, questions, c.By, out)
	split := analysis.Split{ID: c.By, Parts: []analysis.Part{{ID: c.By}}}
	if c.By != "all" {
		if split, err = r.Data.SplitBy(c.By); err != nil {
			return out, err
		}
	}
	tables, err := analysis.CrossAll(r.Data, questions, split, out.Filter, r.Options)
	if err != nil {
		return out, err
	}
	if release != nil {
		if tables, err = analysis.ReleaseTablesBy(tables, release); err != nil {
			return out, err
		}
	}
	exhibit.Uncompare(r.Data, tables)
	for i := range tables {
		if !c.Test {
			tables[i].Compared = analysis.Comparison{}
		}
	}
	if c.By == analysis.SourceQuestion {
		for _, t := range tables {
			out.Changes = append(out.Changes, exhibit.ChangesOf(r.Data, t)...)
			out.rewordings(r.Data, t.Question)
		}
	}
	out.Tables = tables
	return out, nil
}

// questions are the columns that are asked for: a matrix is all of its rows.
func (c analyseCmd) questions(def *questionnaire.Definition) ([]string, error) {
	asked := c.Question
	if len(asked) == 0 {
		for _, q := range def.Questions() {
			asked = append(asked, q.ID)
		}
	}
	var all []string
	for _, name := range asked {
		q, ok := def.Question(name)
		if !ok || q.Type != questionnaire.Matrix {
			all = append(all, name) // one that does not exist is told of when it is counted
			continue
		}
		for _, row := range q.Rows {
			all = append(all, name+"."+row.ID)
		}
	}
	return all, nil
}

// unaskedOf says it as the pages do where they refuse such a view.
func unaskedOf(d *analysis.Dataset, columns []string, by string, out analysed) map[string]string {
	why := map[string]string{}
	for _, column := range columns {
		id, _, _ := strings.Cut(column, ".")
		if q, ok := d.Definition().Question(id); ok {
			if f := exhibit.Unasked(d, q, by, out.Filter); f != nil {
				why[column] = i18n.TMap(out.lang, f.Key, f.Args)
			}
		}
	}
	return why
}

func (c analyseCmd) gaps(out *analysed, r recommendation.Results, release analysis.Releaser) error {
	def := r.Version.Definition
	if len(c.Gaps) != 2 || !def.HasGroup(c.Gaps[0]) || !def.HasGroup(c.Gaps[1]) || c.Gaps[0] == c.Gaps[1] {
		return fmt.Errorf("--gaps takes two different groups of the survey, as in procurer,business; not %q", strings.Join(c.Gaps, ","))
	}
	t, err := analysis.Gaps(r.Data, c.Gaps[0], c.Gaps[1], r.Options)
	if err != nil {
		return err
	}
	if release != nil {
		if t, err = analysis.ReleaseGapsBy(t, release); err != nil {
			return err
		}
	}
	out.Gaps = &t
	return nil
}
