-- +goose Up

-- Where the lines go between breaking off, a partial and a complete answer, in percent of the questions
-- that the person was shown. They are the campaign's, so that a figure can say by which lines it was made.
ALTER TABLE campaign
    ADD COLUMN partial_from   int NOT NULL DEFAULT 50,
    ADD COLUMN complete_above int NOT NULL DEFAULT 80,
    ADD CONSTRAINT campaign_cut_check CHECK (
        partial_from BETWEEN 1 AND 99 AND complete_above BETWEEN partial_from AND 99);

-- A code that no event shows stands there because somebody said so, and why.
ALTER TABLE invitation
    ADD COLUMN manual_reason text,
    ADD CONSTRAINT invitation_manual_reason_check CHECK (manual_code IS NOT NULL OR manual_reason IS NULL);
