package main

import (
	"context"
	"fmt"
	"html"
	"net/http"
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

// person is somebody who answers: a connection and, after the start, the way to the response.
type person struct {
	*client
	site  *site
	reads bool                // fetch each page that a post leads to, as a browser does
	took  func(time.Duration) // called for each durable request
}

// draft is a response that was started and has no answers yet.
type draft struct{ at, cookie string }

// submission goes from the mailed link to the receipt.
func (p person) submission() error {
	at, page, err := p.start()
	if err == nil {
		at, err = p.fill(at, page)
	}
	if err != nil {
		return err
	}
	home, _, _ := strings.Cut(at, "/page/")
	end, _, err := p.act(home+"/submit", url.Values{"revision": {fmt.Sprint(len(typed) + 1)}})
	if err == nil && !strings.HasSuffix(end, "/receipt") {
		err = fmt.Errorf("submitting led to %s", end)
	}
	return err
}

func (p person) start() (at, page string, err error) {
	p.cookie = ""
	return p.act("/s/"+<-p.site.tokens+"/start", url.Values{})
}

// fill saves the three pages from the first on, at.
func (p person) fill(at, page string) (end string, err error) {
	for n := 0; n < len(typed) && err == nil; n++ {
		at, page, err = p.act(at, p.form(n, page))
	}
	if err == nil && !strings.HasSuffix(at, fmt.Sprint("/page/", len(typed)+1)) {
		err = fmt.Errorf("the third page led to %s", at)
	}
	return at, err
}

// form fills page n. Without the page at hand its hidden fields are as the rehearsal saw them: they
// only depend on the questionnaire and on how often was saved.
func (p person) form(n int, page string) url.Values {
	form := url.Values{"do": {"next"}}
	for name, values := range typed[n] {
		form[name] = values
	}
	if !p.reads {
		form.Set("revision", fmt.Sprint(n+1))
		form.Set("base", p.site.pages[n].base)
		form.Set("shown", p.site.pages[n].shown)
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

// act sends a form and, as a browser, fetches where it leads. Only the post is timed.
func (p person) act(to string, form url.Values) (at, page string, err error) {
	start := time.Now()
	r, err := p.post(to, form)
	if err != nil {
		return "", "", err
	}
	if r.status != http.StatusSeeOther {
		said, _ := r.text() // the status says enough
		return "", "", fmt.Errorf("%s answered %d: %.300s", to, r.status, said)
	}
	p.took(time.Since(start))
	if !p.reads {
		return r.location, "", nil
	}
	shown, err := p.get(r.location)
	if err == nil && shown.status != http.StatusOK {
		err = fmt.Errorf("%s answered %d", r.location, shown.status)
	}
	if err != nil {
		return "", "", err
	}
	page, err = shown.text()
	return r.location, page, err
}

// rehearse submits once with every page read, and learns what the posts alone need to know.
func (s *site) rehearse(ctx context.Context) error {
	p := person{client: &client{address: s.program}, site: s, reads: true, took: func(time.Duration) {}}
	defer p.close()
	at, page, err := p.start()
	for n := 0; n < len(typed) && err == nil; n++ {
		form := p.form(n, page)
		s.pages = append(s.pages, shown{form.Get("base"), form.Get("shown")})
		at, page, err = p.act(at, form)
	}
	if err != nil {
		return err
	}
	home, _, _ := strings.Cut(at, "/page/")
	if _, _, err = p.act(home+"/submit", url.Values{"revision": {fmt.Sprint(len(typed) + 1)}}); err != nil {
		return err
	}
	s.document, err = storedAnswers(ctx, s.app.DB)
	return err
}
