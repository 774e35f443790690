package team

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/privacy"
)

type keptPage struct {
	httpd.Page
	Form keptForm
	Kept *privacy.Kept // nil before an address has been given
}

type keptForm struct {
	Address    string   `form:"address" validate:"max=254"`
	Name       string   `form:"name" validate:"max=200"`
	Statements []string `form:"statement"`
	Decision   string   `form:"decision"`
	Stop       bool     `form:"stop"`
	Answers    bool     `form:"answers"`
}

func (f keptForm) who() privacy.Who {
	return privacy.Who{Address: f.Address, Name: f.Name, Statements: f.Statements}
}

// Some tells whether anything of a kind is kept.
func (p *keptPage) Some(kind string) bool {
	for _, trace := range p.Kept.Traces {
		if trace.Kind == kind {
			return true
		}
	}
	return false
}

// keptShow says what is kept under an address, and what would become of each thing if it were erased.
func (f *Face) keptShow(c *gin.Context) error {
	p := &keptPage{Form: keptForm{Address: strings.TrimSpace(c.Query("address")), Name: strings.TrimSpace(c.Query("name")),
		Statements: c.QueryArray("statement"), Stop: true}}
	if p.Form.Address == "" && p.Form.Name == "" {
		return f.keptPage(c, http.StatusOK, p)
	}
	k, err := f.Privacy.Kept(httpd.Context(c), p.Form.who())
	if p.Problems = httpd.Problems(c, err); p.Problems != nil {
		return f.keptPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	p.Kept = &k
	return f.keptPage(c, http.StatusOK, p)
}

func (f *Face) keptPage(c *gin.Context, status int, p *keptPage) error {
	p.Title = i18n.T(httpd.Lang(c), "privacy.title")
	c.Header("Cache-Control", "private, no-store")
	return httpd.Render(c, status, "team/kept", p)
}

// keptTell hands out what is kept, for the person who asked.
func (f *Face) keptTell(c *gin.Context) error {
	form := keptForm{Address: c.PostForm("address"), Name: c.PostForm("name"), Statements: c.PostFormArray("statement")}
	k, err := f.Privacy.Tell(httpd.Context(c), form.who())
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="registerutdrag.json"`)
	c.Header("Cache-Control", "private, no-store")
	c.IndentedJSON(http.StatusOK, k)
	return nil
}

// keptErase makes a person nameless everywhere, by the decision that the form names.
func (f *Face) keptErase(c *gin.Context) error {
	ctx := httpd.Context(c)
	p := &keptPage{}
	err := httpd.Bind(c, &p.Form)
	if err == nil {
		_, err = f.Privacy.EraseAtRequest(ctx, privacy.Erasure{Who: p.Form.who(), Decision: p.Form.Decision, Stop: p.Form.Stop, Answers: p.Form.Answers})
	}
	if p.Problems = httpd.Problems(c, err); p.Problems != nil {
		if k, kerr := f.Privacy.Kept(ctx, p.Form.who()); kerr == nil {
			p.Kept = &k
		}
		return f.keptPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "privacy.flash_erased")
	return httpd.Redirect(c, "/team/people/kept")
}
