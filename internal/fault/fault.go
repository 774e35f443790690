// Package fault is the closed set of failures that the outside may see.
//
// A fault carries a kind, which decides the HTTP status and the exit code, and a message key with
// arguments, which becomes a sentence in the reader's language. Any error that is not a fault is
// internal: it is logged where it leaves the program and shown as "something went wrong".
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is, and so what the caller can do about it.
type Kind int

// The kinds, from what the user can mend to what only time or a person in charge can.
const (
	Invalid         Kind = iota + 1 // the input breaks a rule: correct it and try again
	NotFound                        // there is no such thing, or not any more
	Conflict                        // somebody or something else came first
	Forbidden                       // signed in, but not allowed
	Unauthenticated                 // not signed in
	Unavailable                     // not now: closed, overloaded or not reachable
)

func (k Kind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case NotFound:
		return "not found"
	case Conflict:
		return "conflict"
	case Forbidden:
		return "forbidden"
	case Unauthenticated:
		return "unauthenticated"
	case Unavailable:
		return "unavailable"
	}
	return "internal"
}

// Field is one fault of one form field. Name is the field's name in the form, Key the message.
type Field struct {
	Name string
	Key  string
	Args map[string]any
}

// Fault is an error with a public message. Err, when set, is the cause: logged, never shown.
type Fault struct {
	Kind   Kind
	Key    string
	Args   map[string]any
	Fields []Field
	Err    error
}

// New makes a fault with the message key and its arguments as name, value pairs.
// It panics on an odd number of arguments or a name that is not a string: both are programming errors.
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: Args(args...)}
}

// InvalidFields makes an Invalid fault that names the fields to mend.
func InvalidFields(key string, fields ...Field) *Fault {
	return &Fault{Kind: Invalid, Key: key, Fields: fields}
}

// Args turns name, value pairs into the map that message templates read.
func Args(pairs ...any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	if len(pairs)%2 != 0 {
		panic(fmt.Sprintf("fault: odd number of arguments: %v", pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			panic(fmt.Sprintf("fault: argument name %v is not a string", pairs[i]))
		}
		m[name] = pairs[i+1]
	}
	return m
}

// Wrap returns a copy of the fault with err as its cause.
func (f *Fault) Wrap(err error) *Fault {
	c := *f
	c.Err = err
	return &c
}

func (f *Fault) Error() string {
	s := f.Kind.String() + ": " + f.Key
	for _, field := range f.Fields {
		s += " [" + field.Name + ": " + field.Key + "]"
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Err }

// Of finds the fault in err's chain.
func Of(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is tells whether err is, or wraps, a fault of kind k.
func Is(err error, k Kind) bool {
	f, ok := Of(err)
	return ok && f.Kind == k
}
