-- +goose Up

-- An organisation has validity dates because bodies cease and are replaced
-- (the county council became Region Dalarna on 2019-01-01), and many
-- municipalities because one joint unit buys for several.
CREATE TABLE organisation (
    id                uuid        CONSTRAINT organisation_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name              text        NOT NULL,
    name_normalised   text        NOT NULL,
    kind              text        NOT NULL,
    -- Only for legal persons: a sole trader's number is a personal identity number.
    legal_number      text,
    valid_from        date,
    valid_to          date,
    successor_id      uuid        CONSTRAINT organisation_successor_fkey REFERENCES organisation (id),
    invented          boolean     NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL,
    CONSTRAINT organisation_name_key UNIQUE (name_normalised, kind),
    CONSTRAINT organisation_name_check CHECK (name <> ''),
    CONSTRAINT organisation_kind_check CHECK (kind IN (
        'municipality', 'municipal_company', 'joint_unit', 'region', 'state_agency',
        'business', 'social_enterprise', 'trade_association', 'other')),
    CONSTRAINT organisation_legal_number_check CHECK (legal_number ~ '^[0-9]{2}[2-9][0-9]{3}-[0-9]{4}$'),
    CONSTRAINT organisation_validity_check CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to)
);

CREATE TABLE organisation_municipality (
    organisation_id   uuid NOT NULL CONSTRAINT organisation_municipality_organisation_fkey
                           REFERENCES organisation (id) ON DELETE CASCADE,
    municipality_code int  NOT NULL,
    CONSTRAINT organisation_municipality_pkey PRIMARY KEY (organisation_id, municipality_code)
);

CREATE TABLE person (
    id                uuid        CONSTRAINT person_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name              text        NOT NULL,
    email             text        NOT NULL,
    email_normalised  text        NOT NULL,
    language          text,
    organisation_id   uuid        CONSTRAINT person_organisation_fkey REFERENCES organisation (id),
    municipality_code int,
    size_class        int,
    sector            int,
    invented          boolean     NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    CONSTRAINT person_email_key UNIQUE (email_normalised),
    CONSTRAINT person_name_check CHECK (name <> ''),
    CONSTRAINT person_email_check CHECK (email LIKE '%_@_%'),
    CONSTRAINT person_language_check CHECK (language IN ('sv', 'en')),
    CONSTRAINT person_size_class_check CHECK (size_class BETWEEN 1 AND 9),
    CONSTRAINT person_sector_check CHECK (sector BETWEEN 1 AND 14)
);
CREATE INDEX person_name_idx ON person (name COLLATE "sv-x-icu", id);
CREATE INDEX person_organisation_idx ON person (organisation_id);

-- One person may have several roles (a council member who owns a firm).
CREATE TABLE person_group (
    person_id uuid NOT NULL CONSTRAINT person_group_person_fkey REFERENCES person (id) ON DELETE CASCADE,
    group_id  text NOT NULL,
    CONSTRAINT person_group_pkey PRIMARY KEY (person_id, group_id),
    CONSTRAINT person_group_group_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer'))
);
CREATE INDEX person_group_group_idx ON person_group (group_id, person_id);

-- Addresses that get no mail. Keyed by address, not by person, so that a
-- deleted and imported again person stays suppressed.
CREATE TABLE suppression (
    email_normalised text        CONSTRAINT suppression_pkey PRIMARY KEY,
    reason           text        NOT NULL,
    since            timestamptz NOT NULL,
    lifted_at        timestamptz,
    CONSTRAINT suppression_reason_check CHECK (reason IN ('unsubscribed', 'bounced', 'objection'))
);

-- An uploaded contact file between preview and confirmation. The bytes are
-- personal data: they go when the import is done, dropped or a day old.
CREATE TABLE people_import (
    id          uuid        CONSTRAINT people_import_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    file_name   text        NOT NULL,
    file        bytea       NOT NULL,
    created_at  timestamptz NOT NULL
);
