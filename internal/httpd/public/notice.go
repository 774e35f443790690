package public

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

type noticePage struct {
	httpd.Page
	Contact string
	DPO     string
	Dated   string // when the words were last gone through
}

// accessibilityReviewed is the day on which somebody last compared the statement
// with what is tested. Whoever changes its words or the tests changes it.
const accessibilityReviewed = "2026-11-22"

// privacy is the notice of articles 13 and 14 for everyone the project writes to.
func (f *Face) privacy(c *gin.Context) error {
	return httpd.Render(c, http.StatusOK, "public/privacy", &noticePage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "public.privacy_title")}, Contact: f.Contact, DPO: f.DPO})
}

func (f *Face) accessibility(c *gin.Context) error {
	return httpd.Render(c, http.StatusOK, "public/accessibility", &noticePage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "public.accessibility_title")}, Contact: f.Contact, Dated: accessibilityReviewed})
}
