-- +goose Up

-- Answers on paper, by telephone or from another system came by no link. They are counted with the
-- rest, and carry the reference of the sheet so that the same sheet is never counted twice.
ALTER TABLE response
    ALTER COLUMN invitation_id DROP NOT NULL,
    ALTER COLUMN campaign_id DROP NOT NULL,
    ADD COLUMN source text NOT NULL DEFAULT 'link',
    ADD COLUMN source_ref text,
    ADD CONSTRAINT response_source_check CHECK (source IN ('link', 'paper', 'telephone', 'other')),
    ADD CONSTRAINT response_source_link_check CHECK (
        CASE WHEN source = 'link' THEN invitation_id IS NOT NULL AND campaign_id IS NOT NULL AND source_ref IS NULL
        ELSE invitation_id IS NULL AND campaign_id IS NULL AND source_ref IS NOT NULL AND state <> 'draft' END),
    ADD CONSTRAINT response_source_ref_key UNIQUE (survey_id, source_ref);
