package exchange_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
)

// table writes a table of a LimeSurvey file: rows of field=value parted by |.
func table(name string, rows ...string) string {
	var out strings.Builder
	for _, r := range rows {
		out.WriteString("<row>")
		for _, cell := range strings.Split(r, "|") {
			field, value, _ := strings.Cut(cell, "=")
			fmt.Fprintf(&out, "<%s><![CDATA[%s]]></%s>", field, value, field)
		}
		out.WriteString("</row>")
	}
	return fmt.Sprintf("<%s><rows>%s</rows></%s>", name, out.String(), name)
}

func limeFile() []byte {
	q := func(id int, kind, title, text, more string) string {
		return fmt.Sprintf("qid=%d|parent_qid=0|gid=1|type=%s|title=%s|question=%s|question_order=%d|language=en%s", id, kind, title, text, id, more)
	}
	return []byte(`<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>` +
		table("surveys", "sid=77") +
		table("surveys_languagesettings", "surveyls_language=en|surveyls_title=Trial", "surveyls_language=sv|surveyls_title=Försök") +
		table("groups", "gid=1|group_name=Page|group_order=0|language=en", "gid=1|group_name=Sida|group_order=0|language=sv") +
		table("questions",
			q(1, "L", "pet", "<b>Pet</b>?", "|other=Y"), strings.Replace(strings.Replace(q(1, "L", "pet", "Djur?", ""), "language=en", "language=sv", 1), "other=Y", "", 1),
			q(2, "X", "note", "Think.", ""), q(3, "M", "food", "Food?", "|relevance=((pet.NAOK == \"A1\"))"),
			q(4, "D", "day", "When?", ""), q(5, "A", "rate", "Rate:", ""), q(6, "T", "why", "Why?", "|relevance=foo(bar)")) +
		table("subquestions", "qid=31|parent_qid=3|title=SQ1|question=Meat|question_order=1|language=en", "qid=32|parent_qid=3|title=SQ2|question=Fish|question_order=2|language=en",
			"qid=51|parent_qid=5|title=1|question=Food|question_order=1|language=en") +
		table("answers", "qid=1|code=A1|answer=Dog|sortorder=1|language=en", "qid=1|code=A2|answer=Cat|sortorder=2|language=en") + `</document>`)
}

func TestALimeSurveyBecomesADraftAndTheRestIsListed(t *testing.T) {
	d, findings, err := exchange.LimeSurvey("a.lss", limeFile(), exchange.Options{Area: 7})
	if err != nil || questionnaire.Errors(findings) {
		t.Fatal(err, findings)
	}
	var ids []string
	for _, q := range d.Questions() {
		ids = append(ids, q.ID+":"+string(q.Type))
	}
	if diff := cmp.Diff([]string{"pet:single", "food:multiple", "rate:matrix", "why:text"}, ids); diff != "" {
		t.Error(diff)
	}
	pet, _ := d.Question("pet")
	food, _ := d.Question("food")
	if pet.Text.Sv != "Djur?" || pet.Text.En != "Pet ?" || len(pet.Options) != 3 || !pet.Options[2].OtherText {
		t.Errorf("%+v", pet)
	}
	if food.ShowIf == nil || food.ShowIf.All[0].Q != "pet" || food.Help.En != "Think." {
		t.Errorf("%+v", food)
	}
	for _, text := range []string{`type "D"`, "the condition of why"} {
		if !strings.Contains(fmt.Sprint(findings), text) {
			t.Errorf("nothing about %s in %v", text, findings)
		}
	}
}

func TestOthersLimeSurveysAreRead(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("UDD_EXCHANGE_FILES"), "*.lss"))
	if os.Getenv("UDD_EXCHANGE_FILES") == "" || len(files) == 0 {
		t.Skip("UDD_EXCHANGE_FILES names no folder with files of other programs")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, findings, err := exchange.LimeSurvey(filepath.Base(file), data, exchange.Options{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		t.Logf("%s: %d questions", file, len(d.Questions()))
		for _, f := range findings {
			t.Log(f)
		}
	}
}

func FuzzLimeSurvey(f *testing.F) {
	f.Add(limeFile())
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _, _ = exchange.LimeSurvey("a.lss", data, exchange.Options{})
	})
}
