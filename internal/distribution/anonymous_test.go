package distribution_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

// LimeSurvey #20192, EUSurvey ESURVEY-7004: what was promised could be taken back afterwards.
func TestTheModeIsFrozenWhenTheCampaignIsLaunched(t *testing.T) {
	w := newWorld(t, 20)
	c := w.draft(people.Procurer)
	for _, mode := range []string{distribution.Anonymous, distribution.Confidential, distribution.Anonymous} { // a draft may
		c.Mode = mode
		w.must(w.svc.Change(ctx, c))
	}
	_, err := w.svc.Launch(ctx, c.ID)
	w.must(err)
	c.Mode = distribution.Confidential
	if err := w.svc.Change(ctx, c); !fault.Is(err, fault.Conflict) {
		t.Errorf("changing a launched campaign: %v", err)
	}
	// The rule holds for every program that reaches the database.
	for _, act := range []string{
		`UPDATE campaign SET mode = 'confidential'`,
		`UPDATE campaign SET mode = 'confidential', state = 'draft', launched_at = NULL`,
		`UPDATE invitation SET mode = 'confidential'`,
		`UPDATE invitation SET started_at = now()`,
		`UPDATE invitation SET answered_at = now()`,
		`UPDATE invitation SET answered_share = 1`,
		`UPDATE invitation SET late_at = now()`,
		`INSERT INTO response (invitation_id, campaign_id, survey_id, survey_version_id, group_id, language, started_at, updated_at)
			SELECT i.id, c.id, 's5', c.survey_version_id, i.group_id, 'sv', now(), now() FROM invitation i JOIN campaign c ON c.id = i.campaign_id LIMIT 1`,
		`INSERT INTO response (campaign_id, survey_id, survey_version_id, group_id, language, ballot_key, started_at, updated_at)
			SELECT id, 's5', survey_version_id, 'procurer', 'sv', sha256('x'), '2019-03-04 12:31+01', '2019-03-04 00:00+01' FROM campaign`,
	} {
		if _, err := w.db.Exec(act); err == nil {
			t.Errorf("the database allowed: %s", act)
		}
	}
}

func TestTheKeyOfAnAnonymousCampaignLivesInAFileOfItsOwnUntilItCloses(t *testing.T) {
	w := newWorld(t, 30)
	c := w.anonymous(people.Procurer)
	info, err := os.Stat(w.keyFile(c))
	w.must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has mode %v", info.Mode())
	}
	w.drain()
	first := tokens(w.server.messages())
	_, err = w.svc.Remind(ctx, c.ID)
	w.must(err)
	w.drain()
	all := tokens(w.server.messages())
	if reminded := all[len(first):]; len(reminded) != len(first) || !sameSet(first, reminded) {
		t.Errorf("%d invitations and %d reminders do not carry the same links", len(first), len(reminded))
	}
	w.inTx(func(tx *sqlx.Tx) error { return w.svc.Close(ctx, tx, c.ID) })
	w.must(w.svc.ForgetKeys(ctx))
	if left, _ := filepath.Glob(filepath.Join(w.keys, "*")); len(left) > 0 {
		t.Errorf("after closing there is %v", left)
	}
	for _, plain := range first {
		if _, _, err := w.svc.InvitationByToken(ctx, plain); err != nil {
			t.Fatalf("a link that was sent does not open any more: %v", err)
		}
	}
	w.must(w.svc.ForgetKeys(ctx)) // again
}

func TestALostKeyStopsTheMailAndSaysWhy(t *testing.T) {
	w := newWorld(t, 30)
	c := w.anonymous(people.Procurer)
	key, err := os.ReadFile(w.keyFile(c))
	w.must(err)
	w.must(os.Remove(w.keyFile(c)))
	if tally := w.drain(); tally.Sent > 0 || tally.Failed > 0 {
		t.Errorf("without a key: %+v", tally)
	}
	paused, err := w.svc.Find(ctx, c.ID)
	w.must(err)
	if paused.PausedReason != distribution.PausedKeyLost {
		t.Errorf("the campaign is paused because of %q", paused.PausedReason)
	}
	for name, act := range map[string]func() error{
		"remind": func() error { _, err := w.svc.Remind(ctx, c.ID); return err },
		"resume": func() error { return w.svc.Resume(ctx, c.ID) },
	} {
		f, ok := fault.Of(act())
		if !ok || !strings.Contains(i18n.Fault(i18n.En, f), "key file") {
			t.Errorf("%s says %v", name, f)
		}
	}
	if _, err := os.Stat(w.keyFile(c)); err == nil {
		t.Fatal("a new key was made: no link of it would open")
	}
	w.must(os.WriteFile(w.keyFile(c), key, 0o600)) // put back
	w.must(w.svc.Resume(ctx, c.ID))
	if tally := w.drain(); tally.Sent == 0 || tally.Failed > 0 {
		t.Errorf("with the key back: %+v", tally)
	}
	for _, m := range w.server.messages() {
		w.invitation(m) // every link opens
	}
}

func TestAPreviewOfAnAnonymousCampaignLeavesNoKeyBehind(t *testing.T) {
	w := newWorld(t, 20)
	c := w.draft(people.Procurer)
	c.Mode = distribution.Anonymous
	w.must(w.svc.Change(ctx, c))
	p, err := w.svc.Preview(ctx, c.ID)
	w.must(err)
	if p.Problem != nil {
		t.Fatal(p.Problem)
	}
	err = filepath.WalkDir(w.keys, func(path string, d fs.DirEntry, err error) error {
		if path != w.keys {
			t.Errorf("looking made %s", path)
		}
		return err
	})
	w.must(err)
}

func TestSmallGroupsAreWarnedOfByLanguage(t *testing.T) {
	w := newWorld(t, 0)
	file := "name,email,group,language\n"
	for i := range analysis.DefaultMinBase {
		n := string(rune('a' + i))
		file += "Upphandlare " + n + "," + n + "@x.example,procurer,sv\n"
	}
	file += "Ensam,ensam@x.example,procurer,en\n"
	_, err := w.people.Import(ctx, strings.NewReader(file))
	w.must(err)
	p, err := w.svc.Preview(ctx, w.draft(people.Procurer).ID)
	w.must(err)
	small := p.Small(analysis.DefaultMinBase)
	if len(small) != 1 || small[0] != (distribution.Cell{Group: people.Procurer, Lang: i18n.En, Count: 1}) {
		t.Errorf("small groups: %+v", small)
	}
}

func TestAReminderOfAnAnonymousCampaignSparesOnlyThoseWhoSaidNo(t *testing.T) {
	w := newWorld(t, 30)
	c := w.anonymous(people.Procurer)
	w.drain()
	sent := w.server.messages()
	w.inTx(func(tx *sqlx.Tx) error { return w.svc.MarkDeclined(ctx, tx, w.invitation(sent[0]).ID) })
	w.must(w.svc.Unsubscribe(ctx, opaqueOf(sent[1])))
	if n, err := w.svc.Remind(ctx, c.ID); err != nil || n != len(sent)-2 {
		t.Errorf("reminded %d of %d: %v", n, len(sent), err)
	}
}

func TestACampaignByOpenLinkAloneInvitesNobody(t *testing.T) {
	w := newWorld(t, 20)
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Groups, c.ClosesAt = "Affisch", w.version.ID, []string{people.Business}, w.clock.Now().AddDate(0, 1, 0)
	c.Invites = false
	if _, err := w.svc.Create(ctx, c); !fault.Is(err, fault.Invalid) {
		t.Errorf("a campaign that reaches nobody: %v", err)
	}
	c.OpenLink = true
	c, err := w.svc.Create(ctx, c)
	w.must(err)
	plan, err := w.svc.Launch(ctx, c.ID)
	if err != nil || len(plan.Recipients) != 0 {
		t.Fatalf("launched to %d: %v", len(plan.Recipients), err)
	}
	found, err := w.svc.CampaignBySlug(ctx, strings.ToUpper(c.OpenSlug))
	if err != nil || found.ID != c.ID || len(c.OpenSlug) < 8 || strings.ContainsAny(c.OpenSlug, "01lio") {
		t.Errorf("the slug %q leads to %+v: %v", c.OpenSlug, found, err)
	}
	if url := w.svc.OpenURL(found); url != "https://dialog.example/o/"+c.OpenSlug {
		t.Errorf("the address is %q", url)
	}
	w.must(w.svc.SetOpenLink(ctx, c.ID, false))
	w.must(w.svc.SetOpenLink(ctx, c.ID, true))
	if again, err := w.svc.Find(ctx, c.ID); err != nil || again.OpenSlug != c.OpenSlug {
		t.Errorf("turned off and on, the address became %q: %v", again.OpenSlug, err)
	}
}

// Formbricks PR #8673, AAPOR: counts named once. Whoever answered after saying no is one case, not two.
func TestEveryAnonymousCaseStandsUnderExactlyOneCode(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := func(name string, most int) int { return rapid.IntRange(0, most).Draw(rt, name) }
		g := distribution.GroupStatus{Group: people.Procurer, Codes: map[string]int{}}
		for _, code := range []string{distribution.CodeRefused, distribution.CodeUndelivered, distribution.CodeNotSent,
			distribution.CodeNoReply, distribution.CodeScreenedOut, distribution.CodeAway} {
			g.Codes[code] = n(code, 20)
			g.Invited += g.Codes[code]
		}
		b := distribution.Ballots{}
		left := g.Invited // one response a link
		for _, to := range []*int{&b.Complete, &b.Partial, &b.BreakOff, &b.LoggedOn, &b.Withdrawn} {
			*to = n("ballots", left)
			left -= *to
		}
		b.Submitted = b.Complete + b.Partial
		total := g
		total.Group = ""
		st := distribution.Status{Groups: []distribution.GroupStatus{g}, Total: total}.WithBallots(map[string]distribution.Ballots{people.Procurer: b})
		sum := 0
		for code, k := range st.Total.Codes {
			if sum += k; k < 0 {
				rt.Fatalf("%s has %d cases", code, k)
			}
		}
		if sum != g.Invited || st.Groups[0].Invited != g.Invited || st.Total.Answered != b.Submitted || st.Total.Codes[distribution.CodeComplete] != b.Complete {
			rt.Fatalf("%d cases under codes of %d: %+v", sum, g.Invited, st.Total)
		}
	})
}

func tokens(messages []message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, tokenOf(m))
	}
	return all
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
