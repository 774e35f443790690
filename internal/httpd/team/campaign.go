package team

import (
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/survey"
)

type campaignListPage struct {
	httpd.Page
	Campaigns []campaignLine
	Partly    bool // a total leaves out a group of fewer than Limit
	Limit     int
}

// campaignLine is one mailing with how far it has come.
type campaignLine struct {
	distribution.Campaign
	Total distribution.GroupStatus
}

func (f *Face) campaignList(c *gin.Context) error {
	ctx := httpd.Context(c)
	all, err := f.Distribution.List(ctx)
	if err != nil {
		return err
	}
	page := &campaignListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "distribution.title")}, Limit: f.Distribution.MinBase()}
	for _, campaign := range all {
		st, err := f.Responses.Status(ctx, campaign)
		if err != nil {
			return err
		}
		st = st.Released(page.Limit)
		page.Campaigns = append(page.Campaigns, campaignLine{campaign, st.Total})
		page.Partly = page.Partly || st.Partly()
	}
	return httpd.Render(c, http.StatusOK, "team/campaign_list", page)
}

// campaignForm is a draft as it is typed.
type campaignForm struct {
	Name              string    `form:"name" validate:"max=200"`
	VersionID         string    `form:"version_id"`
	NewWave           bool      `form:"new_wave"`
	Mode              string    `form:"mode"`
	Invites           bool      `form:"invites"`
	OpenLink          bool      `form:"open_link"`
	Groups            []string  `form:"groups"`
	Language          string    `form:"language"`
	ClosesAt          time.Time `form:"closes_at" time_format:"2006-01-02"`
	Minutes           int       `form:"minutes"`
	SubjectSv         string    `form:"subject_sv" validate:"max=200"`
	SubjectEn         string    `form:"subject_en" validate:"max=200"`
	BodySv            string    `form:"body_sv" validate:"max=10000"`
	BodyEn            string    `form:"body_en" validate:"max=10000"`
	ReminderSubjectSv string    `form:"reminder_subject_sv" validate:"max=200"`
	ReminderSubjectEn string    `form:"reminder_subject_en" validate:"max=200"`
	ReminderBodySv    string    `form:"reminder_body_sv" validate:"max=10000"`
	ReminderBodyEn    string    `form:"reminder_body_en" validate:"max=10000"`
}

func campaignFormOf(c distribution.Campaign) campaignForm {
	return campaignForm{Name: c.Name, VersionID: c.VersionID, NewWave: c.NewWave, Mode: c.Mode, Invites: c.Invites, OpenLink: c.OpenLink,
		Groups: c.Groups, Language: string(c.Language),
		ClosesAt: c.ClosesAt.In(i18n.Stockholm), Minutes: c.Minutes,
		SubjectSv: c.Subject.Sv, SubjectEn: c.Subject.En, BodySv: c.Body.Sv, BodyEn: c.Body.En,
		ReminderSubjectSv: c.ReminderSubject.Sv, ReminderSubjectEn: c.ReminderSubject.En,
		ReminderBodySv: c.ReminderBody.Sv, ReminderBodyEn: c.ReminderBody.En}
}

// campaign is the form as the domain knows it. The survey closes when the chosen
// day ends in Sweden.
func (f campaignForm) campaign(id string) distribution.Campaign {
	day := f.ClosesAt
	closes := time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, i18n.Stockholm)
	if day.IsZero() {
		closes = day
	}
	return distribution.Campaign{ID: id, Name: f.Name, VersionID: f.VersionID, NewWave: f.NewWave, Groups: f.Groups,
		Mode: f.Mode, Invites: f.Invites, OpenLink: f.OpenLink,
		Language: i18n.Lang(f.Language), ClosesAt: closes, Minutes: f.Minutes,
		Subject: i18n.Text{Sv: f.SubjectSv, En: f.SubjectEn}, Body: i18n.Text{Sv: f.BodySv, En: f.BodyEn},
		ReminderSubject: i18n.Text{Sv: f.ReminderSubjectSv, En: f.ReminderSubjectEn},
		ReminderBody:    i18n.Text{Sv: f.ReminderBodySv, En: f.ReminderBodyEn}}
}

// Has tells whether a group is chosen.
func (f campaignForm) Has(group string) bool {
	for _, g := range f.Groups {
		if g == group {
			return true
		}
	}
	return false
}

type campaignEditPage struct {
	httpd.Page
	ID           string // empty for a new one
	Form         campaignForm
	Surveys      []survey.Summary
	Groups       []string
	Placeholders string
	Texts        []campaignText
}

// campaignText is one text field of the form.
type campaignText struct{ Name, Label, Value, Type string }

func (f *Face) campaignNew(c *gin.Context) error {
	draft, err := f.Distribution.Standard(httpd.Context(c), c.Query("version"))
	if err != nil {
		return err
	}
	draft.Groups = people.Groups
	draft.ClosesAt = f.Now().AddDate(0, 0, 24) // the contact plan's last day
	if id := c.Query("version"); id != "" {
		v, err := f.Surveys.Version(httpd.Context(c), id)
		if err != nil {
			return err
		}
		draft.Name, draft.Groups, draft.Minutes = v.Definition.Title.In(httpd.Lang(c)), nil, 1
		for _, g := range v.Definition.Groups {
			draft.Groups = append(draft.Groups, g.ID)
			for _, l := range i18n.Langs {
				draft.Minutes = max(draft.Minutes, int(math.Ceil(v.Definition.Minutes(g.ID, l))))
			}
		}
	}
	return f.campaignEditor(c, http.StatusOK, "", campaignFormOf(draft), nil)
}

func (f *Face) campaignEdit(c *gin.Context) error {
	campaign, err := f.Distribution.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	if campaign.State != distribution.Draft {
		return fault.New(fault.Conflict, "distribution.error_state")
	}
	return f.campaignEditor(c, http.StatusOK, campaign.ID, campaignFormOf(campaign), nil)
}

func (f *Face) campaignEditor(c *gin.Context, status int, id string, form campaignForm, problems []httpd.Problem) error {
	list, err := f.Surveys.List(httpd.Context(c))
	if err != nil {
		return err
	}
	lang := httpd.Lang(c)
	title := i18n.T(lang, "distribution.new")
	if id != "" {
		title = form.Name
	}
	return httpd.Render(c, status, "team/campaign_edit", &campaignEditPage{
		Page: httpd.Page{Title: title, Problems: problems}, ID: id, Form: form, Surveys: list, Groups: people.Groups,
		Placeholders: "{{" + strings.Join(distribution.Placeholders, "}}, {{") + "}}",
		Texts: []campaignText{
			{"subject_sv", i18n.T(lang, "distribution.subject_sv"), form.SubjectSv, "text"},
			{"body_sv", i18n.T(lang, "distribution.body_sv"), form.BodySv, "textarea"},
			{"subject_en", i18n.T(lang, "distribution.subject_en"), form.SubjectEn, "text"},
			{"body_en", i18n.T(lang, "distribution.body_en"), form.BodyEn, "textarea"},
			{"reminder_subject_sv", i18n.T(lang, "distribution.reminder_subject_sv"), form.ReminderSubjectSv, "text"},
			{"reminder_body_sv", i18n.T(lang, "distribution.reminder_body_sv"), form.ReminderBodySv, "textarea"},
			{"reminder_subject_en", i18n.T(lang, "distribution.reminder_subject_en"), form.ReminderSubjectEn, "text"},
			{"reminder_body_en", i18n.T(lang, "distribution.reminder_body_en"), form.ReminderBodyEn, "textarea"},
		}})
}

func (f *Face) campaignCreate(c *gin.Context) error {
	return f.campaignStore(c, "", func(draft distribution.Campaign) (string, error) {
		created, err := f.Distribution.Create(httpd.Context(c), draft)
		return created.ID, err
	})
}

func (f *Face) campaignChange(c *gin.Context) error {
	return f.campaignStore(c, c.Param("id"), func(draft distribution.Campaign) (string, error) {
		return draft.ID, f.Distribution.Change(httpd.Context(c), draft)
	})
}

func (f *Face) campaignStore(c *gin.Context, id string, store func(distribution.Campaign) (string, error)) error {
	var form campaignForm
	err := httpd.Bind(c, &form)
	stored := id
	if err == nil {
		stored, err = store(form.campaign(id))
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.campaignEditor(c, http.StatusUnprocessableEntity, id, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "distribution.saved")
	return httpd.Redirect(c, "/team/campaigns/"+stored)
}

type campaignPreviewPage struct {
	httpd.Page
	Campaign distribution.Campaign
	Preview  distribution.Preview
	Groups   []string
	Left     []leftOut
	Letters  []campaignLetter
	Problem  string
	Small    []distribution.Cell // groups so small that an anonymous answer tells something about who gave it
	MinBase  int
	OpenURL  string
	Wave     survey.Wave // that it joins, or begins when it has no id
	To       string      // the test mail's address: the reader's own at first
	Token    string      // makes two test mails two
}

// leftOut is how many get no mail for one reason, with their names as far as they fit.
type leftOut struct {
	Reason  string
	Count   int
	Persons []people.Person
}

type campaignLetter struct {
	mail.Letter
	Text string
}

func (f *Face) campaignPreview(c *gin.Context) error {
	return f.showPreview(c, http.StatusOK, "", nil)
}

func (f *Face) showPreview(c *gin.Context, status int, to string, problems []httpd.Problem) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	campaign, err := f.Distribution.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	preview, err := f.Distribution.Preview(ctx, campaign.ID)
	if err != nil {
		return err
	}
	if to == "" {
		to = httpd.User(c).Email
	}
	page := &campaignPreviewPage{Page: httpd.Page{Title: i18n.T(lang, "distribution.preview_title"), Problems: problems},
		Campaign: campaign, Preview: preview, Groups: campaign.Groups, MinBase: analysis.DefaultMinBase,
		OpenURL: f.Distribution.OpenURL(campaign), To: to, Token: f.Now().UTC().Format("20060102T150405.000")}
	if page.Wave, err = f.Surveys.Ahead(ctx, campaign.VersionID, campaign.NewWave); err != nil {
		return err
	}
	if campaign.Mode == distribution.Anonymous {
		page.Small = preview.Small(analysis.DefaultMinBase)
	}
	if fl, ok := fault.Of(preview.Problem); ok {
		page.Problem = i18n.Fault(lang, fl)
		if len(fl.Fields) > 0 {
			page.Problem = i18n.TMap(lang, fl.Fields[0].Key, fl.Fields[0].Args)
		}
	} else if preview.Problem != nil {
		return preview.Problem
	}
	reasons := preview.Reasons()
	for _, reason := range []string{distribution.LeftOutSuppressed, distribution.LeftOutNoGroup, distribution.LeftOutDuplicate} {
		if reasons[reason] == 0 {
			continue
		}
		left := leftOut{Reason: reason, Count: reasons[reason]}
		for _, l := range preview.LeftOut {
			if l.Reason == reason && len(left.Persons) < shown {
				left.Persons = append(left.Persons, l.Person)
			}
		}
		page.Left = append(page.Left, left)
	}
	for _, l := range preview.Letters {
		page.Letters = append(page.Letters, campaignLetter{l, mail.Text(l)})
	}
	return httpd.Render(c, status, "team/campaign_preview", page)
}

func (f *Face) campaignTest(c *gin.Context) error {
	to := strings.TrimSpace(c.PostForm("to"))
	err := f.Distribution.SendTest(httpd.Context(c), c.Param("id"), c.PostForm("group"), to, c.PostForm("token"))
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showPreview(c, http.StatusUnprocessableEntity, to, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "distribution.test_sent_note", "To", to)
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id")+"/preview")
}

func (f *Face) campaignLaunch(c *gin.Context) error {
	plan, err := f.Distribution.Launch(httpd.Context(c), c.Param("id"))
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showPreview(c, http.StatusUnprocessableEntity, "", problems)
	}
	if err != nil {
		return err
	}
	if len(plan.Recipients) > 0 {
		httpd.Flash(c, "distribution.launched_note", "Count", len(plan.Recipients))
	} else {
		httpd.Flash(c, "distribution.opened_note")
	}
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id"))
}

func (f *Face) campaignRemind(c *gin.Context) error {
	n, err := f.Distribution.Remind(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	httpd.Flash(c, "distribution.reminded_note", "Count", n)
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id"))
}

func (f *Face) campaignClose(c *gin.Context) error {
	if err := f.Responses.Close(httpd.Context(c), c.Param("id")); err != nil {
		return err
	}
	httpd.Flash(c, "distribution.closed_note")
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id"))
}

// campaignOpenLink turns the open link on or off.
func (f *Face) campaignOpenLink(c *gin.Context) error {
	on := c.PostForm("open_link") == "on"
	if err := f.Distribution.SetOpenLink(httpd.Context(c), c.Param("id"), on); err != nil {
		return err
	}
	if on {
		httpd.Flash(c, "distribution.open_on_note")
	} else {
		httpd.Flash(c, "distribution.open_off_note")
	}
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id"))
}

func (f *Face) campaignResume(c *gin.Context) error {
	if err := f.Distribution.Resume(httpd.Context(c), c.Param("id")); err != nil {
		return err
	}
	httpd.Flash(c, "distribution.resumed_note")
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id"))
}
