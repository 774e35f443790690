package public_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/public"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/token"
	"upphandlingsdialog/reports"
)

// nobody takes no letters: the public pages send none.
type nobody struct{}

func (nobody) Domain() string { return "dialog.example" }
func (nobody) Send(context.Context, mail.Letter) mail.Result {
	return mail.Result{Outcome: mail.Refused}
}

type site struct {
	*recommendationtest.World
	reports *report.Service
	panels  *consultation.Service
	people  *people.Service
	http.Handler
}

func newSite(t *testing.T) site {
	w := recommendationtest.New(t)
	persons := people.New(w.DB, w.Clock.Now)
	outbox := distribution.New(w.DB, w.Clock.Now, persons, w.Surveys, nobody{}, distribution.Config{BaseURL: "https://dialog.example",
		Key: token.Key{1}, Owner: i18n.Text{Sv: "Länsstyrelsen", En: "The board"}, Contact: "dialog@dialog.example"})
	panels := consultation.New(w.DB, w.Clock.Now, persons, outbox, w.Service, consultation.Config{BaseURL: "https://dialog.example", Key: token.Key{1}})
	s := report.New(w.DB, w.Clock.Now, report.Sources{Surveys: w.Surveys, Ledger: disclosure.New(w.DB, w.Clock.Now), People: persons, Distribution: outbox,
		Responses: response.New(w.DB, w.Clock.Now, w.Surveys, outbox, persons), Dialogue: w.Meetings,
		Recommendations: w.Service, Consultations: panels, Files: reports.Files}, report.Settings{Address: "https://dialog.example", Contact: "dialog@dialog.example"})
	h, err := httpd.New(httpd.Options{Accounts: account.New(w.DB, w.Clock.Now), Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now,
		BaseURL: "https://dialog.example"}, &public.Face{Reports: s, Contact: "dialog@dialog.example", Now: w.Clock.Now})
	w.Must(err)
	return site{w, s, panels, persons, h}
}

func (s site) get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// publish takes the sample to a published regional edition in Swedish.
func (s site) publish() report.Edition {
	s.Crowd(60)
	s.ImportSample()
	list, err := s.Service.List(s.Context(), recommendation.Filter{})
	s.Must(err)
	for _, r := range list {
		s.Must(s.Service.Move(s.Context(), r.ID, recommendation.Consultation))
		s.Must(s.Service.Move(s.Context(), r.ID, recommendation.Decided))
	}
	e, err := s.reports.Make(s.Context(), report.Regional, "sv")
	s.Must(err)
	_, err = s.reports.Render(s.Context(), e.ID)
	s.Must(err)
	if got := s.get("/reports/" + e.Slug); got.Code != http.StatusNotFound {
		s.Errorf("an edition shows before it is published: %d", got.Code)
	}
	e, err = s.reports.Publish(s.Context(), e.ID, time.Time{})
	s.Must(err)
	return e
}

func TestEveryPublicPageAnswersInBothLanguages(t *testing.T) {
	s := newSite(t)
	before := []string{"/", "/areas", "/areas/5", "/areas/7", "/recommendations", "/reports", "/reports/verify", "/privacy", "/accessibility"}
	after := append(before, "/recommendations/5.1", "/reports/regional-1-sv", "/reports/regional-1-sv/read", "/reports/regional-1-sv/read/ch-recommendations")
	check := func(paths []string) {
		for _, path := range paths {
			for _, lang := range []string{"sv", "en"} {
				got := s.get(path + "?lang=" + lang)
				if got.Code == http.StatusSeeOther { // the choice is kept in a cookie
					got = s.get(path, "Cookie", got.Header().Get("Set-Cookie"))
				}
				body := got.Body.String()
				if got.Code != http.StatusOK || strings.Contains(body, "[public.") || strings.Contains(body, "[report.") || strings.Count(body, "<h1") != 1 {
					t.Errorf("%s in %s: status %d, %d h1, missing words %v", path, lang, got.Code, strings.Count(body, "<h1"), strings.Contains(body, "[public.") || strings.Contains(body, "[report."))
				}
			}
		}
	}
	check(before)
	for _, path := range []string{"/areas/4", "/areas/x", "/recommendations/5.1", "/reports/regional-1-sv", "/reports/none"} {
		if got := s.get(path); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d before anything is published, want 404", path, got.Code)
		}
	}
	s.publish()
	check(after)
}

func TestAnEditionIsInTheFeedTheCatalogueAndBesideItsCorrections(t *testing.T) {
	s := newSite(t)
	e := s.publish()
	s.Must(s.reports.NoteErratum(s.Context(), e.ID, report.Erratum{Place: "sida 7", Reads: "84 <företag>.", Should: "48 företag."}))
	for path, want := range map[string][2]string{
		"/reports.atom":            {"application/atom+xml; charset=utf-8", "Rättelse: "},
		e.Path() + "/metadata.xml": {"application/xml; charset=utf-8", "urn:sha256:" + e.PDFSHA256},
		e.Path():                   {"text/html; charset=utf-8", "84 &lt;företag&gt;. Det ska stå: 48 företag."},
		e.Path() + "/read":         {"text/html; charset=utf-8", e.Path() + "#errata"},
		"/reports":                 {"text/html; charset=utf-8", "/reports.atom"},
	} {
		got := s.get(path)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != want[0] || !strings.Contains(got.Body.String(), want[1]) {
			t.Errorf("%s: status %d, %s, %q is missing", path, got.Code, got.Header().Get("Content-Type"), want[1])
		}
	}
	if got := s.get("/reports/none/metadata.xml"); got.Code != http.StatusNotFound {
		t.Errorf("a record of nothing: %d", got.Code)
	}
}

func TestThePDFCanBeFetchedInPartsAndChecked(t *testing.T) {
	s := newSite(t)
	e := s.publish()
	path := e.Path() + "/report.pdf"
	whole := s.get(path, "Accept-Encoding", "gzip")
	if whole.Code != http.StatusOK || whole.Header().Get("Content-Type") != "application/pdf" || report.Hash(whole.Body.Bytes()) != e.PDFSHA256 {
		t.Fatalf("status %d, type %q, encoding %q, sum %s", whole.Code, whole.Header().Get("Content-Type"), whole.Header().Get("Content-Encoding"), report.Hash(whole.Body.Bytes()))
	}
	part := s.get(path, "Range", "bytes=0-7")
	if part.Code != http.StatusPartialContent || part.Body.String() != "%PDF-1.7" {
		t.Errorf("range: status %d, %q", part.Code, part.Body)
	}
	if again := s.get(path, "If-None-Match", whole.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("an unchanged file is sent again: %d", again.Code)
	}
	if page := s.get(e.Path()).Body.String(); !strings.Contains(page, e.PDFSHA256) {
		t.Error("the edition's page does not show the checksum")
	}
}
