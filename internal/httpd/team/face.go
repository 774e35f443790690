// Package team holds the pages of the project's own people: what is left to do, people, surveys,
// mailings, meetings, seminars, analysis, recommendations, reports, users and the log.
package team

import (
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/annotation"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/freetext"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/questionnaire/paper"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/seminar"
	"upphandlingsdialog/internal/survey"
)

// Face serves the team's pages with the services it is given.
type Face struct {
	Accounts        *account.Service
	Audit           *audit.Reader
	People          *people.Service
	Surveys         *survey.Service
	Distribution    *distribution.Service
	Responses       *response.Service
	Dialogue        *dialogue.Service
	Experts         *expert.Service
	Seminars        *seminar.Service
	Annotations     *annotation.Service
	FreeTexts       *freetext.Service
	Recommendations *recommendation.Service
	Consultations   *consultation.Service
	Reports         *report.Service
	FollowUps       *followup.Service
	Privacy         *privacy.Service
	Printed         paper.Sender // who asks in questionnaires on paper
	Now             func() time.Time
}
