package journey

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Somebody of the team writes a chapter's words and sees beside them what will be printed; what cannot be
// printed is said at once, and the last good preview stays.
func TestAChapterIsSeenAsItIsPrintedWhileItIsWritten(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := open(t, desktop)
	b.signIn(s, leaderEmail)
	b.visit(s.base + "/team/texts/regional/voices/sv")
	b.eventually("the page says that the preview follows", `document.getElementById("preview-state").textContent !== ""`)
	b.write("#words", "Så sa de som var med.\n\n- En\n- Två")
	b.eventually("the preview follows", `document.querySelector("#preview li:nth-child(2)")?.textContent === "Två"`)
	b.checked("a-chapter-while-written")
	b.do(chromedp.SendKeys(chromedp.CSS("#words"), " och 61 procent"))
	b.eventually("what cannot be printed is said", `document.getElementById("preview-state").textContent.includes("61 procent")`)
	if !b.has("#preview li") {
		t.Error("the last good preview is gone")
	}
	b.checked("a-chapter-with-a-typed-number")
	b.write("#words", "Nu är det bra. Ja.")
	b.eventually("it follows again", `document.getElementById("preview").textContent.includes("Nu är det bra. Ja.") && !document.getElementById("preview-state").classList.contains("field-error")`)
	b.press(`form .btn:not(.plain)`)
	b.visit(s.base + "/team/texts/regional/voices/sv")
	b.sees("Nu är det bra. Ja.")
}
