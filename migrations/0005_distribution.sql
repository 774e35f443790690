-- +goose Up

CREATE TABLE campaign (
    id                  uuid        CONSTRAINT campaign_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name                text        NOT NULL,
    survey_version_id   uuid        NOT NULL CONSTRAINT campaign_survey_version_fkey REFERENCES survey_version (id),
    groups              text[]      NOT NULL,
    mode                text        NOT NULL DEFAULT 'confidential',
    language            text        NOT NULL DEFAULT 'sv',
    state               text        NOT NULL DEFAULT 'draft',
    closes_at           timestamptz NOT NULL,
    minutes             int         NOT NULL,
    subject_sv          text        NOT NULL,
    subject_en          text        NOT NULL,
    body_sv             text        NOT NULL,
    body_en             text        NOT NULL,
    reminder_subject_sv text        NOT NULL,
    reminder_subject_en text        NOT NULL,
    reminder_body_sv    text        NOT NULL,
    reminder_body_en    text        NOT NULL,
    paused_reason       text,
    created_at          timestamptz NOT NULL,
    launched_at         timestamptz,
    reminded_at         timestamptz,
    closed_at           timestamptz,
    CONSTRAINT campaign_name_check CHECK (name <> ''),
    CONSTRAINT campaign_name_key UNIQUE (name),
    CONSTRAINT campaign_groups_check CHECK (
        cardinality(groups) > 0 AND groups <@ ARRAY['procurer', 'politician', 'business', 'developer']),
    CONSTRAINT campaign_mode_check CHECK (mode IN ('confidential')),
    CONSTRAINT campaign_language_check CHECK (language IN ('sv', 'en')),
    CONSTRAINT campaign_minutes_check CHECK (minutes BETWEEN 1 AND 60),
    -- A state always has the stamp of the act that led to it.
    CONSTRAINT campaign_state_check CHECK (
        (state = 'draft' AND launched_at IS NULL AND closed_at IS NULL) OR
        (state = 'launched' AND launched_at IS NOT NULL AND closed_at IS NULL) OR
        (state = 'closed' AND launched_at IS NOT NULL AND closed_at IS NOT NULL))
);

-- One case: one person asked in one role. A person with two roles gets two
-- invitations, and nothing joins their answers but this table.
CREATE TABLE invitation (
    id              uuid        CONSTRAINT invitation_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    campaign_id     uuid        NOT NULL CONSTRAINT invitation_campaign_fkey REFERENCES campaign (id),
    person_id       uuid        NOT NULL CONSTRAINT invitation_person_fkey REFERENCES person (id),
    group_id        text        NOT NULL,
    language        text        NOT NULL,
    token_hash      bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    answered_at     timestamptz,
    -- Share (0-1) of the applicable questions that have an answer.
    answered_share  real,
    declined_at     timestamptz,
    unsubscribed_at timestamptz,
    -- Somebody tried to answer after the campaign was closed.
    late_at         timestamptz,
    -- An AAPOR code that no event can show, set by a team member.
    manual_code     text,
    CONSTRAINT invitation_token_key UNIQUE (token_hash),
    CONSTRAINT invitation_case_key UNIQUE (campaign_id, person_id, group_id),
    CONSTRAINT invitation_group_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer')),
    CONSTRAINT invitation_language_check CHECK (language IN ('sv', 'en')),
    CONSTRAINT invitation_share_check CHECK (answered_share BETWEEN 0 AND 1),
    CONSTRAINT invitation_manual_code_check CHECK (manual_code IN
        ('2.26', '2.30', '2.33', '3.40', '4.10', '4.81', '4.90'))
);
CREATE INDEX invitation_person_idx ON invitation (person_id);

-- One row a recipient and message. Nothing here lets a reader of the database
-- answer in somebody's name: personal links are derived when the mail is made.
CREATE TABLE outbox (
    id            uuid        CONSTRAINT outbox_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    kind          text        NOT NULL,
    dedupe_key    text        NOT NULL,
    recipient     text        NOT NULL,
    lang          text        NOT NULL,
    payload       jsonb       NOT NULL DEFAULT '{}',
    campaign_id   uuid        CONSTRAINT outbox_campaign_fkey REFERENCES campaign (id),
    invitation_id uuid        CONSTRAINT outbox_invitation_fkey REFERENCES invitation (id),
    state         text        NOT NULL DEFAULT 'queued',
    attempts      int         NOT NULL DEFAULT 0,
    not_before    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    claimed_by    uuid,
    claimed_at    timestamptz,
    -- Committed right before the message is given to the mail server. A row that
    -- has this stamp and no outcome may or may not have arrived.
    handed_at     timestamptz,
    finished_at   timestamptz,
    reply_code    int,
    reply         text,
    CONSTRAINT outbox_dedupe_key UNIQUE (dedupe_key),
    CONSTRAINT outbox_lang_check CHECK (lang IN ('sv', 'en')),
    CONSTRAINT outbox_state_check CHECK (state IN
        ('queued', 'claimed', 'sent', 'deferred', 'failed', 'unknown', 'bounced', 'cancelled')),
    CONSTRAINT outbox_claim_check CHECK ((state = 'claimed') = (claimed_by IS NOT NULL))
);
-- The drain looks only at rows that still have something to do.
CREATE INDEX outbox_due_idx ON outbox (not_before, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_claimed_idx ON outbox (claimed_at) WHERE state = 'claimed';
CREATE INDEX outbox_invitation_idx ON outbox (invitation_id);
CREATE INDEX outbox_campaign_idx ON outbox (campaign_id, state);

-- Opaque ids of unsubscribe links: only the hash is kept.
CREATE TABLE unsubscribe_link (
    token_hash       bytea       CONSTRAINT unsubscribe_link_pkey PRIMARY KEY,
    email_normalised text        NOT NULL,
    created_at       timestamptz NOT NULL
);
