-- +goose Up

-- One round of asking about the recommendations of one published edition.
CREATE TABLE follow_up (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    edition_id uuid NOT NULL,
    deadline   date NOT NULL,
    opened_at  timestamptz NOT NULL,
    opened_by  text NOT NULL,
    CONSTRAINT follow_up_pkey PRIMARY KEY (id),
    CONSTRAINT follow_up_edition_key UNIQUE (edition_id),
    CONSTRAINT follow_up_edition_fkey FOREIGN KEY (edition_id) REFERENCES report_edition (id)
);

-- A body that is asked: organisations, not persons. The address is where the link went.
CREATE TABLE follow_up_request (
    id               uuid NOT NULL,
    follow_up_id     uuid NOT NULL,
    organisation     text NOT NULL,
    municipality     integer NOT NULL DEFAULT 0,
    addressee        text NOT NULL,
    email            text NOT NULL,
    email_normalised text NOT NULL,
    language         text NOT NULL,
    token_hash       bytea NOT NULL,
    asked_at         timestamptz NOT NULL,
    reminders        integer NOT NULL DEFAULT 0,
    reminded_at      timestamptz,
    CONSTRAINT follow_up_request_pkey PRIMARY KEY (id),
    CONSTRAINT follow_up_request_follow_up_fkey FOREIGN KEY (follow_up_id) REFERENCES follow_up (id),
    CONSTRAINT follow_up_request_token_key UNIQUE (token_hash),
    CONSTRAINT follow_up_request_body_key UNIQUE (follow_up_id, organisation, addressee),
    CONSTRAINT follow_up_request_addressee_check CHECK (addressee IN ('authorities', 'politicians', 'firms', 'supporters')),
    CONSTRAINT follow_up_request_language_check CHECK (language IN ('sv', 'en'))
);

-- What a body has answered stands: a changed answer is a new row, and the latest counts.
CREATE TABLE follow_up_reply (
    request_id uuid NOT NULL,
    number     text NOT NULL,
    ordinal    integer NOT NULL,
    answer     text NOT NULL,
    reason     text NOT NULL,
    due        date,
    replied_at timestamptz NOT NULL,
    CONSTRAINT follow_up_reply_pkey PRIMARY KEY (request_id, number, ordinal),
    CONSTRAINT follow_up_reply_request_fkey FOREIGN KEY (request_id) REFERENCES follow_up_request (id),
    CONSTRAINT follow_up_reply_answer_check CHECK (answer IN ('adopt', 'adapt', 'decline')),
    CONSTRAINT follow_up_reply_reason_check CHECK (answer = 'adopt' OR reason <> ''),
    CONSTRAINT follow_up_reply_due_check CHECK ((answer = 'decline') = (due IS NULL))
);

-- +goose StatementBegin
CREATE FUNCTION follow_up_reply_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a reply stands; a changed one is a new row'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'follow_up_reply_stands';
END $$;
-- +goose StatementEnd

CREATE TRIGGER follow_up_reply_stands BEFORE UPDATE OR DELETE ON follow_up_reply
    FOR EACH ROW EXECUTE FUNCTION follow_up_reply_stands();
