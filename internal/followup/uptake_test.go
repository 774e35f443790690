package followup_test

import (
	"strings"
	"testing"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/report"
)

func TestTheNextEditionTellsWhatBecameOfTheRecommendationsAndIsNotPublishedOnceAnAnswerHasChanged(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.followUps.Ask(ctx, w.edition.ID, w.Clock.Now().AddDate(0, 2, 0), bodies(t, "Kommunstyrelsen i Falun; Falun; ks@falun.example", "Regionen; Dalarna; region@dalarna.example"))
	w.Must(err)
	if e, err := w.Reports.Make(ctx, report.Regional, "sv"); err != nil || e.ID != w.edition.ID {
		t.Fatalf("asking alone made %q, %v; want no new edition before anybody has answered", e.Slug, err)
	}
	falun := w.link("ks@falun.example")
	r, _, err := w.followUps.ByToken(ctx, falun)
	w.Must(err)
	w.Must(w.followUps.Reply(ctx, falun, []followup.Reply{{Number: r.Numbers[0], Answer: followup.Adapt, Reason: "Tillsammans med Borlänge.", Due: day("2027-03-01")},
		{Number: r.Numbers[1], Answer: followup.Decline, Reason: "Vi saknar folk."}}))

	w.Clock.Advance(365 * 24 * 3600e9)
	e := w.Publish(report.Regional)
	if e.Slug != "regional-2-sv" {
		t.Fatalf("the edition of the year after is %s", e.Slug)
	}
	s, err := w.Reports.Snapshot(ctx, e.SnapshotID)
	w.Must(err)
	u := s.Uptake
	if u == nil || u.Edition != w.edition.Slug || len(u.Bodies) != 2 || len(u.Advice) != len(r.Numbers) || len(u.Waves) != 1 || u.Waves[0].Edition != w.edition.Slug {
		t.Fatalf("frozen: %+v", u)
	}
	html, err := w.Reports.HTML(ctx, e.ID)
	w.Must(err)
	for _, want := range []string{"Vad som har blivit av rekommendationerna", "Tillsammans med Borlänge.", "2027-03-01", "Vi saknar folk.", "fig-uptake-goal", "Utgångsläge"} {
		if !strings.Contains(html, want) {
			t.Errorf("the edition does not say %q", want)
		}
	}
	if again, err := w.Reports.Make(ctx, report.Regional, "sv"); err != nil || again.ID != e.ID {
		t.Errorf("publishing alone made a new edition: %q, %v", again.Slug, err)
	}
	if letter := w.announced(e); letter.Subject != "Utgåva 2: "+e.Title || !strings.Contains(strings.Join(letter.Paragraphs, " "), "vad som har blivit av") {
		t.Errorf("the letter about the second edition is %q %q", letter.Subject, letter.Paragraphs)
	}
	national, err := w.Reports.Make(ctx, report.National, "sv")
	w.Must(err)
	if s, err := w.Reports.Snapshot(ctx, national.SnapshotID); err != nil || s.Uptake != nil {
		t.Errorf("the national edition names bodies: %+v, %v", s.Uptake, err)
	}

	w.Must(w.followUps.Reply(ctx, falun, []followup.Reply{{Number: r.Numbers[2], Answer: followup.Adopt, Due: day("2028-03-01")}}))
	third, err := w.Reports.Make(ctx, report.Regional, "sv")
	w.Must(err)
	_, err = w.Reports.Render(ctx, third.ID)
	w.Must(err)
	w.Must(w.followUps.Reply(ctx, falun, []followup.Reply{{Number: r.Numbers[0], Answer: followup.Adopt, Due: day("2027-03-01")}}))
	items, err := w.Reports.Checklist(ctx, third)
	w.Must(err)
	if last := items[len(items)-1]; last.Key != "report.check_uptake" || len(last.Faults) != 1 || last.Faults[0] != r.Numbers[0]+": Kommunstyrelsen i Falun" {
		t.Errorf("the checklist ends with %+v", last)
	}
	if _, err := w.Reports.Publish(ctx, third.ID, w.Clock.Now()); !fault.Is(err, fault.Conflict) {
		t.Errorf("an edition with an answer that has changed: %v", err)
	}
}

// announced sends an edition to a list of one and returns the letter.
func (w *world) announced(e report.Edition) mail.Letter {
	w.Helper()
	list, err := w.Reports.CreateList(w.Context(), "En mottagare", e.Kind)
	w.Must(err)
	_, err = w.Reports.AddMembers(w.Context(), list.ID, []report.Member{{Email: "en@kommun.example"}})
	w.Must(err)
	_, err = w.Reports.Distribute(w.Context(), e.ID, list.ID)
	w.Must(err)
	_, err = w.Outbox.Drain(w.Context())
	w.Must(err)
	return w.Post.Letters[len(w.Post.Letters)-1]
}
