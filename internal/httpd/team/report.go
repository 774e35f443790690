package team

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/report"
)

type reportForm struct {
	Kind string `form:"kind" validate:"required,oneof=regional national"`
	Lang string `form:"lang" validate:"required,oneof=sv en"`
}

type reportListPage struct {
	httpd.Page
	Editions []report.Edition
	Ready    int    // recommendations that an edition would hold
	Obstacle string // why none can be made; empty when one can
	Form     reportForm
}

func (f *Face) reportList(c *gin.Context) error {
	return f.reportListPage(c, http.StatusOK, reportForm{Kind: string(report.Regional), Lang: "sv"}, nil)
}

func (f *Face) reportListPage(c *gin.Context, status int, form reportForm, problems []httpd.Problem) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	p := &reportListPage{Page: httpd.Page{Title: i18n.T(lang, "report.list_title"), Problems: problems}, Form: form}
	var err error
	if p.Editions, err = f.Reports.List(ctx); err != nil {
		return err
	}
	ready, err := f.Reports.Ready(ctx)
	switch obstacle, ok := fault.Of(err); {
	case err == nil:
		p.Ready = len(ready)
	case ok && obstacle.Kind == fault.Conflict:
		p.Obstacle = i18n.Fault(lang, obstacle)
	default:
		return err
	}
	return httpd.Render(c, status, "team/report_list", p)
}

// reportMake freezes a snapshot and starts the rendering of one edition.
func (f *Face) reportMake(c *gin.Context) error {
	var form reportForm
	err := httpd.Bind(c, &form)
	var e report.Edition
	if err == nil {
		e, err = f.Reports.Make(httpd.Context(c), report.Kind(form.Kind), form.Lang)
	}
	if err != nil {
		if problems := httpd.Problems(c, err); problems != nil {
			return f.reportListPage(c, http.StatusUnprocessableEntity, form, problems)
		}
		return err
	}
	httpd.Flash(c, "report.flash_made")
	return httpd.Redirect(c, "/team/reports/"+e.ID)
}

type reportShowPage struct {
	httpd.Page
	Edition         report.Edition
	Address         string
	Checklist       []report.Item // of an edition that waits to be published
	Papers          []report.Paper
	Embargoed       bool
	Errata          []report.Erratum
	Erratum         report.Erratum // what was typed
	From            string         // of the embargo, as it was typed
	MayPublish      bool
	MayDistribute   bool
	Lists           []report.List
	Deliveries      []report.Delivery
	Recommendations int
}

// Blocked says whether the checklist keeps the edition from being published.
func (p *reportShowPage) Blocked() bool { return broken(p.Checklist) }

func (f *Face) reportShow(c *gin.Context) error {
	return f.reportShowPage(c, http.StatusOK, &reportShowPage{})
}

func (f *Face) reportShowPage(c *gin.Context, status int, p *reportShowPage) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	s, err := f.Reports.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return err
	}
	user := httpd.User(c)
	p.Title, p.Invented, p.Edition, p.Address, p.Recommendations = e.Title, s.Invented, e, s.Address+e.Path(), len(s.Recommendations)
	p.MayPublish, p.MayDistribute = user.May(account.ReportPublish), user.May(account.ReportDistribute)
	p.Embargoed = e.Embargoed(f.Now())
	if e.State == report.Rendered {
		if p.Checklist, err = f.Reports.Checklist(ctx, e); err != nil {
			return err
		}
	}
	if p.Papers, err = f.Reports.Papers(ctx, e.ID); err != nil {
		return err
	}
	if p.Errata, err = f.Reports.Errata(ctx, e.ID); err != nil {
		return err
	}
	if p.Lists, err = f.listsOf(c, e.Kind); err != nil {
		return err
	}
	if p.MayDistribute { // the names of recipients are for those who send
		if p.Deliveries, err = f.Reports.Deliveries(ctx, e.ID); err != nil {
			return err
		}
	}
	return httpd.Render(c, status, "team/report_show", p)
}

func (f *Face) listsOf(c *gin.Context, kind report.Kind) ([]report.List, error) {
	all, err := f.Reports.Lists(httpd.Context(c))
	var out []report.List
	for _, l := range all {
		if l.Kind == kind {
			out = append(out, l)
		}
	}
	return out, err
}

type reportReadPage struct {
	httpd.Page
	Edition report.Edition
	Body    template.HTML
}

// reportRead previews the web page of an edition, published or not.
func (f *Face) reportRead(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	body, err := f.Reports.HTML(ctx, e.ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/report_read", &reportReadPage{Page: httpd.Page{Title: e.Title}, Edition: e,
		Body: template.HTML(body)}) //nolint:gosec // written by document/html, which escapes every text
}

func (f *Face) reportPDF(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	file, err := f.Reports.PDF(ctx, e.ID)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, no-store")
	return httpd.PDF(c, "upphandlingsdialog-"+e.Slug+".pdf", e.PDFSHA256, e.MadeAt, file)
}

type reportDistributePage struct {
	httpd.Page
	Recipients report.Recipients
}

// reportDistributeForm shows exactly who a distribution over ?list= would
// reach. It sends nothing.
func (f *Face) reportDistributeForm(c *gin.Context) error {
	r, err := f.Reports.Preview(httpd.Context(c), c.Param("id"), c.Query("list"))
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/report_distribute", &reportDistributePage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "report.recipients_title")}, Recipients: r})
}

func (f *Face) reportDistribute(c *gin.Context) error {
	var form struct {
		List string `form:"list" validate:"required"`
	}
	if err := httpd.Bind(c, &form); err != nil {
		return err
	}
	r, err := f.Reports.Distribute(httpd.Context(c), c.Param("id"), form.List)
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_distributed", "N", len(r.New))
	return httpd.Redirect(c, "/team/reports/"+r.Edition.ID)
}

type listForm struct {
	Name string `form:"name" validate:"required,max=100"`
	Kind string `form:"kind" validate:"required,oneof=regional national"`
}

type listListPage struct {
	httpd.Page
	Lists []report.List
	Form  listForm
}

func (f *Face) listList(c *gin.Context) error {
	return f.listListPage(c, http.StatusOK, listForm{Kind: string(report.Regional)}, nil)
}

func (f *Face) listListPage(c *gin.Context, status int, form listForm, problems []httpd.Problem) error {
	lists, err := f.Reports.Lists(httpd.Context(c))
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/report_lists", &listListPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "report.lists_title"), Problems: problems}, Lists: lists, Form: form})
}

func (f *Face) listCreate(c *gin.Context) error {
	var form listForm
	err := httpd.Bind(c, &form)
	var l report.List
	if err == nil {
		l, err = f.Reports.CreateList(httpd.Context(c), form.Name, report.Kind(form.Kind))
	}
	if err != nil {
		if problems := httpd.Problems(c, err); problems != nil {
			return f.listListPage(c, http.StatusUnprocessableEntity, form, problems)
		}
		return err
	}
	httpd.Flash(c, "report.flash_list")
	return httpd.Redirect(c, "/team/lists/"+l.ID)
}

type membersForm struct {
	Addresses string `form:"addresses" validate:"required,max=200000"`
	Lang      string `form:"lang" validate:"required,oneof=sv en"`
}

type listShowPage struct {
	httpd.Page
	List    report.List
	Members []report.Member
	Form    membersForm

	Kinds          []string
	Register       registerForm
	Fit            *report.RegisterFit // nil before anybody is chosen
	Groups         []string
	Municipalities []region.Municipality
}

func (f *Face) listShow(c *gin.Context) error {
	return f.listShowPage(c, http.StatusOK, membersForm{Lang: "sv"}, nil)
}

func (f *Face) listShowPage(c *gin.Context, status int, form membersForm, problems []httpd.Problem) error {
	ctx := httpd.Context(c)
	l, err := f.Reports.FindList(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	members, err := f.Reports.Members(ctx, l.ID)
	if err != nil {
		return err
	}
	page := &listShowPage{Page: httpd.Page{Title: l.Name, Problems: problems}, List: l, Members: members, Form: form,
		Groups: people.Groups, Municipalities: region.Municipalities, Kinds: people.Kinds}
	asked := false
	if page.Register, asked = chosen(c); asked {
		fit, err := f.Reports.FitRegister(ctx, l.ID, page.Register.choice())
		if page.Fit = &fit; err != nil {
			if page.Fit, page.Problems = nil, httpd.Problems(c, err); page.Problems == nil {
				return err
			}
			status = http.StatusUnprocessableEntity
		}
	}
	return httpd.Render(c, status, "team/report_members", page)
}

func (f *Face) listAdd(c *gin.Context) error {
	var form membersForm
	err := httpd.Bind(c, &form)
	added := 0
	if err == nil {
		var members []report.Member
		if members, err = report.ParseMembers(form.Addresses, i18n.Lang(form.Lang)); err == nil {
			added, err = f.Reports.AddMembers(httpd.Context(c), c.Param("id"), members)
		}
	}
	if err != nil {
		if problems := httpd.Problems(c, err); problems != nil {
			return f.listShowPage(c, http.StatusUnprocessableEntity, form, problems)
		}
		return err
	}
	httpd.Flash(c, "report.flash_members", "N", added)
	return httpd.Redirect(c, "/team/lists/"+c.Param("id"))
}

var errNoAddress = errors.New("no address to remove")

func (f *Face) listRemove(c *gin.Context) error {
	address := c.PostForm("email")
	if address == "" {
		return fault.New(fault.Invalid, "error.invalid").Wrap(errNoAddress)
	}
	if err := f.Reports.RemoveMember(httpd.Context(c), c.Param("id"), address); err != nil {
		return err
	}
	return httpd.Redirect(c, "/team/lists/"+c.Param("id"))
}
