package public_test

import (
	"bytes"
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
	file, err := s.reports.PDF(s.Context(), e.ID)
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
		{"too large a file", make([]byte, 4<<20), http.StatusRequestEntityTooLarge, nil},
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
