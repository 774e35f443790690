package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
)

var constraints = struct {
	sync.RWMutex
	faults map[string]*fault.Fault
}{faults: map[string]*fault.Fault{}}

// RegisterConstraint says which fault a violation of the named constraint (or unique index) means to
// the outside. It is called from a package-level variable or init of the package that owns the table,
// and panics on a second registration of the same name.
func RegisterConstraint(name string, f *fault.Fault) {
	constraints.Lock()
	defer constraints.Unlock()
	if _, taken := constraints.faults[name]; taken {
		panic(fmt.Sprintf("postgres: constraint %s is registered twice", name))
	}
	constraints.faults[name] = f
}

// Fault turns a driver error into what the outside may see, keeping err as the cause (but for what it repeats of an address). sql.ErrNoRows
// becomes NotFound; a violated constraint becomes the fault registered for its name; a lost or refused
// connection becomes Unavailable; a serialization failure or deadlock becomes Conflict. An error that
// already carries a fault, and anything else (a bug, as a rule), comes back as it is.
func Fault(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.Of(err); ok {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "postgres.not_found").Wrap(err)
	}
	var pe *pq.Error
	if errors.As(err, &pe) {
		f := ofServer(pe)
		switch {
		case f == nil:
			return err
		case pe.Code == notAnID: // its message repeats what somebody wrote in an address
			return f.Wrap(errNotAnID)
		}
		return f.Wrap(err)
	}
	var ne *net.OpError
	if errors.As(err, &ne) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		if !errors.Is(err, context.Canceled) {
			return fault.New(fault.Unavailable, "postgres.unavailable").Wrap(err)
		}
	}
	return err
}

// notAnID is PostgreSQL's code invalid_text_representation.
const notAnID = "22P02"

var errNotAnID = errors.New("not an id")

func ofServer(pe *pq.Error) *fault.Fault {
	if pe.Constraint != "" {
		constraints.RLock()
		defer constraints.RUnlock()
		return constraints.faults[pe.Constraint]
	}
	switch pe.Code {
	case "40001", "40P01": // serialization_failure, deadlock_detected: the other one won, trying again helps
		return fault.New(fault.Conflict, "postgres.conflict")
	case notAnID: // an id in an address that is no UUID names nothing
		if pe.Routine == "string_to_uuid" {
			return fault.New(fault.NotFound, "postgres.not_found")
		}
	case "53300", "57P01", "57P02", "57P03": // too_many_connections, and the server stopping or starting
		return fault.New(fault.Unavailable, "postgres.unavailable")
	}
	return nil
}
