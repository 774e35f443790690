package exhibit

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
)

func TestBelowTheCountyProcurersGetASentenceAndNoNumber(t *testing.T) {
	d := crowd(t, s5(t), 200)
	for _, by := range []string{analysis.SplitByMunicipalityGroup, "bg_municipality"} {
		for _, group := range []string{"procurer", "developer"} {
			v, err := Parse(d, "q5_11", url.Values{"by": {by}, "group": {group}})
			if group == "developer" && err != nil { // not asked
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			e := computed(t, d, v)
			b := e.Blocks[0]
			if !b.Empty() || len(e.Figures(i18n.Sv, b))+len(e.Numbers(i18n.Sv, b)) > 0 {
				t.Errorf("%s by %s shows numbers", group, by)
			}
			if text := strings.Join(e.Withheld(i18n.Sv, b), " "); !strings.Contains(text, "bara för hela länet") {
				t.Errorf("%s by %s: %q", group, by, text)
			}
			if c, _ := e.Compare(i18n.En, b); !strings.Contains(c.Lead, "whole county only") {
				t.Errorf("%s by %s: %q", group, by, c.Lead)
			}
			for _, line := range e.SheetOf(i18n.Sv, 1, 1).Lines {
				if line[14] != nil || line[15] != nil || line[16] != nil || line[20] != 1 {
					t.Errorf("%s by %s: the file has %v", group, by, line)
				}
			}
		}
	}
}

func TestMunicipalitiesAreComparedOfTheGroupThatMayBeShown(t *testing.T) {
	d := crowd(t, s5(t), 200)
	v, err := Parse(d, "q5_11", url.Values{"by": {analysis.SplitByMunicipalityGroup}})
	if err != nil || v.Group == "" || analysis.CountyOnly(v.Group) {
		t.Fatalf("%+v, %v", v, err)
	}
	e, err := Compute(Source{Data: d}, v)
	if err != nil || e.Blocks[0].Empty() {
		t.Fatal(e.Blocks, err)
	}
	var file bytes.Buffer
	if err := e.SheetOf(i18n.Sv, 1, 1).CSV(&file); err != nil || !strings.Contains(file.String(), v.Group) {
		t.Error(err)
	}
	// A condition on municipality narrows everybody, so it leaves firms and politicians alone.
	v, err = Parse(d, "q5_11", url.Values{"where": {"bg_municipality:2080,2081,2082"}})
	if err != nil {
		t.Fatal(err)
	}
	e = computed(t, d, v)
	for _, p := range e.Blocks[0].Table.Parts {
		if analysis.CountyOnly(p.Part.ID) != (p.Result.Absent == analysis.BelowCounty) {
			t.Errorf("%s: %q", p.Part.ID, p.Result.Absent)
		}
	}
}
