-- +goose Up

-- A list of addresses that a panel was chosen from is locked with the rule. Somebody who is made nameless is so in
-- the list too: an address that leads nowhere takes the place of the person's own, and how many were on it stands.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION consultation_rule_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.locked_at IS NOT NULL AND (
        (NEW.rule, NEW.groups, NEW.locked_at) IS DISTINCT FROM (OLD.rule, OLD.groups, OLD.locked_at)
        OR EXISTS (SELECT 1 FROM unnest(OLD.addresses, NEW.addresses) AS a (was, becomes)
            WHERE a.was IS DISTINCT FROM a.becomes AND (a.was IS NULL OR a.becomes IS NULL OR a.becomes NOT LIKE '%@erased.invalid'))) THEN
        RAISE EXCEPTION 'the rule of a consultation is locked when its first round opens'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_rule_locked';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
