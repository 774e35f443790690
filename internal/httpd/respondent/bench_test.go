package respondent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/people"
)

// BenchmarkSubmission is start, three pages and submit: five commits. The test server does not wait for the disk, so this
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

// submitOne sends what a browser sends, without fetching the pages in between.
func submitOne(ctx context.Context, transport http.RoundTripper, base, token string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	at, err := send(ctx, client, base+"/s/"+token+"/start", url.Values{})
	for n := 0; err == nil && n < 3; n++ {
		fields := url.Values{"do": {"next"}, "revision": {strconv.Itoa(n + 1)}, "shown": {shown[n]}}
		for name, values := range everything[n] {
			fields[name] = values
		}
		at, err = send(ctx, client, base+at, fields)
	}
	if err != nil {
		return err
	}
	home := at[:strings.LastIndex(at[:strings.LastIndex(at, "/")], "/")]
	at, err = send(ctx, client, base+home+"/submit", url.Values{"revision": {"4"}})
	if err == nil && !strings.HasSuffix(at, "/receipt") {
		err = fmt.Errorf("ended at %s", at)
	}
	return err
}

// shown are the questions of the firm's first three pages.
var shown = []string{"q5_01 q5_04 q5_05 q5_06 q5_08", "q5_10 q5_11 q5_12 q5_17 q5_18",
	"bg_municipality bg_size bg_sector bg_kind bg_bids bg_etender"}

// send posts a form and returns where the answer leads.
func send(ctx context.Context, client *http.Client, to string, form url.Values) (at string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if _, err = io.Copy(io.Discard, res.Body); err == nil && res.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("%s: %d", to, res.StatusCode)
	}
	return res.Header.Get("Location"), err
}

// BenchmarkRawInsert is the limit to compare with: a plain handler that commits
// one document of the same size. A submission is five commits.
func BenchmarkRawInsert(b *testing.B) {
	s := open(b)
	if _, err := s.DB.Exec(`CREATE TABLE raw (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), doc jsonb NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	insert, err := s.DB.Prepare(`INSERT INTO raw (doc) VALUES ($1)`)
	s.Must(err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			b.Error(err)
		}
		doc, _ := json.Marshal(r.PostForm)
		if _, err := insert.ExecContext(r.Context(), doc); err != nil {
			b.Error(err)
		}
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusSeeOther)
	}))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := send(b.Context(), client, server.URL, everything[0]); err != nil {
				b.Error(err)
			}
		}
	})
}
