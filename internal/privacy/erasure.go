package privacy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/report"
)

// Audit events of what somebody has asked for. They do not name the person.
const (
	EventTold            = "people.told_what_is_kept"
	EventErasedAtRequest = "people.erased_at_request"
)

// Who is somebody who asks. Of experts no address is kept: what they stated is found by name, and whether it is the
// same person is confirmed by whoever answers, who names the statements.
type Who struct {
	Address    string // may be empty where the name is given
	Name       string // may be empty: then that of the register is looked for
	Statements []string
}

// Kept is what the program keeps of somebody.
type Kept struct {
	Address string         `json:"address,omitempty"` // normalised
	Traces  []people.Trace `json:"kept"`
	// Likely are statements by experts of the same name that nobody has confirmed yet.
	Likely []expert.Statement `json:"-"`

	confirmed []string // ids of the statements among the traces
}

// TraceStatement is an expert's statement that was confirmed to be the person's.
const TraceStatement = "statement"

// Kept finds everything of somebody in the register or not. Faults: Invalid on the field "address".
func (s *Service) Kept(ctx context.Context, who Who) (Kept, error) {
	k := Kept{Traces: []people.Trace{}}
	if who.Address = strings.TrimSpace(who.Address); who.Address != "" || strings.TrimSpace(who.Name) == "" {
		var err error
		if k.Address, err = people.NormaliseEmail(who.Address); err != nil {
			return Kept{}, fault.InvalidFields("error.invalid", fault.Field{Name: "address", Key: "people.error_email"}).Wrap(err)
		}
		if k.Traces, err = s.traces(ctx, k.Address); err != nil {
			return k, fmt.Errorf("what is kept of somebody: %w", err)
		}
	}
	names := []string{who.Name}
	for _, t := range k.Traces {
		if t.Kind == people.TraceRegister {
			names = append(names, t.Name)
		}
	}
	return k, s.statements(ctx, &k, names, who.Statements)
}

// traces are what each package keeps under an address.
func (s *Service) traces(ctx context.Context, address string) ([]people.Trace, error) {
	all := []people.Trace{}
	of := []func(context.Context, string) ([]people.Trace, error){s.people.Traces, s.responses.Traces}
	for _, keeper := range s.keepers {
		of = append(of, keeper.Traces)
	}
	for _, traces := range of {
		found, err := traces(ctx, address)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// statements adds those by experts of the names: the confirmed ones to what is kept, the others to what is likely.
func (s *Service) statements(ctx context.Context, k *Kept, names, confirmed []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		list, err := s.experts.NamedLike(ctx, name)
		if err != nil {
			return err
		}
		for _, st := range list {
			switch {
			case seen[st.ID]:
			case slices.Contains(confirmed, st.ID):
				k.confirmed = append(k.confirmed, st.ID)
				k.Traces = append(k.Traces, people.Trace{Kind: TraceStatement, Name: st.Role, At: st.Date, Held: map[string]any{
					"name": st.Name, "role": st.Role, "organisation": st.Organisation, "statement": st.Text, "interests": st.Interests}})
			default:
				k.Likely = append(k.Likely, st)
			}
			seen[st.ID] = true
		}
	}
	return nil
}

// Tell is Kept for handing out, which is logged.
func (s *Service) Tell(ctx context.Context, who Who) (Kept, error) {
	k, err := s.Kept(ctx, who)
	if err != nil {
		return k, err
	}
	return k, postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return audit.Record(ctx, tx, audit.Event{Name: EventTold, Subject: "register", SubjectID: "people", Detail: map[string]any{"things": len(k.Traces)}})
	})
}

// Erasure is what somebody has asked for and the authority has decided.
type Erasure struct {
	Who
	Decision string // its number
	Stop     bool   // the address alone stays, among those that get no mail, so that nobody writes to it again
	Answers  bool   // confidential answers to surveys that are closed go as well, not only to those that still ask
}

const maxDecision = 80

// EraseAtRequest makes somebody nameless everywhere, in or outside the register, in one transaction, and returns what was
// kept. What is published stays: how many signatures that holds for is logged. Faults: Invalid by field, also when nothing
// is kept; Conflict while a letter is being handed over.
func (s *Service) EraseAtRequest(ctx context.Context, r Erasure) (Kept, error) {
	r.Decision = strings.TrimSpace(r.Decision)
	k, err := s.Kept(ctx, r.Who)
	if err != nil {
		return k, err
	}
	var fields []fault.Field
	if r.Decision == "" || utf8.RuneCountInString(r.Decision) > maxDecision {
		fields = append(fields, fault.Field{Name: "decision", Key: "privacy.error_decision", Args: fault.Args("Max", maxDecision)})
	}
	if len(k.Traces) == 0 {
		fields = append(fields, fault.Field{Name: "address", Key: "privacy.error_nothing"})
	}
	if fields != nil {
		return k, fault.InvalidFields("error.invalid", fields...)
	}
	published := 0
	for _, t := range k.Traces {
		if t.Kind == report.TraceSignature {
			published++
		}
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, id := range k.confirmed {
			if err := s.experts.UnnameIn(ctx, tx, id, r.Decision); err != nil {
				return err
			}
		}
		if k.Address != "" {
			if err := s.forget(ctx, tx, k.Address, r); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventErasedAtRequest, Subject: "register", SubjectID: "people",
			Detail: map[string]any{"decision": r.Decision, "things": len(k.Traces), "answers": r.Answers, "stopped": r.Stop, "signatures_in_print": published}})
	})
	if err != nil {
		return k, fmt.Errorf("erase somebody at request: %w", err)
	}
	return k, nil
}

// forget makes an address nameless in every package.
func (s *Service) forget(ctx context.Context, tx *sqlx.Tx, address string, r Erasure) error {
	c, err := s.people.Found(ctx, tx, address)
	if err != nil {
		return err
	}
	if err := s.responses.Forget(ctx, tx, address, r.Answers); err != nil {
		return err
	}
	for _, keeper := range s.keepers {
		if err := keeper.Forget(ctx, tx, []string{address}, []string{c.Nameless}); err != nil {
			return err
		}
	}
	if c.ID != "" {
		if err := s.people.Erase(ctx, tx, []string{c.ID}); err != nil {
			return err
		}
	}
	return s.people.SetStopped(ctx, tx, address, r.Stop)
}
