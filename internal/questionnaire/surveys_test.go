package questionnaire_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/surveys"
)

// shipped loads the questionnaires that the program comes with.
func shipped(t testing.TB) map[string]*questionnaire.Definition {
	t.Helper()
	list, findings, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
	byID := map[string]*questionnaire.Definition{}
	for _, d := range list {
		byID[d.ID] = d
	}
	if len(byID) != 3 {
		t.Fatalf("%d questionnaires, want 3", len(byID))
	}
	return byID
}

// TestEachGroupGetsItsPartOfTheShippedQuestionnaires holds the counts of the questionnaire plan.
func TestEachGroupGetsItsPartOfTheShippedQuestionnaires(t *testing.T) {
	want := map[string]map[string]int{
		"procurer":   {"s5": 17, "s6": 15, "s7": 15},
		"politician": {"s5": 11, "s6": 10, "s7": 10},
		"business":   {"s5": 18, "s6": 17, "s7": 19},
		"developer":  {"s5": 10, "s6": 9, "s7": 9},
	}
	for id, d := range shipped(t) {
		for group, counts := range want {
			n := 0
			pages := d.Pages(group)
			for _, p := range pages {
				n += len(p.Questions)
				if len(p.Questions) == 0 || p.Title.Sv == "" || p.Title.En == "" {
					t.Errorf("%s %s: page %s is empty or has no title", id, group, p.ID)
				}
			}
			if n != counts[id] {
				t.Errorf("%s asks %s %d questions, want %d", id, group, n, counts[id])
			}
			if len(pages) > 5 {
				t.Errorf("%s has %d pages for %s, want at most 5", id, len(pages), group)
			}
			if first, last := pages[0].Questions[0], pages[len(pages)-3].Questions; first.ID[2:] != "_01" || last[len(last)-1].ID[2:] != "_18" {
				t.Errorf("%s: first and last question for %s are not those that all groups share", id, group)
			}
		}
	}
}

func TestShippedQuestionnairesUseAllTypesAndGroups(t *testing.T) {
	types := map[questionnaire.Type]int{}
	for id, d := range shipped(t) {
		for _, q := range d.Questions() {
			types[q.Type]++
		}
		if len(d.Groups) != len(region.TargetGroups) {
			t.Errorf("%s is for %d groups", id, len(d.Groups))
		}
	}
	for _, typ := range questionnaire.Types {
		if types[typ] == 0 {
			t.Errorf("no question of type %s", typ)
		}
	}
}

func TestSharedOptionsAgreeWithTheRegion(t *testing.T) {
	d := shipped(t)["s5"]
	m, _ := d.Question("bg_municipality")
	for _, want := range region.Municipalities {
		if o, ok := m.Option(want.Code); !ok || o.Text.Sv != want.Name {
			t.Errorf("municipality %d is %q, want %q", want.Code, o.Text.Sv, want.Name)
		}
	}
	size, _ := d.Question("bg_size")
	for _, want := range region.SizeClasses {
		if o, _ := size.Option(want.Code); o.Text != want.Name {
			t.Errorf("size class %d is %v, want %v", want.Code, o.Text, want.Name)
		}
	}
	sector, _ := d.Question("bg_sector")
	for _, want := range region.Sectors {
		if o, _ := sector.Option(want.Code); o.Text != want.Name {
			t.Errorf("sector %d is %v, want %v", want.Code, o.Text, want.Name)
		}
	}
}

func TestAGroupSeesItsOwnTextsOptionsAndLabels(t *testing.T) {
	d := shipped(t)["s5"]
	find := func(group, id string) *questionnaire.Question {
		for _, p := range d.Pages(group) {
			for i := range p.Questions {
				if p.Questions[i].ID == id {
					return &p.Questions[i]
				}
			}
		}
		t.Fatalf("%s is not asked of %s", id, group)
		return nil
	}
	if got := find("politician", "bg_municipality").Text.Sv; got != "I vilken kommun är du förtroendevald?" {
		t.Errorf("politicians are asked %q", got)
	}
	if got := find("business", "q5_06").Label(questionnaire.NotApplicable).Sv; got != "Har inte läst någon upphandling" {
		t.Errorf("businesses see the label %q", got)
	}
	if got := find("procurer", "q5_06").Label(questionnaire.NotApplicable).Sv; got != "Ej aktuellt" {
		t.Errorf("procurers see the label %q", got)
	}
	for group, want := range map[string]int{"business": 6, "developer": 5, "politician": 4} {
		if got := len(find(group, "cl_activity").Options); got != want {
			t.Errorf("%s have %d activities to choose from, want %d", group, got, want)
		}
	}
}

func TestADefinitionSurvivesJSON(t *testing.T) {
	for id, d := range shipped(t) {
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back questionnaire.Definition
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, &back, cmpopts.IgnoreUnexported(questionnaire.Definition{})); diff != "" {
			t.Errorf("%s changed on the way (-before +after):\n%s", id, diff)
		}
		if d.Hash() != back.Hash() {
			t.Errorf("%s has another hash after JSON", id)
		}
	}
}
