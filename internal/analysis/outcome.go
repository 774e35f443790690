package analysis

// NamedRate is one of AAPOR's rates by its name.
type NamedRate struct {
	Name string
	Rate Rate
}

// List gives the rates in the order of the standard, e first: it stands behind RR3, RR4, REF2 and CON2.
func (r Rates) List() []NamedRate {
	return []NamedRate{{"e", r.E}, {"RR1", r.RR1}, {"RR2", r.RR2}, {"RR3", r.RR3}, {"RR4", r.RR4}, {"RR5", r.RR5}, {"RR6", r.RR6},
		{"COOP1", r.COOP1}, {"COOP2", r.COOP2}, {"COOP3", r.COOP3}, {"COOP4", r.COOP4}, {"REF1", r.REF1}, {"REF2", r.REF2}, {"REF3", r.REF3},
		{"CON1", r.CON1}, {"CON2", r.CON2}, {"CON3", r.CON3}}
}
