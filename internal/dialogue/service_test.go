package dialogue_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/testkit"
)

var day = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newService(t *testing.T) (*dialogue.Service, context.Context) {
	t.Helper()
	ctx := audit.WithActor(context.Background(), audit.Actor{Kind: "user", ID: "1", Name: "Sekreteraren"})
	return dialogue.New(testkit.DB(t), func() time.Time { return day }), ctx
}

const body = `
## 1. Dialog (område 5)
Före. [[Vi får veta för sent]]{problem I03 företag}. [[Ring oss först]]{förslag X06 företag}.

## 2. Praktik (område 7)
[[Ingen kan handleda]]{problem S02 företag}.
`

func read(t *testing.T, s *dialogue.Service, ctx context.Context, text string) dialogue.Imported {
	t.Helper()
	in, err := s.ImportMarkdown(ctx, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// ids maps the words of each excerpt to its id.
func ids(m dialogue.Meeting) map[string]string {
	out := map[string]string{}
	for _, e := range m.Excerpts {
		out[e.Text] = e.ID
	}
	return out
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	s, ctx := newService(t)
	for _, f := range sample.Meetings(day) {
		first, err := s.ImportMarkdown(ctx, bytes.NewReader(f.Body))
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.ImportMarkdown(ctx, bytes.NewReader(f.Body))
		if err != nil {
			t.Fatal(err)
		}
		if !first.Created || !again.Unchanged || again.Meeting.Revision != 1 || again.Added+again.Kept+again.Removed != 0 {
			t.Errorf("%s: %+v", f.Name, again)
		}
	}
	list, err := s.List(ctx)
	if err != nil || len(list) != 4 {
		t.Fatal(list, err)
	}
	for _, area := range []int{5, 6, 7} {
		got, err := s.Excerpts(ctx, dialogue.Filter{Area: area})
		if err != nil || len(got) < 8 {
			t.Errorf("area %d: %d excerpts, %v", area, len(got), err)
		}
		for _, e := range got {
			if !slices.Contains(e.Areas(), area) {
				t.Errorf("the filter and the excerpt disagree: area %d, %v", area, e.Themes)
			}
		}
	}
}

func TestAChangedFileKeepsTheIdentityOfPassagesWhoseWordsAreTheSame(t *testing.T) {
	s, ctx := newService(t)
	first := read(t, s, ctx, head+body).Meeting
	was := ids(first)
	if err := s.ApproveQuote(ctx, was["Vi får veta för sent"], "Vi […] för sent"); err != nil {
		t.Fatal(err)
	}
	// The approval is a change by hand; a changed file must not wipe it out unseen.
	changed := strings.NewReplacer("Före.", "Ett nytt stycke står före.", "Ring oss först", "Skriv till oss", "## 2.", "## 5.").Replace(head + body)
	if _, err := s.ImportMarkdown(ctx, strings.NewReader(changed)); !fault.Is(err, fault.Conflict) {
		t.Fatalf("a file went over what was done by hand: %v", err)
	}
	s, ctx = newService(t)
	first = read(t, s, ctx, head+body).Meeting
	was = ids(first)
	in := read(t, s, ctx, changed)
	now := ids(in.Meeting)
	if in.Added != 1 || in.Kept != 2 || in.Removed != 1 || in.Meeting.Revision != 2 {
		t.Errorf("%+v", in)
	}
	for _, words := range []string{"Vi får veta för sent", "Ingen kan handleda"} {
		if was[words] == "" || was[words] != now[words] {
			t.Errorf("%q lost its identity", words)
		}
	}
	old := first.Excerpts[0]
	if err := s.Verify(ctx, old.ID, old.SourceHash); err != nil {
		t.Errorf("evidence whose words are still there: %v", err)
	}
	if err := s.Verify(ctx, was["Ring oss först"], old.SourceHash); !fault.Is(err, fault.Conflict) {
		t.Errorf("evidence whose words are gone: %v", err)
	}
	if err := s.Verify(ctx, old.ID, dialogue.HashText("something else")); !fault.Is(err, fault.Conflict) {
		t.Errorf("evidence of a source that never was: %v", err)
	}
}

func TestAQuoteLeavesWordsOutAndNeverChangesThem(t *testing.T) {
	s, ctx := newService(t)
	m := read(t, s, ctx, head+"## 1. Punkt\nÅsa på Mora kommun [[sade att Åsa Berg, som är chef, vill höra av oss]]{problem I03 företag}.").Meeting
	id := m.Excerpts[0].ID
	for _, c := range []struct {
		wording, quote string // quote "" means refused
	}{
		{"sade att Åsa Berg, som är chef, vill höra av oss", "sade att Åsa Berg, som är chef, vill höra av oss"},
		{"sade att […] vill höra av oss", "sade att […] vill höra av oss"},
		{"[...] vill höra [...]", "vill höra"},
		{"vill höra […] sade att", ""},
		{"sade att chefen vill höra av oss", ""},
		{"Mora kommun", ""},
		{"[…]", ""},
		{"", ""},
	} {
		err := s.ApproveQuote(ctx, id, c.wording)
		if (err == nil) != (c.quote != "") || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", c.wording, err)
			continue
		}
		if e, err := s.Excerpt(ctx, id); err != nil || c.quote != "" && (e.Quote != c.quote || e.QuotedBy != "Sekreteraren") {
			t.Errorf("%q gave %q, %v", c.wording, e.Quote, err)
		}
	}
	if err := s.RevokeQuote(ctx, id); err != nil {
		t.Error(err)
	}
	if got, _ := s.Excerpts(ctx, dialogue.Filter{Approved: true}); len(got) != 0 {
		t.Error("a revoked quote is still approved")
	}
}

func TestNothingIsQuotedWhileTheProcurementIsRunning(t *testing.T) {
	s, ctx := newService(t)
	m := read(t, s, ctx, strings.Replace(head, "procurement: no", "procurement: ja", 1)+body).Meeting
	if err := s.ApproveQuote(ctx, m.Excerpts[0].ID, m.Excerpts[0].Text); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestOfTwoWhoWriteAtOnceOneIsToldToLookAgain(t *testing.T) {
	s, ctx := newService(t)
	m := read(t, s, ctx, head+body).Meeting
	var wg sync.WaitGroup
	results := make([]error, 6)
	for i := range results {
		wg.Go(func() {
			results[i] = s.SaveNote(ctx, m.ID, m.Revision, "", dialogue.DraftNote{Agenda: "Mer", Text: "Text"}, false)
		})
	}
	wg.Wait()
	saved := 0
	for _, err := range results {
		switch {
		case err == nil:
			saved++
		case !fault.Is(err, fault.Conflict):
			t.Error(err)
		}
	}
	if saved != 1 {
		t.Errorf("%d of 6 writers at the same revision were saved", saved)
	}
}

func TestExcerptsFollowTheirWordsWhenTheNoteIsEdited(t *testing.T) {
	s, ctx := newService(t)
	m := read(t, s, ctx, head+"## 1. Punkt\nJa. [[Ja]]{problem I03 företag}. Nej.").Meeting
	e := m.Excerpts[0]
	d := dialogue.DraftNote{Agenda: "Punkt", Text: "Först.\nJa. Ja. Nej."}
	if err := s.SaveNote(ctx, m.ID, m.Revision, m.Notes[0].ID, d, false); err != nil {
		t.Fatal(err)
	}
	got, err := s.Excerpt(ctx, e.ID)
	if err != nil || got.Text != "Ja" || got.Removed || got.SourceHash != dialogue.HashText(d.Text) {
		t.Errorf("%+v, %v", got, err)
	}
	d.Text = "Först. Nej."
	if err := s.SaveNote(ctx, m.ID, m.Revision+1, m.Notes[0].ID, d, false); !fault.Is(err, fault.Invalid) {
		t.Errorf("words of an excerpt vanished unseen: %v", err)
	}
}
