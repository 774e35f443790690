package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
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
	surveys := map[string]string{} // by version
	for id, r := range g.results {
		surveys[r.Version.ID] = id
	}
	g.punctual = map[string]punctuality{}
	for _, c := range campaigns {
		first, ok := reminded[c.ID]
		survey, counted := surveys[c.VersionID]
		if !ok || !counted || c.Mode != distribution.Confidential {
			continue
		}
		p := g.punctual[survey]
		err := g.Responses.Load(ctx, response.Filter{CampaignID: c.ID}, func(r response.Row) error {
			bid := r.Answers[indicators[0].question].Code
			if !isSmallFirm(r) || bid == nil {
				return nil
			}
			when, what := 0, 1
			if !r.SubmittedAt.Before(first) {
				when = 1
			}
			switch {
			case slices.Contains(indicators[0].codes, *bid):
				what = 0
			case !slices.Contains(indicators[0].rest, *bid):
				return nil
			}
			p[when][what]++
			return nil
		})
		if err != nil {
			return fmt.Errorf("answers before and after the reminder of campaign %s: %w", c.ID, err)
		}
		g.punctual[survey] = p
	}
	return nil
}

// isSmallFirm says whether a respondent is among those that the goal counts.
func isSmallFirm(r response.Row) bool {
	if r.Group != people.Business || r.Answers["bg_kind"].Has(association) {
		return false
	}
	return slices.ContainsFunc(smallFirm.Where, func(w analysis.Where) bool {
		return slices.ContainsFunc(w.Codes, func(code int) bool { return r.Answers[w.Question].Has(code) })
	})
}

// association is the answer to bg_kind of a trade association, which is no firm.
const association = 3

// earlyLate tells of the surveys in which each of the four counts may be told. Together they are what the
// goal's indicator tells, so nothing more can be worked out from them.
func (g *gatherer) earlyLate(l i18n.Lang) string {
	var parts []string
	for i := range g.s.Surveys {
		s := &g.s.Surveys[i]
		p, ok := g.punctual[s.ID]
		f := s.result(indicators[0].question, smallFirm)
		if !ok || f == nil {
			continue
		}
		told := estimate(*f, indicators[0].measure, indicators[0].codes...)
		few := slices.ContainsFunc([]int{p[0][0], p[0][1], p[1][0], p[1][1]}, func(n int) bool { return n < analysis.DefaultCellLimit })
		if told == nil || few {
			parts = append(parts, i18n.T(l, "report.says_early_few", "Survey", strings.ToUpper(s.ID)))
			continue
		}
		test, err := analysis.EarlyAgainstLate(p[0][:], p[1][:], 1)
		if err != nil {
			continue
		}
		key := "report.says_early_alike"
		if test.P < 0.05 {
			key = "report.says_early_apart"
		}
		share := func(when int) string {
			return i18n.Number(l, 100*float64(p[when][0])/float64(p[when][0]+p[when][1]), 0)
		}
		parts = append(parts, i18n.T(l, key, "Survey", strings.ToUpper(s.ID), "Early", i18n.Int(l, p[0][0]+p[0][1]), "Late", i18n.Int(l, p[1][0]+p[1][1]),
			"EarlyShare", share(0), "LateShare", share(1), "P", i18n.Number(l, test.P, 3)))
	}
	return strings.Join(parts, " ")
}
