package privacy_test

import (
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
)

const (
	signer    = "u2@panel.example"
	signature = "Sigrid Signerson, Mora kommun"
)

// dissent lets seven procurers rate a recommendation; one of them signs a reservation. The round is concluded.
func (w world) dissent(number string) {
	w.Helper()
	ctx := w.Context()
	r := w.Numbered(number)
	w.Must(w.Service.Move(ctx, r.ID, recommendation.Consultation))
	contacts := "name;email;group;organisation\n"
	for i := range 7 {
		contacts += fmt.Sprintf("Sigrid %d;u%d@panel.example;procurer;Mora kommun\n", i, i)
	}
	_, err := w.People.Import(ctx, strings.NewReader(contacts))
	w.Must(err)
	id, err := w.Panels.Plan(ctx, consultation.Draft{Name: "Remissen", Groups: []string{people.Procurer}, Method: consultation.Threshold, MinBase: 7})
	w.Must(err)
	o, err := w.Panels.Open(ctx, id, consultation.Request{Items: []string{r.ID}, ClosesAt: w.Clock.Now().AddDate(0, 0, 9)})
	w.Must(err)
	for _, p := range o.Participants {
		_, link, _ := strings.Cut(w.Panels.Link(p.ID), "/c/")
		b, err := w.Panels.Ballot(ctx, link, i18n.Sv)
		w.Must(err)
		f := consultation.Form{Version: 1, Scores: consultation.Scores{Agreement: 8, Importance: 8, Feasibility: 8}}
		var email string
		w.Must(w.DB.Get(&email, `SELECT n.email_normalised FROM consultation_participant p JOIN person n ON n.id = p.person_id WHERE p.id = $1`, p.ID))
		if email == signer {
			f.Reservation, f.SignedAs = "Kostnaden är inte belyst.", signature
		}
		w.Must(w.Panels.Rate(ctx, b, r.ID, f))
	}
	w.Must(w.Panels.Close(ctx, id))
	w.Must(w.Panels.Conclude(ctx, id))
}

// A signature goes with its person; in what is published it stays, which the person is told, and nothing that is not
// published yet can be published with it.
func TestTheSignatureUnderAReservationGoesWithThePersonAndStaysInPrint(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.Crowd(60)
	w.ImportSample()
	w.dissent("5.1")
	w.DecideAll()
	published := w.Publish(report.Regional)
	s := w.privacy(privacy.Rule{})
	k, err := s.EraseAtRequest(ctx, privacy.Erasure{Who: privacy.Who{Address: signer}, Decision: "2026:99"})
	w.Must(err)
	signatures := 0
	for _, trace := range k.Traces {
		if trace.Kind == report.TraceSignature && trace.Name == published.Slug {
			signatures++
		}
	}
	if signatures != 1 {
		t.Errorf("of the published edition is told %+v", k.Traces)
	}
	for table := range w.rowsWith("Sigrid Signerson") {
		if !strings.HasPrefix(table, "report_") {
			t.Errorf("the signature stands in %s", table)
		}
	}
	var noted int
	w.Must(w.DB.Get(&noted, `SELECT count(*) FROM audit_event WHERE detail->>'signatures_in_print' = '1'`))
	if noted != 1 {
		t.Error("that it stays in print is not in the log")
	}
	snapshot, err := w.Reports.Snapshot(ctx, published.SnapshotID)
	w.Must(err)
	if r, err := snapshot.FindRecommendation("5.1"); err != nil || len(r.Reservations) != 1 || r.Reservations[0].SignedAs != signature {
		t.Errorf("the published edition prints %+v, %v", r, err)
	}
	items, err := w.Reports.Checklist(ctx, published) // as one that was not yet published
	w.Must(err)
	stopped := false
	for _, i := range items {
		stopped = stopped || i.Key == "report.check_quotes" && len(i.Faults) > 0
	}
	if !stopped {
		t.Error("an edition with the signature could still be published")
	}
	c, err := w.Panels.Published(ctx)
	w.Must(err)
	if len(c) != 1 || len(c[0].Reservations) != 1 || c[0].Reservations[0].SignedAs != "" || c[0].Reservations[0].Text == "" {
		t.Errorf("what is printed next says %+v", c)
	}
}

// The words of a round cannot be changed: a signature can be taken away, and nothing else.
func TestOfARatingOnlyTheSignatureCanBeTakenAway(t *testing.T) {
	w := newWorld(t)
	w.Crowd(60)
	w.ImportSample()
	w.dissent("5.1")
	for _, change := range []string{"signed_as = 'Någon Annan'", "signed_as = '–', reservation = 'Annat.'", "agreement = 1", "signed_as = ''"} {
		if _, err := w.DB.Exec(`UPDATE consultation_rating SET ` + change + ` WHERE signed_as <> ''`); err == nil {
			t.Errorf("%s was allowed", change)
		}
	}
	if _, err := w.DB.Exec(`DELETE FROM consultation_rating`); err == nil {
		t.Error("ratings were deleted")
	}
	w.run(`UPDATE consultation_rating SET signed_as = '–' WHERE signed_as <> ''`)
}

func TestAnExpertIsFoundByNameAndNamelessWhenSomebodyConfirmsWhoItIs(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	s, experts := w.privacy(privacy.Rule{}), expert.New(w.DB, w.Clock.Now, 0, "")
	state := func(name, role string) string {
		id, err := experts.Save(ctx, expert.Statement{Name: name, Named: true, Role: role, Date: w.Clock.Now(), Language: i18n.Sv, Text: "Dela upp kontrakten.", Themes: []string{"I03"}})
		w.Must(err)
		return id
	}
	hers, his, other := state("Maj Möller", "upphandlingsjurist"), state("maj  möller", "forskare"), state("Nils Nyman", "forskare")
	_, err := w.People.Import(ctx, strings.NewReader("name;email;group\nMaj Möller;maj@register.example;procurer\n"))
	w.Must(err)
	for _, who := range []privacy.Who{{Address: "maj@register.example"}, {Name: " MAJ möller "}} {
		k, err := s.Kept(ctx, who)
		w.Must(err)
		if len(k.Likely) != 2 {
			t.Errorf("%+v: likely are %+v", who, k.Likely)
		}
	}
	who := privacy.Who{Address: "maj@register.example", Statements: []string{hers, other}} // one that has another name is not hers
	k, err := s.EraseAtRequest(ctx, privacy.Erasure{Who: who, Decision: "2026:99"})
	w.Must(err)
	if len(k.Likely) != 1 || k.Likely[0].ID != his {
		t.Errorf("left to confirm: %+v", k.Likely)
	}
	for id, want := range map[string]string{hers: "", his: "maj  möller", other: "Nils Nyman"} {
		st, err := experts.Find(ctx, id)
		w.Must(err)
		if st.Name != want {
			t.Errorf("%s is named %q, want %q", st.Role, st.Name, want)
		}
	}
	if _, err := s.EraseAtRequest(ctx, privacy.Erasure{Who: privacy.Who{Name: "Nils Nyman", Statements: []string{other}}, Decision: "2026:100"}); err != nil {
		t.Errorf("somebody of whom no address is known: %v", err)
	}
}
