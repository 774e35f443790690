package recommendation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// Kin is a recommendation that another one came from or led to.
type Kin struct {
	ID     string      `db:"id"`
	Number string      `db:"number"`
	Title  i18n.Text   `db:"-"`
	Status Status      `db:"status"`
	Kind   VersionKind `db:"kind"` // VersionDerived, VersionSplit or VersionMerged
	Actor  string      `db:"actor"`
	At     time.Time   `db:"created_at"`
	Parent bool        `db:"parent"` // it came first
}

// Kin returns where a recommendation came from and what came of it.
func (s *Service) Kin(ctx context.Context, id string) ([]Kin, error) { return kin(ctx, s.db, id) }

// Branch makes a draft with another number out of a recommendation: derived from
// it, or split off it. Texts and evidence come along.
func (s *Service) Branch(ctx context.Context, id, number string, kind VersionKind) (Recommendation, error) {
	if kind != VersionDerived && kind != VersionSplit {
		return Recommendation{}, fault.InvalidFields("error.invalid", fault.Field{Name: "kind", Key: "error.choice"})
	}
	r, err := s.Find(ctx, id)
	if err != nil {
		return Recommendation{}, err
	}
	parent := r.Number
	r.Number = strings.TrimSpace(number)
	r.Area, _ = strconv.Atoi(strings.SplitN(r.Number, ".", 2)[0]) // a wrong number is a fault that prepare names
	for i := range r.Evidence {
		r.Evidence[i].ID = ""
	}
	return s.create(ctx, r, kind, func(tx *sqlx.Tx, child string) error {
		if kind == VersionSplit {
			if _, err := lockStatus(ctx, tx, id); err != nil {
				return err
			}
			if err := s.asked(ctx, tx, id, parent); err != nil {
				return err
			}
		}
		return insertKin(ctx, tx, child, id, kind, audit.ActorOf(ctx).Name, s.now())
	})
}

// Merging is two recommendations about to become one. Theirs has its bound fields numbered as they will
// be: either's texts can stand in the merged one.
type Merging struct {
	Mine, Theirs Recommendation
}

// Pair is one text of both, by its field name.
type Pair struct {
	Name         string
	Mine, Theirs i18n.Text
}

// Pairs are the texts of both.
func (m Merging) Pairs() []Pair {
	var list []Pair
	theirs := m.Theirs.texts()
	for i, t := range m.Mine.texts() {
		list = append(list, Pair{t.name, t.text, theirs[i].text})
	}
	return list
}

// Merging looks at what Merge would bring together. It writes nothing. Faults: Invalid on "other" for a
// number of no other recommendation, Conflict when one of the two is decided.
func (s *Service) Merging(ctx context.Context, id, otherNumber string) (m Merging, err error) {
	m.Theirs, err = s.FindNumber(ctx, strings.TrimSpace(otherNumber))
	if fault.Is(err, fault.NotFound) || err == nil && m.Theirs.ID == id {
		return m, fault.InvalidFields("error.invalid", fault.Field{Name: "other", Key: "recommendation.error_merge"})
	}
	if err != nil {
		return m, err
	}
	if m.Mine, err = s.Find(ctx, id); err != nil {
		return m, err
	}
	if !m.Mine.Editable() || !m.Theirs.Editable() {
		return m, fault.New(fault.Conflict, "recommendation.error_decided")
	}
	m.Theirs.setTexts(m.Theirs.renumbered(m.Mine.takeEvidence(m.Theirs.Evidence)))
	return m, nil
}

// Merge takes another recommendation into this one: what it rests on comes along, the texts are those
// that the editor chose, by field name (this one's where none is given), and it is closed. version is
// the one of this recommendation that the editor saw. Both must still be open to change and out of every
// open round.
func (s *Service) Merge(ctx context.Context, id, otherNumber string, version int, texts map[string]i18n.Text) error {
	m, err := s.Merging(ctx, id, otherNumber)
	if err != nil {
		return err
	}
	r, other := m.Mine, m.Theirs
	r.setTexts(texts)
	if err := s.prepare(ctx, &r); err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		last, err := s.lockToMerge(ctx, tx, r, other)
		if err != nil {
			return err
		}
		if last.Number != version {
			return fault.New(fault.Conflict, "recommendation.error_version", "Author", last.Author, "Version", last.Number)
		}
		r.Version = version + 1
		if err := update(ctx, tx, r, s.now()); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, r, VersionMerged, other.Number); err != nil {
			return err
		}
		if err := insertKin(ctx, tx, id, other.ID, VersionMerged, audit.ActorOf(ctx).Name, s.now()); err != nil {
			return err
		}
		return s.step(ctx, tx, other, Closed, r.Number)
	})
	if err != nil {
		return fmt.Errorf("merge recommendation %s into %s: %w", other.Number, r.Number, err)
	}
	return nil
}

// lockToMerge holds both, unless a round asks about one, and returns this one's last version.
func (s *Service) lockToMerge(ctx context.Context, tx *sqlx.Tx, r, other Recommendation) (last Version, err error) {
	for _, one := range []Recommendation{other, r} {
		if last, err = s.lockToChange(ctx, tx, one.ID); err != nil {
			return last, err
		}
		if err := s.asked(ctx, tx, one.ID, one.Number); err != nil {
			return last, err
		}
	}
	return last, nil
}

// takeEvidence adds what is not cited already, and tells under which number each piece stands now.
func (r *Recommendation) takeEvidence(more []Evidence) (number map[int]int) {
	number = map[int]int{}
	has, last := map[string]int{}, 0
	for _, e := range r.Evidence {
		has[e.source()], last = e.Number, max(last, e.Number)
	}
	for _, e := range more {
		if n := has[e.source()]; n > 0 {
			number[e.Number] = n
			continue
		}
		last++
		number[e.Number] = last
		e.ID, e.Number = "", last
		r.Evidence = append(r.Evidence, e)
	}
	return number
}

// renumbered are the texts with their bound fields under the evidence's new numbers.
func (r Recommendation) renumbered(number map[int]int) map[string]i18n.Text {
	anew := func(text string) string {
		return boundField.ReplaceAllStringFunc(text, func(field string) string {
			m := boundField.FindStringSubmatch(field)
			if was, err := strconv.Atoi(m[2]); err == nil && number[was] > 0 {
				return fmt.Sprintf("{{%s \"%d\"}}", m[1], number[was])
			}
			return field
		})
	}
	out := map[string]i18n.Text{}
	for _, t := range r.texts() {
		out[t.name] = i18n.Text{Sv: anew(t.text.Sv), En: anew(t.text.En)}
	}
	return out
}

// setTexts puts texts by field name.
func (r *Recommendation) setTexts(texts map[string]i18n.Text) {
	for name, at := range map[string]*i18n.Text{"title": &r.Title, "wording": &r.Wording, "why": &r.Why, "first_step": &r.FirstStep,
		"effect": &r.Effect, "reuse": &r.Reuse, "indicator": &r.Indicator, "responsible": &r.Responsible} {
		if t, ok := texts[name]; ok {
			*at = t
		}
	}
}

// source tells evidence apart by what it was taken from.
func (e Evidence) source() string {
	c := e.cited()
	c.Number, c.Value, c.SourceHash, c.SurveyVersion = 0, nil, "", ""
	return string(jsonOf(c))
}
