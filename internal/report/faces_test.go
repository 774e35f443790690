package report_test

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

// What stands on the web is what is printed: every word and number of either is in the other. Only the cover and the
// numbers of pages are the print's own; the scales of charts are the web's, and the table of a chart that shows its numbers.
func TestTheWebAndThePrintedReportSayTheSame_OpenSlides2257(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		files, err := report.Write(fixture(t, kind, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		r, err := uacheck.Check(files.PDF)
		if err != nil {
			t.Fatal(err)
		}
		cover, body, ok := strings.Cut(r.Text, map[i18n.Lang]string{i18n.Sv: "Sammanfattning", i18n.En: "Summary"}[lang])
		if !ok {
			t.Fatalf("the print has no summary: %.300s", r.Text)
		}
		web, printed := webText(picture.ReplaceAllString(files.HTML, " ")), wordsOf(cover+" "+body)
		for w := range wordsOf(web) {
			if !printed[w] {
				t.Errorf("%q stands on the web and is not printed", w)
			}
		}
		all := webText(files.HTML) // a chart's labels stand on two lines in print
		for w := range wordsOf(body) {
			if page, err := strconv.Atoi(w); !strings.Contains(all, w) && (err != nil || page > r.Pages) {
				t.Errorf("%q is printed and does not stand on the web", w)
			}
		}
	})
}

var (
	picture = regexp.MustCompile(`(?s)<svg\b.*?</svg>|<details class="doc-twin">.*?</details>`)
	markup  = regexp.MustCompile(`(?s)<(style|script)\b.*?</(style|script)>|<[^>]*>`)
)

// webText is a page's text, without what may divide its words.
func webText(page string) string {
	return divides.Replace(html.UnescapeString(markup.ReplaceAllString(page, " ")))
}

var divides = strings.NewReplacer("\u00ad", "", "\u200b", "")

// wordsOf are the words and numbers of a text, without signs beside them.
func wordsOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(divides.Replace(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ',' && r != '.' }) {
		if w = strings.Trim(w, ",."); w != "" {
			out[w] = true
		}
	}
	return out
}
