package respondent

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
)

// Cookies of somebody who came by an open link. Both hold the secret that leads back to the answers; the
// database holds its hash alone.
const (
	// openCookie is sent to the open link's page only, so that it can offer to go on. It ends with the
	// browser's session: on a shared computer nothing stays behind.
	openCookie = "o"
	// returnCookie is sent to the pages of the response only, so that they can show the person's own link.
	returnCookie = "own"
)

func openPath(slug string) string { return "/o/" + slug }

// limits keeps one token bucket for each open link. Many people sit behind one address, such as a whole
// municipality's: addresses are neither counted nor kept.
type limits struct {
	mu     sync.Mutex
	byLink map[string]*rate.Limiter
}

// allow takes one start by the link; perMinute is both the rate and the most at once.
func (l *limits) allow(campaignID string, perMinute int, now time.Time) bool {
	if perMinute <= 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byLink == nil {
		l.byLink = map[string]*rate.Limiter{}
	}
	b := l.byLink[campaignID] // as many as there are campaigns
	if b == nil {
		b = rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)
		l.byLink[campaignID] = b
	}
	return b.AllowN(now, 1)
}

type openPage struct {
	httpd.Page
	Mode       string
	Slug       string
	Controller string
	Sender     Sender
	Groups     []Choice
	Closes     time.Time
	Minutes    int
	Draft      bool // this browser has begun to answer
	Answered   bool // somebody has sent in answers from this browser
}

// openCampaign finds the campaign of the open link in the address. When it takes no respondents it
// answers the request itself and says so.
func (f *Face) openCampaign(c *gin.Context) (campaign distribution.Campaign, answered bool, err error) {
	campaign, err = f.Distribution.CampaignBySlug(httpd.Context(c), c.Param("slug"))
	lang := httpd.Lang(c)
	switch {
	case fault.Is(err, fault.NotFound):
		return campaign, true, f.say(c, http.StatusNotFound, message{Paragraphs: []string{
			i18n.T(lang, "respondent.open_unknown"),
			i18n.T(lang, "respondent.unknown_contact", "Email", f.Sender.Email),
		}}, "respondent.unknown_title")
	case err != nil:
		return campaign, true, err
	case !campaign.Open(f.Now()):
		return campaign, true, f.closed(c, campaign, false, false)
	case !campaign.OpenLink:
		return campaign, true, f.say(c, http.StatusOK, message{Paragraphs: []string{
			i18n.T(lang, "respondent.open_off"),
			i18n.T(lang, "respondent.closed_contact", "Email", f.Sender.Email),
		}}, "respondent.closed_title")
	}
	return campaign, false, nil
}

// remembered is the response that was begun by this open link in this browser.
func (f *Face) remembered(c *gin.Context, campaign distribution.Campaign) (plain string, r response.Response, ok bool, err error) {
	plain, err = c.Cookie(openCookie)
	if err != nil || plain == "" {
		return "", r, false, nil
	}
	r, ok, err = f.Responses.OfToken(httpd.Context(c), plain)
	return plain, r, ok && r.CampaignID == campaign.ID, err
}

// openNotice shows who asks and why, and asks for the person's group. It writes nothing.
func (f *Face) openNotice(c *gin.Context) error {
	campaign, answered, err := f.openCampaign(c)
	if answered || err != nil {
		return err
	}
	return f.showOpen(c, campaign, http.StatusOK, "", nil)
}

func (f *Face) showOpen(c *gin.Context, campaign distribution.Campaign, status int, group string, problems []httpd.Problem) error {
	def, err := f.Responses.Questionnaire(httpd.Context(c), campaign.VersionID)
	if err != nil {
		return err
	}
	_, r, known, err := f.remembered(c, campaign)
	if err != nil {
		return err
	}
	lang := httpd.Lang(c)
	p := &openPage{Page: httpd.Page{Title: def.Title.In(lang), Problems: problems}, Mode: modeOpen, Slug: campaign.OpenSlug,
		Controller: f.Sender.Controller.In(lang), Sender: f.Sender, Closes: campaign.ClosesAt,
		Minutes: campaign.Minutes, Draft: known && r.State == response.Draft, Answered: known && r.State == response.Submitted}
	for i, g := range campaign.Groups {
		choice := Choice{ID: "group-" + g, Name: "group", Value: g, Label: groupName(def, g, lang), Checked: g == group}
		if i == 0 {
			choice.ID = "group" // where the error summary leads
		}
		p.Groups = append(p.Groups, choice)
	}
	return httpd.Render(c, status, "respondent/open", p)
}

// openStart begins a response and shows the first questions. Each start is a new one: several people may
// share a browser.
func (f *Face) openStart(c *gin.Context) error {
	if lang, ok := i18n.Parse(c.PostForm("lang")); ok {
		httpd.SetLang(c, lang)
	}
	campaign, answered, err := f.openCampaign(c)
	if answered || err != nil {
		return err
	}
	lang, group := httpd.Lang(c), c.PostForm("group")
	if len(campaign.Groups) == 1 {
		group = campaign.Groups[0]
	}
	if !slices.Contains(campaign.Groups, group) {
		return f.showOpen(c, campaign, http.StatusUnprocessableEntity, "",
			[]httpd.Problem{{Field: "group", Text: i18n.T(lang, "respondent.open_group_missing")}})
	}
	if !f.limits.allow(campaign.ID, f.OpenRate, f.Now()) {
		c.Header("Retry-After", "60")
		return f.say(c, http.StatusTooManyRequests, message{Paragraphs: []string{i18n.T(lang, "respondent.open_busy")}},
			"respondent.open_busy_title")
	}
	plain, r, err := f.Responses.StartOpen(httpd.Context(c), campaign, group, lang)
	if isClosed(err) {
		return f.closed(c, campaign, false, false)
	}
	if err != nil {
		return err
	}
	httpd.SetCookie(c, openCookie, plain, 0, openPath(campaign.OpenSlug))
	f.admitOpen(c, plain, r.ID)
	return httpd.Redirect(c, pagePath(r.ID, r.Page))
}

// openContinue goes on with what this browser has begun. What was sent in opens with the person's own
// link alone: the next one at the same computer may be somebody else.
func (f *Face) openContinue(c *gin.Context) error {
	campaign, answered, err := f.openCampaign(c)
	if answered || err != nil {
		return err
	}
	plain, r, ok, err := f.remembered(c, campaign)
	if err != nil {
		return err
	}
	if !ok || r.State != response.Draft || r.Correcting {
		return httpd.Redirect(c, openPath(campaign.OpenSlug))
	}
	f.admitOpen(c, plain, r.ID)
	return httpd.Redirect(c, pagePath(r.ID, r.Page))
}

// admitOpen is admit for somebody whose only way back is the secret.
func (f *Face) admitOpen(c *gin.Context, plain, id string) {
	f.admit(c, id)
	httpd.SetCookie(c, returnCookie, plain, 0, home(id))
}

// ownLink is the person's own link as the pages of an open response show it; empty for the others, who
// have theirs in the mail.
func (f *Face) ownLink(v visit, k response.Key) string {
	if modeOf(k) != modeOpen {
		return ""
	}
	plain, err := v.Cookie(returnCookie)
	if err != nil || plain == "" {
		return ""
	}
	return f.Distribution.ReturnURL(plain)
}
