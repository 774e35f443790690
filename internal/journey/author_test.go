package journey

import (
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
)

// A process leader who has never seen the program builds a survey in the browser from nothing: fifteen
// questions of every type, with a shared list of answers, a condition and a group's own wording. It is
// looked at as each group, sent to ten addresses, answered on a phone whose line is cut in the middle,
// and read back from the SPSS file by another program.
func TestASurveyIsBuiltSentAnsweredAndReadBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := author{tab: open(t, desktop), s: s}
	a.signIn(s, leaderEmail)
	a.sees("Gör den första enkäten")
	a.press(`main a[href="/team/surveys"]`)
	a.sees("Gör din första enkät")
	a.checked("no-surveys")
	a.press(`main a[href="/team/drafts/new"]`)
	a.checked("new")
	a.press("main form .btn")
	a.sees("Skriv en rubrik")
	a.fill("#area", "7")
	a.fill(`[name="title.sv"]`, "Byggföretagens villkor")
	a.fill(`[name="title.en"]`, "Conditions for builders")
	a.press("main form .btn")
	a.checked("empty")
	a.press(`#outline a[href*="at=part_1"]`)
	a.both("title", "Anbud", "Bids")
	a.save()
	a.shareAList()
	a.questions()
	a.condition()
	a.mends()
	a.saysWhatIsMissing()
	a.undoes()
	a.drags()
	a.checked("editor")
	a.previews()
	a.press(`form[action$="/test"] .btn`)
	a.sees("Version 1 är gjord")
	a.checked("version")
	a.isItsFile()
	a.sends()
	a.isAnswered()
	a.isReadBack()
}

// isItsFile checks that the version asks the same as the file that can be fetched of it.
func (a author) isItsFile() {
	a.t.Helper()
	v, err := a.s.Surveys.Latest(a.t.Context(), built)
	a.s.must(err)
	if n := len(v.Definition.Questions()); n != 15 {
		a.t.Errorf("the version has %d questions", n)
	}
	types := map[questionnaire.Type]bool{}
	for _, q := range v.Definition.Questions() {
		types[q.Type] = true
	}
	if len(types) != len(questionnaire.Types) {
		a.t.Errorf("only the types %v", types)
	}
	file, err := exchange.YAML(v.Definition)
	a.s.must(err)
	if back, _, err := exchange.ReadYAML(built+".yaml", file); err != nil || back.Hash() != v.Hash {
		a.t.Errorf("the file is another questionnaire: %v", err)
	}
}

// built is the id that the survey gets from its title.
const built = "s7_byggforetagens_villkor"

type author struct {
	*tab
	s *site
}

func (a author) both(name, sv, en string) {
	a.t.Helper()
	a.fill(fmt.Sprintf("#form [name=%q]", name+".sv"), sv)
	a.fill(fmt.Sprintf("#form [name=%q]", name+".en"), en)
}

func (a author) save() {
	a.t.Helper()
	a.press("#form form[data-autosave] .btn:not(.plain):not(.danger)")
}

// add adds a question of a type to the last part and gives it a text. The writing goes on where the page
// put the focus.
func (a author) add(kind, sv, en string) {
	a.t.Helper()
	a.press("#outline section:last-of-type .adder a")
	a.press(fmt.Sprintf(`.types [value=%q]`, kind))
	if at := a.focused(); at != "text.sv" {
		a.t.Errorf("a new question begins with the focus at %q", at)
	}
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
	a.click("#outline details.shared > summary")
	a.fill("#name", "hinder")
	a.press("#outline .add-set .btn")
	a.click("#form .paste summary")
	a.fill(`[name="options.paste.sv"]`, "Tid | Time\nKunskap | Knowledge\nKrav | Demands\nPris | Price")
	a.eventually("the lines to be there", `document.querySelector('[name="options.3.en"]')?.value === "Price"`)
	a.settled()
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
		a.says("#form", "Tid · Kunskap · Krav · Pris")
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
	a.press(`#outline form[action*="/sections?"] .btn`)
	a.both("title", "Om er", "About you")
	a.save()
	a.add("municipality", "Var ligger företaget?", "Where is the firm?")
	a.save() // the list of municipalities is there
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
	a.says("#show_if", "Visas om fråga 1 är besvarad.")
	a.choose(`[name="cond.0.op"]`, "eq")
	a.eventually("the answers to choose from", `document.querySelector('[name="cond.0.value"][value="1"]') !== null`)
	a.click(`[name="cond.0.value"][value="1"]`)
	a.says("#show_if", "Visas om svaret på fråga 1 är ”Ja”.")
	a.settled()
	a.checked("question")
	a.press(`#outline a[href*="at=q7_04"]`)
	a.checked("several-choices")
	a.press(`#form a[href*="set:hinder"]`)
	a.checked("list")
	a.do(set(phone))
	a.checked("list-390")
	a.do(set(desktop))
}

// choose picks from a menu that the page answers to at once.
func (a author) choose(selector, value string) {
	a.t.Helper()
	a.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})) })()`, selector, value)))
}

// says waits until a part of the page has the words, and what led to them is saved.
func (a author) says(selector, words string) {
	a.t.Helper()
	a.eventually(words, fmt.Sprintf(`document.querySelector(%q)?.textContent.includes(%q)`, selector, words))
	a.settled()
}

// settled waits until all that was written is saved.
func (a author) settled() {
	a.t.Helper()
	a.eventually("it to be saved", `document.querySelector("#saved").textContent.startsWith("✓")`)
}

// mends lets the program do what its advice says, and takes it back.
func (a author) mends() {
	a.t.Helper()
	a.press(`#outline a[href*="at=q7_08"]`) // a number of which somebody may not know
	if !a.has(`#findings form[action*="/mend"]`) {
		a.t.Fatalf("no remedy is offered\n%s", a.where())
	}
	a.press(`#findings form[action*="/mend"] .btn`)
	if !a.has(`[name=special][value="98"]:checked`) {
		a.t.Error("the remedy did not add the choice")
	}
	a.checked("mended")
	a.press("#notice form .btn")
	if a.has(`[name=special][value="98"]:checked`) {
		a.t.Error("the remedy was not taken back")
	}
	a.press(`#findings form[action*="/mend"] .btn`)
	a.press(`#form form[action*="/remove"] .btn`)
	a.sees("Frågan är borttagen")
	a.press("#notice form .btn")
	if !a.has(`#outline [data-question=q7_08]`) {
		a.t.Error("the removed question did not come back")
	}
}

// saysWhatIsMissing types without pressing a button: it is saved, and the preview follows.
func (a author) saysWhatIsMissing() {
	a.t.Helper()
	a.press(`#outline a[href*="at=q7_06"]`)
	a.write(`[name="text.sv"]`, "Underlagen är tydliga.")
	a.says("#preview", "Underlagen är tydliga.")
	a.write(`[name="text.en"]`, " ")
	a.says("#findings", "engelska texten saknas")
	a.visit(a.here())
	a.press(`form[action$="/test"] .btn`)
	a.sees("Fråga 6: Den engelska texten saknas")
	if title := a.title(); !strings.HasPrefix(title, "Fel: ") {
		a.t.Errorf("the title is %q", title)
	}
	a.checked("not-ready")
	a.press(`#left a[href*="at=q7_06"]`)
	if at := a.focused(); at != "text.en" {
		a.t.Errorf("the list of what is left leads to %q", at)
	}
}

func (a author) here() string { a.t.Helper(); return ask(a.tab, chromedp.Location()) }

// undoes takes the typing back: the last of it, which was typed in one go.
func (a author) undoes() {
	a.t.Helper()
	a.press(`form[action*="/undo"] .btn`)
	a.sees("Inget saknas")
}

// drags moves the second question before the first, as a mouse would, and back by the arrow, which keeps
// the focus.
func (a author) drags() {
	a.t.Helper()
	first := `document.querySelector("#outline li").dataset.question`
	was := ask(a.tab, chromedp.Evaluate[string](first))
	a.do(chromedp.Evaluate[chromedp.Void](`(() => { const [to, from] = document.querySelectorAll("#outline li");
		const at = to.getBoundingClientRect().top + 2;
		const fire = (e, type) => e.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, clientY: at}));
		fire(from, "dragstart"); fire(to, "dragover"); fire(to, "drop"); fire(from, "dragend") })()`))
	a.eventually("the question to move", first+` !== "`+was+`"`)
	a.settled()
	a.click(`#outline li:nth-child(2) button[value="up"]`)
	a.eventually("the question to move back", first+` === "`+was+`"`)
	a.eventually("the focus to follow", `document.activeElement.closest("li")?.dataset.question === "`+was+`"`)
}

func (a author) previews() {
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

// sends imports ten contacts and sends the survey to them.
func (a author) sends() {
	a.t.Helper()
	var file strings.Builder
	file.WriteString("name;email;group\n")
	for i := range 10 {
		fmt.Fprintf(&file, "Firma %d;firma%d@bygg.example;företag\n", i+1, i+1)
	}
	path := filepath.Join(a.t.TempDir(), "kontakter.csv")
	a.s.must(os.WriteFile(path, []byte(file.String()), 0o600))
	version := a.here()
	a.visit(a.s.base + "/team/people/import")
	a.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	a.press("main button.btn")
	a.press(`form[action$="/confirm"] button`)
	a.sees("10 personer importerade")
	a.visit(version)
	a.press(`a[href*="/team/campaigns/new"]`)
	if got := ask(a.tab, chromedp.Value(chromedp.CSS("#name"))); got != "Byggföretagens villkor" {
		a.t.Errorf("the mailing is called %q", got)
	}
	for _, g := range []string{"procurer", "politician", "developer"} {
		a.click(fmt.Sprintf(`input[name="groups"][value=%q]`, g))
	}
	a.press(save)
	a.press(`main a.btn[href$="/preview"]`)
	a.press(`form[action$="/test"] button`)
	a.press(`form[action$="/launch"] button`)
	(&member{tab: a.tab, s: a.s}).caught("/s/", 10)
	a.visit(a.s.base + "/team/surveys")
	a.sees("Låst, utskickad")
}

// isAnswered answers as one of the ten, on a phone that loses the line on the first page.
func (a author) isAnswered() {
	a.t.Helper()
	link := ""
	for _, m := range a.s.Caught() {
		if m.To[0] == "firma4@bygg.example" {
			link = answerLink.FindString(m.Text)
		}
	}
	b := open(a.t, phone)
	b.visit(link)
	b.press(startButton)
	b.tick(`input[name="q7_01"][value="1"]`)
	b.line(false)
	b.tick(`input[name="q7_02"][value="2"]`)
	b.tick(`input[name="q7_06"][value="4"]`)
	b.write("#q7_08", "12")
	b.picture("no-line")
	b.line(true)
	b.press(nextButton)
	b.sees("Del 2 av 2")
	b.fill("#q7_10", "2062")
	b.fill("#q7_15", "Vi hinner inte räkna på alla anbud.")
	b.press(nextButton)
	b.sees("Anläggning", "Mora", "Vi hinner inte räkna")
	b.press(`form[action$="/submit"] button`)
	b.sees("referens")
}

// isReadBack exports to SPSS and reads the file with another program: what was tapped on the phone is
// there, what was typed while the line was down too. Free texts leave only when the survey has closed.
func (a author) isReadBack() {
	a.t.Helper()
	campaigns, err := a.s.Distribution.List(a.t.Context())
	a.s.must(err)
	for _, c := range campaigns {
		a.s.must(a.s.Responses.Close(a.t.Context(), c.ID))
	}
	a.visit(a.s.base + "/team/analysis")
	a.press(fmt.Sprintf(`main a[href="/team/analysis/%s"]`, built))
	a.press(fmt.Sprintf(`main a[href="/team/answers/%s"]`, built))
	a.fill("#as", "sav")
	file := ask(a.tab, chromedp.Evaluate[string](`(async () => {
		const form = document.querySelector("main form");
		const answer = await fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
		let text = "";
		for (const b of new Uint8Array(await answer.arrayBuffer())) text += String.fromCharCode(b);
		return btoa(text);
	})()`, chromedp.EvalAwaitPromise))
	sav, err := base64.StdEncoding.DecodeString(file)
	a.s.must(err)
	program, err := exec.LookPath("pspp-convert")
	if err != nil {
		missing(a.t, "the SPSS file is not read by another program: pspp-convert is missing (Debian package pspp)")
	}
	in, out := filepath.Join(a.t.TempDir(), "a.sav"), filepath.Join(a.t.TempDir(), "a.csv")
	a.s.must(os.WriteFile(in, sav, 0o600))
	if said, err := exec.CommandContext(a.t.Context(), program, in, out).CombinedOutput(); err != nil {
		a.t.Fatalf("pspp-convert: %v: %s", err, said)
	}
	table, err := os.Open(out)
	a.s.must(err)
	defer table.Close()
	rows, err := csv.NewReader(table).ReadAll()
	a.s.must(err)
	if len(rows) != 2 {
		a.t.Fatalf("%d rows, with the names", len(rows))
	}
	for name, want := range map[string]string{"q7_01": "1", "q7_02": "2", "q7_06": "4", "q7_08": "12", "q7_10": "2062",
		"q7_15": "Vi hinner inte räkna på alla anbud."} {
		at := slices.Index(rows[0], name)
		if at < 0 || rows[1][at] != want {
			a.t.Errorf("%s is not %q in %v\n%v", name, want, rows[0], rows[1])
		}
	}
}
