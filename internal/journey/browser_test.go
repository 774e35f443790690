package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// shotsDir, when set, gets a picture of every page that a journey checks.
var shotsDir = os.Getenv("JOURNEY_SHOTS")

// chromiumPath finds the browser. Without one the journeys say so and skip, except where CI is set.
func chromiumPath() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

var axeSource = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(filepath.Join("..", "..", ".ci", "node_modules", "axe-core", "axe.min.js"))
	return string(b), err
})

// device is a screen to look at pages with.
type device struct {
	width, height int64
	script        bool
	dark          bool
}

var (
	phone         = device{width: 390, height: 844, script: true}
	phoneNoScript = device{width: 390, height: 844}
	desktop       = device{width: 1280, height: 900, script: true}
)

// TestMain closes the browser that the journeys share.
func TestMain(m *testing.M) {
	code := m.Run()
	if closeBrowser != nil {
		closeBrowser()
	}
	os.Exit(code)
}

var closeBrowser func()

// browser starts the one process that every journey has its own profile in.
var browser = sync.OnceValues(func() (context.Context, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromiumPath()), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "sv-SE"))
	if os.Getuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	closeBrowser = func() { cancel(); cancelAlloc() }
	return ctx, chromedp.Do(ctx) // the first run starts the process
})

// tab is a browser as its user sees it, with cookies of its own.
type tab struct {
	t      *testing.T
	ctx    context.Context
	name   string
	n      int
	device device
}

func open(t *testing.T, d device) *tab {
	t.Helper()
	if chromiumPath() == "" {
		missing(t, "no Chromium: run .ci/setup")
	}
	shared, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(shared, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, name: strings.ReplaceAll(t.Name(), "/", "_"), device: d}
	if err := chromedp.Do(ctx, set(d)); err != nil { // the first run opens the tab, which lives as long as its context
		t.Fatal(err)
	}
	return b
}

// set makes the browser the device. Without script means that no script file loads: the pages'
// policy allows no other script.
func set(d device) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: d.width, Height: d.height, DeviceScaleFactor: 1, Mobile: d.width < 600})
		scheme := "light"
		if d.dark {
			scheme = "dark"
		}
		if err == nil {
			_, err = cdp.Call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		}
		if err == nil && !d.script {
			if _, err = cdp.Call(ctx, s, network.Enable, network.EnableParams{}); err == nil {
				_, err = cdp.Call(ctx, s, network.SetBlockedURLs, network.SetBlockedURLsParams{
					URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/*.js", Block: true}}})
			}
		}
		return err
	})
}

// line connects the tab to the network or cuts it off.
func (b *tab) line(up bool) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1})
		if err == nil {
			_, err = cdp.Call(ctx, s, network.Enable, network.EnableParams{})
		}
		if err == nil {
			_, err = cdp.Call(ctx, s, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1}}})
		}
		return err
	}))
}

// patience is how long one step may take: the machine may be busy, but a missing element stays missing.
const patience = 20 * time.Second

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.where())
	}
}

func ask[T any](b *tab, question chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, question)
	if err != nil {
		b.t.Fatalf("%v\n%s", err, b.where())
	}
	return v
}

// where says, for a failure's message, what the browser shows.
func (b *tab) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	url, _ := chromedp.Run(ctx, chromedp.Location())                  // best effort
	text, _ := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body"))) // best effort
	return url + "\n" + text
}

// visit opens an address and waits for the page.
func (b *tab) visit(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("main#main")))
}

// press clicks something that leads to another page, and waits for that page.
func (b *tab) press(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("press %s: %v\n%s", selector, err, b.where())
	}
}

// click presses something that stays on the page.
func (b *tab) click(selector string) { b.t.Helper(); b.do(chromedp.Click(chromedp.CSS(selector))) }

// tick sets a check box or a radio button. On a busy machine the page can move under the pointer, so
// it looks whether the click arrived, and clicks again when it did not.
func (b *tab) tick(selector string) {
	b.t.Helper()
	ticked := fmt.Sprintf("document.querySelector(%q).checked", selector)
	for range 3 {
		b.click(selector)
		if ask(b, chromedp.Evaluate[bool](ticked)) {
			return
		}
	}
	b.t.Fatalf("%s does not stay ticked\n%s", selector, b.where())
}

// fill types into a field, replacing what stood there.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(selector), text))
}

// write types over what stands in a field, key by key, so that the page's script hears it.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).select()", selector)))
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// title is the page's title, as the browser's tab shows it.
func (b *tab) title() string { b.t.Helper(); return ask(b, chromedp.Title()) }

// focused tells the id or the name of what has the focus.
func (b *tab) focused() string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string](`document.activeElement.id || document.activeElement.name || ""`))
}

// has tells whether the page has such an element.
func (b *tab) has(selector string) bool {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[bool](fmt.Sprintf("document.querySelector(%q) !== null", selector)))
}

// eventually waits until an expression is true in the page.
func (b *tab) eventually(what, expression string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ask(b, chromedp.Evaluate[bool](expression)) {
			return
		}
	}
	b.t.Fatalf("waited in vain for %s\n%s", what, b.where())
}

// sees fails unless the page's text has all the given words.
func (b *tab) sees(words ...string) {
	b.t.Helper()
	text := ask(b, chromedp.Text(chromedp.CSS("body")))
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Fatalf("the page does not say %q:\n%s", w, b.where())
		}
	}
}

// Rules of axe-core. A page on another screen differs only in how it is laid out, which a few rules look at.
const (
	allRules    = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]`
	layoutRules = `["color-contrast","target-size","scrollable-region-focusable","heading-order","region","page-has-heading-one","link-in-text-block"]`
)

// checked runs axe-core on the page, looks for sideways scrolling and takes a picture.
func (b *tab) checked(what string) {
	b.t.Helper()
	b.n++
	b.picture(what)
	b.accessible(what, allRules)
	b.fits(what)
}

// picture keeps what the tab shows, for people to look at.
func (b *tab) picture(what string) {
	b.t.Helper()
	if shotsDir == "" {
		return
	}
	png := ask(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(shotsDir, fmt.Sprintf("%s-%02d-%s.png", b.name, b.n, what)), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// accessible runs axe-core's rules, which are named by tags or one by one.
func (b *tab) accessible(what, rules string) {
	b.t.Helper()
	source, err := axeSource()
	if err != nil {
		missing(b.t, "no axe-core: run .ci/setup")
	}
	if !ask(b, chromedp.Evaluate[bool](`"axe" in window`)) {
		b.do(chromedp.Evaluate[chromedp.Void](source))
	}
	result := ask(b, chromedp.Evaluate[string](`axe.run(document, {preload: false, resultTypes: ["violations"], runOnly: `+rules+`})
		.then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.target.join(" ") + " " + n.html.slice(0, 160))}))))`,
		chromedp.EvalAwaitPromise))
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(result), &violations); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range violations {
		b.t.Errorf("%s: axe %s: %s\n  %s", what, v.ID, v.Help, strings.Join(v.Nodes, "\n  "))
	}
}

// fits fails when the page is wider than the screen.
func (b *tab) fits(what string) {
	b.t.Helper()
	wide := ask(b, chromedp.Evaluate[string](`(() => {
		const w = document.documentElement.clientWidth
		if (document.documentElement.scrollWidth <= w) return ""
		const out = [...document.querySelectorAll("body *")].filter(e => (e.getBoundingClientRect().right > w + 1 || e.scrollWidth > w + 1) && !e.closest(".scroll"))
		return w + " px: " + out.slice(-4).map(e => e.outerHTML.slice(0, 120)).join("\n  ")
	})()`))
	if wide != "" {
		b.t.Errorf("%s scrolls sideways at %s", what, wide)
	}
}
