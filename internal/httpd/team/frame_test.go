package team_test

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// frameFile counts 9 000 firms by size class, most of them the smallest.
func frameFile() string {
	file := "question;answer;units\n"
	for i, n := range []int{4500, 2000, 1000, 800, 400, 150, 80, 40, 30} {
		file += fmt.Sprintf("bg_size;%d;%d\n", i+1, n)
	}
	return file
}

func (s *recommendationSite) upload(path, name, content string) (int, string) {
	s.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	s.Must(err)
	_, err = part.Write([]byte(content))
	s.Must(err)
	s.Must(w.Close())
	return s.read(s.client.Post(s.base+path, w.FormDataContentType(), &body))
}

var frameContent = regexp.MustCompile(`name="content" value="([^"]*)"`)

func TestFrameCountsAreLookedAtBeforeTheyWeightAnything(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(60)
	const page, weighted = "/team/frame/s5", "/team/analysis/s5/q5_11?group=business&by=none&weights=size_class"
	s.shows(page, "Inga antal är inlästa", "bg_size,1,0")
	s.shows(weighted, "Ovägt")
	status, body := s.upload(page, "ram.csv", frameFile())
	if status != http.StatusOK || !strings.Contains(body, "ram.csv") || !strings.Contains(body, "Läs in antalen") {
		t.Fatalf("preview: %d", status)
	}
	s.shows(page, "Inga antal är inlästa") // until somebody says so
	content := html.UnescapeString(frameContent.FindStringSubmatch(body)[1])
	status, _ = s.post(page+"/confirm", url.Values{"name": {"ram.csv"}, "content": {content}})
	if status != http.StatusSeeOther {
		t.Fatalf("confirm: %d", status)
	}
	s.shows(page, "ram.csv", "designeffekt", "Andel av svarande")
	s.shows(weighted, "vägda efter storleksklass", "designeffekt")
	_, body = s.upload(page, "igen.csv", frameFile())
	if !strings.Contains(body, "Ersätter de 9") {
		t.Error("the preview does not say what it replaces")
	}
	if status, _ := s.post(page+"/remove", url.Values{"question": {"bg_size"}}); status != http.StatusSeeOther {
		t.Errorf("remove: %d", status)
	}
	s.shows(page, "Inga antal är inlästa")
}

func TestAFrameFileWithFaultsIsRefusedLineByLine(t *testing.T) {
	s := newRecommendationSite(t)
	status, body := s.upload("/team/frame/s5", "ram.csv", frameFile()+"bg_size;12;5\nq5_99;1;5\nq5_11;1;5\n")
	for _, want := range []string{`<th scope="row" class="num">11</th>`, "inget svar ”12”", "ingen fråga q5_99", "Inget är inläst"} {
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("status %d without %q", status, want)
		}
	}
	if status, _ := s.upload("/team/frame/s5", "ram.csv", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty file: %d", status)
	}
	if status, _ := s.upload("/team/frame/s99", "ram.csv", frameFile()); status != http.StatusNotFound {
		t.Errorf("a survey that does not exist: %d", status)
	}
}
