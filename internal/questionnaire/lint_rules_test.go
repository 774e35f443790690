package questionnaire_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/surveys"
)

type asked = questionnaire.Question

// both is a text that stands in both languages.
func both(sv, en string) i18n.Text { return i18n.Text{Sv: sv, En: en} }

// options makes options of "Swedish|English" labels, with the codes 1, 2, 3 …
func options(labels ...string) []questionnaire.Option {
	var list []questionnaire.Option
	for i, l := range labels {
		sv, en, ok := strings.Cut(l, "|")
		if !ok {
			en = sv
		}
		list = append(list, questionnaire.Option{Code: i + 1, Text: both(sv, en)})
	}
	return list
}

func dontKnow() []questionnaire.Special {
	return []questionnaire.Special{{Code: questionnaire.Unknown, Text: both("Vet ej", "Don't know")}}
}

// asks is a questionnaire for businesses, and for procurers where a question says so.
func asks(questions ...asked) *questionnaire.Definition {
	for i := range questions {
		q := &questions[i]
		q.ID = cmp.Or(q.ID, "q")
		if q.Groups == nil {
			q.Groups = []string{"business"}
		}
		if q.Text.IsZero() {
			q.Text = both("Vad tycker du?", "What do you think?")
		}
	}
	d := &questionnaire.Definition{ID: "t", Area: 5, Title: both("Titel", "Title"),
		Sections: []questionnaire.Section{{ID: "one", Title: both("Ett", "One"), Questions: questions}}}
	for _, g := range []string{"procurer", "politician", "business", "developer"} {
		if slices.ContainsFunc(questions, func(q asked) bool { return q.AskedOf(g) }) {
			d.Groups = append(d.Groups, questionnaire.Group{ID: g, Name: both(g, g)})
		}
	}
	return d
}

func has(list []questionnaire.Advice, kind questionnaire.AdviceKind) bool {
	return slices.ContainsFunc(list, func(a questionnaire.Advice) bool { return a.Kind == kind })
}

var (
	ease  = options("Mycket svårt|Very difficult", "Ganska svårt|Fairly difficult", "Varken svårt eller lätt|Neither", "Ganska lätt|Fairly easy", "Mycket lätt|Very easy")
	often = options("Aldrig|Never", "Sällan|Rarely", "Ibland|Sometimes", "Ofta|Often", "Alltid|Always")
	agree = options("Instämmer inte alls|Strongly disagree", "Instämmer delvis|Partly agree", "Instämmer helt|Strongly agree")
)

// ruleCases holds, for each rule, questions that it finds and questions close to them that it leaves
// alone.
var ruleCases = map[questionnaire.AdviceKind]struct{ hits, misses []asked }{
	questionnaire.DoubleBarrelled: {
		hits: []asked{
			{Type: questionnaire.FreeText, Text: both("Vilka krav och/eller mål finns?", "Which requirements exist?")},
			{Type: questionnaire.Rating, Text: both("Hur nöjd är du med priset och kvaliteten?", "How satisfied are you with the price?")},
			{Type: questionnaire.YesNoUnknown, Text: both("Är systemet snabbt?", "Is the system fast and reliable?")},
			{Type: questionnaire.FreeText, Text: both("Vad fungerar bra? Vad fungerar sämre?", "What works?")},
			{Type: questionnaire.FreeText, Text: both("Vad gör ni och varför gör ni det?", "What do you do?")},
			{Type: questionnaire.Matrix, Options: agree, Rows: []questionnaire.Row{{ID: "a", Text: both("Köparen är kunnig och trevlig", "The buyer is able")}}},
		},
		misses: []asked{
			{Type: questionnaire.Rating, Text: both("Hur lätt eller svårt är det?", "How easy or difficult is it?")},
			{Type: questionnaire.Rating, Text: both("Hur är samarbetet mellan köpare och säljare?", "How is the co-operation between buyers and sellers?")},
			{Type: questionnaire.YesNoUnknown, Text: both("Har ni sålt till Falun och Borlänge?", "Have you sold to Falun and Borlänge?")},
			{Type: questionnaire.Rating, Text: both("Hur ser små och medelstora företag på bygg- och miljönämnden?", "How do small and medium-sized firms see the board?")},
			{Type: questionnaire.Rating, Text: both("Hur är stödet? Tänk på råd och hjälp.", "How is the support? Think of advice and help.")},
			{Type: questionnaire.Multiple, Text: both("Vilka krav och mål känner du till?", "Which requirements and goals do you know?"), Options: options("A", "B")},
			{Type: questionnaire.Matrix, Options: often, Rows: []questionnaire.Row{{ID: "a", Text: both("Möbler och inredning", "Furniture and fittings")}}},
		},
	},
	questionnaire.LeadingWording: {
		hits: []asked{
			{Type: questionnaire.YesNoUnknown, Text: both("Tycker du inte att kraven är för hårda?", "Are the requirements too strict?")},
			{Type: questionnaire.YesNoUnknown, Text: both("Bör kraven sänkas?", "Should the requirements of course be lowered?")},
		},
		misses: []asked{{Type: questionnaire.YesNoUnknown, Text: both("Tycker du att kraven är för hårda?", "Do you find the requirements too strict?")}},
	},
	questionnaire.OneSidedWording: {
		hits: []asked{
			{Type: questionnaire.Likert5, Bipolar: true, Options: ease, Text: both("Hur lätt är det?", "How easy is it?")},
			{Type: questionnaire.Rating, MinLabel: both("Mycket dåligt", "Very bad"), MaxLabel: both("Mycket bra", "Very good"), Text: both("Hur bra går det?", "How is it?")},
		},
		misses: []asked{
			{Type: questionnaire.Likert5, Bipolar: true, Options: ease, Text: both("Hur lätt eller svårt är det?", "How easy or difficult is it?")},
			{Type: questionnaire.Likert5, Options: options("Inte alls|Not at all", "Delvis|Partly", "Väl|Well"), Text: both("Hur väl känner du till det?", "How well do you know it?")},
		},
	},
	questionnaire.DoubleNegation: {
		hits: []asked{
			{Type: questionnaire.YesNoUnknown, Text: both("Har ni avstått för att ni inte hann?", "Have you refrained because you did not have time?")},
			{Type: questionnaire.Single, Options: agree, Text: both("Kraven går inte att förstå", "The requirements cannot be understood")},
		},
		misses: []asked{
			{Type: questionnaire.YesNoUnknown, Text: both("Har ni avstått på grund av tidsbrist?", "Have you refrained for lack of it?"), TextByGroup: map[string]i18n.Text{"business": both("Har ni avstått från att delta?", "Have you refrained?")}},
			{Type: questionnaire.Multiple, Options: options("A", "B"), Text: both("Varför har ni inte lämnat anbud? Svara inte för andra.", "Why have you not bid?")},
		},
	},
	questionnaire.LongWording: {
		hits:   []asked{{Type: questionnaire.FreeText, Text: both(strings.Repeat("ord ", 31), "Short?")}},
		misses: []asked{{Type: questionnaire.FreeText, Text: both(strings.Repeat("ord ", 30), "Short?")}},
	},
	questionnaire.UnexplainedTerm: {
		hits: []asked{
			{Type: questionnaire.YesNoUnknown, Text: both("Använder ni LCC?", "Do you use LCC?")},
			{Type: questionnaire.YesNoUnknown, Text: both("Är ni ett arbetsintegrerande företag?", "Are you such a company?")},
			{Type: questionnaire.Multiple, Options: options("Svar på RFI|Answer to an RFI", "Möte|Meeting")},
		},
		misses: []asked{
			{Type: questionnaire.YesNoUnknown, Text: both("Använder ni livscykelkalkyl (LCC)?", "Do you use LCC (whole-life cost)?")},
			{Type: questionnaire.YesNoUnknown, Text: both("Använder ni LCC?", "Do you use LCC?"), Help: both("Kostnaden över hela livet.", "The cost over the whole life.")},
			{Type: questionnaire.YesNoUnknown, Text: both("Säljer ni IT i EU?", "Do you sell IT in the EU?")},
			{Type: questionnaire.YesNoUnknown, Text: both("Använder ni avrop?", "Do you use call-offs?"), Groups: []string{"procurer"}},
			{Type: questionnaire.Likert5, Text: both("Hur väl känner du till avrop?", "How well do you know call-offs?")},
		},
	},
	questionnaire.MissingPeriod: {
		hits: []asked{
			{Type: questionnaire.Numeric, Text: both("Hur många anbud har ni lämnat?", "How many bids have you made?")},
			{Type: questionnaire.Likert5, Options: often, Text: both("Hur ofta lämnar ni anbud?", "How often do you bid?")},
		},
		misses: []asked{
			{Type: questionnaire.Numeric, Text: both("Hur många anbud har ni lämnat under de senaste 12 månaderna?", "How many bids have you made in the last 12 months?")},
			{Type: questionnaire.Numeric, Text: both("Hur många anställda har företaget?", "How many employees does the company have?")},
			{Type: questionnaire.Numeric, Text: both("Hur många skulle ni kunna ta emot?", "How many could you take?")},
			{Type: questionnaire.Single, Options: options("Varje vecka|Every week", "Varje månad|Every month", "Aldrig|Never"), Text: both("Hur ofta lämnar ni anbud?", "How often do you bid?")},
		},
	},
	questionnaire.MissingUnknown: {
		hits: []asked{
			{Type: questionnaire.Numeric, Text: both("Hur många anbud fick din enhet i år?", "How many bids did your unit get this year?")},
			{Type: questionnaire.Single, Options: options("Ja|Yes", "Nej|No"), Text: both("Har din kommun en policy?", "Does your municipality have a policy?")},
		},
		misses: []asked{
			{Type: questionnaire.Numeric, Text: both("Hur många anbud fick din enhet i år?", "How many bids did your unit get this year?"), Specials: dontKnow()},
			{Type: questionnaire.Single, Options: options("Ja|Yes", "Nej|No", "Vet inte|Do not know"), Text: both("Har din kommun en policy?", "Does your municipality have a policy?")},
			{Type: questionnaire.Single, Options: options("Ja|Yes", "Nej|No"), Text: both("Tycker du om policyer?", "Do you like policies?")},
			{Type: questionnaire.Numeric, Prefill: "contact.size_class", Text: both("Hur många anställda har företaget?", "How many employees does the company have?")},
		},
	},
	questionnaire.AgreementScale: {
		hits:   []asked{{Type: questionnaire.Single, Options: agree}, {Type: questionnaire.YesNoUnknown, Text: both("Instämmer du i att det går bra?", "Does it go well?")}},
		misses: []asked{{Type: questionnaire.Single, Options: often}},
	},
	questionnaire.UnevenScale: {
		hits: []asked{
			{Type: questionnaire.Single, Options: options("Utmärkt|Excellent", "Bra|Good", "Ganska bra|Fairly good", "Dåligt|Bad")},
			{Type: questionnaire.Single, Options: options("Bra|Good", "Mycket bra|Very good", "Utmärkt|Excellent")},
		},
		misses: []asked{
			{Type: questionnaire.Single, Options: ease},
			{Type: questionnaire.Single, Options: options("Inte alls nöjd|Not at all satisfied", "Lite nöjd|Slightly satisfied", "Ganska nöjd|Fairly satisfied", "Mycket nöjd|Very satisfied")},
			{Type: questionnaire.Single, Options: options("Bra|Good", "Inte bra|Not good")},
		},
	},
	questionnaire.MissingMiddle: {
		hits: []asked{
			{Type: questionnaire.Single, Options: options("Mycket dåligt|Very bad", "Dåligt|Bad", "Bra|Good", "Mycket bra|Very good")},
			{Type: questionnaire.Likert5, Bipolar: true, Options: options("a", "b", "c", "d")},
		},
		misses: []asked{
			{Type: questionnaire.Single, Options: ease},
			{Type: questionnaire.Single, Options: options("Bra|Good", "Dåligt|Bad")},
		},
	},
	questionnaire.PartlyLabelled: {
		hits: []asked{{Type: questionnaire.Single, Options: options("1 Mycket dåligt|1 Very bad", "2", "3", "4", "5 Mycket bra|5 Very good")}},
		misses: []asked{
			{Type: questionnaire.Single, Options: options("Ingen|None", "1", "2", "3 eller fler|3 or more")},
			{Type: questionnaire.Single, Options: ease},
		},
	},
	questionnaire.OverlappingRanges: {
		hits: []asked{
			{Type: questionnaire.Single, Options: options("1-2", "2-5", "6 eller fler|6 or more")},
			{Type: questionnaire.Single, Options: options("0-1 000 kr|0-1 000 SEK", "1 000–5 000 kr|1 000–5 000 SEK")},
		},
		misses: []asked{
			{Type: questionnaire.Single, Options: options("Inget|None", "1-2", "3-9", "10 eller fler|10 or more")},
			{Type: questionnaire.Single, Options: options("Under 5|Under 5", "5 till 9|5 to 9", "Över 9|Over 9")},
			{Type: questionnaire.Single, Options: options("0,1-0,5", "0,6-1,0")},
		},
	},
	questionnaire.GapInRanges: {
		hits:   []asked{{Type: questionnaire.Single, Options: options("1-2", "4-5")}, {Type: questionnaire.Single, Options: options("1-4", "Över 5|Over 5")}},
		misses: []asked{{Type: questionnaire.Single, Options: options("1-2", "3-5", "Mer sällan|Less often")}, {Type: questionnaire.Single, Options: options("Mål 1-2 år|Goal", "Väg 70|Road 70")}},
	},
	questionnaire.FixedOrder: {
		hits: []asked{{Type: questionnaire.Multiple, Options: options("D", "B", "C", "A", "E", "F")}},
		misses: []asked{
			{Type: questionnaire.Multiple, Randomize: true, Options: options("D", "B", "C", "A", "E", "F")},
			{Type: questionnaire.Multiple, Options: options("D", "B", "C", "A", "E", "Annat|Other")},
			{Type: questionnaire.Single, Options: options("A", "B", "C", "D", "E", "F")},
			{Type: questionnaire.Single, Options: options("0", "1-4", "5-9", "10-19", "20-49", "50 eller fler|50 or more")},
			{Type: questionnaire.Single, Options: append(slices.Clone(often), options("Vid behov|When needed")...)},
		},
	},
	questionnaire.OtherNotLast: {
		hits: []asked{
			{Type: questionnaire.Multiple, Options: options("A", "Annat, nämligen|Other, please specify", "B")},
			{Type: questionnaire.Multiple, Randomize: true, Options: options("A", "B", "Annat|Other")},
		},
		misses: []asked{
			{Type: questionnaire.Multiple, Options: options("A", "Andra idéburna organisationer|Other non-profit organisations", "B")},
			{Type: questionnaire.Multiple, Options: options("A", "B", "Annat|Other")},
			{Type: questionnaire.Single, Options: options("Kvinna|Woman", "Man|Man", "Annat|Other", "Vill inte uppge|Prefer not to say")},
			{Type: questionnaire.Multiple, Randomize: true, Options: append(options("A", "B"), questionnaire.Option{Code: 3, Text: both("Annat", "Other"), FixedLast: true})},
		},
	},
	questionnaire.TooManyOptions: {
		hits:   []asked{{Type: questionnaire.Ranking, Options: options("A", "B", "C", "D", "E", "F", "G", "H", "I", "J")}},
		misses: []asked{{Type: questionnaire.Single, Options: options("A", "B", "C", "D", "E", "F", "G", "H", "I", "J")}, {Type: questionnaire.Municipality, Options: options(strings.Split(strings.Repeat("a", 40), "")...)}},
	},
	questionnaire.TooManyRows: {
		hits:   []asked{{Type: questionnaire.Matrix, Options: often, Rows: make([]questionnaire.Row, 8)}},
		misses: []asked{{Type: questionnaire.Matrix, Options: often, Rows: make([]questionnaire.Row, 7)}},
	},
	questionnaire.MissingTranslation: {
		hits: []asked{
			{Type: questionnaire.Single, Options: []questionnaire.Option{{Code: 1, Text: i18n.Text{Sv: "Ja"}}}},
			{Type: questionnaire.FreeText, Help: both("Skriv inte namn på personer.", "Skriv inte namn på personer.")},
		},
		misses: []asked{{Type: questionnaire.Single, Options: options("Falun", "1-2")}},
	},
}

func TestEachRuleFindsWhatItIsForAndLeavesWhatLooksAlike(t *testing.T) {
	for kind, c := range ruleCases {
		for _, q := range c.hits {
			list := questionnaire.Lint(asks(q), nil)
			if !has(list, kind) {
				t.Errorf("%s does not find %q %v: %v", kind, q.Text.Sv, q.Options, list)
			}
		}
		for _, q := range c.misses {
			for _, a := range questionnaire.Lint(asks(q), nil) {
				if a.Kind == kind {
					t.Errorf("%s is a false alarm at %q: %s", kind, q.Text.Sv, a.What(i18n.Sv))
				}
			}
		}
	}
}

func TestAQuestionThatNoAnswersLeadToIsFound(t *testing.T) {
	is := func(q string, op questionnaire.Op, values ...float64) questionnaire.Condition {
		return questionnaire.Condition{Q: q, Op: op, Values: values}
	}
	all := func(parts ...questionnaire.Condition) *questionnaire.Condition {
		return &questionnaire.Condition{All: parts}
	}
	early := []asked{
		{ID: "one", Type: questionnaire.Single, Options: options("A", "B", "C")},
		{ID: "many", Type: questionnaire.Multiple, MaxChoices: 2, Options: options("A", "B", "C")},
		{ID: "count", Type: questionnaire.Numeric, Min: 0, Max: 10, Specials: dontKnow()},
		{ID: "after", Type: questionnaire.FreeText, ShowIf: all(is("one", questionnaire.Eq, 1))},
	}
	for name, c := range map[string]struct {
		when  *questionnaire.Condition
		never bool
	}{
		"two answers to a single question":    {all(is("one", questionnaire.Eq, 1), is("one", questionnaire.Eq, 2)), true},
		"either answer":                       {&questionnaire.Condition{Any: []questionnaire.Condition{is("one", questionnaire.Eq, 1), is("one", questionnaire.Eq, 2)}}, false},
		"two of several choices":              {all(is("many", questionnaire.Eq, 1), is("many", questionnaire.Eq, 2)), false},
		"three where two may be chosen":       {all(is("many", questionnaire.Eq, 1), is("many", questionnaire.Eq, 2), is("many", questionnaire.Eq, 3)), true},
		"a number between":                    {all(is("count", questionnaire.Ge, 4), is("count", questionnaire.Le, 4)), false},
		"a number that cannot be":             {all(is("count", questionnaire.Ge, 5), is("count", questionnaire.Le, 4)), true},
		"over the limit":                      {all(is("count", questionnaire.Ge, 11)), true},
		"answered with don't know":            {all(is("count", questionnaire.Eq, questionnaire.Unknown)), false},
		"behind a condition that contradicts": {all(is("after", questionnaire.IsAnswered), is("one", questionnaire.Eq, 2)), true},
		"behind a condition that agrees":      {all(is("after", questionnaire.IsAnswered), is("one", questionnaire.Ne, 2)), false},
		"not answered":                        {all(is("one", questionnaire.IsAnswered, 0)), false},
		"a later question":                    {all(is("later", questionnaire.Eq, 1)), true},
	} {
		list := append(slices.Clone(early), asked{ID: "q", Type: questionnaire.FreeText, ShowIf: c.when}, asked{ID: "later", Type: questionnaire.YesNoUnknown, Options: options("Ja|Yes", "Nej|No")})
		if got := has(questionnaire.Lint(asks(list...), nil), questionnaire.Unreachable); got != c.never {
			t.Errorf("%s: found %v, want %v", name, got, c.never)
		}
	}
}

func TestAnOptionOfAnotherGroupMakesAQuestionUnreachableForTheRest(t *testing.T) {
	groups := []string{"procurer", "business"}
	target := asked{ID: "one", Type: questionnaire.Single, Groups: groups, Options: options("A", "B", "C")}
	target.Options[2].Groups = []string{"business"}
	list := questionnaire.Lint(asks(target, asked{ID: "q", Type: questionnaire.FreeText, Groups: groups,
		ShowIf: &questionnaire.Condition{Q: "one", Op: questionnaire.Eq, Values: []float64{3}}}), nil)
	if len(list) != 1 || list[0].Kind != questionnaire.Unreachable || list[0].Group != "procurer" || !strings.Contains(list[0].What(i18n.Sv), "Upphandlare") {
		t.Errorf("advice %v", list)
	}
}

func TestAGroupIsToldWhenItsVersionIsTooLongOrTheGroupTooSmall(t *testing.T) {
	text := asked{Type: questionnaire.FreeText}
	for n, want := range map[int]bool{2: false, 3: true} {
		if got := has(questionnaire.Lint(asks(slices.Repeat([]asked{text}, n)...), nil), questionnaire.TooManyTexts); got != want {
			t.Errorf("%d free texts: found %v", n, got)
		}
	}
	choice := asked{Type: questionnaire.Single, Options: options("Ja|Yes", "Nej|No")}
	for n, want := range map[int]bool{20: false, 90: true} {
		d := asks(slices.Repeat([]asked{choice}, n)...)
		if got := has(questionnaire.Lint(d, nil), questionnaire.TooLong); got != want {
			t.Errorf("%d questions, %.1f minutes: found %v", n, d.Minutes("business", i18n.Sv), got)
		}
	}
	for n, want := range map[int]bool{6: true, 7: false} {
		if got := has(questionnaire.Lint(asks(choice), map[string]int{"business": n}), questionnaire.SmallGroup); got != want {
			t.Errorf("%d in the frame: found %v", n, got)
		}
	}
	if has(questionnaire.Lint(asks(choice), nil), questionnaire.SmallGroup) {
		t.Error("a frame that is not known counts as empty")
	}
	if questionnaire.MinPublished != analysis.DefaultMinBase {
		t.Error("the limit differs from that of the analysis")
	}
}

// TestTheShippedQuestionnairesGetFewAndRightRemarks holds each remark that was judged right, so that
// a rule that begins to cry wolf is noticed. The texts stay as they were tested with people.
func TestTheShippedQuestionnairesGetFewAndRightRemarks(t *testing.T) {
	want := map[string][]string{
		"s5": {"q5_05 one_sided", "q5_06 no_period", "q5_08 double_negation"},
		"s6": {"q6_03 no_period", "q6_05 no_period"},
		"s7": {"q7_03 no_period", "q7_06 term", "q7_11 fixed_order", "q7_16 fixed_order"},
	}
	for id, d := range shipped(t) {
		var got []string
		for _, a := range questionnaire.Lint(d, map[string]int{"procurer": 7, "politician": 7, "business": 7, "developer": 7}) {
			got = append(got, a.Question+" "+string(a.Kind))
		}
		if diff := gocmp.Diff(want[id], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
		for _, g := range d.Groups {
			if m := d.Minutes(g.ID, i18n.Sv); m < 3 || m > 9 {
				t.Errorf("%s takes %s %.1f minutes, and promises 9 at most", id, g.ID, m)
			}
		}
	}
}

func TestEveryRuleHasWordsInBothLanguages(t *testing.T) {
	for _, kind := range questionnaire.AdviceKinds {
		a := questionnaire.Advice{Kind: kind, Group: "business", Words: both("XX", "XX"), Args: map[string]any{
			"Number": 3, "Max": 2, "Minutes": 12.3, "Good": 1, "Bad": 2}}
		for _, lang := range i18n.Langs {
			for _, s := range []string{a.What(lang), a.Why(lang), a.Fix(lang)} {
				if s == "" || strings.HasPrefix(s, "[") || strings.Contains(s, "<no value>") || !strings.HasSuffix(s, ".") {
					t.Errorf("%s in %s: %q", kind, lang, s)
				}
			}
		}
	}
}

func TestPlacesAreKnownAfterLoadAndDoNotChangeTheHash(t *testing.T) {
	d := shipped(t)["s5"]
	for id, want := range map[string]string{"q5_01": "s5.yaml", "bg_size": "shared/blocks.yaml", "": "s5.yaml"} {
		if at, ok := d.Place(id); !ok || at.File != want || at.Line < 2 || at.Column < 1 {
			t.Errorf("%q stands at %v", id, at)
		}
	}
	content, err := surveys.Files.ReadFile("s5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	at, _ := d.Place("q5_05")
	if line := strings.Split(string(content), "\n")[at.Line-1]; !strings.Contains(line, "q5_05") {
		t.Errorf("line %d is %q", at.Line, line)
	}
	files := surveyWith()
	load := func() string {
		list, _, err := questionnaire.Load(files, "t1.yaml")
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].Hash()
	}
	before := load()
	files["t1.yaml"].Data = append([]byte("\n\n# moved down\n"), files["t1.yaml"].Data...)
	if load() != before {
		t.Error("the hash depends on where the questions stand")
	}
}

// anyDefinition draws definitions that no file could hold: repeated ids, conditions on themselves,
// unknown types, texts of any signs.
func anyDefinition(t *rapid.T) *questionnaire.Definition {
	text := func(name string) i18n.Text {
		one := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Hur ofta och hur lätt är LCC (X) inte?", "1-2", "Annat", "2 000-3", "Mycket bra", "och", "? ?", " - "}))
		return i18n.Text{Sv: one.Draw(t, name), En: one.Draw(t, name)}
	}
	ids := rapid.SampledFrom([]string{"a", "b", "c", ""})
	numbers := rapid.SampledFrom([]float64{-1, 0, 1, 2, 98, 1e12})
	codes := rapid.SampledFrom([]int{0, 1, 2, 3, 98})
	var condition func(depth int) questionnaire.Condition
	condition = func(depth int) questionnaire.Condition {
		if depth > 0 && rapid.Bool().Draw(t, "deeper") {
			parts := []questionnaire.Condition{condition(depth - 1), condition(depth - 1)}
			if rapid.Bool().Draw(t, "all") {
				return questionnaire.Condition{All: parts}
			}
			return questionnaire.Condition{Any: parts}
		}
		return questionnaire.Condition{Q: ids.Draw(t, "q"), Op: rapid.SampledFrom(append(questionnaire.Ops, "odd")).Draw(t, "op"),
			Values: rapid.SliceOfN(numbers, 0, 3).Draw(t, "values")}
	}
	groups := []string{"procurer", "business", "nobody"}
	d := &questionnaire.Definition{ID: "x", Title: text("title")}
	for _, g := range groups[:2] {
		d.Groups = append(d.Groups, questionnaire.Group{ID: g})
	}
	section := questionnaire.Section{ID: "s"}
	for range rapid.IntRange(0, 5).Draw(t, "questions") {
		q := asked{ID: ids.Draw(t, "id"), Type: rapid.SampledFrom(append(slices.Clone(questionnaire.Types), "odd", "")).Draw(t, "type"),
			Groups: rapid.SliceOfDistinct(rapid.SampledFrom(groups), func(g string) string { return g }).Draw(t, "groups"),
			Text:   text("text"), Help: text("help"), Min: numbers.Draw(t, "min"), Max: numbers.Draw(t, "max"),
			Decimals: rapid.IntRange(-2, 99).Draw(t, "decimals"), Top: rapid.IntRange(-1, 4).Draw(t, "top"),
			MaxChoices: rapid.IntRange(-1, 4).Draw(t, "choices"), Randomize: rapid.Bool().Draw(t, "random"), Bipolar: rapid.Bool().Draw(t, "bipolar")}
		for range rapid.IntRange(0, 8).Draw(t, "options") {
			q.Options = append(q.Options, questionnaire.Option{Code: codes.Draw(t, "code"), Text: text("option"), OtherText: rapid.Bool().Draw(t, "other")})
		}
		for range rapid.IntRange(0, 2).Draw(t, "rows") {
			q.Rows = append(q.Rows, questionnaire.Row{Text: text("row")})
		}
		if rapid.Bool().Draw(t, "own text") {
			q.TextByGroup = map[string]i18n.Text{"business": text("own"), "nobody": text("own")}
		}
		if rapid.Bool().Draw(t, "conditional") {
			c := condition(3)
			q.ShowIf = &c
		}
		section.Questions = append(section.Questions, q)
	}
	d.Sections = append(d.Sections, section)
	return d
}

func TestLintTakesAnyDefinitionAndAlwaysSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDefinition(t)
		frame := map[string]int{"business": 3}
		first := questionnaire.Lint(d, frame)
		if diff := gocmp.Diff(first, questionnaire.Lint(d, frame)); diff != "" {
			t.Fatalf("the second time differs: %s", diff)
		}
		for _, a := range first {
			if !slices.Contains(questionnaire.AdviceKinds, a.Kind) || (a.Severity != questionnaire.Advised && a.Severity != questionnaire.Warning) {
				t.Fatalf("advice %+v", a)
			}
			if s := a.What(i18n.Sv) + a.Why(i18n.En) + a.Fix(i18n.Sv); strings.Contains(s, "<no value>") {
				t.Fatalf("words %q", s)
			}
		}
	})
}
