package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/surveys"
)

// rawInsert is the least that a durable submission can cost here: read the body, insert, commit.
func rawInsert(ctx context.Context, db *sqlx.DB) (http.Handler, error) {
	if _, err := db.ExecContext(ctx, `CREATE TABLE bench_raw (
		id uuid PRIMARY KEY DEFAULT gen_random_uuid(), doc jsonb NOT NULL, at timestamptz NOT NULL)`); err != nil {
		return nil, fmt.Errorf("the database must be an empty one: %w", err)
	}
	insert, err := db.PreparexContext(ctx, `INSERT INTO bench_raw (doc, at) VALUES ($1, $2)`)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		doc, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			_, err = insert.ExecContext(r.Context(), doc, time.Now())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}), nil
}

// perCampaign is how many firms are invited at once; more links come from more campaigns.
const perCampaign = 20_000

// invite launches campaigns to invented firms and returns the secrets of the links.
func invite(ctx context.Context, a *app.App, links int) ([]string, error) {
	firms := min(links, perCampaign)
	var csv strings.Builder
	csv.WriteString("name,email,group,municipality,size_class,sector\n")
	for i := range firms {
		fmt.Fprintf(&csv, "Person Nummer,p%d@firma.example,business,2031,2,4\n", i)
	}
	if _, err := a.People.Import(ctx, strings.NewReader(csv.String())); err != nil {
		return nil, fmt.Errorf("import contacts: %w", err)
	}
	definitions, findings, err := questionnaire.Load(surveys.Files, "s5.yaml")
	if err != nil || len(definitions) != 1 {
		return nil, fmt.Errorf("load the questionnaire: %w %v", err, findings)
	}
	version, _, err := a.Surveys.Register(ctx, definitions[0], "s5.yaml")
	if err != nil {
		return nil, err
	}
	var tokens []string
	for len(tokens) < links {
		c := distribution.DefaultTexts()
		c.Name, c.VersionID, c.Groups = fmt.Sprintf("Bench %d", len(tokens)), version.ID, []string{people.Business}
		c.ClosesAt = time.Now().AddDate(0, 0, 24)
		if c, err = a.Distribution.Create(ctx, c); err != nil {
			return nil, err
		}
		if _, err = a.Distribution.Launch(ctx, c.ID); err != nil {
			return nil, err
		}
		var ids []string
		if err := a.DB.SelectContext(ctx, &ids, `SELECT id FROM invitation WHERE campaign_id = $1`, c.ID); err != nil {
			return nil, err
		}
		if len(ids) < firms {
			return nil, fmt.Errorf("%d firms were invited, not %d", len(ids), firms)
		}
		for _, id := range ids {
			tokens = append(tokens, a.Distribution.AnswerToken(id))
		}
	}
	return tokens[:links], nil
}

// fill stores n submitted responses, with the documents in turn.
func fill(ctx context.Context, db *sqlx.DB, versionID, surveyID, group string, documents []questionnaire.Answers, n int) error {
	if err := insert(ctx, db, versionID, surveyID, group, documents, 0, n); err != nil {
		return err
	}
	return settle(ctx, db)
}

// settle does at once what the database would do by itself after a while.
func settle(ctx context.Context, db *sqlx.DB) error {
	_, err := db.ExecContext(ctx, `VACUUM ANALYZE response`)
	return err
}

// insert stores the submitted responses of numbers from and up to, with the documents in turn.
func insert(ctx context.Context, db *sqlx.DB, versionID, surveyID, group string, documents []questionnaire.Answers, from, to int) error {
	list := make([]string, len(documents))
	for i, d := range documents {
		doc, err := json.Marshal(d)
		if err != nil {
			return err
		}
		list[i] = string(doc)
	}
	_, err := db.ExecContext(ctx, `
		INSERT INTO survey_wave (survey_id, number, survey_version_id, opened_at) VALUES ($1, 1, $2, now())
		ON CONFLICT (survey_id, number) DO NOTHING`, surveyID, versionID)
	if err != nil {
		return fmt.Errorf("open a wave: %w", err)
	}
	const step = 50_000
	for ; from < to; from += step {
		_, err := db.ExecContext(ctx, `
			INSERT INTO response (survey_id, survey_version_id, group_id, language, state, answers, receipt, started_at, updated_at,
				submitted_at, source, source_ref, wave_id)
			SELECT $1, $2, $3, 'sv', 'submitted', ($4::jsonb[])[1 + i % cardinality($4::jsonb[])], 'bench-' || i, now(), now(), now(), 'other', 'bench-' || i,
				(SELECT id FROM survey_wave WHERE survey_version_id = $2 ORDER BY number DESC LIMIT 1)
			FROM generate_series($5::int, $6::int) AS i`, surveyID, versionID, group, pq.Array(list), from, min(from+step, to)-1)
		if err != nil {
			return fmt.Errorf("store responses: %w", err)
		}
	}
	return nil
}

func storedAnswers(ctx context.Context, db *sqlx.DB) ([]byte, error) {
	var doc []byte
	err := db.GetContext(ctx, &doc, `SELECT answers FROM response WHERE state = 'submitted' LIMIT 1`)
	return doc, err
}

func submitted(ctx context.Context, db *sqlx.DB) (n int, err error) {
	err = db.GetContext(ctx, &n, `SELECT count(*) FROM response WHERE state = 'submitted'`)
	return n, err
}

// backendPIDs are the server's processes, also those that write the log of changes.
func backendPIDs(ctx context.Context, db *sqlx.DB) (pids []int, err error) {
	err = db.SelectContext(ctx, &pids, `SELECT pid FROM pg_stat_activity`)
	return pids, err
}

func describe(ctx context.Context, db *sqlx.DB) (version, fsync string, err error) {
	err = db.QueryRowxContext(ctx, `SELECT current_setting('server_version'), current_setting('fsync')`).Scan(&version, &fsync)
	return version, fsync, err
}
