package public

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

// maxVerify is the size of a file that readers may have looked at: some four times the largest edition.
const maxVerify = 3 << 20

// verifyPerMinute is how many files are looked at in a minute, whoever asks.
const verifyPerMinute = 20

// verifyLimit is one bucket for all readers: whose file it is, nobody needs to know.
type verifyLimit struct {
	once   sync.Once
	bucket *rate.Limiter
}

func (l *verifyLimit) allow(now time.Time) bool {
	l.once.Do(func() { l.bucket = rate.NewLimiter(rate.Limit(float64(verifyPerMinute)/60), verifyPerMinute) })
	return l.bucket.AllowN(now, 1)
}

type verifyPage struct {
	httpd.Page
	Result *report.Verification
}

func verifyTitle(c *gin.Context) httpd.Page {
	return httpd.Page{Title: i18n.T(httpd.Lang(c), "public.verify_title")}
}

func (f *Face) verifyForm(c *gin.Context) error {
	return httpd.Render(c, http.StatusOK, "public/report_verify", &verifyPage{Page: verifyTitle(c)})
}

// verify compares an uploaded file with the published edition that it names. Nothing of it is kept.
func (f *Face) verify(c *gin.Context) error {
	if !f.verifications.allow(f.Now()) {
		return fault.New(fault.Unavailable, "error.busy")
	}
	p := &verifyPage{Page: verifyTitle(c)}
	file, _, err := httpd.Upload(c, "file")
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		p.Problems = httpd.Problems(c, fault.InvalidFields("error.invalid", fault.Field{Name: "file", Key: "public.verify_large"}))
		return httpd.Render(c, http.StatusRequestEntityTooLarge, "public/report_verify", p)
	}
	if fault.Is(err, fault.Invalid) {
		p.Problems = httpd.Problems(c, err)
		return httpd.Render(c, http.StatusUnprocessableEntity, "public/report_verify", p)
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	b, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if p.Result, err = f.Reports.Verify(httpd.Context(c), b, f.Reports.FindPublished); err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "public/report_verify", p)
}
