-- +goose Up

-- A seminar of the year's plan. Training has an area or a free theme; learning seminars are for small
-- firms and have neither: what they are about is asked at registration.
CREATE TABLE seminar (
    id                uuid        CONSTRAINT seminar_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    ref               text        NOT NULL CONSTRAINT seminar_ref_key UNIQUE,
    kind              text        NOT NULL,
    title             text        NOT NULL,
    about             text        NOT NULL,
    area              int         CONSTRAINT seminar_area_check CHECK (area IN (5, 6, 7)),
    free_theme        text        NOT NULL DEFAULT '',
    starts_at         timestamptz NOT NULL,
    ends_at           timestamptz NOT NULL,
    municipality_code int         NOT NULL,
    place             text        NOT NULL,
    capacity          int         NOT NULL,
    -- Counts changes that a calendar entry shows (RFC 5545 SEQUENCE).
    sequence          int         NOT NULL DEFAULT 0,
    revision          int         NOT NULL DEFAULT 1,
    cancelled_at      timestamptz,
    invented          boolean     NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    CONSTRAINT seminar_ref_check CHECK (ref ~ '^[a-z0-9][a-z0-9-]{1,79}$'),
    CONSTRAINT seminar_kind_check CHECK (kind IN ('training', 'learning')),
    CONSTRAINT seminar_title_check CHECK (title <> ''),
    CONSTRAINT seminar_theme_check CHECK (
        (kind = 'training' AND (area IS NOT NULL) <> (free_theme <> '')) OR
        (kind = 'learning' AND area IS NULL AND free_theme = '')),
    CONSTRAINT seminar_time_check CHECK (starts_at < ends_at),
    CONSTRAINT seminar_capacity_check CHECK (capacity BETWEEN 1 AND 1000)
);
CREATE INDEX seminar_starts_at_idx ON seminar (starts_at);

-- One person's registration. number is the order of arrival: the waiting list is first come, first served.
CREATE TABLE seminar_registration (
    id                uuid        CONSTRAINT seminar_registration_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    -- Of the personal link; the link itself is derived from the key of the installation.
    token_hash        bytea       NOT NULL CONSTRAINT seminar_registration_token_key UNIQUE,
    number            bigint      GENERATED ALWAYS AS IDENTITY,
    seminar_id        uuid        NOT NULL CONSTRAINT seminar_registration_seminar_fkey REFERENCES seminar (id),
    state             text        NOT NULL,
    name              text        NOT NULL,
    email             text        NOT NULL,
    email_normalised  text        NOT NULL,
    group_id          text        NOT NULL,
    organisation      text        NOT NULL DEFAULT '',
    organisation_id   uuid        CONSTRAINT seminar_registration_organisation_fkey REFERENCES organisation (id),
    municipality_code int         NOT NULL,
    needs             text[]      NOT NULL DEFAULT '{}',
    language          text        NOT NULL,
    invented          boolean     NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL,
    cancelled_at      timestamptz,
    attended_at       timestamptz,
    CONSTRAINT seminar_registration_state_check CHECK (
        (state IN ('registered', 'waiting') AND cancelled_at IS NULL) OR
        (state = 'cancelled' AND cancelled_at IS NOT NULL)),
    CONSTRAINT seminar_registration_attended_check CHECK (attended_at IS NULL OR state <> 'cancelled'),
    CONSTRAINT seminar_registration_group_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer')),
    CONSTRAINT seminar_registration_needs_check CHECK (needs <@ ARRAY['e_commerce', 'sustainability_reporting', 'bidding']),
    CONSTRAINT seminar_registration_language_check CHECK (language IN ('sv', 'en')),
    CONSTRAINT seminar_registration_name_check CHECK (name <> '')
);
CREATE UNIQUE INDEX seminar_registration_email_key ON seminar_registration (seminar_id, email_normalised)
    WHERE state <> 'cancelled';
CREATE INDEX seminar_registration_queue_idx ON seminar_registration (seminar_id, state, number);
CREATE INDEX seminar_registration_organisation_idx ON seminar_registration (organisation_id)
    WHERE attended_at IS NOT NULL;

-- What an hour of individual advice costs the firm from a day on, in whole kronor; 0 is free of charge.
CREATE TABLE advice_price (
    valid_from      date        CONSTRAINT advice_price_pkey PRIMARY KEY,
    kronor_per_hour int         NOT NULL CONSTRAINT advice_price_kronor_check CHECK (kronor_per_hour BETWEEN 0 AND 5000),
    set_by          text        NOT NULL,
    set_at          timestamptz NOT NULL
);

-- The balance that the ledger's trigger keeps, one row a firm. It is here, and not only a sum over the
-- entries, because updating it makes two simultaneous posts wait for each other, and because the rule
-- "at most 5.0 hours" then is a plain check that holds at every isolation level.
CREATE TABLE advice_account (
    organisation_id uuid CONSTRAINT advice_account_pkey PRIMARY KEY
                         CONSTRAINT advice_account_organisation_fkey REFERENCES organisation (id),
    quarters        int  NOT NULL,
    CONSTRAINT advice_account_quarters_check CHECK (quarters BETWEEN 0 AND 20)
);

-- The ledger of individual advice in quarter hours. A mistake is corrected by an entry that reverses it.
CREATE TABLE advice_entry (
    id              uuid        CONSTRAINT advice_entry_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    number          bigint      GENERATED ALWAYS AS IDENTITY,
    ref             text        CONSTRAINT advice_entry_ref_key UNIQUE,
    organisation_id uuid        NOT NULL CONSTRAINT advice_entry_organisation_fkey REFERENCES organisation (id),
    quarters        int         NOT NULL,
    given_on        date        NOT NULL,
    note            text        NOT NULL,
    reverses        uuid        CONSTRAINT advice_entry_reverses_fkey REFERENCES advice_entry (id)
                                CONSTRAINT advice_entry_reverses_key UNIQUE,
    posted_by       text        NOT NULL,
    posted_at       timestamptz NOT NULL,
    CONSTRAINT advice_entry_quarters_check CHECK (
        (reverses IS NULL AND quarters BETWEEN 1 AND 20) OR (reverses IS NOT NULL AND quarters BETWEEN -20 AND -1)),
    CONSTRAINT advice_entry_note_check CHECK (note <> '')
);
CREATE INDEX advice_entry_organisation_idx ON advice_entry (organisation_id, number);

-- +goose StatementBegin
CREATE FUNCTION advice_entry_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original advice_entry;
BEGIN
    IF NEW.reverses IS NOT NULL THEN
        SELECT * INTO original FROM advice_entry WHERE id = NEW.reverses;
        IF original.reverses IS NOT NULL OR original.organisation_id <> NEW.organisation_id
           OR original.quarters <> -NEW.quarters THEN
            RAISE EXCEPTION 'a reversing entry takes back one whole entry of the same firm'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'advice_entry_reversal_check';
        END IF;
    ELSIF NOT EXISTS (
        SELECT 1 FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id
        WHERE r.organisation_id = NEW.organisation_id AND r.attended_at IS NOT NULL AND s.kind = 'learning'
          AND (s.starts_at AT TIME ZONE 'Europe/Stockholm')::date <= NEW.given_on) THEN
        RAISE EXCEPTION 'advice only after an attended learning seminar'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advice_entry_attendance_check';
    END IF;
    INSERT INTO advice_account (organisation_id, quarters) VALUES (NEW.organisation_id, 0)
        ON CONFLICT ON CONSTRAINT advice_account_pkey DO NOTHING;
    UPDATE advice_account SET quarters = quarters + NEW.quarters WHERE organisation_id = NEW.organisation_id;
    RETURN NEW;
END $$;

CREATE FUNCTION advice_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the advice ledger is append-only';
END $$;

-- Advice that was given rests on attendance: attendance cannot be taken back under it.
CREATE FUNCTION seminar_registration_keeps_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM advice_account WHERE organisation_id = OLD.organisation_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM advice_account WHERE organisation_id = OLD.organisation_id AND quarters > 0)
       AND NOT EXISTS (
        SELECT 1 FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id
        WHERE r.organisation_id = OLD.organisation_id AND r.attended_at IS NOT NULL AND s.kind = 'learning') THEN
        RAISE EXCEPTION 'the firm has received advice because of this attendance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seminar_registration_advice_check';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER advice_entry_rules BEFORE INSERT ON advice_entry
    FOR EACH ROW EXECUTE FUNCTION advice_entry_rules();
CREATE TRIGGER advice_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON advice_entry
    FOR EACH STATEMENT EXECUTE FUNCTION advice_entry_is_append_only();
CREATE TRIGGER seminar_registration_attendance AFTER UPDATE OF attended_at, organisation_id ON seminar_registration
    FOR EACH ROW WHEN (OLD.attended_at IS NOT NULL AND OLD.organisation_id IS NOT NULL
        AND (NEW.attended_at IS NULL OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id))
    EXECUTE FUNCTION seminar_registration_keeps_attendance();
