package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
)

// punctuality is how small firms answered the goal's question before the first reminder of their campaign
// left and after it, [early, late] by [has bid, has not].
type punctuality [2][2]int

// early compares the small firms that answered before the first reminder with those that needed one.
// Anonymous answers are left out: nobody knows when they came.
func (g *gatherer) early(ctx context.Context, campaigns []distribution.Campaign) error {
	reminded, err := g.Distribution.FirstReminders(ctx)
	if err != nil {
		return err
	}
	g.punctual = map[string]punctuality{}
	for id, r := range g.results {
		if _, asked := r.Version.Definition.Question(indicators[0].question); !asked {
			continue
		}
		halves := [2]*analysis.Dataset{analysis.NewDataset(r.Version.Definition), analysis.NewDataset(r.Version.Definition)}
		for _, c := range campaigns {
			first, ok := reminded[c.ID]
			if !ok || c.WaveID != r.Wave.ID || c.Mode != distribution.Confidential {
				continue
			}
			err := g.Responses.Load(ctx, response.Filter{CampaignID: c.ID}, func(r response.Row) error {
				half := halves[0]
				if !r.SubmittedAt.Before(first) {
					half = halves[1]
				}
				return half.Put(analysis.Record{ID: r.ID, Group: r.Group, Answers: r.Answers})
			})
			if err != nil {
				return fmt.Errorf("answers before and after the reminder of campaign %s: %w", c.ID, err)
			}
		}
		if halves[0].Len()+halves[1].Len() == 0 {
			continue
		}
		if g.punctual[id], err = bidders(halves, r.Options); err != nil {
			return fmt.Errorf("early and late answers to survey %s: %w", id, err)
		}
	}
	return nil
}

// bidders counts those who have bid and have not in each half, however few.
func bidders(halves [2]*analysis.Dataset, o analysis.Options) (p punctuality, err error) {
	goal := indicators[0]
	o.MinBase = 1
	for when, d := range halves {
		f, err := analysis.Count(d, goal.question, goal.filter, o)
		if err != nil || f.Numbers == nil {
			return p, err
		}
		for _, row := range f.Numbers.Rows {
			switch {
			case slices.Contains(goal.codes, row.Code):
				p[when][0] += row.Count
			case slices.Contains(goal.rest, row.Code):
				p[when][1] += row.Count
			}
		}
	}
	return p, nil
}

// earlyLate tells of the surveys in which each of the four counts may be told. Together they are what the
// goal's indicator tells, so nothing more can be worked out from them.
func (g *gatherer) earlyLate(l i18n.Lang) string {
	compared := slices.DeleteFunc(slices.Clone(g.s.Surveys), func(s Survey) bool {
		_, ok := g.punctual[s.ID]
		return !ok || s.result(indicators[0].question, smallFirm) == nil
	})
	return strings.Join(alike(l, compared, func(s Survey, names string) string { return g.earlyLateIn(l, s, names) }), " ")
}

// earlyLateTold are the surveys of which earlyLate gives numbers.
func (g *gatherer) earlyLateTold() (told []string) {
	for _, s := range g.s.Surveys {
		if g.earlyLateMay(s) {
			told = append(told, s.ID)
		}
	}
	return told
}

func (g *gatherer) earlyLateMay(s Survey) bool {
	f := s.result(indicators[0].question, smallFirm)
	if f == nil || estimate(*f, indicators[0].measure, indicators[0].codes...) == nil {
		return false
	}
	p := g.punctual[s.ID]
	return !slices.ContainsFunc([]int{p[0][0], p[0][1], p[1][0], p[1][1]}, func(n int) bool { return n < analysis.DefaultCellLimit })
}

// earlyLateIn tells of one survey, or of several by names of which the same is to be said.
func (g *gatherer) earlyLateIn(l i18n.Lang, s Survey, names string) string {
	if !g.earlyLateMay(s) {
		return i18n.T(l, "report.says_early_few", "Survey", names)
	}
	p := g.punctual[s.ID]
	test, err := analysis.EarlyAgainstLate(p[0][:], p[1][:], 1)
	if err != nil {
		return ""
	}
	key := "report.says_early_alike"
	if test.P < 0.05 {
		key = "report.says_early_apart"
	}
	share := func(when int) string {
		return i18n.Number(l, 100*float64(p[when][0])/float64(p[when][0]+p[when][1]), 0)
	}
	return i18n.T(l, key, "Survey", names, "Early", i18n.Int(l, p[0][0]+p[0][1]), "Late", i18n.Int(l, p[1][0]+p[1][1]),
		"EarlyShare", share(0), "LateShare", share(1), "P", i18n.PValue(l, test.P))
}
