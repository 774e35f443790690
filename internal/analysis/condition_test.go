package analysis

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAFilterIsReadAsItIsWritten(t *testing.T) {
	def := everyType()
	for text, want := range map[string]Filter{
		"":                                   {},
		"  ":                                 {},
		"group = business":                   {Group: "business"},
		"bg_size in 1,2,3":                   {Where: []Where{{"bg_size", []int{1, 2, 3}}}},
		"bg_size in 1 , 2 AND single=3":      {Where: []Where{{"bg_size", []int{1, 2}}, {"single", []int{3}}}},
		"matrix.a = 4 and group=association": {Group: "association", Where: []Where{{"matrix.a", []int{4}}}},
		"rating in 0,10 and numeric = 7":     {Where: []Where{{"rating", []int{0, 10}}, {"numeric", []int{7}}}},
	} {
		got, err := ParseFilter(text, def)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
}

func TestAFaultInAFilterIsPointedAt(t *testing.T) {
	def := everyType()
	for text, want := range map[string]string{ // with ^ before the place
		"^size = 1":                              "no question",
		"single ^1":                              "expected “=” or “in”",
		"single = ^":                             "expected a code",
		"single = ^yes":                          "expected a code",
		"single in 1,^":                          "expected a code",
		"single in ^,1":                          "expected a code",
		"single = ^7":                            "it has 1, 2, 3",
		"single in 1,^1":                         "twice",
		"single = 1^,2":                          "takes one code",
		"single = 1 ^or single = 2":              "expected “and”",
		"single = 1 and ^":                       "missing after “and”",
		"single = 1 and ^single = 2":             "has a condition already",
		"group = ^kings":                         "there are procurer",
		"group = ^":                              "no group",
		"group = business and ^group = procurer": "twice",
		"^text = 1":                              "free text",
		"^matrix = 1":                            "name a row",
		"^matrix.z = 1":                          "name a row",
		"^single.a = 1":                          "no rows",
		"rating = ^11":                           "from 0 to 10",
		"å^single = 1":                           "",
	} {
		place := strings.Index(text, "^")
		_, err := ParseFilter(text[:place]+text[place+1:], def)
		var bad *ConditionError
		if want == "" { // a letter before the name makes it another name
			place, want = 0, "no question"
		}
		if !errors.As(err, &bad) || bad.At != place || !strings.Contains(bad.Why, want) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 3 || strings.Index(lines[2], "^") < 2 {
			t.Errorf("%q is shown as\n%v", text, err)
		}
	}
}

func TestAFilterInWordsIsTheSameFilter(t *testing.T) {
	def := everyType()
	rapid.Check(t, func(t *rapid.T) {
		var f Filter
		if rapid.Bool().Draw(t, "group") {
			f.Group = rapid.SampledFrom(everybody).Draw(t, "of")
		}
		for _, q := range rapid.Permutation([]string{"single", "likert", "matrix.b", "multiple", "bg_size"}).Draw(t, "order")[:rapid.IntRange(0, 5).Draw(t, "n")] {
			codes := rapid.Permutation([]int{1, 2, 3}).Draw(t, "codes")
			f.Where = append(f.Where, Where{q, codes[:rapid.IntRange(1, 3).Draw(t, "many")]})
		}
		got, err := ParseFilter(f.Words(), def)
		if diff := cmp.Diff(f, got); err != nil || diff != "" {
			t.Fatalf("%q: %v\n%s", f.Words(), err, diff)
		}
	})
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"group = business and bg_size in 1,2,3", "matrix.a=4", "single in 1,\xff", "å = 1", "single\x00= 1", "and and and"} {
		f.Add(s)
	}
	def := everyType()
	d := NewDataset(def)
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := ParseFilter(text, def)
		if err != nil {
			var bad *ConditionError
			if !errors.As(err, &bad) || bad.At < 0 || bad.At > len(text) {
				t.Fatalf("%v", err)
			}
			_ = err.Error()
			return
		}
		if again, err := ParseFilter(filter.Words(), def); err != nil || cmp.Diff(filter, again) != "" {
			t.Errorf("%q became %q: %v", text, filter.Words(), err)
		}
		if _, err := d.Select(filter); err != nil { // what is read can be used
			t.Errorf("%q: %v", text, err)
		}
	})
}
