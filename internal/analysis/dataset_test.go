package analysis

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

var everybody = []string{"procurer", "politician", "business", "developer"}

func options(codes ...int) []questionnaire.Option {
	var out []questionnaire.Option
	for _, c := range codes {
		label := fmt.Sprint("svar ", c)
		out = append(out, questionnaire.Option{Code: c, Text: i18n.Text{Sv: label, En: label}})
	}
	return out
}

// everyType is a small questionnaire with each of the ten types.
func everyType() *questionnaire.Definition {
	scale := options(1, 2, 3, 4, 5)
	specials := []questionnaire.Special{{Code: 97}, {Code: 98}, {Code: 99}}
	kinds := options(1, 2, 3, 4)
	support := options(1, 2, 3)
	support[2].Groups = []string{"business"}
	return &questionnaire.Definition{
		ID: "t", Area: 5,
		Groups: []questionnaire.Group{{ID: "procurer"}, {ID: "politician"}, {ID: "business"}, {ID: "developer"}},
		Sections: []questionnaire.Section{{ID: "one", Questions: []questionnaire.Question{
			{ID: "single", Type: questionnaire.Single, Groups: everybody, Options: options(1, 2, 3), Specials: specials},
			{ID: "multiple", Type: questionnaire.Multiple, Groups: everybody, Options: support, Specials: specials},
			{ID: "likert", Type: questionnaire.Likert5, Groups: everybody, Options: scale, Specials: specials},
			{ID: "matrix", Type: questionnaire.Matrix, Groups: []string{"procurer", "business"}, Options: scale,
				Rows: []questionnaire.Row{{ID: "a"}, {ID: "b"}}, Specials: specials},
			{ID: "ranking", Type: questionnaire.Ranking, Groups: everybody, Options: options(1, 2, 3, 4), Top: 3, Specials: specials},
			{ID: "numeric", Type: questionnaire.Numeric, Groups: everybody, Max: 100, Specials: specials},
			{ID: "rating", Type: questionnaire.Rating, Groups: everybody, Max: 10, Specials: specials},
			{ID: "text", Type: questionnaire.FreeText, Groups: everybody},
			{ID: "yesno", Type: questionnaire.YesNoUnknown, Groups: everybody, Options: options(1, 2), Specials: specials[1:2]},
			{ID: "follow", Type: questionnaire.Single, Groups: everybody, Options: options(1, 2),
				ShowIf: &questionnaire.Condition{Q: "yesno", Op: questionnaire.Eq, Values: []float64{1}}},
			{ID: "where", Type: questionnaire.Municipality, Groups: everybody, Options: options(2080, 2021, 0)},
			{ID: "bg_size", Type: questionnaire.Single, Groups: []string{"business"}, Options: options(1, 2, 3, 4, 5, 6, 7, 8, 9), Specials: specials[2:]},
			{ID: "bg_kind", Type: questionnaire.Multiple, Groups: []string{"business"}, Options: kinds},
		}}},
	}
}

func code(c int) questionnaire.Answer { return questionnaire.Answer{Code: &c} }

// drawAnswer makes a valid answer to a question, or none.
func drawAnswer(t *rapid.T, q *questionnaire.Question) (questionnaire.Answer, bool) {
	switch rapid.IntRange(0, 5).Draw(t, "how") {
	case 0:
		return questionnaire.Answer{}, false
	case 1:
		if len(q.Specials) > 0 && q.Type != questionnaire.Matrix {
			return code(rapid.SampledFrom(q.Specials).Draw(t, "special").Code), true
		}
	}
	var codes []int
	for _, o := range q.Options {
		codes = append(codes, o.Code)
	}
	switch q.Type {
	case questionnaire.Multiple, questionnaire.Ranking:
		chosen := rapid.Permutation(codes).Draw(t, "codes")
		most := len(chosen)
		if q.Top > 0 {
			most = q.Top
		}
		return questionnaire.Answer{Codes: chosen[:rapid.IntRange(0, most).Draw(t, "n")]}, true
	case questionnaire.Matrix:
		rows := map[string]int{}
		for _, r := range q.Rows {
			if rapid.Bool().Draw(t, "row") {
				rows[r.ID] = rapid.SampledFrom(append(codes, 97, 98)).Draw(t, "code")
			}
		}
		return questionnaire.Answer{Rows: rows}, true
	case questionnaire.Numeric, questionnaire.Rating:
		n := float64(rapid.IntRange(0, int(q.Max)).Draw(t, "number"))
		return questionnaire.Answer{Number: &n}, true
	case questionnaire.FreeText:
		return questionnaire.Answer{Text: "mer dialog"}, true
	}
	return code(rapid.SampledFrom(codes).Draw(t, "code")), true
}

func drawRecord(t *rapid.T, def *questionnaire.Definition, ids int) Record {
	id := fmt.Sprint("r", rapid.IntRange(1, ids).Draw(t, "id"))
	return drawRecordOf(t, def, id, rapid.SampledFrom(everybody).Draw(t, "group"))
}

func drawRecordOf(t *rapid.T, def *questionnaire.Definition, id, group string) Record {
	r := Record{ID: id, Group: group, Answers: questionnaire.Answers{}}
	for _, q := range def.Questions() {
		if !q.AskedOf(r.Group) {
			continue
		}
		seen := q.ForGroup(r.Group)
		if a, ok := drawAnswer(t, &seen); ok {
			r.Answers[q.ID] = a
		}
	}
	return r
}

// recount counts a question the slow and obvious way, from the records.
func recount(def *questionnaire.Definition, records map[string]Record, question, group string) string {
	id, row, _ := strings.Cut(question, ".")
	counts := map[string]int{}
	for _, r := range records {
		of := r.Group
		if of == "business" && slices.Contains(r.Answers["bg_kind"].Codes, 3) {
			of = GroupAssociation
		}
		if of != group && (group != "" || of == GroupAssociation) {
			continue
		}
		shown := slices.ContainsFunc(def.Visible(r.Group, r.Answers), func(q *questionnaire.Question) bool { return q.ID == id })
		a, given := r.Answers[id]
		if row != "" {
			c, ok := a.Rows[row]
			a, given = questionnaire.Answer{Code: &c}, ok
		}
		switch {
		case !shown:
			counts["not shown"]++
		case !given || a.IsZero():
			counts["unanswered"]++
		case a.Code != nil && questionnaire.IsSpecial(*a.Code):
			counts[fmt.Sprint("special ", *a.Code)]++
		default:
			counts["base"]++
			if a.Code != nil {
				counts[fmt.Sprint("code ", *a.Code)]++
			}
			for place, c := range a.Codes {
				counts[fmt.Sprint("code ", c)]++
				if place == 0 && question == "ranking" {
					counts[fmt.Sprint("first ", c)]++
				}
			}
			if a.Number != nil && question == "rating" {
				counts[fmt.Sprint("code ", int(*a.Number))]++
			}
		}
	}
	return describeCounts(counts)
}

func describeCounts(counts map[string]int) string {
	for k, n := range counts {
		if n == 0 {
			delete(counts, k)
		}
	}
	b, _ := json.Marshal(counts)
	return string(b)
}

// recounted describes a frequency in recount's words.
func recounted(f Frequency) string {
	n := f.Numbers
	counts := map[string]int{
		"base": n.Base, "unanswered": n.Unanswered, "not shown": n.NotShown,
		"special 97": n.NotApplicable, "special 98": n.Unknown, "special 99": n.Declined,
	}
	for _, r := range n.Rows {
		counts[fmt.Sprint("code ", r.Code)] = r.Count
	}
	for _, r := range n.Ranking {
		counts[fmt.Sprint("first ", r.Code)] = r.First.Count
	}
	return describeCounts(counts)
}

// sameAs fails unless every count of the dataset is that of the records.
func sameAs(t *rapid.T, d *Dataset, records map[string]Record) {
	if d.Len() != len(records) {
		t.Fatalf("Len %d, want %d", d.Len(), len(records))
	}
	for key, c := range d.columns {
		for _, group := range append([]string{"", GroupAssociation}, everybody...) {
			// Counted below the smallest base on purpose: here the counts are tested.
			got := Frequency{Numbers: &Numbers{}}
			d.tallyOf(c, d.everyone(group), nil).fill(got.Numbers, group, Options{})
			if have, want := recounted(got), recount(d.def, records, key, group); have != want {
				t.Fatalf("%s of %q: %s, want %s", key, group, have, want)
			}
		}
	}
}

func TestCountsAreExactUnderAnyInterleaving(t *testing.T) {
	type taken struct {
		snapshot *Dataset
		kept     map[string]Record
	}
	def := everyType()
	rapid.Check(t, func(t *rapid.T) {
		d, kept := NewDataset(def), map[string]Record{}
		var snapshots []taken
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			r := drawRecord(t, def, 8)
			switch rapid.IntRange(0, 7).Draw(t, "step") {
			case 0, 1:
				_, was := kept[r.ID]
				if d.Remove(r.ID) != was {
					t.Fatalf("Remove(%s) did not tell whether it was there", r.ID)
				}
				delete(kept, r.ID)
			case 2:
				snapshots = append(snapshots, taken{d.Snapshot(), maps.Clone(kept)})
			case 3:
				d.pack()
			default:
				if err := d.Put(r); err != nil {
					t.Fatal(err)
				}
				kept[r.ID] = r
			}
		}
		sameAs(t, d, kept)
		for _, s := range snapshots { // what came later changed none of them
			sameAs(t, s.snapshot, s.kept)
			if err := s.snapshot.Put(drawRecord(t, def, 8)); err == nil {
				t.Fatal("a snapshot was changed")
			}
		}
	})
}

func TestASnapshotIsReadWhileAnswersComeIn(t *testing.T) {
	d := NewDataset(everyType())
	put := func(i int) {
		n, step := float64(i), float64(i/3%240) // values that no snapshot before has seen
		answers := likertOf(50, 50, 50, 50, 50)(i % 250)
		answers["numeric"], answers["rating"] = questionnaire.Answer{Number: &n}, questionnaire.Answer{Number: &step}
		if err := d.Put(Record{ID: fmt.Sprint(i % 300), Group: everybody[i%4], Answers: answers}); err != nil {
			t.Error(err)
		}
	}
	for i := range 250 {
		put(i)
	}
	var readers sync.WaitGroup
	for i := range 40 {
		s, want := d.Snapshot(), d.Len()
		readers.Go(func() {
			fs, err := CountAll(s, []string{"likert", "multiple", "matrix", "ranking", "numeric", "rating"}, Filter{Where: []Where{{Question: "numeric", Codes: []int{1, 2}}}}, Options{})
			if err != nil || len(fs) != 6 || s.Len() != want {
				t.Errorf("%d responses, want %d: %v", s.Len(), want, err)
			}
		})
		for k := range 10 {
			put(250 + 10*i + k)
		}
		d.Remove(fmt.Sprint(i))
	}
	readers.Wait()
}

func TestPositionsLostToSnapshotsAreWonBack(t *testing.T) {
	d := NewDataset(everyType())
	for i := range 3 * mostWaste / 64 {
		if err := d.Put(Record{ID: fmt.Sprint(i % 10), Group: "procurer", Answers: likertOf(5, 5)(i % 10)}); err != nil {
			t.Fatal(err)
		}
		if s := d.Snapshot(); s.Len() != d.Len() || len(s.group) > mostWaste+128 {
			t.Fatalf("%d positions for %d responses", len(s.group), s.Len())
		}
	}
}

func fill(t *testing.T, d *Dataset, group string, n int, a func(i int) questionnaire.Answers) {
	t.Helper()
	for i := range n {
		if err := d.Put(Record{ID: fmt.Sprint(group, i), Group: group, Answers: a(i)}); err != nil {
			t.Fatal(err)
		}
	}
}

// likertOf gives person i of the counts an answer to the likert question; those
// after the last count get what comes in rest.
func likertOf(counts ...int) func(i int) questionnaire.Answers {
	return func(i int) questionnaire.Answers {
		for c, n := range counts {
			if i < n {
				return questionnaire.Answers{"likert": code(c + 1)}
			}
			i -= n
		}
		switch {
		case i < 11:
			return questionnaire.Answers{"likert": code(98)}
		case i < 14:
			return questionnaire.Answers{"likert": code(97)}
		}
		return questionnaire.Answers{}
	}
}

func TestScaleWithDontKnowApart(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "business", 120, likertOf(4, 9, 22, 41, 24))
	f, err := Count(d, "likert", Filter{Group: "business"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := f.Numbers
	if n.Base != 100 || n.Unknown != 11 || n.NotApplicable != 3 || n.Unanswered != 6 {
		t.Fatalf("numbers %+v", n)
	}
	near(t, "top-2", n.Top2.Share, 0.65)
	near(t, "top-2 lower", n.Top2.Lower, 0.552544)
	near(t, "bottom-2", n.Bottom2.Share, 0.13)
	near(t, "don't know", n.UnknownShare, 0.099099)
	near(t, "mean", n.Summary.Mean.Value, 3.72)
}

func TestRankingByThreeMeasures(t *testing.T) {
	// Option 1 is ranked first, second, third by 20, 15, 10 and option 2 by 12, 20, 14 of 80.
	var rankings [][]int
	add := func(n int, codes ...int) {
		for range n {
			rankings = append(rankings, codes)
		}
	}
	add(20, 1, 2)    // 1 first, 2 second
	add(12, 2, 1)    // 2 first, 1 second
	add(3, 3, 1)     // 1 second
	add(10, 3, 4, 1) // 1 third
	add(14, 3, 4, 2) // 2 third
	add(80-59, 3, 4) // neither
	d := NewDataset(everyType())
	fill(t, d, "procurer", 80, func(i int) questionnaire.Answers {
		return questionnaire.Answers{"ranking": {Codes: rankings[i]}}
	})
	f, err := Count(d, "ranking", Filter{Group: "procurer"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := f.Numbers.Ranking[0], f.Numbers.Ranking[1]
	near(t, "A first", a.First.Share, 0.25)
	near(t, "A in top three", a.Top.Share, 0.5625)
	near(t, "A score", *a.Score, 1.25)
	near(t, "B first", b.First.Share, 0.15)
	near(t, "B in top three", b.Top.Share, 0.575)
	near(t, "B score", *b.Score, 1.125)
}

func TestGroupBelowSmallestBaseCarriesNoNumber(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "developer", 6, likertOf(1, 1, 1, 1, 2))
	fill(t, d, "procurer", 40, likertOf(8, 8, 8, 8, 8))
	fs, err := ByGroup(d, "likert", nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fs {
		if f.Suppressed() != (f.Filter.Group != "procurer") {
			t.Errorf("%s suppressed %v", f.Filter.Group, f.Suppressed())
		}
		if f.Filter.Group == "developer" {
			b, _ := json.Marshal(f)
			if !strings.Contains(string(b), `"numbers":null`) {
				t.Errorf("a suppressed result says %s", b)
			}
		}
	}
	// The total minus the procurers would give the six developers away.
	all, err := Count(d, "likert", Filter{}, Options{})
	if err != nil || !all.Suppressed() {
		t.Errorf("the total is shown beside one hidden group: %+v, %v", all, err)
	}
	if _, err := Count(d, "likert", Filter{Group: "procurer"}, Options{MinBase: 41}); err != nil {
		t.Error(err)
	}
}

func TestFilterWithTooSmallRestIsSuppressed(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "procurer", 149, func(i int) questionnaire.Answers {
		where := 2080
		if i < 3 {
			where = 2021
		}
		a := likertOf(30, 30, 30, 30, 29)(i)
		a["where"] = code(where)
		return a
	})
	outside := Filter{Group: "procurer", Where: []Where{{Question: "where", Codes: []int{2080}}}}
	f, err := Count(d, "likert", outside, Options{})
	if err != nil || !f.Suppressed() {
		t.Errorf("146 of 149 are shown, so the other three can be worked out: %+v, %v", f.Numbers, err)
	}
}

func TestTradeAssociationsStandApartFromFirms(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "business", 30, func(i int) questionnaire.Answers {
		a := likertOf(10, 10, 10)(i)
		if i < 8 {
			a["bg_kind"] = questionnaire.Answer{Codes: []int{3}}
		}
		return a
	})
	fs, err := ByGroup(d, "likert", nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	base := map[string]int{}
	for _, f := range fs {
		if f.Numbers != nil {
			base[f.Filter.Group] = f.Numbers.Base
		}
	}
	if base["business"] != 22 || base[GroupAssociation] != 8 || d.Count("") != 22 {
		t.Errorf("bases %v, total %d", base, d.Count(""))
	}
}

func TestOptionOfOneGroupHasThatGroupsBase(t *testing.T) {
	d := NewDataset(everyType())
	both := func(i int) questionnaire.Answers {
		return questionnaire.Answers{"multiple": {Codes: []int{1}}}
	}
	fill(t, d, "procurer", 20, both)
	fill(t, d, "business", 10, func(int) questionnaire.Answers {
		return questionnaire.Answers{"multiple": {Codes: []int{1, 3}}}
	})
	f, err := Count(d, "multiple", Filter{}, Options{})
	if err != nil || f.Numbers == nil {
		t.Fatal(f, err)
	}
	if r := f.Numbers.Rows[2]; r.Count != 10 || r.Base != 10 || r.Share.Share != 1 {
		t.Errorf("option that only firms were offered: %+v", r)
	}
	f, _ = Count(d, "multiple", Filter{Group: "procurer"}, Options{})
	if len(f.Numbers.Rows) != 2 {
		t.Errorf("procurers see an option they were not offered: %+v", f.Numbers.Rows)
	}
}

func TestReleaseKeepsNoNumberOfHiddenRow(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "procurer", 40, likertOf(2, 8, 10, 12, 8))
	fs, _ := ByGroup(d, "likert", nil, Options{})
	before, _ := json.Marshal(fs)
	n := Release(fs, 0)[0].Numbers
	if !n.Rows[0].Hidden || n.Rows[0].Share != (Share{}) {
		t.Errorf("hidden row %+v", n.Rows[0])
	}
	hidden := 0
	for _, r := range n.Rows {
		if r.Hidden {
			hidden++
		}
	}
	if hidden < 2 || n.Summary != nil {
		t.Errorf("the hidden row can be worked out: %+v", n)
	}
	if after, _ := json.Marshal(fs); string(after) != string(before) {
		t.Error("Release changed its input")
	}
}

func TestEstimateNeverComesFromHiddenNumbers(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "procurer", 40, likertOf(2, 8, 10, 12, 8))
	f, _ := Count(d, "likert", Filter{Group: "procurer"}, Options{Frame: map[string]int{"procurer": 100}})
	e, err := f.Estimate(MeasureTop2, nil)
	if err != nil || e.Base != 40 || e.Count != 20 || e.Value != 0.5 {
		t.Errorf("top-2 %+v, %v", e, err)
	}
	_, lower, upper, _ := Wilson(20, 40, 0)
	if e.Upper-e.Lower >= upper-lower {
		t.Error("a census of a small frame is as uncertain as a sample of an infinite one")
	}
	if _, err := f.Estimate(MeasureShare, []int{1}); err == nil {
		t.Error("a share of two respondents can be cited")
	}
	few, _ := Count(d, "likert", Filter{Group: "business"}, Options{})
	if _, err := few.Estimate(MeasureTop2, nil); err == nil {
		t.Error("a suppressed result can be cited")
	}
}

func TestResponsesAreKeptApartByAnyIDs(t *testing.T) {
	ids := []string{
		"6f1d3c1e-0000-4000-8000-00000000000a", "6f1d3c1e-0000-4000-8000-00000000000b",
		"6F1D3C1E-0000-4000-8000-00000000000A", "6f1d3c1e-0000-4000-8000-00000000000g",
		"6f1d3c1e00004000800000000000000a", "r1", "r2",
	}
	d := NewDataset(&questionnaire.Definition{Groups: []questionnaire.Group{{ID: "business"}}})
	d.Reserve(len(ids))
	for range 2 {
		for i, id := range ids {
			if err := d.Put(Record{ID: id, Group: "business"}); err != nil {
				t.Fatal(err)
			}
			if d.Len() < i+1 {
				t.Fatalf("%s replaced another response", id)
			}
		}
	}
	for _, id := range ids {
		if !d.Remove(id) || d.Remove(id) {
			t.Errorf("%s is not there once", id)
		}
	}
	if d.Len() != 0 {
		t.Errorf("%d responses are left", d.Len())
	}
}
