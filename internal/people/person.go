// Package people keeps the persons and organisations that the project writes
// to, their group roles, and the addresses that must not get mail.
package people

import (
	"time"

	"upphandlingsdialog/internal/i18n"
)

// Group ids, in the order in which they are shown.
const (
	Procurer   = "procurer"
	Politician = "politician"
	Business   = "business"
	Developer  = "developer"
)

// Groups lists the four target groups in the order in which they are shown.
var Groups = []string{Procurer, Politician, Business, Developer}

// Person is one contact. A person has one address; the address decides who is
// the same person.
type Person struct {
	ID              string
	Name            string
	Email           string
	EmailNormalised string
	// Language is the person's own choice; empty means the sender's default.
	Language       i18n.Lang
	Groups         []string // in the order of Groups
	OrganisationID string   // empty when the person stands for nobody else
	Organisation   string   // name of the organisation
	Kind           string   // of the organisation, one of Kinds; empty without one
	// MunicipalityCode is the SCB code (2080 is Falun), 20 for the whole county,
	// 0 when not known.
	MunicipalityCode int
	SizeClass        int  // 1-9 as in questions about employees; 0 when not known
	Sector           int  // 1-14, SNI sections grouped; 0 when not known
	Invented         bool // made up for a demonstration, shown wherever the person is shown
	CreatedAt        time.Time
	// Suppression is nil for a person who may get mail.
	Suppression *Suppression
}

// Organisation is a body that persons stand for.
type Organisation struct {
	ID             string
	Name           string
	Kind           string // one of Kinds
	LegalNumber    string // legal persons only, "556000-0001"
	ValidFrom      *time.Time
	ValidTo        *time.Time
	Municipalities []int // SCB codes of every municipality it works for
	Invented       bool
}

// Kinds lists the kinds of organisation.
var Kinds = []string{
	"municipality", "municipal_company", "joint_unit", "region", "state_agency",
	"business", "social_enterprise", "trade_association", "other",
}

// Reasons why an address gets no mail.
const (
	ReasonUnsubscribed = "unsubscribed" // the person said so over the link in a mail
	ReasonBounced      = "bounced"      // the mail server refused the address for good
	ReasonObjection    = "objection"    // a team member was told so
)

// Suppression says that an address gets no mail, since when and why.
type Suppression struct {
	Email  string // normalised
	Reason string
	Since  time.Time
}

// Filter narrows a list of persons. Zero values do not narrow.
type Filter struct {
	Group            string
	MunicipalityCode int
	Search           string // part of name, address or organisation
	Suppressed       bool   // only those who get no mail
	Page             int    // from 1
	PageSize         int    // 0 gives 50
}

// Page is one page of a list and how many there are in all.
type Page struct {
	Persons []Person
	Total   int
	Number  int // from 1
	Pages   int
}
