package report_test

import (
	"slices"
	"testing"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/report"
)

// Where only a few firms have 50 employees or more, the goal's figure is kept and that of all firms let go of: the two
// would tell what the few have bid. So it stays when the edition is published and the next one is made.
func TestTheGoalIsToldWhereOnlyAFewFirmsAreLarge(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	w.DB.MustExec(`
		UPDATE response r SET answers = jsonb_set(answers, '{bg_size}', CASE WHEN o.n <= 3 THEN '{"code": 7}' ELSE '{"code": 1}' END::jsonb)
		FROM (SELECT id, row_number() OVER (PARTITION BY survey_id ORDER BY answers ? 'bg_bids' DESC, id) AS n FROM response WHERE group_id = 'business') o
		WHERE o.id = r.id`)
	for _, kind := range []report.Kind{report.Regional, report.National} {
		e := w.Print(kind)
		s, err := w.Reports.Snapshot(t.Context(), e.SnapshotID)
		w.Must(err)
		if s.Indicator.Bid == nil {
			t.Fatal("the goal's figure is withheld")
		}
		for _, one := range s.Surveys {
			small := slices.ContainsFunc(one.Also, func(f analysis.Frequency) bool {
				return f.Question == "bg_bids" && f.Filter.String() == smallFirms.String()
			})
			for _, q := range one.Questions {
				for _, f := range q.Results {
					if q.ID == "bg_bids" && f.Filter.Group == people.Business && small && f.Numbers != nil {
						t.Errorf("%s tells of small firms and of all: the difference is three firms", one.ID)
					}
				}
			}
		}
		_, err = w.Reports.Publish(t.Context(), e.ID, time.Time{})
		w.Must(err)
	}
}
