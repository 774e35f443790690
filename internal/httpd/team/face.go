// Package team holds the pages of the project's own people: what is left to do, people, surveys,
// mailings, meetings, seminars, analysis, recommendations, reports, users and the log.
package team

import (
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/survey"
)

// Face serves the team's pages with the services it is given.
type Face struct {
	Accounts *account.Service
	Audit    *audit.Reader
	Surveys  *survey.Service
	Now      func() time.Time
}
