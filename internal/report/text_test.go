package report_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/reports"
)

func TestTheTeamsWordsStandInTheNextEditionWithTheirNumbersBound(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	first := w.made()
	own, err := w.Reports.Text(ctx, report.Regional, "results5", i18n.Sv)
	w.Must(err)
	words := "Vi frågade.\n\n{{with figure \"s5\" \"q5_11\" \"business\" \"bottom2\"}}{{.Of}} ser hinder ({{.Basis}}).{{end}}\n"
	preview, err := w.Reports.PreviewText(ctx, report.Regional, "results5", i18n.Sv, words)
	w.Must(err)
	if !strings.Contains(preview, "procent av företagen ser hinder") {
		t.Errorf("preview: %s", preview)
	}
	w.Must(w.Reports.SetText(ctx, report.Regional, "results5", i18n.Sv, own.Revision, words))
	if err := w.Reports.SetText(ctx, report.Regional, "results5", i18n.Sv, own.Revision, "Annat.\n"); !fault.Is(err, fault.Conflict) {
		t.Errorf("somebody slower wrote over: %v", err)
	}
	e, err := w.Reports.Make(ctx, report.Regional, "sv")
	w.Must(err)
	if e.ID == first.ID {
		t.Fatal("other words gave no new edition")
	}
	_, err = w.Reports.Render(ctx, e.ID)
	w.Must(err)
	html, err := w.Reports.HTML(ctx, e.ID)
	w.Must(err)
	old, err := w.Reports.HTML(ctx, first.ID)
	w.Must(err)
	if !strings.Contains(html, "ser hinder (") || strings.Contains(old, "ser hinder (") {
		t.Error("the new edition lacks the words, or the old one has them")
	}
	w.Must(w.Reports.SetText(ctx, report.Regional, "results5", i18n.Sv, 1, ""))
	back, err := w.Reports.Text(ctx, report.Regional, "results5", i18n.Sv)
	if err != nil || back.Own() || back.Revision != 2 {
		t.Errorf("the original did not come back: revision %d, %v", back.Revision, err)
	}
}

func TestWordsThatCannotBePrintedAreRefusedAndSayWhere(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct{ words, key string }{
		"typed share":      {"Ett.\n\n62 procent svarar ja.", "report.error_typed"},
		"typed percent":    {"Ett 62,5 % svarar.", "report.error_typed"},
		"typed ratio":      {"9 av 14 firmor.", "report.error_typed"},
		"a table":          {"<table></table>", "report.error_prose"},
		"no such fact":     {`{{fact "moon"}}`, "report.error_field_fact"},
		"a skipped level":  {"# Ett\n\n### Tre", "report.error_heading_skip"},
		"no such field":    {`{{figur "s5" "q5_11"}}`, "report.error_field_name"},
		"a loop":           {`{{range .Answered}}x{{end}}`, "report.error_field"},
		"a call":           {`{{printf "%1000000d" 1}}`, "report.error_field_name"},
		"a definition":     {`{{define "x"}}y{{end}}`, "report.error_field"},
		"a variable":       {`{{$x := .MinBase}}{{$x}}`, "report.error_field"},
		"an open field":    {`{{with figure "s5"`, "report.error_field"},
		"no such property": {`{{.Password}}`, "report.error_field"},
	} {
		f, ok := fault.Of(w.Reports.SetText(t.Context(), report.Regional, "results5", i18n.Sv, 0, c.words))
		if !ok || len(f.Fields) != 1 || f.Fields[0].Name != "words" || f.Fields[0].Key != c.key {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if err := w.Reports.SetText(t.Context(), report.Regional, "results5", i18n.Sv, 0, "Med 95 procents konfidensintervall."); err != nil {
		t.Errorf("the method's own level: %v", err)
	}
	if _, err := w.Reports.Text(t.Context(), report.National, "nothing", i18n.Sv); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such chapter: %v", err)
	}
	pieces := []string{"{{", "}}", "with ", "figure ", `"s5"`, "end", " ", "x", "\n", "#", "- ", "1 %", "range", ".", "define "}
	rapid.Check(t, func(t *rapid.T) {
		words := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "words"), "")
		if _, err := w.Reports.PreviewText(w.Context(), report.Regional, "results5", i18n.Sv, words); err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("%q: %v", words, err)
		}
	})
}

func TestNoShippedTextHasANumberTypedByHand(t *testing.T) {
	entries, err := reports.Files.ReadDir("text")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := reports.Files.ReadFile("text/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := report.CheckWords(string(b)); err != nil {
			t.Errorf("%s: %v", e.Name(), err)
		}
	}
}

func TestNothingIsPublishedWhileTheChecklistFindsAFault(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	excerpts, err := w.Meetings.Excerpts(ctx, dialogue.Filter{})
	w.Must(err)
	for _, x := range excerpts[:5] {
		w.Must(w.Meetings.ApproveQuote(ctx, x.ID, x.Text))
	}
	e := w.made()
	failing := func() (keys []string) {
		items, err := w.Reports.Checklist(ctx, e)
		w.Must(err)
		for _, i := range items {
			if len(i.Faults) > 0 {
				keys = append(keys, i.Key)
			}
		}
		return keys
	}
	if got := failing(); len(got) > 0 {
		t.Fatalf("a sound edition fails %v", got)
	}
	snapshot, err := w.Reports.Snapshot(ctx, e.SnapshotID)
	w.Must(err)
	w.Must(w.Meetings.RevokeQuote(ctx, snapshot.Voices[0].ID))
	if got := failing(); len(got) != 1 || got[0] != "report.check_quotes" {
		t.Errorf("a quote that is no longer approved: %v", got)
	}
	if _, err := w.Reports.Publish(ctx, e.ID, time.Time{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("published with an unapproved quote: %v", err)
	}
	w.Crowd(2) // two more of each answer, and the cited figures move
	_, err = w.Service.Recompute(ctx)
	w.Must(err)
	if got := failing(); len(got) != 2 || got[1] != "report.check_stale" {
		t.Errorf("figures that have moved: %v", got)
	}
}

func TestAnEditionHasAnEasyReadSummaryAndAPageForEachAddressee(t *testing.T) {
	w := newWorld(t)
	e := w.made()
	ctx := t.Context()
	papers, err := w.Reports.Papers(ctx, e.ID)
	w.Must(err)
	var names []string
	for _, p := range papers {
		names = append(names, p.Name)
		full, err := w.Reports.Paper(ctx, e.ID, p.Name)
		w.Must(err)
		checked, err := uacheck.Check(full.PDF)
		w.Must(err)
		if len(checked.Findings) > 0 {
			t.Errorf("%s: %v", p.Name, checked.Findings)
		}
		if p.Name != "easy" && checked.Pages > 1 {
			t.Errorf("%s has %d pages, promised is one", p.Name, checked.Pages)
		}
	}
	if len(names) < 4 || names[0] != "easy" {
		t.Fatalf("papers %v", names)
	}
	if easy := papers[0].HTML; !strings.Contains(easy, "Ungefär ") || !strings.Contains(easy, " av ") || strings.Contains(easy, "procent") {
		t.Errorf("the easy-read summary says numbers in another way: %s", easy)
	}
	for _, p := range papers[1:] {
		if !strings.Contains(p.HTML, "Hela rapporten finns på") {
			t.Errorf("%s does not lead to the report", p.Name)
		}
		_, list, _ := strings.Cut(p.HTML, "doc-requests")
		list, _, _ = strings.Cut(list, "</ul>")
		asked, reasons := strings.Count(list, "<li"), strings.Count(list, "</strong></p>\n<p>")
		if asked == 0 || reasons != asked {
			t.Errorf("%s asks %d things and gives reasons for %d", p.Name, asked, reasons)
		}
	}
	whole, err := w.Reports.HTML(ctx, e.ID)
	w.Must(err)
	for _, p := range papers {
		marks := regexp.MustCompile(`<a href="[^"]*`+e.ReadPath()+`#([^"]+)" class="doc-mark"`).FindAllStringSubmatch(p.HTML, -1)
		for _, m := range marks {
			if !strings.Contains(whole, `id="`+m[1]+`"`) {
				t.Errorf("%s: a mark leads to %q, which the edition does not have", p.Name, m[1])
			}
		}
		if len(marks) == 0 || strings.Count(p.HTML, "doc-mark") != len(marks) {
			t.Errorf("%s: %d of %d marks lead to the edition", p.Name, len(marks), strings.Count(p.HTML, "doc-mark"))
		}
	}
	if _, err := w.Reports.Paper(ctx, e.ID, "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a paper for nobody: %v", err)
	}
}

func TestAPageForAnAddresseeIsOnePageWhenTwiceAsMuchIsAsked(t *testing.T) {
	w := newWorld(t)
	snapshot, err := w.Reports.Snapshot(t.Context(), w.made().SnapshotID)
	w.Must(err)
	snapshot.Recommendations = append(snapshot.Recommendations, snapshot.Recommendations...)
	all, err := report.PapersOf(snapshot, i18n.En)
	w.Must(err)
	for _, p := range all[1:] {
		if checked, err := uacheck.Check(p.PDF); err != nil || checked.Pages != 1 {
			t.Errorf("%s has %d pages, %v", p.Name, checked.Pages, err)
		}
	}
}
