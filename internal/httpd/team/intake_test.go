package team_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
)

// upload posts a file as the page does.
func (s *answersSite) upload(c *http.Client, path, name string, data []byte, want int) (http.Header, string) {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	s.Must(form.WriteField("source", "telephone"))
	part, err := form.CreateFormFile("file", name)
	s.Must(err)
	_, err = part.Write(data)
	s.Must(err)
	s.Must(form.Close())
	resp, err := c.Post(s.url+path, form.FormDataContentType(), &body)
	return s.read(resp, err, want)
}

// stored are the answers by source.
func (s *answersSite) stored() map[string]int {
	s.Helper()
	list := map[string]int{}
	rows, err := s.DB.Query(`SELECT source, count(*) FROM response GROUP BY 1`)
	s.Must(err)
	defer rows.Close()
	for rows.Next() {
		var source string
		var n int
		s.Must(rows.Scan(&source, &n))
		list[source] = n
	}
	s.Must(rows.Err())
	return list
}

func workbook(s *answersSite, rows ...[]any) []byte {
	s.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		s.Must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	out, err := f.WriteToBuffer()
	s.Must(err)
	return out.Bytes()
}

func TestAnswersOnPaperAreLookedThroughBeforeAnythingIsStored(t *testing.T) {
	s, client := newAnswersSite(t)
	c := client(account.Secretary)
	for name, data := range map[string][]byte{
		"paper.csv":  []byte("ref;group;q5_01;q5_04\n1;business;3;Vet ej\n2;business;9;2\n3;firms;3;2\n"),
		"paper.xlsx": workbook(s, []any{"ref", "group", "q5_01", "q5_04"}, []any{1, "business", 3, "Vet ej"}, []any{2, "business", 9, 2}, []any{3, "firms", 3, 2}),
	} {
		before := s.Dump()
		_, page := s.upload(c, "/team/intake/s5", name, data, http.StatusUnprocessableEntity)
		for _, want := range []string{`>3</th><td class="mono">q5_01</td>`, `>4</th><td class="mono">group</td>`, "Fel: ", name} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %s:\n%s", name, want, page)
			}
		}
		if s.Dump() != before {
			t.Errorf("%s: something was stored", name)
		}
	}
	for name, data := range map[string][]byte{
		"paper.csv":  []byte("ref;group;q5_01;q5_04\n1;business;3;Vet ej\n"),
		"paper.xlsx": workbook(s, []any{"ref", "group", "submitted", "q5_01"}, []any{2, "business", 43525, "4"}),
	} {
		before := s.stored()
		head, _ := s.upload(c, "/team/intake/s5", name, data, http.StatusSeeOther)
		kept := head.Get("Location")
		resp, err := c.Get(s.url + kept)
		_, page := s.read(resp, err, http.StatusOK)
		if !strings.Contains(page, "1 nya svar, 0 som redan är inlästa") || !strings.Contains(page, "Per telefon") {
			t.Errorf("%s: %s", name, page)
		}
		if fmt.Sprint(s.stored()) != fmt.Sprint(before) {
			t.Errorf("%s: stored before it was confirmed", name)
		}
		resp, err = c.Post(s.url+kept+"/confirm", "", nil)
		s.read(resp, err, http.StatusSeeOther)
		if got := s.stored(); got["telephone"] != before["telephone"]+1 {
			t.Errorf("%s: %v", name, got)
		}
		resp, err = c.Get(s.url + kept)
		s.read(resp, err, http.StatusNotFound)
	}
	var day string
	s.Must(s.DB.Get(&day, `SELECT to_char(submitted_at, 'YYYY-MM-DD') FROM response WHERE source_ref = '2'`))
	if day != "2019-03-01" {
		t.Errorf("Excel's day 43525 became %s", day)
	}
	head, _ := s.upload(c, "/team/intake/s5", "paper.csv", []byte("ref;group;q5_01\n9;business;3\n"), http.StatusSeeOther)
	resp, err := c.Post(s.url+head.Get("Location")+"/drop", "", nil)
	s.read(resp, err, http.StatusSeeOther)
	if got := s.stored(); got["telephone"] != 2 {
		t.Errorf("a dropped file was taken in: %v", got)
	}
}

func TestOnlyWhoMayTakeInAnswersSeesThePage(t *testing.T) {
	s, client := newAnswersSite(t)
	c := client(account.Reader)
	for _, path := range []string{"/team/intake/s5", "/team/intake/s5/sheet?group=business", "/team/intake/s5/template?group=business"} {
		resp, err := c.Get(s.url + path)
		s.read(resp, err, http.StatusForbidden)
	}
	s.upload(c, "/team/intake/s5", "a.csv", []byte("ref;group\n"), http.StatusForbidden)
}

func TestTheTemplateHasTheColumnsOfItsGroupAndReadsBack(t *testing.T) {
	s, client := newAnswersSite(t)
	c := client(account.Leader)
	get := func(path string) string {
		resp, err := c.Get(s.url + path)
		_, body := s.read(resp, err, http.StatusOK)
		return body
	}
	names, err := csv.NewReader(strings.NewReader(strings.ReplaceAll(strings.TrimPrefix(get("/team/intake/s5/template?group=business&as=csv"), "\ufeff"), ";", ","))).Read()
	s.Must(err)
	got := strings.Join(names, " ")
	if !strings.HasPrefix(got, "ref group language submitted q5_01 ") || strings.Contains(got, "q5_02") || strings.Contains(got, ".status") {
		t.Error(got)
	}
	book, err := excelize.OpenReader(strings.NewReader(get("/team/intake/s5/template?group=business&as=xlsx")))
	s.Must(err)
	rows, err := book.GetRows("Svar")
	s.Must(err)
	if len(rows) != 1 || strings.Join(rows[0], " ") != got {
		t.Errorf("the workbook has %v", rows)
	}
	codes, err := book.GetRows("Koder")
	s.Must(err)
	if text := fmt.Sprint(codes); !strings.Contains(text, "[q5_01 ") || !strings.Contains(text, "3 Delvis") || strings.Contains(text, "[  -1 ") {
		t.Error(text)
	}
	row := make([]any, len(names))
	for i, n := range names {
		row[i] = map[string]any{"ref": "a1", "group": "business", "q5_01": "Delvis"}[n]
	}
	var filled bytes.Buffer
	s.Must(book.SetSheetRow("Svar", "A2", &row))
	s.Must(book.Write(&filled))
	s.upload(c, "/team/intake/s5", "filled.xlsx", filled.Bytes(), http.StatusSeeOther)
}

func TestASheetIsTypedInWithTheRespondentsFormAndTheSameRules(t *testing.T) {
	s, client := newAnswersSite(t)
	c := client(account.Leader)
	const path = "/team/intake/s5/sheet?version=1&group=procurer"
	resp, err := c.Get(s.url + path)
	_, page := s.read(resp, err, http.StatusOK)
	if !strings.Contains(page, `name="q5_01"`) || strings.Contains(page, `name="q5_08"`) {
		t.Error("the form is not the group's")
	}
	form := url.Values{"sheet.ref": {"blad 7"}, "sheet.source": {"paper"}, "sheet.language": {"sv"}, "sheet.day": {"2019-03-01"}, "q5_01": {"4"}, "q5_04": {"501"}, "q5_09": {"1", "6"}}
	post := func(want int) string {
		resp, err := c.PostForm(s.url+path, form)
		_, body := s.read(resp, err, want)
		return body
	}
	before := s.Dump()
	if page := post(http.StatusUnprocessableEntity); !strings.Contains(page, `href="#q5_04`) || !regexp.MustCompile(`value="501"`).MatchString(page) {
		t.Error("a number out of bounds is not told, or what was typed is lost")
	}
	form.Set("q5_04", "0")
	form.Set("q5_05.a", "3") // hidden when the answer above is 0
	if page := post(http.StatusUnprocessableEntity); !strings.Contains(page, `href="#q5_05`) {
		t.Error("an answer to a hidden question is not told")
	}
	form.Del("q5_05.a")
	form.Set("sheet.ref", "")
	if page := post(http.StatusUnprocessableEntity); !strings.Contains(page, `href="#sheet.ref"`) {
		t.Error("a missing number is not told")
	}
	if s.Dump() != before {
		t.Error("something was stored")
	}
	form.Set("sheet.ref", "blad 7")
	post(http.StatusSeeOther)
	post(http.StatusSeeOther) // twice is once
	var got []questionnaire.Answers
	s.Must(s.Responses.Load(t.Context(), response.Filter{SurveyID: "s5"}, func(r response.Row) error {
		if r.Group == "procurer" {
			got = append(got, r.Answers)
		}
		return nil
	}))
	if len(got) != 1 || *got[0]["q5_01"].Code != 4 || len(got[0]["q5_09"].Codes) != 2 {
		t.Errorf("%+v", got)
	}
	form.Set("q5_01", "1")
	if page := post(http.StatusUnprocessableEntity); !strings.Contains(page, `href="#sheet.ref"`) {
		t.Error("another sheet with the same number is not told")
	}
}
