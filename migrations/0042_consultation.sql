-- +goose Up

-- A consultation asks a panel about recommendations, in one or more rounds. The rule by which its
-- answers are read is chosen before the first round and cannot be changed after.
CREATE TABLE consultation (
    id           uuid        CONSTRAINT consultation_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name         text        NOT NULL,
    groups       text[]      NOT NULL,
    -- Only those with these addresses; empty: everybody in the groups.
    addresses    text[]      NOT NULL DEFAULT '{}',
    rule         jsonb       NOT NULL,
    invented     boolean     NOT NULL DEFAULT false,
    created_by   text        NOT NULL,
    created_at   timestamptz NOT NULL,
    locked_at    timestamptz,
    concluded_at timestamptz,
    CONSTRAINT consultation_name_check CHECK (name <> ''),
    CONSTRAINT consultation_name_key UNIQUE (name),
    CONSTRAINT consultation_groups_check CHECK (
        cardinality(groups) > 0 AND groups <@ ARRAY['procurer', 'politician', 'business', 'developer']),
    CONSTRAINT consultation_concluded_check CHECK (concluded_at IS NULL OR locked_at IS NOT NULL)
);

CREATE TABLE consultation_round (
    id              uuid        CONSTRAINT consultation_round_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    consultation_id uuid        NOT NULL CONSTRAINT consultation_round_consultation_fkey REFERENCES consultation (id),
    number          int         NOT NULL,
    opened_at       timestamptz NOT NULL,
    closes_at       timestamptz NOT NULL,
    closed_at       timestamptz,
    reminders       int         NOT NULL DEFAULT 0,
    CONSTRAINT consultation_round_number_key UNIQUE (consultation_id, number),
    CONSTRAINT consultation_round_number_check CHECK (number > 0),
    CONSTRAINT consultation_round_closes_check CHECK (opened_at < closes_at)
);

-- What a round asks about. A recommendation that is changed while the round is open stands once a version;
-- the highest is asked about.
CREATE TABLE consultation_item (
    round_id          uuid        NOT NULL CONSTRAINT consultation_item_round_fkey REFERENCES consultation_round (id),
    recommendation_id uuid        NOT NULL,
    version           int         NOT NULL,
    position          int         NOT NULL,
    added_at          timestamptz NOT NULL,
    CONSTRAINT consultation_item_pkey PRIMARY KEY (round_id, recommendation_id, version),
    CONSTRAINT consultation_item_version_fkey FOREIGN KEY (recommendation_id, version)
        REFERENCES recommendation_version (recommendation_id, number)
);

-- A person of the panel speaks for one group and has one link, the same in every round.
CREATE TABLE consultation_participant (
    id              uuid        CONSTRAINT consultation_participant_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    consultation_id uuid        NOT NULL CONSTRAINT consultation_participant_consultation_fkey REFERENCES consultation (id),
    person_id       uuid        NOT NULL CONSTRAINT consultation_participant_person_fkey REFERENCES person (id),
    group_id        text        NOT NULL,
    language        text        NOT NULL,
    token_hash      bytea       NOT NULL CONSTRAINT consultation_participant_token_key UNIQUE,
    joined_at       timestamptz NOT NULL,
    left_at         timestamptz,
    CONSTRAINT consultation_participant_person_key UNIQUE (consultation_id, person_id),
    CONSTRAINT consultation_participant_group_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer')),
    CONSTRAINT consultation_participant_language_check CHECK (language IN ('sv', 'en'))
);

-- Ratings are on a scale of 1 to 9; 0 abstains. A correction is a new row: the last one counts.
CREATE TABLE consultation_rating (
    id                bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT consultation_rating_pkey PRIMARY KEY,
    round_id          uuid        NOT NULL,
    participant_id    uuid        NOT NULL CONSTRAINT consultation_rating_participant_fkey REFERENCES consultation_participant (id),
    recommendation_id uuid        NOT NULL,
    version           int         NOT NULL,
    agreement         int         NOT NULL,
    importance        int         NOT NULL,
    feasibility       int         NOT NULL,
    comment           text        NOT NULL,
    proposal          text        NOT NULL,
    reservation       text        NOT NULL,
    signed_as         text        NOT NULL,
    rated_at          timestamptz NOT NULL,
    CONSTRAINT consultation_rating_item_fkey FOREIGN KEY (round_id, recommendation_id, version)
        REFERENCES consultation_item (round_id, recommendation_id, version),
    CONSTRAINT consultation_rating_scale_check CHECK (
        agreement BETWEEN 0 AND 9 AND importance BETWEEN 0 AND 9 AND feasibility BETWEEN 0 AND 9),
    CONSTRAINT consultation_rating_signed_check CHECK ((reservation = '') = (signed_as = ''))
);
CREATE INDEX consultation_rating_round_idx ON consultation_rating (round_id, participant_id, recommendation_id, version, id);

-- What became of a proposal, in the team's words: this is what is printed.
CREATE TABLE consultation_reply (
    rating_id  bigint      CONSTRAINT consultation_reply_pkey PRIMARY KEY
               CONSTRAINT consultation_reply_rating_fkey REFERENCES consultation_rating (id),
    outcome    text        NOT NULL,
    summary    jsonb       NOT NULL,
    answer     jsonb       NOT NULL,
    author     text        NOT NULL,
    replied_at timestamptz NOT NULL,
    CONSTRAINT consultation_reply_outcome_check CHECK (outcome IN ('accepted', 'partly', 'declined', 'noted'))
);

-- +goose StatementBegin
CREATE FUNCTION consultation_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ratings and what they were about are append-only';
END $$;

CREATE FUNCTION consultation_rule_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.locked_at IS NOT NULL AND (NEW.rule, NEW.groups, NEW.addresses, NEW.locked_at)
       IS DISTINCT FROM (OLD.rule, OLD.groups, OLD.addresses, OLD.locked_at) THEN
        RAISE EXCEPTION 'the rule of a consultation is locked when its first round opens'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_rule_locked';
    END IF;
    RETURN NEW;
END $$;

-- No rating comes in before a round opens or after it is over, whoever writes.
CREATE FUNCTION consultation_rating_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM consultation_round WHERE id = NEW.round_id AND closed_at IS NULL
        AND NEW.rated_at >= opened_at AND NEW.rated_at < closes_at FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the round is over'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_rating_in_time';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER consultation_rule_locked BEFORE UPDATE ON consultation
    FOR EACH ROW EXECUTE FUNCTION consultation_rule_is_locked();
CREATE TRIGGER consultation_rating_in_time BEFORE INSERT ON consultation_rating
    FOR EACH ROW EXECUTE FUNCTION consultation_rating_in_time();
CREATE TRIGGER consultation_rating_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consultation_rating
    FOR EACH STATEMENT EXECUTE FUNCTION consultation_is_append_only();
CREATE TRIGGER consultation_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consultation_item
    FOR EACH STATEMENT EXECUTE FUNCTION consultation_is_append_only();
