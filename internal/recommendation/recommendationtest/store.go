package recommendationtest

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/survey"
)

// insertCampaign makes a launched campaign of a wave, which is over at once, and returns its id.
func insertCampaign(ctx context.Context, q sqlx.QueryerContext, w survey.Wave, now time.Time) (id string, err error) {
	err = sqlx.GetContext(ctx, q, &id, `
		INSERT INTO campaign (name, survey_version_id, groups, closes_at, minutes,
			subject_sv, subject_en, body_sv, body_en, reminder_subject_sv, reminder_subject_en, reminder_body_sv,
			reminder_body_en, created_at, state, launched_at, wave_id)
		VALUES ($1, $2, '{procurer,politician,business,developer}', $3, 8, '', '', '', '', '', '', '', '', $3, 'launched', $3, $4)
		RETURNING id`, fmt.Sprint(w.SurveyID, " ", w.Number), w.VersionID, now, w.ID)
	return id, err
}

// insertResponse makes a person, invites it and sends in its answers (JSON), and returns the id of the response.
func insertResponse(ctx context.Context, q sqlx.QueryerContext, email, campaign, group string, v survey.Version, answers []byte,
	now time.Time) (id string, err error) {
	err = sqlx.GetContext(ctx, q, &id, `
		WITH p AS (INSERT INTO person (name, email, email_normalised, created_at, updated_at)
			VALUES ('Prov', $1, $1, $6, $6) RETURNING id),
		i AS (INSERT INTO invitation (campaign_id, person_id, group_id, language, token_hash, created_at)
			SELECT $2, p.id, $3, 'sv', convert_to($1, 'UTF8'), $6 FROM p RETURNING id)
		INSERT INTO response (invitation_id, campaign_id, survey_id, survey_version_id, group_id, language, state,
			answers, receipt, started_at, updated_at, submitted_at)
		SELECT i.id, $2, $4, $5, $3, 'sv', 'submitted', $7, $1, $6, $6, $6 FROM i RETURNING id`,
		email, campaign, group, v.SurveyID, v.ID, now, answers)
	return id, err
}
