-- +goose Up

-- What was counted when a result was released, with what it hides: without it, what a later publication
-- of the same table tells of those who have answered since cannot be worked out, and so not be hidden.
-- It never leaves the system. NULL where the answers had changed before the publication was noted.
ALTER TABLE disclosure_release ADD COLUMN counted jsonb;
