package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTheListHoldsEveryRateUnderItsOwnName(t *testing.T) {
	d := Dispositions{Complete: 214, Partial: 18, Refusal: 59, NonContact: 9, Other: 4, Unknown: 296, Ineligible: 20}
	want := map[string]float64{"e": 0.938272, "RR1": 0.356667, "RR2": 0.386667, "RR3": 0.367869, "RR4": 0.398812, "RR5": 0.703947,
		"RR6": 0.763158, "COOP1": 0.725424, "COOP2": 0.786441, "COOP3": 0.735395, "COOP4": 0.797251, "REF1": 0.098333,
		"REF2": 0.101422, "REF3": 0.194079, "CON1": 0.491667, "CON2": 0.507110, "CON3": 0.970395}
	list := ResponseRates(d).List()
	for _, one := range list {
		near(t, one.Name, one.Rate.Value, want[one.Name])
	}
	if len(list) != len(want) {
		t.Errorf("%d rates, want %d", len(list), len(want))
	}
}

func TestARateIsAShareOrDoesNotExist(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3)
		d := Dispositions{n.Draw(t, "I"), n.Draw(t, "P"), n.Draw(t, "R"), n.Draw(t, "NC"), n.Draw(t, "O"), n.Draw(t, "U"), n.Draw(t, "NE")}
		for _, one := range ResponseRates(d).List() {
			v := one.Rate.Value
			if math.IsNaN(v) || v < 0 || v > 1 || !one.Rate.Exists && one.Rate.String() != "-" {
				t.Fatalf("%s of %+v is %v (%s)", one.Name, d, v, one.Rate)
			}
		}
	})
}
