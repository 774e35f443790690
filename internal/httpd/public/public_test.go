package public_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/public"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
)

type site struct {
	*reporttest.World
	http.Handler
}

func newSite(t *testing.T) site {
	w := reporttest.New(t)
	h, err := httpd.New(httpd.Options{Accounts: account.New(w.DB, w.Clock.Now), Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now,
		BaseURL: reporttest.Address}, &public.Face{Reports: w.Reports, Contact: reporttest.Contact, Now: w.Clock.Now})
	w.Must(err)
	return site{w, h}
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
	s.Decide()
	e := s.Print(report.Regional)
	if got := s.get("/reports/" + e.Slug); got.Code != http.StatusNotFound {
		s.Errorf("an edition shows before it is published: %d", got.Code)
	}
	e, err := s.Reports.Publish(s.Context(), e.ID, time.Time{})
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
				if strings.Contains(body, "{{") {
					t.Errorf("%s in %s shows a field that is not filled", path, lang)
				}
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
	s.Must(s.Reports.NoteErratum(s.Context(), e.ID, report.Erratum{Place: "sida 7", Reads: "84 <företag>.", Should: "48 företag."}))
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
