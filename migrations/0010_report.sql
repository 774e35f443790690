-- +goose Up

-- A snapshot is kept as the bytes that were hashed: jsonb would reorder keys
-- and the hash in an old PDF could no longer be checked.
CREATE TABLE report_snapshot (
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
    kind         text NOT NULL,
    number       integer NOT NULL,
    hash         text NOT NULL,
    content_hash text NOT NULL,
    body         bytea NOT NULL,
    made_at      timestamptz NOT NULL,
    made_by      text NOT NULL,
    CONSTRAINT report_snapshot_pkey PRIMARY KEY (id),
    CONSTRAINT report_snapshot_number_key UNIQUE (kind, number),
    CONSTRAINT report_snapshot_kind_check CHECK (kind IN ('regional', 'national')),
    CONSTRAINT report_snapshot_number_check CHECK (number > 0)
);

CREATE TABLE report_edition (
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
    snapshot_id  uuid NOT NULL,
    lang         text NOT NULL,
    slug         text NOT NULL,
    title        text NOT NULL,
    state        text NOT NULL DEFAULT 'draft',
    html         text,
    pdf          bytea,
    pdf_sha256   text,
    failure      text NOT NULL DEFAULT '',
    made_at      timestamptz NOT NULL,
    rendered_at  timestamptz,
    published_at timestamptz,
    published_by text NOT NULL DEFAULT '',
    CONSTRAINT report_edition_pkey PRIMARY KEY (id),
    CONSTRAINT report_edition_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES report_snapshot (id),
    CONSTRAINT report_edition_snapshot_lang_key UNIQUE (snapshot_id, lang),
    CONSTRAINT report_edition_slug_key UNIQUE (slug),
    CONSTRAINT report_edition_lang_check CHECK (lang IN ('sv', 'en')),
    CONSTRAINT report_edition_state_check CHECK (state IN ('draft', 'rendered', 'published')),
    CONSTRAINT report_edition_rendered_check CHECK (state = 'draft' OR (html IS NOT NULL AND pdf IS NOT NULL AND pdf_sha256 IS NOT NULL)),
    CONSTRAINT report_edition_published_check CHECK ((state = 'published') = (published_at IS NOT NULL))
);

CREATE TABLE report_list (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    name       text NOT NULL,
    kind       text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT report_list_pkey PRIMARY KEY (id),
    CONSTRAINT report_list_name_key UNIQUE (name),
    CONSTRAINT report_list_name_check CHECK (name <> ''),
    CONSTRAINT report_list_kind_check CHECK (kind IN ('regional', 'national'))
);

CREATE TABLE report_list_member (
    list_id          uuid NOT NULL,
    email_normalised text NOT NULL,
    email            text NOT NULL,
    name             text NOT NULL DEFAULT '',
    lang             text NOT NULL DEFAULT 'sv',
    added_at         timestamptz NOT NULL,
    CONSTRAINT report_list_member_pkey PRIMARY KEY (list_id, email_normalised),
    CONSTRAINT report_list_member_list_id_fkey FOREIGN KEY (list_id) REFERENCES report_list (id) ON DELETE CASCADE,
    CONSTRAINT report_list_member_lang_check CHECK (lang IN ('sv', 'en'))
);

-- One row a person and edition, whichever lists the person stands on: the key
-- is what makes a second distribution send nothing.
CREATE TABLE report_recipient (
    edition_id       uuid NOT NULL,
    email_normalised text NOT NULL,
    email            text NOT NULL,
    name             text NOT NULL DEFAULT '',
    lang             text NOT NULL,
    list_id          uuid,
    list_name        text NOT NULL,
    dedupe_key       text NOT NULL,
    requested_at     timestamptz NOT NULL,
    requested_by     text NOT NULL,
    CONSTRAINT report_recipient_pkey PRIMARY KEY (edition_id, email_normalised),
    CONSTRAINT report_recipient_dedupe_key_key UNIQUE (dedupe_key),
    CONSTRAINT report_recipient_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES report_edition (id),
    CONSTRAINT report_recipient_list_id_fkey FOREIGN KEY (list_id) REFERENCES report_list (id) ON DELETE SET NULL
);
