package journey

import (
	"testing"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
)

// A carpenter answers on a phone whose line comes and goes. What was typed without a line goes out when
// it is back, also after the page was closed, and each answer is stored once.
func TestNothingTypedWithoutALineIsLost(t *testing.T) {
	t.Parallel()
	s := start(t).loaded(24)
	campaign := s.invite("s5")
	link := s.links()[people.Business][0]
	a := open(t, phone)
	a.visit(link)
	a.press(startButton)
	a.tick(`input[name="q5_01"][value="4"]`)
	a.eventually("the first answer to be saved", saved)

	a.line(false)
	a.tick(`input[name="q5_01"][value="2"]`)
	a.eventually("the page to say that there is no line", noLine)
	a.click(nextButton) // stays, since the next page cannot be fetched
	a.eventually("the page to stay", noLine)
	a.checked("offline")
	if got := s.stored(campaign)["q5_01"]; *got.Code != 4 {
		t.Errorf("stored without a line: %d", *got.Code)
	}
	a.line(true)
	a.eventually("what was typed to be saved", saved)
	if got := s.stored(campaign)["q5_01"]; *got.Code != 2 {
		t.Errorf("stored when the line is back: %d", *got.Code)
	}

	a.line(false)
	a.tick(`input[name="q5_01"][value="3"]`)
	a.eventually("the page to say that there is no line", noLine)
	if err := chromedp.Do(a.ctx, chromedp.Navigate(a.url())); err == nil { // reloaded in the tunnel
		t.Fatal("a page came without a line")
	}
	a.do(chromedp.Navigate("about:blank")) // closed
	a.line(true)
	a.visit(link)
	a.press(startButton)
	a.eventually("what was typed before the page was closed to be saved", saved)
	if got := s.stored(campaign)["q5_01"]; *got.Code != 3 {
		t.Errorf("stored after coming back: %d", *got.Code)
	}

	for !a.has(`form[action$="/submit"]`) {
		a.press(nextButton)
	}
	a.press(`form[action$="/submit"] button`)
	a.sees("referens")
	if n := ask(a, chromedp.Evaluate[int](`localStorage.length`)); n != 0 {
		t.Errorf("%d answers are left in the browser", n)
	}
	if got := s.stored(campaign)["q5_01"]; *got.Code != 3 {
		t.Errorf("sent in: %d", *got.Code)
	}
}

// Answers that waited for a line never write over what another device has stored meanwhile: the
// respondent sees both and chooses.
func TestAnswersThatWaitedDoNotWriteOverAnotherDevices(t *testing.T) {
	t.Parallel()
	s := start(t).loaded(24)
	campaign := s.invite("s5")
	link := s.links()[people.Business][0]
	first, second := open(t, phone), open(t, phone)
	first.visit(link)
	first.press(startButton)
	first.line(false)
	first.tick(`input[name="q5_01"][value="1"]`)
	first.eventually("no line", noLine)
	second.visit(link)
	second.press(startButton)
	second.tick(`input[name="q5_01"][value="4"]`)
	second.eventually("the second device to save", saved)
	first.line(true)
	first.eventually("the first device to be refused", `document.querySelector("#saved").textContent.includes("Inte sparat")`)
	if got := s.stored(campaign)["q5_01"]; *got.Code != 4 {
		t.Errorf("written over: %d", *got.Code)
	}
	first.press(nextButton)
	first.checked("both-answers")
	first.sees("Sparat från en annan flik eller enhet")
	first.do(set(device{width: 320, height: 640, script: true}))
	first.fits("both answers at 320")
	first.press(nextButton)
	if got := s.stored(campaign)["q5_01"]; *got.Code != 1 {
		t.Errorf("the choice is not what is stored: %d", *got.Code)
	}
	first.eventually("nothing to wait", `localStorage.length === 0`)

	second.tick(`input[name="q5_01"][value="5"]`)
	second.eventually("the second device to be told", `document.querySelector("#saved").textContent.startsWith("Inte sparat: frågorna har besvarats")`)
	second.press(nextButton)
	second.tick(`input[name="theirs"][value="q5_01"]`)
	second.press(nextButton)
	if got := s.stored(campaign)["q5_01"]; *got.Code != 1 {
		t.Errorf("the other device's answer was to stand, stored is %d", *got.Code)
	}
	second.eventually("nothing to wait", `localStorage.length === 0`)
}

// url is where the tab is.
func (b *tab) url() string { b.t.Helper(); return ask(b, chromedp.Location()) }

const noLine = `document.querySelector("#saved").textContent.startsWith("Ingen kontakt med tjänsten. Dina svar ligger kvar")`

const saved = `document.querySelector("#saved").textContent.startsWith("✓")`

// stored are the answers of the only response of a campaign.
func (s *site) stored(campaign string) questionnaire.Answers {
	s.t.Helper()
	var id string
	s.must(s.DB.GetContext(s.t.Context(), &id, `SELECT id FROM response WHERE campaign_id = $1`, campaign))
	r, err := s.Responses.Find(s.t.Context(), id)
	s.must(err)
	return r.Answers
}
