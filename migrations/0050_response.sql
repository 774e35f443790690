-- +goose Up

-- Counting reads every answer, and most of what that costs is writing jsonb as text. The text is
-- therefore kept beside what is sent in: written once, and gone with the answers. Drafts have none.
ALTER TABLE response
    ADD COLUMN sent_in text GENERATED ALWAYS AS (CASE WHEN state = 'submitted' THEN answers::text END) STORED;
