package team

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

type caseListPage struct {
	httpd.Page
	Campaign     distribution.Campaign
	Cases        []caseLine
	List         distribution.CasePage
	Filter       distribution.CaseFilter
	Codes        []caseCode
	Groups       []string
	Newer, Older string
}

// caseLine is one case with its code in words.
type caseLine struct {
	distribution.CodedCase
	Label string
}

// caseCode is a code that may be chosen, with how many stand under it.
type caseCode struct {
	Code, Label string
	Count       int
}

// caseList shows who stands behind a number of the campaign's status.
func (f *Face) caseList(c *gin.Context) error {
	var q struct {
		Code  string `form:"code"`
		Group string `form:"group"`
		Page  int    `form:"page"`
	}
	_ = c.ShouldBindQuery(&q) // what is no number is the first page
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	campaign, err := f.Distribution.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	filter := distribution.CaseFilter{Code: q.Code, Group: q.Group, Page: q.Page}
	list, err := f.Distribution.Cases(ctx, campaign, filter)
	if err != nil {
		return err
	}
	page := &caseListPage{Page: httpd.Page{Title: i18n.T(lang, "distribution.cases")}, Campaign: campaign, List: list, Filter: filter,
		Groups: people.Groups, Newer: pageLink(c, list.Number-1, list.Last), Older: pageLink(c, list.Number+1, list.Last)}
	for _, one := range list.Cases {
		page.Cases = append(page.Cases, caseLine{one, codeLabel(lang, one.Code)})
	}
	for _, code := range distribution.Codes {
		if n := list.Codes[code]; n > 0 || code == q.Code {
			page.Codes = append(page.Codes, caseCode{code, codeLabel(lang, code), n})
		}
	}
	return httpd.Render(c, http.StatusOK, "team/case_list", page)
}

type casePage struct {
	httpd.Page
	Campaign distribution.Campaign
	Case     caseLine
	Form     caseForm
	Codes    []caseCode // those that a person may set
	Max      int
}

// caseForm is a code with its reason; an empty code takes back what was set.
type caseForm struct {
	Code   string `form:"code"`
	Reason string `form:"reason"`
}

func (f *Face) caseShow(c *gin.Context) error {
	return f.showCase(c, http.StatusOK, nil, nil)
}

func (f *Face) showCase(c *gin.Context, status int, typed *caseForm, problems []httpd.Problem) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	campaign, err := f.Distribution.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	one, err := f.Distribution.Case(ctx, campaign, c.Param("case"))
	if err != nil {
		return err
	}
	page := &casePage{Page: httpd.Page{Title: one.Name, Problems: problems}, Campaign: campaign, Case: caseLine{one, codeLabel(lang, one.Code)},
		Form: caseForm{one.ManualCode, one.ManualReason}, Max: distribution.MaxReason}
	if typed != nil {
		page.Form = *typed
	}
	for _, code := range distribution.ManualCodes {
		page.Codes = append(page.Codes, caseCode{Code: code, Label: codeLabel(lang, code)})
	}
	return httpd.Render(c, status, "team/case_show", page)
}

func (f *Face) caseClassify(c *gin.Context) error {
	var form caseForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Distribution.Classify(httpd.Context(c), c.Param("id"), c.Param("case"), form.Code, form.Reason)
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showCase(c, http.StatusUnprocessableEntity, &form, problems)
	}
	if err != nil {
		return err
	}
	key := "distribution.classified"
	if form.Code == "" {
		key = "distribution.unclassified"
	}
	httpd.Flash(c, key)
	return httpd.Redirect(c, "/team/campaigns/"+url.PathEscape(c.Param("id"))+"/cases/"+url.PathEscape(c.Param("case")))
}
