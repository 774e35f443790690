-- +goose Up

-- What a second coder, who does not see the first coding, says that an excerpt is about. How far the two agree tells
-- how far themes can be relied on. The coding that counts is that of the excerpt.
CREATE TABLE excerpt_recoding (
    excerpt_id uuid NOT NULL CONSTRAINT excerpt_recoding_excerpt_fkey REFERENCES excerpt (id),
    coder uuid NOT NULL CONSTRAINT excerpt_recoding_coder_fkey REFERENCES team_user (id),
    themes text[] NOT NULL CONSTRAINT excerpt_recoding_themes_check CHECK (cardinality(themes) > 0),
    coded_at timestamptz NOT NULL,
    CONSTRAINT excerpt_recoding_pkey PRIMARY KEY (excerpt_id, coder)
);
CREATE INDEX excerpt_recoding_coder_idx ON excerpt_recoding (coder);
