// Package respondent holds the pages of a person who was asked to answer: the
// invitation's notice, the questions, the review, the receipt and what the
// person may do afterwards.
//
// An open link, /o/{slug}, asks nobody by name. Who starts there gets a link of the person's own, /s/{token}
// like a mailed one, to come back by.
//
// The mailed link is /s/{token}; reading it writes nothing, because mail
// scanners read it too. Starting is a POST that sets a cookie which opens
// /r/{response}/… of this one invitation, so that the token is in no later
// address and two invitations in one browser do not collide.
package respondent

import (
	"context"
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/token"
)

// Face serves the respondent's pages.
type Face struct {
	Responses    *response.Service
	Distribution *distribution.Service
	// Consultations serves the panel's links.
	Consultations *consultation.Service
	Key           token.Key // cookies are derived from it
	Sender        Sender
	// Seminars lists coming learning seminars for the receipt; nil for none.
	Seminars func(ctx context.Context, from time.Time) ([]Seminar, error)
	Now      func() time.Time
	// OpenRate is the most who may start in a minute by one open link; 0 sets no limit. Each process
	// counts for itself.
	OpenRate int

	limits limits
}

// Sender says who asks and whom to write to.
type Sender struct {
	Controller i18n.Text // the authority that is responsible for the data
	Email      string    // for questions about the survey
	DPO        string    // address of the data protection officer
}

// Seminar is a coming learning seminar as the receipt mentions it.
type Seminar struct {
	Title string
	Place string
	Date  time.Time
	Path  string // of its public page
}

// cookie is the name of the cookie; its path limits it to one response.
const cookie = "r"

// purpose keeps these cookies apart from every other derived token.
const purpose = "respondent-cookie"

func home(id string) string { return "/r/" + id }

// answeringTime is for how long, in seconds, a browser opens a response again after the link was
// followed: a week, since phones end a browser's session whenever they like, in the middle of a page.
const answeringTime = 7 * 24 * 3600

// admit gives the browser the cookie that opens one response while it is being answered.
func (f *Face) admit(c *gin.Context, id string) {
	httpd.SetCookie(c, cookie, f.Key.Derive(purpose, id), answeringTime, home(id))
}

// release lets the cookie end with the browser's session: when the answers are sent in, nothing stays
// behind on a shared computer, and the link in the mail opens them again.
func (f *Face) release(c *gin.Context, id string) {
	httpd.SetCookie(c, cookie, f.Key.Derive(purpose, id), 0, home(id))
}

// admitted tells whether the request carries the cookie of the response in its
// address. No database is asked.
func (f *Face) admitted(c *gin.Context) (id string, ok bool) {
	id = c.Param("id")
	sent, err := c.Cookie(cookie)
	if err != nil {
		return id, false
	}
	return id, subtle.ConstantTimeCompare([]byte(sent), []byte(f.Key.Derive(purpose, id))) == 1
}

// visit is a request by an admitted person.
type visit struct {
	*gin.Context
	id   string
	page int // in the address; 0 for none
}

// guarded wraps a handler of an address under /r/{response}.
func (f *Face) guarded(handle func(v visit) error) httpd.Handler {
	return func(c *gin.Context) error {
		id, ok := f.admitted(c)
		if !ok {
			return f.locked(c)
		}
		actor := audit.Actor{Kind: "respondent", ID: id}
		c.Request = c.Request.WithContext(audit.WithActor(httpd.Context(c), actor))
		return handle(visit{Context: c, id: id, page: pageNumber(c.Param("n"))})
	}
}

// message is a page that says one thing and offers what to do about it.
type message struct {
	httpd.Page
	Paragraphs []string
	Receipt    string
	Actions    []action
	Home       string // "/r/{response}" when the person is admitted
	Done       bool   // what waits in the browser to be sent is to be forgotten
}

// action is a button; each is a form of its own, so that it works without script.
type action struct {
	Path, Label string
	Plain       bool
}

func (f *Face) say(c *gin.Context, status int, m message, title string, args ...any) error {
	m.Title = i18n.T(httpd.Lang(c), title, args...)
	return httpd.Render(c, status, "respondent/message", &m)
}

func (f *Face) locked(c *gin.Context) error {
	lang := httpd.Lang(c)
	m := message{Paragraphs: []string{i18n.T(lang, "respondent.locked_text")}}
	if c.Request.Method == http.MethodPost {
		m.Paragraphs = append(m.Paragraphs, i18n.T(lang, "respondent.locked_sent"))
	}
	m.Paragraphs = append(m.Paragraphs, i18n.T(lang, "respondent.unknown_contact", "Email", f.Sender.Email))
	return f.say(c, http.StatusForbidden, m, "respondent.locked_title")
}
