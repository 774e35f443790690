package app

import (
	"context"

	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/seminar"
)

// activities sums a year's seminars and advice for the reports.
func (a *App) activities(ctx context.Context, year int) (report.Activities, error) {
	sum := report.Activities{Year: year}
	plan, err := a.Seminars.Plan(ctx, year)
	if err != nil {
		return sum, err
	}
	sum.TrainingHeld, sum.TrainingPlan = plan.Training.Done, plan.Training.Goal
	sum.LearningHeld, sum.LearningPlan = plan.Learning.Done, plan.Learning.Goal
	seminars, err := a.Seminars.List(ctx, year)
	if err != nil {
		return sum, err
	}
	named := map[int]bool{}
	for _, s := range seminars {
		sum.Participants += s.Attended
		if s.Kind == seminar.Learning && s.Held(a.Now()) && !named[s.Municipality] {
			named[s.Municipality] = true
			if m, ok := region.MunicipalityByCode(s.Municipality); ok {
				sum.LearningMunicipalities = append(sum.LearningMunicipalities, m.Name)
			}
		}
	}
	region.SortNames(sum.LearningMunicipalities)
	firms, err := a.Seminars.Accounts(ctx)
	if err != nil {
		return sum, err
	}
	for _, f := range firms {
		if f.Quarters > 0 {
			sum.AdviceFirms++
			sum.AdviceQuarters += f.Quarters
		}
	}
	return sum, nil
}
