package team

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire/paper"
)

// surveyPaper is the questionnaire to print and fill in by hand: ?group= whose, ?as= in which language,
// ?version= as elsewhere.
func (f *Face) surveyPaper(c *gin.Context) error {
	v, _, err := f.surveyVersion(c, c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	lang, ok := i18n.Parse(c.Query("as"))
	if !ok {
		lang = httpd.Lang(c)
	}
	group := c.Query("group")
	if !v.Definition.HasGroup(group) {
		return fault.New(fault.NotFound, "survey.error_no_group")
	}
	body, err := paper.PDF(v.Definition, paper.Options{Sender: f.Printed, Group: group, Lang: lang, Version: v.Number, Made: v.CreatedAt})
	if err != nil {
		return fmt.Errorf("print survey %s: %w", v.SurveyID, err)
	}
	sum := sha256.Sum256(body)
	c.Header("Cache-Control", "private, no-store")
	return httpd.PDF(c, fmt.Sprintf("%s-version-%d-%s-%s.pdf", v.SurveyID, v.Number, group, lang), hex.EncodeToString(sum[:]), v.CreatedAt, body)
}
