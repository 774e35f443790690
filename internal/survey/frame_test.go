package survey_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
)

// framed has one question of each sort that matters to a frame.
func framed() *questionnaire.Definition {
	text := func(s string) i18n.Text { return i18n.Text{Sv: s, En: s + " (en)"} }
	all, firms := []string{"procurer", "business"}, []string{"business"}
	size := []questionnaire.Option{{Code: 1, Text: text("Inga anställda")}, {Code: 2, Text: text("1–9")}, {Code: 3, Text: text("10 eller fler")},
		{Code: 9, Text: text("Myndighet"), Groups: []string{"procurer"}}}
	yes := []questionnaire.Option{{Code: 1, Text: text("Ja")}, {Code: 2, Text: text("Nej")}}
	return &questionnaire.Definition{ID: "s1", Area: 5, Title: text("Prov"), Groups: []questionnaire.Group{{ID: "procurer", Name: text("U")}, {ID: "business", Name: text("F")}},
		Sections: []questionnaire.Section{{ID: "one", Title: text("Ett"), Questions: []questionnaire.Question{
			{ID: "bg_size", Type: questionnaire.Single, Groups: all, Text: text("Storlek"), Options: size},
			{ID: "sector", Type: questionnaire.YesNoUnknown, Groups: firms, Text: text("Bransch"), Options: yes},
			{ID: "kinds", Type: questionnaire.Multiple, Groups: all, Text: text("Slag"), Options: yes},
			{ID: "office", Type: questionnaire.Single, Groups: []string{"procurer"}, Text: text("Kontor"), Options: yes},
		}}}}
}

func TestFrameCountsAreReadByCodeOrText(t *testing.T) {
	for name, file := range map[string]string{
		"codes":              "question,answer,units\nbg_size,1,12400\nbg_size,2,2900\nbg_size,3,0\n",
		"semicolons":         "question;answer;units\nbg_size;1;12400\nbg_size;2;2900\nbg_size;3;0\n",
		"texts":              "question,answer,units\nbg_size,inga anställda,12400\nbg_size,1–9 (en),2900\nbg_size,10 eller fler,0\n",
		"Swedish, any order": "\ufeffAntal;Fråga;Svar\n12 400;bg_size;1\n2\u00a0900;bg_size;2\n\n0;bg_size;3\n",
		"more columns":       "question,answer,comment,units\nbg_size,1,x,12400\nbg_size,2,,2900\nbg_size,3,,0\n",
	} {
		margins, faults, err := survey.ReadFrame(strings.NewReader(file), framed())
		want := []survey.Margin{{Question: "bg_size", Units: map[int]int{1: 12400, 2: 2900, 3: 0}}}
		if err != nil || len(faults) > 0 || cmp.Diff(want, margins) != "" {
			t.Errorf("%s: %v %v\n%s", name, faults, err, cmp.Diff(want, margins))
		}
	}
}

func TestAFaultInAFrameFileIsToldByItsLine(t *testing.T) {
	whole := "question,answer,units\nbg_size,1,5\nbg_size,2,5\nbg_size,3,5\n"
	for name, c := range map[string]struct {
		file string
		line int
		key  string
	}{
		"nothing":               {"", 1, "frame.fault_empty"},
		"only a header":         {"question,answer,units\n", 1, "frame.fault_empty"},
		"no header":             {"bg_size,1,5\n", 1, "frame.fault_header"},
		"a column twice":        {"question,answer,units,antal\n", 1, "frame.fault_header"},
		"unknown question":      {whole + "size,1,5\n", 5, "frame.fault_question"},
		"several answers":       {whole + "kinds,1,5\n", 5, "frame.fault_many"},
		"not asked of firms":    {whole + "office,1,5\n", 5, "frame.fault_group"},
		"unknown code":          {whole + "sector,3,5\n", 5, "frame.fault_answer"},
		"of another group":      {whole + "bg_size,9,5\n", 5, "frame.fault_answer"},
		"no answer":             {whole + "bg_size,,5\n", 5, "frame.fault_answer"},
		"negative":              {whole + "sector,1,-5\n", 5, "frame.fault_units"},
		"a share":               {whole + "sector,1,0.5\n", 5, "frame.fault_units"},
		"no count":              {whole + "sector,1\n", 5, "frame.fault_units"},
		"more than there are":   {whole + "sector,1,99999999999999999999\n", 5, "frame.fault_units"},
		"a class twice":         {whole + "bg_size,1,5\n", 5, "frame.fault_twice"},
		"twice, code and label": {whole + "bg_size,Inga anställda,5\n", 5, "frame.fault_twice"},
		"a class missing":       {whole + "sector,1,5\n", 5, "frame.fault_missing"},
		"nobody":                {whole + "sector,1,0\nsector,2,0\n", 5, "frame.fault_nobody"},
		"a lost quote":          {whole + "\"sector,1,5\n", 5, "frame.fault_csv"},
		"too large":             {whole + strings.Repeat("\n", survey.MaxFrameFile), 1, "frame.fault_large"},
	} {
		_, faults, err := survey.ReadFrame(strings.NewReader(c.file), framed())
		if err != nil || len(faults) != 1 || faults[0].Key != c.key || faults[0].Line != c.line {
			t.Errorf("%s: %+v %v; want line %d, %s", name, faults, err, c.line, c.key)
			continue
		}
		for _, l := range []i18n.Lang{i18n.Sv, i18n.En} {
			if text := faults[0].Text(l); strings.Contains(text, "{{") || strings.Contains(text, "<no value>") || text == c.key {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}

func FuzzFrame(f *testing.F) {
	f.Add("question,answer,units\nbg_size,1,5\nbg_size,2,5\nbg_size,3,5\n")
	f.Add("question;answer;units\nsector;ja;1 000\nsector;\"nej\";0\n")
	f.Add("\ufeff\"\n")
	def := framed()
	f.Fuzz(func(t *testing.T, file string) {
		margins, faults, err := survey.ReadFrame(strings.NewReader(file), def)
		if err != nil {
			t.Fatal(err)
		}
		if len(faults) > 0 {
			return
		}
		for _, m := range margins { // what is taken in can be weighted to
			q, _ := def.Question(m.Question)
			if len(m.Units) != len(q.ForGroup("business").Options) || m.Total() <= 0 {
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestFrameCountsAreReplacedByQuestionAndAllOrNothing(t *testing.T) {
	s := survey.New(testkit.DB(t), noon)
	ctx := t.Context()
	if _, _, err := s.Register(ctx, framed(), "prov"); err != nil {
		t.Fatal(err)
	}
	load := func(file string, dry bool) []survey.FrameFault {
		t.Helper()
		_, faults, err := s.ImportFrame(ctx, "s1", "ram.csv", strings.NewReader("question,answer,units\n"+file), dry)
		if err != nil {
			t.Fatal(err)
		}
		return faults
	}
	stands := func(want ...survey.Margin) {
		t.Helper()
		got, err := s.Frame(ctx, "s1")
		for i := range got {
			if got[i].Source != "ram.csv" || got[i].LoadedAt.IsZero() {
				t.Errorf("%+v", got[i])
			}
			got[i] = survey.Margin{Question: got[i].Question, Units: got[i].Units}
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	size := survey.Margin{Question: "bg_size", Units: map[int]int{1: 3, 2: 2, 3: 1}}
	sector := survey.Margin{Question: "sector", Units: map[int]int{1: 4, 2: 2}}
	load("bg_size,1,3\nbg_size,2,2\nbg_size,3,1\n", true)
	stands()
	load("bg_size,1,3\nbg_size,2,2\nbg_size,3,1\n", false)
	load("sector,1,4\nsector,2,2\n", false)
	stands(size, sector)
	if faults := load("sector,1,9\nsector,2,9\nbg_size,1,-1\n", false); len(faults) != 1 {
		t.Errorf("%+v", faults)
	}
	stands(size, sector)
	load("sector,1,1\nsector,2,0\n", false)
	sector.Units = map[int]int{1: 1, 2: 0}
	stands(size, sector)
	if err := s.RemoveMargin(ctx, "s1", "bg_size"); err != nil {
		t.Error(err)
	}
	stands(sector)
	if err := s.RemoveMargin(ctx, "s1", "bg_size"); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if _, _, err := s.ImportFrame(ctx, "s9", "ram.csv", strings.NewReader(""), false); !fault.Is(err, fault.NotFound) {
		t.Errorf("a survey that does not exist: %v", err)
	}
}
