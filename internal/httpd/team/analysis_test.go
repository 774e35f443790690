package team_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
)

func TestAViewIsMadeWithMenusAndHasOneAddress(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(40)
	page := "/team/analysis/s5/q5_11"
	s.shows(page, "Kommungrupp", "Bas: 40 upphandlare, 40 politiker", "efter Holm", "Välj urval")
	resp, err := s.client.Get(s.base + page + "?set=1&by=firm_size&group=business&where=bg_size:2&where=bg_size:1&where=q5_01:3&add=bg_sector&weights=")
	status, _ := s.read(resp, err)
	want := page + "?add=bg_sector&by=firm_size&group=business&where=bg_size%3A1%2C2&where=q5_01%3A3"
	if got := resp.Header.Get("Location"); status != http.StatusSeeOther || got != want {
		t.Fatalf("status %d to %s, want %s", status, got, want)
	}
	s.shows(want, `value="bg_size:1" checked`, `value="bg_sector:1"`, "Ta bort")
}

func TestAnAddressThatCannotBeReadGetsThePlainViewAndASentence(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(10)
	for address, sentence := range map[string]string{
		"/team/analysis/s5/q5_11?by=shoes":                    "kan inte delas upp efter shoes",
		"/team/analysis/s5/q5_11?where=bg_size:77":            "inget svar 77",
		"/team/analysis/s5/q5_11?group=kings":                 "Gruppen kings finns inte",
		"/team/analysis/s5/q5_08?group=politician":            "fick inte frågan ”",
		"/team/analysis/s5/q5_11?set=1&where=none:1&weights=": "kan inte vara ett villkor",
		"/team/analysis/s5/q5_08?by=q5_07":                    "Ingen grupp fick alla dessa frågor: ”Har företaget",
		"/team/analysis/s5/q5_11?by=bg_size&group=politician": "Gruppen fick inte frågan ”Hur många",
	} {
		status, body := s.get(address)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, sentence) || !strings.Contains(body, "Bas: ") {
			t.Errorf("%s: status %d without %q", address, status, sentence)
		}
	}
}

func TestAViewIsTakenOutAsTableAndPicture(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(40)
	for file, begins := range map[string]string{"table.csv": "\ufeffsurvey,version", "table.xlsx": "PK", "figure-1.svg": "<svg xmlns=", "figure-2.png": "\x89PNG"} {
		status, body := s.post("/team/analysis/s5/q5_11/"+file, nil)
		if status != http.StatusOK || !strings.HasPrefix(body, begins) {
			t.Errorf("%s: status %d, %.30q", file, status, body)
		}
	}
	for path, want := range map[string]int{"figure-9.png": http.StatusNotFound, "figure-0.svg": http.StatusNotFound, "secret.txt": http.StatusNotFound,
		"table.csv?by=shoes": http.StatusUnprocessableEntity} {
		if status, _ := s.post("/team/analysis/s5/q5_11/"+path, nil); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

// What is downloaded has left the system; a page of the team has not.
func TestADownloadIsNotedAndTheNextIsJudgedWithIt(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(20)
	page := "/team/analysis/s5/q5_11"
	noted := func() (n int) {
		s.Must(s.DB.GetContext(t.Context(), &n, `SELECT count(*) FROM disclosure_release WHERE kind = 'download' AND released_by = 'Leda Ledarsson'`))
		return n
	}
	take := func(file string, want int) string {
		t.Helper()
		status, body := s.post(page+"/"+file, nil)
		if status != want {
			t.Fatalf("%s: status %d, want %d", file, status, want)
		}
		return body
	}
	s.shows(page, "antecknas som utlämnat")
	take("figure-9.svg", http.StatusNotFound)
	if n := noted(); n != 0 {
		t.Errorf("%d tables are noted of which none has left", n)
	}
	first := take("table.csv", http.StatusOK)
	once := noted()
	for _, again := range []string{"table.csv", "table.xlsx", "figure-1.png"} {
		take(again, http.StatusOK)
	}
	if n := noted(); once == 0 || n != once {
		t.Errorf("%d tables noted, then %d: each has left once", once, n)
	}
	s.Crowd(3)
	if body := take("table.csv", http.StatusConflict); !strings.Contains(body, "färre än 7 svar") {
		t.Error("it is not said why three newcomers' answers cannot be told")
	}
	if status, _ := s.get(page); status != http.StatusOK || noted() != once {
		t.Error("the team's own page is taken for a release")
	}
	s.Crowd(20)
	if second := take("table.csv", http.StatusOK); second == first || noted() == once {
		t.Error("the second download is not of its own time")
	}
	if status, _ := s.get(page + "/table.csv"); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		t.Error("a file leaves by a link, unnoted:", status)
	}
}

func TestANoteStaysAtItsViewAndIsTakenAwayByItsAuthorAlone(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(20)
	page := "/team/analysis/s5/q5_11"
	if status, body := s.post(page+"/notes", url.Values{"body": {"  "}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#body"`) {
		t.Fatalf("an empty note: status %d", status)
	}
	if status, _ := s.post(page+"/notes?by=firm_size", url.Values{"body": {"De minsta har svårast."}}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	s.shows(page, "De minsta har svårast.", "Leda Ledarsson", "skrevs vid en annan vy", "?by=firm_size")
	s.shows("/team/analysis/s5", "1 anteckning")
	notes, err := s.annotations.Of(t.Context(), "s5", "q5_11")
	s.Must(err)
	if err := s.annotations.Remove(t.Context(), notes[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else's note was removed: %v", err)
	}
	if status, _ := s.post(page+"/notes/"+notes[0].ID+"/remove", nil); status != http.StatusSeeOther {
		t.Error(status)
	}
	s.shows(page, "Ingen har antecknat")
}

func TestANumberOfAViewBecomesEvidence(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(60)
	s.ImportSample()
	r := s.Numbered("5.1")
	page, number := "/team/analysis/s5/q5_02", "q5_02|none|share|[1]"
	view := "?group=procurer&where=q5_11:1,2,3,4"
	s.shows(page+view, `value="`+number+`"`)
	for form, want := range map[string]int{"q5_02|none|median|[]": http.StatusUnprocessableEntity, "": http.StatusUnprocessableEntity, number: http.StatusSeeOther} {
		if status, _ := s.post(page+"/cite"+view, url.Values{"number": {form}, "recommendation": {r.ID}}); status != want {
			t.Errorf("%q: status %d, want %d", form, status, want)
		}
	}
	s.shows(page, "Citeras i", "5.1 (underlag ")
	if status, body := s.post(page+"/cite"+view, url.Values{"number": {number}, "recommendation": {r.ID}}); status != http.StatusConflict || !strings.Contains(body, "citerar redan") {
		t.Errorf("cited twice: status %d", status)
	}
	after, err := s.Service.Find(t.Context(), r.ID)
	s.Must(err)
	last := after.Evidence[len(after.Evidence)-1].Figure
	if last == nil || last.Measure != "share" || last.Filter.Group != "procurer" || len(last.Filter.Where) != 1 || last.Value == nil {
		t.Errorf("%+v", last)
	}
	resp, err := s.client.PostForm(s.base+page+"/cite"+view, url.Values{"number": {number}})
	status, _ := s.read(resp, err)
	draft := resp.Header.Get("Location")
	if status != http.StatusSeeOther || !strings.HasPrefix(draft, "/team/recommendations/new?cite=") {
		t.Fatal(status, draft)
	}
	s.shows(draft, "Utkastet börjar med talet", "measure=share")
	if status, _ := s.get("/team/recommendations/new?cite=code%3Dx"); status != http.StatusUnprocessableEntity {
		t.Error("a figure that cannot be read:", status)
	}
}

func TestWhatStandsOutIsChosenByTwoGroups(t *testing.T) {
	s := newRecommendationSite(t)
	page := "/team/analysis/s5/stands-out"
	if body := s.shows(page, "För få svar: ingen fråga kunde jämföras."); strings.Contains(body, "Ingen säkerställd skillnad") {
		t.Error("of no answers it is said that they do not differ")
	}
	s.Crowd(40)
	s.shows(page, "Största skillnader mellan två grupper", "prövade tillsammans, p efter Holm", "Index per tema", `value="procurer" selected`)
	s.shows(page+"?first=politician&second=developer", `value="politician" selected`)
	for _, wrong := range []string{"?first=kings", "?first=business&second=business"} {
		if status, _ := s.get(page + wrong); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", wrong, status)
		}
	}
}

func TestAThemeSetsTheSurveysBesideTheMeetings(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(60)
	s.shows("/team/themes", "Tidig dialog och RFI", "/team/themes/I03")
	body := s.shows("/team/themes/I03", "I enkäterna", "På möten och seminarier", "A: enkätresultat med minst 30", "part", "Dialogmöte")
	if strings.Contains(body, "procent av mötena") {
		t.Error("notes are counted in per cent")
	}
	s.shows("/team/themes/I03?lang=en", "At meetings and seminars")
	if status, _ := s.get("/team/themes/Z99"); status != http.StatusNotFound {
		t.Error("an unknown theme:", status)
	}
}

func TestAnEarlierWaveIsShownByItsNumberAndAnUnknownOneIsSaid(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(20)
	s.shows("/team/analysis/s5/q5_11?wave=1", "Bas: ", "wave=1")
	for wave, want := range map[string]int{"9": http.StatusNotFound, "x": http.StatusUnprocessableEntity, "-1": http.StatusUnprocessableEntity} {
		if status, _ := s.get("/team/analysis/s5/q5_11?wave=" + wave); status != want {
			t.Errorf("wave %s: status %d, want %d", wave, status, want)
		}
	}
}

func TestNoPageAndNoFileShowsProcurersBelowTheCounty(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(40)
	page := "/team/analysis/s5/q5_11"
	body := s.shows(page+"?by=municipality_group&group=procurer", "redovisas bara för hela länet")
	if strings.Contains(body, "figure-1.") || strings.Contains(body, `name="number"><optgroup`) {
		t.Error("numbers of procurers by municipality group")
	}
	if status, file := s.post(page+"/table.csv?by=municipality_group&group=procurer", nil); status != http.StatusOK || strings.Contains(file, ",share,") {
		t.Errorf("status %d\n%s", status, file)
	}
	if status, _ := s.post(page+"/figure-1.png?by=municipality_group&group=procurer", nil); status != http.StatusNotFound {
		t.Error("a picture of procurers by municipality group:", status)
	}
	s.shows(page+"?where=bg_municipality:2080", "svar i egna ord: Upphandlare")
}

func TestWavesStandSideBySideWithTheirChange(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(60)
	page := "/team/analysis/s5/q5_11"
	for _, one := range []string{page + "?by=wave", page + "?by=wave&group=business"} {
		if status, body := s.get(one); status != http.StatusUnprocessableEntity || !strings.Contains(body, "bara besvarats i en mätning") || !strings.Contains(body, "Bas: 60") {
			t.Errorf("%s with one wave: status %d", one, status)
		}
	}
	if status, _ := s.post(page+"/table.csv?by=wave", nil); status != http.StatusUnprocessableEntity {
		t.Error("a file of one wave:", status)
	}
	s.shows("/team/analysis/s5/stands-out", "Förändring sedan förra mätningen", "bara besvarats i en mätning")
	s.NextWave("s5", func(d *questionnaire.Definition) { d.Title.Sv += " igen" })
	s.Crowd(60)
	s.shows(page, `href="/team/analysis/s5/q5_11?by=wave">Mätning</a>`)
	s.shows(page+"?by=wave", "Mätning 1 (", "Mätning 2 (", "Bas: Mätning 1", "procentenheter [", "p efter Holm", "den senare mätningen minus den tidigare")
	s.shows(page+"?by=wave&group=politician&lang=en", "the later wave minus the earlier", "Wave 2 (")
	s.shows("/team/analysis/s5/stands-out?lang=sv", "Förändring sedan förra mätningen", "Mätning 2 (", "?by=wave&amp;group=")
	if status, file := s.post(page+"/table.csv?by=wave&group=procurer", nil); status != http.StatusOK || !strings.Contains(file, "s5,2,q5_11,") {
		t.Errorf("status %d\n%.300s", status, file)
	}
	for query, want := range map[string]int{"?by=wave&weights=size_class": 422, "?by=wave&group=kings": 422, "?set=1&by=wave&group=politician&weights=": 303} {
		if status, _ := s.get(page + query); status != want {
			t.Errorf("%s: status %d, want %d", query, status, want)
		}
	}
}

// A view by waves is cited as any other: each number is of the wave under whose heading it stands.
func TestANumberOfEachWaveOfAViewBecomesEvidenceOfThatWave(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(60)
	s.ImportSample()
	s.NextWave("s5", func(d *questionnaire.Definition) {
		q, _ := d.Question("q5_02")
		q.Options = append(q.Options, questionnaire.Option{Code: 88, Text: i18n.Text{Sv: "Något helt nytt", En: "Something new"}})
	})
	s.Crowd(60)
	r := s.Numbered("5.1")
	page, view := "/team/analysis/s5/q5_02", "?by=wave&group=procurer"
	body := s.shows(page+view, "stannar i den när en ny mätning kommer", `value="q5_02|2|share|[88]"`)
	if strings.Contains(body, `value="q5_02|1|share|[88]"`) {
		t.Error("an answer that the first wave did not offer is offered as evidence of it")
	}
	for _, wave := range []int{1, 2} {
		number := fmt.Sprintf("q5_02|%d|share|[1]", wave)
		if status, body := s.post(page+"/cite"+view, url.Values{"number": {number}, "recommendation": {r.ID}}); status != http.StatusSeeOther {
			t.Fatalf("wave %d: status %d\n%s", wave, status, body)
		}
		after, err := s.Service.Find(t.Context(), r.ID)
		s.Must(err)
		f := after.Evidence[len(after.Evidence)-1].Figure
		if f == nil || f.Wave.Number != wave || f.Filter.Group != "procurer" || len(f.Filter.Where) > 0 || f.Value == nil {
			t.Errorf("wave %d: %+v", wave, f)
		}
	}
	diff, err := s.Service.Recompute(t.Context())
	s.Must(err)
	if slices.ContainsFunc(diff, func(d recommendation.Difference) bool { return d.RecommendationID == r.ID }) {
		t.Errorf("counted again: %+v", diff)
	}
}
