package paper_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/paper"
	"upphandlingsdialog/surveys"
)

var made = time.Date(2019, 2, 1, 8, 0, 0, 0, time.UTC)

func shipped(t testing.TB) []*questionnaire.Definition {
	t.Helper()
	list, _, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	return list
}

func form(t testing.TB, d *questionnaire.Definition, group string, lang i18n.Lang) document.Document {
	t.Helper()
	doc, err := paper.Form(d, paper.Options{Group: group, Lang: lang, Version: 1, Made: made, Sender: paper.Sender{
		Controller: i18n.Text{Sv: "Länsstyrelsen i Dalarnas län", En: "The County Administrative Board of Dalarna"},
		Contact:    "dialog@example.se", Return: "Upphandlingsdialog Dalarna, Box 712, 791 29 Falun"}})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func render(t testing.TB, doc document.Document) []byte {
	t.Helper()
	data, err := pdf.Render(doc)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("SPECIMEN_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, doc.ID+".pdf"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func TestEveryGroupGetsAPrintedFormWithoutFaultForAReaderWhoListens(t *testing.T) {
	for _, d := range shipped(t) {
		for _, g := range d.Groups {
			for _, lang := range i18n.Langs {
				doc := form(t, d, g.ID, lang)
				data := render(t, doc)
				report, err := uacheck.Check(data)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range report.Findings {
					t.Errorf("%s: %v", doc.ID, f)
				}
				if strings.Contains(report.Outline, "[") && regexp.MustCompile(`\[[a-z]+\.[a-z_]+\]`).MatchString(report.Outline) {
					t.Errorf("%s: a word is missing", doc.ID)
				}
				for _, s := range d.Pages(g.ID) {
					for _, q := range s.Questions {
						if !strings.Contains(report.Outline, `"`+q.ID+`"`) {
							t.Errorf("%s: the id of %s is not printed", doc.ID, q.ID)
						}
					}
				}
				if again := render(t, form(t, d, g.ID, lang)); !bytes.Equal(data, again) {
					t.Errorf("%s: other bytes the second time", doc.ID)
				}
				if _, err := html.Page(doc, html.Options{}); err != nil {
					t.Errorf("%s: %v", doc.ID, err)
				}
			}
		}
	}
}

func TestThePrintedFormIsASoundFile(t *testing.T) {
	program, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is not installed")
	}
	file := filepath.Join(t.TempDir(), "form.pdf")
	if err := os.WriteFile(file, render(t, form(t, shipped(t)[0], "business", i18n.Sv)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "--check", file).CombinedOutput(); err != nil || strings.Contains(string(out), "WARNING") {
		t.Errorf("%v\n%s", err, out)
	}
}

// asks are the questions of a form by id.
func asks(doc document.Document) map[string]document.Ask {
	list := map[string]document.Ask{}
	for _, b := range doc.Blocks {
		if a, ok := b.(document.Ask); ok {
			list[a.Ref] = a
		}
	}
	return list
}

func TestASkippedQuestionSaysInWordsWhoAnswersItAndWhereTheOthersGoOn(t *testing.T) {
	for _, d := range shipped(t) {
		for _, g := range d.Groups {
			list := asks(form(t, d, g.ID, i18n.Sv))
			for _, s := range d.Pages(g.ID) {
				for _, q := range s.Questions {
					if a := list[q.ID]; (q.ShowIf != nil) != (a.When != "") {
						t.Errorf("%s for %s: %q", q.ID, g.ID, a.When)
					}
				}
			}
		}
	}
	got := asks(form(t, shipped(t)[0], "procurer", i18n.Sv))["q5_05"].When
	if want := "Svara bara om svaret på fråga 4 är minst 1. Annars: gå till fråga 6."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func read(t testing.TB, content string) *questionnaire.Definition {
	t.Helper()
	list, findings, err := questionnaire.Load(fstest.MapFS{"every.yaml": {Data: []byte(content)}}, "every.yaml")
	if err != nil || len(list) != 1 {
		t.Fatal(findings, err)
	}
	return list[0]
}

// every is a questionnaire with every type, in a run of questions under one condition that ends it.
const every = `
schema: udd-survey/1
id: every
area: a5
title: {sv: Alla frågetyper, en: All types}
sections:
  - id: one
    title: {sv: En, en: One}
    questions:
      - id: q1
        type: single
        groups: [business]
        theme: X01
        text: {sv: "Ett?", en: "One?"}
        options:
          - {code: 1, sv: "Ja", en: "Yes"}
          - {code: 2, sv: "Annat", en: "Other", other_text: true}
      - id: q2
        type: numeric
        groups: [business]
        theme: X01
        text: {sv: "Hur många?", en: "How many?"}
        min: 0.5
        max: 99.5
        decimals: 1
        unit: "%"
        show_if: {all: [{q: q1, op: eq, value: 1}]}
      - id: q3
        type: text
        groups: [business]
        theme: X01
        text: {sv: "Vad?", en: "What?"}
        max_length: 400
        show_if: {all: [{q: q1, op: eq, value: 1}]}
`

func TestARunOfSkippedQuestionsSaysOnceWhereToGoAndAtItsEndThatOneIsDone(t *testing.T) {
	d := read(t, every)
	list := asks(form(t, d, "business", i18n.En))
	if got := list["q2"].When; got != "Answer only if the answer to question 1 is “Yes”. Otherwise you are done." {
		t.Errorf("%q", got)
	}
	if got := list["q3"].When; got != "Answer only if the answer to question 1 is “Yes”." {
		t.Errorf("%q", got)
	}
	if got := list["q2"]; got.Blank != "%" || !strings.Contains(strings.Join(got.Hints, " "), "0.5") {
		t.Errorf("%+v", got)
	}
	if !list["q1"].Choices[1].Write {
		t.Error("no line for one's own words")
	}
}
