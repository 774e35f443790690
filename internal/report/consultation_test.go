package report_test

import (
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/report"
)

// consulted puts a concluded consultation of two rounds into a fixture: one group of the second is too small.
func consulted(s *report.Snapshot) {
	rule, err := consultation.NewRule(consultation.Threshold, 7)
	if err != nil {
		panic(err)
	}
	c := report.Consultation{Name: "Remiss våren 2019", Locked: "2019-03-18"}
	for i, sv := range rule.Text(i18n.Sv) {
		c.Rule = append(c.Rule, i18n.Text{Sv: sv, En: rule.Text(i18n.En)[i]})
	}
	share := func(x, n int) *analysis.Share {
		c, err := analysis.Agreement([]analysis.Votes{{Agree: x, Pass: n - x}}, 7)
		if err != nil {
			panic(err)
		}
		return &c.Groups[0].Share
	}
	for n := 1; n <= 2; n++ {
		r := report.ConsultationRound{Number: n, Opened: "2019-03-18", Closed: "2019-04-05"}
		for i, g := range []string{people.Procurer, people.Politician, people.Business} {
			r.Groups = append(r.Groups, consultation.Participation{Group: g, Invited: 24 - 4*i, Begun: 19 - 3*i - n, Finished: 18 - 3*i - n})
			if n > 1 {
				r.Attrition = append(r.Attrition, report.ConsultationAttrition{Group: g, Before: 18 - 3*i, Left: 1})
			}
		}
		c.Rounds = append(c.Rounds, r)
	}
	for i, rec := range s.Recommendations[:4] {
		item := report.ConsultedItem{Number: rec.Number, Title: rec.Title, Version: 2, Round: 2, Class: analysis.CommonGround, Quadrant: consultation.DoFirst,
			Importance: report.ConsultedAxis{Main: analysis.DelphiIn, Other: analysis.Appropriate}, Feasibility: report.ConsultedAxis{Main: analysis.DelphiNone, Other: analysis.Uncertain},
			Shares: []report.ConsultedShare{{Group: people.Procurer, Share: share(15, 17)}, {Group: people.Politician, Share: share(13, 14)}, {Group: people.Business, Share: share(9, 11)}}}
		if i == 3 {
			item.Class, item.Quadrant, item.Importance, item.Feasibility, item.Shares[2].Share = analysis.ConsensusTooFew, "", report.ConsultedAxis{}, report.ConsultedAxis{}, nil
		}
		c.Items = append(c.Items, item)
	}
	c.Proposals = []report.AnsweredProposal{
		{Number: s.Recommendations[0].Number, Round: 1, Group: people.Procurer, Outcome: consultation.Partly,
			Summary: i18n.Text{Sv: "Skriv att kommunen bör pröva frågan i stället för att besluta.", En: "Say that the municipality should consider the matter instead of deciding."},
			Answer:  i18n.Text{Sv: "Första steget säger nu att frågan prövas. Beslutet står kvar, eftersom ansvaret annars blir otydligt.", En: "The first step now says that the matter is considered. The decision stands, since responsibility would otherwise be unclear."}},
		{Number: s.Recommendations[1].Number, Round: 2, Outcome: consultation.Accepted,
			Summary: i18n.Text{Sv: "Nämn de gemensamma bolagen.", En: "Mention the joint companies."}, Answer: i18n.Text{Sv: "Infört.", En: "Done."}},
	}
	s.Recommendations[0].Reservations = []report.Reservation{{Text: "Vi delar inte synen på kostnaden för de minsta kommunerna.", SignedAs: "Anna Ek, Företagarna Dalarna"}}
	s.Consultations = []report.Consultation{c}
}
