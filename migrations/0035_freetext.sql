-- +goose Up

-- A coded passage of a free-text answer, as excerpt is of a note. Its words are derived from the answer and
-- never stored: sha256 is of the answer that the positions count in, so that a passage of an answer that
-- was changed or withdrawn says nothing any more.
--
-- Searching needs no index here: an index over the answers would take every save of a page off the table's
-- in-place updates, and a survey's free texts are some thousands.
CREATE TABLE text_excerpt (
    id           uuid        CONSTRAINT text_excerpt_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    response_id  uuid        NOT NULL CONSTRAINT text_excerpt_response_fkey REFERENCES response (id) ON DELETE CASCADE,
    question     text        NOT NULL,
    sha256       text        NOT NULL,
    start_pos    int         NOT NULL,
    end_pos      int         NOT NULL,
    kind         text        NOT NULL,
    themes       text[]      NOT NULL,
    -- What may be printed: start, end, start, end …, as in excerpt. NULL: not approved.
    quote_ranges int[],
    quoted_by    text,
    coded_by     text        NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT text_excerpt_passage_key UNIQUE (response_id, question, sha256, start_pos, end_pos, kind),
    CONSTRAINT text_excerpt_range_check CHECK (0 <= start_pos AND start_pos < end_pos),
    CONSTRAINT text_excerpt_kind_check CHECK (kind IN ('problem', 'proposal', 'example', 'question')),
    CONSTRAINT text_excerpt_themes_check CHECK (cardinality(themes) BETWEEN 1 AND 6),
    CONSTRAINT text_excerpt_quote_check CHECK ((quote_ranges IS NULL) = (quoted_by IS NULL)
        AND (quote_ranges IS NULL OR (cardinality(quote_ranges) > 0 AND cardinality(quote_ranges) % 2 = 0)))
);
CREATE INDEX text_excerpt_themes_idx ON text_excerpt USING gin (themes);
