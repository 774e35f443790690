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

// newLimeFile is laid out as LimeSurvey 4 to 6 write it: texts in tables of their own.
func newLimeFile() []byte {
	q := func(id, parent int, kind, title string, more string) string {
		return fmt.Sprintf("qid=%d|parent_qid=%d|sid=88|gid=3|type=%s|title=%s|question_order=%d|mandatory=N|relevance=1|question_theme_name=x%s", id, parent, kind, title, id, more)
	}
	text := func(id int, language, words string) string {
		return fmt.Sprintf("id=%d|qid=%d|language=%s|question=%s|help=", id*2, id, language, words)
	}
	return []byte(`<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>717</DBVersion>` +
		table("surveys", "sid=88|admin=inherit") +
		table("surveys_languagesettings", "surveyls_language=en|surveyls_title=Trial|surveyls_endtext=Bye") +
		table("groups", "gid=3|sid=88|group_order=1|grelevance=1") +
		table("group_l10ns", "id=1|gid=3|group_name=Page|language=en", "id=2|gid=3|group_name=Sida|language=sv") +
		table("questions",
			q(1, 0, "L", "pet", "|other=Y"), q(2, 0, "M", "food", ""), q(3, 0, "R", "rank", ""),
			strings.Replace(q(4, 0, "N", "age", "|preg=/^1/"), "relevance=1", "relevance=((food_SQ2.NAOK == \"Y\") and 88X3X1.NAOK == \"A2\")", 1),
			q(5, 0, "Q", "names", "")) +
		table("subquestions", q(21, 2, "M", "SQ1", ""), q(22, 2, "M", "SQ2", ""), q(31, 3, "R", "S1", ""), q(32, 3, "R", "S2", ""), q(51, 5, "Q", "first", "")) +
		table("question_l10ns", text(1, "en", "Pet?"), text(1, "sv", "Djur?"), text(2, "en", "Food?"), text(3, "en", "Order?"), text(4, "en", "Age?"), text(5, "en", "Names?"),
			text(21, "en", "Meat"), text(22, "en", "Fish"), text(31, "en", "Red"), text(32, "en", "Blue"), text(51, "en", "First name"), text(77, "en", "Nobody's")) +
		table("answers", "aid=9|qid=1|code=A1|sortorder=1|scale_id=0", "aid=10|qid=1|code=A2|sortorder=2|scale_id=0") +
		table("answer_l10ns", "id=1|aid=9|answer=Dog|language=en", "id=2|aid=9|answer=Hund|language=sv", "id=3|aid=10|answer=Cat|language=en") +
		table("question_attributes", "qid=4|attribute=max_num_value_n|value=120", "qid=4|attribute=num_value_int_only|value=1", "qid=2|attribute=exclude_all_others|value=SQ1",
			"qid=2|attribute=random_order|value=1", "qid=3|attribute=max_subquestions|value=1", "qid=1|attribute=array_filter|value=food", "qid=1|attribute=hidden|value=0") +
		table("quota", "id=1|name=Full|qlimit=10") + `</document>`)
}

func TestASurveyOfLimeSurvey6BecomesADraftAndTheRestIsListedRowByRow(t *testing.T) {
	d, findings, err := exchange.LimeSurvey("a.lss", newLimeFile(), exchange.Options{Area: 6})
	if err != nil || questionnaire.Errors(findings) {
		t.Fatal(err, findings)
	}
	var ids []string
	for _, q := range d.Questions() {
		ids = append(ids, q.ID+":"+string(q.Type))
	}
	if diff := cmp.Diff([]string{"pet:single", "food:multiple", "rank:ranking", "age:numeric"}, ids); diff != "" {
		t.Error(diff)
	}
	pet, _ := d.Question("pet")
	food, _ := d.Question("food")
	rank, _ := d.Question("rank")
	age, _ := d.Question("age")
	if pet.Text.Sv != "Djur?" || pet.Options[0].Text.Sv != "Hund" || pet.Options[1].Text.En != "Cat" || !pet.Options[2].OtherText || d.Sections[0].Title.Sv != "Sida" {
		t.Errorf("%+v in %+v", pet, d.Sections[0].Title)
	}
	if !food.Options[0].Exclusive || food.Options[1].Exclusive || !food.Randomize {
		t.Errorf("%+v", food)
	}
	if len(rank.Options) != 2 || rank.Top != 1 || rank.Options[1].Text.En != "Blue" {
		t.Errorf("%+v", rank)
	}
	want := &questionnaire.Condition{All: []questionnaire.Condition{
		{Q: "food", Op: questionnaire.Eq, Values: []float64{float64(food.Options[1].Code)}}, {Q: "pet", Op: questionnaire.Eq, Values: []float64{float64(pet.Options[1].Code)}}}}
	if age.Max != 120 || age.Decimals != 0 || cmp.Diff(want, age.ShowIf) != "" {
		t.Errorf("%+v %s", age, cmp.Diff(want, age.ShowIf))
	}
	all := fmt.Sprint(findings)
	for _, text := range []string{"[quota]:1:1: warning: not taken over: id 1, name Full", "the pattern that an answer must have: /^1/", "names of LimeSurvey's type \"Q\" (several short texts)",
		"the row first of it: First name", "array_filter of pet: food", "a text of qid 77", "texts around the survey", "endtext", "[surveys]:1:1"} {
		if !strings.Contains(all, text) {
			t.Errorf("nothing about %s in %v", text, findings)
		}
	}
	for _, text := range []string{"hidden", "max_num_value_n", "answer_l10ns"} {
		if strings.Contains(all, text) {
			t.Errorf("needless words about %s", text)
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
	f.Add(newLimeFile())
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _, _ = exchange.LimeSurvey("a.lss", data, exchange.Options{})
	})
}
