package team

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
)

type personListPage struct {
	httpd.Page
	People       people.Page
	Filter       people.Filter
	Groups       []string
	Places       []region.Municipality
	Frames       map[string]int
	Waiting      *waiting // requests about personal data, for those who may answer them
	Newer, Older string   // addresses of the neighbouring pages, empty at the ends
}

func (f *Face) personList(c *gin.Context) error {
	var q struct {
		Group        string `form:"group"`
		Municipality int    `form:"municipality"`
		Search       string `form:"q"`
		Suppressed   bool   `form:"suppressed"`
		Page         int    `form:"page"`
	}
	_ = c.ShouldBindQuery(&q) // what is no number does not narrow
	filter := people.Filter{Group: q.Group, MunicipalityCode: q.Municipality, Search: q.Search, Suppressed: q.Suppressed, Page: q.Page}
	list, err := f.People.List(httpd.Context(c), filter)
	if err != nil {
		return err
	}
	frames, err := f.People.FrameCounts(httpd.Context(c))
	if err != nil {
		return err
	}
	var open *waiting
	if httpd.User(c).May(account.PeopleWrite) {
		if open, err = f.requestsWaiting(c); err != nil {
			return err
		}
	}
	return httpd.Render(c, http.StatusOK, "team/person_list", &personListPage{
		Page:   httpd.Page{Title: i18n.T(httpd.Lang(c), "people.title")},
		People: list, Filter: filter, Groups: people.Groups, Places: region.Municipalities, Frames: frames, Waiting: open,
		Newer: pageLink(c, list.Number-1, list.Pages), Older: pageLink(c, list.Number+1, list.Pages),
	})
}

// pageLink is the address of another page of the same list, "" when there is none.
func pageLink(c *gin.Context, number, pages int) string {
	if number < 1 || number > pages {
		return ""
	}
	q := c.Request.URL.Query()
	q.Set("page", strconv.Itoa(number))
	return (&url.URL{Path: c.Request.URL.Path, RawQuery: q.Encode()}).String()
}

type personShowPage struct {
	httpd.Page
	Person       people.Person
	Organisation *people.Organisation
	Size, Sector i18n.Text
	Invitations  []personInvitation
}

// personInvitation is an invitation with what its one code means.
type personInvitation struct {
	distribution.PersonInvitation
	Code string
}

func (f *Face) personShow(c *gin.Context) error {
	ctx := httpd.Context(c)
	p, err := f.People.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	page := &personShowPage{Page: httpd.Page{Title: p.Name, Invented: p.Invented}, Person: p}
	if p.OrganisationID != "" {
		o, err := f.People.Organisation(ctx, p.OrganisationID)
		if err != nil {
			return err
		}
		page.Organisation = &o
	}
	if s, ok := region.SizeClassByCode(p.SizeClass); ok {
		page.Size = s.Name
	}
	if s, ok := region.SectorByCode(p.Sector); ok {
		page.Sector = s.Name
	}
	invitations, err := f.Distribution.InvitationsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, i := range invitations {
		page.Invitations = append(page.Invitations, personInvitation{i, codeLabel(httpd.Lang(c), i.Code(i.MailState, i.Cut))})
	}
	return httpd.Render(c, http.StatusOK, "team/person_show", page)
}

// personSuppress stops or starts mail to one person.
func (f *Face) personSuppress(c *gin.Context) error {
	ctx := httpd.Context(c)
	p, err := f.People.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	stop := c.PostForm("mail") == "stop"
	if err := f.People.SetSuppressed(ctx, p.ID, stop); err != nil {
		return err
	}
	key := "people.unsuppress_done"
	if stop {
		key = "people.suppress_done"
	}
	httpd.Flash(c, key, "Name", p.Name)
	return httpd.Redirect(c, "/team/people/"+p.ID)
}
