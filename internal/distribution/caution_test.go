package distribution_test

import (
	"testing"
	"time"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/people"
)

// Mail filters that press every button opt people out the moment the mail arrives.
func TestManyOptOutsWithinAMinuteOfSendingAreSuspicious(t *testing.T) {
	w := newWorld(t, 40)
	c := w.launched(people.Procurer)
	w.drain()
	mails := w.server.messages()
	hasty := func() distribution.Status {
		st, err := w.svc.Status(ctx, c.ID)
		w.must(err)
		return st
	}
	w.clock.Advance(30 * time.Second)
	for _, m := range mails[:distribution.HastyLimit] {
		w.must(w.svc.Unsubscribe(ctx, opaqueOf(m)))
	}
	if st := hasty(); st.Suspicious() || st.Hasty != distribution.HastyLimit {
		t.Errorf("%d opt-outs are %v suspicious", st.Hasty, st.Suspicious())
	}
	w.must(w.svc.Unsubscribe(ctx, opaqueOf(mails[distribution.HastyLimit])))
	if !hasty().Suspicious() {
		t.Error("nobody is warned of the opt-outs")
	}
	w.clock.Advance(time.Minute)
	before := hasty().Hasty
	w.must(w.svc.Unsubscribe(ctx, opaqueOf(mails[distribution.HastyLimit+1])))
	if got := hasty().Hasty; got != before {
		t.Errorf("one who took her time counts as hasty: %d after %d", got, before)
	}
}

func TestThePreviewCountsThoseWhoWereInvitedLately(t *testing.T) {
	w := newWorld(t, 40)
	first := w.launched(people.Procurer)
	invited, err := w.svc.Status(ctx, first.ID)
	w.must(err)
	second := w.draft(people.Procurer, people.Developer)
	for _, c := range []struct {
		wait time.Duration
		want int
	}{{0, invited.Total.Invited}, {31 * 24 * time.Hour, 0}} {
		w.clock.Advance(c.wait)
		p, err := w.svc.Preview(ctx, second.ID)
		w.must(err)
		if p.Recent != c.want || p.PauseDays != 30 {
			t.Errorf("after %v %d were invited lately, want %d", c.wait, p.Recent, c.want)
		}
	}
}

func TestTheThirdLetterThatIsGivenUpOnStopsTheAddress(t *testing.T) {
	w := newWorld(t, 40)
	slow := ""
	w.server.setReply(func(to string) error {
		if slow == "" {
			slow = to
		}
		if to == slow {
			return smtpError(450)
		}
		return nil
	})
	for round := 1; round <= 3; round++ {
		w.must(w.svc.SendTest(ctx, w.draft(people.Procurer, people.Groups[round%4]).ID, people.Procurer, "slow@kommun.example", "1"))
		for range 40 {
			w.drain()
			w.clock.Advance(9 * time.Hour)
		}
		sup, err := w.people.Suppressed(ctx, "slow@kommun.example")
		w.must(err)
		if (sup != nil) != (round == 3) {
			t.Errorf("after %d letters that were given up on: %+v", round, sup)
		}
	}
}
