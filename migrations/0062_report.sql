-- +goose Up

-- The team's own words for a chapter, in place of those that came with the program. Every version is
-- kept; the latest counts, and one without words brings the original back.
CREATE TABLE report_text (
    kind       text NOT NULL,
    chapter    text NOT NULL,
    lang       text NOT NULL,
    revision   integer NOT NULL,
    words      text,
    written_at timestamptz NOT NULL,
    written_by text NOT NULL,
    CONSTRAINT report_text_pkey PRIMARY KEY (kind, chapter, lang, revision),
    CONSTRAINT report_text_kind_check CHECK (kind IN ('regional', 'national')),
    CONSTRAINT report_text_lang_check CHECK (lang IN ('sv', 'en')),
    CONSTRAINT report_text_revision_check CHECK (revision > 0)
);

-- The short papers of an edition, from the same snapshot: the easy-read summary and a page for each
-- addressee. Rendered with the edition, and as unchangeable.
CREATE TABLE report_paper (
    edition_id uuid NOT NULL,
    name       text NOT NULL,
    title      text NOT NULL,
    html       text NOT NULL,
    pdf        bytea NOT NULL,
    pdf_sha256 text NOT NULL,
    CONSTRAINT report_paper_pkey PRIMARY KEY (edition_id, name),
    CONSTRAINT report_paper_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES report_edition (id)
);
