-- +goose Up

-- What somebody who knows the subject has told the project: the fourth evidence channel. The name stands
-- here alone, so that it can be taken out without touching what was said. named: the expert has agreed to be
-- named where the statement is quoted; without that it is quoted by role.
CREATE TABLE expert_statement (
    id           uuid        CONSTRAINT expert_statement_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name         text        NOT NULL,
    named        boolean     NOT NULL,
    themes       text[]      NOT NULL,
    approved     boolean     NOT NULL,
    invented     boolean     NOT NULL DEFAULT false,
    version      int         NOT NULL,
    withdrawn_at timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT expert_statement_named_check CHECK (NOT named OR name <> ''),
    CONSTRAINT expert_statement_themes_check CHECK (cardinality(themes) BETWEEN 1 AND 6)
);

-- What a recommendation can rest on: the words, and in what capacity and when they were said.
CREATE TABLE expert_statement_version (
    statement_id uuid        NOT NULL CONSTRAINT expert_statement_version_statement_fkey REFERENCES expert_statement (id),
    version      int         NOT NULL,
    role         text        NOT NULL,
    organisation text        NOT NULL,
    stated_on    date        NOT NULL,
    language     text        NOT NULL,
    statement    text        NOT NULL,
    quote        text        NOT NULL,
    interests    text        NOT NULL,
    sources      text        NOT NULL,
    sha256       text        NOT NULL,
    author       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT expert_statement_version_pkey PRIMARY KEY (statement_id, version),
    CONSTRAINT expert_statement_version_language_check CHECK (language IN ('sv', 'en'))
);

-- +goose StatementBegin
CREATE FUNCTION expert_statement_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a statement stands; a changed one is a new row';
END $$;
-- +goose StatementEnd
CREATE TRIGGER expert_statement_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON expert_statement_version
    FOR EACH STATEMENT EXECUTE FUNCTION expert_statement_version_stands();

-- Evidence of the channel expert rests on a statement, as that of meetings rests on an excerpt.
ALTER TABLE recommendation_evidence ADD COLUMN statement_id uuid;
ALTER TABLE recommendation_evidence DROP CONSTRAINT recommendation_evidence_kind_check;
ALTER TABLE recommendation_evidence ADD CONSTRAINT recommendation_evidence_kind_check CHECK (
    (channel = 'survey') = (survey_id IS NOT NULL)
    AND (channel = 'survey') = (survey_version_id IS NOT NULL)
    AND (channel = 'survey') = (question IS NOT NULL)
    AND (channel = 'survey') = (filter IS NOT NULL)
    AND (channel = 'survey') = (measure IS NOT NULL)
    AND (channel = 'survey') = (codes IS NOT NULL)
    AND (channel IN ('dialogue', 'seminar')) = (excerpt_id IS NOT NULL)
    AND (channel = 'expert') = (statement_id IS NOT NULL)
    AND (channel <> 'survey') = (source_hash IS NOT NULL));
