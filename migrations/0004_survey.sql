-- +goose Up

CREATE TABLE survey (
    id         text        CONSTRAINT survey_pkey PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- A version is a questionnaire as it was registered, with everything resolved. It is never edited:
-- a changed file becomes the next version, and what was asked of those who answered stays as it was.
CREATE TABLE survey_version (
    id         uuid        CONSTRAINT survey_version_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    survey_id  text        NOT NULL CONSTRAINT survey_version_survey_fkey REFERENCES survey (id),
    number     integer     NOT NULL,
    hash       text        NOT NULL,
    definition jsonb       NOT NULL,
    source     text        NOT NULL,
    created_at timestamptz NOT NULL,
    -- Set when the first campaign goes out with it; from then on it cannot be removed either.
    locked_at  timestamptz,
    CONSTRAINT survey_version_number_key UNIQUE (survey_id, number),
    CONSTRAINT survey_version_number_check CHECK (number > 0),
    CONSTRAINT survey_version_hash_check CHECK (hash ~ '^[0-9a-f]{64}$')
);

-- The rule holds for every program that reaches the database, not only for ours. Answers and
-- campaigns refer to their version by foreign key, so a version in use cannot be deleted anyway;
-- the trigger also refuses to delete one that is locked and not yet answered.
-- +goose StatementBegin
CREATE FUNCTION survey_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.locked_at IS NOT NULL THEN
            RAISE EXCEPTION 'survey version % is locked and cannot be removed', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'survey_version_frozen';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.survey_id, NEW.number, NEW.hash, NEW.definition, NEW.source, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.survey_id, OLD.number, OLD.hash, OLD.definition, OLD.source, OLD.created_at)
       OR (OLD.locked_at IS NOT NULL AND NEW.locked_at IS DISTINCT FROM OLD.locked_at) THEN
        RAISE EXCEPTION 'survey version % never changes', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'survey_version_frozen';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER survey_version_frozen BEFORE UPDATE OR DELETE ON survey_version
    FOR EACH ROW EXECUTE FUNCTION survey_version_is_frozen();
