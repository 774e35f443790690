package questionnaire_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/questionnaire"
)

var storedAnswers = []string{
	`{}`,
	`{"q5_01": {"code": 3}, "q5_02": {"codes": [1, 2, 98]}, "q5_03": {"number": 3.25}, "q5_04": {"number": 0}}`,
	`{"q5_05": {"rows": {"a": 1, "b": 98}}, "q5_06": {"text": "Kravställning – \"på riktigt\"\nrad två"}, "q5_07": {"code": 9, "other": "åka dit"}}`,
	`{"a": {"code": -1}, "b": {"number": -3.5e7}, "c": {"codes": []}, "d": {}, "e": {"rows": {}}}`,
	`{"a": {"code": null}, "b": null, "c": {"text": ""}, "a": {"code": 4}}`,
	`{"a": {"code": 01}}`, `{"a": {"number": 1.}}`, `{"a": {"Code": 3}}`, `{"a": {"code": 3, "code": 4}}`, `{"a": {"text": "` + "\xff" + `"}}`,
	`{"a": {"code": 3}`, `{"a": {"code": 3}} x`, `{"a": {"code": "3"}}`, `{"a": {"code": 3.0}}`, `{"\u0061": {"code": 3}}`, `[]`, `null`, ``, `{"a": {"text": "\`,
	`{"a": {"code": 3}, "b": {"code": 3, "other": "x"}, "c": {"code": 3 }, "d": {"code": 03}, "e": {"code": 1}}`, `{"a": {"code": 12`,
	"{\"a\":\t{\"code\":3}\n}", `{"a":{"code":12345678901}}`, `{"a":{"x":1}}`,
}

// asking is a questionnaire with some questions.
func asking(ids ...string) *questionnaire.Definition {
	var s questionnaire.Section
	for _, id := range ids {
		s.Questions = append(s.Questions, questionnaire.Question{ID: id})
	}
	return &questionnaire.Definition{Sections: []questionnaire.Section{s}}
}

func FuzzAnswerReader(f *testing.F) {
	for _, s := range storedAnswers {
		f.Add([]byte(s))
	}
	def := asking("a", "b", "c", "d", "q5_01", "q5_03", "q5_05", "q5_06", "q5_07")
	r := questionnaire.NewAnswerReader(def)
	f.Fuzz(func(t *testing.T, doc []byte) {
		var want questionnaire.Answers
		wantErr := json.Unmarshal(doc, &want)
		got, err := r.Read(doc)
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("%q: %v, encoding/json says %v", doc, err, wantErr)
		}
		if wantErr != nil {
			return
		}
		for i, q := range def.Questions() {
			if diff := cmp.Diff(want[q.ID], got[i]); diff != "" {
				t.Errorf("%q %s (-encoding/json +got):\n%s", doc, q.ID, diff)
			}
		}
	})
}

func BenchmarkAnswerReader(b *testing.B) {
	doc, ids := []byte("{"), []string(nil)
	for i := range 60 { // as the database writes it
		ids = append(ids, fmt.Sprintf("q5_%02d", i))
		doc = fmt.Appendf(doc, `"q5_%02d": {"code": %d}, `, i, i)
	}
	doc = append(doc[:len(doc)-2], '}')
	r := questionnaire.NewAnswerReader(asking(ids...))
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, err := r.Read(doc); err != nil {
			b.Fatal(err)
		}
	}
}
