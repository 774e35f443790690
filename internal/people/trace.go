package people

import (
	"context"
	"time"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/region"
)

// Trace is one thing that the program keeps of somebody under an address, as the person may be told of it (article
// 15 of the data protection regulation).
type Trace struct {
	Kind string         `json:"kind"`           // what it is, one of the traces below or of a package further down the street
	Name string         `json:"name"`           // of the person, the survey, the seminar, the list …
	At   time.Time      `json:"at"`             // since when, or when it happened
	Held map[string]any `json:"held,omitempty"` // what it says, by field
}

// Traces of this package.
const (
	TraceRegister = "register" // a row of the register
	TraceStop     = "stop"     // a place among the addresses that get no mail
)

// Traces are what the register holds under a normalised address.
func (s *Service) Traces(ctx context.Context, address string) ([]Trace, error) {
	var all []Trace
	p, err := findByEmail(ctx, s.db, address)
	switch {
	case err == nil:
		all = append(all, Trace{Kind: TraceRegister, Name: p.Name, At: p.CreatedAt, Held: p.held()})
	case !fault.Is(err, fault.NotFound):
		return nil, err
	}
	stop, err := findSuppression(ctx, s.db, address)
	if stop != nil {
		all = append(all, Trace{Kind: TraceStop, Name: address, At: stop.Since, Held: map[string]any{"reason": stop.Reason}})
	}
	return all, err
}

// held is what a row of the register says, without what it does not know.
func (p Person) held() map[string]any {
	held := map[string]any{"name": p.Name, "email": p.Email, "groups": p.Groups}
	add := func(field, value string) {
		if value != "" {
			held[field] = value
		}
	}
	add("language", string(p.Language))
	add("organisation", p.Organisation)
	if m, ok := region.MunicipalityByCode(p.MunicipalityCode); ok {
		add("municipality", m.Name)
	}
	if c, ok := region.SizeClassByCode(p.SizeClass); ok {
		add("size_class", c.Name.Sv)
	}
	if c, ok := region.SectorByCode(p.Sector); ok {
		add("sector", c.Name.Sv)
	}
	return held
}
