package analysis

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestOutcomeRatesOfSixHundredCases(t *testing.T) {
	d, err := CountDispositions(map[string]int{
		"1.1": 214, "1.2": 18, "2.111": 25, "2.1121": 22, "2.12": 12, "2.26": 6, "2.27": 3,
		"2.30": 4, "3.19": 268, "3.30": 28, "4.10": 12, "4.81": 8,
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.Cases() != 620 || d.Refusal != 59 || d.Unknown != 296 || d.Ineligible != 20 {
		t.Fatalf("classes %+v", d)
	}
	r := ResponseRates(d)
	for _, c := range []struct {
		name string
		got  Rate
		want float64
	}{
		{"e", r.E, 0.938272}, {"RR1", r.RR1, 0.356667}, {"RR2", r.RR2, 0.386667},
		{"RR3", r.RR3, 0.367869}, {"RR4", r.RR4, 0.398812}, {"RR5", r.RR5, 0.703947},
		{"RR6", r.RR6, 0.763158}, {"COOP1", r.COOP1, 0.725424}, {"COOP2", r.COOP2, 0.786441},
		{"COOP3", r.COOP3, 0.735395}, {"COOP4", r.COOP4, 0.797251}, {"REF1", r.REF1, 0.098333},
		{"REF2", r.REF2, 0.101422}, {"REF3", r.REF3, 0.194079}, {"CON1", r.CON1, 0.491667},
		{"CON2", r.CON2, 0.507110}, {"CON3", r.CON3, 0.970395},
	} {
		near(t, c.name, c.got.Value, c.want)
	}
	v := VisitorRates(266, 244, 214)
	near(t, "participation", v.Participation.Value, 0.917293)
	near(t, "completion", v.Completion.Value, 0.877049)
}

func TestOutcomeRatesAgreeWithOutcomerate(t *testing.T) {
	r := ResponseRates(Dispositions{Complete: 4, Partial: 2, Refusal: 1, NonContact: 1, Other: 1, Unknown: 2, Ineligible: 1})
	for i, want := range []float64{0.9, 0.363636, 0.545455, 0.370370, 0.555556, 0.444444, 0.666667} {
		near(t, "rate", []Rate{r.E, r.RR1, r.RR2, r.RR3, r.RR4, r.RR5, r.RR6}[i].Value, want)
	}
}

func TestRatesOfNoCasesAreDashesNeverNaN(t *testing.T) {
	for _, d := range []Dispositions{{}, {Ineligible: 3}, {Unknown: 5}, {Unknown: 5, Ineligible: 2}} {
		b, err := json.Marshal(ResponseRates(d))
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		if strings.Contains(string(b), "NaN") {
			t.Errorf("%+v: %s", d, b)
		}
	}
	if got := ResponseRates(Dispositions{}).RR2.String(); got != "-" {
		t.Errorf("RR2 of nobody = %q, want a dash", got)
	}
	var back Rates
	b, _ := json.Marshal(ResponseRates(Dispositions{Complete: 1}))
	if err := json.Unmarshal(b, &back); err != nil || back != ResponseRates(Dispositions{Complete: 1}) {
		t.Errorf("rates do not survive JSON: %+v, %v", back, err)
	}
}

func TestCaseWithoutDispositionIsAnError(t *testing.T) {
	for _, codes := range []map[string]int{{"": 1}, {"1.1": 4, "9.9": 1}} {
		if _, err := CountDispositions(codes); err == nil {
			t.Errorf("%v passed", codes)
		}
	}
}
