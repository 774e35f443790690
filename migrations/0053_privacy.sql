-- +goose Up

-- What people ask of the controller by articles 15 to 21, with the month it must be answered in. Who asked is not kept:
-- the request itself lies in the authority's registry under its number.
CREATE TABLE privacy_request (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    dnr text NOT NULL CONSTRAINT privacy_request_dnr_key UNIQUE,
    asks text NOT NULL CONSTRAINT privacy_request_asks_check CHECK (asks IN ('access', 'rectification', 'erasure', 'restriction', 'objection')),
    came date NOT NULL,
    responsible uuid NOT NULL CONSTRAINT privacy_request_responsible_fkey REFERENCES team_user (id),
    extended_at timestamptz,
    extension_reason text,
    answered_at timestamptz,
    answered_by text,
    answer text CONSTRAINT privacy_request_answer_check CHECK (answer IN ('done', 'refused')),
    refusal_reason text,
    created_at timestamptz NOT NULL,
    CONSTRAINT privacy_request_extended_check CHECK ((extended_at IS NULL) = (extension_reason IS NULL)),
    CONSTRAINT privacy_request_answered_check CHECK ((answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)),
    CONSTRAINT privacy_request_refused_check CHECK ((refusal_reason IS NOT NULL) = (answer IS NOT DISTINCT FROM 'refused'))
);
CREATE INDEX privacy_request_open_idx ON privacy_request (came) WHERE answered_at IS NULL;
CREATE INDEX privacy_request_responsible_idx ON privacy_request (responsible);

-- What was said in a round cannot be changed. One thing can be taken away: the signature under a reservation, of somebody
-- who is erased by decision. The words stand, signed by nobody.
DROP TRIGGER consultation_rating_append_only ON consultation_rating;
CREATE TRIGGER consultation_rating_append_only BEFORE DELETE OR TRUNCATE ON consultation_rating
    FOR EACH STATEMENT EXECUTE FUNCTION consultation_is_append_only();
-- +goose StatementBegin
CREATE FUNCTION consultation_rating_is_unsigned_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.signed_as := NEW.signed_as;
    IF NEW.signed_as <> '–' OR NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'ratings and what they were about are append-only';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER consultation_rating_unsigned BEFORE UPDATE ON consultation_rating
    FOR EACH ROW EXECUTE FUNCTION consultation_rating_is_unsigned_alone();
