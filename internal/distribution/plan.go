package distribution

import (
	"context"
	"slices"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/token"
)

// Reasons why somebody is left out of a campaign.
const (
	LeftOutSuppressed = "suppressed"
	LeftOutNoGroup    = "no_group"
	LeftOutDuplicate  = "duplicate"
)

// Recipient is one person in one role who gets the survey.
type Recipient struct {
	Person people.Person
	Group  string
	Lang   i18n.Lang
}

// LeftOut is one person who gets no mail, and why.
type LeftOut struct {
	Person people.Person
	Reason string
}

// Plan is exactly who gets what when a campaign is launched.
type Plan struct {
	Recipients []Recipient
	Persons    int // fewer than recipients when somebody has two roles
	TwoRoles   int // persons who get one mail for each role
	ByGroup    map[string]int
	ByLang     map[i18n.Lang]int
	LeftOut    []LeftOut
	byCell     map[Cell]int
	// WithoutGroup counts persons in the register without any role.
	WithoutGroup int
}

// Reasons counts those left out by reason.
func (p Plan) Reasons() map[string]int {
	n := map[string]int{LeftOutNoGroup: p.WithoutGroup}
	for _, l := range p.LeftOut {
		n[l.Reason]++
	}
	return n
}

// Preview is a plan with real letters.
type Preview struct {
	Plan
	// Letters are three letters as real recipients would get them, of different
	// groups where there are several. Their links open nothing.
	Letters []mail.Letter
	// Recent counts recipients who were invited by another campaign within PauseDays days.
	Recent, PauseDays int
	// Problem says why the campaign cannot be launched; empty when it can.
	Problem error
}

// Preview shows what Launch would do. It writes nothing.
func (s *Service) Preview(ctx context.Context, campaignID string) (Preview, error) {
	c, err := s.Find(ctx, campaignID)
	if err != nil {
		return Preview{}, err
	}
	plan, err := s.plan(ctx, c)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Plan: plan, PauseDays: int(s.cfg.InvitePause.Hours() / 24)}
	title, err := s.surveyTitle(ctx, c.VersionID)
	if err != nil {
		return Preview{}, err
	}
	for _, r := range plan.sample(3) {
		l, err := s.compose(occasion{kind: KindInvitation, campaign: c, survey: title, person: r.Person, group: r.Group,
			lang: r.Lang, link: s.previewURL()})
		if err != nil {
			break // every letter has the same fault; Problem says it
		}
		p.Letters = append(p.Letters, l)
	}
	persons := make([]string, len(plan.Recipients))
	for i, r := range plan.Recipients {
		persons[i] = r.Person.ID
	}
	if p.Recent, err = countRecent(ctx, s.db, c.ID, persons, s.now().Add(-s.cfg.InvitePause)); err != nil {
		return Preview{}, err
	}
	// Any key will do: nothing of this is kept.
	_, p.Problem = s.prepare(ctx, c, plan, token.NewKey())
	return p, nil
}

// plan finds the recipients of a campaign.
func (s *Service) plan(ctx context.Context, c Campaign) (Plan, error) {
	p := Plan{ByGroup: map[string]int{}, ByLang: map[i18n.Lang]int{}, byCell: map[Cell]int{}}
	if !c.Invites {
		return p, nil
	}
	seen := map[string]bool{}
	err := s.people.InGroups(ctx, c.Groups, func(person people.Person) error {
		switch {
		case person.Suppression != nil:
			p.LeftOut = append(p.LeftOut, LeftOut{person, LeftOutSuppressed})
			return nil
		case seen[person.EmailNormalised]:
			p.LeftOut = append(p.LeftOut, LeftOut{person, LeftOutDuplicate})
			return nil
		}
		seen[person.EmailNormalised] = true
		p.add(c, person)
		return nil
	})
	if err != nil {
		return p, err
	}
	p.WithoutGroup, err = s.people.WithoutGroup(ctx)
	return p, err
}

func (p *Plan) add(c Campaign, person people.Person) {
	lang := langOf(string(person.Language), c.Language)
	roles := 0
	for _, g := range person.Groups {
		if slices.Contains(c.Groups, g) {
			p.Recipients = append(p.Recipients, Recipient{person, g, lang})
			p.ByGroup[g]++
			p.ByLang[lang]++
			p.byCell[Cell{Group: g, Lang: lang}]++
			roles++
		}
	}
	p.Persons++
	if roles > 1 {
		p.TwoRoles++
	}
}

// sample picks up to n recipients, first one of each group, then others.
func (p Plan) sample(n int) []Recipient {
	var picked []Recipient
	used := map[string]bool{}
	for _, r := range p.Recipients {
		if len(picked) < n && !used[r.Group] {
			used[r.Group] = true
			picked = append(picked, r)
		}
	}
	for _, r := range p.Recipients {
		known := slices.ContainsFunc(picked, func(q Recipient) bool { return q.Person.ID == r.Person.ID && q.Group == r.Group })
		if len(picked) < n && !known {
			picked = append(picked, r)
		}
	}
	return picked
}
