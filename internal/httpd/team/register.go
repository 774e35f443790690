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
	Kinds        []string `form:"kinds"`
	Municipality int      `form:"municipality"`
}

// Has tells whether a group is chosen.
func (r registerForm) Has(group string) bool { return slices.Contains(r.Groups, group) }

// Of tells whether a kind of organisation is chosen.
func (r registerForm) Of(kind string) bool { return slices.Contains(r.Kinds, kind) }

func (r registerForm) choice() report.RegisterChoice {
	return report.RegisterChoice{Groups: r.Groups, Kinds: r.Kinds, Municipality: r.Municipality}
}

// chosen reads the form from the query or from what was sent; asked is false before anybody has used it.
func chosen(c *gin.Context) (r registerForm, asked bool) {
	_, asked = c.GetQuery("municipality")
	all := func(name string) []string { return append(c.QueryArray(name), c.PostFormArray(name)...) }
	return registerForm{Groups: all("groups"), Kinds: all("kinds"), Municipality: number(c.Query("municipality")+c.PostForm("municipality"), 0)}, asked
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
