package distribution

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/token"
)

// occasion is all that an invitation or a reminder is written from.
type occasion struct {
	kind     string
	campaign Campaign
	survey   i18n.Text // the questionnaire's title
	person   people.Person
	group    string
	lang     i18n.Lang
	link     string
}

// compose writes the letter of an invitation or a reminder. It reads nothing,
// so that preview, check and sending give the same words.
func (s *Service) compose(o occasion) (mail.Letter, error) {
	subject, body, button := o.campaign.Subject, o.campaign.Body, "distribution.letter_button"
	if o.kind == KindReminder {
		subject, body, button = o.campaign.ReminderSubject, o.campaign.ReminderBody, "distribution.letter_button_reminder"
	}
	organisation := o.person.Organisation
	if organisation == "" {
		organisation = i18n.T(o.lang, "distribution.letter_no_organisation")
	}
	values := map[string]string{
		"name": o.person.Name, "survey": o.survey.In(o.lang), "minutes": strconv.Itoa(o.campaign.Minutes),
		"closes": i18n.DateLong(o.lang, o.campaign.ClosesAt), "organisation": organisation,
		"group": i18n.T(o.lang, "distribution.role_"+o.group), "owner": s.cfg.Owner.In(o.lang), "contact": s.cfg.Contact,
	}
	title, err := fill(subject.In(o.lang), values)
	if err != nil {
		return mail.Letter{}, err
	}
	text, err := fill(body.In(o.lang), values)
	if err != nil {
		return mail.Letter{}, err
	}
	mode := "distribution.letter_confidential"
	written := paragraphs(text)
	if o.campaign.Mode == Anonymous {
		mode = "distribution.letter_anonymous"
		if o.kind == KindReminder {
			written = append([]string{i18n.T(o.lang, "distribution.letter_anonymous_reminder")}, written...)
		}
	}
	return mail.Letter{
		To: o.person.Email, ToName: o.person.Name, Lang: o.lang,
		Subject:    strings.TrimSpace(title),
		Greeting:   i18n.T(o.lang, "distribution.letter_greeting", "Name", o.person.Name),
		Paragraphs: written,
		Button:     &mail.Button{Text: i18n.T(o.lang, button), URL: o.link},
		After: []string{
			i18n.T(o.lang, "distribution.letter_personal"),
			i18n.T(o.lang, "distribution.letter_public") + " " + i18n.T(o.lang, mode),
		},
		Signature: []string{s.cfg.Owner.In(o.lang), s.cfg.Contact},
		Footer: []string{
			i18n.T(o.lang, "distribution.letter_source", "Owner", s.cfg.Owner.In(o.lang)),
			i18n.T(o.lang, "distribution.letter_privacy", "URL", s.cfg.BaseURL+"/privacy"),
		},
		UnsubscribeURL: s.UnsubscribeLink(o.person.Email),
		Invented:       o.person.Invented,
	}, nil
}

// renderInvitation makes the letter of a queued invitation or reminder.
func (s *Service) renderInvitation(ctx context.Context, row Row) (mail.Letter, error) {
	inv, c, err := s.Invitation(ctx, row.InvitationID)
	if err != nil {
		return mail.Letter{}, err
	}
	key, err := s.linkKey(c)
	if err != nil {
		return mail.Letter{}, err
	}
	p, err := s.people.Find(ctx, inv.PersonID)
	if err != nil {
		return mail.Letter{}, err
	}
	title, err := s.surveyTitle(ctx, c.VersionID)
	if err != nil {
		return mail.Letter{}, err
	}
	l, err := s.compose(occasion{kind: row.Kind, campaign: c, survey: title, person: p, group: inv.Group,
		lang: inv.Language, link: s.answerURL(key, inv.ID)})
	l.To = row.To // the address that was checked and previewed, also if the person has moved since
	return l, err
}

// invitationWanted stops a mail whose reason has gone since it was queued.
func (s *Service) invitationWanted(ctx context.Context, row Row) (string, error) {
	inv, c, err := s.Invitation(ctx, row.InvitationID)
	if err != nil {
		return "", err
	}
	switch {
	case !c.Open(s.now()):
		return reasonClosed, nil
	case inv.AnsweredAt != nil:
		return reasonAnswered, nil
	case inv.DeclinedAt != nil:
		return reasonDeclined, nil
	case inv.UnsubscribedAt != nil:
		return reasonUnsubscribed, nil
	}
	return "", nil
}

// testMail is the payload of a test mail: whose letter, from which campaign.
type testMail struct {
	CampaignID string
	Group      string
}

// renderTest makes a test letter: the real words with a link that answers nothing.
func (s *Service) renderTest(ctx context.Context, row Row) (mail.Letter, error) {
	var t testMail
	if err := json.Unmarshal(row.Payload, &t); err != nil {
		return mail.Letter{}, fmt.Errorf("read payload: %w", err)
	}
	c, err := s.Find(ctx, t.CampaignID)
	if err != nil {
		return mail.Letter{}, err
	}
	title, err := s.surveyTitle(ctx, c.VersionID)
	if err != nil {
		return mail.Letter{}, err
	}
	person := people.Person{Name: i18n.T(row.Lang, "distribution.test_name"), Email: row.To}
	l, err := s.compose(occasion{kind: KindInvitation, campaign: c, survey: title, person: person, group: t.Group,
		lang: row.Lang, link: s.previewURL()})
	l.Subject = i18n.T(row.Lang, "distribution.test_subject", "Subject", l.Subject)
	l.UnsubscribeURL = ""
	return l, err
}

func (s *Service) surveyTitle(ctx context.Context, versionID string) (i18n.Text, error) {
	d, err := s.surveys.Definition(ctx, versionID)
	if err != nil {
		return i18n.Text{}, err
	}
	return d.Title, nil
}

func (s *Service) answerURL(key token.Key, invitationID string) string {
	return s.cfg.BaseURL + "/s/" + key.Derive(purposeAnswer, invitationID)
}

// previewURL stands where the personal link will be. It opens nothing.
func (s *Service) previewURL() string { return s.cfg.BaseURL + "/s/preview" }
