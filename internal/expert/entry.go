package expert

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
)

// Entry is a statement as a file has it, under the id that it has or will have.
type Entry struct {
	Statement
	standing *Statement
}

// New tells whether the register has no such statement yet.
func (e Entry) New() bool { return e.standing == nil }

// Same tells whether putting it would change nothing.
func (e Entry) Same() bool {
	if e.New() {
		return false
	}
	was := *e.standing
	return was.Hash == e.Hash && was.Name == e.Name && was.Named == e.Named && was.Approved == e.Approved && was.Invented == e.Invented &&
		slices.Equal(was.Themes, e.Themes)
}

// Entry checks a statement of a file and finds the one that it stands for: of the same role, organisation, day
// and language. A name that the register has taken out stays out. It writes nothing. Faults: Invalid by
// field; Conflict for one that has been withdrawn.
func (s *Service) Entry(ctx context.Context, st Statement) (Entry, error) {
	if err := st.settle(); err != nil {
		return Entry{}, err
	}
	all, err := s.List(ctx, "")
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Statement: st}
	i := slices.IndexFunc(all, st.sameOccasion)
	switch {
	case i < 0:
		e.ID, e.Version = uuid.NewString(), 1
	case all[i].Withdrawn:
		return Entry{}, fault.New(fault.Conflict, "expert.error_withdrawn")
	default:
		e.standing, e.ID, e.Version = &all[i], all[i].ID, all[i].Version
		if all[i].Name == "" {
			e.Name, e.Named = "", false
		}
	}
	e.Hash = e.hash()
	return e, nil
}

// sameOccasion tells whether two statements are what one expert said one day.
func (s Statement) sameOccasion(o Statement) bool {
	return s.Role == o.Role && s.Organisation == o.Organisation && s.Date.Equal(o.Date) && s.Language == o.Language
}

// Twice tells whether two entries of a file stand for one statement.
func (e Entry) Twice(o Entry) bool { return e.sameOccasion(o.Statement) }

// Put stores an entry in the transaction of whoever reads the file. Fault: Conflict when somebody changed the
// statement meanwhile.
func (s *Service) Put(ctx context.Context, tx *sqlx.Tx, e Entry) error {
	if e.Same() {
		return nil
	}
	return s.put(ctx, tx, e.Statement, e.New())
}
