package respondent_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/people"
)

var hidden = regexp.MustCompile(`name="(revision|base|shown)" value="([^"]*)"`)

// BenchmarkSubmission is start, three pages and submit: five commits and the
// pages between them. The test server does not wait for the disk, so this
// measures the program and its queries.
func BenchmarkSubmission(b *testing.B) {
	s := open(b)
	var csv strings.Builder
	csv.WriteString("name,email,group,municipality,size_class,sector\n")
	for i := range b.N {
		fmt.Fprintf(&csv, "Person Nummer,p%d@firma.example,business,2031,2,4\n", i)
	}
	_, err := s.People.Import(b.Context(), strings.NewReader(csv.String()))
	s.Must(err)
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Groups = "Mätning", s.Campaign.VersionID, []string{people.Business}
	c.ClosesAt = s.Clock.Now().AddDate(0, 0, 24)
	c, err = s.Distribution.Create(b.Context(), c)
	s.Must(err)
	_, err = s.Distribution.Launch(b.Context(), c.ID)
	s.Must(err)
	var ids []string
	s.Must(s.DB.Select(&ids, `SELECT id FROM invitation WHERE campaign_id = $1`, c.ID))
	var next atomic.Int64
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := submitOne(b.Context(), transport, s.url, s.Distribution.AnswerToken(ids[next.Add(1)-1])); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func submitOne(ctx context.Context, transport http.RoundTripper, base, token string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: transport, Jar: jar}
	page, at, err := send(ctx, client, base+"/s/"+token+"/start", url.Values{})
	for n := 0; err == nil && n < 3; n++ {
		fields := url.Values{"do": {"next"}}
		for name, values := range everything[n] {
			fields[name] = values
		}
		for _, m := range hidden.FindAllStringSubmatch(page, -1) {
			fields.Set(m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
		}
		if n == 0 { // as with script: the follow-up question has appeared in place
			fields.Set("shown", fields.Get("shown")+" q5_05")
		}
		page, at, err = send(ctx, client, base+at, fields)
	}
	if err != nil {
		return err
	}
	home := at[:strings.LastIndex(at[:strings.LastIndex(at, "/")], "/")]
	page, at, err = send(ctx, client, base+home+"/submit", url.Values{"revision": {"4"}})
	if err == nil && !strings.HasSuffix(at, "/receipt") {
		err = fmt.Errorf("ended at %s: %s", at, page)
	}
	return err
}

func send(ctx context.Context, client *http.Client, to string, form url.Values) (body, at string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return "", "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d", to, res.StatusCode)
	}
	return string(raw), res.Request.URL.Path, err
}
