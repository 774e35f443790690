-- +goose Up

-- How the answers of a campaign relate to those who were asked is decided before the first mail leaves,
-- and printed in it. No program may change it afterwards.
ALTER TABLE campaign
    DROP CONSTRAINT campaign_mode_check,
    ADD CONSTRAINT campaign_mode_check CHECK (mode IN ('confidential', 'anonymous')),
    ADD CONSTRAINT campaign_id_mode_key UNIQUE (id, mode),
    -- Personal invitations, an open link for posters, or both.
    ADD COLUMN invites boolean NOT NULL DEFAULT true,
    ADD COLUMN open_link boolean NOT NULL DEFAULT false,
    ADD COLUMN open_slug text CONSTRAINT campaign_open_slug_key UNIQUE,
    ADD CONSTRAINT campaign_open_check CHECK (NOT open_link OR open_slug IS NOT NULL),
    ADD CONSTRAINT campaign_open_slug_check CHECK (open_slug ~ '^[2-9a-hjkmnp-z]{8,}$'),
    ADD CONSTRAINT campaign_reach_check CHECK (invites OR open_slug IS NOT NULL);

-- +goose StatementBegin
CREATE FUNCTION campaign_mode_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the mode of campaign % was promised when it was launched', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_mode_frozen';
END $$;
-- +goose StatementEnd
CREATE TRIGGER campaign_mode_frozen BEFORE UPDATE OF mode ON campaign
    FOR EACH ROW WHEN (NEW.mode <> OLD.mode AND (OLD.state <> 'draft' OR NEW.state <> 'draft'))
    EXECUTE FUNCTION campaign_mode_is_frozen();

-- An invitation knows the mode, so that the database itself refuses to note on it that somebody answered.
ALTER TABLE response DROP CONSTRAINT response_invitation_id_fkey;
ALTER TABLE invitation
    ADD COLUMN mode text NOT NULL DEFAULT 'confidential',
    DROP CONSTRAINT invitation_campaign_fkey,
    ADD CONSTRAINT invitation_campaign_fkey FOREIGN KEY (campaign_id, mode) REFERENCES campaign (id, mode),
    DROP CONSTRAINT invitation_id_campaign_key,
    ADD CONSTRAINT invitation_id_campaign_key UNIQUE (id, campaign_id, mode),
    ADD CONSTRAINT invitation_anonymous_check CHECK (mode = 'confidential' OR (
        started_at IS NULL AND answered_at IS NULL AND answered_share IS NULL AND late_at IS NULL));

-- An anonymous response has no invitation. What finds it again is the hash of a secret that only the
-- person holds. The invitation keeps another hash of it (token_hash), and two different hashes of an
-- unknown secret cannot be joined. Its times are days, because an exact time is as good as a name.
ALTER TABLE response
    ADD COLUMN ballot_key bytea,
    -- Share (0-1) of the applicable questions that have an answer, where no invitation can hold it.
    ADD COLUMN answered_share real CONSTRAINT response_share_check CHECK (answered_share BETWEEN 0 AND 1),
    -- Only a confidential invitation may have a response.
    ADD COLUMN link_mode text GENERATED ALWAYS AS (CASE WHEN invitation_id IS NOT NULL THEN 'confidential' END) STORED,
    ADD CONSTRAINT response_invitation_id_fkey FOREIGN KEY (invitation_id, campaign_id, link_mode)
        REFERENCES invitation (id, campaign_id, mode),
    DROP CONSTRAINT response_source_check,
    ADD CONSTRAINT response_source_check CHECK (source IN ('link', 'open', 'paper', 'telephone', 'other')),
    DROP CONSTRAINT response_source_link_check,
    ADD CONSTRAINT response_source_link_check CHECK (CASE
        WHEN source = 'link' THEN (invitation_id IS NULL) <> (ballot_key IS NULL) AND campaign_id IS NOT NULL AND source_ref IS NULL
        WHEN source = 'open' THEN invitation_id IS NULL AND ballot_key IS NOT NULL AND campaign_id IS NOT NULL AND source_ref IS NULL
        ELSE invitation_id IS NULL AND ballot_key IS NULL AND campaign_id IS NULL AND source_ref IS NOT NULL AND state <> 'draft' END),
    ADD CONSTRAINT response_anonymous_check CHECK (ballot_key IS NULL OR (
        octet_length(ballot_key) = 32 AND prefill = '{}'
        AND (started_at AT TIME ZONE 'Europe/Stockholm')::time = '00:00'
        AND (updated_at AT TIME ZONE 'Europe/Stockholm')::time = '00:00'
        AND coalesce((submitted_at AT TIME ZONE 'Europe/Stockholm')::time = '00:00', true)
        AND coalesce((withdrawn_at AT TIME ZONE 'Europe/Stockholm')::time = '00:00', true)));
-- One response a secret. Partial, so that starting a confidential response costs no more than before.
CREATE UNIQUE INDEX response_ballot_key ON response (ballot_key) WHERE ballot_key IS NOT NULL;
