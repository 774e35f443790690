package response

import (
	"context"
	"fmt"
	"slices"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/survey"
)

// FreeText is one submitted answer in the respondent's own words, to a question that asks for them or with an option
// that takes them. Of whom it is only the group is told.
type FreeText struct {
	ResponseID string `db:"id"`
	SurveyID   string `db:"survey_id"`
	Question   string `db:"question"`
	Group      string `db:"group_id"`
	Language   string `db:"language"`
	Other      bool   `db:"other"` // given with an option for what the list does not name
	Text       string `db:"text"`
	// Marked is Text with the words that were searched for between MarkStart and MarkEnd.
	Marked string `db:"marked"`
}

// What stands around a word that was searched for. No answer holds these characters.
const (
	MarkStart = "\x02"
	MarkEnd   = "\x03"
)

// TextQuery chooses free texts; zero values do not narrow.
type TextQuery struct {
	SurveyID  string
	Question  string
	Group     string
	Words     string   // stemmed in Swedish and in English; "quoted phrase", or, -not
	Responses []string // ids
	Limit     int      // 0: the most that are ever given
}

// mostTexts bounds what one look gives.
const mostTexts = 500

// FreeTexts lists free texts of surveys that receive no more answers; with early of open ones too, for
// those who may. The order tells nothing: it is that of the random ids.
func (s *Service) FreeTexts(ctx context.Context, q TextQuery, early bool) ([]FreeText, error) {
	if q.Limit <= 0 || q.Limit > mostTexts {
		q.Limit = mostTexts
	}
	versions, questions, err := s.textQuestions(ctx, q, early)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 || len(questions) == 0 {
		return nil, nil
	}
	list, err := freeTexts(ctx, s.db, q, versions, questions)
	if err != nil {
		return nil, fmt.Errorf("free texts: %w", err)
	}
	return list, nil
}

// FreeText finds one. Fault: NotFound, also while its survey is open.
func (s *Service) FreeText(ctx context.Context, responseID, question string, early bool) (FreeText, error) {
	list, err := s.FreeTexts(ctx, TextQuery{Question: question, Responses: []string{responseID}}, early)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "response.error_text")
	}
	if err != nil {
		return FreeText{}, err
	}
	return list[0], nil
}

// textQuestions are the versions whose texts may be read, and their questions that are answered in words.
func (s *Service) textQuestions(ctx context.Context, q TextQuery, early bool) (versions, questions []string, err error) {
	all, err := s.surveys.List(ctx)
	if err != nil {
		return nil, nil, err
	}
	if q.SurveyID != "" {
		all = slices.DeleteFunc(slices.Clone(all), func(v survey.Summary) bool { return v.Latest.SurveyID != q.SurveyID })
	}
	for _, one := range all {
		for _, v := range one.Versions {
			if !early {
				open, err := s.open(ctx, v.ID)
				if err != nil {
					return nil, nil, err
				}
				if open {
					continue
				}
			}
			def, err := s.Questionnaire(ctx, v.ID)
			if err != nil {
				return nil, nil, err
			}
			versions = append(versions, v.ID)
			for _, ask := range def.Questions() {
				if ask.InWords() && (q.Question == "" || q.Question == ask.ID) && !slices.Contains(questions, ask.ID) {
					questions = append(questions, ask.ID)
				}
			}
		}
	}
	return versions, questions, nil
}
