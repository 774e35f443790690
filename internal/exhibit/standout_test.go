package exhibit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
)

func TestWhatStandsOutIsSaidWithIntervalAndTestAndLeadsToItsQuestion(t *testing.T) {
	def := s5(t)
	for shift, want := range map[int]bool{0: false, 60: true} {
		s := Source{Data: tilt(t, def, 100, shift)}
		out, err := Between(i18n.Sv, s, "procurer", "business")
		if err != nil {
			t.Fatal(err)
		}
		if got := len(out.Established()) > 0; got != want || out.Tested == 0 {
			t.Fatalf("shift %d: %+v", shift, out)
		}
		for _, one := range out.List {
			if one.View.Question != "q5_11" || !strings.Contains(one.Diff, "[") || !strings.HasPrefix(one.Test, "p\u00a0") || !strings.HasPrefix(one.First, "upphandlare ") {
				t.Errorf("%+v", one)
			}
		}
	}
}

func TestWhatStandsOutIsAskedOfAnyNumberOfAnswers(t *testing.T) {
	def := s5(t)
	for _, n := range []int{0, 1, 60} {
		s := Source{Data: crowd(t, def, n)}
		for _, lang := range i18n.Langs {
			between, err := Between(lang, s, "procurer", "business")
			if err != nil {
				t.Fatal(err)
			}
			within, err := Within(lang, s, "business", analysis.SplitByFirmSize)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := IndexLines(lang, s)
			if err != nil {
				t.Fatal(err)
			}
			if n == 60 && len(lines) == 0 || n < 2 && len(lines)+len(between.List)+len(within.List) > 0 {
				t.Errorf("%d answers: %d indices, %d and %d differences", n, len(lines), len(between.List), len(within.List))
			}
			text := fmt.Sprint(between, within, lines)
			for _, never := range []string{"[exhibit.", "[analysis.", "NaN", "%!"} {
				if strings.Contains(text, never) {
					t.Errorf("%d answers say %q", n, never)
				}
			}
			established := func(a, b Standout) bool { return a.Established && !b.Established }
			if !slices.IsSortedFunc(within.List, func(a, b Standout) int {
				if established(b, a) {
					return 1
				}
				return 0
			}) {
				t.Error("what is not established stands before what is")
			}
		}
	}
}
