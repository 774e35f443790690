package distribution

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Case is an invitation with what a list of cases shows of it.
type Case struct {
	Invitation
	MailState    string // state of the mail that carried the invitation
	Municipality int    // the person's, SCB's code; 0 when not known
	Name         string
	Organisation string
}

// CaseFilter chooses cases. Empty fields do not restrict.
type CaseFilter struct {
	Code  string
	Group string
	Page  int // from 1
}

// casesPerPage is how many cases a page lists.
const casesPerPage = 100

// CasePage is a page of the cases under a filter.
type CasePage struct {
	Cases        []CodedCase
	Total        int
	Number, Last int
	// Codes counts the group's cases by code, whatever code is chosen.
	Codes map[string]int
}

// CodedCase is a case under its one code; empty where nobody knows whether it has answered.
type CodedCase struct {
	Case
	Code string
}

// Cases lists the cases of a campaign by name, each under its one code.
func (s *Service) Cases(ctx context.Context, c Campaign, f CaseFilter) (CasePage, error) {
	all, err := s.cases(ctx, c.ID)
	if err != nil {
		return CasePage{}, err
	}
	p := CasePage{Codes: map[string]int{}}
	var chosen []CodedCase
	for _, one := range all {
		if f.Group != "" && one.Group != f.Group {
			continue
		}
		code := one.Code(one.MailState, c.Cut)
		p.Codes[code]++
		if f.Code == "" || f.Code == code {
			chosen = append(chosen, CodedCase{one, code})
		}
	}
	p.Total = len(chosen)
	p.Last = max(1, (p.Total+casesPerPage-1)/casesPerPage)
	p.Number = min(max(f.Page, 1), p.Last)
	from := (p.Number - 1) * casesPerPage
	p.Cases = chosen[from:min(from+casesPerPage, p.Total)]
	return p, nil
}

// Case is one case of a campaign under its code.
func (s *Service) Case(ctx context.Context, c Campaign, id string) (CodedCase, error) {
	one, err := findCase(ctx, s.db, c.ID, id)
	if err == nil {
		err = s.progress(ctx, []*Invitation{&one.Invitation})
	}
	return CodedCase{one, one.Invitation.Code(one.MailState, c.Cut)}, err
}

// MaxReason is how many characters a reason for a code may have.
const MaxReason = 500

// Classify sets, or with "" takes back, an AAPOR code that no event can show. What events show of the
// case stays; it decides again when the code is taken back. The reason stays with the case, where it can be
// erased: it may speak of a person, and the log is for good.
func (s *Service) Classify(ctx context.Context, campaignID, id, code, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case code == "":
		reason = ""
	case !manual(code):
		return fault.InvalidFields("distribution.error_classify", fault.Field{Name: "code", Key: "distribution.error_code"})
	case reason == "":
		return fault.InvalidFields("distribution.error_classify", fault.Field{Name: "reason", Key: "distribution.error_reason"})
	case len([]rune(reason)) > MaxReason:
		return fault.InvalidFields("distribution.error_classify", fault.Field{Name: "reason", Key: "distribution.error_reason_long",
			Args: map[string]any{"Max": MaxReason}})
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		before, err := lockInvitation(ctx, tx, id)
		if err != nil {
			return err
		}
		if before.CampaignID != campaignID {
			return fault.New(fault.NotFound, "distribution.error_link")
		}
		if before.ManualCode == code && before.ManualReason == reason {
			return nil
		}
		if err := setManualCode(ctx, tx, id, code, reason); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventClassified, Subject: "invitation", SubjectID: id,
			Detail: map[string]string{"code": code, "before": before.ManualCode}})
	})
}

// EventCut says that the lines between partial and complete answers of a campaign were moved.
const EventCut = "campaign.cut"

// SetCut moves the lines between breaking off, partial and complete. Every code is counted by them from then on.
func (s *Service) SetCut(ctx context.Context, campaignID string, cut Cut) error {
	if !cut.valid() {
		return fault.InvalidFields("distribution.error_form", fault.Field{Name: "partial_from", Key: "distribution.error_cut"})
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lockCampaign(ctx, tx, campaignID)
		if err != nil || c.Cut == cut {
			return err
		}
		if err := setCut(ctx, tx, campaignID, cut); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCut, Subject: "campaign", SubjectID: campaignID,
			Detail: map[string]any{"before": c.Cut, "after": cut}})
	})
}
