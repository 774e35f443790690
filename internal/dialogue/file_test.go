package dialogue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/sample"
)

const head = `---
ref: test-mote
title: Möte
date: 2026-03-12
place: Sockenstugan
municipality: Mora
areas: 5, 7
ongoing procurement: no
participants:
  - upphandlare, Mora kommun, 3
  - business, Åkare, Son och Co, 2
---
`

func parse(t *testing.T, text string) dialogue.Draft {
	t.Helper()
	d, err := dialogue.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func passage(n dialogue.DraftNote, t dialogue.Tag) string {
	return string([]rune(n.Text)[t.Start:t.End])
}

func TestANotesFileIsReadAsItWasWritten(t *testing.T) {
	d := parse(t, head+"\n## 1. Tidig dialog (område 5)\n\nÅkarna sade: [[vi får\nveta för sent]]{problem I03, x06 företag}. \\[[så\\]]{}\n"+
		"Slut.  \n\n## 2) Övrigt\nInget.\n")
	n := d.Notes[0]
	if n.Agenda != "Tidig dialog" || n.Area != 5 || d.Notes[1].Agenda != "Övrigt" || d.Notes[1].Area != 0 {
		t.Errorf("agenda: %+v", d.Notes)
	}
	if n.Text != "Åkarna sade: vi får\nveta för sent. [[så]]{}\nSlut." {
		t.Errorf("text %q", n.Text)
	}
	if len(n.Tags) != 1 || passage(n, n.Tags[0]) != "vi får\nveta för sent" {
		t.Fatalf("tags %+v", n.Tags)
	}
	want := dialogue.Tag{Start: 13, End: 33, Kind: dialogue.Problem, Group: "business", Themes: []string{"I03", "X06"}}
	if diff := cmp.Diff(want, n.Tags[0]); diff != "" {
		t.Error(diff)
	}
	wantPeople := []dialogue.Attendance{{Group: "procurer", Organisation: "Mora kommun", Count: 3},
		{Group: "business", Organisation: "Åkare, Son och Co", Count: 2}}
	if diff := cmp.Diff(wantPeople, d.Attendance); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFaultInANotesFileIsNamedWithItsLine(t *testing.T) {
	const item = "## 1. Punkt\n"
	for _, c := range []struct {
		name, text string
		line       int
		key        string
	}{
		{"no head", "## Hej\n", 1, "dialogue.file_no_head"},
		{"head never ends", "---\ntitle: x\n", 1, "dialogue.file_head_open"},
		{"unknown key", strings.Replace(head, "place:", "plce:", 1) + item + "Text", 5, "dialogue.file_unknown_key"},
		{"key twice", strings.Replace(head, "place:", "title:", 1) + item + "Text", 5, "dialogue.file_key_twice"},
		{"date", strings.Replace(head, "2026-03-12", "12/3", 1) + item + "Text", 4, "dialogue.file_date"},
		{"municipality", strings.Replace(head, "Mora\nareas", "Uppsala\nareas", 1) + item + "Text", 6, "dialogue.file_municipality"},
		{"areas", strings.Replace(head, "5, 7", "4", 1) + item + "Text", 7, "dialogue.file_areas"},
		{"participant", strings.Replace(head, "Mora kommun, 3", "Mora kommun", 1) + item + "Text", 10, "dialogue.file_participant"},
		{"ongoing missing", strings.Replace(head, "ongoing procurement: no\n", "", 1) + item + "Text", 1, "dialogue.file_needs_ongoing"},
		{"text before items", head + "Hej\n" + item + "Text", 13, "dialogue.file_before_items"},
		{"empty item", head + item, 13, "dialogue.file_empty_item"},
		{"no items", head, 13, "dialogue.file_no_items"},
		{"passage without tag", head + item + "A [[b]] c", 14, "dialogue.file_no_tag"},
		{"passage open", head + item + "A\n[[b c", 15, "dialogue.file_passage_open"},
		{"passage not open", head + item + "A b]]{x}", 14, "dialogue.file_passage_not_open"},
		{"passage nested", head + item + "[[a [[b]]{problem I01 politiker}", 14, "dialogue.file_passage_nested"},
		{"passage empty", head + item + "a [[ ]]{problem I01 politiker}", 14, "dialogue.file_passage_empty"},
		{"unknown theme", head + item + "[[a]]{problem I13 politiker}", 14, "dialogue.file_tag_word"},
		{"no group", head + item + "[[a]]{problem I01}", 14, "dialogue.file_tag_incomplete"},
		{"two kinds", head + item + "[[a]]{problem fråga I01 politiker}", 14, "dialogue.file_tag_twice"},
		{"area not of the meeting", head + "## 1. Punkt (område 6)\nText", 13, "dialogue.file_item_area"},
		{"not UTF-8", head + item + "a\xff", 14, "dialogue.file_not_utf8"},
	} {
		_, err := dialogue.Parse(strings.NewReader(c.text))
		f, ok := fault.Of(err)
		if !ok || f.Kind != fault.Invalid {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == c.key && x.Args["Line"] == c.line })
		if !found {
			t.Errorf("%s: want line %d %s, got %+v", c.name, c.line, c.key, f.Fields)
		}
		for _, x := range f.Fields {
			for _, l := range i18n.Langs {
				if s := i18n.TMap(l, x.Key, x.Args); strings.Contains(s, "<no value>") || strings.HasPrefix(s, "[") {
					t.Errorf("%s: no sentence for %s: %q", c.name, x.Key, s)
				}
			}
		}
	}
}

func TestTheSampleMeetingsCoverWhatRecommendationsRestOn(t *testing.T) {
	seen := map[string]bool{}
	groups := map[string]bool{}
	for _, file := range sample.Meetings(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) {
		d := parse(t, string(file.Body))
		excerpts := 0
		for _, n := range d.Notes {
			for _, tag := range n.Tags {
				excerpts++
				groups[tag.Group] = true
				for _, theme := range tag.Themes {
					seen[theme+" "+tag.Kind] = true
					seen[theme[:1]+" "+tag.Kind] = true
				}
			}
		}
		if !d.Invented || excerpts < 10 || len(d.Notes) < 5 || len(d.Notes) > 8 {
			t.Errorf("%s: invented %v, %d excerpts, %d items", file.Name, d.Invented, excerpts, len(d.Notes))
		}
	}
	for _, theme := range []string{"I03", "I04", "I05", "X06", "M02", "M09", "M05", "S02", "S03", "S11"} {
		for _, kind := range []string{dialogue.Problem, dialogue.Proposal} {
			if !seen[theme+" "+kind] {
				t.Errorf("no %s with theme %s", kind, theme)
			}
		}
	}
	for _, area := range []string{"I", "M", "S"} {
		if !seen[area+" "+dialogue.Example] {
			t.Errorf("no example in area %s", area)
		}
	}
	if len(groups) != 4 {
		t.Errorf("groups %v", groups)
	}
}

func FuzzReadingNotesNeverPanicsAndTagsLieInsideTheText(f *testing.F) {
	f.Add(head + "## 1. Punkt (område 5)\nText [[bit]]{problem I03 företag} \\]] mer")
	for _, file := range sample.Meetings(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) {
		f.Add(string(file.Body))
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := dialogue.Parse(strings.NewReader(text))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, n := range d.Notes {
			last := 0
			for _, tag := range n.Tags {
				if tag.Start < last || tag.Start >= tag.End || tag.End > len([]rune(n.Text)) {
					t.Fatalf("tag %+v in %q", tag, n.Text)
				}
				if p := passage(n, tag); p != strings.TrimSpace(p) {
					t.Fatalf("passage %q has space around it", p)
				}
				last = tag.End
			}
		}
	})
}
