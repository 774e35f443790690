-- +goose Up

-- Every start locked the rows of its campaign and its survey version to check that they exist: the
-- same two rows for everybody who answers at the same time. The campaign is now checked by way of the
-- invitation, which no two starts share, and which must be of that campaign. The version stays what
-- the campaign was launched with, and the campaign's own key keeps it from being removed.
ALTER TABLE invitation
    ADD CONSTRAINT invitation_id_campaign_key UNIQUE (id, campaign_id),
    -- Starting and submitting update the row; room on the page keeps that off the indexes.
    SET (fillfactor = 70);

ALTER TABLE response
    DROP CONSTRAINT response_campaign_id_fkey,
    DROP CONSTRAINT response_survey_version_id_fkey,
    DROP CONSTRAINT response_invitation_id_fkey,
    ADD CONSTRAINT response_invitation_id_fkey FOREIGN KEY (invitation_id, campaign_id)
        REFERENCES invitation (id, campaign_id);
