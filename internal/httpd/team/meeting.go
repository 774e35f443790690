package team

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/region"
)

type meetingListPage struct {
	httpd.Page
	Meetings []dialogue.Summary
}

func (f *Face) meetingList(c *gin.Context) error { return f.showMeetings(c, http.StatusOK, nil) }

func (f *Face) showMeetings(c *gin.Context, status int, problems []httpd.Problem) error {
	list, err := f.Dialogue.List(httpd.Context(c))
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/meeting_list", &meetingListPage{Meetings: list,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "dialogue.title"), Problems: problems}})
}

// meetingImport reads an uploaded notes file; its faults come back with their lines.
func (f *Face) meetingImport(c *gin.Context) error {
	file, _, err := httpd.Upload(c, "file")
	var in dialogue.Imported
	if err == nil {
		defer func() { _ = file.Close() }()
		in, err = f.Dialogue.ImportMarkdown(httpd.Context(c), file)
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showMeetings(c, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	if in.Unchanged {
		httpd.Flash(c, "dialogue.unchanged")
	} else {
		httpd.Flash(c, "dialogue.imported", "Title", in.Meeting.Title, "Added", in.Added, "Kept", in.Kept, "Removed", in.Removed)
	}
	return httpd.Redirect(c, "/team/meetings/"+in.Meeting.ID)
}

type meetingForm struct {
	Ref          string `form:"ref"`
	Title        string `form:"title" validate:"required"`
	Date         string `form:"date" validate:"required"`
	Place        string `form:"place"`
	Municipality int    `form:"municipality" validate:"required"`
	Kind         string `form:"kind" validate:"required"`
	Areas        []int  `form:"areas"`
	Participants string `form:"participants"`
	Ongoing      bool   `form:"ongoing"`
	Invented     bool   `form:"invented"`
	Revision     int    `form:"revision"`
}

func (m meetingForm) HasArea(n int) bool { return slices.Contains(m.Areas, n) }

// head turns what was typed into a meeting's facts.
func (m meetingForm) head() (dialogue.Head, error) {
	h := dialogue.Head{Ref: strings.TrimSpace(m.Ref), Title: strings.TrimSpace(m.Title), Place: strings.TrimSpace(m.Place),
		Municipality: m.Municipality, Kind: m.Kind, Areas: slices.Clone(m.Areas), OngoingProcurement: m.Ongoing, Invented: m.Invented}
	var err error
	if h.Date, err = time.Parse(time.DateOnly, strings.TrimSpace(m.Date)); err != nil {
		return h, fault.InvalidFields("error.invalid", fault.Field{Name: "date", Key: "error.date"})
	}
	h.Attendance, err = dialogue.ParseParticipants(m.Participants)
	return h, err
}

type meetingEditPage struct {
	httpd.Page
	ID             string
	Form           meetingForm
	Municipalities []region.Municipality
}

func (f *Face) meetingNew(c *gin.Context) error {
	return f.showMeetingForm(c, http.StatusOK, "", meetingForm{Kind: dialogue.KindDialogue}, nil)
}

func (f *Face) meetingEdit(c *gin.Context) error {
	m, err := f.Dialogue.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	form := meetingForm{Ref: m.Ref, Title: m.Title, Date: m.Date.Format(time.DateOnly), Place: m.Place, Municipality: m.Municipality,
		Kind: m.Kind, Areas: m.Areas, Ongoing: m.OngoingProcurement, Invented: m.Invented, Revision: m.Revision}
	for _, a := range m.Attendance {
		form.Participants += i18n.T(httpd.Lang(c), "group."+a.Group) + ", " + a.Organisation + ", " + strconv.Itoa(a.Count) + "\n"
	}
	return f.showMeetingForm(c, http.StatusOK, m.ID, form, nil)
}

func (f *Face) showMeetingForm(c *gin.Context, status int, id string, form meetingForm, problems []httpd.Problem) error {
	title := "dialogue.new"
	if id != "" {
		title = "dialogue.edit"
	}
	return httpd.Render(c, status, "team/meeting_edit", &meetingEditPage{ID: id, Form: form, Municipalities: region.Municipalities,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), title), Problems: problems}})
}

// meetingSave records a new meeting, or changes one at the revision that the form carries.
func (f *Face) meetingSave(c *gin.Context) error {
	var form meetingForm
	id := c.Param("id")
	err := httpd.Bind(c, &form)
	var head dialogue.Head
	if err == nil {
		head, err = form.head()
	}
	saved := ""
	if err == nil {
		saved, err = f.Dialogue.SaveHead(httpd.Context(c), id, form.Revision, head)
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showMeetingForm(c, statusOf(err), id, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "dialogue.saved")
	return httpd.Redirect(c, "/team/meetings/"+saved)
}

// problemsOrConflict also shows a conflict on the form itself, so that nothing typed is lost.
func problemsOrConflict(c *gin.Context, err error) []httpd.Problem {
	if f, ok := fault.Of(err); ok && f.Kind == fault.Conflict {
		return []httpd.Problem{{Text: i18n.Fault(httpd.Lang(c), f)}}
	}
	return httpd.Problems(c, err)
}

func statusOf(err error) int {
	if fault.Is(err, fault.Conflict) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// noteView is an item with its text cut at the borders of its excerpts.
type noteView struct {
	dialogue.Note
	Pieces   []dialogue.Piece
	Excerpts []dialogue.Excerpt
	RestsOn  []recommendation.Working // on any of the excerpts
}

type meetingShowPage struct {
	httpd.Page
	Meeting dialogue.Meeting
	Notes   []noteView
	Form    noteForm
}

func (f *Face) meetingShow(c *gin.Context) error {
	return f.showMeeting(c, http.StatusOK, noteForm{}, nil)
}

func (f *Face) showMeeting(c *gin.Context, status int, form noteForm, problems []httpd.Problem) error {
	m, err := f.Dialogue.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	p := &meetingShowPage{Page: httpd.Page{Title: m.Title, Invented: m.Invented, Problems: problems}, Meeting: m, Form: form}
	if form.Revision == 0 {
		p.Form.Revision = m.Revision
	}
	rests, err := f.restingOn(c, m.Excerpts...)
	if err != nil {
		return err
	}
	for _, n := range m.Notes {
		v := noteView{Note: n}
		for _, e := range m.Excerpts {
			if e.NoteID == n.ID {
				v.Excerpts = append(v.Excerpts, e)
				for _, r := range rests[e.ID] {
					if !slices.Contains(v.RestsOn, r) {
						v.RestsOn = append(v.RestsOn, r)
					}
				}
			}
		}
		v.Pieces = dialogue.Pieces(n.Text, v.Excerpts)
		p.Notes = append(p.Notes, v)
	}
	return httpd.Render(c, status, "team/meeting_show", p)
}

type noteForm struct {
	Agenda   string `form:"agenda" validate:"required"`
	Area     int    `form:"area"`
	Text     string `form:"text" validate:"required"`
	Revision int    `form:"revision"`
	Drop     bool   `form:"drop"`
}

func (n noteForm) draft() dialogue.DraftNote {
	return dialogue.DraftNote{Agenda: n.Agenda, Area: n.Area, Text: n.Text}
}

func (f *Face) noteAdd(c *gin.Context) error {
	var form noteForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Dialogue.SaveNote(httpd.Context(c), c.Param("id"), form.Revision, "", form.draft(), false)
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showMeeting(c, statusOf(err), form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "dialogue.saved")
	return httpd.Redirect(c, "/team/meetings/"+c.Param("id"))
}

type notePage struct {
	httpd.Page
	Meeting dialogue.Meeting
	Note    dialogue.Note
	Form    noteForm
}

func (f *Face) findNote(c *gin.Context) (dialogue.Meeting, dialogue.Note, error) {
	m, err := f.Dialogue.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return m, dialogue.Note{}, err
	}
	i := slices.IndexFunc(m.Notes, func(n dialogue.Note) bool { return n.ID == c.Param("note") })
	if i < 0 {
		return m, dialogue.Note{}, fault.New(fault.NotFound, "error.not_found")
	}
	return m, m.Notes[i], nil
}

func (f *Face) noteEdit(c *gin.Context) error {
	m, n, err := f.findNote(c)
	if err != nil {
		return err
	}
	return f.showNote(c, http.StatusOK, m, n, noteForm{Agenda: n.Agenda, Area: n.Area, Text: n.Text, Revision: m.Revision}, nil)
}

func (f *Face) showNote(c *gin.Context, status int, m dialogue.Meeting, n dialogue.Note, form noteForm, problems []httpd.Problem) error {
	return httpd.Render(c, status, "team/meeting_note", &notePage{Meeting: m, Note: n, Form: form,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "dialogue.note_edit"), Problems: problems}})
}

func (f *Face) noteSave(c *gin.Context) error {
	m, n, err := f.findNote(c)
	if err != nil {
		return err
	}
	var form noteForm
	if err = httpd.Bind(c, &form); err == nil {
		err = f.Dialogue.SaveNote(httpd.Context(c), m.ID, form.Revision, n.ID, form.draft(), form.Drop)
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showNote(c, statusOf(err), m, n, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "dialogue.saved")
	return httpd.Redirect(c, "/team/meetings/"+m.ID+"#note-"+strconv.Itoa(n.No))
}
