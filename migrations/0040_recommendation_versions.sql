-- +goose Up

-- The version that stands: the number of the last row in recommendation_version.
ALTER TABLE recommendation ADD COLUMN version integer NOT NULL DEFAULT 1;

-- Every wording and set of evidence that a recommendation has had. content holds the texts and what they
-- rest on, by id: the words of a cited passage are never kept here.
CREATE TABLE recommendation_version (
    recommendation_id uuid        NOT NULL,
    number            integer     NOT NULL,
    kind              text        NOT NULL,
    note              text        NOT NULL,
    content           jsonb       NOT NULL,
    author            text        NOT NULL,
    author_id         text        NOT NULL,
    created_at        timestamptz NOT NULL,
    CONSTRAINT recommendation_version_pkey PRIMARY KEY (recommendation_id, number),
    CONSTRAINT recommendation_version_recommendation_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendation (id),
    CONSTRAINT recommendation_version_number_check CHECK (number > 0),
    CONSTRAINT recommendation_version_kind_check CHECK (
        kind IN ('created', 'imported', 'edited', 'figures', 'restored', 'derived', 'split', 'merged'))
);

-- Who moved a recommendation when, and on what decision: a meeting and its item.
CREATE TABLE recommendation_step (
    id                bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT recommendation_step_pkey PRIMARY KEY,
    recommendation_id uuid        NOT NULL,
    version           integer     NOT NULL,
    from_status       text        NOT NULL,
    to_status         text        NOT NULL,
    basis             text        NOT NULL,
    actor             text        NOT NULL,
    actor_id          text        NOT NULL,
    at                timestamptz NOT NULL,
    CONSTRAINT recommendation_step_recommendation_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendation (id)
);
CREATE INDEX recommendation_step_recommendation_idx ON recommendation_step (recommendation_id, id);

-- Where a recommendation came from: child was made from parent, or took parent in.
CREATE TABLE recommendation_lineage (
    child_id   uuid        NOT NULL,
    parent_id  uuid        NOT NULL,
    kind       text        NOT NULL,
    actor      text        NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT recommendation_lineage_pkey PRIMARY KEY (child_id, parent_id),
    CONSTRAINT recommendation_lineage_child_fkey FOREIGN KEY (child_id) REFERENCES recommendation (id),
    CONSTRAINT recommendation_lineage_parent_fkey FOREIGN KEY (parent_id) REFERENCES recommendation (id),
    CONSTRAINT recommendation_lineage_kind_check CHECK (kind IN ('derived', 'split', 'merged')),
    CONSTRAINT recommendation_lineage_self_check CHECK (child_id <> parent_id)
);
CREATE INDEX recommendation_lineage_parent_idx ON recommendation_lineage (parent_id);

-- Who may change a recommendation. Nobody named: everyone whose role lets them write.
CREATE TABLE recommendation_editor (
    recommendation_id uuid NOT NULL,
    user_id           uuid NOT NULL,
    CONSTRAINT recommendation_editor_pkey PRIMARY KEY (recommendation_id, user_id),
    CONSTRAINT recommendation_editor_recommendation_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendation (id),
    CONSTRAINT recommendation_editor_user_fkey FOREIGN KEY (user_id) REFERENCES team_user (id)
);

-- The team's own talk about a draft. A reply stands under the comment that opened its thread.
CREATE TABLE recommendation_comment (
    id                uuid        CONSTRAINT recommendation_comment_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    recommendation_id uuid        NOT NULL,
    thread_id         uuid,
    version           integer     NOT NULL,
    body              text        NOT NULL,
    author            text        NOT NULL,
    created_at        timestamptz NOT NULL,
    resolved_at       timestamptz,
    resolved_by       text        NOT NULL DEFAULT '',
    CONSTRAINT recommendation_comment_recommendation_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendation (id),
    CONSTRAINT recommendation_comment_thread_fkey FOREIGN KEY (thread_id) REFERENCES recommendation_comment (id),
    CONSTRAINT recommendation_comment_body_check CHECK (body <> ''),
    CONSTRAINT recommendation_comment_resolved_check CHECK (resolved_at IS NULL OR thread_id IS NULL)
);
CREATE INDEX recommendation_comment_recommendation_idx ON recommendation_comment (recommendation_id, created_at);

-- What stands already becomes the first version.
INSERT INTO recommendation_version (recommendation_id, number, kind, note, content, author, author_id, created_at)
SELECT r.id, 1, 'imported', '', jsonb_build_object(
        'purpose', r.purpose, 'addressees', to_jsonb(r.addressees), 'title', r.title, 'wording', r.wording, 'why', r.why,
        'first_step', r.first_step, 'effect', r.effect, 'reuse', r.reuse, 'effort', r.effort, 'indicator', r.indicator,
        'baseline', r.baseline, 'responsible', r.responsible, 'due', to_char(r.due, 'YYYY-MM-DD'), 'parties', to_jsonb(r.parties),
        'evidence', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'number', e.number, 'channel', e.channel, 'survey', e.survey_id, 'survey_version', e.survey_version_id,
                'question', e.question, 'filter', e.filter, 'measure', e.measure, 'codes', to_jsonb(e.codes), 'value', e.value,
                'excerpt', e.excerpt_id, 'source_hash', e.source_hash)) ORDER BY e.number)
            FROM recommendation_evidence e WHERE e.recommendation_id = r.id), '[]'::jsonb)),
    '', '', r.updated_at
FROM recommendation r;

-- +goose StatementBegin
CREATE FUNCTION recommendation_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a recommendation is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER recommendation_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON recommendation_version
    FOR EACH STATEMENT EXECUTE FUNCTION recommendation_history_is_append_only();
CREATE TRIGGER recommendation_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON recommendation_step
    FOR EACH STATEMENT EXECUTE FUNCTION recommendation_history_is_append_only();
CREATE TRIGGER recommendation_lineage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON recommendation_lineage
    FOR EACH STATEMENT EXECUTE FUNCTION recommendation_history_is_append_only();
