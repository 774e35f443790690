package privacy

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// Audit events of what somebody has asked for. They do not name the person.
const (
	EventTold            = "people.told_what_is_kept"
	EventErasedAtRequest = "people.erased_at_request"
)

// Kept is what the program keeps under an address.
type Kept struct {
	Address string         `json:"address"` // normalised
	Traces  []people.Trace `json:"kept"`
}

// Kept finds everything under an address, of somebody in the register or not. Faults: Invalid on the field "address".
func (s *Service) Kept(ctx context.Context, address string) (Kept, error) {
	normalised, err := people.NormaliseEmail(address)
	if err != nil {
		return Kept{}, fault.InvalidFields("error.invalid", fault.Field{Name: "address", Key: "people.error_email"}).Wrap(err)
	}
	k := Kept{Address: normalised, Traces: []people.Trace{}}
	of := []func(context.Context, string) ([]people.Trace, error){s.people.Traces, s.responses.Traces}
	for _, keeper := range s.keepers {
		of = append(of, keeper.Traces)
	}
	for _, traces := range of {
		found, err := traces(ctx, normalised)
		if err != nil {
			return k, fmt.Errorf("what is kept of somebody: %w", err)
		}
		k.Traces = append(k.Traces, found...)
	}
	return k, nil
}

// Tell is Kept for handing out, which is logged.
func (s *Service) Tell(ctx context.Context, address string) (Kept, error) {
	k, err := s.Kept(ctx, address)
	if err != nil {
		return k, err
	}
	return k, postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return audit.Record(ctx, tx, audit.Event{Name: EventTold, Subject: "register", SubjectID: "people", Detail: map[string]any{"things": len(k.Traces)}})
	})
}

// Erasure is what somebody has asked for and the authority has decided.
type Erasure struct {
	Address  string
	Decision string // its number
	Stop     bool   // the address alone stays, among those that get no mail, so that nobody writes to it again
	Answers  bool   // confidential answers to surveys that are closed go as well, not only to those that still ask
}

const maxDecision = 80

// EraseAtRequest makes somebody nameless everywhere, in or outside the register, in one transaction. Faults: Invalid by
// field, also when nothing is kept under the address; Conflict while a letter is being handed over.
func (s *Service) EraseAtRequest(ctx context.Context, r Erasure) error {
	r.Decision = strings.TrimSpace(r.Decision)
	k, err := s.Kept(ctx, r.Address)
	if err != nil {
		return err
	}
	var fields []fault.Field
	if r.Decision == "" || utf8.RuneCountInString(r.Decision) > maxDecision {
		fields = append(fields, fault.Field{Name: "decision", Key: "privacy.error_decision", Args: fault.Args("Max", maxDecision)})
	}
	if len(k.Traces) == 0 {
		fields = append(fields, fault.Field{Name: "address", Key: "privacy.error_nothing"})
	}
	if fields != nil {
		return fault.InvalidFields("error.invalid", fields...)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := s.people.Found(ctx, tx, k.Address)
		if err != nil {
			return err
		}
		if err := s.responses.Forget(ctx, tx, k.Address, r.Answers); err != nil {
			return err
		}
		for _, keeper := range s.keepers {
			if err := keeper.Forget(ctx, tx, []string{k.Address}, []string{c.Nameless}); err != nil {
				return err
			}
		}
		if c.ID != "" {
			if err := s.people.Erase(ctx, tx, []string{c.ID}); err != nil {
				return err
			}
		}
		if err := s.people.SetStopped(ctx, tx, k.Address, r.Stop); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventErasedAtRequest, Subject: "register", SubjectID: "people",
			Detail: map[string]any{"decision": r.Decision, "things": len(k.Traces), "answers": r.Answers, "stopped": r.Stop}})
	})
	if err != nil {
		return fmt.Errorf("erase somebody at request: %w", err)
	}
	return nil
}
