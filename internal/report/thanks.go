package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// ThanksKind is the outbox's name for the letter that thanks who took part.
const ThanksKind = "thanks"

// EventThanked is the audit event of thanking.
const EventThanked = "report.thanked"

// mostNamed is how many recommendations a letter names; the report has them all.
const mostNamed = 5

// Thanks is who would be thanked for a published edition: those who answered a
// confidential survey that a recommendation of it rests on, for their own group
// or for all.
type Thanks struct {
	New     []Thanked
	Already int // have been thanked for this material
	Stopped int // have stopped mail from us, or their address bounces
}

// Thanked is one of them, with the numbers of the recommendations that the
// person's group had a part in.
type Thanked struct {
	Email   string    `json:"email"`
	Name    string    `json:"name,omitempty"`
	Lang    i18n.Lang `json:"-"`
	Numbers []string  `json:"numbers"`
}

type thanksPayload struct {
	EditionID string `json:"edition_id"`
	Thanked
}

// ThanksFor says whom SendThanks would reach. It writes nothing.
func (s *Service) ThanksFor(ctx context.Context, editionID string) (Thanks, error) {
	e, err := s.Find(ctx, editionID)
	if err != nil {
		return Thanks{}, err
	}
	return s.thanksFor(ctx, e)
}

func (s *Service) thanksFor(ctx context.Context, e Edition) (Thanks, error) {
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return Thanks{}, err
	}
	all, err := s.sources.Distribution.Participants(ctx)
	if err != nil {
		return Thanks{}, err
	}
	part := map[string]*Thanked{} // by normalised address
	var order []string
	for _, p := range all {
		v, err := s.sources.Surveys.Version(ctx, p.VersionID)
		if err != nil {
			return Thanks{}, err
		}
		numbers := snapshot.restingOn(v.SurveyID, p.Group)
		normalised, err := people.NormaliseEmail(p.Email)
		if err != nil || len(numbers) == 0 {
			continue
		}
		if part[normalised] == nil {
			part[normalised] = &Thanked{Email: p.Email, Name: p.Name, Lang: i18n.Lang(p.Lang)}
			order = append(order, normalised)
		}
		part[normalised].Numbers = append(part[normalised].Numbers, numbers...)
	}
	return s.sortThanked(ctx, e, order, part)
}

func (s *Service) sortThanked(ctx context.Context, e Edition, order []string, part map[string]*Thanked) (Thanks, error) {
	keys := make([]string, len(order))
	for i, normalised := range order {
		keys[i] = thanksKey(e, normalised)
	}
	had, err := s.sources.Distribution.Fates(ctx, keys)
	if err != nil {
		return Thanks{}, err
	}
	var t Thanks
	for i, normalised := range order {
		if _, ok := had[keys[i]]; ok {
			t.Already++
			continue
		}
		stop, err := s.sources.People.Suppressed(ctx, normalised)
		if err != nil {
			return Thanks{}, err
		}
		if stop != nil {
			t.Stopped++
			continue
		}
		one := part[normalised]
		slices.Sort(one.Numbers)
		one.Numbers = slices.Compact(one.Numbers)
		t.New = append(t.New, *one)
	}
	return t, nil
}

// thanksKey lets nobody be thanked twice for the same material, in whichever language it was published.
func thanksKey(e Edition, normalised string) string {
	return fmt.Sprintf("%s:%s:%s", ThanksKind, e.SnapshotID, normalised)
}

// restingOn are the numbers of the recommendations that cite a survey, of a
// group or of all together.
func (s *Snapshot) restingOn(surveyID, group string) (numbers []string) {
	for _, r := range s.Recommendations {
		if slices.ContainsFunc(r.Evidence, func(e Evidence) bool {
			return e.Survey == surveyID && (e.Group == "" || e.Group == group)
		}) {
			numbers = append(numbers, r.Number)
		}
	}
	return numbers
}

// SendThanks queues a letter to each of ThanksFor, in one transaction. Only the
// readers of a regional edition took part in it. Doing it again sends nothing
// to those who have been thanked. Faults: Conflict when the edition cannot be
// read by the public.
func (s *Service) SendThanks(ctx context.Context, editionID string) (Thanks, error) {
	e, err := s.Find(ctx, editionID)
	if err != nil {
		return Thanks{}, err
	}
	switch {
	case e.State != Published:
		return Thanks{}, fault.New(fault.Conflict, "report.error_not_published")
	case e.Embargoed(s.now()):
		return Thanks{}, fault.New(fault.Conflict, "report.error_embargo", "Until", i18n.DateTime(i18n.Sv, *e.EmbargoUntil))
	case e.Kind != Regional:
		return Thanks{}, fault.New(fault.Conflict, "report.error_thanks_regional")
	}
	t, err := s.thanksFor(ctx, e)
	if err != nil {
		return t, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, one := range t.New {
			normalised, err := people.NormaliseEmail(one.Email)
			if err != nil {
				return err
			}
			if _, err := s.sources.Distribution.UnsubscribeURL(ctx, tx, one.Email); err != nil {
				return err
			}
			if err := s.sources.Distribution.Enqueue(ctx, tx, ThanksKind, thanksKey(e, normalised), one.Email, one.Lang,
				thanksPayload{EditionID: e.ID, Thanked: one}); err != nil {
				return fmt.Errorf("queue thanks: %w", err)
			}
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventThanked, Subject: "edition", SubjectID: e.ID,
			Detail: map[string]any{"slug": e.Slug, "queued": len(t.New)}})
	})
	return t, err
}

// thanksLetter renders one outbox row.
func (s *Service) thanksLetter(ctx context.Context, row distribution.Row) (mail.Letter, error) {
	var p thanksPayload
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return mail.Letter{}, fmt.Errorf("thanks payload: %w", err)
	}
	return s.about(ctx, row.Lang, p.EditionID, p.Email, p.Name, func(l *mail.Letter, _ Edition, snapshot *Snapshot) error {
		t := func(key string, args ...any) string { return i18n.T(row.Lang, key, args...) }
		l.Subject, l.Footer, l.After = t("report.thanks_subject"), []string{t("report.thanks_why")}, []string{t("report.thanks_follow_up")}
		l.Paragraphs = []string{t("report.thanks_intro"), t("report.thanks_rests", "Count", len(p.Numbers))}
		for i, number := range p.Numbers {
			if i == mostNamed {
				l.Paragraphs = append(l.Paragraphs, t("report.thanks_more", "Count", len(p.Numbers)-mostNamed))
				break
			}
			r, err := snapshot.FindRecommendation(number)
			if err != nil {
				return err
			}
			l.Paragraphs = append(l.Paragraphs, t("report.thanks_one", "Number", number, "Title", r.Title.In(row.Lang),
				"URL", s.settings.Address+"/recommendations/"+number))
		}
		return nil
	})
}
