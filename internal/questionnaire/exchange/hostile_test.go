package exchange_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/testkit"
)

// maxMemory is what one reading may take at its highest; docs/limits.md states it.
const maxMemory = 300 << 20

// laughs is a YAML file whose aliases stand for a billion words.
func laughs() []byte {
	var b strings.Builder
	b.WriteString("schema: udd-survey/1\nid: a\narea: a5\nx0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "x%d: &x%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 10), ", "))
	}
	b.WriteString("title: {sv: *x9, en: *x9}\nsections: *x9\n")
	return []byte(b.String())
}

const yamlHead = "schema: udd-survey/1\nid: a\narea: a5\ntitle: {sv: A, en: A}\nsections:\n  - id: s\n    title: {sv: S, en: S}\n    questions:\n"

func yamlQuestion(id, more string) string {
	return "      - id: " + id + "\n        type: single\n        groups: [business]\n        theme: X01\n        text: {sv: T, en: T}\n" + more
}

func options(n int) string {
	var b strings.Builder
	b.WriteString("        options:\n")
	for i := range n {
		fmt.Fprintf(&b, "          - {code: %d, sv: \"Val %d\", en: \"Choice %d\"}\n", 100+i, i, i)
	}
	return b.String()
}

func TestAHostileFileGetsAClearAnswerWithinTheStatedMemory(t *testing.T) {
	cycle := yamlHead + yamlQuestion("q1", options(2)+"        show_if: {all: [{q: q2, op: eq, value: 100}]}\n") +
		yamlQuestion("q2", options(2)+"        show_if: {all: [{q: q1, op: eq, value: 100}]}\n")
	entities := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "` + strings.Repeat("ha", 1000) + `"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
		`<document><LimeSurveyDocType>Survey</LimeSurveyDocType>` + table("surveys", "sid=1") +
		`<questions><rows><row><qid>1</qid><question>&c;</question></row></rows></questions></document>`
	outside := strings.Replace(entities, `<!ENTITY a "`, `<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY a "`, 1)
	outside = strings.Replace(outside, "&c;</question>", "&e;</question>", 1)
	manyAnswers := make([]string, 10000)
	for i := range manyAnswers {
		manyAnswers[i] = fmt.Sprintf("qid=1|code=A%d|answer=x|sortorder=%d|language=en", i, i)
	}
	for name, c := range map[string]struct{ data, want string }{
		"a billion laughs":               {string(laughs()), "alias"},
		"a condition cycle":              {cycle, "q2"},
		"XML entities":                   {entities, "entity"},
		"an entity of this machine":      {outside, "entity"},
		"ten thousand options in YAML":   {yamlHead + yamlQuestion("q1", options(10000)), "1000"},
		"ten thousand answers in a .lss": {`<document><LimeSurveyDocType>Survey</LimeSurveyDocType>` + table("surveys", "sid=1") + table("groups", "gid=1|language=en") + table("questions", "qid=1|parent_qid=0|gid=1|type=L|title=q|language=en") + table("answers", manyAnswers...) + `</document>`, "more than 1000 options"},
		"deep nesting":                   {"a: " + strings.Repeat("[", 100000), ""},
		"deep elements":                  {`<document><LimeSurveyDocType>` + strings.Repeat("<a>", 100000), "nested"},
		"many empty cells":               {`<document><LimeSurveyDocType>Survey</LimeSurveyDocType><a><rows>` + strings.Repeat("<row>"+strings.Repeat("<c/>", 380)+"</row>", 4000) + `</rows></a></document>`, "no questions"},
		"many tables of small cells":     {`<document><LimeSurveyDocType>Survey</LimeSurveyDocType>` + strings.Repeat("<a><rows>"+strings.Repeat("<row><b>x</b><c>y</c></row>", 100)+"</rows></a>", 2500) + `</document>`, ""},
		"nothing":                        {"", ""},
	} {
		var d *questionnaire.Definition
		var findings []questionnaire.Finding
		var err error
		took := testkit.Peak(func() { d, findings, err = exchange.Read("file", []byte(c.data), exchange.Options{Area: 5}) })
		if d != nil && !questionnaire.Errors(findings) {
			t.Errorf("%s: it became a questionnaire", name)
		}
		if answer := fmt.Sprint(err, findings); !strings.Contains(answer, c.want) || len(answer) > 200000 {
			t.Errorf("%s: %.300s", name, answer)
		}
		if strings.Contains(fmt.Sprint(err, findings), "root:") {
			t.Errorf("%s: a file of this machine was read", name)
		}
		if t.Logf("%s: %d MB", name, took>>20); took > maxMemory {
			t.Errorf("%s took %d MB", name, took>>20)
		}
	}
}

// fullBook is a workbook whose one sheet unpacks to almost as much as may be, in small cells.
func fullBook(t *testing.T) []byte {
	t.Helper()
	const parts = "http://schemas.openxmlformats.org/package/2006/relationships"
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	var sheet strings.Builder
	sheet.WriteString(`<worksheet xmlns="` + main + `"><sheetData><row r="1"><c t="inlineStr"><is><t>type</t></is></c></row>`)
	for r := 2; sheet.Len() < exchange.MaxUnpacked-100000 && r < exchange.MaxRows; r++ {
		sheet.WriteString("<row>" + strings.Repeat("<c><v>1</v></c>", 110) + "</row>")
	}
	sheet.WriteString("</sheetData></worksheet>")
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="` + parts + `"><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="survey" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="` + parts + `"><Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet.String(),
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// As large as each kind may be, and as full as it goes.
func TestTheLargestFilesStayWithinTheStatedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads files of 8 MB")
	}
	var yaml bytes.Buffer
	yaml.WriteString(yamlHead)
	for i := 0; yaml.Len() < exchange.MaxYAML-20000; i++ {
		yaml.WriteString(yamlQuestion(fmt.Sprintf("q%d", i), options(100)))
	}
	var small bytes.Buffer
	small.WriteString("x: [")
	small.WriteString(strings.Repeat("a,", exchange.MaxYAML/2-10) + "a]\n")
	var lss bytes.Buffer
	lss.WriteString(`<document><LimeSurveyDocType>Survey</LimeSurveyDocType>` + table("surveys", "sid=1") + "<questions><rows>")
	for i := 0; lss.Len() < exchange.MaxBytes-1000 && i < exchange.MaxRows; i++ {
		fmt.Fprintf(&lss, "<row><qid>%d</qid><parent_qid>0</parent_qid><gid>1</gid><type>L</type><title>q%d</title><question>%s</question><language>en</language></row>", i, i, strings.Repeat("word ", 50))
	}
	lss.WriteString("</rows></questions></document>")
	shared := []string{"list_name|name|label"}
	users := []string{"type|name|label"}
	for i := range exchange.MaxOptions {
		shared = append(shared, fmt.Sprintf("big|%d|Choice %d", 100+i, i))
		users = append(users, fmt.Sprintf("select_one big|q%d|Question %d", i, i))
	}
	rows := []string{"type|name|label"}
	for i := range exchange.MaxRows - 2 {
		rows = append(rows, fmt.Sprintf("text|q%d|Question %d", i, i))
	}
	for name, data := range map[string][]byte{
		"YAML": yaml.Bytes(), "YAML of small values": small.Bytes(), ".lss": lss.Bytes(), "XLSForm": book(t, map[string][]string{"survey": rows}),
		"XLSForm that unpacks to all it may":                          fullBook(t),
		"XLSForm where a thousand questions share a thousand choices": book(t, map[string][]string{"survey": users, "choices": shared}),
	} {
		var err error
		took := testkit.Peak(func() { _, _, err = exchange.Read("file", data, exchange.Options{Area: 5}) })
		if strings.Contains(fmt.Sprint(err), "larger than") {
			t.Errorf("%s: %v: too large to be of use here", name, err)
		}
		if t.Logf("%s of %d kB: %d MB, %.200v", name, len(data)>>10, took>>20, err); took > maxMemory {
			t.Errorf("%s took %d MB", name, took>>20)
		}
	}
}
