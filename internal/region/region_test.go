package region_test

import (
	"math"
	"slices"
	"testing"

	"upphandlingsdialog/internal/region"
)

func TestMunicipalitiesAddUpToTheCounty(t *testing.T) {
	sums := map[string]int{}
	total := 0
	for _, m := range region.Municipalities {
		sums[m.Group] += m.Population
		total += m.Population
	}
	if len(region.Municipalities) != 15 || total != 287966 {
		t.Errorf("%d municipalities with %d people, want 15 with 287966", len(region.Municipalities), total)
	}
	for group, want := range map[string]int{"G1": 23974, "G2": 37061, "G3": 111996, "G4": 37792, "G5": 27381, "G6": 49762} {
		if sums[group] != want {
			t.Errorf("%s has %d people, want %d", group, sums[group], want)
		}
	}
	if len(sums) != len(region.ReportingGroups) {
		t.Errorf("%d groups in use, %d named", len(sums), len(region.ReportingGroups))
	}
}

func TestMunicipalitiesStandInSwedishOrder(t *testing.T) {
	var names []string
	for _, m := range region.Municipalities {
		names = append(names, m.Name)
	}
	sorted := slices.Clone(names)
	region.SortNames(sorted)
	if !slices.Equal(names, sorted) {
		t.Errorf("order %v, want %v", names, sorted)
	}
	if names[14] != "Älvdalen" || slices.Index(names, "Säter") != slices.Index(names, "Smedjebacken")+1 {
		t.Errorf("order %v", names)
	}
}

func TestAMunicipalityIsFoundByEitherForm(t *testing.T) {
	for _, name := range []string{"Falun", "falu kommun", " FALU  kommun "} {
		if m, ok := region.FindMunicipality(name); !ok || m.Code != 2080 {
			t.Errorf("%q is %+v", name, m)
		}
	}
	if m, ok := region.MunicipalityByCode(2023); !ok || m.Formal != "Malung-Sälens kommun" {
		t.Errorf("2023 is %+v", m)
	}
	if _, ok := region.MunicipalityByCode(region.County); ok {
		t.Error("the county is a municipality")
	}
}

func TestSizeClassesCoverEveryNumberOfEmployees(t *testing.T) {
	for employees, want := range map[int]int{0: 1, 1: 2, 4: 2, 5: 3, 10: 4, 49: 5, 50: 6, 199: 7, 200: 8, 249: 8, 250: 9, 90000: 9} {
		if c, ok := region.SizeClassOf(employees); !ok || c.Code != want {
			t.Errorf("%d employees are class %d, want %d", employees, c.Code, want)
		}
	}
	if _, ok := region.SizeClassOf(-1); ok {
		t.Error("a negative number has a class")
	}
	sum := 0.0
	for _, s := range region.SizeShares {
		sum += s.Share
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shares add up to %v", sum)
	}
}

func TestSectorsCoverEachSectionOnce(t *testing.T) {
	seen := ""
	for _, s := range region.Sectors {
		seen += s.SNI
	}
	if seen != "ABCDEFGHIJKLMNOPQRSTU" {
		t.Errorf("sections %s", seen)
	}
}

func TestTargetGroupsAreFour(t *testing.T) {
	for _, id := range []string{region.Procurer, region.Politician, region.Business, region.Developer} {
		if g, ok := region.TargetGroupByID(id); !ok || g.Name.Sv == "" || g.Name.En == "" {
			t.Errorf("%s is %+v", id, g)
		}
	}
	if len(region.TargetGroups) != 4 {
		t.Errorf("%d groups", len(region.TargetGroups))
	}
}
