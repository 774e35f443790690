-- +goose Up

-- A weighted table is a sum over the classes of its weights: what later tables tell beside it can be judged only by
-- who knows what each class weighed. It never leaves the system. Weighted tables from before this have none and were
-- judged by their counts.
ALTER TABLE disclosure_release
    ADD COLUMN weighting text NOT NULL DEFAULT '', -- the questions whose classes were weighted; '' unweighted
    ADD COLUMN weights   jsonb,
    DROP CONSTRAINT disclosure_release_once,
    ADD CONSTRAINT disclosure_release_once UNIQUE (reference, survey_id, wave, question, selection, weighting);

-- The same of an edition from when it is made until it is published, by survey.
ALTER TABLE report_snapshot ADD COLUMN weights jsonb;
