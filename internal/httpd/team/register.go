package team

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/report"
)

// registerForm chooses persons of the register for a distribution list. As a query it shows how many they
// are; sent, it adds them.
type registerForm struct {
	Groups       []string `form:"groups"`
	Municipality int      `form:"municipality"`
}

// Has tells whether a group is chosen.
func (r registerForm) Has(group string) bool { return slices.Contains(r.Groups, group) }

func (r registerForm) choice() report.RegisterChoice {
	return report.RegisterChoice{Groups: r.Groups, Municipality: r.Municipality}
}

func (f *Face) listAddRegister(c *gin.Context) error {
	var form registerForm
	err := httpd.Bind(c, &form)
	added := 0
	if err == nil {
		added, err = f.Reports.AddFromRegister(httpd.Context(c), c.Param("id"), form.choice())
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.listShowPage(c, http.StatusUnprocessableEntity, membersForm{Lang: "sv"}, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_members", "N", added)
	return httpd.Redirect(c, "/team/lists/"+c.Param("id"))
}
