package distribution

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/token"
)

// Why a campaign paused itself.
const (
	PausedBounces = "bounces"
	PausedKeyLost = "key"
)

// Audit events of open links.
const (
	EventOpenLinkOn  = "campaign.open_link_on"
	EventOpenLinkOff = "campaign.open_link_off"
)

// errKeyLost says that no personal link of an anonymous campaign can be written any more. Those that
// were sent work on: the database needs only their hashes.
var errKeyLost = fault.New(fault.Conflict, "distribution.error_key_lost")

// keyExtension ends the names of the files with the keys of anonymous campaigns.
const keyExtension = ".key"

func (s *Service) keyFile(campaignID string) string {
	return filepath.Join(s.cfg.KeyFolder, campaignID+keyExtension)
}

// linkKey is the key from which the personal links of a campaign are derived. That of an anonymous
// campaign is read anew for each letter, so that no copy of it outlives the file.
func (s *Service) linkKey(c Campaign) (token.Key, error) {
	if c.Mode != Anonymous {
		return s.cfg.Key, nil
	}
	k, err := token.ReadKey(s.keyFile(c.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return k, fmt.Errorf("campaign %s: %w", c.ID, errKeyLost)
	}
	return k, err
}

// launchKey is linkKey that makes the key of an anonymous campaign. The file comes before the commit: a
// key without a campaign does no harm and serves the next try.
func (s *Service) launchKey(c Campaign) (token.Key, error) {
	if c.Mode != Anonymous || !c.Invites {
		return s.cfg.Key, nil
	}
	if s.cfg.KeyFolder == "" {
		return token.Key{}, fault.New(fault.Conflict, "distribution.error_key_folder")
	}
	if err := os.MkdirAll(s.cfg.KeyFolder, 0o700); err != nil {
		return token.Key{}, fmt.Errorf("folder for the keys of anonymous campaigns: %w", err)
	}
	return token.LoadKey(s.keyFile(c.ID))
}

// ForgetKeys deletes the keys of anonymous campaigns that are closed. From then on nobody can tell, not
// even with all that this installation holds, which response an invitation led to. It may run any number
// of times, and does so until no key is left.
func (s *Service) ForgetKeys(ctx context.Context) error {
	if s.cfg.KeyFolder == "" {
		return nil
	}
	files, err := os.ReadDir(s.cfg.KeyFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keys of anonymous campaigns: %w", err)
	}
	var ids []string
	for _, f := range files {
		if id, ok := strings.CutSuffix(f.Name(), keyExtension); ok {
			ids = append(ids, id)
		}
	}
	closed, err := listClosed(ctx, s.db, ids)
	if err != nil {
		return err
	}
	for _, id := range closed {
		if err := os.Remove(s.keyFile(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete the key of campaign %s: %w", id, err)
		}
	}
	return nil
}

// slugDigits leaves out what is mistaken for another character on a poster.
const slugDigits = "23456789abcdefghjkmnpqrstuvwxyz"

// newSlug names an open link: ten characters, too many to try.
func newSlug() string {
	var b [10]byte
	for i := range b {
		for {
			var one [1]byte
			_, _ = rand.Read(one[:]) // never fails: crypto/rand ends the program instead
			if n := int(one[0] & 31); n < len(slugDigits) {
				b[i] = slugDigits[n]
				break
			}
		}
	}
	return string(b[:])
}

// OpenURL is the whole address of the open link of a campaign, for posters; empty without one.
func (s *Service) OpenURL(c Campaign) string {
	if c.OpenSlug == "" {
		return ""
	}
	return s.cfg.BaseURL + "/o/" + c.OpenSlug
}

// ReturnURL is the address under which the holder of a secret of an open link comes back to the answers.
func (s *Service) ReturnURL(plain string) string { return s.cfg.BaseURL + "/s/" + plain }

// CampaignBySlug finds the campaign of an open link. Slugs are read from paper: case does not matter.
func (s *Service) CampaignBySlug(ctx context.Context, slug string) (Campaign, error) {
	return findCampaignBySlug(ctx, s.db, strings.ToLower(slug))
}

// SetOpenLink turns the open link of a campaign on or off, also while it is under way. Turned off it
// takes no new respondents; those who have begun go on. Its address stays the same.
func (s *Service) SetOpenLink(ctx context.Context, campaignID string, on bool) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lockCampaign(ctx, tx, campaignID)
		if err != nil || c.OpenLink == on {
			return err
		}
		if c.State == Closed || !on && !c.Invites && c.State == Draft {
			return errState()
		}
		event := EventOpenLinkOff
		if on {
			event = EventOpenLinkOn
		}
		if err := setOpenLink(ctx, tx, c.ID, on, newSlug()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "campaign", SubjectID: c.ID})
	})
}

// Cell is a group of recipients with one language: what is stored beside an anonymous answer and known
// of an invitation too.
type Cell struct {
	Group string
	Lang  i18n.Lang
	Count int
}

// Small lists the cells with fewer than limit recipients. In an anonymous campaign they tell something
// about who answered.
func (p Plan) Small(limit int) []Cell {
	var small []Cell
	for _, group := range people.Groups {
		for _, lang := range i18n.Langs {
			if n := p.byCell[Cell{Group: group, Lang: lang}]; n > 0 && n < limit {
				small = append(small, Cell{group, lang, n})
			}
		}
	}
	return small
}

// Ballots counts the anonymous responses of one group that came by personal links.
type Ballots struct {
	Submitted int
	// Each response stands under one of these.
	Complete, Partial, BreakOff, LoggedOn, Late, Withdrawn int
}

// Started is how many were begun.
func (b Ballots) Started() int {
	return b.Complete + b.Partial + b.BreakOff + b.LoggedOn + b.Late + b.Withdrawn
}

// WithBallots is the status of an anonymous campaign, whose invitations do not know who has answered:
// the responses are counted beside them. Each case has exactly one code, but nobody knows which case:
// first the responses, then what the invitations do know (somebody who declined and then answered all
// the same is one case, not two), and the rest did not reply.
func (s Status) WithBallots(byGroup map[string]Ballots) Status {
	total := GroupStatus{Codes: map[string]int{}}
	s.Groups = slices.Clone(s.Groups)
	for i := range s.Groups {
		g := s.Groups[i].withBallots(byGroup[s.Groups[i].Group])
		s.Groups[i] = g
		total.Started += g.Started
		total.Answered += g.Answered
		total.Complete += g.Complete
		total.Partial += g.Partial
		for code, n := range g.Codes {
			total.Codes[code] += n
		}
	}
	s.Total.Started, s.Total.Answered, s.Total.Codes = total.Started, total.Answered, total.Codes
	s.Total.Complete, s.Total.Partial = total.Complete, total.Partial
	s.Days, s.places = nil, nil // which nobody knows
	return s
}

func (g GroupStatus) withBallots(b Ballots) GroupStatus {
	left, codes := g.Invited, map[string]int{}
	take := func(code string, n int) {
		if n = min(n, left); n > 0 {
			codes[code] += n
			left -= n
		}
	}
	take(CodeComplete, b.Complete)
	take(CodePartial, b.Partial)
	take(CodeBreakOff, b.BreakOff)
	take(CodeLoggedOn, b.LoggedOn)
	take(CodeLate, b.Late)
	take(CodeRefused, b.Withdrawn)
	for _, code := range Codes {
		if code != CodeNoReply {
			take(code, g.Codes[code])
		}
	}
	take(CodeNoReply, left)
	g.Started, g.Answered, g.Codes = b.Started(), b.Submitted, codes
	g.Complete, g.Partial = codes[CodeComplete], codes[CodePartial]
	return g
}
