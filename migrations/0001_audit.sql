-- +goose Up
CREATE TABLE audit_event (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_event_pkey PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind text NOT NULL CONSTRAINT audit_event_actor_kind_check
               CHECK (actor_kind IN ('user', 'respondent', 'system', 'cli')),
    actor_id   text NOT NULL,
    actor_name text NOT NULL,
    event      text NOT NULL,
    subject    text NOT NULL,
    subject_id text NOT NULL,
    detail     jsonb NOT NULL
);
CREATE INDEX audit_event_subject ON audit_event (subject, subject_id, id);

-- +goose StatementBegin
CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
