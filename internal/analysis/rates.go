package analysis

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
)

// Dispositions counts the cases of a survey by AAPOR's classes (Standard
// Definitions, 10th ed. 2023; codes for internet surveys of named persons).
type Dispositions struct {
	Complete   int `json:"complete"`    // I
	Partial    int `json:"partial"`     // P
	Refusal    int `json:"refusal"`     // R, break-off included
	NonContact int `json:"non_contact"` // NC
	Other      int `json:"other"`       // O
	Unknown    int `json:"unknown"`     // U, unknown eligibility
	Ineligible int `json:"ineligible"`  // NE
}

// CountDispositions sorts counts by AAPOR code into classes. It fails on a
// code that it does not know, and on cases without a code: a case that nobody
// classified must not pass for one that never answered.
func CountDispositions(byCode map[string]int) (Dispositions, error) {
	var d Dispositions
	codes := make([]string, 0, len(byCode))
	for code := range byCode {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	for _, code := range codes {
		n := byCode[code]
		switch code {
		case "1.1":
			d.Complete += n
		case "1.2":
			d.Partial += n
		case "2.111", "2.1121", "2.12":
			d.Refusal += n
		case "2.26", "2.27":
			d.NonContact += n
		case "2.30", "2.33":
			d.Other += n
		case "3.11", "3.19", "3.30", "3.40":
			d.Unknown += n
		case "4.10", "4.81", "4.90":
			d.Ineligible += n
		case "":
			return Dispositions{}, fmt.Errorf("dispositions: %d cases have no code", n)
		default:
			return Dispositions{}, fmt.Errorf("dispositions: unknown code %q (%d cases)", code, n)
		}
	}
	return d, nil
}

// Cases returns the number of cases, ineligible ones included.
func (d Dispositions) Cases() int {
	return d.Complete + d.Partial + d.Refusal + d.NonContact + d.Other + d.Unknown + d.Ineligible
}

// Rate is a share 0-1 that does not exist when nothing stands below the line.
type Rate struct {
	Value  float64
	Exists bool
}

// String shows four decimals, or "-" where there is no rate.
func (r Rate) String() string {
	if !r.Exists {
		return "-"
	}
	return strconv.FormatFloat(r.Value, 'f', 4, 64)
}

// MarshalJSON writes null where there is no rate.
func (r Rate) MarshalJSON() ([]byte, error) {
	if !r.Exists {
		return []byte("null"), nil
	}
	return json.Marshal(r.Value)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Rate) UnmarshalJSON(b []byte) error {
	var v *float64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*r = Rate{}
	if v != nil {
		*r = Rate{Value: *v, Exists: true}
	}
	return nil
}

// Rates are AAPOR's outcome rates. E is the estimated share of cases of
// unknown eligibility that are eligible, used in RR3, RR4, REF2 and CON2.
type Rates struct {
	E     Rate `json:"e"`
	RR1   Rate `json:"rr1"`
	RR2   Rate `json:"rr2"`
	RR3   Rate `json:"rr3"`
	RR4   Rate `json:"rr4"`
	RR5   Rate `json:"rr5"`
	RR6   Rate `json:"rr6"`
	COOP1 Rate `json:"coop1"`
	COOP2 Rate `json:"coop2"`
	COOP3 Rate `json:"coop3"`
	COOP4 Rate `json:"coop4"`
	REF1  Rate `json:"ref1"`
	REF2  Rate `json:"ref2"`
	REF3  Rate `json:"ref3"`
	CON1  Rate `json:"con1"`
	CON2  Rate `json:"con2"`
	CON3  Rate `json:"con3"`
}

// ResponseRates returns every outcome rate of a survey (methods 1.1).
func ResponseRates(d Dispositions) Rates {
	i, p, r := float64(d.Complete), float64(d.Partial), float64(d.Refusal)
	o, u := float64(d.Other), float64(d.Unknown)
	known := i + p + r + float64(d.NonContact) + o
	e := ratio(known, known+float64(d.Ineligible))
	rates := Rates{
		E:     e,
		RR1:   ratio(i, known+u),
		RR2:   ratio(i+p, known+u),
		RR5:   ratio(i, known),
		RR6:   ratio(i+p, known),
		COOP1: ratio(i, i+p+r+o),
		COOP2: ratio(i+p, i+p+r+o),
		COOP3: ratio(i, i+p+r),
		COOP4: ratio(i+p, i+p+r),
		REF1:  ratio(r, known+u),
		REF3:  ratio(r, known),
		CON1:  ratio(i+p+r+o, known+u),
		CON3:  ratio(i+p+r+o, known),
	}
	if e.Exists {
		rates.RR3 = ratio(i, known+e.Value*u)
		rates.RR4 = ratio(i+p, known+e.Value*u)
		rates.REF2 = ratio(r, known+e.Value*u)
		rates.CON2 = ratio(i+p+r+o, known+e.Value*u)
	}
	return rates
}

// Cherries are the visitor rates of the CHERRIES checklist. They are not
// response rates and must be labelled by their own names.
type Cherries struct {
	Participation Rate `json:"participation"` // began among visitors of the first page
	Completion    Rate `json:"completion"`    // finished among those who began
}

// VisitorRates returns CHERRIES' rates from unique visitors of the first page,
// those who answered anything (1.1, 1.2, 2.12) and those who finished (1.1).
func VisitorRates(visitors, began, finished int) Cherries {
	return Cherries{
		Participation: ratio(float64(began), float64(visitors)),
		Completion:    ratio(float64(finished), float64(began)),
	}
}

func ratio(over, under float64) Rate {
	if under == 0 {
		return Rate{}
	}
	return Rate{Value: over / under, Exists: true}
}
