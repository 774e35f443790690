// Package public holds the pages that anybody may read: what the project is, its recommendations with
// their evidence, its reports, the calendar, and what is done with personal data. Figures and wordings
// come from the newest published edition, so that nothing shows before it is published.
package public

import (
	"time"

	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/seminar"
)

// Face serves the public pages with the services it is given.
type Face struct {
	Reports   *report.Service
	FollowUps *followup.Service
	Seminars  *seminar.Service
	Contact   string // address for questions and problems
	DPO       string // address of the data protection officer
	Now       func() time.Time

	verifications verifyLimit
}
