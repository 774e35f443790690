package report_test

import (
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/report"
)

// Half of the firms answer before the reminder leaves, as many with bids as without on either side; then
// those without are the late ones.
func TestTheMethodSetsEarlyAnswersBesideLateOnes(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	told := func() string {
		t.Helper()
		e, err := w.Reports.Make(t.Context(), report.Regional, "sv")
		w.Must(err)
		s, err := w.Reports.Snapshot(t.Context(), e.SnapshotID)
		w.Must(err)
		for _, f := range s.Method {
			if f.Key == "early_late" {
				return f.Value.Sv
			}
		}
		t.Fatal("the method has no such field")
		return ""
	}
	if got := told(); got != "" {
		t.Errorf("without a reminder: %q", got)
	}
	w.DB.MustExec(`
		INSERT INTO outbox (kind, dedupe_key, recipient, lang, campaign_id, state, not_before, created_at, finished_at)
		SELECT 'reminder', 'early/' || id, 'a@b.example', 'sv', id, 'sent', created_at, created_at, '2020-06-15 12:00Z' FROM campaign`)
	small := `group_id = 'business' AND survey_id = 's6' AND (answers->'bg_size'->>'code')::int <= 5 AND NOT coalesce(answers->'bg_kind'->'codes' @> '3', false)`
	w.DB.MustExec(`
		UPDATE response r SET submitted_at = timestamptz '2020-06-15 12:00Z' + CASE WHEN o.n % 2 = 0 THEN interval '1 day' ELSE interval '-1 day' END
		FROM (SELECT id, row_number() OVER (PARTITION BY ` + small + `, answers->'bg_bids'->>'code' = '1' ORDER BY id) AS n FROM response) o WHERE o.id = r.id`)
	var early, late, earlyBids, lateBids int
	w.Must(w.DB.QueryRow(`
		SELECT count(*) FILTER (WHERE early), count(*) FILTER (WHERE NOT early), count(*) FILTER (WHERE early AND bid), count(*) FILTER (WHERE NOT early AND bid)
		FROM (SELECT submitted_at < '2020-06-15 12:00Z' AS early, answers->'bg_bids'->>'code' <> '1' AS bid FROM response
			WHERE answers->'bg_bids'->>'code' IN ('1', '2', '3', '4') AND `+small+`) o`).Scan(&early, &late, &earlyBids, &lateBids))
	want := fmt.Sprintf("S6: av %d små företag som svarade före första påminnelsen har %.0f procent lämnat anbud, av %d som svarade efter den %.0f procent. Ingen säkerställd skillnad",
		early, 100*float64(earlyBids)/float64(early), late, 100*float64(lateBids)/float64(late))
	if got := told(); !strings.Contains(got, want) {
		t.Errorf("%q lacks %q", got, want)
	}
	w.DB.MustExec(`UPDATE response SET submitted_at = '2020-06-14 12:00Z' WHERE answers->'bg_bids'->>'code' = '1'`)
	if got := told(); !strings.Contains(got, "S5, S6 och S7: för få små företag") {
		t.Errorf("with nobody late without bids: %q", got)
	}
}
