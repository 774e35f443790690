-- +goose Up

-- What somebody of the team noted at a figure: on a view of a question, which is its address without the
-- host, so that whoever reads the note sees the same figure.
CREATE TABLE annotation (
    id         uuid        CONSTRAINT annotation_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    survey_id  text        NOT NULL CONSTRAINT annotation_survey_fkey REFERENCES survey (id),
    question   text        NOT NULL,
    view       text        NOT NULL,
    body       text        NOT NULL,
    author     text        NOT NULL,
    author_id  text        NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT annotation_body_check CHECK (body <> '')
);
CREATE INDEX annotation_question_idx ON annotation (survey_id, question, created_at);
