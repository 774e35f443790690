package distribution

import (
	"context"

	"upphandlingsdialog/internal/mail"
)

// LettersForTest writes the letters of a campaign with a link that is the same
// every time.
func (s *Service) LettersForTest(ctx context.Context, campaignID, kind string) ([]mail.Letter, error) {
	c, err := s.Find(ctx, campaignID)
	if err != nil {
		return nil, err
	}
	plan, err := s.plan(ctx, c)
	if err != nil {
		return nil, err
	}
	title, err := s.surveyTitle(ctx, c.VersionID)
	if err != nil {
		return nil, err
	}
	var all []mail.Letter
	for _, r := range plan.Recipients {
		l, err := s.compose(occasion{kind: kind, campaign: c, survey: title, person: r.Person, group: r.Group, lang: r.Lang,
			link: s.previewURL()})
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}
