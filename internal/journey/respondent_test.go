package journey

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/people"
)

// A firm answers on a phone, from the mailed link to the receipt and out again, with the page's script
// and without it.
func TestAFirmAnswersASurveyOnAPhone(t *testing.T) {
	t.Parallel()
	s := start(t).loaded(24)
	campaign := s.invite("s5")
	links := s.links()[people.Business]
	if len(links) < 3 {
		t.Fatalf("%d firms among the contacts", len(links))
	}
	for i, d := range []device{phone, phoneNoScript} {
		t.Run(map[bool]string{true: "with script", false: "without script"}[d.script], func(t *testing.T) {
			f := firm{t: t, link: links[i], device: d, tab: open(t, d)}
			f.opensTheLink()
			f.mendsANumber()
			f.switchesLanguage()
			f.choosesTooMany()
			f.goesOnElsewhere()
			f.reviewsAndSends()
			f.withdraws()
		})
	}
	counts, err := s.Responses.Counts(t.Context(), campaign)
	if err != nil {
		t.Fatal(err)
	}
	if n := counts[people.Business].Submitted; n != 0 {
		t.Errorf("%d answers are left of those that were withdrawn", n)
	}
	t.Run("with the keyboard alone", func(t *testing.T) { answerByKeyboard(t, links[2]) })
}

// firm is one respondent at one device.
type firm struct {
	*tab
	t      *testing.T
	link   string
	device device
}

const (
	nextButton  = `button.btn[name="do"][value="next"]`
	startButton = `form[action$="/start"] button`
)

func (f *firm) opensTheLink() {
	f.t.Helper()
	f.visit(f.link)
	f.sees("frivilligt", "Länsstyrelsen i Dalarnas län")
	f.checked("notice")
	f.press(startButton)
	f.sees("Del 1 av")
	f.checked("first-page")
}

func (f *firm) mendsANumber() {
	f.t.Helper()
	f.click(`input[name="q5_01"][value="2"]`)
	f.write("#q5_04", "tolv")
	f.press(nextButton)
	if title := f.title(); !strings.HasPrefix(title, "Fel: ") {
		f.t.Errorf("the title of a page with faults is %q", title)
	}
	f.checked("number-fault")
	f.click(`.error-summary a[href="#q5_04"]`)
	if at := f.focused(); at != "q5_04" {
		f.t.Errorf("the error summary leads to %q", at)
	}
	if got := ask(f.tab, chromedp.Value(chromedp.CSS("#q5_04"))); got != "tolv" {
		f.t.Errorf("what was typed became %q", got)
	}
	f.write("#q5_04", "12")
	if f.device.script { // the follow-up question appears in place
		f.do(chromedp.WaitVisible(chromedp.CSS("#q5_05-q")))
	} else { // or at the next press
		f.press(nextButton)
		f.do(chromedp.WaitVisible(chromedp.CSS("#q5_05-q")))
	}
	f.click(`input[name="q5_05.a"][value="4"]`)
	f.checked("follow-up")
	f.press(nextButton)
	f.sees("Del 2 av")
}

func (f *firm) switchesLanguage() {
	f.t.Helper()
	f.click(`input[name="q5_17"][value="2"]`)
	f.press(`button[value="lang-en"]`)
	f.sees("Part 2 of", "Choose up to three")
	f.checked("english")
	f.mustBeChecked("q5_17", 2)
	f.press(`button[value="lang-sv"]`)
	f.sees("Del 2 av")
	f.mustBeChecked("q5_17", 2)
}

func (f *firm) mustBeChecked(question string, code int) {
	f.t.Helper()
	if !f.has(fmt.Sprintf(`input[name=%q][value="%d"]:checked`, question, code)) {
		f.t.Errorf("the answer %d to %s is gone\n%s", code, question, f.where())
	}
}

func (f *firm) choosesTooMany() {
	f.t.Helper()
	for _, code := range []int{1, 3, 4} {
		f.click(fmt.Sprintf(`input[name="q5_17"][value="%d"]`, code))
	}
	f.press(nextButton)
	if title := f.title(); !strings.HasPrefix(title, "Fel: ") {
		f.t.Errorf("the title of a page with faults is %q", title)
	}
	f.sees("högst 3")
	for _, code := range []int{1, 2, 3, 4} {
		f.mustBeChecked("q5_17", code)
	}
	f.checked("too-many")
	f.click(`input[name="q5_17"][value="4"]`)
	f.press(nextButton)
	f.sees("Del 3 av")
	f.checked("background")
}

// goesOnElsewhere leaves this browser and takes the link to another one, where everything is as it was.
func (f *firm) goesOnElsewhere() {
	f.t.Helper()
	n := f.n
	f.tab = open(f.t, f.device)
	f.n = n
	f.visit(f.link)
	f.sees("Fortsätt")
	f.checked("notice-again")
	f.press(startButton)
	f.sees("Del 3 av")
	for range 5 {
		if f.has(`form[action$="/submit"]`) {
			return
		}
		f.press(nextButton)
	}
	if !f.has(`form[action$="/submit"]`) {
		f.t.Fatalf("the pages do not lead to the review\n%s", f.where())
	}
}

func (f *firm) reviewsAndSends() {
	f.t.Helper()
	f.sees("12", "Överblick över kommande upphandlingar")
	f.checked("review")
	f.press(`#q5_01 .change a`)
	f.mustBeChecked("q5_01", 2)
	f.click(`input[name="q5_01"][value="4"]`)
	f.press(nextButton)
	if !f.has(`form[action$="/submit"]`) {
		f.t.Fatalf("a changed answer does not lead back to the review\n%s", f.where())
	}
	f.press(`form[action$="/submit"] button`)
	f.sees("referens")
	f.checked("receipt")
	first := ask(f.tab, chromedp.Text(chromedp.CSS(".receipt strong")))
	f.visit(f.link)
	f.sees(first)
}

func (f *firm) withdraws() {
	f.t.Helper()
	f.checked("link-after-sending")
	f.press(`a[href$="/answers"], main .btn`)
	f.checked("personal-page")
	f.press(`form[action$="/withdraw"] button`) // without the confirmation
	if title := f.title(); !strings.HasPrefix(title, "Fel: ") {
		f.t.Errorf("withdrawing without confirming has the title %q", title)
	}
	f.checked("withdraw-unconfirmed")
	f.click("#confirm")
	f.press(`form[action$="/withdraw"] button`)
	f.checked("withdrawn")
}

// answerByKeyboard goes the whole way with Tab, Space and Enter. Everything that takes the focus shows it.
func answerByKeyboard(t *testing.T, link string) {
	b := open(t, desktop)
	b.visit(link)
	b.tabTo(startButton)
	b.key("\r")
	for page := 1; !b.has(`form[action$="/submit"]`); page++ {
		if page > 8 {
			t.Fatalf("the pages do not lead to the review\n%s", b.where())
		}
		b.answerPage()
	}
	b.tabTo(`form[action$="/submit"] button`)
	b.key("\r")
	if !b.has(".receipt") {
		t.Fatalf("no receipt\n%s", b.where())
	}
}

// key presses a key that leads to another page, and waits for that page.
func (b *tab) key(k string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(k)); err != nil {
		b.t.Fatalf("key %q: %v\n%s", k, err, b.where())
	}
}

// tabTo presses Tab until the element has the focus.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 100 {
		b.tabOn()
		if ask(b, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector))) {
			return
		}
	}
	b.t.Fatalf("Tab does not reach %s\n%s", selector, b.where())
}

// tabOn moves to the next control, which must show that it has the focus.
func (b *tab) tabOn() {
	b.t.Helper()
	b.do(chromedp.KeyEvent("\t"))
	lost := ask(b, chromedp.Evaluate[string](`(() => {
		const e = document.activeElement
		if (e === document.body) return ""
		const shown = x => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && s.outlineWidth !== "0px" || s.boxShadow !== "none" }
		return shown(e) || e.closest("label") && shown(e.closest("label")) ? "" : e.outerHTML.slice(0, 120)
	})()`))
	if lost != "" {
		b.t.Errorf("the focus does not show on %s", lost)
	}
}

// answerPage answers what it comes past, and presses the button that leads on.
func (b *tab) answerPage() {
	b.t.Helper()
	for range 120 {
		b.tabOn()
		switch ask(b, chromedp.Evaluate[string](`(() => {
			const e = document.activeElement
			if (e.matches('button.btn[name="do"][value="next"]')) return "next"
			if (e.matches("[data-alone]")) return "pass"
			if (e.type === "checkbox") return document.querySelectorAll('[name="' + e.name + '"]:checked').length < 2 ? "choose" : "pass"
			if (e.type === "radio") return document.querySelector('[name="' + e.name + '"]:checked') ? "pass" : "choose"
			if (e.matches("#answers select")) return "pick"
			return e.matches("input.short") && !e.value ? "number" : "pass"
		})()`)) {
		case "next":
			b.key("\r")
			if strings.HasPrefix(b.title(), "Fel: ") {
				b.t.Fatalf("refused\n%s", b.where())
			}
			return
		case "choose":
			b.do(chromedp.KeyEvent(" "))
		case "number":
			b.do(chromedp.KeyEvent("3"))
		}
	}
	b.t.Fatalf("Tab does not reach the button that leads on\n%s", b.where())
}
