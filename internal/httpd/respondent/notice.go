package respondent

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
)

// link is what the token of a personal link leads to: that of a mailed one, or that which somebody got
// who came by an open link. The latter has no invitation.
type link struct {
	token    string
	inv      distribution.Invitation
	campaign distribution.Campaign
	r        response.Response
	started  bool
}

func (l link) group() string {
	if l.inv.ID == "" {
		return l.r.Group
	}
	return l.inv.Group
}

// anonymous tells whether nothing may be noted on the invitation, if there is one.
func (l link) anonymous() bool { return l.inv.Mode != distribution.Confidential }

// mode decides what the pages promise.
func (l link) mode() string {
	switch {
	case l.inv.ID == "":
		return modeOpen
	case l.anonymous():
		return modeAnonymous
	}
	return modeConfidential
}

// follow finds what the token leads to and settles the page's language: what the
// reader just chose, else what she last answered in, else that of the invitation.
func (f *Face) follow(c *gin.Context) (link, error) {
	l := link{token: c.Param("token")}
	if err := f.find(c, &l); err != nil {
		return l, err
	}
	lang := l.inv.Language
	if l.started {
		lang = l.r.Lang
	}
	if chosen, ok := i18n.Parse(c.Query("lang")); ok {
		lang = chosen
	}
	if chosen, ok := i18n.Parse(c.PostForm("lang")); ok {
		lang = chosen
	}
	httpd.SetLang(c, lang)
	return l, nil
}

// find looks for the invitation of the token, and for what was answered with it.
func (f *Face) find(c *gin.Context, l *link) (err error) {
	ctx := httpd.Context(c)
	l.inv, l.campaign, err = f.Distribution.InvitationByToken(ctx, l.token)
	switch {
	case fault.Is(err, fault.NotFound):
		return f.findOpen(ctx, l, err)
	case err != nil:
		return err
	case l.anonymous():
		l.r, l.started, err = f.Responses.OfToken(ctx, l.token)
	case l.inv.StartedAt != nil:
		l.r, l.started, err = f.Responses.OfInvitation(ctx, l.inv.ID)
	}
	return err
}

// findOpen looks for a response by an open link. Without one, notFound stands.
func (f *Face) findOpen(ctx context.Context, l *link, notFound error) (err error) {
	if l.r, l.started, err = f.Responses.OfToken(ctx, l.token); err != nil || !l.started {
		return cmp.Or(err, notFound)
	}
	l.campaign, err = f.Distribution.Find(ctx, l.r.CampaignID)
	return err
}

// unknown answers for a token that leads nowhere, in the same way whatever is wrong with it.
func (f *Face) unknown(c *gin.Context, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	lang := httpd.Lang(c)
	return f.say(c, http.StatusNotFound, message{Paragraphs: []string{
		i18n.T(lang, "respondent.unknown_text"),
		i18n.T(lang, "respondent.unknown_contact", "Email", f.Sender.Email),
	}}, "respondent.unknown_title")
}

type noticePage struct {
	httpd.Page
	Mode       string
	Token      string
	Intro      string
	Controller string
	Sender     Sender
	Group      string
	Closes     time.Time
	Minutes    int
	Draft      bool
	Late       bool // the survey has closed, and answers are still received as late ones
	SavedAt    string
}

// notice shows who asks and why, before the first question. It writes nothing.
func (f *Face) notice(c *gin.Context) error {
	l, err := f.follow(c)
	if err != nil {
		return f.unknown(c, err)
	}
	switch {
	case l.started && l.r.State == response.Submitted:
		return f.alreadySubmitted(c, l)
	case l.started && l.r.State == response.Withdrawn:
		return f.alreadyWithdrawn(c, l)
	case !l.campaign.Open(f.Now()) && (l.r.Correcting || !l.campaign.Late(f.Now(), l.started)):
		return f.closed(c, l.campaign, l.started, false)
	case l.inv.DeclinedAt != nil && !l.started:
		return f.declinedByLink(c, l)
	case l.inv.DeclinedAt != nil && !l.anonymous():
		return f.declined(c, "/s/"+l.token)
	}
	def, err := f.Responses.Questionnaire(httpd.Context(c), l.campaign.VersionID)
	if err != nil {
		return err
	}
	lang := httpd.Lang(c)
	p := &noticePage{
		Page: httpd.Page{Title: def.Title.In(lang)}, Token: l.token, Mode: l.mode(),
		Intro: def.Intro.In(lang), Controller: f.Sender.Controller.In(lang), Sender: f.Sender,
		Group: groupName(def, l.group(), lang), Closes: l.campaign.ClosesAt, Minutes: l.campaign.Minutes,
		Draft: l.started, Late: !l.campaign.Open(f.Now()), SavedAt: moment(lang, l.r.Key, l.r.UpdatedAt),
	}
	return httpd.Render(c, http.StatusOK, "respondent/notice", p)
}

func groupName(d *questionnaire.Definition, id string, lang i18n.Lang) string {
	for _, g := range d.Groups {
		if g.ID == id {
			return g.Name.In(lang)
		}
	}
	return i18n.T(lang, "group."+id)
}

func (f *Face) alreadySubmitted(c *gin.Context, l link) error {
	lang := httpd.Lang(c)
	return f.say(c, http.StatusOK, message{
		Receipt: l.r.Receipt,
		Paragraphs: []string{
			i18n.T(lang, "respondent.receipt_time", "Time", moment(lang, l.r.Key, *l.r.SubmittedAt)),
			i18n.T(lang, "respondent.receipt_next") + " " + i18n.T(lang, "respondent.reminders_"+l.mode()),
			i18n.T(lang, "respondent.receipt_withdraw_"+l.mode(), "Email", f.Sender.Email),
		},
		Actions: []action{{Path: "/s/" + l.token + "/start", Label: i18n.T(lang, "respondent.mine_button")}},
	}, "respondent.receipt_title")
}

func (f *Face) alreadyWithdrawn(c *gin.Context, l link) error {
	lang := httpd.Lang(c)
	m := message{Paragraphs: []string{
		i18n.T(lang, "respondent.withdrawn_text", "Time", moment(lang, l.r.Key, *l.r.WithdrawnAt)) + " " + i18n.T(lang, "respondent.withdrawn_"+l.mode())}}
	if l.campaign.Open(f.Now()) {
		m.Actions = []action{{Path: "/s/" + l.token + "/start", Label: i18n.T(lang, "respondent.withdrawn_again"), Plain: true}}
	}
	return f.say(c, http.StatusOK, m, "respondent.withdrawn_title")
}

// closed says that the campaign takes no answers: not yet, or no longer. late is
// for a person who just sent something.
func (f *Face) closed(c *gin.Context, campaign distribution.Campaign, draft, late bool) error {
	lang := httpd.Lang(c)
	if campaign.State == distribution.Draft {
		return f.say(c, http.StatusOK, message{Paragraphs: []string{i18n.T(lang, "respondent.early_text")}}, "respondent.early_title")
	}
	status := http.StatusOK
	m := message{Paragraphs: []string{i18n.T(lang, "respondent.closed_text", "Closes", i18n.DateTime(lang, campaign.Ends()))}}
	if late {
		status = http.StatusGone
		m.Paragraphs = append(m.Paragraphs, i18n.T(lang, "respondent.closed_late"))
	}
	if draft {
		m.Paragraphs = append(m.Paragraphs, i18n.T(lang, "respondent.closed_draft"))
	}
	m.Paragraphs = append(m.Paragraphs, i18n.T(lang, "respondent.closed_contact", "Email", f.Sender.Email))
	return f.say(c, status, m, "respondent.closed_title")
}

// start exchanges the token for the cookie, and opens the draft if there is none.
func (f *Face) start(c *gin.Context) error {
	l, err := f.follow(c)
	if err != nil {
		return f.unknown(c, err)
	}
	r := l.r
	if !l.started || r.State == response.Withdrawn {
		if l.anonymous() {
			r, err = f.Responses.StartAnonymous(httpd.Context(c), l.token, l.campaign, l.group(), httpd.Lang(c))
		} else {
			r, err = f.Responses.Start(httpd.Context(c), l.inv, l.campaign, httpd.Lang(c))
		}
	}
	if isClosed(err) && l.anonymous() {
		return f.closed(c, l.campaign, false, false)
	}
	if isClosed(err) {
		if err := f.Responses.MarkLate(httpd.Context(c), l.inv.ID); err != nil {
			return err
		}
		return f.closed(c, l.campaign, false, false)
	}
	if err != nil {
		return err
	}
	if f.admit(c, r.ID); l.inv.ID == "" {
		f.admitOpen(c, l.token, r.ID)
	}
	if r.State == response.Submitted {
		return httpd.Redirect(c, home(r.ID)+"/answers")
	}
	return httpd.Redirect(c, pagePath(r.ID, r.Page))
}

func (f *Face) linkDecline(c *gin.Context) error {
	l, err := f.follow(c)
	if err != nil {
		return f.unknown(c, err)
	}
	switch {
	case l.inv.ID == "":
		return errNoPage // nobody was asked
	case l.anonymous():
		err = f.Responses.DeclineAnonymous(httpd.Context(c), l.token, l.inv.ID)
	default:
		err = f.Responses.Decline(httpd.Context(c), l.inv.ID)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, "/s/"+l.token)
}

func (f *Face) linkUndecline(c *gin.Context) error {
	l, err := f.follow(c)
	if err != nil {
		return f.unknown(c, err)
	}
	if !l.anonymous() { // else nothing is noted, and starting needs no leave
		if err := f.Responses.Undecline(httpd.Context(c), l.inv.ID); err != nil {
			return err
		}
	}
	return httpd.Redirect(c, "/s/"+l.token)
}

// declined confirms, under either address of the invitation, and offers the way back.
func (f *Face) declined(c *gin.Context, base string) error {
	lang := httpd.Lang(c)
	return f.say(c, http.StatusOK, message{
		Paragraphs: []string{i18n.T(lang, "respondent.declined_text")},
		Actions:    []action{{Path: base + "/undecline", Label: i18n.T(lang, "respondent.undecline_button"), Plain: true}},
	}, "respondent.declined_title")
}

// declinedByLink is declined for who has not begun. In an anonymous survey a change of mind is not noted
// on the invitation: an answer that begins a moment later would be known by it.
func (f *Face) declinedByLink(c *gin.Context, l link) error {
	if !l.anonymous() {
		return f.declined(c, "/s/"+l.token)
	}
	lang := httpd.Lang(c)
	return f.say(c, http.StatusOK, message{
		Paragraphs: []string{i18n.T(lang, "respondent.declined_anonymous")},
		Actions:    []action{{Path: "/s/" + l.token + "/start", Label: i18n.T(lang, "respondent.start_anyway"), Plain: true}},
	}, "respondent.declined_title")
}

func (f *Face) declineForm(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	lang := httpd.Lang(v.Context)
	if r.Anonymous() {
		return f.say(v.Context, http.StatusOK, message{
			Home:       home(v.id),
			Paragraphs: []string{i18n.T(lang, "respondent.decline_"+modeOf(r.Key))},
			Actions:    []action{{Path: home(v.id) + "/withdraw", Label: i18n.T(lang, "respondent.withdraw_draft")}},
		}, "respondent.decline_title")
	}
	return f.say(v.Context, http.StatusOK, message{
		Home:       home(v.id),
		Paragraphs: []string{i18n.T(lang, "respondent.decline_text")},
		Actions: []action{
			{Path: home(v.id) + "/decline", Label: i18n.T(lang, "respondent.decline_button")},
		},
	}, "respondent.decline_title")
}

func (f *Face) decline(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	if r.Anonymous() { // the response does not know the invitation
		return httpd.Redirect(v.Context, home(v.id)+"/decline")
	}
	if err := f.Responses.Decline(httpd.Context(v.Context), r.InvitationID); err != nil {
		return err
	}
	return f.declined(v.Context, home(v.id))
}

func (f *Face) undecline(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	if !r.Anonymous() {
		if err := f.Responses.Undecline(httpd.Context(v.Context), r.InvitationID); err != nil {
			return err
		}
	}
	return httpd.Redirect(v.Context, pagePath(v.id, r.Page))
}
