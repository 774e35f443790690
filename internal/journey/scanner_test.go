package journey

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	anyLink  = regexp.MustCompile(`https?://[^\s"<>]+`)
	hrefLink = regexp.MustCompile(`(?:href|src|action)="([^"]+)"`)
)

// Mail scanners fetch every link of a mail, and the links on the pages they find, before a person
// sees the mail. Nothing may come of it: no start, no opt-out, no visit that counts.
func TestAMailScannerThatFollowsEveryLinkTwoLevelsDeepChangesNothing(t *testing.T) {
	s := start(t).loaded(40)
	s.invite("s5")
	before := s.dump()

	seen := map[string]bool{}
	level := map[string]bool{}
	for _, m := range s.Caught() {
		for _, link := range anyLink.FindAllString(m.Text+" "+m.HTML+" "+m.Header["List-Unsubscribe"], -1) {
			level[strings.ReplaceAll(link, "&amp;", "&")] = true
		}
	}
	if len(level) < 80 { // each of forty mails has its own link to answer and its own to stop
		t.Fatalf("only %d links in the mails", len(level))
	}
	for depth := range 3 { // the links, what they link to, and what that links to
		next := map[string]bool{}
		for link := range level {
			if seen[link] || !strings.HasPrefix(link, s.base) {
				continue
			}
			seen[link] = true
			for _, found := range s.scan(link) {
				next[found] = true
			}
		}
		t.Logf("level %d: %d links", depth, len(level))
		level = next
	}
	if diff := cmp.Diff(before, s.dump()); diff != "" {
		t.Errorf("the scanner changed the database (-before +after):\n%s", diff)
	}
}

// scan fetches a link the way scanners do, without cookies, and lists the links on the page.
func (s *site) scan(link string) []string {
	s.t.Helper()
	var links []string
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		req, err := http.NewRequestWithContext(s.t.Context(), method, link, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			s.t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			s.t.Fatal(err)
		}
		if resp.StatusCode >= 500 {
			s.t.Errorf("%s %s: %d", method, link, resp.StatusCode)
		}
		base, _ := url.Parse(link)
		for _, m := range hrefLink.FindAllStringSubmatch(string(body), -1) {
			if u, err := base.Parse(strings.ReplaceAll(m[1], "&amp;", "&")); err == nil {
				u.Fragment = ""
				links = append(links, u.String())
			}
		}
	}
	return links
}

// dump is the content of every table of the product, as text.
func (s *site) dump() map[string][]string {
	s.t.Helper()
	var tables []string
	err := s.DB.SelectContext(s.t.Context(), &tables, `
		SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT LIKE 'river%'`)
	if err != nil {
		s.t.Fatal(err)
	}
	content := map[string][]string{}
	for _, table := range tables {
		rows := []string{}
		if err := s.DB.SelectContext(s.t.Context(), &rows, `SELECT t::text FROM "`+table+`" t`); err != nil {
			s.t.Fatal(err)
		}
		sort.Strings(rows)
		content[table] = rows
	}
	return content
}
