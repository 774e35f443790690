package journey

import (
	"context"
	_ "embed"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/surveys"
)

//go:embed testdata/types.yaml
var everyType []byte

// asksEverything registers a questionnaire with one question of every type, invites everybody and
// returns the links of firms.
func (s *site) asksEverything() []string {
	s.t.Helper()
	files := fstest.MapFS{"types.yaml": {Data: everyType}}
	s.must(fs.WalkDir(surveys.Files, "shared", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(surveys.Files, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	}))
	definitions, findings, err := questionnaire.Load(files, "types.yaml")
	if err != nil || questionnaire.Errors(findings) {
		s.t.Fatal(err, findings)
	}
	types := map[questionnaire.Type]bool{}
	for _, q := range definitions[0].Questions() {
		types[q.Type] = true
	}
	for _, want := range questionnaire.Types {
		if !types[want] {
			s.t.Errorf("no question of type %s", want)
		}
	}
	_, _, err = s.Surveys.Register(s.t.Context(), definitions[0], "types.yaml")
	s.must(err)
	s.invite("types")
	return s.links()[people.Business]
}

// Whether somebody answers with the keyboard and a screen reader, or on a phone whose script never
// arrived: every type of question can be answered, and the same answers are stored.
func TestEveryKindOfQuestionIsAnsweredWithTheKeyboardAloneAndWithoutScript(t *testing.T) {
	t.Parallel()
	s := start(t).loaded(24)
	links := s.asksEverything()
	code := func(n int) *int { return &n }
	hours, likely := 12.5, 7.0
	want := questionnaire.Answers{
		"one": {Code: code(3), Other: "På mässan"}, "several": {Codes: []int{1, 2}}, "scale": {Code: code(4)}, "yes": {Code: code(98)},
		"grid": {Rows: map[string]int{"a": 2, "b": 97}}, "rank": {Codes: []int{2, 4}}, "number": {Number: &hours},
		"rating": {Number: &likely}, "place": {Code: code(2062)}, "words": {Text: "Färre blanketter."},
	}
	t.Run("with the keyboard", func(t *testing.T) {
		b := open(t, desktop)
		b.answersEverythingByKeyboard(links[0])
		if diff := cmp.Diff(want, s.answersBehind(b)); diff != "" {
			t.Errorf("(-typed +stored):\n%s", diff)
		}
		b.key("\r") // the button that sends in has the focus
		b.sees("referens")
	})
	t.Run("without script", func(t *testing.T) {
		b := open(t, phoneNoScript)
		b.answersEverythingWithoutScript(links[1])
		if diff := cmp.Diff(want, s.answersBehind(b)); diff != "" {
			t.Errorf("(-typed +stored):\n%s", diff)
		}
	})
}

// answersBehind are the stored answers of the response whose page the tab shows.
func (s *site) answersBehind(b *tab) questionnaire.Answers {
	s.t.Helper()
	id := ask(b, chromedp.Evaluate[string](`location.pathname.split("/")[2]`))
	r, err := s.Responses.Find(s.t.Context(), id)
	s.must(err)
	return r.Answers
}

func (b *tab) answersEverythingByKeyboard(link string) {
	b.t.Helper()
	b.visit(link)
	b.tabTo(startButton)
	b.key("\r")
	space := func(selector string) {
		b.t.Helper()
		b.tabTo(selector)
		b.do(chromedp.KeyEvent(" "))
	}
	down := func(n int) { // arrow keys choose among radio buttons
		for range n {
			b.do(chromedp.KeyEvent(kb.ArrowDown))
		}
	}
	write := func(selector, text string) { b.t.Helper(); b.tabTo(selector); b.do(chromedp.KeyEvent(text)) }
	space(`[name="one"]`)
	down(2)
	write(`[name="one.other"]`, "På mässan")
	space(`[name="several"][value="3"]`) // none of these, which the next choice clears
	b.do(chromedp.KeyEvent("\t", chromedp.KeyModifiers(8)))
	b.do(chromedp.KeyEvent(" "))
	b.do(chromedp.KeyEvent("\t", chromedp.KeyModifiers(8)))
	b.do(chromedp.KeyEvent(" "))
	space(`[name="scale"]`)
	down(3)
	space(`[name="yes"]`)
	down(2)
	space(`[name="grid.a"]`)
	down(1)
	space(`[name="grid.b"]`)
	down(5)
	b.looksRight("choosing")
	b.tabTo(nextButton)
	b.key("\r")

	announced := func(want string) {
		b.t.Helper()
		b.eventually("the screen reader to hear "+want, fmt.Sprintf(`document.querySelector(".ranking [aria-live]").textContent === %q`, want))
	}
	space(`[data-act="add"][value="4"]`)
	announced("Stora avtal: plats 1")
	space(`[data-act="add"][value="1"]`)
	announced("Tidsbrist: plats 2")
	space(`[data-act="add"][value="2"]`)
	announced("Krångliga blanketter och upphandlingsdokument som hänvisar till varandra: plats 3")
	if at := ask(b, chromedp.Evaluate[string](`document.activeElement.dataset.act ?? document.activeElement.outerHTML`)); at != "add" {
		b.t.Errorf("after choosing, the focus is on %s", at)
	}
	b.do(chromedp.KeyEvent(" ")) // a fourth of three
	announced("Alla 3 platser är tagna. Ta bort något annat först.")
	b.back(`[data-act="up"][value="2"]`)
	b.do(chromedp.KeyEvent(" "))
	announced("Krångliga blanketter och upphandlingsdokument som hänvisar till varandra: plats 2")
	b.do(chromedp.KeyEvent(" ")) // the focus went with it
	announced("Krångliga blanketter och upphandlingsdokument som hänvisar till varandra: plats 1")
	space(`[data-act="remove"][value="1"]`)
	announced("Tidsbrist är borttaget ur ordningen")
	write(`[name="number"]`, "12,5")
	space(`[name="rating"]`)
	down(7)
	write(`[name="place"]`, "MORA")
	write(`[name="words"]`, "Färre blanketter.")
	b.looksRight("writing")
	b.tabTo(nextButton)
	b.key("\r")
	b.looksRight("review")
	b.tabTo(`form[action$="/submit"] button`)
}

// back presses Shift and Tab until the element has the focus.
func (b *tab) back(selector string) {
	b.t.Helper()
	for range 100 {
		b.do(chromedp.KeyEvent("\t", chromedp.KeyModifiers(8)))
		if ask(b, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector))) {
			return
		}
	}
	b.t.Fatalf("Shift and Tab do not reach %s\n%s", selector, b.where())
}

// looksRight looks at the page on every screen, enlarged, and in the system's own colours.
func (b *tab) looksRight(what string) {
	b.t.Helper()
	b.checked(what)
	for name, d := range map[string]device{"390": phone, "320-dark": {width: 320, height: 640, script: true, dark: true},
		"enlarged": {width: 640, height: 450, script: true}} { // 1280 at 200 %
		b.do(set(d))
		b.picture(what + "-" + name)
		b.fits(what + " at " + name)
		if d.dark {
			b.accessible(what+" in the dark", layoutRules)
		}
	}
	b.do(set(desktop), chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "forced-colors", Value: "active"}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
	b.picture(what + "-forced-colours")
	if bare := ask(b, chromedp.Evaluate[string](`[...document.querySelectorAll("#answers .choice:has(:checked), #answers .ranked, #answers .order button")]
		.filter(e => { const s = getComputedStyle(e); return s.outlineStyle === "none" && s.borderTopWidth === "0px" }).map(e => e.outerHTML.slice(0, 120)).join("\n")`)); bare != "" {
		b.t.Errorf("%s: in forced colours nothing marks\n%s", what, bare)
	}
	if moves := ask(b, chromedp.Evaluate[int](`document.getAnimations().length`)); moves != 0 {
		b.t.Errorf("%s: %d things move for somebody who asked for none", what, moves)
	}
	b.do(set(desktop))
}

func (b *tab) answersEverythingWithoutScript(link string) {
	b.t.Helper()
	b.visit(link)
	b.press(startButton)
	for _, choice := range []string{`one"][value="3`, `several"][value="1`, `several"][value="2`, `scale"][value="4`, `yes"][value="98`,
		`grid.a"][value="2`, `grid.b"][value="97`} {
		b.tick(`[name="` + choice + `"]`)
	}
	b.write(`[name="one.other"]`, "På mässan")
	b.press(nextButton)
	b.fill(`[name="rank.1"]`, "2")
	b.fill(`[name="rank.2"]`, "4")
	b.write(`[name="number"]`, "12,5 tim")
	b.tick(`[name="rating"][value="7"]`)
	b.write(`[name="place"]`, "Moora")
	b.write(`[name="words"]`, "Färre blanketter.")
	b.press(nextButton)
	b.sees("Vi hittar inte ”Moora” bland kommunerna")
	b.checked("unknown-place")
	b.write(`[name="place"]`, "mora kommun")
	b.press(nextButton)
}
