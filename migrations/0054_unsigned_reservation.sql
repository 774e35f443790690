-- +goose Up

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
