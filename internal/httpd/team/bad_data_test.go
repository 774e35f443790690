package team_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
)

// answered lets n of a group give the same answer to some questions; code 0 leaves them empty.
func (s *recommendationSite) answered(group string, n, code int, questions ...string) {
	s.Helper()
	for range n {
		a := questionnaire.Answers{}
		for _, q := range questions {
			if code > 0 {
				a[q] = questionnaire.Answer{Code: &code}
			}
		}
		s.Answer("s5", group, a)
	}
}

// framed loads how many firms there are of each size.
func (s *recommendationSite) framed(units func(code int) int) {
	s.Helper()
	file := "question;answer;units\n"
	for code := 1; code <= 9; code++ {
		file += fmt.Sprintf("bg_size;%d;%d\n", code, units(code))
	}
	_, faults, err := s.Surveys.ImportFrame(s.Context(), "s5", "ram.csv", strings.NewReader(file), false)
	s.Must(err)
	if len(faults) > 0 {
		s.Fatal(faults)
	}
}

// wrong is a view of data that no number, or none of that kind, can be made of.
type wrong struct {
	view     string
	says     string
	pictures bool // there is something to draw all the same
}

// What no statistics can be made of is said in a sentence, on the page and in every file that it can be taken out as.
func TestDataThatNoNumberCanBeMadeOfAreASentenceEverywhere(t *testing.T) {
	const few, unweighted = "För få svar för att visas", "Ovägt: "
	for name, c := range map[string]struct {
		given func(s *recommendationSite)
		views []wrong
	}{
		"nobody has answered": {func(*recommendationSite) {},
			[]wrong{{"q5_11", "Bas: för få svar", false}, {"q5_13", few, false}, {"q5_05", few, false}, {"q5_11?by=bg_size", few, false}}},
		"one has answered": {func(s *recommendationSite) { s.answered(people.Business, 1, 4, "q5_11") }, []wrong{{"q5_11", few, false}}},
		"one group alone, all alike": {func(s *recommendationSite) { s.answered(people.Procurer, 20, 4, "q5_11") },
			[]wrong{{"q5_11", "Bas: 20 upphandlare", true}, {"q5_11?group=business", few, false}, {"q5_13", few, false}, {"q5_05", few, false}}},
		"all alike": {func(s *recommendationSite) {
			s.answered(people.Business, 20, 4, "q5_11")
			s.answered(people.Politician, 20, 4, "q5_11")
		}, []wrong{{"q5_11", "Bas: 20 politiker, 20 företag", true}, {"q5_11?by=municipality_group&group=business", few, false},
			{"q5_11?group=politician&where=bg_size%3A1", "Ett villkor gäller en fråga som gruppen inte fick", false}}},
		"no answer but don't know, and none at all": {func(s *recommendationSite) { s.answered(people.Procurer, 20, questionnaire.Unknown, "q5_02") },
			[]wrong{{"q5_02", few, false}, {"q5_11", few, false}}},
		"a class of the frame is zero": {func(s *recommendationSite) {
			s.answered(people.Business, 20, 2, "q5_11", "bg_size")
			s.framed(func(code int) int { return map[bool]int{true: 0, false: 1000}[code == 2] })
		}, []wrong{{"q5_11?group=business&weights=size_class", unweighted, true}}},
		"more answered than there are": {func(s *recommendationSite) {
			s.answered(people.Business, 20, 2, "q5_11", "bg_size")
			s.framed(func(int) int { return 1 })
		}, []wrong{{"q5_11?group=business&weights=size_class", unweighted, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRecommendationSite(t)
			c.given(s)
			for _, v := range c.views {
				s.everywhere(t, v)
			}
		})
	}
}

// everywhere looks at a view as a page and takes it out as every file.
func (s *recommendationSite) everywhere(t *testing.T, v wrong) {
	t.Helper()
	question, query, _ := strings.Cut(v.view, "?")
	page := s.shows("/team/analysis/s5/"+v.view, v.says)
	sane(t, v.view, tagless.ReplaceAllString(page, " "))
	file := func(name string) (int, string) { return s.post("/team/analysis/s5/"+question+"/"+name+"?"+query, nil) }
	status, table := file("table.csv")
	if status != http.StatusOK {
		t.Fatalf("%s: table.csv: status %d", v.view, status)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	s.Must(err)
	withheldIsEmpty(t, rows)
	status, book := file("table.xlsx")
	if status != http.StatusOK {
		t.Fatalf("%s: table.xlsx: status %d", v.view, status)
	}
	f, err := excelize.OpenReader(strings.NewReader(book))
	s.Must(err)
	cells, err := f.GetRows(f.GetSheetList()[0])
	s.Must(err)
	if len(cells) != len(rows) {
		t.Errorf("%s: the workbook has %d rows, the table %d", v.view, len(cells), len(rows))
	}
	sane(t, v.view+" as a workbook", fmt.Sprint(cells))
	for _, kind := range []string{"svg", "png"} {
		status, picture := file("figure-1." + kind)
		switch {
		case v.pictures && status == http.StatusOK:
			drawn(t, kind, picture)
		case v.pictures, status != http.StatusNotFound && status != http.StatusConflict:
			t.Errorf("%s as %s: status %d", v.view, kind, status)
		default:
			sane(t, v.view+" as "+kind, tagless.ReplaceAllString(picture, " "))
		}
	}
}

var insane = regexp.MustCompile(`NaN|\bInf\b|%!|<no value>|\[(exhibit|analysis|recommendation)\.|panic`)

var tagless = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)

// sane fails on what no reader should see.
func sane(t *testing.T, where, text string) {
	t.Helper()
	if at := insane.FindStringIndex(text); at != nil {
		t.Errorf("%s says %q", where, text[max(0, at[0]-40):min(len(text), at[1]+40)])
	}
}

// withheldIsEmpty: what is not known is no number, also not zero.
func withheldIsEmpty(t *testing.T, rows [][]string) {
	t.Helper()
	at := func(column string) int { return slices.Index(rows[0], column) }
	for _, r := range rows[1:] {
		sane(t, "the table", strings.Join(r, " "))
		if hidden := r[at("withheld")]; hidden != "" && hidden != "0" && hidden != "false" && r[at("count")]+r[at("value")] != "" {
			t.Errorf("a number that is withheld: %v", r)
		}
		if base := r[at("base")]; base == "0" {
			t.Errorf("a share of nobody: %v", r)
		}
	}
}

// drawn fails unless a picture can be read and shows something.
func drawn(t *testing.T, kind, picture string) {
	t.Helper()
	if kind == "png" {
		img, err := png.Decode(bytes.NewReader([]byte(picture)))
		if err != nil || img.Bounds().Dx() < 200 || img.Bounds().Dy() < 50 {
			t.Errorf("png: %v", err)
			return
		}
		first := img.At(0, 0)
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if img.At(x, y) != first {
					return
				}
			}
		}
		t.Error("the png is empty")
		return
	}
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("svg: %v", err)
		}
	}
	sane(t, "the svg", picture)
}

// A number that is cited is not a number any more when those who gave it have taken it back: page, evidence and files say so.
func TestAnAnswerThatWasCitedAndTakenBackIsSaidSo(t *testing.T) {
	s := newRecommendationSite(t)
	s.answered(people.Business, 8, 4, "q5_11")
	s.ImportSample()
	r := s.Numbered("5.1")
	_, _, err := s.Service.Cite(s.Context(), r.ID, recommendation.Figure{SurveyID: "s5", Question: "q5_11",
		Filter: analysis.Filter{Group: people.Business}, Measure: analysis.MeasureTop2}, "prov")
	s.Must(err)
	s.shows("/team/recommendations/"+r.ID, "8 av 8")
	_, err = s.DB.Exec(`UPDATE response SET state = 'withdrawn', answers = '{}', receipt = NULL, submitted_at = NULL, withdrawn_at = now(), revision = revision + 1
		WHERE id IN (SELECT id FROM response WHERE survey_id = 's5' AND state = 'submitted' LIMIT 2)`)
	s.Must(err)
	s.Must(s.Service.RecomputeJob(s.Context(), recommendation.RecomputeArgs{}))
	sane(t, "the recommendation", tagless.ReplaceAllString(s.shows("/team/recommendations/"+r.ID, "Stämmer inte längre", "För få har svarat för att siffran ska få visas"), " "))
	sane(t, "the analysis", tagless.ReplaceAllString(s.shows("/team/analysis/s5/q5_11", "För få svar för att visas"), " "))
	status, table := s.post("/team/analysis/s5/q5_11/table.csv", nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	if s.Must(err); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	withheldIsEmpty(t, rows)
}
