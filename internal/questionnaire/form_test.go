package questionnaire_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

type (
	question = questionnaire.Question
	answer   = questionnaire.Answer
)

func ptr[T any](v T) *T { return &v }

// one of each type that reads its form in its own way.
var (
	own = []questionnaire.Option{
		{Code: 1, Text: i18n.Text{Sv: "Ett"}}, {Code: 2, Text: i18n.Text{Sv: "Två"}}, {Code: 3, Text: i18n.Text{Sv: "Tre"}},
		{Code: 7, Text: i18n.Text{Sv: "Annat"}, OtherText: true, FixedLast: true},
	}
	none    = questionnaire.Option{Code: 8, Text: i18n.Text{Sv: "Inget"}, Exclusive: true}
	unknown = []questionnaire.Special{{Code: 98, Text: i18n.Text{Sv: "Vet ej"}}}
	groups  = []string{"business"}

	single   = question{ID: "q", Type: questionnaire.Single, Groups: groups, Options: own, Specials: unknown}
	multiple = question{ID: "q", Type: questionnaire.Multiple, Groups: groups, Options: append(own[:4:4], none), Specials: unknown, MaxChoices: 2}
	matrix   = question{ID: "q", Type: questionnaire.Matrix, Groups: groups, Options: own[:3], Specials: unknown,
		Rows: []questionnaire.Row{{ID: "a"}, {ID: "b"}}}
	ranking = question{ID: "q", Type: questionnaire.Ranking, Groups: groups, Options: own[:3], Specials: unknown, Top: 3}
	numeric = question{ID: "q", Type: questionnaire.Numeric, Groups: groups, Specials: unknown, Max: 5000, Decimals: 1, Unit: "%"}
	rating  = question{ID: "q", Type: questionnaire.Rating, Groups: groups, Specials: unknown, Max: 10}
	text    = question{ID: "q", Type: questionnaire.FreeText, Groups: groups, MaxLength: 10}
	place   = question{ID: "q", Type: questionnaire.Municipality, Groups: groups, Specials: unknown, Options: []questionnaire.Option{
		{Code: 2029, Text: i18n.Text{Sv: "Leksand", En: "Leksand"}}, {Code: 2039, Text: i18n.Text{Sv: "Älvdalen", En: "Älvdalen"}},
		{Code: 2062, Text: i18n.Text{Sv: "Mora", En: "Mora"}}, {Code: 20, Text: i18n.Text{Sv: "Hela länet", En: "Whole county"}}}}
)

func TestParseFormReadsWhatRespondentsSend(t *testing.T) {
	for name, c := range map[string]struct {
		q    question
		form string
		want answer
	}{
		"nothing":                          {single, "", answer{}},
		"one option":                       {single, "q=2", answer{Code: ptr(2)}},
		"don't know":                       {single, "q=98", answer{Code: ptr(98)}},
		"other with words":                 {single, "q=7&q.other=+eget+", answer{Code: ptr(7), Other: "eget"}},
		"words alone choose other":         {single, "q.other=eget", answer{Code: ptr(7), Other: "eget"}},
		"several, in the options' order":   {multiple, "q=3&q=1", answer{Codes: []int{1, 3}}},
		"exclusive clears the others":      {multiple, "q=1&q=8&q=2&q=3", answer{Codes: []int{8}}},
		"don't know clears the others":     {multiple, "q=1&q=98", answer{Code: ptr(98)}},
		"words choose other in several":    {multiple, "q=1&q.other=eget", answer{Codes: []int{1, 7}, Other: "eget"}},
		"rows, some left out":              {matrix, "q.b=98", answer{Rows: map[string]int{"b": 98}}},
		"ranks":                            {ranking, "q.1=3&q.2=1&q.3=", answer{Codes: []int{3, 1}}},
		"no rank but don't know":           {ranking, "q.1=&q=98", answer{Code: ptr(98)}},
		"decimal comma":                    {numeric, "q=12,5", answer{Number: ptr(12.5)}},
		"thousands space and unit":         {numeric, "q=1+200+%25", answer{Number: ptr(1200.0)}},
		"98 as a number":                   {numeric, "q=98", answer{Number: ptr(98.0)}},
		"don't know beside an empty field": {numeric, "q=&q=98", answer{Code: ptr(98)}},
		"don't know in its own field":      {numeric, "q=&q.special=98", answer{Code: ptr(98)}},
		"decimals that say nothing":        {numeric, "q=12,50", answer{Number: ptr(12.5)}},
		"a municipality in any case":       {place, "q=+MORA+", answer{Code: ptr(2062)}},
		"a municipality as people say it":  {place, "q=leksands+Kommun", answer{Code: ptr(2029)}},
		"a municipality in pieces":         {place, "q=A%CC%88lvdalen", answer{Code: ptr(2039)}},
		"a municipality in English":        {place, "q=whole+county", answer{Code: ptr(20)}},
		"a municipality's code":            {place, "q=2062", answer{Code: ptr(2062)}},
		"no municipality but don't know":   {place, "q=&q=98", answer{Code: ptr(98)}},
		"rating zero":                      {rating, "q=0", answer{Number: ptr(0.0)}},
		"text with browser's line ends":    {text, "q=+a%0D%0Ab%00+", answer{Text: "a\nb"}},
	} {
		t.Run(name, func(t *testing.T) {
			form, err := url.ParseQuery(c.form)
			if err != nil {
				t.Fatal(err)
			}
			got, answered, problems := questionnaire.ParseForm(&c.q, "business", form)
			if diff := cmp.Diff(c.want, got); diff != "" || len(problems) > 0 {
				t.Errorf("problems %v, (-want +got):\n%s", problems, diff)
			}
			if answered == c.want.IsZero() {
				t.Errorf("answered is %v", answered)
			}
		})
	}
}

func TestParseFormSaysWhatToMend(t *testing.T) {
	long := strings.Repeat("å", 11)
	for name, c := range map[string]struct {
		q          question
		form       string
		key, field string
	}{
		"unknown option":      {single, "q=4", "survey.error_choice", "q"},
		"no code":             {single, "q=x", "survey.error_choice", "q"},
		"two in a single":     {single, "q=1&q=2", "survey.error_one", "q"},
		"words elsewhere":     {single, "q=1&q.other=eget", "survey.error_other_alone", "q.other"},
		"words and unknown":   {single, "q=98&q.other=eget", "survey.error_other_alone", "q.other"},
		"words twice":         {single, "q=7&q.other=a&q.other=b", "survey.error_one", "q.other"},
		"two at a rank":       {ranking, "q.1=1&q.1=2", "survey.error_one", "q.1"},
		"thousands point":     {numeric, "q=1.200", "survey.error_decimals", "q"},
		"two numbers":         {numeric, "q=1&q=2", "survey.error_one", "q"},
		"two texts":           {text, "q=a&q=b", "survey.error_one", "q"},
		"no such place":       {place, "q=Moora", "survey.error_place", "q"},
		"code of no place":    {place, "q=1", "survey.error_choice", "q"},
		"two places":          {place, "q=Mora&q=Leksand", "survey.error_one", "q"},
		"place and unknown":   {place, "q=Mora&q=98", "survey.error_both", "q"},
		"too long other":      {single, "q=7&q.other=" + strings.Repeat("x", 201), "survey.error_too_long", "q.other"},
		"too many":            {multiple, "q=1&q=2&q=3", "survey.error_max_choices", "q"},
		"unknown in row":      {matrix, "q.a=9", "survey.error_choice", "q.a"},
		"two in a row":        {matrix, "q.a=1&q.a=2", "survey.error_one", "q.a"},
		"gap":                 {ranking, "q.1=&q.2=1", "survey.error_rank_gap", "q.1"},
		"double":              {ranking, "q.1=1&q.2=1", "survey.error_rank_double", "q.2"},
		"rank and don't know": {ranking, "q.1=1&q=98", "survey.error_both", "q"},
		"words for a number":  {numeric, "q=tolv", "survey.error_number", "q"},
		"exponent":            {numeric, "q=1e3", "survey.error_number", "q"},
		"too high":            {numeric, "q=5001", "survey.error_range", "q"},
		"below":               {numeric, "q=-1", "survey.error_range", "q"},
		"decimals":            {numeric, "q=1,25", "survey.error_decimals", "q"},
		"number and unknown":  {numeric, "q=3&q=98", "survey.error_both", "q"},
		"rating off":          {rating, "q=11", "survey.error_range", "q"},
		"too long":            {text, "q=" + long, "survey.error_too_long", "q"},
	} {
		t.Run(name, func(t *testing.T) {
			form, _ := url.ParseQuery(c.form)
			_, _, problems := questionnaire.ParseForm(&c.q, "business", form)
			if len(problems) != 1 || problems[0].Key != c.key || problems[0].Field() != c.field {
				t.Fatalf("problems %v, want %s at %s", problems, c.key, c.field)
			}
			for _, l := range i18n.Langs {
				if s := i18n.TMap(l, problems[0].Key, problems[0].Args); strings.ContainsAny(s, "[<{") {
					t.Errorf("%s: %s", l, s)
				}
			}
		})
	}
}

func TestAQuestionOfAnotherGroupIsNotRead(t *testing.T) {
	a, answered, problems := questionnaire.ParseForm(&single, "politician", url.Values{"q": {"1"}})
	if answered || !a.IsZero() || problems != nil {
		t.Errorf("read %v %v", a, problems)
	}
}

func TestCheckRefusesAnswersOfTheWrongForm(t *testing.T) {
	for name, c := range map[string]struct {
		q question
		a answer
	}{
		"number for single":       {single, answer{Number: ptr(1.0)}},
		"code and codes":          {single, answer{Code: ptr(1), Codes: []int{2}}},
		"special and codes":       {multiple, answer{Code: ptr(98), Codes: []int{2}}},
		"option as code":          {multiple, answer{Code: ptr(1)}},
		"double codes":            {multiple, answer{Codes: []int{1, 1}}},
		"exclusive and other":     {multiple, answer{Codes: []int{1, 8}}},
		"special of whole matrix": {matrix, answer{Code: ptr(98)}},
		"unknown row":             {matrix, answer{Rows: map[string]int{"z": 1}}},
		"too many ranks":          {ranking, answer{Codes: []int{1, 2, 3, 1}}},
		"half a rating":           {rating, answer{Number: ptr(1.5)}},
		"special not offered":     {single, answer{Code: ptr(97)}},
		"words without option":    {single, answer{Code: ptr(1), Other: "x"}},
		"only words":              {single, answer{Other: "x"}},
		"NUL in a text":           {text, answer{Text: "a\x00"}},
	} {
		if problems := c.q.Check(c.a); len(problems) == 0 {
			t.Errorf("%s: no problem", name)
		}
	}
}

func TestRandomOrderIsStablePerRespondentAndKeepsTheLastLast(t *testing.T) {
	q := question{ID: "q", Randomize: true}
	for code := 1; code <= 6; code++ {
		q.Options = append(q.Options, questionnaire.Option{Code: code})
	}
	q.Options = append(q.Options, own[3], none)
	codes := func(seed string) string {
		var s string
		for _, o := range questionnaire.Order(&q, seed) {
			s += strconv.Itoa(o.Code)
		}
		return s
	}
	orders := map[string]bool{}
	for i := range 50 {
		seed := strconv.Itoa(i)
		order := codes(seed)
		if again := codes(seed); order != again {
			t.Fatalf("order %s, the second time %s", order, again)
		}
		if !strings.HasSuffix(order, "78") {
			t.Fatalf("order %s", order)
		}
		orders[order] = true
	}
	if len(orders) < 40 {
		t.Errorf("only %d orders for 50 respondents", len(orders))
	}
	q.Randomize = false
	if got := codes("x"); got != "12345678" {
		t.Errorf("order %s without randomize", got)
	}
}

func FuzzParseForm(f *testing.F) {
	for _, s := range []string{"q=1", "q=98&q.other=x", "q.1=2&q.2=3", "q.a=1&q.b=98", "q=1,5&q=98", "q=MORA+kommun", "q=%C3%84LVDALEN&q.special=98", "q=%00%ff", "q=-0", "q=1e309"} {
		f.Add(s)
	}
	all := []question{single, multiple, matrix, ranking, numeric, rating, text, place}
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			t.Skip()
		}
		for i := range all {
			a, _, problems := questionnaire.ParseForm(&all[i], "business", form)
			if len(problems) == 0 && len(all[i].Check(a)) > 0 {
				t.Errorf("%s: %v was let through", all[i].Type, a)
			}
			if !utf8.ValidString(a.Text+a.Other) || strings.ContainsRune(a.Text+a.Other, 0) {
				t.Errorf("%q cannot be stored", a.Text+a.Other)
			}
		}
	})
}
