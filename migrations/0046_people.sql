-- +goose Up

-- A person whose time is over keeps an empty row, on which old invitations stand: nothing of it says who it was.
ALTER TABLE person ADD COLUMN erased_at timestamptz;
ALTER TABLE person ADD CONSTRAINT person_erased_check CHECK (erased_at IS NULL OR
    name = '–' AND email = email_normalised AND email LIKE '%@erased.invalid' AND language IS NULL AND organisation_id IS NULL
    AND municipality_code IS NULL AND size_class IS NULL AND sector IS NULL);
CREATE INDEX person_updated_idx ON person (updated_at) WHERE erased_at IS NULL;
