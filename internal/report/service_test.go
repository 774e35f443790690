package report_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/token"
	"upphandlingsdialog/reports"
)

// postbox takes every letter.
type postbox struct {
	mu      sync.Mutex
	letters []mail.Letter
}

func (p *postbox) Domain() string { return "dialog.example" }

func (p *postbox) Send(_ context.Context, l mail.Letter) mail.Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, l)
	return mail.Result{Outcome: mail.Delivered, Code: 250}
}

type world struct {
	*recommendationtest.World
	reports *report.Service
	outbox  *distribution.Service
	post    *postbox
}

func newWorld(t *testing.T) world {
	w := recommendationtest.New(t)
	persons := people.New(w.DB, w.Clock.Now)
	post := &postbox{}
	outbox := distribution.New(w.DB, w.Clock.Now, persons, w.Surveys, post, distribution.Config{BaseURL: "https://dialog.example",
		Key: token.Key{1}, Owner: i18n.Text{Sv: "Länsstyrelsen", En: "The board"}, Contact: "dialog@dialog.example"})
	s := report.New(w.DB, w.Clock.Now, report.Sources{Surveys: w.Surveys, Ledger: disclosure.New(w.DB, w.Clock.Now), People: persons, Distribution: outbox,
		Responses: response.New(w.DB, w.Clock.Now, w.Surveys, outbox, persons), Dialogue: w.Meetings,
		Recommendations: w.Service, Files: reports.Files}, report.Settings{Address: "https://dialog.example/", Contact: "dialog@dialog.example"})
	return world{w, s, outbox, post}
}

// decide imports the sample and takes every recommendation to a decision.
func (w world) decide() {
	w.Crowd(60)
	w.ImportSample()
	list, err := w.Service.List(w.Context(), recommendation.Filter{})
	w.Must(err)
	for _, r := range list {
		w.Must(w.Service.Move(w.Context(), r.ID, recommendation.Consultation))
		w.Must(w.Service.Move(w.Context(), r.ID, recommendation.Decided))
	}
}

func TestAnEditionGoesFromSnapshotToReaders(t *testing.T) {
	w := newWorld(t)
	w.decide()
	ctx := t.Context()

	e, err := w.reports.Make(ctx, report.Regional, "sv")
	w.Must(err)
	if e.State != report.Draft || e.Slug != "regional-1-sv" {
		t.Fatalf("made %+v", e)
	}
	if again, err := w.reports.Make(ctx, report.Regional, "sv"); err != nil || again.ID != e.ID {
		t.Errorf("making the same again gave %q, %v; want the same edition", again.Slug, err)
	}
	if _, err := w.reports.Publish(ctx, e.ID, time.Time{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("published before it was rendered: %v", err)
	}
	w.Must(w.reports.RenderJob(ctx, report.RenderArgs{EditionID: e.ID}))
	w.Must(w.reports.RenderJob(ctx, report.RenderArgs{EditionID: e.ID}))
	e, err = w.reports.Find(ctx, e.ID)
	w.Must(err)
	pdf, err := w.reports.PDF(ctx, e.ID)
	w.Must(err)
	if e.State != report.Rendered || e.PDFSHA256 != report.Hash(pdf) || !strings.HasPrefix(string(pdf), "%PDF-1.7") {
		t.Fatalf("rendered %+v", e)
	}
	if _, err := w.reports.FindPublished(ctx, e.Slug); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unpublished edition is readable: %v", err)
	}
	for range 2 {
		e, err = w.reports.Publish(ctx, e.ID, time.Time{})
		w.Must(err)
	}
	if _, err := w.reports.FindPublished(ctx, e.Slug); err != nil {
		t.Errorf("published edition: %v", err)
	}
	list, err := w.Service.List(ctx, recommendation.Filter{Status: recommendation.Published})
	w.Must(err)
	if len(list) != 9 {
		t.Errorf("%d of 9 recommendations are published with the edition", len(list))
	}
	if again, err := w.reports.Make(ctx, report.Regional, "sv"); err != nil || again.ID != e.ID {
		t.Errorf("publishing alone made a new edition: %q, %v", again.Slug, err)
	}
	w.spread(e)
}

func (w world) spread(e report.Edition) {
	ctx := w.Context()
	l, err := w.reports.CreateList(ctx, "Kommuner", report.Regional)
	w.Must(err)
	members, err := report.ParseMembers("Åsa Ek <asa@kommun.example>\nbo@bolag.example; ASA@kommun.example", i18n.Sv)
	w.Must(err)
	if n, err := w.reports.AddMembers(ctx, l.ID, members); err != nil || n != 2 {
		w.Fatalf("added %d, %v", n, err)
	}
	for range 2 {
		_, err := w.reports.Distribute(ctx, e.ID, l.ID)
		w.Must(err)
		_, err = w.outbox.Drain(ctx)
		w.Must(err)
	}
	if len(w.post.letters) != 2 {
		w.Fatalf("%d letters left, want one to each of two, once", len(w.post.letters))
	}
	for _, letter := range w.post.letters {
		if letter.Button.URL != "https://dialog.example/reports/regional-1-sv" || letter.UnsubscribeURL == "" {
			w.Errorf("letter links to %q, unsubscribe %q", letter.Button.URL, letter.UnsubscribeURL)
		}
	}
	got, err := w.reports.Deliveries(ctx, e.ID)
	w.Must(err)
	for _, d := range got {
		if d.State != distribution.Sent || d.List != "Kommuner" {
			w.Errorf("delivery %+v", d)
		}
	}
	if len(got) != 2 {
		w.Errorf("%d deliveries recorded, want 2", len(got))
	}
	national, err := w.reports.CreateList(ctx, "Landet", report.National)
	w.Must(err)
	if _, err := w.reports.Distribute(ctx, e.ID, national.ID); !fault.Is(err, fault.Conflict) {
		w.Errorf("a regional edition went to a national list: %v", err)
	}
}

func TestNewAnswersStopAnEditionUntilTheFiguresAreAccepted(t *testing.T) {
	w := newWorld(t)
	if _, err := w.reports.Make(t.Context(), report.National, "en"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a report of no recommendations: %v", err)
	}
	w.decide()
	if _, err := w.reports.Make(t.Context(), report.National, "en"); err != nil {
		t.Fatal(err)
	}
	yes := 1
	for range 5 {
		w.Answer("s5", people.Business, questionnaire.Answers{"q5_08": {Code: &yes}})
	}
	_, err := w.reports.Make(t.Context(), report.National, "en")
	if f, ok := fault.Of(err); !ok || f.Key != "report.error_figures" || f.Args["Numbers"] != "5.2" {
		t.Errorf("an edition with a figure that no longer agrees: %v", err)
	}
}

func TestTheNationalEditionNamesNoMunicipality(t *testing.T) {
	w := newWorld(t)
	w.decide()
	e, err := w.reports.Make(t.Context(), report.National, "sv")
	w.Must(err)
	s, err := w.reports.Snapshot(t.Context(), e.SnapshotID)
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
