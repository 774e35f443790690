// Package freetext reads what respondents wrote in their own words: it searches, codes passages with the
// themes of the notes, and releases quotations. A passage is (answer, hash, start, end); its words are
// derived from the answer, so that it can never say what nobody wrote.
package freetext

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/response"
)

// Audit events of this package.
const (
	EventCoded         = "freetext.coded"
	EventUncoded       = "freetext.uncoded"
	EventQuoteApproved = "freetext.quote_approved"
	EventQuoteRevoked  = "freetext.quote_revoked"
)

// Service is the use cases of free texts.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	responses *response.Service
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time, responses *response.Service) *Service {
	return &Service{db: db, now: now, responses: responses}
}

// Answer is a free text with what is coded in it.
type Answer struct {
	response.FreeText
	Pieces   []dialogue.Piece // the text cut where searched words begin and end
	Excerpts []Excerpt
}

// Excerpt is a coded passage. Of whom it is only the group is told.
type Excerpt struct {
	ID         string
	ResponseID string
	Question   string
	SurveyID   string
	Group      string
	Kind       string
	Themes     []string
	Start, End int    // characters
	Text       string // derived
	Quote      string // derived: what is approved for print, empty without approval
	QuotedBy   string
	ranges     []int
	hash       string
}

// Search lists answers by their words, with what is coded in them. early: of open surveys too.
func (s *Service) Search(ctx context.Context, q response.TextQuery, early bool) ([]Answer, error) {
	texts, err := s.responses.FreeTexts(ctx, q, early)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(texts))
	for i, t := range texts {
		ids[i] = t.ResponseID
	}
	coded, err := excerptsOf(ctx, s.db, ids)
	if err != nil {
		return nil, fmt.Errorf("codes of free texts: %w", err)
	}
	answers := make([]Answer, len(texts))
	for i, t := range texts {
		answers[i] = Answer{FreeText: t, Pieces: Pieces(t.Marked), Excerpts: derive(t, coded)}
	}
	return answers, nil
}

// Find returns one answer. Fault: NotFound, also while its survey is open and early is false.
func (s *Service) Find(ctx context.Context, responseID, question string, early bool) (Answer, error) {
	list, err := s.Search(ctx, response.TextQuery{Question: question, Responses: []string{responseID}}, early)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "response.error_text")
	}
	if err != nil {
		return Answer{}, err
	}
	return list[0], nil
}

// derive takes the excerpts of one answer as it stands, with their words.
func derive(t response.FreeText, coded []Excerpt) []Excerpt {
	var out []Excerpt
	hash := dialogue.HashText(t.Text)
	for _, e := range coded {
		if e.ResponseID != t.ResponseID || e.Question != t.Question || e.hash != hash {
			continue
		}
		e.Text, _ = dialogue.Slice(t.Text, e.Start, e.End)
		e.Group, e.SurveyID = t.Group, t.SurveyID
		if e.ranges != nil {
			e.Quote = dialogue.QuoteOf(t.Text, e.ranges)
		}
		out = append(out, e)
	}
	return out
}

// Pieces cuts a marked text at its marks.
func Pieces(marked string) []dialogue.Piece {
	var out []dialogue.Piece
	for _, part := range strings.Split(marked, response.MarkStart) {
		word, rest, found := strings.Cut(part, response.MarkEnd)
		if !found {
			word, rest = "", part
		}
		if word != "" {
			out = append(out, dialogue.Piece{Text: word, Marked: true})
		}
		if rest != "" {
			out = append(out, dialogue.Piece{Text: rest})
		}
	}
	return out
}

// Code codes a passage of an answer, which must stand in it exactly once; the group is the respondent's.
// Faults: Invalid by field; Conflict when it is coded so already.
func (s *Service) Code(ctx context.Context, responseID, question, passage string, t dialogue.Tag, early bool) error {
	a, err := s.Find(ctx, responseID, question, early)
	if err != nil {
		return err
	}
	t.Group = a.Group
	if t, err = t.Settled(); err != nil {
		return err
	}
	if t.Start, t.End, err = dialogue.Locate(a.Text, passage); err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err := insert(ctx, tx, a, t, audit.ActorOf(ctx).Name, s.now())
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCoded, Subject: "text_excerpt", SubjectID: id,
			Detail: map[string]any{"survey": a.SurveyID, "question": question, "kind": t.Kind, "themes": t.Themes}})
	})
	if err != nil {
		return fmt.Errorf("code a free text: %w", err)
	}
	return nil
}

// Excerpt finds a coded passage whose answer still says it.
func (s *Service) Excerpt(ctx context.Context, id string, early bool) (Excerpt, error) {
	e, err := find(ctx, s.db, id)
	if err != nil {
		return Excerpt{}, fmt.Errorf("text excerpt %s: %w", id, err)
	}
	a, err := s.Find(ctx, e.ResponseID, e.Question, early)
	if err != nil {
		return Excerpt{}, err
	}
	at := slices.IndexFunc(a.Excerpts, func(x Excerpt) bool { return x.ID == id })
	if at < 0 {
		return Excerpt{}, fault.New(fault.NotFound, "error.not_found")
	}
	return a.Excerpts[at], nil
}

// Uncode takes a coding away.
func (s *Service) Uncode(ctx context.Context, id string) error {
	return s.change(ctx, id, EventUncoded, func(tx *sqlx.Tx) error { return remove(ctx, tx, id) })
}

// ApproveQuote releases a passage for print; wording can leave words out, never change them.
func (s *Service) ApproveQuote(ctx context.Context, id, wording string, early bool) error {
	e, err := s.Excerpt(ctx, id, early)
	if err != nil {
		return err
	}
	a, err := s.Find(ctx, e.ResponseID, e.Question, early)
	if err != nil {
		return err
	}
	ranges, err := dialogue.QuoteRanges(a.Text, e.Start, e.End, wording)
	if err != nil {
		return err
	}
	return s.change(ctx, id, EventQuoteApproved, func(tx *sqlx.Tx) error {
		return setQuote(ctx, tx, id, ranges, audit.ActorOf(ctx).Name)
	})
}

// RevokeQuote takes the approval back.
func (s *Service) RevokeQuote(ctx context.Context, id string) error {
	return s.change(ctx, id, EventQuoteRevoked, func(tx *sqlx.Tx) error { return setQuote(ctx, tx, id, nil, "") })
}

func (s *Service) change(ctx context.Context, id, event string, act func(tx *sqlx.Tx) error) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := act(tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "text_excerpt", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", event, id, err)
	}
	return nil
}

// Spoken is how many respondents of a group speak of a theme, however often each does, with the
// quotations that are approved.
type Spoken struct {
	Group       string
	Respondents int
	Quotes      []string
}

// OfTheme counts respondents by group, of surveys that receive no more answers.
func (s *Service) OfTheme(ctx context.Context, theme string) ([]Spoken, error) {
	coded, err := excerptsWith(ctx, s.db, theme)
	if err != nil {
		return nil, fmt.Errorf("free texts of theme %s: %w", theme, err)
	}
	if len(coded) == 0 {
		return nil, nil
	}
	var ids []string
	for _, e := range coded {
		if !slices.Contains(ids, e.ResponseID) {
			ids = append(ids, e.ResponseID)
		}
	}
	texts, err := s.responses.FreeTexts(ctx, response.TextQuery{Responses: ids}, false)
	if err != nil {
		return nil, err
	}
	var out []Spoken
	counted := map[string]bool{}
	for _, t := range texts {
		for _, e := range derive(t, coded) {
			at := slices.IndexFunc(out, func(x Spoken) bool { return x.Group == e.Group })
			if at < 0 {
				at = len(out)
				out = append(out, Spoken{Group: e.Group})
			}
			if !counted[e.ResponseID] {
				counted[e.ResponseID] = true
				out[at].Respondents++
			}
			if e.Quote != "" {
				out[at].Quotes = append(out[at].Quotes, e.Quote)
			}
		}
	}
	return out, nil
}
