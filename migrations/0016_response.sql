-- +goose Up

-- Who corrects what is sent in works on a copy: the answers that were sent in count until the copy is.
ALTER TABLE response
    ADD COLUMN correction jsonb,
    ADD CONSTRAINT response_correction_check CHECK (correction IS NULL OR state = 'submitted');
