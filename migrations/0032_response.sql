-- +goose Up

-- What is counted is kept in memory and follows the database by position: the number of the transaction
-- that last changed what a submitted response contributes (see docs/adr/0182). No counter and no lock:
-- people who send in at the same moment do not wait for each other. Drafts have none, so that saving a
-- page costs no more than before. Anonymous responses never have one: it would put them in order.
ALTER TABLE response
    ADD COLUMN position xid8,
    ADD CONSTRAINT response_position_check CHECK (position IS NULL OR ballot_key IS NULL);
CREATE INDEX response_position_idx ON response (survey_id, position) WHERE position IS NOT NULL;
-- Those without a position are compared by their revisions, campaign by campaign.
CREATE INDEX response_ballot_survey_idx ON response (survey_id, campaign_id) WHERE ballot_key IS NOT NULL AND state = 'submitted';

-- Submitted responses that were deleted, so that whoever has counted them learns of it. As a rule there
-- are none: withdrawing empties a response and leaves the row.
CREATE TABLE response_deleted (
    survey_id text NOT NULL,
    id        uuid NOT NULL,
    position  xid8 NOT NULL
);
CREATE INDEX response_deleted_idx ON response_deleted (survey_id, position);

-- +goose StatementBegin
CREATE FUNCTION response_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.position := pg_current_xact_id();
    RETURN NEW;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION response_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO response_deleted VALUES (OLD.survey_id, OLD.id, pg_current_xact_id());
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- Triggers, because every present and future way of writing a response must be seen. The conditions are
-- looked at without calling the function, and only by statements that name the columns.
CREATE TRIGGER response_submitted BEFORE INSERT ON response
    FOR EACH ROW WHEN (NEW.state = 'submitted' AND NEW.ballot_key IS NULL)
    EXECUTE FUNCTION response_moves();
CREATE TRIGGER response_changed BEFORE UPDATE OF state, answers ON response
    FOR EACH ROW WHEN (NEW.ballot_key IS NULL AND (OLD.state = 'submitted' OR NEW.state = 'submitted')
        AND (OLD.state <> NEW.state OR OLD.answers <> NEW.answers))
    EXECUTE FUNCTION response_moves();
CREATE TRIGGER response_removed AFTER DELETE ON response
    FOR EACH ROW WHEN (OLD.ballot_key IS NULL AND OLD.state = 'submitted')
    EXECUTE FUNCTION response_goes();
