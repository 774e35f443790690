-- +goose Up

-- Somebody approves what is published; with the rule of two persons it is not the one who made it.
-- Before the embargo is over the edition is nowhere to be read but with the team.
ALTER TABLE report_edition
    ADD COLUMN approved_at   timestamptz,
    ADD COLUMN approved_by   text NOT NULL DEFAULT '',
    ADD COLUMN embargo_until timestamptz;

UPDATE report_edition SET approved_at = published_at, approved_by = published_by WHERE state = 'published';

ALTER TABLE report_edition
    ADD CONSTRAINT report_edition_approved_check CHECK (state <> 'published' OR approved_at IS NOT NULL),
    ADD CONSTRAINT report_edition_embargo_check CHECK (embargo_until IS NULL OR state = 'published');

-- A published edition never changes: what is wrong in it is told beside it, and telling is for good.
CREATE TABLE report_erratum (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    edition_id uuid NOT NULL,
    number     integer NOT NULL,
    place      text NOT NULL,
    reads      text NOT NULL,
    should     text NOT NULL,
    noted_at   timestamptz NOT NULL,
    noted_by   text NOT NULL,
    CONSTRAINT report_erratum_pkey PRIMARY KEY (id),
    CONSTRAINT report_erratum_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES report_edition (id),
    CONSTRAINT report_erratum_number_key UNIQUE (edition_id, number)
);

-- What the next editions of a kind say of themselves: numbers of the series, the books and the registry.
CREATE TABLE report_imprint (
    kind    text NOT NULL,
    dnr     text NOT NULL DEFAULT '',
    issn    text NOT NULL DEFAULT '',
    isbn_sv text NOT NULL DEFAULT '',
    isbn_en text NOT NULL DEFAULT '',
    set_at  timestamptz NOT NULL,
    set_by  text NOT NULL,
    CONSTRAINT report_imprint_pkey PRIMARY KEY (kind),
    CONSTRAINT report_imprint_kind_check CHECK (kind IN ('regional', 'national'))
);
