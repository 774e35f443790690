package respondent_test

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"upphandlingsdialog/internal/response/responsetest"
)

// Whatever a browser, or something that plays one, sends: the server answers
// with a page, and what it stored can be submitted.
func TestNoInputBreaksAPage(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	values := []string{"", "1", "2", "98", "97", "-1", "0", "1,5", "1e9", "NaN", "Inf", "99999999999999999999", "x", "å\x00\xff",
		"<script>alert(1)</script>", "{{.}}", strings.Repeat("lång ", 900), "\r\n", "2080"}
	var names []string
	for _, q := range b.Definition.Questions() {
		names = append(names, q.ID, q.ID+".a", q.ID+".1", q.ID+".2", q.ID+".3", q.ID+".other", q.ID+".special", q.ID+"[]")
	}
	names = append(names, "revision", "base", "shown", "lang", "from", "do", "next")
	home := "/r/" + b.id()
	for range 60 {
		fields := url.Values{}
		if chance.IntN(4) > 0 { // as a rule the form of the page with some of its fields changed
			b.get(home + "/page/" + string(rune('1'+chance.IntN(4))))
			fields = b.fields(b.byID("answers"))
		}
		for range chance.IntN(12) {
			fields.Add(names[chance.IntN(len(names))], values[chance.IntN(len(values))])
		}
		b.post(home+"/page/"+string(rune('1'+chance.IntN(4))), fields)
		switch b.status {
		case http.StatusOK, http.StatusUnprocessableEntity, http.StatusConflict:
		default:
			t.Fatalf("%d for %q:\n%s", b.status, fields.Encode(), b.text())
		}
		if strings.Contains(b.body, "<script>alert") {
			t.Fatal("typed markup reached the page")
		}
	}
	b.get(home+"/page/1").press("next", form("q5_01", "1"))
	b.get(home+"/review").press("", nil).mustBe(http.StatusOK, "/receipt")
}
