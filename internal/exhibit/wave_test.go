package exhibit

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
)

// twoWaves joins a hundred procurers and firms before with as many now, when so many more of the firms
// answered the top step.
func twoWaves(t testing.TB, shift int) *analysis.Dataset {
	return rewordedWaves(t, shift, func(*questionnaire.Question) {})
}

// rewordedWaves is twoWaves of which the second puts q5_11 as change makes it.
func rewordedWaves(t testing.TB, shift int, change func(q *questionnaire.Question)) *analysis.Dataset {
	defs := [2]*questionnaire.Definition{s5(t), s5(t)}
	for s := range defs[1].Sections {
		for i := range defs[1].Sections[s].Questions {
			if q := &defs[1].Sections[s].Questions[i]; q.ID == "q5_11" {
				change(q)
			}
		}
	}
	var data []*analysis.Dataset
	for wave, moved := range []int{0, shift} {
		d := analysis.NewDataset(defs[wave])
		for _, group := range []string{"procurer", "business"} {
			for i := range 100 {
				code := i%5 + 1
				if group == "business" && i < moved {
					code = 5
				}
				if err := d.Put(analysis.Record{ID: fmt.Sprint(group, i), Group: group, Answers: questionnaire.Answers{"q5_11": {Code: &code}}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		data = append(data, d)
	}
	d, err := analysis.Stack([]analysis.Source{{ID: "a", Label: i18n.Text{Sv: "mätning 1 (2025-03-12)", En: "wave 1 (2025-03-12)"}, Def: defs[0]},
		{ID: "b", Label: i18n.Text{Sv: "mätning 2 (2026-03-12)", En: "wave 2 (2026-03-12)"}, Def: defs[1]}}, data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWavesAreComparedInsideAGroupTheLaterMinusTheEarlier(t *testing.T) {
	for shift, want := range map[int]string{0: "ingen säkerställd skillnad", 60: "har ökat från 40,0"} {
		d := twoWaves(t, shift)
		v, err := Parse(d, "q5_11", url.Values{"by": {"wave"}, "group": {"business"}, "wave": {"1"}})
		if err != nil || v.Wave != 0 || v.Encode() != "by=wave&group=business" {
			t.Fatalf("%+v %s, %v", v, v.Encode(), err)
		}
		e := computed(t, d, v)
		b := e.Blocks[0]
		if title := e.Finding(i18n.Sv, b); !strings.Contains(title, want) || !strings.Contains(title, "(mätning 1)") {
			t.Errorf("shift %d: %q", shift, title)
		}
		c, ok := e.Compare(i18n.Sv, b)
		if !ok || len(c.Lines) != 1 || c.Lines[0].First != "mätning 2 (2026-03-12)" || !strings.Contains(c.Lines[0].Diff, "[") || c.Lines[0].Clear != (shift > 0) {
			t.Errorf("shift %d: %+v", shift, c)
		}
		for _, n := range e.Numbers(i18n.Sv, b) {
			if n.Source < 1 || n.Source > 2 || n.Filter.Group != "business" || len(n.Filter.Where) > 0 {
				t.Errorf("a number that can be cited is of no single wave: %+v", n)
			}
		}
		if lines := e.SheetOf(i18n.Sv, 2, 2).Lines; lines[0][0] != "s5" || lines[0][5] != "wave" {
			t.Errorf("the file begins %v", lines[0])
		}
		changes := ChangesOf(d, b.Table)
		if len(changes) != 1 || changes[0].Now != "2" || (changes[0].Diff.Value > 0.3) != (shift > 0) {
			t.Errorf("shift %d: %+v", shift, changes)
		}
	}
}

func TestWavesAreOfOneGroupAndUnweighted(t *testing.T) {
	d := twoWaves(t, 0)
	v, err := Parse(d, "q5_11", url.Values{"by": {"wave"}})
	if err != nil || v.Group == "" {
		t.Errorf("waves of all groups together: %+v, %v", v, err)
	}
	for _, values := range []url.Values{{"by": {"wave"}, "weights": {"size_class"}}, {"where": {"wave:1"}}} {
		if _, err := Parse(d, "q5_11", values); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", values, err)
		}
	}
	if _, err := Parse(crowd(t, s5(t), 1), "q5_11", url.Values{"by": {"wave"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("one wave: %v", err)
	}
}

func TestWhatHasChangedIsOneListOverTheGroups(t *testing.T) {
	for shift, want := range map[int]int{0: 0, 60: 1} {
		out, err := Changes(i18n.Sv, Source{Data: twoWaves(t, shift)})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Established()) != want || out.Tested != 2 {
			t.Fatalf("shift %d: %+v", shift, out)
		}
		if one := out.List[0]; shift > 0 && (!strings.HasPrefix(one.Text, "Företag: ") || !strings.HasPrefix(one.First, "mätning 2 ") || one.View.Encode() != "by=wave&group=business") {
			t.Errorf("%+v", one)
		}
	}
}

func TestAQuestionThatWasPutOtherwiseIsToldAndOneWhoseCodesMeanOtherThingsIsNotTested(t *testing.T) {
	for name, one := range map[string]struct {
		change  func(q *questionnaire.Question)
		changes bool
		recoded bool
	}{
		"as it was":      {func(*questionnaire.Question) {}, false, false},
		"other theme":    {func(q *questionnaire.Question) { q.Theme = "X02" }, false, false},
		"other words":    {func(q *questionnaire.Question) { q.Text.Sv += " Tänk på det senaste året." }, true, false},
		"option's words": {func(q *questionnaire.Question) { q.Options[1].Text.Sv += " alls" }, true, false},
		"other order":    {func(q *questionnaire.Question) { q.Options[0], q.Options[1] = q.Options[1], q.Options[0] }, true, false},
		"a code gone":    {func(q *questionnaire.Question) { q.Options = q.Options[:4] }, true, true},
		"codes exchanged": {func(q *questionnaire.Question) {
			q.Options[0].Text, q.Options[1].Text = q.Options[1].Text, q.Options[0].Text
		}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := rewordedWaves(t, 60, one.change)
			v, err := Parse(d, "q5_11", url.Values{"by": {"wave"}, "group": {"business"}})
			if err != nil {
				t.Fatal(err)
			}
			e := computed(t, d, v)
			b := e.Blocks[0]
			notes := e.RewordingNotes(i18n.Sv)
			if (len(notes) == 1) != one.changes || one.changes && (notes[0].Recoded != one.recoded || len(notes[0].Changes) == 0 || !strings.Contains(notes[0].Title, "mätning 1")) {
				t.Fatalf("notes %+v", notes)
			}
			c, ok := e.Compare(i18n.Sv, b)
			if !ok || (c.Test == "") != one.recoded || (len(c.Lines) == 0) != one.recoded {
				t.Errorf("compared %+v", c)
			}
			if title := e.Finding(i18n.Sv, b); strings.Contains(title, "har ökat") == one.recoded {
				t.Errorf("title %q", title)
			}
			if changes := ChangesOf(d, b.Table); (len(changes) == 0) != one.recoded || len(changes) > 0 && changes[0].Reworded != one.changes {
				t.Errorf("changes %+v", changes)
			}
			out, err := Changes(i18n.Sv, Source{Data: d})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range out.List {
				if one.recoded || s.Reworded != one.changes {
					t.Errorf("stands out %+v", s)
				}
			}
			said := map[any]bool{}
			sheet := e.SheetOf(i18n.Sv, 2, 2)
			for _, l := range sheet.Lines {
				said[l[len(l)-1]] = true
			}
			if said["codes"] != one.recoded || said["words"] != (one.changes && !one.recoded) {
				t.Errorf("the file says %v", said)
			}
		})
	}
}

func TestAChangeInBothLanguagesIsToldInTheReadersAlone(t *testing.T) {
	change := func(lang string) authoring.Change {
		return authoring.Change{Question: "q5_02", Key: "authoring.change_text", Args: map[string]any{"Lang": lang}}
	}
	for _, c := range []struct {
		changes []authoring.Change
		told    int
	}{{[]authoring.Change{change("sv"), change("en")}, 1}, {[]authoring.Change{change("en")}, 1}, {[]authoring.Change{change("sv")}, 1},
		{[]authoring.Change{{Question: "q5_02", Key: "authoring.option_added"}, change("sv"), change("en")}, 2}} {
		told := slices.DeleteFunc(slices.Clone(c.changes), func(one authoring.Change) bool { return saidIn(c.changes, one, i18n.Sv) })
		if len(told) != c.told {
			t.Errorf("of %+v is told %+v", c.changes, told)
		}
	}
}
