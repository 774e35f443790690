package team

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

type recodePage struct {
	httpd.Page
	tagChoices
	Excerpt *dialogue.Excerpt // nil when all are coded
	Form    tagForm
	Done    int
	Left    int
}

// recodeShow gives the second coder an excerpt without its coding.
func (f *Face) recodeShow(c *gin.Context) error {
	e, err := f.Dialogue.NextToRecode(httpd.Context(c), httpd.User(c).ID)
	if fault.Is(err, fault.NotFound) {
		return f.recodePage(c, http.StatusOK, &recodePage{})
	}
	if err != nil {
		return err
	}
	return f.recodePage(c, http.StatusOK, &recodePage{Excerpt: &e})
}

func (f *Face) recodePage(c *gin.Context, status int, p *recodePage) error {
	a, err := f.Dialogue.AgreementWith(httpd.Context(c), httpd.User(c).ID)
	if err != nil {
		return err
	}
	p.Done, p.Left, p.tagChoices, p.Title = a.Excerpts, a.Left, choices, i18n.T(httpd.Lang(c), "dialogue.recode_title")
	p.Invented = p.Excerpt != nil && p.Excerpt.Invented
	return httpd.Render(c, status, "team/meeting_recode", p)
}

// recodeSave notes a second coding and goes on to the next excerpt.
func (f *Face) recodeSave(c *gin.Context) error {
	ctx := httpd.Context(c)
	p := &recodePage{}
	err := httpd.Bind(c, &p.Form)
	if err == nil {
		err = f.Dialogue.Recode(ctx, c.PostForm("excerpt"), httpd.User(c).ID, p.Form.Themes)
	}
	if p.Problems = httpd.Problems(c, err); p.Problems != nil {
		e, err := f.Dialogue.ToRecode(ctx, c.PostForm("excerpt"))
		if err != nil {
			return err
		}
		p.Excerpt = &e
		return f.recodePage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, "/team/excerpts/second")
}

type agreementPage struct {
	httpd.Page
	Coders  []coderAgreement
	Fewest  int // excerpts
	OfTheme int // with the theme
}

// coderAgreement is that of one second coder with the coding that counts.
type coderAgreement struct {
	Name string
	dialogue.Agreement
	Rows []agreementRow
}

// agreementRow is one theme in words.
type agreementRow struct {
	dialogue.ThemeAgreement
	Observed, Kappa, Interval string
}

// agreementShow sets the codings of two coders side by side, theme by theme.
func (f *Face) agreementShow(c *gin.Context) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	ids, err := f.Dialogue.Recoders(ctx)
	if err != nil {
		return err
	}
	users, err := f.Accounts.Users(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	p := &agreementPage{Page: httpd.Page{Title: i18n.T(lang, "dialogue.agreement_title")}, Fewest: dialogue.FewestRecoded, OfTheme: dialogue.FewestOfTheme}
	for _, id := range ids {
		a, err := f.Dialogue.AgreementWith(ctx, id)
		if err != nil {
			return err
		}
		one := coderAgreement{Name: names[id], Agreement: a}
		for _, t := range a.Themes {
			one.Rows = append(one.Rows, rowOfTheme(lang, t))
		}
		p.Coders = append(p.Coders, one)
	}
	return httpd.Render(c, http.StatusOK, "team/meeting_agreement", p)
}

func rowOfTheme(lang i18n.Lang, t dialogue.ThemeAgreement) agreementRow {
	missing := i18n.T(lang, "dialogue.agreement_missing")
	r := agreementRow{ThemeAgreement: t, Observed: missing, Kappa: missing, Interval: missing}
	if t.Kappa.N >= dialogue.FewestRecoded {
		r.Observed = i18n.Percent(lang, t.Kappa.Observed, t.Kappa.N)
	}
	if t.Absent != "" {
		return r
	}
	r.Kappa = i18n.Number(lang, t.Kappa.Value, 2)
	if t.Kappa.HasInterval {
		r.Interval = i18n.T(lang, "dialogue.agreement_interval", "Lower", i18n.Number(lang, t.Kappa.Lower, 2), "Upper", i18n.Number(lang, t.Kappa.Upper, 2))
	}
	return r
}
