package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// typed is what the respondent, a firm, writes on the first three pages of the questionnaire s5.
var typed = []url.Values{
	{"q5_01": {"4"}, "q5_04": {"3"}, "q5_05.a": {"2"}, "q5_05.c": {"97"}, "q5_06": {"98"}, "q5_08": {"1"}},
	{"q5_10.1": {"2"}, "q5_10.2": {"1"}, "q5_11": {"2"}, "q5_12": {"3"}, "q5_17": {"1"}, "q5_18": {"Enklare blanketter."}},
	{"bg_municipality": {"2062"}, "bg_size": {"3"}, "bg_bids": {"2"}, "bg_etender": {"2"}},
}

var hidden = regexp.MustCompile(`name="(revision|base|shown)" value="([^"]*)"`)

// respondent is one person's browser: a cookie jar and the way through the pages.
type respondent struct {
	site   *site
	client *http.Client
	reads  bool                // fetch each page that a post leads to, as a browser does
	took   func(time.Duration) // called for each durable request
}

// submission goes from the mailed link to the receipt.
func (s *site) submission(ctx context.Context, reads bool, took func(time.Duration)) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	r := respondent{site: s, reads: reads, took: took, client: &http.Client{Transport: s.http, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	at, page, err := r.post(ctx, "/s/"+<-s.tokens+"/start", url.Values{})
	for n := 0; n < len(typed) && err == nil; n++ {
		at, page, err = r.post(ctx, at, r.form(n, page))
	}
	if err != nil {
		return err
	}
	i := strings.Index(at, "/page/")
	if i < 0 {
		return fmt.Errorf("the third page led to %s", at)
	}
	end, _, err := r.post(ctx, at[:i]+"/submit", url.Values{"revision": {fmt.Sprint(len(typed) + 1)}})
	if err == nil && !strings.HasSuffix(end, "/receipt") {
		err = fmt.Errorf("submitting led to %s", end)
	}
	return err
}

// form fills page n. Without the page at hand its hidden fields are as the rehearsal saw them: they
// only depend on the questionnaire and on how often was saved.
func (r *respondent) form(n int, page string) url.Values {
	form := url.Values{"do": {"next"}}
	for name, values := range typed[n] {
		form[name] = values
	}
	if !r.reads {
		form.Set("revision", fmt.Sprint(n+1))
		form.Set("base", r.site.pages[n][0])
		form.Set("shown", r.site.pages[n][1])
		return form
	}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	if n == 0 && !strings.Contains(form.Get("shown"), "q5_05") { // a question that an answer on the page brings out
		form.Set("shown", form.Get("shown")+" q5_05")
	}
	return form
}

// post sends a form and, as a browser, fetches where it leads. Only the post is timed.
func (r *respondent) post(ctx context.Context, to string, form url.Values) (at, page string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.site.program+to, strings.NewReader(form.Encode()))
	if err != nil {
		return "", "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	start := time.Now()
	status, body, location, err := r.send(req)
	r.took(time.Since(start))
	if err != nil {
		return "", "", err
	}
	if status != http.StatusSeeOther {
		return "", "", fmt.Errorf("%s answered %d: %.300s", to, status, body)
	}
	if !r.reads {
		return location, "", nil
	}
	req, err = http.NewRequestWithContext(ctx, http.MethodGet, r.site.program+location, nil)
	if err != nil {
		return "", "", err
	}
	status, body, _, err = r.send(req)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answered %d", location, status)
	}
	return location, body, err
}

func (r *respondent) send(req *http.Request) (status int, body, location string, err error) {
	res, err := r.client.Do(req)
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), res.Header.Get("Location"), err
}

// rehearse submits once with every page read, and learns what the posts alone need to know.
func (s *site) rehearse(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	r := respondent{site: s, reads: true, took: func(time.Duration) {}, client: &http.Client{Transport: s.http, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	at, page, err := r.post(ctx, "/s/"+<-s.tokens+"/start", url.Values{})
	for n := 0; n < len(typed) && err == nil; n++ {
		form := r.form(n, page)
		s.pages = append(s.pages, [2]string{form.Get("base"), form.Get("shown")})
		at, page, err = r.post(ctx, at, form)
	}
	if err != nil {
		return err
	}
	home, _, _ := strings.Cut(at, "/page/")
	if _, _, err = r.post(ctx, home+"/submit", url.Values{"revision": {fmt.Sprint(len(typed) + 1)}}); err != nil {
		return err
	}
	s.document, err = storedAnswers(ctx, s.app.DB)
	return err
}

// rawSubmission is as many raw commits as a submission has.
func (s *site) rawSubmission(ctx context.Context, took func(time.Duration)) error {
	client := http.Client{Transport: s.http}
	for range commitsPerSubmission {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.raw, bytes.NewReader(s.document))
		if err != nil {
			return err
		}
		start := time.Now()
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		took(time.Since(start))
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusNoContent {
			return errors.Join(err, fmt.Errorf("the raw handler answered %d", res.StatusCode))
		}
	}
	return nil
}
