package questionnaire_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"upphandlingsdialog/internal/questionnaire"
)

const parts = `schema: udd-survey/1
special_codes:
  unknown: {code: 98, sv: "Vet ej", en: "Don't know"}
  not_applicable: {code: 97, sv: "Ej aktuellt", en: "Not applicable"}
scales:
  ease5:
    polarity: bipolar
    points:
      - {code: 1, sv: "a", en: "a"}
      - {code: 2, sv: "b", en: "b"}
      - {code: 3, sv: "c", en: "c"}
      - {code: 4, sv: "d", en: "d"}
      - {code: 5, sv: "e", en: "e"}
option_sets:
  yes_no:
    - {code: 1, sv: "Ja", en: "Yes"}
    - {code: 2, sv: "Nej", en: "No"}
blocks:
  closing:
    title: {sv: "Till sist", en: "Finally"}
    questions:
      - {id: cl, type: text, groups: [business], theme: null, text: {sv: "Sist", en: "Last"}}
`

// survey is a questionnaire with the given questions, one a line, from line 10 on.
func surveyWith(questions ...string) fstest.MapFS {
	head := `schema: udd-survey/1
id: t1
area: a5
title: {sv: "Titel", en: "Title"}
sections:
  - id: one
    title: {sv: "Ett", en: "One"}
    questions:
      - {id: first, type: yes_no_unknown, groups: [procurer, business], theme: I01, text: {sv: "F", en: "F"}}
`
	for _, q := range questions {
		head += "      - " + q + "\n"
	}
	return fstest.MapFS{
		"t1.yaml":           {Data: []byte(head)},
		"shared/parts.yaml": {Data: []byte(parts)},
	}
}

// TestLintNamesEveryFaultWithItsRemedy holds, for each fault, words of the message, words of the
// remedy and the column; the faulty question always stands on line 10.
func TestLintNamesEveryFaultWithItsRemedy(t *testing.T) {
	text := `text: {sv: "T", en: "T"}`
	own := `options: [{code: 1, sv: "x", en: "x"}, {code: 2, sv: "y", en: "y"}]`
	start := `id: q, groups: [business], theme: I01, ` + text + `, `
	for name, c := range map[string]struct{ question, message, fix string }{
		"unknown key":           {start + `type: single, ` + own + `, randomise: true`, `unknown key "randomise"`, "write randomize"},
		"key of another type":   {start + `type: single, ` + own + `, scale: ease5`, "single has no scale", "likert5 or matrix"},
		"key twice":             {start + `type: single, ` + own + `, theme: I02`, `"theme" stands twice`, "keep one"},
		"no English":            {`id: q, type: text, groups: [business], theme: null, text: {sv: "T"}`, "no English text", `add en: "…"`},
		"no text":               {`id: q, type: text, groups: [business], theme: null`, "has no text", "add text:"},
		"no groups":             {`id: q, type: text, theme: null, ` + text, "has no groups", "add groups:"},
		"unknown group":         {`id: q, type: text, groups: [busines], theme: null, ` + text, `unknown group "busines"`, "write business"},
		"no theme":              {`id: q, type: text, groups: [business], ` + text, "has no theme", "theme: null"},
		"unknown theme":         {`id: q, type: text, groups: [business], theme: I99, ` + text, `unknown theme "I99"`, "write I"},
		"theme of another area": {`id: q, type: text, groups: [business], theme: M01, ` + text, "belongs to area 6", "area 5"},
		"unknown type":          {start + `type: likert`, `unknown type "likert"`, "write likert5"},
		"id twice":              {`id: first, type: text, groups: [business], theme: null, ` + text, `"first" stands twice`, "no other question has"},
		"id as no field name":   {`id: "Q 1", type: text, groups: [business], theme: null, ` + text, `"Q 1" cannot be used`, "lower-case"},
		"unknown scale":         {start + `type: likert5, scale: eas5`, `unknown scale "eas5"`, "write ease5"},
		"no scale":              {start + `type: likert5`, "has no scale", "ease5"},
		"unknown option set":    {start + `type: single, option_set: yesno`, `unknown option set "yesno"`, "write yes_no"},
		"no options":            {start + `type: single`, "has no options", "add options:"},
		"code twice":            {start + `type: single, options: [{code: 1, sv: x, en: x}, {code: 1, sv: y, en: y}]`, "code 1 stands twice", "code that is free, for example 2"},
		"reserved code":         {start + `type: single, options: [{code: 98, sv: x, en: x}, {code: 1, sv: y, en: y}]`, "98 is reserved", "special: [unknown]"},
		"too few options":       {start + `type: single, options: [{code: 1, sv: x, en: x}]`, "1 options for group business", "at least two"},
		"exclusive in single":   {start + `type: single, options: [{code: 1, sv: x, en: x, exclusive: true}, {code: 2, sv: y, en: y}]`, "exclusive", "remove exclusive"},
		"unknown special":       {start + `type: single, ` + own + `, special: [unknwon]`, `unknown special code "unknwon"`, "write unknown"},
		"special without text":  {start + `type: single, ` + own + `, special: [declined]`, `"declined" has no text`, "special_codes"},
		"label not offered":     {start + `type: single, ` + own + `, special_labels: {unknown: {sv: x, en: x}}`, "does not offer", "add it to special"},
		"top over options":      {start + `type: ranking, top: 3, ` + own, "top 3 is more than the 2 options", "up to 2"},
		"no top":                {start + `type: ranking, ` + own, "how many may be ranked", "add top: 3"},
		"choices over options":  {start + `type: multiple, max_choices: 3, ` + own, "max_choices 3 is more", "up to 2"},
		"min over max":          {start + `type: numeric, min: 9, max: 1`, "min 9 is not less than max 1", "lower number as min"},
		"no max":                {start + `type: numeric, min: 9`, "has no max", "add max:"},
		"max as text":           {start + `type: numeric, min: 0, max: "9"`, "max must be a number", "without quotes"},
		"rating without labels": {start + `type: rating, min: 0, max: 10`, "lowest and highest", "add labels:"},
		"rating too long":       {start + `type: rating, min: 0, max: 100, labels: {min: {sv: a, en: a}, max: {sv: b, en: b}}`, "from 0 to 100", "at most 20 apart"},
		"matrix without rows":   {start + `type: matrix, scale: ease5`, "has no rows", "add rows:"},
		"row twice":             {start + `type: matrix, scale: ease5, rows: [{id: a, sv: x, en: x}, {id: a, sv: y, en: y}]`, `row "a" stands twice`, "free"},
		"text for others":       {start + `type: text, text_by_group: {developer: {sv: x, en: x}}`, `not asked of group "developer"`, "business"},
		"condition on nothing":  {start + `type: text, show_if: {q: frist, op: eq, value: 1}`, `points to "frist"`, "write first"},
		"forward condition":     {start + `type: text, show_if: {q: q, op: eq, value: 1}`, "points forward", "earlier question"},
		"cross-group condition": {`id: q, type: text, theme: null, groups: [developer], ` + text + `, show_if: {q: first, op: eq, value: 1}`, "group developer never gets", "take developer out"},
		"condition's op":        {start + `type: text, show_if: {q: first, op: equals, value: 1}`, `unknown op "equals"`, "eq, ne, in"},
		"condition's value":     {start + `type: text, show_if: {q: first, op: eq, value: 3}`, "no answer 3", "1, 2, 98"},
		"order of no order":     {start + `type: text, show_if: {q: first, op: ge, value: 1}`, "no order", "op: eq"},
		"empty condition":       {start + `type: text, show_if: {all: []}`, "holds no comparison", "at least one"},
		"two conditions":        {start + `type: text, show_if: {q: first, op: answered, all: []}`, "either all, any or one", "write {all:"},
	} {
		t.Run(name, func(t *testing.T) {
			list, findings, err := questionnaire.Load(surveyWith("{"+c.question+"}"), "t1.yaml")
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Severity == questionnaire.Error && f.File == "t1.yaml" && f.Line == 10 && f.Column > 8 &&
					strings.Contains(f.Message, c.message) && strings.Contains(f.Fix, c.fix) {
					if len(list) != 0 {
						t.Error("a file with an error gave a definition")
					}
					return
				}
			}
			t.Errorf("want %q with the remedy %q, got %v", c.message, c.fix, findings)
		})
	}
}

func TestAFaultlessFileHasNoFindings(t *testing.T) {
	list, findings, err := questionnaire.Load(surveyWith(
		`{id: q, type: text, groups: [business], theme: null, text: {sv: "T", en: "T"}, show_if: {any: [{q: first, op: in, value: [1, 98]}, {all: [{q: first, op: answered, value: false}]}]}}`,
	), "t1.yaml")
	if err != nil || len(findings) > 0 || len(list) != 1 {
		t.Fatalf("definitions %d, findings %v, error %v", len(list), findings, err)
	}
}

func TestAllFaultsAreReportedAtOnceInOrder(t *testing.T) {
	_, findings, err := questionnaire.Load(surveyWith(
		`{id: q, type: text, groups: [busines], theme: I99, text: {sv: "T"}}`,
		`{id: q, type: singel, groups: [business], theme: I01, text: {sv: "T", en: "T"}}`,
	), "t1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := fmt.Sprint(findings)
	if len(findings) < 5 {
		t.Errorf("found only %s", lines)
	}
	for i := 1; i < len(findings); i++ {
		a, b := findings[i-1], findings[i]
		if a.Line > b.Line || (a.Line == b.Line && a.Column > b.Column) {
			t.Errorf("out of order: %s", lines)
		}
	}
}

func TestAFaultInASharedPartIsNamedThereAndOnce(t *testing.T) {
	files := surveyWith()
	files["t2.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(files["t1.yaml"].Data), "id: t1", "id: t2", 1))}
	for _, name := range []string{"t1.yaml", "t2.yaml"} {
		files[name].Data = append(files[name].Data, "  - block: closing\n"...)
	}
	files["shared/parts.yaml"].Data = []byte(strings.Replace(parts, `en: "Last"`, "", 1))
	_, findings, err := questionnaire.Load(files, "t1.yaml", "t2.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 1 || findings[0].File != "shared/parts.yaml" {
		t.Errorf("findings %v", findings)
	}
}

func TestABlockThatNobodyUsesIsChecked(t *testing.T) {
	files := surveyWith()
	files["shared/parts.yaml"].Data = []byte(strings.Replace(parts, `theme: null`, `theme: Q01`, 1))
	_, findings, _ := questionnaire.Load(files, "t1.yaml")
	if len(findings) != 1 || !strings.Contains(findings[0].Message, `unknown theme "Q01"`) {
		t.Errorf("findings %v", findings)
	}
}

func TestWhatIsNotYAMLIsNamedWithItsLine(t *testing.T) {
	for name, content := range map[string]string{
		"broken":    "schema: udd-survey/1\nid: \"open\ntitle: x\n",
		"empty":     "",
		"a list":    "- 1\n",
		"documents": "a: 1\n---\nb: 2\n",
		"aliases":   "a: &x [1]\nb: *x\n",
	} {
		list, findings, err := questionnaire.Load(fstest.MapFS{"t.yaml": {Data: []byte(content)}}, "t.yaml")
		if err != nil || len(list) > 0 || len(findings) == 0 || findings[0].Line < 1 || findings[0].Fix == "" {
			t.Errorf("%s: definitions %d, findings %v, error %v", name, len(list), findings, err)
		}
	}
}

func TestTwoFilesCannotShareAnID(t *testing.T) {
	files := surveyWith()
	files["t2.yaml"] = files["t1.yaml"]
	list, findings, _ := questionnaire.Load(files, "t1.yaml", "t2.yaml")
	if len(list) != 1 || len(findings) != 1 || !strings.Contains(findings[0].Message, "already used in t1.yaml") {
		t.Errorf("definitions %d, findings %v", len(list), findings)
	}
}

func TestAMissingFileIsAnError(t *testing.T) {
	if _, _, err := questionnaire.Load(fstest.MapFS{}, "none.yaml"); err == nil {
		t.Error("no error")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(`{id: q, type: text, groups: [business], theme: null, text: {sv: "T", en: "T"}, show_if: {q: first, op: in, value: [1]}}`)
	f.Add(`{id: q, type: matrix, groups: [business], theme: null, scale: ease5, rows: [{id: a, sv: x, en: y}], text: {sv: "T", en: "T"}}`)
	f.Add(`{id: q, type: ranking, top: 99, option_set: yes_no, special: [unknown], special_labels: {unknown: []}}`)
	f.Add("{? [a]: b, <<: *x}")
	f.Add("- - -\n  [}")
	f.Fuzz(func(t *testing.T, question string) {
		list, findings, err := questionnaire.Load(surveyWith(question), "t1.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 && !questionnaire.Errors(findings) {
			t.Error("neither a definition nor an error")
		}
		for _, d := range list {
			for _, g := range d.Groups {
				d.Pages(g.ID)
			}
			d.Hash()
		}
	})
}
