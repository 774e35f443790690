package distribution

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"golang.org/x/time/rate"

	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// batch is how many rows a drain claims at a time: few enough that a lease
// covers them with a slow server, many enough that claiming costs little.
const batch = 20

// maxAttempts is how often a letter is tried; with the back-off below that is
// about two days, as long as mail servers themselves try.
const maxAttempts = 12

// Tally is what a drain did. The counts sum to the rows that it claimed.
type Tally struct {
	Sent, Deferred, Failed, Unknown, Cancelled, Lost int
	// Recovered counts rows of a dead drain that were queued again, Orphaned
	// those that now wait for a person.
	Recovered, Orphaned int
}

// Claimed is how many rows the drain took.
func (t Tally) Claimed() int {
	return t.Sent + t.Deferred + t.Failed + t.Unknown + t.Cancelled + t.Lost
}

type pace struct{ limiter *rate.Limiter }

func newPace(perSecond float64) pace {
	if perSecond <= 0 {
		return pace{rate.NewLimiter(rate.Inf, 1)}
	}
	return pace{rate.NewLimiter(rate.Limit(perSecond), 1)}
}

// Drain sends everything that is due and returns when nothing is, or when ctx
// ends: then the letter under way is finished and the rest is given back.
// Several drains may run at once, in one process or many. One letter that
// fails never stops the others; an error means that the database is not there.
func (s *Service) Drain(ctx context.Context) (Tally, error) {
	worker := uuid.NewString()
	var t Tally
	var err error
	t.Recovered, t.Orphaned, err = releaseStale(ctx, s.db, s.now().Add(-s.cfg.Lease), s.now())
	if err != nil {
		return t, err
	}
	for ctx.Err() == nil {
		rows, err := claimRows(ctx, s.db, worker, s.now(), batch)
		if err != nil {
			return t, err
		}
		if len(rows) == 0 {
			break
		}
		if err := s.sendBatch(ctx, worker, rows, &t); err != nil {
			return t, err
		}
	}
	return t, nil
}

func (s *Service) sendBatch(ctx context.Context, worker string, rows []Row, t *Tally) (err error) {
	// Recording and giving back must work also when the caller wants to stop.
	record := context.WithoutCancel(ctx)
	defer func() {
		if rerr := releaseClaims(record, s.db, worker); err == nil {
			err = rerr
		}
	}()
	for _, row := range rows {
		if s.pace.limiter.Wait(ctx) != nil {
			return nil
		}
		state, err := s.sendRow(record, worker, row)
		if err != nil {
			return fmt.Errorf("send mail %s: %w", row.ID, err)
		}
		t.count(state)
	}
	return nil
}

func (t *Tally) count(state string) {
	switch state {
	case Sent:
		t.Sent++
	case Deferred:
		t.Deferred++
	case Failed:
		t.Failed++
	case Unknown:
		t.Unknown++
	case Cancelled:
		t.Cancelled++
	default:
		t.Lost++
	}
}

// sendRow takes one claimed row to its next state and returns that state, ""
// when the claim was lost to another drain.
func (s *Service) sendRow(ctx context.Context, worker string, row Row) (string, error) {
	reason, err := s.unwanted(ctx, row)
	if err != nil {
		return "", err
	}
	if reason != "" {
		return s.record(ctx, worker, row, finish{state: Cancelled, reply: reason}, mail.Result{})
	}
	letter, err := s.letter(ctx, row)
	if errors.Is(err, errKeyLost) {
		return s.hold(ctx, worker, row)
	}
	if err == nil {
		err = mail.Check(letter)
	}
	if err != nil {
		return s.record(ctx, worker, row, finish{state: Failed, reply: err.Error()}, mail.Result{})
	}
	held, err := handRow(ctx, s.db, row.ID, worker, s.now())
	if err != nil || !held {
		return "", err
	}
	row.Attempts++
	r := s.sender.Send(ctx, letter)
	return s.record(ctx, worker, row, s.judge(row, r), r)
}

// hold pauses the campaign of a letter whose link cannot be written, and keeps the letter for when it can.
func (s *Service) hold(ctx context.Context, worker string, row Row) (string, error) {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := pauseCampaign(ctx, tx, row.CampaignID, PausedKeyLost); err != nil {
			return err
		}
		_, err := finishRow(ctx, tx, row.ID, worker, s.now(), finish{state: Deferred, notBefore: s.now()})
		return err
	})
	slog.ErrorContext(ctx, "the key of an anonymous campaign is not in the data folder: its mail waits", "campaign", row.CampaignID)
	return Deferred, err
}

// suppressedReply stands before the reason of a suppression in the reply of a row.
const suppressedReply = "suppressed: "

// unwanted says why a row must not be sent any more.
func (s *Service) unwanted(ctx context.Context, row Row) (string, error) {
	k, ok := s.kinds[row.Kind]
	if !ok {
		return "", nil // letter() says so and the row fails
	}
	sup, err := s.people.Suppressed(ctx, row.To)
	if err != nil {
		return "", err
	}
	if sup != nil && (!k.Requested || sup.Reason == people.ReasonBounced) {
		return suppressedReply + sup.Reason, nil
	}
	if k.Wanted == nil {
		return "", nil
	}
	return k.Wanted(ctx, row)
}

// judge turns the server's reply into the row's next state.
func (s *Service) judge(row Row, r mail.Result) finish {
	f := finish{code: r.Code, reply: clip(r.Reply, 500)}
	switch r.Outcome {
	case mail.Delivered:
		f.state = Sent
	case mail.Uncertain:
		f.state = Unknown
	case mail.Refused:
		f.state = Failed
	default:
		f.state = Deferred
		f.notBefore = s.now().Add(backOff(row.Attempts))
		if row.Attempts >= maxAttempts {
			f.state = Failed
		}
	}
	return f
}

// backOff is the pause after the given number of attempts: one minute, doubled
// each time, at most eight hours.
func backOff(attempts int) time.Duration {
	return min(time.Minute<<min(max(attempts-1, 0), 10), 8*time.Hour)
}

// maxGivenUp is how many letters may be given up on, each after two days of "later", before the
// address gets no more: nobody reads mail there.
const maxGivenUp = 3

// record writes the outcome in a commit of its own, so that a crash later in
// the batch forgets nothing. A hard bounce stops mail to the address, and too
// many of them pause the campaign. So does a soft one the third time that a
// letter is given up on.
func (s *Service) record(ctx context.Context, worker string, row Row, f finish, r mail.Result) (string, error) {
	held := false
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		var err error
		if held, err = finishRow(ctx, tx, row.ID, worker, s.now(), f); err != nil || !held {
			return err
		}
		if f.state == Failed && r.Outcome == mail.Later {
			if n, err := countGivenUp(ctx, tx, row.To); err != nil || n < maxGivenUp {
				return err
			}
			return s.people.Bounced(ctx, tx, row.To)
		}
		if r.Outcome != mail.Refused || !r.Recipient {
			return nil
		}
		if err := s.people.Bounced(ctx, tx, row.To); err != nil {
			return err
		}
		return s.pauseOnBounces(ctx, tx, row.CampaignID)
	})
	if err != nil {
		return "", err
	}
	if f.state == Failed || f.state == Unknown {
		slog.WarnContext(ctx, "mail not sent", "outbox", row.ID, "kind", row.Kind, "state", f.state, "code", f.code)
	}
	if !held {
		return "", nil
	}
	return f.state, nil
}

// pauseOnBounces holds a campaign back when too many of its addresses are dead:
// the sender's reputation is at stake and the list needs a look.
func (s *Service) pauseOnBounces(ctx context.Context, tx *sqlx.Tx, campaignID string) error {
	if campaignID == "" {
		return nil
	}
	const enough = 20 // below that a share says nothing
	bounced, finished, err := countBounces(ctx, tx, campaignID)
	if err != nil || finished < enough || float64(bounced) <= s.cfg.BounceLimit*float64(finished) {
		return err
	}
	return pauseCampaign(ctx, tx, campaignID, PausedBounces)
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n])
}
