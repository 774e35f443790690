-- +goose Up

-- A questionnaire under work. Each change adds a state; undo and redo move the head among them, so that
-- nothing that was written is lost by going back.
CREATE TABLE survey_draft (
    id         uuid        CONSTRAINT survey_draft_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    survey_id  text        NOT NULL,
    head       integer     NOT NULL,
    created_at timestamptz NOT NULL,
    -- The version that the head was last registered as, for trying it out.
    version_id uuid        CONSTRAINT survey_draft_version_fkey REFERENCES survey_version (id),
    tested     integer,
    CONSTRAINT survey_draft_survey_key UNIQUE (survey_id),
    CONSTRAINT survey_draft_tested_check CHECK ((version_id IS NULL) = (tested IS NULL))
);

CREATE TABLE survey_draft_state (
    draft_id   uuid        NOT NULL CONSTRAINT survey_draft_state_draft_fkey REFERENCES survey_draft (id) ON DELETE CASCADE,
    number     integer     NOT NULL,
    parent     integer,
    content    jsonb       NOT NULL,
    -- What was changed, such as "question q5_01", and by whom: for the one who meets the change.
    unit       text        NOT NULL,
    changed_by text        NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT survey_draft_state_pkey PRIMARY KEY (draft_id, number),
    CONSTRAINT survey_draft_state_number_check CHECK (number > 0 AND (parent IS NULL OR parent < number))
);
