package distribution_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
)

// book is what a plain clerk would write down of one case.
type book struct {
	manual   string
	answered bool
	share    float64
	started  bool
	drafted  float64
	refused  time.Time
	late     time.Time
}

// code is the clerk's own reading of the standard.
func (b book) code(cut distribution.Cut) string {
	percent := b.share * 100
	switch {
	case strings.HasPrefix(b.manual, "4"):
		return b.manual
	case b.answered && percent > float64(cut.CompleteAbove):
		return "1.1"
	case b.answered && percent >= float64(cut.PartialFrom):
		return "1.2"
	case b.answered && percent == 0:
		return "2.1121"
	case b.answered:
		return "2.12"
	case !b.refused.IsZero() && !b.late.After(b.refused):
		return "2.111"
	case !b.late.IsZero():
		return "2.27"
	case b.started && b.drafted == 0:
		return "2.1121"
	case b.started:
		return "2.12"
	case b.manual != "":
		return b.manual
	}
	return "3.19"
}

func TestEveryCaseStandsUnderExactlyOneCodeWhateverHappens(t *testing.T) {
	w := newWorld(t, 30)
	c := w.launched(people.Groups...)
	w.drain()
	cases, err := w.svc.Cases(ctx, c, distribution.CaseFilter{})
	w.must(err)
	books := map[string]*book{}
	for _, one := range cases.Cases {
		books[one.ID] = &book{}
	}
	cut := distribution.DefaultCut
	rapid.Check(t, func(rt *rapid.T) {
		w.clock.Advance(time.Minute)
		id := cases.Cases[rapid.IntRange(0, len(cases.Cases)-1).Draw(rt, "who")].ID
		b, share := books[id], float64(rapid.IntRange(0, 100).Draw(rt, "percent"))/100
		switch rapid.SampledFrom([]string{"start", "draft", "answer", "withdraw", "decline", "undecline", "late", "code", "cut"}).Draw(rt, "what") {
		case "start":
			w.inTx(func(tx *sqlx.Tx) error { return w.start(tx, id) })
			b.started = true
		case "draft":
			w.inTx(func(tx *sqlx.Tx) error { return w.svc.RecordProgress(ctx, tx, id, share) })
			if !b.answered {
				b.drafted = share
			}
		case "answer":
			w.inTx(func(tx *sqlx.Tx) error { return w.answerShare(tx, id, share) })
			b.answered, b.share, b.drafted = true, share, share
		case "withdraw":
			w.inTx(func(tx *sqlx.Tx) error { return w.svc.MarkWithdrawn(ctx, tx, id) })
			b.answered, b.drafted, b.refused = false, 0, w.clock.Now()
		case "decline":
			w.inTx(func(tx *sqlx.Tx) error { return w.svc.MarkDeclined(ctx, tx, id) })
			b.refused = w.clock.Now()
		case "undecline":
			w.inTx(func(tx *sqlx.Tx) error { return w.svc.UnmarkDeclined(ctx, tx, id) })
			b.refused = time.Time{}
		case "late":
			w.inTx(func(tx *sqlx.Tx) error { return w.svc.MarkLate(ctx, tx, id) })
			b.late = w.clock.Now()
		case "code":
			b.manual = rapid.SampledFrom(append([]string{""}, distribution.ManualCodes...)).Draw(rt, "code")
			w.must(w.svc.Classify(ctx, c.ID, id, b.manual, "ringde"))
		case "cut":
			cut.PartialFrom = rapid.IntRange(1, 99).Draw(rt, "partial")
			cut.CompleteAbove = rapid.IntRange(cut.PartialFrom, 99).Draw(rt, "complete")
			w.must(w.svc.SetCut(ctx, c.ID, cut))
		}
		c, err = w.svc.Find(ctx, c.ID)
		w.must(err)
		st, err := w.svc.Status(ctx, c.ID)
		w.must(err)
		want, stood := map[string]int{}, map[string]string{}
		for id, b := range books {
			want[b.code(cut)]++
			stood[id] = b.code(cut)
		}
		if diff := cmp.Diff(want, st.Total.Codes); diff != "" {
			rt.Fatalf("(-clerk +status):\n%s", diff)
		}
		list, err := w.svc.Cases(ctx, c, distribution.CaseFilter{})
		w.must(err)
		listed := map[string]string{}
		for _, one := range list.Cases {
			listed[one.ID] = one.Code
		}
		if diff := cmp.Diff(stood, listed); diff != "" {
			rt.Fatalf("(-clerk +list):\n%s", diff)
		}
	})
	seen := map[string]string{}
	for _, code := range distribution.Codes {
		list, err := w.svc.Cases(ctx, c, distribution.CaseFilter{Code: code})
		w.must(err)
		for _, one := range list.Cases {
			if seen[one.ID] != "" {
				t.Errorf("case %s stands under %s and %s", one.ID, seen[one.ID], code)
			}
			seen[one.ID] = code
		}
	}
	if len(seen) != len(books) {
		t.Errorf("%d of %d cases are listed under a code", len(seen), len(books))
	}
}

// Formbricks closed a survey for 500 at 500 starts, because a start counted as a response.
func TestAStartIsNoResponse(t *testing.T) {
	w := newWorld(t, 40)
	c := w.launched(people.Procurer)
	w.drain()
	cases, err := w.svc.Cases(ctx, c, distribution.CaseFilter{})
	w.must(err)
	for i, share := range []float64{0.9, 0.6, 0.2} {
		w.inTx(func(tx *sqlx.Tx) error {
			if err := w.start(tx, cases.Cases[i].ID); err != nil {
				return err
			}
			return w.answerShare(tx, cases.Cases[i].ID, share)
		})
	}
	w.inTx(func(tx *sqlx.Tx) error { return w.start(tx, cases.Cases[3].ID) })
	st, err := w.svc.Status(ctx, c.ID)
	w.must(err)
	g := st.Total
	if g.Started != 4 || g.Answered != 3 || g.Complete != 1 || g.Partial != 1 || g.Codes["2.12"] != 1 || g.Codes["2.1121"] != 1 {
		t.Errorf("%+v", g)
	}
}

func TestWhatAFewDidIsNotTold(t *testing.T) {
	w := newWorld(t, 0)
	var file strings.Builder
	file.WriteString("name,email,group,municipality\n")
	for i := range 10 {
		fmt.Fprintf(&file, "P,p%d@x.example,procurer,Falun\n", i)
	}
	for i := range 3 {
		fmt.Fprintf(&file, "D,d%d@x.example,developer,Falun\n", i)
	}
	_, err := w.people.Import(ctx, strings.NewReader(file.String()))
	w.must(err)
	c := w.launched(people.Procurer, people.Developer)
	w.drain()
	cases, err := w.svc.Cases(ctx, c, distribution.CaseFilter{Group: people.Developer})
	w.must(err)
	w.inTx(func(tx *sqlx.Tx) error { return w.answerShare(tx, cases.Cases[0].ID, 1) })
	exact, err := w.svc.Status(ctx, c.ID)
	w.must(err)
	st := exact.Released(7)
	if len(st.Groups) != 2 || st.Groups[0].Hidden || !st.Groups[1].Hidden || st.Groups[1].Codes != nil || st.Groups[1].Answered != 0 || st.Groups[1].Invited != 3 {
		t.Errorf("%+v", st.Groups)
	}
	// Nor can it be worked out from the total.
	if st.Total.Answered != 0 || st.Total.Codes["1.1"] != 0 || st.Total.Invited != 13 || !st.Partly() || st.Days != nil {
		t.Errorf("%+v", st.Total)
	}
	if len(exact.Places(7)) != 0 {
		t.Error("procurers and developers are shown by municipality")
	}
}

// Whoever knows every total can bound a hidden number no closer than the rule allows, and what is shown is true.
func TestNoMunicipalityGivesAFewAway(t *testing.T) {
	w := newWorld(t, 0)
	var file strings.Builder
	file.WriteString("name,email,group,municipality\n")
	for i, m := range region.Municipalities {
		for j := range []int{30, 2, 9, 1, 50, 14, 7, 3, 22, 8, 40, 6, 5, 12, 4}[i] {
			fmt.Fprintf(&file, "B,b%d.%d@x.example,business,%s\n", i, j, m.Name)
		}
	}
	_, err := w.people.Import(ctx, strings.NewReader(file.String()))
	w.must(err)
	c := w.launched(people.Business)
	w.drain()
	cases, err := w.svc.Cases(ctx, c, distribution.CaseFilter{})
	w.must(err)
	rapid.Check(t, func(rt *rapid.T) {
		for range 5 {
			id := rapid.SampledFrom(cases.Cases).Draw(rt, "who").ID
			w.inTx(func(tx *sqlx.Tx) error {
				return w.answerShare(tx, id, rapid.SampledFrom([]float64{1, 0.6, 0.1}).Draw(rt, "share"))
			})
		}
		st, err := w.svc.Status(ctx, c.ID)
		w.must(err)
		places := st.Places(7)[0].Places
		invited, codes := 0, []int(nil)
		for _, p := range places {
			invited += p.Invited
			codes = append(codes, p.Municipalities...)
			if p.Invited < 7 {
				rt.Fatalf("%v stands alone with %d", p.Municipalities, p.Invited)
			}
			hidden := 0
			for _, n := range p.Counts {
				switch {
				case n == nil:
					hidden++
				case *n > 0 && *n < 7:
					rt.Fatalf("%v shows %d", p.Municipalities, *n)
				}
			}
			if hidden == 1 {
				rt.Fatalf("%v: one number hidden of a known sum", p.Municipalities)
			}
		}
		slices.Sort(codes)
		if invited != st.Total.Invited || len(slices.Compact(codes)) != len(region.Municipalities) {
			rt.Fatalf("%d invited in %v, %d in all", invited, codes, st.Total.Invited)
		}
	})
}

func TestACodeByHandNeedsAReasonIsLoggedAndCanBeTakenBack(t *testing.T) {
	w := newWorld(t, 30)
	c := w.launched(people.Procurer)
	w.drain()
	cases, err := w.svc.Cases(ctx, c, distribution.CaseFilter{})
	w.must(err)
	id := cases.Cases[0].ID
	by := audit.WithActor(ctx, audit.Actor{Kind: "user", ID: "7", Name: "Leda"})
	for _, bad := range [][2]string{{"1.1", "x"}, {"2.111", "x"}, {"9.9", "x"}, {"2.26", " "}, {"2.26", strings.Repeat("å", 501)}} {
		if err := w.svc.Classify(by, c.ID, id, bad[0], bad[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := w.svc.Classify(by, "00000000-0000-0000-0000-000000000000", id, "2.26", "x"); !fault.Is(err, fault.NotFound) {
		t.Errorf("by another campaign: %v", err)
	}
	w.must(w.svc.Classify(by, c.ID, id, "2.26", " föräldraledig hela våren "))
	one, err := w.svc.Case(ctx, c, id)
	if err != nil || one.Code != "2.26" || one.ManualReason != "föräldraledig hela våren" {
		t.Errorf("%+v %v", one, err)
	}
	w.must(w.svc.Classify(by, c.ID, id, "", ""))
	if one, err = w.svc.Case(ctx, c, id); err != nil || one.Code != "3.19" || one.ManualReason != "" {
		t.Errorf("taken back: %+v %v", one, err)
	}
	entries, err := audit.NewReader(w.db).List(ctx, 0, 2)
	w.must(err)
	for i, want := range []string{`"before": "2.26"`, `"code": "2.26"`} {
		e := entries[i]
		if e.Name != distribution.EventClassified || e.ActorName != "Leda" || e.SubjectID != id || !strings.Contains(string(e.Detail), want) {
			t.Errorf("log line %d: %+v %s", i, e, e.Detail)
		}
		if strings.Contains(string(e.Detail), "föräldraledig") {
			t.Error("the log, which is for good, holds what is said of a person")
		}
	}
}
