-- +goose Up

-- What has left the system of each survey: every released result with what was shown of it and hidden in
-- it. A new publication is judged together with all of it, because two tables that are safe each by
-- itself may tell what both hide.
CREATE TABLE disclosure_release (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    survey_id   text        NOT NULL,
    version     integer     NOT NULL,
    question    text        NOT NULL,
    selection   text        NOT NULL, -- the filter, canonical JSON
    shown       jsonb       NOT NULL, -- the released result, without numbers where it hides them
    responses   integer     NOT NULL, -- submitted when it was counted
    kind        text        NOT NULL,
    reference   text        NOT NULL, -- what published it, such as an edition's snapshot
    released_at timestamptz NOT NULL,
    released_by text        NOT NULL,
    CONSTRAINT disclosure_release_kind CHECK (kind IN ('edition', 'data', 'download')),
    CONSTRAINT disclosure_release_once UNIQUE (reference, survey_id, question, selection)
);
CREATE INDEX disclosure_release_survey ON disclosure_release (survey_id, id);
