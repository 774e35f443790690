package report_test

import (
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
)

type world struct{ *reporttest.World }

func newWorld(t *testing.T) world { return world{reporttest.New(t)} }

func TestAnEditionGoesFromSnapshotToReaders(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	ctx := t.Context()

	e, err := w.Reports.Make(ctx, report.Regional, "sv")
	w.Must(err)
	if e.State != report.Draft || e.Slug != "regional-1-sv" {
		t.Fatalf("made %+v", e)
	}
	if again, err := w.Reports.Make(ctx, report.Regional, "sv"); err != nil || again.ID != e.ID {
		t.Errorf("making the same again gave %q, %v; want the same edition", again.Slug, err)
	}
	if _, err := w.Reports.Publish(ctx, e.ID, time.Time{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("published before it was rendered: %v", err)
	}
	w.Must(w.Reports.RenderJob(ctx, report.RenderArgs{EditionID: e.ID}))
	w.Must(w.Reports.RenderJob(ctx, report.RenderArgs{EditionID: e.ID}))
	e, err = w.Reports.Find(ctx, e.ID)
	w.Must(err)
	pdf, err := w.Reports.PDF(ctx, e.ID)
	w.Must(err)
	if e.State != report.Rendered || e.PDFSHA256 != report.Hash(pdf) || !strings.HasPrefix(string(pdf), "%PDF-1.7") {
		t.Fatalf("rendered %+v", e)
	}
	if _, err := w.Reports.FindPublished(ctx, e.Slug); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unpublished edition is readable: %v", err)
	}
	for range 2 {
		e, err = w.Reports.Publish(ctx, e.ID, time.Time{})
		w.Must(err)
	}
	if _, err := w.Reports.FindPublished(ctx, e.Slug); err != nil {
		t.Errorf("published edition: %v", err)
	}
	list, err := w.Service.List(ctx, recommendation.Filter{Status: recommendation.Published})
	w.Must(err)
	if len(list) != 9 {
		t.Errorf("%d of 9 recommendations are published with the edition", len(list))
	}
	if again, err := w.Reports.Make(ctx, report.Regional, "sv"); err != nil || again.ID != e.ID {
		t.Errorf("publishing alone made a new edition: %q, %v", again.Slug, err)
	}
	w.spread(e)
}

func (w world) spread(e report.Edition) {
	ctx := w.Context()
	l, err := w.Reports.CreateList(ctx, "Kommuner", report.Regional)
	w.Must(err)
	members, err := report.ParseMembers("Åsa Ek <asa@kommun.example>\nbo@bolag.example; ASA@kommun.example", i18n.Sv)
	w.Must(err)
	if n, err := w.Reports.AddMembers(ctx, l.ID, members); err != nil || n != 2 {
		w.Fatalf("added %d, %v", n, err)
	}
	for range 2 {
		_, err := w.Reports.Distribute(ctx, e.ID, l.ID)
		w.Must(err)
		_, err = w.Outbox.Drain(ctx)
		w.Must(err)
	}
	if len(w.Post.Letters) != 2 {
		w.Fatalf("%d letters left, want one to each of two, once", len(w.Post.Letters))
	}
	for _, letter := range w.Post.Letters {
		if letter.Button.URL != "https://dialog.example/reports/regional-1-sv" || letter.UnsubscribeURL == "" {
			w.Errorf("letter links to %q, unsubscribe %q", letter.Button.URL, letter.UnsubscribeURL)
		}
	}
	got, err := w.Reports.Deliveries(ctx, e.ID)
	w.Must(err)
	for _, d := range got {
		if d.State != distribution.Sent || d.List != "Kommuner" {
			w.Errorf("delivery %+v", d)
		}
	}
	if len(got) != 2 {
		w.Errorf("%d deliveries recorded, want 2", len(got))
	}
	national, err := w.Reports.CreateList(ctx, "Landet", report.National)
	w.Must(err)
	if _, err := w.Reports.Distribute(ctx, e.ID, national.ID); !fault.Is(err, fault.Conflict) {
		w.Errorf("a regional edition went to a national list: %v", err)
	}
}

func TestNewAnswersStopAnEditionUntilTheFiguresAreAccepted(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Reports.Make(t.Context(), report.National, "en"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a report of no recommendations: %v", err)
	}
	w.Decide()
	if _, err := w.Reports.Make(t.Context(), report.National, "en"); err != nil {
		t.Fatal(err)
	}
	yes := 1
	for range 5 {
		w.Answer("s5", people.Business, questionnaire.Answers{"q5_08": {Code: &yes}})
	}
	_, err := w.Reports.Make(t.Context(), report.National, "en")
	if f, ok := fault.Of(err); !ok || f.Key != "report.error_figures" || f.Args["Numbers"] != "5.2" {
		t.Errorf("an edition with a figure that no longer agrees: %v", err)
	}
}

func TestTheNationalEditionNamesNoMunicipality(t *testing.T) {
	w := newWorld(t)
	w.Decide()
	e, err := w.Reports.Make(t.Context(), report.National, "sv")
	w.Must(err)
	s, err := w.Reports.Snapshot(t.Context(), e.SnapshotID)
	w.Must(err)
	for _, m := range s.Meetings {
		if m.Municipality != "" || m.Title != "" || m.Ref != "" {
			t.Errorf("national snapshot keeps a place: %+v", m)
		}
	}
	for _, r := range s.Recommendations {
		if !r.Responsible.IsZero() || r.Due != "" {
			t.Errorf("%s keeps a responsible body or a date", r.Number)
		}
	}
	if _, err := report.Write(s, i18n.Sv); err != nil {
		t.Error(err)
	}
}

func TestPastedAddressesAreNamedByLineWhenWrong(t *testing.T) {
	_, err := report.ParseMembers("a@b.example\ninte en adress\n", i18n.Sv)
	f, ok := fault.Of(err)
	if !ok || len(f.Fields) != 1 || f.Fields[0].Args["Line"] != 2 {
		t.Errorf("%v", err)
	}
}
