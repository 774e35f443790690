package journey

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
)

// consulted lets three groups of the register rate the recommendations that are out for consultation, and closes the
// round. It returns the consultation and the panel's personal paths by group.
func (s *site) consulted(name string) (id string, paths map[string][]string) {
	s.t.Helper()
	ctx := s.t.Context()
	id, err := s.Consultations.Plan(ctx, consultation.Draft{Name: name, Groups: []string{people.Procurer, people.Politician, people.Business},
		Method: consultation.Threshold, MinBase: 7, Invented: true})
	s.must(err)
	o := s.opened(id)
	paths = map[string][]string{}
	for i, p := range o.Participants {
		path := strings.TrimPrefix(s.Consultations.Link(p.ID), s.base)
		paths[p.Group] = append(paths[p.Group], path)
		if len(paths[p.Group]) > 12 {
			continue
		}
		b, err := s.Consultations.Ballot(ctx, strings.TrimPrefix(path, "/c/"), i18n.Sv)
		s.must(err)
		for k, item := range b.Items {
			f := consultation.Form{Version: item.Version, Scores: consultation.Scores{Agreement: 6 + (i+k)%4, Importance: 5 + (i*3+k)%5, Feasibility: 1 + (i*5+k)%9}}
			switch i % 9 {
			case 0:
				f.Comment = "Vi hinner inte med detta utan en gemensam resurs."
			case 1:
				f.Proposal = "Skriv att kommunen bör pröva frågan, inte besluta."
			case 2:
				f.Reservation, f.SignedAs = "Kostnaden för de små kommunerna är inte belyst.", "Anna Ek, Företagarna Dalarna"
			}
			s.must(s.Consultations.Rate(ctx, b, item.RecommendationID, f))
		}
	}
	s.must(s.Consultations.Close(ctx, id))
	return id, paths
}

// opened opens the next round about everything that is out for consultation.
func (s *site) opened(id string) consultation.Opening {
	s.t.Helper()
	list, err := s.Recommendations.List(s.t.Context(), recommendation.Filter{Status: recommendation.Consultation})
	s.must(err)
	r := consultation.Request{ClosesAt: s.Now().AddDate(0, 0, 14)}
	for _, one := range list {
		r.Items = append(r.Items, one.ID)
	}
	o, err := s.Consultations.Open(s.t.Context(), id, r)
	s.must(err)
	return o
}

// A participant on a phone reads the letter's page, rates, argues, sees the panel's answers in the next round, and is
// asked again about what was changed.
func TestAParticipantOnAPhoneRatesInTwoRounds(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.answered(40)
	s.advised()
	id, paths := s.consulted("Remiss på telefon")
	s.opened(id)
	b := open(t, phone)
	own := s.base + paths[people.Procurer][0]
	b.visit(own)
	b.checked("ballot")
	b.sees("Upphandlare", "Att svara på", "Vem frågar")
	b.press("main a.btn")
	b.checked("item")
	b.sees("Du svarade senast", "Så svarade grupperna")
	b.click(`#agreement details summary`)
	b.checked("panel")
	b.press("p.row .btn")
	b.sees("Välj hur mycket du instämmer")
	b.checked("faults")
	for _, q := range []string{"agreement", "importance", "feasibility"} {
		b.tick(fmt.Sprintf(`#%s input[value="8"]`, q))
	}
	b.write("#comment", "Det går om vi gör det tillsammans.")
	b.press("p.row .btn")
	b.sees("Tack, du har svarat på allt.")
	b.checked("done")

	// The wording is changed while the round is open.
	item := s.openItem()
	item.Wording.Sv += " Det ska ske inom ett år."
	item.Wording.En += " It shall be done within a year."
	s.must(s.Recommendations.Change(t.Context(), item, "Tydligare tid"))
	_, err := s.Consultations.Renew(t.Context(), id, item.ID)
	s.must(err)
	b.visit(own)
	b.sees("Ändrad sedan du svarade")
	b.press("main a.btn")
	b.checked("changed")
	b.sees("Det här har ändrats sedan du svarade", "Det ska ske inom ett år.")
	if b.has(`button[name="keep"]`) {
		t.Error("answers about the old wording can be kept")
	}

	// The same without script, in English, on another of the panel's phones: earlier answers are kept in one press.
	other := open(t, phoneNoScript)
	other.visit(s.base + paths[people.Politician][1] + "/1?lang=en")
	other.sees("This has changed since you answered")
	other.do(chromedp.Navigate(s.base + paths[people.Politician][1] + "?lang=en"))
	other.sees("Changed since you answered", "Politicians")
	other.checked("english")
}

// openItem is the recommendation that is out for consultation.
func (s *site) openItem() recommendation.Recommendation {
	s.t.Helper()
	list, err := s.Recommendations.List(s.t.Context(), recommendation.Filter{Status: recommendation.Consultation})
	s.must(err)
	return list[0]
}
