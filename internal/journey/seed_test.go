package journey

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/sample"
)

// answered imports perGroup contacts of every group and lets all of them answer the three surveys. The
// questionnaires, the invitations and the answers go through the services.
func (s *site) answered(perGroup int) map[string]string {
	s.t.Helper()
	s.loaded(0)
	left := map[string]int{}
	chosen := slices.DeleteFunc(sample.Contacts(7, 400), func(c sample.Contact) bool {
		left[c.Groups[0]]++
		return len(c.Groups) > 1 || left[c.Groups[0]] > perGroup
	})
	var file bytes.Buffer
	s.must(sample.WriteContacts(&file, chosen))
	_, err := s.People.Import(s.t.Context(), &file)
	s.must(err)
	campaigns := map[string]string{}
	for _, id := range []string{"s5", "s6", "s7"} {
		campaigns[id] = s.launch(id)
		s.answer(campaigns[id])
	}
	return campaigns
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// answer lets everybody who is invited answer every question but those of free text. Each group's answers
// are spread evenly, the same in every run, so that what is cited is never hidden by chance.
func (s *site) answer(campaignID string) {
	s.t.Helper()
	var ids []string
	s.must(s.DB.SelectContext(s.t.Context(), &ids, `
		SELECT i.id FROM invitation i JOIN person p ON p.id = i.person_id WHERE i.campaign_id = $1 ORDER BY i.group_id, p.email_normalised`, campaignID))
	queue := make(chan int, len(ids))
	for i := range ids {
		queue <- i
	}
	close(queue)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range queue {
				if err := s.answerOne(ids[i], i); err != nil {
					s.t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func (s *site) answerOne(invitationID string, n int) error {
	ctx := s.t.Context()
	inv, c, err := s.Distribution.Invitation(ctx, invitationID)
	if err != nil {
		return err
	}
	r, err := s.Responses.Start(ctx, inv, c, i18n.Sv)
	if err != nil {
		return err
	}
	d, err := s.Responses.Questionnaire(ctx, c.VersionID)
	if err != nil {
		return err
	}
	full := response.Page{Revision: r.Revision, Answers: questionnaire.Answers{}, Next: 1, Lang: i18n.Sv}
	for _, section := range d.Pages(inv.Group) {
		for i, q := range section.Questions {
			full.Questions = append(full.Questions, q.ID)
			if a, ok := somehow(q, n*7+i); ok {
				full.Answers[q.ID] = a
			}
		}
	}
	full.Covers, full.Base = full.Questions, response.Fingerprint(r.Answers, full.Questions)
	if r, err = s.Responses.Save(ctx, r.ID, full); err != nil {
		return err
	}
	_, err = s.Responses.Submit(ctx, r.ID, r.Revision)
	return err
}

// somehow is an answer to a question, another for each n.
func somehow(q questionnaire.Question, n int) (questionnaire.Answer, bool) {
	code := func(k int) int { return q.Options[k%len(q.Options)].Code }
	switch q.Type {
	case questionnaire.FreeText:
		return questionnaire.Answer{}, false
	case questionnaire.Numeric, questionnaire.Rating:
		v := q.Min + float64(n%int(min(q.Max-q.Min+1, 9)))
		return questionnaire.Answer{Number: &v}, true
	case questionnaire.Multiple:
		return questionnaire.Answer{Codes: []int{code(n)}}, true
	case questionnaire.Ranking:
		return questionnaire.Answer{Codes: []int{code(n), code(n + 1)}}, true
	case questionnaire.Matrix:
		rows := map[string]int{}
		for k, row := range q.Rows {
			rows[row.ID] = code(n + k)
		}
		return questionnaire.Answer{Rows: rows}, true
	}
	c := code(n)
	return questionnaire.Answer{Code: &c}, q.ID != "bg_kind" // prefilled
}

// advised brings in the meetings, with their quotations approved, the year of seminars and the nine
// recommendations, of which all but the last are decided.
func (s *site) advised() {
	s.t.Helper()
	ctx := s.t.Context()
	for _, m := range sample.Meetings(time.Now()) {
		in, err := s.Dialogue.ImportMarkdown(ctx, bytes.NewReader(m.Body))
		s.must(err)
		if in.Meeting.OngoingProcurement {
			continue
		}
		meeting, err := s.Dialogue.Find(ctx, in.Meeting.ID)
		s.must(err)
		for _, e := range meeting.Excerpts {
			s.must(s.Dialogue.ApproveQuote(ctx, e.ID, e.Text))
		}
	}
	year, err := sample.SeminarYear(time.Now())
	s.must(err)
	_, err = s.Seminars.ImportYear(ctx, bytes.NewReader(year))
	s.must(err)
	_, err = s.Recommendations.Import(ctx, bytes.NewReader(sample.Recommendations(time.Now())))
	s.must(err)
	all, err := s.Recommendations.List(ctx, recommendation.Filter{})
	s.must(err)
	for i, r := range all {
		s.must(s.Recommendations.Move(ctx, r.ID, recommendation.Consultation))
		if i == len(all)-1 {
			break
		}
		s.must(s.Recommendations.Move(ctx, r.ID, recommendation.Decided))
	}
}

// published makes and publishes an edition.
func (s *site) published(kind report.Kind, lang string) report.Edition {
	s.t.Helper()
	ctx := s.t.Context()
	e, err := s.Reports.Make(ctx, kind, lang)
	s.must(err)
	s.until("the edition is rendered", func() bool {
		e, err = s.Reports.Find(ctx, e.ID)
		s.must(err)
		return e.RenderedAt != nil || e.Failure != ""
	})
	e, err = s.Reports.Publish(ctx, e.ID, time.Time{})
	s.must(err)
	return e
}

// personIn is the first contact of a group.
func (s *site) personIn(group string) people.Person {
	s.t.Helper()
	page, err := s.People.List(s.t.Context(), people.Filter{Group: group})
	s.must(err)
	return page.Persons[0]
}
