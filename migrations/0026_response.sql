-- +goose Up

-- A file with answers from paper waits here between its preview and the word to take it in, or not.
-- It is gone as soon as either is said, and after a day in any case.
CREATE TABLE response_file (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    survey_version_id uuid NOT NULL REFERENCES survey_version (id) ON DELETE CASCADE,
    source text NOT NULL CHECK (source IN ('paper', 'telephone', 'other')),
    file_name text NOT NULL,
    file bytea NOT NULL CHECK (length(file) <= 8388608),
    created_at timestamptz NOT NULL
);
