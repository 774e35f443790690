package team

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/freetext"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/internal/survey"
)

type freeTextListPage struct {
	httpd.Page
	Query    response.TextQuery
	Surveys  []survey.Summary
	Groups   []string
	Searched bool // there is something to look for
	MayRead  bool // answers in the respondents' own words
	Answers  []freetext.Answer
	Notes    []noteHit
	More     bool // there are more answers than are shown
}

// noteHit is a meeting's note with the words that were searched for.
type noteHit struct {
	dialogue.Hit
	Pieces []dialogue.Piece
}

const (
	mostAnswers = 100 // on one page
	mostNotes   = 20
	mostWords   = 200 // characters of a search
)

// freeTextList searches answers in own words and notes: ?q= in Swedish or English, ?survey=, ?question= and ?group=.
// Answers are read by those who may take single answers out, and when their survey has closed.
func (f *Face) freeTextList(c *gin.Context) error {
	ctx, user := httpd.Context(c), httpd.User(c)
	page := &freeTextListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "freetext.title")}, Groups: choices.Groups,
		MayRead: user.May(account.AnswersExport),
		Query: response.TextQuery{SurveyID: c.Query("survey"), Question: c.Query("question"), Group: c.Query("group"),
			Words: strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(c.Query("q"), ""), "\x00", ""))}}
	if utf8.RuneCountInString(page.Query.Words) > mostWords {
		return fault.New(fault.Invalid, "freetext.error_words", "Max", mostWords)
	}
	page.Searched = page.Query.Words != "" || page.Query.SurveyID != ""
	var err error
	if page.Surveys, err = f.Surveys.List(ctx); err != nil {
		return err
	}
	if page.Searched && page.MayRead {
		q := page.Query
		q.Limit = mostAnswers + 1
		if page.Answers, err = f.FreeTexts.Search(ctx, q, user.May(account.AnswersEarly)); err != nil {
			return err
		}
		if page.More = len(page.Answers) > mostAnswers; page.More {
			page.Answers = page.Answers[:mostAnswers]
		}
	}
	if page.Query.Words != "" {
		hits, err := f.Dialogue.SearchNotes(ctx, page.Query.Words, mostNotes)
		if err != nil {
			return err
		}
		for _, h := range hits {
			page.Notes = append(page.Notes, noteHit{h, freetext.Pieces(h.Marked)})
		}
	}
	return httpd.Render(c, http.StatusOK, "team/freetext_list", page)
}

type freeTextShowPage struct {
	httpd.Page
	tagChoices
	Answer  freetext.Answer
	Asked   i18n.Text // the question
	Option  i18n.Text // that the words were given with, of a question with options
	Pieces  []dialogue.Piece
	Form    tagForm
	Refused string // wording of a quotation that was refused
	Of      string // the passage that it was for
}

// freeTextShow is one answer with what is coded in it, and the tool to code more.
func (f *Face) freeTextShow(c *gin.Context) error {
	return f.showFreeText(c, http.StatusOK, c.Param("response"), c.Param("question"), &freeTextShowPage{})
}

func (f *Face) showFreeText(c *gin.Context, status int, responseID, question string, page *freeTextShowPage) error {
	a, err := f.FreeTexts.Find(httpd.Context(c), responseID, question, httpd.User(c).May(account.AnswersEarly))
	if err != nil {
		return err
	}
	v, err := f.Surveys.Latest(httpd.Context(c), a.SurveyID)
	if err != nil {
		return err
	}
	if q, ok := v.Definition.Question(question); ok {
		page.Asked = q.ForGroup(a.Group).Text
		if at := slices.IndexFunc(q.Options, func(o questionnaire.Option) bool { return o.OtherText }); a.Other && at >= 0 {
			page.Option = q.Options[at].Text
		}
	}
	page.Title = i18n.T(httpd.Lang(c), "freetext.answer")
	page.tagChoices, page.Answer = choices, a
	page.Themes = strategy.ThemesOf(v.Definition.Area)
	if page.Form.Passage == "" {
		page.Form.Passage = a.Text // most answers are one passage
	}
	var marked []dialogue.Excerpt
	for _, e := range a.Excerpts {
		marked = append(marked, dialogue.Excerpt{Start: e.Start, End: e.End})
	}
	page.Pieces = dialogue.Pieces(a.Text, marked)
	return httpd.Render(c, status, "team/freetext_show", page)
}

func freeTextPath(responseID, question string) string {
	return "/team/free-text/" + responseID + "/" + question
}

func (f *Face) freeTextCode(c *gin.Context) error {
	id, question := c.Param("response"), c.Param("question")
	var form tagForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.FreeTexts.Code(httpd.Context(c), id, question, form.Passage, form.tag(), httpd.User(c).May(account.AnswersEarly))
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showFreeText(c, statusOf(err), id, question, &freeTextShowPage{Page: httpd.Page{Problems: problems}, Form: form})
	}
	return done(c, err, "freetext.coded", freeTextPath(id, question))
}

// freeTextAct does one thing to a coded passage and goes back to its answer.
func (f *Face) freeTextAct(c *gin.Context, flash string, act func(id string, early bool) error) error {
	early := httpd.User(c).May(account.AnswersEarly)
	e, err := f.FreeTexts.Excerpt(httpd.Context(c), c.Param("id"), early)
	if err != nil {
		return err
	}
	err = act(e.ID, early)
	if problems := httpd.Problems(c, err); problems != nil {
		for i := range problems {
			problems[i].Field = "quote-" + e.ID
		}
		return f.showFreeText(c, http.StatusUnprocessableEntity, e.ResponseID, e.Question,
			&freeTextShowPage{Page: httpd.Page{Problems: problems}, Refused: c.PostForm("quote"), Of: e.ID})
	}
	return done(c, err, flash, freeTextPath(e.ResponseID, e.Question))
}

func (f *Face) freeTextUncode(c *gin.Context) error {
	return f.freeTextAct(c, "freetext.uncoded", func(id string, _ bool) error { return f.FreeTexts.Uncode(httpd.Context(c), id) })
}

func (f *Face) freeTextApprove(c *gin.Context) error {
	return f.freeTextAct(c, "freetext.approved", func(id string, early bool) error {
		return f.FreeTexts.ApproveQuote(httpd.Context(c), id, c.PostForm("quote"), early)
	})
}

func (f *Face) freeTextRevoke(c *gin.Context) error {
	return f.freeTextAct(c, "freetext.revoked", func(id string, _ bool) error { return f.FreeTexts.RevokeQuote(httpd.Context(c), id) })
}
