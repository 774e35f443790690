package authoring_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/surveys"
)

func ours(t testing.TB) []*questionnaire.Definition {
	t.Helper()
	defs, findings, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil || questionnaire.Errors(findings) {
		t.Fatal(err, findings)
	}
	return defs
}

// ready are the lists that come along.
func ready(t testing.TB) authoring.Ready {
	t.Helper()
	lists, findings, err := questionnaire.LoadLists(surveys.Files, "shared")
	if err != nil || questionnaire.Errors(findings) {
		t.Fatal(err, findings)
	}
	return authoring.ReadyOf(lists)
}

func both(s string) i18n.Text { return i18n.Text{Sv: s, En: s + " (en)"} }

// fataler is what tests and property tests have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// apply makes edits that must be accepted.
func apply(t fataler, d authoring.Draft, edits ...authoring.Edit) authoring.Draft {
	t.Helper()
	for _, e := range edits {
		next, err := d.Apply(e)
		if err != nil {
			t.Fatalf("%T: %v", e, err)
		}
		d = next
	}
	return d
}

func empty(t testing.TB) authoring.Draft {
	t.Helper()
	d, err := authoring.New("s5_ny", 5, both("Ny enkät"), ready(t))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// edited changes a question by way of SetQuestion.
func edited(t testing.TB, d authoring.Draft, id string, change func(*authoring.Question)) authoring.Draft {
	t.Helper()
	q, _, ok := d.Question(id)
	if !ok {
		t.Fatalf("no question %s", id)
	}
	e := authoring.SetQuestion{Question: *q}
	change(&e.Question)
	return apply(t, d, e)
}

var everybody = []string{"procurer", "politician", "business", "developer"}

func TestADraftOfOneOfOursCompilesToTheSameQuestionnaire(t *testing.T) {
	for _, def := range ours(t) {
		d, err := authoring.From(def, def.ID, authoring.Ready{})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back authoring.Draft
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		compiled, problems := back.Compile()
		if len(problems) > 0 {
			t.Fatalf("%s: %s", def.ID, problems[0].In(i18n.Sv))
		}
		if compiled.Hash() != def.Hash() {
			t.Errorf("%s is another questionnaire after the editor", def.ID)
		}
	}
}

func TestAnEmptyDraftSaysWhatIsMissing(t *testing.T) {
	d := apply(t, empty(t), authoring.AddQuestion{Section: "part_1", Type: questionnaire.Single, Groups: []string{"business"}})
	def, problems := d.Compile()
	if def != nil {
		t.Fatal("an empty question was compiled")
	}
	var fields []string
	for _, p := range problems {
		if p.Question != "q5_01" {
			t.Errorf("%+v is not about the question", p)
		}
		fields = append(fields, p.Field)
		if s := p.In(i18n.Sv); s == "" || strings.Contains(s, "authoring.") {
			t.Errorf("no words for %s", p.Key)
		}
	}
	if !slices.Equal(fields, []string{"text", "options"}) {
		t.Errorf("problems in %v", fields)
	}
}

func TestACodeIsNeverGivenToAnotherOption(t *testing.T) {
	d := apply(t, empty(t), authoring.AddQuestion{Section: "part_1", Type: questionnaire.Single, Groups: everybody})
	put := func(options ...questionnaire.Option) []questionnaire.Option {
		d = edited(t, d, "q5_01", func(q *authoring.Question) { q.Options = options })
		q, _, _ := d.Question("q5_01")
		return q.Options
	}
	first := put(questionnaire.Option{Text: both("a")}, questionnaire.Option{Text: both("b")}, questionnaire.Option{Text: both("c")})
	second := put(first[0], first[1], questionnaire.Option{Text: both("d")})
	if got := second[2].Code; got != 4 {
		t.Errorf("the new option has code %d; 3 was the removed one's", got)
	}
	q, _, _ := d.Question("q5_01")
	e := authoring.SetQuestion{Question: *q}
	e.Options = []questionnaire.Option{first[2]}
	if _, err := d.Apply(e); !fault.Is(err, fault.Invalid) {
		t.Errorf("a removed code came back: %v", err)
	}
	for range 100 {
		put(append(second, questionnaire.Option{Text: both("x")})...)
	}
	q, _, _ = d.Question("q5_01")
	if last := q.Options[len(q.Options)-1].Code; questionnaire.IsSpecial(last) || last <= 99 {
		t.Errorf("code %d after a hundred options", last)
	}
}

func TestCodesOfAnEarlierVersionStayReserved(t *testing.T) {
	defs := ours(t)
	d, err := authoring.From(defs[0], defs[0].ID, authoring.Ready{})
	if err != nil {
		t.Fatal(err)
	}
	q := d.Questions()[slices.IndexFunc(d.Questions(), func(q *authoring.Question) bool { return len(q.Options) > 2 })]
	trimmed := edited(t, d, q.ID, func(q *authoring.Question) { q.Options = q.Options[:len(q.Options)-1] })
	second := trimmed.Definition()
	third, err := authoring.From(second, second.ID, authoring.Ready{})
	if err != nil {
		t.Fatal(err)
	}
	third.Reserve(defs[0])
	third = edited(t, third, q.ID, func(q *authoring.Question) { q.Options = append(q.Options, questionnaire.Option{Text: both("ny")}) })
	after, _, _ := third.Question(q.ID)
	before, _ := defs[0].Question(q.ID)
	if _, reused := before.Option(after.Options[len(after.Options)-1].Code); reused {
		t.Errorf("code %d meant something else in version 1", after.Options[len(after.Options)-1].Code)
	}
}

func TestASharedScaleChangesInAllQuestionsThatUseIt(t *testing.T) {
	d := apply(t, empty(t),
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.Likert5, Groups: everybody},
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.Matrix, Groups: everybody})
	scale := d.Scales[0]
	scale.Options = slices.Clone(scale.Options)
	scale.Options[0].Text = both("Nej tack")
	d = apply(t, d, authoring.SetShared{Set: scale, Scale: true})
	for _, q := range d.Definition().Questions() {
		if q.Options[0].Text != both("Nej tack") {
			t.Errorf("%s still says %v", q.ID, q.Options[0].Text)
		}
	}
	if _, err := d.Apply(authoring.RemoveShared{Name: scale.Name}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a scale in use was removed: %v", err)
	}
}

func TestAQuestionThatAnotherDependsOnIsNotRemoved(t *testing.T) {
	d := apply(t, empty(t),
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.YesNoUnknown, Groups: everybody},
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.FreeText, Groups: everybody})
	d = edited(t, d, "q5_02", func(q *authoring.Question) {
		q.ShowIf = &questionnaire.Condition{Q: "q5_01", Op: questionnaire.Eq, Values: []float64{1}}
	})
	if _, err := d.Apply(authoring.RemoveQuestion{ID: "q5_01"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("removed: %v", err)
	}
	d = apply(t, d, authoring.MoveQuestion{ID: "q5_02", Section: "part_1", To: 0})
	_, problems := d.Compile()
	if !slices.ContainsFunc(problems, func(p authoring.Problem) bool { return p.Key == "authoring.problem_condition_forward" }) {
		t.Error("a condition that points forward is not reported")
	}
}

func TestARenamedQuestionIsStillAskedAbout(t *testing.T) {
	for _, def := range ours(t) {
		d, err := authoring.From(def, def.ID, authoring.Ready{})
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range d.Questions() {
			d = apply(t, d, authoring.RenameQuestion{ID: q.ID, To: fmt.Sprintf("fraga_%d", i)})
		}
		after, problems := d.Compile()
		if len(problems) > 0 {
			t.Fatalf("%s: %s", def.ID, problems[0].In(i18n.Sv))
		}
		for i, q := range def.Questions() {
			now := after.Questions()[i]
			was, is := authoring.Reading(def, "", q.ShowIf, i18n.Sv), authoring.Reading(after, "", now.ShowIf, i18n.Sv)
			if was != is {
				t.Errorf("%s is %q and was %q", now.ID, is, was)
			}
		}
		if _, err := d.Apply(authoring.RenameQuestion{ID: "fraga_0", To: "fraga_1"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("two questions share an id: %v", err)
		}
		if _, err := d.Apply(authoring.RenameQuestion{ID: "fraga_0", To: "Fråga"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("an id that no file could have: %v", err)
		}
	}
}

func TestARenamedListIsStillUsed(t *testing.T) {
	d := apply(t, empty(t), authoring.AddQuestion{Section: "part_1", Type: questionnaire.Municipality, Groups: everybody},
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.Likert5, Groups: everybody})
	scale := d.Questions()[1].Scale
	d = apply(t, d, authoring.RenameShared{Name: "municipality_dalarna", To: "kommuner"}, authoring.RenameShared{Name: scale, To: "min_skala"})
	for i, q := range d.Questions() {
		if n := len(d.Choices(q)); n != []int{17, 5}[i] {
			t.Errorf("question %d offers %d answers", i+1, n)
		}
	}
	if _, err := d.Apply(authoring.RenameShared{Name: "min_skala", To: "kommuner"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("two lists share a name: %v", err)
	}
}

func TestALeftListBecomesTheQuestionsOwn(t *testing.T) {
	d := apply(t, empty(t), authoring.AddQuestion{Section: "part_1", Type: questionnaire.Municipality, Groups: everybody})
	d = edited(t, d, "q5_01", func(q *authoring.Question) { q.Set = "" })
	if n := len(d.Questions()[0].Options); n != 17 {
		t.Errorf("%d options", n)
	}
	d = edited(t, d, "q5_01", func(q *authoring.Question) {
		q.Options = append(q.Options[:2], questionnaire.Option{Text: both("Gävle")})
	})
	for _, o := range d.Questions()[0].Options {
		if o.Text.Sv == "Gävle" && o.Code <= 2085 {
			t.Errorf("a new option got the code %d, which another may have had", o.Code)
		}
	}
}

func TestAQuestionIsAddedAfterAnother(t *testing.T) {
	add := func(after string) authoring.AddQuestion {
		return authoring.AddQuestion{Section: "part_1", Type: questionnaire.FreeText, Groups: everybody, After: after}
	}
	d := apply(t, empty(t), add(""), add(""), add("q5_01"), add("nowhere"))
	var order []string
	for _, q := range d.Questions() {
		order = append(order, q.ID)
	}
	if want := []string{"q5_01", "q5_03", "q5_02", "q5_04"}; !slices.Equal(order, want) {
		t.Errorf("%v, not %v", order, want)
	}
}

// Each remedy leaves nothing of the finding that it is for.
func TestARemedyMendsWhatItIsFor(t *testing.T) {
	number := func(q *authoring.Question) {
		q.Text = i18n.Text{Sv: "Hur många anställda har organisationen?", En: "How many employees has the organisation?"}
	}
	options := func(words ...string) func(q *authoring.Question) {
		return func(q *authoring.Question) {
			q.Text = both("Vad är viktigast?")
			for _, w := range words {
				q.Options = append(q.Options, questionnaire.Option{Text: both(w)})
			}
		}
	}
	for finding, c := range map[string]struct {
		kind   questionnaire.Type
		change func(q *authoring.Question)
	}{
		string(questionnaire.MissingUnknown): {questionnaire.Numeric, number},
		string(questionnaire.FixedOrder):     {questionnaire.Single, options("Pris", "Kvalitet", "Avstånd", "Tid", "Miljö", "Arbetsvillkor", "Erfarenhet", "Annat")},
		string(questionnaire.OtherNotLast):   {questionnaire.Single, options("Pris", "Annat", "Tid")},
		"authoring.problem_no_group":         {questionnaire.FreeText, func(q *authoring.Question) { q.Text, q.Groups = both("Varför?"), nil }},
		"authoring.problem_theme":            {questionnaire.FreeText, func(q *authoring.Question) { q.Text, q.Theme = both("Varför?"), "M01" }},
		"authoring.problem_condition_gone": {questionnaire.FreeText, func(q *authoring.Question) {
			q.Text, q.ShowIf = both("Varför?"), &questionnaire.Condition{Q: "q5_99", Op: questionnaire.IsAnswered}
		}},
		"authoring.problem_condition_value": {questionnaire.FreeText, func(q *authoring.Question) {
			q.Text, q.Groups = both("Varför?"), everybody[:2]
			q.ShowIf = &questionnaire.Condition{Q: "q5_01", Op: questionnaire.Eq, Values: []float64{7}}
		}},
		"authoring.problem_condition_forward": {questionnaire.FreeText, func(q *authoring.Question) {
			q.Text, q.ShowIf = both("Varför?"), &questionnaire.Condition{Q: "q5_03", Op: questionnaire.IsAnswered}
		}},
		"authoring.problem_condition_group": {questionnaire.FreeText, func(q *authoring.Question) {
			q.Text, q.ShowIf = both("Varför?"), &questionnaire.Condition{Q: "q5_01", Op: questionnaire.IsAnswered}
		}},
	} {
		d := apply(t, empty(t), authoring.AddQuestion{Section: "part_1", Type: questionnaire.YesNoUnknown, Groups: everybody[:2]},
			authoring.AddQuestion{Section: "part_1", Type: c.kind, Groups: everybody}, authoring.AddSection{Title: both("Sist")},
			authoring.AddQuestion{Section: "part_2", Type: questionnaire.YesNoUnknown, Groups: everybody})
		d = edited(t, d, "q5_02", c.change)
		if !finds(d, finding) {
			t.Errorf("%s is not found, so that nothing is shown", finding)
			continue
		}
		r, ok := d.Remedy("q5_02", finding)
		if !ok {
			t.Errorf("%s has no remedy", finding)
			continue
		}
		if words := i18n.T(i18n.Sv, r.Key); strings.Contains(words, "authoring.") {
			t.Errorf("the button of %s has no words", finding)
		}
		if d = apply(t, d, r.Edit); finds(d, finding) {
			t.Errorf("%s is still there", finding)
		}
	}
}

// finds tells whether the second question has the finding.
func finds(d authoring.Draft, finding string) bool {
	_, problems := d.Compile()
	for _, p := range problems {
		if p.Question == "q5_02" && p.Key == finding {
			return true
		}
	}
	for _, a := range questionnaire.Lint(d.Definition(), nil) {
		if a.Question == "q5_02" && string(a.Kind) == finding {
			return true
		}
	}
	return false
}

func TestATitleBecomesAnIDThatAFileCanHave(t *testing.T) {
	for title, want := range map[string]string{
		"Byggföretagens villkor": "s5_byggforetagens_villkor", "Åäö – 2027!": "s5_aao_2027", "…": "s5",
		"En mycket lång rubrik som aldrig vill ta slut": "s5_en_mycket_lang_rubrik_som_aldrig",
	} {
		if got := authoring.Name(5, title); got != want {
			t.Errorf("%q becomes %q, not %q", title, got, want)
		}
		if _, err := authoring.New(authoring.Name(5, title), 5, both(title), authoring.Ready{}); err != nil {
			t.Errorf("%q: %v", title, err)
		}
	}
}

func TestTheReadyScalesAreBalancedAndInBothLanguages(t *testing.T) {
	lists := ready(t)
	if len(lists.Scales) < 10 || len(lists.Sets) < 3 {
		t.Errorf("%d scales and %d sets", len(lists.Scales), len(lists.Sets))
	}
	for _, s := range lists.Scales {
		d, err := authoring.New("s5_ny", 5, both("Ny"), authoring.Ready{Scales: []authoring.Set{s}})
		if err != nil {
			t.Fatal(err)
		}
		d = apply(t, d, authoring.AddQuestion{Section: "part_1", Type: questionnaire.Likert5, Groups: everybody})
		d = edited(t, d, "q5_01", func(q *authoring.Question) { q.Text = both("Hur är det?") })
		def, problems := d.Compile()
		if len(problems) > 0 {
			t.Fatalf("%s: %s", s.Name, problems[0].In(i18n.Sv))
		}
		for _, a := range questionnaire.Lint(def, nil) {
			if slices.Contains([]questionnaire.AdviceKind{questionnaire.UnevenScale, questionnaire.MissingMiddle, questionnaire.PartlyLabelled}, a.Kind) {
				t.Errorf("%s: %s", s.Name, a.What(i18n.Sv))
			}
		}
	}
}

func TestConditionsReadAsSentences(t *testing.T) {
	defs := ours(t)
	d := apply(t, empty(t), authoring.AddQuestion{Section: "part_1", Type: questionnaire.Numeric, Groups: everybody},
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.YesNoUnknown, Groups: []string{"business"}},
		authoring.AddQuestion{Section: "part_1", Type: questionnaire.Multiple, Groups: []string{"business"}})
	d = edited(t, d, "q5_03", func(q *authoring.Question) {
		q.Options = []questionnaire.Option{{Text: both("Tid")}, {Text: both("Pris")}}
	})
	def := d.Definition()
	for _, c := range []struct {
		c      questionnaire.Condition
		group  string
		sv, en string
	}{
		{questionnaire.Condition{Q: "q5_01", Op: questionnaire.Ge, Values: []float64{1}}, "",
			"Visas om svaret på fråga 1 är minst 1.", "Shown if the answer to question 1 is at least 1."},
		{questionnaire.Condition{Q: "q5_02", Op: questionnaire.Eq, Values: []float64{1}}, "business",
			"Visas om svaret på fråga 2 är ”Ja”.", "Shown if the answer to question 2 is “Yes”."},
		{questionnaire.Condition{Q: "q5_03", Op: questionnaire.In, Values: []float64{1, 2}}, "",
			"Visas om ”Tid” eller ”Pris” är valt på fråga 3.", "Shown if “Tid (en)” or “Pris (en)” is chosen in question 3."},
		{questionnaire.Condition{Any: []questionnaire.Condition{
			{Q: "q5_01", Op: questionnaire.IsAnswered, Values: []float64{0}},
			{All: []questionnaire.Condition{{Q: "q5_01", Op: questionnaire.Le, Values: []float64{2.5}}, {Q: "q5_02", Op: questionnaire.Ne, Values: []float64{2}}}}}}, "",
			"Visas om fråga 1 inte är besvarad eller (svaret på fråga 1 är högst 2,5 och svaret på fråga 2 är något annat än ”Nej”).",
			"Shown if question 1 is not answered or (the answer to question 1 is at most 2.5 and the answer to question 2 is something other than “No”)."},
	} {
		if got := authoring.Reading(def, c.group, &c.c, i18n.Sv); got != c.sv {
			t.Errorf("%s\nwant %s", got, c.sv)
		}
		if got := authoring.Reading(def, c.group, &c.c, i18n.En); got != c.en {
			t.Errorf("%s\nwant %s", got, c.en)
		}
	}
	for _, def := range defs {
		for _, q := range def.Questions() {
			if s := authoring.Reading(def, "", q.ShowIf, i18n.Sv); strings.Contains(s, "authoring.") || strings.Contains(s, "<no value>") {
				t.Errorf("%s: %s", q.ID, s)
			}
		}
	}
}

// soundQuestion draws a question that is complete: added, then filled in.
func soundQuestion(t *rapid.T, d authoring.Draft, i int) []authoring.Edit {
	id := fmt.Sprintf("q5_%02d", d.LastQuestion+1)
	text := func() i18n.Text {
		words := rapid.SampledFrom([]string{"Hur ofta?", "Pris: \"ja\" #1", " - a", "null", "~", "a\nb", "1.0", "'", "[a]", "yes", " x "})
		return i18n.Text{Sv: words.Draw(t, "sv"), En: words.Draw(t, "en")}
	}
	groups := everybody
	if rapid.IntRange(0, 3).Draw(t, "some") == 0 {
		groups = []string{"business"}
	}
	add := authoring.AddQuestion{Section: "part_1", Type: rapid.SampledFrom(questionnaire.Types).Draw(t, "type"), Groups: groups}
	set := authoring.SetQuestion{}
	set.ID, set.Type, set.Groups, set.Text, set.Help = id, add.Type, groups, text(), text()
	set.Theme = rapid.SampledFrom([]string{"", "I01", "X01"}).Draw(t, "theme")
	set.TextByGroup = map[string]i18n.Text{"business": text()}
	for n := range rapid.IntRange(2, 5).Draw(t, "options") {
		set.Options = append(set.Options, questionnaire.Option{Text: text(), OtherText: n == 1, Exclusive: n == 0, FixedLast: n == 1})
		set.Rows = append(set.Rows, questionnaire.Row{Text: text()})
	}
	set.Top, set.MaxChoices, set.Min, set.Max = 2, 1, 0, float64(rapid.IntRange(1, 20).Draw(t, "max"))
	set.Randomize, set.Unit, set.MinLabel, set.MaxLabel = rapid.Bool().Draw(t, "random"), "kr", text(), text()
	for _, code := range []int{99, 98, 97} {
		if rapid.Bool().Draw(t, "special") {
			s := questionnaire.Special{Code: code, Text: authoring.SpecialText(code)}
			if code == 97 {
				s.Text = text()
			}
			set.Specials = append(set.Specials, s)
		}
	}
	if i > 0 && rapid.Bool().Draw(t, "conditional") {
		set.ShowIf = &questionnaire.Condition{Any: []questionnaire.Condition{
			{Q: "q5_01", Op: questionnaire.IsAnswered, Values: []float64{0}}, {Q: "q5_01", Op: questionnaire.IsAnswered}}}
	}
	return []authoring.Edit{add, set}
}

// anyEdit draws an edit, sensible or not.
func anyEdit(t *rapid.T, d authoring.Draft) authoring.Edit {
	ids := []string{"q5_99"}
	for _, q := range d.Questions() {
		ids = append(ids, q.ID)
	}
	sections := []string{"nowhere"}
	for _, s := range d.Sections {
		sections = append(sections, s.ID)
	}
	text := rapid.Custom(func(t *rapid.T) i18n.Text {
		return i18n.Text{Sv: rapid.SampledFrom([]string{"Hur ofta?", "Pris: \"ja\" #1", " - a", "Ja", "null", "~", "a\nb", "", "\x00"}).Draw(t, "sv"),
			En: rapid.SampledFrom([]string{"How often?", "yes", "null", "1.0", "x", "'", "[a]", ""}).Draw(t, "en")}
	})
	id, section := rapid.SampledFrom(ids).Draw(t, "id"), rapid.SampledFrom(sections).Draw(t, "section")
	place := rapid.IntRange(-2, 9).Draw(t, "place")
	groups := rapid.SliceOfDistinct(rapid.SampledFrom(everybody), func(s string) string { return s }).Draw(t, "groups")
	switch rapid.IntRange(0, 13).Draw(t, "edit") {
	case 12:
		return authoring.RenameQuestion{ID: id, To: rapid.SampledFrom([]string{"q5_99", "mine", "Not ok"}).Draw(t, "to")}
	case 13:
		return authoring.RenameShared{Name: "mine", To: rapid.SampledFrom([]string{"yours", "yes_no", "Not ok"}).Draw(t, "to")}
	case 0:
		return authoring.SetHead{Title: text.Draw(t, "title"), Intro: text.Draw(t, "intro")}
	case 1:
		return authoring.AddSection{Title: text.Draw(t, "title")}
	case 2:
		return authoring.SetSection{ID: section, Title: text.Draw(t, "title")}
	case 3:
		return authoring.MoveSection{ID: section, To: place}
	case 4:
		return authoring.RemoveSection{ID: section}
	case 5, 6:
		return authoring.AddQuestion{Section: section, Type: rapid.SampledFrom(questionnaire.Types).Draw(t, "type"), Groups: groups}
	case 7:
		return authoring.MoveQuestion{ID: id, Section: section, To: place}
	case 8:
		return authoring.RemoveQuestion{ID: id}
	case 9:
		return authoring.DuplicateQuestion{ID: id}
	case 10:
		s := authoring.Set{Name: rapid.SampledFrom([]string{"yes_no", "mine", "Not ok"}).Draw(t, "name")}
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			s.Options = append(s.Options, questionnaire.Option{Text: text.Draw(t, "option")})
		}
		return authoring.SetShared{Set: s, Scale: rapid.Bool().Draw(t, "scale")}
	}
	e := authoring.SetQuestion{}
	if q, _, ok := d.Question(id); ok {
		e.Question = *q
	}
	e.Type = rapid.SampledFrom(questionnaire.Types).Draw(t, "type")
	e.Text, e.Groups, e.Help = text.Draw(t, "text"), groups, text.Draw(t, "help")
	e.TextByGroup = map[string]i18n.Text{rapid.SampledFrom(everybody).Draw(t, "group"): text.Draw(t, "wording")}
	e.Options = append(slices.Clone(e.Options), questionnaire.Option{Text: text.Draw(t, "option"), Exclusive: rapid.Bool().Draw(t, "x"), OtherText: rapid.Bool().Draw(t, "o")})
	e.Rows = append(slices.Clone(e.Rows), questionnaire.Row{Text: text.Draw(t, "row")})
	e.Min, e.Max, e.Top, e.MaxChoices = float64(place), rapid.Float64Range(-5, 200).Draw(t, "max"), place, place
	e.MinLabel, e.MaxLabel = text.Draw(t, "low"), text.Draw(t, "high")
	e.Set = rapid.SampledFrom([]string{"", "mine", "yes_no"}).Draw(t, "set")
	if rapid.Bool().Draw(t, "special") {
		e.Specials = []questionnaire.Special{{Code: 98, Text: authoring.SpecialText(98)}}
	}
	if rapid.Bool().Draw(t, "conditional") {
		e.ShowIf = &questionnaire.Condition{Q: rapid.SampledFrom(ids).Draw(t, "target"), Op: rapid.SampledFrom(questionnaire.Ops).Draw(t, "op"), Values: []float64{float64(place)}}
	}
	return e
}

// Whatever is done in the editor, it never breaks; and what it finds no fault with, a file can say.
func TestWhatTheEditorAcceptsAFileCanSay(t *testing.T) {
	start := empty(t)
	asked := 0
	defer func() {
		if asked == 0 {
			t.Error("no draft was ever complete: the test shows nothing")
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		d := start
		for i := range rapid.IntRange(1, 5).Draw(t, "questions") {
			d = apply(t, d, soundQuestion(t, d, i)...)
		}
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			before, _ := json.Marshal(d)
			next, err := d.Apply(anyEdit(t, d))
			if after, _ := json.Marshal(d); string(after) != string(before) {
				t.Fatal("an edit changed the draft that it was made on")
			}
			if _, isFault := fault.Of(err); err != nil && !isFault {
				t.Fatalf("an edit failed without a fault: %v", err)
			}
			d = next
		}
		def, problems := d.Compile()
		if (def == nil) == (len(problems) == 0) {
			t.Fatal("neither a questionnaire nor a problem")
		}
		if def != nil {
			asked++
		}
		for _, p := range problems {
			if p.Key == "authoring.problem_other" {
				t.Fatalf("only the reader of files found it: %s", p.In(i18n.En))
			}
		}
	})
}
