package respondent

import (
	"errors"
	"net/http"
	"strings"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
)

// answered is one question with its answer in words.
type answered struct {
	ID, Text string
	Lines    []string
	Change   string // address of the question; empty when it cannot be changed
}

// part is one page of the questionnaire in the review.
type part struct {
	Title     string
	Questions []answered
}

type answersPage struct {
	httpd.Page
	ID       string
	Survey   string
	Parts    []part
	Revision int
	Skipped  []answered // questions without an answer
	Empty    bool       // nothing is answered
	Last     int        // the last page of questions
	Receipt  string
	Group    string
	Email    string

	Mode string

	Late        bool // the survey has closed: this comes late, or came late
	Correctable bool // sent in, and may still be changed
	Correcting  bool // sent in, and being changed
}

// answersIn lists what was asked and answered, page by page.
func answersIn(def *questionnaire.Definition, r response.Response, change bool) (parts []part, skipped []answered) {
	visible := visibleIDs(def, r)
	for n, section := range def.Pages(r.Group) {
		p := part{Title: section.Title.In(r.Lang)}
		for i := range section.Questions {
			q := &section.Questions[i]
			if !visible[q.ID] {
				continue
			}
			a := answered{ID: q.ID, Text: q.Text.In(r.Lang), Lines: Words(q, r.Answers[q.ID], r.Lang)}
			if change {
				a.Change = pagePath(r.ID, n+1) + "?from=review#" + q.ID + "-q"
			}
			if len(a.Lines) == 0 {
				skipped = append(skipped, a)
			}
			p.Questions = append(p.Questions, a)
		}
		if len(p.Questions) > 0 {
			parts = append(parts, p)
		}
	}
	return parts, skipped
}

func (f *Face) review(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	if moved, err := f.elsewhere(v, r); moved || err != nil {
		return err
	}
	return f.showReview(v, r, http.StatusOK, nil)
}

func (f *Face) showReview(v visit, r response.Response, status int, problems []questionnaire.Problem) error {
	def, err := f.Responses.Questionnaire(httpd.Context(v.Context), r.VersionID)
	if err != nil {
		return err
	}
	p := &answersPage{Page: httpd.Page{Title: i18n.T(r.Lang, "respondent.review_title")},
		ID: v.id, Survey: def.Title.In(r.Lang), Revision: r.Revision, Last: len(def.Pages(r.Group)), Correcting: r.Correcting}
	if p.Late, err = f.tooLate(v, r); err != nil {
		return err
	}
	p.Parts, p.Skipped = answersIn(def, r, true)
	p.Empty = len(def.Clean(r.Group, r.Answers)) == 0
	for _, x := range problems {
		p.Problems = append(p.Problems, httpd.Problem{Field: x.Question, Text: i18n.TMap(r.Lang, x.Key, x.Args)})
	}
	return httpd.Render(v.Context, status, "respondent/review", p)
}

// submit makes the answers final and shows the receipt; sent twice it shows the same one.
func (f *Face) submit(v visit) error {
	form, err := postedForm(v.Context)
	if err != nil {
		return err
	}
	ctx := httpd.Context(v.Context)
	_, err = f.Responses.Submit(ctx, v.id, pageNumber(form.Get("revision")))
	var stale *response.Stale
	var rejected *response.Rejected
	switch {
	case err == nil:
		f.release(v.Context, v.id)
		return httpd.Redirect(v.Context, home(v.id)+"/receipt")
	case errors.As(err, &stale):
		httpd.SetLang(v.Context, stale.Current.Lang)
		httpd.Flash(v.Context, "respondent.review_newer")
		return httpd.Redirect(v.Context, home(v.id)+"/review")
	case errors.As(err, &rejected):
		httpd.SetLang(v.Context, rejected.Current.Lang)
		return f.showReview(v, rejected.Current, http.StatusUnprocessableEntity, rejected.Problems)
	case errors.Is(err, response.ErrEmpty):
		httpd.Flash(v.Context, "respondent.review_empty")
		return httpd.Redirect(v.Context, home(v.id)+"/review")
	}
	key, kerr := f.Responses.Key(ctx, v.id)
	if kerr != nil {
		return kerr
	}
	return f.notSaved(v, sent{key: key}, err)
}

type receiptPage struct {
	httpd.Page
	Own      string
	Mode     string
	ID       string
	Receipt  string
	Late     bool
	At       string
	Email    string
	Seminars []Seminar
}

func (f *Face) receipt(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	if r.State != response.Submitted {
		return httpd.Redirect(v.Context, home(v.id)+"/answers")
	}
	p := &receiptPage{Page: httpd.Page{Title: i18n.T(r.Lang, "respondent.receipt_title")}, ID: v.id,
		Receipt: r.Receipt, At: moment(r.Lang, r.Key, *r.SubmittedAt), Mode: modeOf(r.Key), Own: f.ownLink(v, r.Key), Late: r.Late, Email: f.Sender.Email}
	if f.Seminars != nil {
		if p.Seminars, err = f.Seminars(httpd.Context(v.Context), f.Now()); err != nil {
			return err
		}
	}
	return httpd.Render(v.Context, http.StatusOK, "respondent/receipt", p)
}

// answers is the personal page: what is stored, and how to take it back.
func (f *Face) answers(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	switch r.State {
	case response.Draft:
		if r.Correcting {
			return httpd.Redirect(v.Context, home(v.id)+"/review")
		}
		return httpd.Redirect(v.Context, pagePath(v.id, r.Page))
	case response.Withdrawn:
		return f.say(v.Context, http.StatusOK, message{Home: home(v.id), Done: true, Paragraphs: []string{
			i18n.T(r.Lang, "respondent.withdrawn_text", "Time", moment(r.Lang, r.Key, *r.WithdrawnAt)) + " " + i18n.T(r.Lang, "respondent.withdrawn_"+modeOf(r.Key))}},
			"respondent.withdrawn_title")
	}
	return f.showAnswers(v, r, http.StatusOK)
}

// correct opens what was sent in for changes, while the survey is open.
func (f *Face) correct(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	switch err := f.Responses.Correct(httpd.Context(v.Context), v.id); {
	case isClosed(err):
		campaign, err := f.Responses.Campaign(httpd.Context(v.Context), r.Key)
		if err != nil {
			return err
		}
		return f.closed(v.Context, campaign, true, false)
	case err != nil:
		return err
	}
	return httpd.Redirect(v.Context, home(v.id)+"/review")
}

// keep drops a correction: what was sent in stands.
func (f *Face) keep(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	if err := f.Responses.KeepSubmitted(httpd.Context(v.Context), v.id); err != nil {
		return err
	}
	if r.Correcting {
		httpd.Flash(v.Context, "respondent.kept")
	}
	return httpd.Redirect(v.Context, home(v.id)+"/answers")
}

func (f *Face) showAnswers(v visit, r response.Response, status int, problems ...httpd.Problem) error {
	def, err := f.Responses.Questionnaire(httpd.Context(v.Context), r.VersionID)
	if err != nil {
		return err
	}
	p := &answersPage{Page: httpd.Page{Title: i18n.T(r.Lang, "respondent.mine_title"), Problems: problems},
		ID: v.id, Survey: def.Title.In(r.Lang), Receipt: r.Receipt, Mode: modeOf(r.Key), Group: groupName(def, r.Group, r.Lang), Email: f.Sender.Email}
	p.Parts, _ = answersIn(def, r, false)
	campaign, err := f.Responses.Campaign(httpd.Context(v.Context), r.Key)
	if err != nil {
		return err
	}
	p.Correctable = campaign.Open(f.Now())
	return httpd.Render(v.Context, status, "respondent/answers", p)
}

func (f *Face) withdraw(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	form, err := postedForm(v.Context)
	if err != nil {
		return err
	}
	if r.Receipt != "" && form.Get("confirm") != "yes" {
		return f.showAnswers(v, r, http.StatusUnprocessableEntity,
			httpd.Problem{Field: "confirm", Text: i18n.T(r.Lang, "respondent.withdraw_missing")})
	}
	if err := f.Responses.Withdraw(httpd.Context(v.Context), v.id); err != nil {
		return err
	}
	f.release(v.Context, v.id)
	return httpd.Redirect(v.Context, home(v.id)+"/answers")
}

// language changes the language of the pages that have no answers to keep.
func (f *Face) language(v visit) error {
	form, err := postedForm(v.Context)
	if err != nil {
		return err
	}
	if lang, ok := i18n.Parse(form.Get("lang")); ok {
		if err := f.Responses.SetLanguage(httpd.Context(v.Context), v.id, lang); err != nil {
			return err
		}
	}
	to := form.Get("to")
	if !strings.HasPrefix(to, home(v.id)+"/") { // never to another site or another person's pages
		to = home(v.id)
	}
	return httpd.Redirect(v.Context, to)
}

type privacyPage struct {
	httpd.Page
	Mode       string
	ID         string
	Controller string
	Sender     Sender
}

func (f *Face) privacy(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	return httpd.Render(v.Context, http.StatusOK, "respondent/privacy", &privacyPage{
		Page: httpd.Page{Title: i18n.T(r.Lang, "respondent.privacy_title")}, ID: v.id, Mode: modeOf(r.Key),
		Controller: f.Sender.Controller.In(r.Lang), Sender: f.Sender})
}
