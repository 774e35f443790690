package journey

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// pictures, when set, is the folder that gets the README's pictures; see `make pictures`.
var pictures = os.Getenv("PICTURES")

// The demonstration is the whole main job through the public doors. It ends well only when what it saw
// agrees with the database; a second start in the same folder keeps what is there.
func TestTheDemonstrationGoesFromTheFirstMailToThePublishedReports(t *testing.T) {
	program, data := build(t), dataFolder(t)
	respondents := "120"
	if pictures != "" {
		respondents = "400"
	}
	first := demonstrate(t, program, data, "--respondents", respondents)
	for _, want := range []string{"Done in", "regional-1-sv.pdf", "regional-2-sv.pdf", "national-1-sv.pdf", "national-1-en.pdf", "password"} {
		if !strings.Contains(first.said, want) {
			t.Fatalf("the demonstration does not mention %q:\n%s", want, first.said)
		}
	}
	if strings.Contains(first.said, "differs") {
		t.Errorf("what was seen is not what is stored:\n%s", first.said)
	}
	for _, pdf := range []string{"regional-1-sv.pdf", "regional-2-sv.pdf", "national-1-sv.pdf", "national-1-en.pdf"} {
		tagged(t, filepath.Join(data, "out", pdf))
	}
	if pictures != "" {
		takePictures(t, first, filepath.Join(data, "out", "regional-1-sv.pdf"))
	}
	first.stop()

	again := demonstrate(t, program, data, "--respondents", respondents)
	if !strings.Contains(again.said, "Reusing") {
		t.Errorf("a second start does not reuse the folder:\n%s", again.said)
	}
	again.stop()
}

// demonstration is one that stays up.
type demonstration struct {
	t        *testing.T
	cmd      *exec.Cmd
	base     string
	said     string
	password string
}

func demonstrate(t *testing.T, program, data string, args ...string) *demonstration {
	t.Helper()
	d := &demonstration{t: t}
	listen := freeAddress(t)
	d.base = "http://" + listen
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	d.cmd = exec.CommandContext(ctx, program, append([]string{"demo", "--data", data, "--listen", listen, "--catcher", freeAddress(t)}, args...)...)
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	d.cmd.Stderr = log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		d.said += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "Stop with Ctrl-C") {
			break
		}
	}
	if m := regexp.MustCompile(`password +(\S+)`).FindStringSubmatch(d.said); m != nil {
		d.password = m[1]
		return d
	}
	text, _ := os.ReadFile(log.Name()) // best effort, for the message
	_ = d.cmd.Wait()
	t.Fatalf("the demonstration did not get up:\n%s\n%s", d.said, tail(string(text), 20))
	return nil
}

func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// stop presses Ctrl-C and waits for a clean end.
func (d *demonstration) stop() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		d.t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		d.t.Errorf("the demonstration did not stop cleanly: %v", err)
	}
}

// tagged asks poppler whether the PDF has a structure, which is what makes it readable aloud.
func tagged(t *testing.T, file string) {
	t.Helper()
	if _, err := exec.LookPath("pdfinfo"); err != nil {
		missing(t, "no pdfinfo: run .ci/setup")
	}
	out, err := exec.CommandContext(t.Context(), "pdfinfo", file).CombinedOutput()
	if err != nil || !regexp.MustCompile(`Tagged: +yes`).Match(out) {
		t.Errorf("%s: %v\n%s", filepath.Base(file), err, out)
	}
}

// takePictures makes the README's pictures from the running demonstration.
func takePictures(t *testing.T, d *demonstration, pdf string) {
	t.Helper()
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	b := open(t, desktop)
	b.visit(d.base + "/team/sign-in")
	b.fill("#email", "processledare@dalarna.example")
	b.fill("#password", d.password)
	b.press("main form button")
	picture(b, "team")
	b.visit(d.base + "/recommendations/5.1")
	picture(b, "public")
	out, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "60", "-png", "-f", "6", "-l", "6", "-singlefile", pdf,
		filepath.Join(pictures, "report")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func picture(b *tab, name string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(pictures, name+".png"), ask(b, chromedp.CaptureScreenshot()), 0o644); err != nil {
		b.t.Fatal(err)
	}
}
