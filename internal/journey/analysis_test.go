package journey

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/recommendation"
)

// Somebody of the team opens a survey's analysis, narrows a question by menus, reads how the groups
// differ, takes the figure out, notes something at it and makes a number of it evidence. No script is
// needed.
func TestAFigureGoesFromTheAnswersToARecommendation(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.answered(40)
	s.advised()
	a := analyst{tab: open(t, device{width: 1280, height: 900}), s: s}
	a.signIn(s, leaderEmail)
	a.finds()
	a.takesOut()
	a.narrows()
	a.notes()
	a.cites()
}

type analyst struct {
	*tab
	s *site
}

func (a analyst) finds() {
	a.t.Helper()
	a.visit(a.s.base + "/team/analysis")
	a.press(`main a[href="/team/analysis/s5"]`)
	a.press(`main a[href$="/stands-out"]`)
	a.sees("Vad som sticker ut", "prövade tillsammans")
	a.checked("what-stands-out")
	a.visit(a.s.base + "/team/analysis/s5")
	a.press(`main a[href="/team/analysis/s5/q5_11"]`)
	a.sees("Bas:", "efter Holm", "Skiljer de sig åt?")
	a.checked("a-question")
}

// narrows uses the menus: a split, then a condition in two steps.
func (a analyst) narrows() {
	a.t.Helper()
	a.visit(a.s.base + "/team/analysis/s5/q5_11")
	a.click(".panel summary")
	a.fill("#by", "none")
	a.fill("#add", "bg_size")
	a.press(".view-form button")
	a.sees("Hur många anställda har företaget?")
	a.checked("a-condition-is-chosen")
	for code := 1; code <= 6; code++ {
		a.tick(fmt.Sprintf(`input[value="bg_size:%d"]`, code))
	}
	a.press(".view-form button")
	if at := ask(a.tab, chromedp.Location()); !strings.HasSuffix(at, "/q5_11?by=none&where=bg_size%3A1%2C2%2C3%2C4%2C5%2C6") {
		a.t.Errorf("the view's address is %s", at)
	}
	a.sees("Urval", "Bas:")
	a.checked("a-view")
}

// takesOut fetches every file of the view, as pressing its buttons would.
func (a analyst) takesOut() {
	a.t.Helper()
	files := ask(a.tab, chromedp.Evaluate[string](`(async () => {
		const out = [];
		for (const link of document.querySelectorAll(".files button")) {
			const answer = await fetch(link.formAction, {method: "POST"}), bytes = new Uint8Array(await answer.arrayBuffer());
			out.push(answer.status + " " + new URL(link.formAction).pathname.split("/").pop() + " " + String.fromCharCode(...bytes.slice(1, 4)));
		}
		return out.join("\n");
	})()`, chromedp.EvalAwaitPromise))
	for _, want := range []string{"200 table.csv", "200 table.xlsx K", "200 figure-1.svg svg", "200 figure-1.png PNG"} {
		if !strings.Contains(files, want) {
			a.t.Errorf("no %q among\n%s", want, files)
		}
	}
}

func (a analyst) notes() {
	a.t.Helper()
	a.fill("#body", "Störst skillnad bland de minsta företagen.")
	a.press(`form[action*="/notes"] button`)
	a.sees("Anteckningen sitter vid figuren", "Störst skillnad bland de minsta")
}

func (a analyst) cites() {
	a.t.Helper()
	all, err := a.s.Recommendations.List(a.t.Context(), recommendation.Filter{})
	a.s.must(err)
	r := all[slices.IndexFunc(all, recommendation.Recommendation.Editable)]
	a.fill("#recommendation", r.ID)
	a.press(`form[action*="/cite"] button`)
	a.sees("Talet är underlag", "Citeras i", r.Number)
	a.checked("a-number-is-evidence")
	a.press(`#cite a[href="/team/recommendations/` + r.ID + `"]`)
	a.sees("bg_size")
}
