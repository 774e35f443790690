-- +goose Up

-- Texts in both languages stand as {"sv": ..., "en": ...}. They may hold bound
-- fields that refer to evidence by number; no figure is typed into them.
CREATE TABLE recommendation (
    id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    number      text        NOT NULL,
    area        integer     NOT NULL,
    purpose     text        NOT NULL,
    addressees  text[]      NOT NULL,
    title       jsonb       NOT NULL,
    wording     jsonb       NOT NULL,
    why         jsonb       NOT NULL,
    first_step  jsonb       NOT NULL,
    effect      jsonb       NOT NULL,
    reuse       jsonb       NOT NULL DEFAULT '{"sv": "", "en": ""}',
    effort      text        NOT NULL,
    indicator   jsonb       NOT NULL,
    baseline    integer     NOT NULL DEFAULT 0,
    responsible jsonb       NOT NULL,
    due         date        NOT NULL,
    parties     text[]      NOT NULL DEFAULT '{}',
    status      text        NOT NULL DEFAULT 'draft',
    invented    boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT recommendation_pkey PRIMARY KEY (id),
    CONSTRAINT recommendation_number_key UNIQUE (number),
    CONSTRAINT recommendation_number_check CHECK (number ~ '^[567]\.[1-9][0-9]?$' AND left(number, 1)::integer = area),
    CONSTRAINT recommendation_area_check CHECK (area IN (5, 6, 7)),
    CONSTRAINT recommendation_purpose_check CHECK (purpose IN ('simplify', 'open_authority', 'open_business', 'guidelines')),
    CONSTRAINT recommendation_effort_check CHECK (effort IN ('low', 'medium', 'high')),
    CONSTRAINT recommendation_status_check CHECK (
        status IN ('draft', 'consultation', 'decided', 'published', 'follow_up', 'closed'))
);

-- A survey figure carries the value that was frozen when it was cited; null
-- while too few have answered. An excerpt carries the hash of the notes it was
-- taken from; its text is read from the notes, never kept here.
CREATE TABLE recommendation_evidence (
    id                uuid        NOT NULL DEFAULT gen_random_uuid(),
    recommendation_id uuid        NOT NULL,
    number            integer     NOT NULL,
    channel           text        NOT NULL,
    survey_id         text,
    survey_version_id uuid,
    question          text,
    filter            jsonb,
    measure           text,
    codes             integer[],
    value             jsonb,
    frozen_at         timestamptz,
    excerpt_id        uuid,
    source_hash       text,
    stale             boolean     NOT NULL DEFAULT false,
    stale_reason      text        NOT NULL DEFAULT '',
    CONSTRAINT recommendation_evidence_pkey PRIMARY KEY (id),
    CONSTRAINT recommendation_evidence_recommendation_id_fkey FOREIGN KEY (recommendation_id)
        REFERENCES recommendation (id) ON DELETE CASCADE,
    CONSTRAINT recommendation_evidence_number_key UNIQUE (recommendation_id, number),
    CONSTRAINT recommendation_evidence_number_check CHECK (number > 0),
    CONSTRAINT recommendation_evidence_survey_version_id_fkey FOREIGN KEY (survey_version_id)
        REFERENCES survey_version (id),
    CONSTRAINT recommendation_evidence_channel_check CHECK (channel IN ('survey', 'dialogue', 'seminar', 'expert')),
    CONSTRAINT recommendation_evidence_reason_check CHECK (stale_reason IN ('', 'changed', 'suppressed', 'source')),
    -- No foreign key to the excerpt: notes may be corrected after they were
    -- cited, and then the evidence turns stale instead of blocking the correction.
    CONSTRAINT recommendation_evidence_kind_check CHECK (
        (channel = 'survey') = (survey_id IS NOT NULL)
        AND (channel = 'survey') = (survey_version_id IS NOT NULL)
        AND (channel = 'survey') = (question IS NOT NULL)
        AND (channel = 'survey') = (filter IS NOT NULL)
        AND (channel = 'survey') = (measure IS NOT NULL)
        AND (channel = 'survey') = (codes IS NOT NULL)
        AND (channel <> 'survey') = (excerpt_id IS NOT NULL)
        AND (channel <> 'survey') = (source_hash IS NOT NULL))
);
