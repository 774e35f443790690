-- +goose Up

-- How many units there are in the frame of firms by the answers to one question: what firms' answers
-- are weighted to. A margin is replaced as a whole.
CREATE TABLE survey_frame (
    survey_id  text        NOT NULL CONSTRAINT survey_frame_survey_fkey REFERENCES survey (id),
    question   text        NOT NULL,
    units      jsonb       NOT NULL, -- by answer code
    source     text        NOT NULL, -- the file that it came from
    created_at timestamptz NOT NULL,
    CONSTRAINT survey_frame_pkey PRIMARY KEY (survey_id, question),
    CONSTRAINT survey_frame_units_check CHECK (jsonb_typeof(units) = 'object')
);
