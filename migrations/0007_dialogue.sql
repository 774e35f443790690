-- +goose Up

-- A meeting is the source of dialogue evidence. revision counts every change, so that two writers
-- never overwrite one another unseen.
CREATE TABLE meeting (
    id                  uuid        CONSTRAINT meeting_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    ref                 text        NOT NULL CONSTRAINT meeting_ref_key UNIQUE,
    title               text        NOT NULL,
    held_on             date        NOT NULL,
    place               text        NOT NULL,
    municipality_code   int         NOT NULL,
    kind                text        NOT NULL,
    areas               int[]       NOT NULL,
    ongoing_procurement boolean     NOT NULL DEFAULT false,
    invented            boolean     NOT NULL DEFAULT false,
    revision            int         NOT NULL DEFAULT 1,
    -- SHA-256 of the file that was read last, and the revision which that reading made: a later
    -- revision was written by hand and must not vanish when the file is read again.
    file_hash           text,
    file_revision       int,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    CONSTRAINT meeting_ref_check CHECK (ref ~ '^[a-z0-9][a-z0-9-]{1,79}$'),
    CONSTRAINT meeting_title_check CHECK (title <> ''),
    CONSTRAINT meeting_kind_check CHECK (kind IN ('dialogue', 'seminar')),
    CONSTRAINT meeting_areas_check CHECK (cardinality(areas) > 0 AND areas <@ ARRAY[5, 6, 7]),
    CONSTRAINT meeting_file_check CHECK ((file_hash IS NULL) = (file_revision IS NULL))
);
CREATE INDEX meeting_held_on_idx ON meeting (held_on DESC, id);

CREATE TABLE meeting_attendance (
    meeting_id   uuid NOT NULL CONSTRAINT meeting_attendance_meeting_fkey REFERENCES meeting (id),
    position     int  NOT NULL,
    group_id     text NOT NULL,
    organisation text NOT NULL,
    headcount    int  NOT NULL,
    CONSTRAINT meeting_attendance_pkey PRIMARY KEY (meeting_id, position),
    CONSTRAINT meeting_attendance_group_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer')),
    CONSTRAINT meeting_attendance_headcount_check CHECK (headcount BETWEEN 1 AND 999)
);

-- A note is what was said under one item of the agenda. A removed note stays, because excerpts and
-- evidence point at its text.
CREATE TABLE note (
    id         uuid        CONSTRAINT note_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    meeting_id uuid        NOT NULL CONSTRAINT note_meeting_fkey REFERENCES meeting (id),
    no         int         NOT NULL,
    agenda     text        NOT NULL,
    area       int         CONSTRAINT note_area_check CHECK (area IN (5, 6, 7)),
    version    int         NOT NULL,
    removed_at timestamptz,
    CONSTRAINT note_agenda_check CHECK (agenda <> '')
);
CREATE UNIQUE INDEX note_no_key ON note (meeting_id, no) WHERE removed_at IS NULL;

-- Every text a note has had. sha256 is over the text's UTF-8 bytes.
CREATE TABLE note_version (
    note_id    uuid        NOT NULL CONSTRAINT note_version_note_fkey REFERENCES note (id),
    version    int         NOT NULL,
    text       text        NOT NULL,
    sha256     text        NOT NULL,
    author     text        NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT note_version_pkey PRIMARY KEY (note_id, version)
);
ALTER TABLE note ADD CONSTRAINT note_version_fkey FOREIGN KEY (id, version)
    REFERENCES note_version (note_id, version) DEFERRABLE INITIALLY DEFERRED;

-- +goose StatementBegin
CREATE FUNCTION note_version_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of a note are append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON note_version
    FOR EACH STATEMENT EXECUTE FUNCTION note_version_is_append_only();

-- An excerpt is a passage of one version of a note. Its words are derived from there and never stored.
-- Positions count characters (code points) from 0; end_pos is the first one after.
CREATE TABLE excerpt (
    id           uuid        CONSTRAINT excerpt_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    note_id      uuid        NOT NULL,
    version      int         NOT NULL,
    start_pos    int         NOT NULL,
    end_pos      int         NOT NULL,
    kind         text        NOT NULL,
    group_id     text        NOT NULL,
    themes       text[]      NOT NULL,
    -- What of the passage may be printed: start, end, start, end …, so that names are left out by
    -- range and no second wording exists. NULL: not approved.
    quote_ranges int[],
    quoted_by    text,
    quoted_at    timestamptz,
    created_at   timestamptz NOT NULL,
    -- The passage was taken out of the notes, or its tag was; evidence may still point here.
    removed_at   timestamptz,
    CONSTRAINT excerpt_version_fkey FOREIGN KEY (note_id, version) REFERENCES note_version (note_id, version),
    CONSTRAINT excerpt_range_check CHECK (0 <= start_pos AND start_pos < end_pos),
    CONSTRAINT excerpt_kind_check CHECK (kind IN ('problem', 'proposal', 'example', 'question')),
    CONSTRAINT excerpt_group_check CHECK (group_id IN ('procurer', 'politician', 'business', 'developer')),
    CONSTRAINT excerpt_themes_check CHECK (cardinality(themes) BETWEEN 1 AND 6),
    CONSTRAINT excerpt_quote_check CHECK (
        (quote_ranges IS NULL) = (quoted_at IS NULL) AND (quoted_at IS NULL) = (quoted_by IS NULL)
        AND (quote_ranges IS NULL OR (cardinality(quote_ranges) > 0 AND cardinality(quote_ranges) % 2 = 0)))
);
CREATE UNIQUE INDEX excerpt_passage_key ON excerpt (note_id, version, start_pos, end_pos, kind, group_id)
    WHERE removed_at IS NULL;
CREATE INDEX excerpt_themes_idx ON excerpt USING gin (themes) WHERE removed_at IS NULL;
