package respondent_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// phone is a real browser, 390 px wide. Tests that need it are skipped where no Chromium is found.
func phone(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.WindowSize(390, 844), chromedp.Flag("lang", "sv"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a page that never comes is a fault, not a wait
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// picture keeps the page as a picture where SCREENSHOTS names a folder, for people to look at.
func picture(name string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		dir := os.Getenv("SCREENSHOTS")
		if dir == "" {
			return chromedp.Void{}, nil
		}
		png, err := chromedp.FullScreenshot(100)(ctx, t)
		if err != nil {
			return chromedp.Void{}, err
		}
		return chromedp.Void{}, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	}
}

func TestInABrowserAnswersSaveThemselvesAndFollowUpsAppear(t *testing.T) {
	s := open(t)
	ctx := phone(t)
	s.Must(chromedp.Do(ctx,
		chromedp.EmulateViewport(390, 844),
		chromedp.Navigate(s.url+"/s/"+s.Token(responsetest.Business)), picture("notice"),
		chromedp.Click(".btn"),
		chromedp.WaitVisible("#q5_01"),
		chromedp.WaitNotVisible("#q5_05-q"),
		chromedp.SendKeys("#q5_04", "2\t"),
		chromedp.WaitVisible("#q5_05-q"),
	))
	saved, err := chromedp.Run(ctx, chromedp.Text("#saved"))
	s.Must(err)
	if !strings.HasPrefix(saved, "✓ Sparat ") {
		t.Errorf("the page does not say that it saved: %q", saved)
	}
	s.Must(chromedp.Do(ctx,
		chromedp.Click("#q5_01-4"), picture("page1"),
		chromedp.Click("button.btn[value=next]"),
		chromedp.WaitVisible("#q5_11"), picture("page2"),
		chromedp.EmulateViewport(320, 640), picture("page2-320"),
	))
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`))
	s.Must(err)
	if wide > 320 {
		t.Errorf("at 320 px the page is %d px wide", wide)
	}
	s.Must(chromedp.Do(ctx, chromedp.EmulateViewport(390, 844),
		chromedp.Navigate(s.url+home(s)+"/page/4"), picture("page4"),
		chromedp.Navigate(s.url+home(s)+"/review"), picture("review"),
		chromedp.Click("main form .btn"), chromedp.WaitVisible(".receipt"), picture("receipt"),
		chromedp.Navigate(s.url+home(s)+"/answers"), picture("answers")))
	r, _, err := s.Responses.OfInvitation(t.Context(), s.Invited[responsetest.Business].ID)
	s.Must(err)
	if r.State != response.Submitted || r.Answers["q5_01"].Code == nil || r.Answers["q5_04"].Number == nil {
		t.Errorf("stored: %+v", r)
	}
}

func home(s *site) string {
	r, _, err := s.Responses.OfInvitation(s.Context(), s.Invited[responsetest.Business].ID)
	s.Must(err)
	return "/r/" + r.ID
}
