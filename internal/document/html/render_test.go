package html

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/specimen"
)

func page(t *testing.T, d document.Document, o Options) string {
	t.Helper()
	b, err := Page(d, o)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("SPECIMEN_DIR"); dir != "" {
		if err := os.WriteFile(dir+"/specimen.html", b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return string(b)
}

// walk calls f for every element.
func walk(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func TestEveryAnchorExistsOnceAndEveryLinkLeadsSomewhere(t *testing.T) {
	root, err := html.Parse(strings.NewReader(page(t, specimen.Report(), Options{Stylesheet: "/static/app.css"})))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]int{}, []string{}
	walk(root, func(n *html.Node) {
		if id, ok := attr(n, "id"); ok {
			ids[id]++
		}
		if href, ok := attr(n, "href"); ok && strings.HasPrefix(href, "#") {
			links = append(links, href[1:])
		}
		if by, ok := attr(n, "aria-labelledby"); ok {
			links = append(links, by)
		}
	})
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%q stands %d times", id, n)
		}
	}
	for _, l := range links {
		if ids[l] == 0 {
			t.Errorf("nothing is called %q", l)
		}
	}
	if len(links) < 15 {
		t.Errorf("only %d links", len(links))
	}
}

func TestNothingNeedsAnExceptionFromTheContentPolicy(t *testing.T) {
	s := page(t, specimen.Report(), Options{})
	if m := regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)\s*=|<script|<style|javascript:`).FindString(s); m != "" {
		t.Errorf("the page holds %q", m)
	}
}

func TestHeadingsDescendByOneAndTheTitleIsTheOnlyH1(t *testing.T) {
	for _, shift := range []int{0, 1} {
		b, err := Render(specimen.Report(), Options{HeadingShift: shift})
		if err != nil {
			t.Fatal(err)
		}
		last, tops := shift, 0
		for _, m := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(string(b), -1) {
			level := int(m[1][0] - '0')
			if level > last+1 {
				t.Errorf("h%d after h%d with shift %d", level, last, shift)
			}
			if level == 1 {
				tops++
			}
			last = level
		}
		if tops != 1-shift {
			t.Errorf("%d h1 with shift %d", tops, shift)
		}
	}
}

func TestFiguresHaveADescriptionAndATwin(t *testing.T) {
	s := page(t, specimen.Report(), Options{})
	if !strings.Contains(s, `role="img"`) || !strings.Contains(s, `aria-label="Staplat stapeldiagram. Av 64 upphandlare svarar 25 procent ”Instämmer helt”`) {
		t.Error("no description made from the data")
	}
	if n, m := strings.Count(s, "<svg"), strings.Count(s, "doc-twin"); n != 3 || m != 3 {
		t.Errorf("%d charts, %d tables beside them", n, m)
	}
	if strings.Count(s, "<table") != strings.Count(s, "<caption>") {
		t.Error("a table without caption")
	}
}

func TestRecommendationsAndTheirGroundsLinkToEachOther(t *testing.T) {
	s := page(t, specimen.Report(), Options{})
	for _, want := range []string{`<a href="#fig-dialog">Figur 1</a>`, "<a href=\"#rec-5-1\">rekommendation\u00a05.1</a>", `<a href="#citat-mora">Till underlaget</a>`} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	d := specimen.Report()
	d.Blocks = append(d.Blocks, document.Plain("<script>alert(1)</script>\x00\xff"), document.Table{Caption: "<b>", Head: []document.Column{{Text: "<i>"}}, Rows: [][]document.Cell{document.Row("&")}})
	s := page(t, d, Options{})
	if strings.Contains(s, "<script>") || strings.Contains(s, "<i>") || strings.Contains(s, "\x00") || !utf8.ValidString(s) {
		t.Error("text was taken for markup")
	}
}

func TestTheSameDocumentGivesTheSamePage(t *testing.T) {
	first, second := page(t, specimen.Report(), Options{}), page(t, specimen.Report(), Options{})
	if first != second {
		t.Error("two renderings differ")
	}
}

func TestADocumentIsReadChapterByChapter(t *testing.T) {
	list, err := Chapters(specimen.Report(), Options{HeadingShift: 1}, func(id string) string { return "/read/" + id })
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 4 || list[0].ID != "sammanfattning" || list[1].Number != "1" {
		t.Fatalf("%d chapters: %+v", len(list), list)
	}
	for i, want := range []string{`href="/read/rekommendationer#rec-5-1"`, `href="#fig-dialog"`, `href="/read/resultat#fig-dialog"`, "Utskick och svar"} {
		if !strings.Contains(string(list[i].Body), want) {
			t.Errorf("chapter %s lacks %s", list[i].ID, want)
		}
	}
	all := ""
	for _, c := range list {
		all += string(c.Body)
	}
	root, err := html.Parse(strings.NewReader(all))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	walk(root, func(n *html.Node) {
		id, ok := attr(n, "id")
		if ok && ids[id] {
			t.Errorf("%s stands in two chapters", id)
		}
		ids[id] = true
	})
}

func TestNumbersInTablesCanBeReadByAProgram(t *testing.T) {
	w := &writer{d: document.Document{Lang: "sv"}}
	for in, want := range map[string]string{"42\u00a0%": ` data-value="42" data-unit="percent"`, "1\u202f204": ` data-value="1204"`, "38,8": ` data-value="38.8"`,
		"9 av 14": ` data-count="9" data-base="14"`, "..": ` data-withheld="true"`, "47 % (38)": "", "": "", "−3": ` data-value="-3"`, `"><script>`: ""} {
		if got := string(w.value(document.Cell(document.Text(in)))); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
