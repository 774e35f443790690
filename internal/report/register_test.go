package report_test

import (
	"strings"
	"testing"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/report"
)

func TestAListTakesInPersonsByTargetGroupAndMunicipalityButNobodyWhoStoppedMail(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	register := people.New(w.DB, w.Clock.Now)
	_, err := register.Import(ctx, strings.NewReader(`name;email;group;organisation;municipality
Åsa Ek;asa@mora.example;procurer;Mora kommun;Mora
Bo Ek;bo@mora.example;procurer;Mora kommun;Mora
Cia Ek;cia@mora.example;procurer;Mora kommun;Mora
Dag Ek;dag@falun.example;procurer;Falu kommun;Falun
Eva Ek;eva@mora.example;business;Ek AB;Mora
`))
	w.Must(err)
	stopped, err := register.FindByEmail(ctx, "cia@mora.example")
	w.Must(err)
	w.Must(register.SetSuppressed(ctx, stopped.ID, true))
	list, err := w.Reports.CreateList(ctx, "Moras inköpare", report.Regional)
	w.Must(err)
	_, err = w.Reports.AddMembers(ctx, list.ID, []report.Member{{Email: "Bo@mora.example"}})
	w.Must(err)

	choice := report.RegisterChoice{Groups: []string{people.Procurer}, Municipality: 2062}
	fit, err := w.Reports.FitRegister(ctx, list.ID, choice)
	w.Must(err)
	if len(fit.New) != 1 || fit.New[0].Email != "asa@mora.example" || fit.Already != 1 || fit.Stopped != 1 {
		t.Fatalf("fit %+v", fit)
	}
	for _, want := range []int{1, 0} { // the second time there is nobody left to add
		added, err := w.Reports.AddFromRegister(ctx, list.ID, choice)
		w.Must(err)
		if added != want {
			t.Errorf("added %d, want %d", added, want)
		}
	}
	choice.Municipality = 0
	if fit, err = w.Reports.FitRegister(ctx, list.ID, choice); err != nil || len(fit.New) != 1 || fit.New[0].Email != "dag@falun.example" {
		t.Errorf("everywhere: %+v, %v", fit, err)
	}
	choice = report.RegisterChoice{Groups: people.Groups, Kinds: []string{"business"}}
	if fit, err = w.Reports.FitRegister(ctx, list.ID, choice); err != nil || len(fit.New) != 1 || fit.New[0].Email != "eva@mora.example" || fit.Already+fit.Stopped != 0 {
		t.Errorf("of one kind of organisation: %+v, %v", fit, err)
	}
	for name, bad := range map[string]report.RegisterChoice{
		"no group": {}, "an unknown kind": {Groups: people.Groups, Kinds: []string{"king"}}, "an unknown group": {Groups: []string{"king"}}, "an unknown municipality": {Groups: people.Groups, Municipality: 1},
	} {
		if _, err := w.Reports.AddFromRegister(ctx, list.ID, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
