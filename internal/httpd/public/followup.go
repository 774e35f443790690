package public

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

type followUpListPage struct {
	httpd.Page
	View  followup.View
	Asked bool
	Waves []report.Wave
}

// Baseline is where the goal began, in per cent.
func (p *followUpListPage) Baseline() string {
	return i18n.Number(p.Lang, p.Waves[len(p.Waves)-1].Baseline*100, 0)
}

// Replied are the bodies that have answered to a recommendation.
func (p *followUpListPage) Replied(number string) (out []followup.Request) {
	for _, r := range p.View.Requests {
		if _, ok := r.Replies[number]; ok {
			out = append(out, r)
		}
	}
	return out
}

// followUpList is what has become of each recommendation, by municipality, and of the indicator.
func (f *Face) followUpList(c *gin.Context) error {
	ctx := httpd.Context(c)
	p := &followUpListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "followup.public_title")}}
	v, err := f.FollowUps.Latest(ctx)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	p.View, p.Asked, p.Invented = v, err == nil, v.Invented
	if p.Waves, err = f.Reports.Waves(ctx); err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "public/followup_list", p)
}

type followUpReplyPage struct {
	httpd.Page
	Token string
	R     followup.Request
	View  followup.View
	Items []followUpItem
}

// Answers are what a body can choose from.
func (p *followUpReplyPage) Answers() []followup.Answer { return followup.Answers }

// followUpItem is one recommendation with what is chosen in the form.
type followUpItem struct {
	R           *report.Recommendation
	Number      string
	FirstStep   string
	Answer      string
	Reason, Due string
	RepliedAt   *time.Time
}

// followUpShow is a body's own page behind its link. It writes nothing.
func (f *Face) followUpShow(c *gin.Context) error { return f.followUpPage(c, http.StatusOK, nil, nil) }

// followUpPage shows what stands, or what was typed.
func (f *Face) followUpPage(c *gin.Context, status int, typed func(name string) string, problems []httpd.Problem) error {
	private(c)
	r, v, err := f.FollowUps.ByToken(httpd.Context(c), c.Param("token"))
	if err != nil {
		return err
	}
	p := &followUpReplyPage{Token: c.Param("token"), R: r, View: v,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "followup.reply_title"), Invented: v.Invented, Problems: problems}}
	for i := range v.Recommendations {
		rec := &v.Recommendations[i]
		item := followUpItem{R: rec, Number: rec.Number, FirstStep: rec.Says(rec.FirstStep, httpd.Lang(c))}
		switch reply, ok := r.Replies[rec.Number]; {
		case !asked(r, rec.Number):
			continue
		case typed != nil:
			item.Answer, item.Reason, item.Due = typed("answer-"+rec.Number), typed("reason-"+rec.Number), typed("due-"+rec.Number)
		case ok:
			item.Answer, item.Reason, item.RepliedAt = string(reply.Answer), reply.Reason, &reply.RepliedAt
			if reply.Due != nil {
				item.Due = reply.Due.Format(time.DateOnly)
			}
		}
		p.Items = append(p.Items, item)
	}
	return httpd.Render(c, status, "public/followup_reply", p)
}

func asked(r followup.Request, number string) bool {
	for _, n := range r.Numbers {
		if n == number {
			return true
		}
	}
	return false
}

// followUpReply stores what the form answers; a recommendation that is left alone stays as it was.
func (f *Face) followUpReply(c *gin.Context) error {
	private(c)
	ctx := httpd.Context(c)
	r, _, err := f.FollowUps.ByToken(ctx, c.Param("token"))
	if err != nil {
		return err
	}
	var unused struct{}
	if err := httpd.Bind(c, &unused); err != nil {
		return err
	}
	replies, fields := readReplies(c.PostForm, r.Numbers)
	if len(fields) > 0 {
		err = fault.InvalidFields("error.invalid", fields...)
	} else {
		err = f.FollowUps.Reply(ctx, c.Param("token"), replies)
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.followUpPage(c, http.StatusUnprocessableEntity, c.PostForm, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "followup.flash_reply")
	return httpd.Redirect(c, "/follow-up/"+c.Param("token"))
}

func readReplies(form func(string) string, numbers []string) (replies []followup.Reply, fields []fault.Field) {
	for _, n := range numbers {
		answer, reason, due := form("answer-"+n), strings.TrimSpace(form("reason-"+n)), form("due-"+n)
		if answer == "" && reason == "" && due == "" {
			continue
		}
		r := followup.Reply{Number: n, Answer: followup.Answer(answer), Reason: reason}
		if due != "" {
			day, err := time.Parse(time.DateOnly, due)
			if err != nil {
				fields = append(fields, fault.Field{Name: "due-" + n, Key: "followup.error_date", Args: fault.Args("Number", n)})
				continue
			}
			r.Due = &day
		}
		replies = append(replies, r)
	}
	return replies, fields
}
