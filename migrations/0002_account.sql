-- +goose Up
CREATE TABLE team_user (
    id            uuid CONSTRAINT team_user_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    email         text NOT NULL CONSTRAINT team_user_email_key UNIQUE
                  CONSTRAINT team_user_email_check CHECK (email = lower(email) AND email LIKE '%_@_%'),
    name          text NOT NULL,
    role          text NOT NULL CONSTRAINT team_user_role_check
                  CHECK (role IN ('admin', 'leader', 'editor', 'secretary', 'reader')),
    language      text NOT NULL DEFAULT 'sv' CONSTRAINT team_user_language_check CHECK (language IN ('sv', 'en')),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz
);

CREATE TABLE team_session (
    id           uuid CONSTRAINT team_session_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    token_hash   bytea NOT NULL CONSTRAINT team_session_token_key UNIQUE,
    user_id      uuid NOT NULL CONSTRAINT team_session_user_fkey REFERENCES team_user (id),
    device       text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);
CREATE INDEX team_session_user ON team_session (user_id);

-- Failed sign-ins by address, for slowing down guessing. One row an address, not one a try.
CREATE TABLE sign_in_attempt (
    email_hash bytea CONSTRAINT sign_in_attempt_pkey PRIMARY KEY,
    failures   int NOT NULL,
    last_at    timestamptz NOT NULL
);
