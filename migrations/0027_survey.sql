-- +goose Up

-- What is saved while somebody writes goes together with what was saved just before it: one undo takes
-- back the sentence and not its last letters.
ALTER TABLE survey_draft_state ADD COLUMN typed boolean NOT NULL DEFAULT false;

-- A draft that was thrown away can be taken back for some time.
ALTER TABLE survey_draft ADD COLUMN removed_at timestamptz;
ALTER TABLE survey_draft DROP CONSTRAINT survey_draft_survey_key;
CREATE UNIQUE INDEX survey_draft_survey_key ON survey_draft (survey_id) WHERE removed_at IS NULL;
