package journey

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
)

// A process leader builds a survey in the browser from nothing: fifteen questions of every type, with a
// shared list of answers, a condition and a group's own wording; looks at it as each group; and makes a
// version that is the same as its file.
func TestASurveyIsBuiltInTheBrowserFromNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := author{tab: open(t, desktop)}
	a.signIn(s, leaderEmail)
	a.visit(s.base + "/team/surveys")
	a.press(`a[href="/team/drafts/new"]`)
	a.checked("new")
	a.fill("#id", "Fel id")
	a.press("main form .btn")
	a.sees("liten bokstav")
	a.fill("#id", "s7_byggare")
	a.fill("#area", "7")
	a.fill(`[name="title.sv"]`, "Byggföretagens villkor")
	a.fill(`[name="title.en"]`, "Conditions for builders")
	a.press("main form .btn")
	a.checked("empty")
	a.press(`#outline a[href*="part_1"]`)
	a.both("title", "Anbud", "Bids")
	a.save()
	a.shareAList()
	a.questions()
	a.condition()
	a.saysWhatIsMissing()
	a.checked("editor")
	a.undoes()
	a.drags()
	a.previews(s)
	a.press(`form[action$="/test"] .btn`)
	a.sees("Version 1 är gjord")
	a.checked("version")
	v, err := s.Surveys.Latest(t.Context(), "s7_byggare")
	s.must(err)
	if n := len(v.Definition.Questions()); n != 15 {
		t.Errorf("the version has %d questions", n)
	}
	types := map[questionnaire.Type]bool{}
	for _, q := range v.Definition.Questions() {
		types[q.Type] = true
	}
	if len(types) != len(questionnaire.Types) {
		t.Errorf("only the types %v", types)
	}
	file, err := exchange.YAML(v.Definition)
	s.must(err)
	if back, _, err := exchange.ReadYAML("s7_byggare.yaml", file); err != nil || back.Hash() != v.Hash {
		t.Errorf("the file is another questionnaire: %v", err)
	}
}

type author struct{ *tab }

func (a author) both(name, sv, en string) {
	a.t.Helper()
	a.fill(fmt.Sprintf("#form [name=%q]", name+".sv"), sv)
	a.fill(fmt.Sprintf("#form [name=%q]", name+".en"), en)
}

func (a author) save() {
	a.t.Helper()
	a.press("#form form[data-autosave] .btn:not(.plain):not(.danger)")
}

// add adds a question of a type to the last part and gives it a text.
func (a author) add(kind, sv, en string) {
	a.t.Helper()
	a.fill("#outline section:last-of-type .adder select", kind)
	a.press("#outline section:last-of-type .adder .btn")
	a.both("text", sv, en)
}

func (a author) options(texts ...string) {
	a.t.Helper()
	for i, text := range texts {
		if !a.has(fmt.Sprintf(`#form [name="options.%d.sv"]`, i)) {
			a.click("#form [data-add]")
		}
		a.both(fmt.Sprintf("options.%d", i), text, text+" (en)")
	}
}

func (a author) shareAList() {
	a.t.Helper()
	a.click("#outline details summary")
	a.fill("#name", "hinder")
	a.press("#outline details .btn")
	a.options("Tid", "Kunskap", "Krav", "Pris")
	a.save()
	a.sees("Används inte av någon fråga än")
}

func (a author) questions() {
	a.t.Helper()
	a.add("yes_no_unknown", "Har ni lämnat anbud det senaste året?", "Have you submitted a bid in the last year?")
	a.save()
	for i, sv := range []string{"Vilken bransch tillhör ni?", "Vem skriver era anbud?"} {
		a.add("single", sv, fmt.Sprintf("Single %d?", i))
		a.options("Bygg", "Anläggning", "Annat")
		a.save()
	}
	for _, kind := range []string{"multiple", "ranking"} {
		a.add(kind, "Vad hindrar er, "+kind+"?", "What hinders you?")
		a.choose("#set", "hinder")
		a.sees("Tid · Kunskap · Krav · Pris")
	}
	a.add("likert5", "Underlagen är lätta att förstå.", "The documents are easy to understand.")
	a.press("#form form[data-autosave] .btn:not(.plain):not(.danger)")
	a.add("matrix", "Hur bra är …", "How good is …")
	a.both("rows.0", "annonsen", "the notice")
	a.both("rows.1", "dialogen", "the dialogue")
	a.save()
	a.add("numeric", "Hur många anbud lämnade ni?", "How many bids did you submit?")
	a.fill("#max", "hundra")
	a.save()
	a.sees("Skriv ett tal")
	a.fill("#max", "100")
	a.save()
	a.add("rating", "Hur troligt är det att ni lämnar anbud igen?", "How likely are you to bid again?")
	a.both("min_label", "inte alls", "not at all")
	a.both("max_label", "säkert", "certainly")
	a.save()
	a.press(`#outline form[action$="/sections"] .btn`)
	a.both("title", "Om er", "About you")
	a.save()
	a.add("municipality", "Var ligger företaget?", "Where is the firm?")
	a.options("Falun", "Mora", "Leksand", "Rättvik")
	a.save()
	for i := range 5 {
		a.add("text", fmt.Sprintf("Berätta mer, %d", i+1), fmt.Sprintf("Tell us more, %d", i+1))
		a.save()
	}
	a.click("#form details:has([name='wording.business.sv']) summary")
	a.both("wording.business", "Berätta som företag", "Tell us as a firm")
	a.save()
}

// condition makes the last question depend on the first, with menus alone.
func (a author) condition() {
	a.t.Helper()
	a.choose(`[name="cond.0.q"]`, "q7_01")
	a.sees("Visas om fråga 1 är besvarad.")
	a.choose(`[name="cond.0.op"]`, "eq")
	a.press(`[name="cond.0.value"][value="1"]`)
	a.sees("Visas om svaret på fråga 1 är ”Ja”.")
	a.checked("question")
	a.press(`#outline a[href*="q7_04"]`)
	a.checked("several-choices")
	a.press(`#outline a[href*="set:hinder"]`)
	a.checked("list")
	a.do(set(phone))
	a.checked("list-390")
	a.do(set(desktop))
}

// choose picks from a menu that the page answers to at once.
func (a author) choose(selector, value string) {
	a.t.Helper()
	a.press2(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})) })()`, selector, value))
}

// press2 runs a piece of script that leads to another page, and waits for that page.
func (a author) press2(script string) {
	a.t.Helper()
	a.do(chromedp.Evaluate[chromedp.Void](`document.body.dataset.old = "1"`))
	a.do(chromedp.Evaluate[chromedp.Void](script))
	a.eventually("the page to follow", `document.readyState === "complete" && !document.body.dataset.old`)
}

// saysWhatIsMissing types without pressing a button: it is saved, and the preview follows.
func (a author) saysWhatIsMissing() {
	a.t.Helper()
	a.press(`#outline a[href*="q7_06"]`)
	a.write(`[name="text.sv"]`, "Underlagen är tydliga.")
	a.do(chromedp.SendKeys(chromedp.CSS(`[name="text.sv"]`), "\t"))
	a.eventually("the text to be saved", `document.querySelector("#saved").textContent.startsWith("✓")`)
	a.eventually("the preview to follow", `document.querySelector("#preview").textContent.includes("Underlagen är tydliga.")`)
	a.write(`[name="text.en"]`, " ")
	a.do(chromedp.SendKeys(chromedp.CSS(`[name="text.en"]`), "\t"))
	a.eventually("the finding to show", `document.querySelector("#findings").textContent.includes("engelska texten saknas")`)
	a.visit(a.here())
	a.press(`form[action$="/test"] .btn`)
	a.sees("Fråga 6: Den engelska texten saknas")
	if title := a.title(); !strings.HasPrefix(title, "Fel: ") {
		a.t.Errorf("the title is %q", title)
	}
}

func (a author) here() string { a.t.Helper(); return ask(a.tab, chromedp.Location()) }

func (a author) undoes() {
	a.t.Helper()
	a.visit(strings.TrimSuffix(a.here(), "/test"))
	a.press(`form[action*="/undo"] .btn`)
	a.sees("Klar att prova.")
}

// drags moves the second question before the first, as a mouse would, and back by the arrow.
func (a author) drags() {
	a.t.Helper()
	first := `document.querySelector("#outline li").dataset.question`
	was := ask(a.tab, chromedp.Evaluate[string](first))
	a.do(chromedp.Evaluate[chromedp.Void](`(() => { const [to, from] = document.querySelectorAll("#outline li");
		const fire = (e, type) => e.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true}));
		fire(from, "dragstart"); fire(to, "dragover"); fire(to, "drop"); fire(from, "dragend") })()`))
	a.eventually("the question to move", first+` !== "`+was+`"`)
	a.press(`#outline li:nth-child(2) button[value="up"]`)
	if now := ask(a.tab, chromedp.Evaluate[string](first)); now != was {
		a.t.Errorf("the arrow put %s first, not %s", now, was)
	}
}

func (a author) previews(s *site) {
	a.t.Helper()
	a.press(`a[href*="/preview"]`)
	for _, group := range []string{"procurer", "politician", "developer", "business"} {
		a.fill("#group", group)
		a.press("main form .btn.plain")
		a.sees("Berätta mer, 4", "Underlagen")
		if a.has("#q7_15") {
			a.t.Error("a question is shown before the answer that it depends on")
		}
	}
	a.tick(`[name="q7_01"][value="1"]`)
	a.press(".phone .btn")
	a.sees("Berätta som företag")
	a.checked("preview")
	a.do(set(phone))
	a.checked("preview-390")
	a.visit(strings.Split(a.here(), "/preview")[0])
	a.checked("editor-390")
	a.do(set(desktop))
}
