package httpd_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/testkit"
)

const megabyte = 1 << 20

// form is the body of an upload of so many bytes, made as it is read.
func form(size int64) io.Reader {
	return io.MultiReader(
		strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\npaper\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"),
		io.LimitReader(zeros{}, size), strings.NewReader("\r\n--b--\r\n"))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// take reads an upload as the faces do.
func take(c *gin.Context) error {
	var fields struct {
		Source string `form:"source"`
	}
	if err := httpd.Bind(c, &fields); err != nil {
		return err
	}
	file, _, err := httpd.Upload(c, "file")
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, file)
	c.Status(http.StatusNoContent)
	return err
}

func TestA200MBUploadIsRefusedInWordsWithoutFillingMemoryOrDisk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	srv := serve(t, io.Discard, httpd.Route{Method: http.MethodPost, Path: "/x", Permission: account.Public, Handle: take, MaxBody: 8 * megabyte},
		httpd.Route{Method: http.MethodPost, Path: "/small", Permission: account.Public, Handle: take})
	for path, want := range map[string]int{"/x": http.StatusRequestEntityTooLarge, "/small": http.StatusRequestEntityTooLarge} {
		var status int
		var page []byte
		took := testkit.Peak(func() {
			resp, err := http.Post(srv.URL+path, "multipart/form-data; boundary=b", form(200*megabyte))
			if err != nil {
				return // the server hung up while we were sending, which is an answer too
			}
			defer resp.Body.Close()
			status = resp.StatusCode
			page, _ = io.ReadAll(resp.Body)
		})
		if status != 0 && (status != want || !strings.Contains(string(page), "<h1")) {
			t.Errorf("%s: %d: %s", path, status, page)
		}
		if took > 40*megabyte {
			t.Errorf("%s took %d MB", path, took/megabyte)
		}
	}
	left(t)
}

// left fails when temporary files are left behind.
func left(t *testing.T) {
	t.Helper()
	files, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Errorf("left behind: %s", f.Name())
	}
}

func TestAnUploadLeavesNoFileBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	srv := serve(t, io.Discard, httpd.Route{Method: http.MethodPost, Path: "/team/x", Permission: account.Public, MaxBody: 20 * megabyte, Handle: func(c *gin.Context) error {
		c.Request = c.Request.WithContext(c.Request.Context()) // as signing in does
		if err := take(c); err != nil {
			return err
		}
		if files, err := os.ReadDir(os.TempDir()); err != nil || len(files) == 0 {
			t.Errorf("the file was not kept on disk: %v", err)
		}
		return nil
	}})
	resp, err := http.Post(srv.URL+"/team/x", "multipart/form-data; boundary=b", form(15*megabyte))
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatal(resp, err)
	}
	_ = resp.Body.Close()
	left(t)
}

func TestHeavyRequestsAreServedTwoAtATimeAndLightOnesAtOnce(t *testing.T) {
	var now, most, served atomic.Int32
	enough := make(chan struct{})
	srv := serve(t, io.Discard,
		httpd.Route{Method: http.MethodPost, Path: "/heavy", Permission: account.Public, MaxBody: 8 * megabyte, Handle: func(c *gin.Context) error {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-enough
			now.Add(-1)
			served.Add(1)
			c.Status(http.StatusNoContent)
			return nil
		}},
		httpd.Route{Method: http.MethodPost, Path: "/light", Permission: account.Public, Handle: func(c *gin.Context) error {
			c.Status(http.StatusNoContent)
			return nil
		}})
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			resp, err := http.Post(srv.URL+"/heavy", "text/plain", strings.NewReader("x"))
			if err == nil {
				_ = resp.Body.Close()
			}
		})
	}
	for now.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	if resp, _ := do(t, http.MethodPost, srv.URL+"/light", ""); resp.StatusCode != http.StatusNoContent {
		t.Errorf("a light request waits: %d", resp.StatusCode)
	}
	close(enough)
	all.Wait()
	if most.Load() != 2 || served.Load() != 6 {
		t.Errorf("%d at a time, %d served", most.Load(), served.Load())
	}
}
