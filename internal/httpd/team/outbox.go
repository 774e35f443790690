package team

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

type outboxListPage struct {
	httpd.Page
	Rows         []distribution.Row
	Total        int
	Number, Last int
	Filter       distribution.OutboxFilter
	States       []string
	Counts       map[string]int
	Newer, Older string
}

var rowStates = []string{distribution.Queued, distribution.Claimed, distribution.Sent, distribution.Deferred,
	distribution.Failed, distribution.Unknown, distribution.Bounced, distribution.Cancelled}

func (f *Face) outboxList(c *gin.Context) error {
	var q struct {
		State    string `form:"state"`
		Campaign string `form:"campaign"`
		Search   string `form:"q"`
		Page     int    `form:"page"`
	}
	_ = c.ShouldBindQuery(&q) // what is no number is the first page
	filter := distribution.OutboxFilter{State: q.State, CampaignID: q.Campaign, Search: q.Search, Page: max(q.Page, 1)}
	rows, total, err := f.Distribution.Outbox(httpd.Context(c), filter)
	if err != nil {
		return err
	}
	counts, err := f.Distribution.OutboxCounts(httpd.Context(c), q.Campaign)
	if err != nil {
		return err
	}
	last := max(1, (total+49)/50)
	return httpd.Render(c, http.StatusOK, "team/outbox_list", &outboxListPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "distribution.outbox_title")},
		Rows: rows, Total: total, Number: filter.Page, Last: last, Filter: filter, States: rowStates, Counts: counts,
		Newer: pageLink(c, filter.Page-1, last), Older: pageLink(c, filter.Page+1, last)})
}

// outboxDecide settles a mail that the outbox cannot settle by itself.
func (f *Face) outboxDecide(c *gin.Context) error {
	ctx, id := httpd.Context(c), c.Param("id")
	var err error
	switch c.PostForm("decision") {
	case "resend":
		err = f.Distribution.Resend(ctx, id)
	case "sent":
		err = f.Distribution.MarkSent(ctx, id)
	case "bounced":
		err = f.Distribution.MarkBounced(ctx, id)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "distribution.row_decided")
	return httpd.Redirect(c, "/team/outbox?state=unknown")
}
