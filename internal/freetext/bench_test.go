package freetext_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// texts is how many answers in own words are searched. They are 200 characters long.
const texts = 100_000

// BenchmarkSearch searches them by a word that one in a thousand has written and by one that half have, and saves a
// page, first as it is and then with an index over the words of the answers (ADR 197):
//
//	go test ./internal/freetext -run '^$' -bench Search -benchtime 10x
func BenchmarkSearch(b *testing.B) {
	db, now := testkit.DB(b), time.Now
	service := survey.New(db, now)
	defs, _, err := questionnaire.Load(surveys.Files, "s5.yaml")
	must(b, err)
	v, _, err := service.Register(b.Context(), defs[0], "s5.yaml")
	must(b, err)
	must(b, postgres.InTx(b.Context(), db, func(tx *sqlx.Tx) error {
		w, err := service.Join(b.Context(), tx, v.ID, true)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(b.Context(), `
			INSERT INTO response (survey_id, survey_version_id, wave_id, group_id, language, state, answers, receipt, started_at,
				updated_at, submitted_at, source, source_ref)
			SELECT 's5', $1, $2, 'business', 'sv', 'submitted', jsonb_build_object('q5_01', jsonb_build_object('code', 3), 'q5_18', jsonb_build_object('text',
				'Vi lämnar gärna anbud när kraven är rimliga och underlaget går att läsa på en kväll, men nummer ' || i
				|| CASE WHEN i % 2 = 0 THEN ' tycker att tidsplanerna är för korta' ELSE ' tycker att priserna pressas för hårt' END
				|| CASE WHEN i % 1000 = 0 THEN ' och att fakturaportalerna krånglar.' ELSE ' och att svaren dröjer för länge ibland.' END)),
				'bench-' || i, now(), now(), now(), 'other', 'bench-' || i FROM generate_series(1, $3::int) AS i`, v.ID, w.ID, texts)
		return err
	}))
	responses := response.New(db, now, service, nil, nil)
	const viaIndex = `SELECT id FROM response WHERE state = 'submitted' AND survey_version_id = $2
		AND (jsonb_to_tsvector('swedish', answers, '["string"]') @@ websearch_to_tsquery('swedish', $1)
			OR jsonb_to_tsvector('english', answers, '["string"]') @@ websearch_to_tsquery('english', $1)) ORDER BY id LIMIT 101`
	measure := func(name string, search func(words string) error) {
		for kind, words := range map[string]string{"rare": "krångliga fakturaportaler", "common": "tidsplan"} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					must(b, search(words))
				}
			})
		}
		b.Run(name+"/save", func(b *testing.B) {
			for b.Loop() {
				_, err := db.ExecContext(b.Context(), `UPDATE response SET answers = answers || '{"q5_02": {"code": 1}}', revision = revision + 1
					WHERE source_ref IN (SELECT 'bench-' || (1 + floor(random() * $1))::int FROM generate_series(1, 100))`, texts)
				must(b, err)
			}
		})
	}
	_, err = db.ExecContext(b.Context(), `VACUUM ANALYZE response`)
	must(b, err)
	measure("without", func(words string) error {
		_, err := responses.FreeTexts(b.Context(), response.TextQuery{SurveyID: "s5", Words: words, Limit: 101}, true)
		return err
	})
	for _, lang := range []string{"swedish", "english"} {
		_, err = db.ExecContext(b.Context(), `CREATE INDEX ON response USING gin (jsonb_to_tsvector('`+lang+`', answers, '["string"]')) WHERE state = 'submitted'`)
		must(b, err)
	}
	_, err = db.ExecContext(b.Context(), `VACUUM ANALYZE response`)
	must(b, err)
	measure("with", func(words string) error {
		var ids []string
		return db.SelectContext(b.Context(), &ids, viaIndex, words, v.ID)
	})
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
