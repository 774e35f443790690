package public_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// send posts a file as the form does.
func (s site) send(path string, file []byte) *httptest.ResponseRecorder {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if file != nil {
		part, err := form.CreateFormFile("file", "rapport.pdf")
		s.Must(err)
		_, err = part.Write(file)
		s.Must(err)
	}
	s.Must(form.Close())
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestAnybodyCanTryWhetherAFileIsOurReport(t *testing.T) {
	s := newSite(t)
	e := s.publish()
	file, err := s.Reports.PDF(s.Context(), e.ID)
	s.Must(err)
	other := bytes.Replace(file, []byte("<xmp:CreateDate>2"), []byte("<xmp:CreateDate>1"), 1)
	renamed := bytes.Replace(file, []byte("<dc:identifier>regional-1-sv"), []byte("<dc:identifier>regional-7-sv"), 1)
	for _, c := range []struct {
		name string
		file []byte
		code int
		want []string
	}{
		{"as published", file, http.StatusOK, []string{"Filen är regional-1-sv, så som vi gav ut den", "byte för byte", "Filen är den som lagrades"}},
		{"one digit changed", other, http.StatusOK, []string{"Filen är inte den som vi gav ut", "Filen är inte den som lagrades"}},
		{"an edition that was never published", renamed, http.StatusOK, []string{"Filen är inte den som vi gav ut", "ingen utgåva som heter regional-7-sv"}},
		{"something else", []byte("hej"), http.StatusOK, []string{"Filen är ingen utgåva"}},
		{"no file", nil, http.StatusUnprocessableEntity, []string{"file-error"}},
		{"too large a file", make([]byte, 4<<20), http.StatusRequestEntityTooLarge, []string{"file-error", "större än någon rapport"}},
	} {
		got := s.send("/reports/verify", c.file)
		if got.Code != c.code {
			t.Errorf("%s: status %d, want %d", c.name, got.Code, c.code)
		}
		for _, want := range c.want {
			if !strings.Contains(got.Body.String(), want) {
				t.Errorf("%s: %q is not said", c.name, want)
			}
		}
	}
	busy := false
	for range 30 {
		busy = busy || s.send("/reports/verify", []byte("hej")).Code == http.StatusServiceUnavailable
	}
	if !busy {
		t.Error("files are looked at without end")
	}
}

func TestAnEditionIsDescribedToProgramsAndReadByChapter(t *testing.T) {
	s := newSite(t)
	e := s.publish()
	body := s.get(e.Path()).Body.String()
	_, rest, found := strings.Cut(body, `<script type="application/ld+json">`)
	text, _, closed := strings.Cut(rest, "</script>")
	var linked struct {
		Context string `json:"@context"`
		Graph   []struct {
			Type    string `json:"@type"`
			URL     string
			HasPart struct {
				Type       string `json:"@type"`
				Identifier string
			}
		} `json:"@graph"`
	}
	if !found || !closed || json.Unmarshal([]byte(text), &linked) != nil {
		t.Fatalf("no linked data in %q", text)
	}
	if g := linked.Graph[0]; linked.Context != "https://schema.org" || g.Type != "Report" || g.URL != "https://dialog.example"+e.Path() ||
		g.HasPart.Type != "Dataset" || g.HasPart.Identifier != "sha256:"+e.SnapshotHash {
		t.Errorf("%+v", linked)
	}
	chapter := s.get(e.ReadPath() + "/ch-recommendations").Body.String()
	for _, want := range []string{`id="rec-5-1"`, `href="/reports/regional-1-sv/read/ch-results5#fig-s5-q5_11"`, `rel="prev"`, `rel="next"`, `aria-current="page"`} {
		if !strings.Contains(chapter, want) {
			t.Errorf("the chapter lacks %s", want)
		}
	}
	if strings.Contains(chapter, `id="fig-s5-q5_11"`) {
		t.Error("the chapter holds another one's figure")
	}
	if got := s.get(e.ReadPath() + "/none").Code; got != http.StatusNotFound {
		t.Errorf("a chapter that does not exist answers %d", got)
	}
}
