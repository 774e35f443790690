-- +goose Up

-- Answers that come after a campaign has closed may be kept until a day that the team sets. They have a
-- state of their own, which no count knows, until the team decides that they count with the others.
ALTER TABLE campaign
    ADD COLUMN late_until timestamptz,
    ADD COLUMN late_counted boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT campaign_late_check CHECK (late_until > closes_at);
ALTER TABLE response
    ADD COLUMN late boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT response_state_check,
    ADD CONSTRAINT response_state_check CHECK (state IN ('draft', 'submitted', 'late', 'withdrawn')),
    DROP CONSTRAINT response_submitted_check,
    ADD CONSTRAINT response_submitted_check CHECK (
        (state IN ('submitted', 'late')) = (submitted_at IS NOT NULL AND receipt IS NOT NULL)),
    ADD CONSTRAINT response_late_check CHECK (state <> 'late' OR late);
