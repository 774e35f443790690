package journey

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/response"
)

var (
	receiptNumber = regexp.MustCompile(`<strong>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</strong>`)
	formAction    = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
)

// The program is killed while people answer. Whatever page they were led on from and whatever they were
// shown a receipt for is there when it starts again: on the program's own database, in its own data folder.
func TestKillingTheServerLosesNoAcknowledgedAnswer(t *testing.T) {
	program := build(t)
	cfg := config.Config{Data: dataFolder(t), Listen: freeAddress(t), CatcherAddr: freeAddress(t),
		MailFrom: "Upphandlingsdialog Dalarna <dialog@upphandlingsdialog.example>", MinBase: 7}
	first := run(t, program, cfg)
	s := beside(t, cfg)
	campaign := s.loaded(60).invite("s6")
	links := s.answerLinks(campaign)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged, saved := map[string]bool{}, map[string]bool{}
	var mu sync.Mutex
	var group sync.WaitGroup
	enough := make(chan struct{})
	var once sync.Once
	queue := make(chan string, len(links))
	for _, link := range links {
		queue <- link
	}
	close(queue)
	for range 6 {
		group.Go(func() {
			for link := range queue {
				receipt, err := submitBlank(link, func(id string) {
					mu.Lock()
					defer mu.Unlock()
					saved[id] = true
				})
				if err != nil {
					return // the server is gone
				}
				mu.Lock()
				acknowledged[receipt] = true
				if len(acknowledged) >= 20 {
					once.Do(func() { close(enough) })
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	_ = first.Wait() // killed: its exit says so

	second := run(t, program, cfg)
	s = beside(t, cfg)
	stored := map[string]bool{}
	version, err := s.Surveys.Latest(t.Context(), "s6")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Responses.Load(t.Context(), response.Filter{SurveyID: version.SurveyID}, func(r response.Row) error {
		full, err := s.Responses.Find(t.Context(), r.ID)
		stored[full.Receipt] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for receipt := range acknowledged {
		if !stored[receipt] {
			t.Errorf("receipt %s was shown and its answer is lost", receipt)
		}
	}
	for id := range saved {
		r, err := s.Responses.Find(t.Context(), id)
		if code := r.Answers["q6_01"].Code; err != nil || code == nil || *code != 4 {
			t.Errorf("the first page of response %s was saved and is lost: %v, %v", id, r.Answers, err)
		}
	}
	t.Logf("%d pages saved and %d receipts shown, %d answers stored", len(saved), len(acknowledged), len(stored))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := second.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err != nil {
		t.Errorf("the restarted program did not stop cleanly: %v", err)
	}
}

// answerLinks derives the campaign's personal links, which in another process's catcher are out of reach.
func (s *site) answerLinks(campaignID string) []string {
	s.t.Helper()
	var ids []string
	if err := s.DB.SelectContext(s.t.Context(), &ids, `SELECT id FROM invitation WHERE campaign_id = $1`, campaignID); err != nil {
		s.t.Fatal(err)
	}
	links := make([]string, len(ids))
	for i, id := range ids {
		links[i] = s.base + "/s/" + s.Distribution.AnswerToken(id)
	}
	return links
}

func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "upphandlingsdialog")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../cmd/upphandlingsdialog").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// dataFolder is one that the database's unprivileged user can reach when the tests run as root.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ud-journey-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "data")
}

// run starts the program as its own process and waits until it serves.
func run(t *testing.T, program string, cfg config.Config) *exec.Cmd {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(program, "serve", "--data", cfg.Data, "--listen", cfg.Listen, "--catcher", cfg.CatcherAddr)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		resp, err := http.Get(cfg.Base() + "/team/sign-in")
		if err == nil {
			resp.Body.Close()
			return cmd
		}
		if time.Now().After(deadline) {
			t.Fatalf("the program does not serve: %v\n%s", err, log.String())
		}
	}
}

// beside opens the database of the running program, the way its commands do.
func beside(t *testing.T, cfg config.Config) *site {
	t.Helper()
	a, err := app.Open(context.Background(), cfg, discard)
	if err != nil {
		t.Fatal(err)
	}
	return &site{App: a, t: t, base: cfg.Base()}
}

// submitBlank follows the link and sends in without answering anything but the first question, as
// everything is optional. saved is told of the response whose first page is acknowledged.
func submitBlank(link string, saved func(id string)) (receipt string, err error) {
	jar, _ := cookiejar.New(nil) // fails only on a faulty option
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	at, body, err := fetch(client.Get(link))
	for step := 0; err == nil && step < 20; step++ {
		if m := receiptNumber.FindStringSubmatch(body); m != nil {
			return m[1], nil
		}
		action := ""
		for _, m := range formAction.FindAllStringSubmatch(body, -1) {
			if strings.HasSuffix(m[1], "/start") || strings.Contains(m[1], "/page/") || strings.HasSuffix(m[1], "/submit") {
				action = m[1]
			}
		}
		if action == "" {
			return "", fmt.Errorf("nothing to send on %s", at)
		}
		target, perr := at.Parse(action)
		if perr != nil {
			return "", perr
		}
		form := url.Values{"do": {"next"}, "q6_01": {"4"}}
		for _, m := range hiddenField.FindAllStringSubmatch(body, -1) {
			form.Set(m[1], m[2])
		}
		at, body, err = fetch(client.PostForm(target.String(), form))
		if id, ok := strings.CutSuffix(strings.TrimPrefix(target.Path, "/r/"), "/page/1"); ok && err == nil {
			saved(id)
		}
	}
	return "", err
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

func fetch(resp *http.Response, err error) (*url.URL, string, error) {
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 400 {
		err = fmt.Errorf("%s: %d", resp.Request.URL.Path, resp.StatusCode)
	}
	return resp.Request.URL, string(body), err
}
