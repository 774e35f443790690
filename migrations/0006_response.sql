-- +goose Up

-- One row is one person's answer to one invitation. The answers stand as one
-- document keyed by stable question ids; the questionnaire version is pinned,
-- so that a later version never changes what was asked.
CREATE TABLE response (
    id                uuid        NOT NULL DEFAULT gen_random_uuid(),
    invitation_id     uuid        NOT NULL,
    campaign_id       uuid        NOT NULL,
    survey_id         text        NOT NULL,
    survey_version_id uuid        NOT NULL,
    group_id          text        NOT NULL,
    language          text        NOT NULL,
    state             text        NOT NULL DEFAULT 'draft',
    revision          integer     NOT NULL DEFAULT 1,
    page              integer     NOT NULL DEFAULT 1,
    answers           jsonb       NOT NULL DEFAULT '{}',
    -- What the contact register held when the person started, offered for correction.
    prefill           jsonb       NOT NULL DEFAULT '{}',
    receipt           text,
    started_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    submitted_at      timestamptz,
    withdrawn_at      timestamptz,
    CONSTRAINT response_pkey PRIMARY KEY (id),
    CONSTRAINT response_invitation_id_key UNIQUE (invitation_id),
    CONSTRAINT response_receipt_key UNIQUE (receipt),
    CONSTRAINT response_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES invitation (id),
    CONSTRAINT response_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT response_survey_version_id_fkey FOREIGN KEY (survey_version_id) REFERENCES survey_version (id),
    CONSTRAINT response_group_id_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer')),
    CONSTRAINT response_language_check CHECK (language IN ('sv', 'en')),
    CONSTRAINT response_state_check CHECK (state IN ('draft', 'submitted', 'withdrawn')),
    CONSTRAINT response_answers_check CHECK (jsonb_typeof(answers) = 'object'),
    CONSTRAINT response_submitted_check CHECK (
        (state = 'submitted') = (submitted_at IS NOT NULL AND receipt IS NOT NULL)),
    -- A withdrawn response keeps the row, so that the link can say what happened, and nothing that was said.
    CONSTRAINT response_withdrawn_check CHECK (
        (state = 'withdrawn') = (withdrawn_at IS NOT NULL)
        AND (state <> 'withdrawn' OR (answers = '{}' AND prefill = '{}')))
)
-- Pages are saved by updating the row in place; room on the page keeps those
-- updates off the indexes (HOT), of which none holds a column that a save changes.
WITH (fillfactor = 50);

CREATE INDEX response_submitted_survey_idx ON response (survey_id, survey_version_id) WHERE state = 'submitted';
CREATE INDEX response_campaign_idx ON response (campaign_id, group_id);
