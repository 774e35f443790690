// Package seminar keeps the year's seminars, who registered and came, the plan they count against,
// and the ledger of individual advice that learning seminars open.
package seminar

import "time"

// Kinds of seminar.
const (
	Training = "training" // fortbildningsseminarium: all groups
	Learning = "learning" // lärseminarium: small firms
)

// Needs that a learning seminar's registration asks about.
const (
	NeedECommerce      = "e_commerce"
	NeedSustainability = "sustainability_reporting"
	NeedBidding        = "bidding"
)

// Needs lists them in the order in which they are shown.
var Needs = []string{NeedECommerce, NeedSustainability, NeedBidding}

// Seminar is one seminar of the plan.
type Seminar struct {
	ID           string
	Ref          string // stable name chosen by people: "lar-mora-2026"
	Kind         string
	Title        string
	About        string
	Area         int    // training: 5, 6 or 7, or 0 with FreeTheme
	FreeTheme    string // training: regional need or changed law
	StartsAt     time.Time
	EndsAt       time.Time
	Municipality int // SCB code
	Place        string
	Capacity     int
	Sequence     int // of the calendar entry
	Revision     int
	CancelledAt  *time.Time
	Invented     bool
	CreatedAt    time.Time
	UpdatedAt    time.Time

	Registered int // seats taken
	Waiting    int
	Attended   int
}

// Seats left; never negative.
func (s Seminar) Seats() int { return max(0, s.Capacity-s.Registered) }

// Held tells whether the seminar has been: it has begun, was not cancelled and somebody came.
func (s Seminar) Held(now time.Time) bool {
	return s.CancelledAt == nil && s.Attended > 0 && !s.StartsAt.After(now)
}

// Open tells whether one can register.
func (s Seminar) Open(now time.Time) bool { return s.CancelledAt == nil && now.Before(s.StartsAt) }

// States of a registration.
const (
	Registered = "registered"
	Waiting    = "waiting"
	Cancelled  = "cancelled"
)

// Registration is one person's place, or place in line.
type Registration struct {
	ID             string
	SeminarID      string
	State          string
	Name           string
	Email          string
	Group          string
	Organisation   string
	OrganisationID string // set for those who speak for a known organisation
	Municipality   int
	Needs          []string
	Language       string
	Invented       bool
	CreatedAt      time.Time
	CancelledAt    *time.Time
	AttendedAt     *time.Time
	Queue          int // place in line from 1 for the waiting, else 0
}

// Entry is one line of the advice ledger.
type Entry struct {
	ID             string
	Number         int64
	OrganisationID string
	Quarters       int // quarter hours; negative for a reversal
	Date           time.Time
	Note           string
	Reverses       string // id of the entry that this one takes back
	ReversedBy     string // id of the entry that takes this one back
	PostedBy       string
	PostedAt       time.Time
	KronorPerHour  *int // the price that held on the day; nil when none was set
}

// MaxQuarters is how much advice a firm may have: 5.0 hours.
const MaxQuarters = 20

// Account is a firm's ledger with its balance.
type Account struct {
	OrganisationID string
	Organisation   string
	Municipality   int
	Attended       []Seminar // learning seminars, the earliest first
	Quarters       int       // used
	Entries        []Entry
}

// Left is how many quarter hours the firm may still have.
func (a Account) Left() int { return MaxQuarters - a.Quarters }
