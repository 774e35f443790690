package response_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/response/responsetest"
)

// submitted answers as the person at the address and submits.
func submitted(t *testing.T, w *responsetest.World, address string, a questionnaire.Answers) response.Response {
	t.Helper()
	ids := slices.Collect(func(yield func(string) bool) {
		for id := range a {
			if !yield(id) {
				return
			}
		}
	})
	r := save(t, w, w.Start(address), a, ids...)
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	return r
}

func TestAnExportHoldsTheAnswersAndNobodysName(t *testing.T) {
	w := responsetest.New(t, "s5")
	firm := submitted(t, w, responsetest.Business, questionnaire.Answers{"q5_01": code(3), "q5_04": number(98)})
	gone := submitted(t, w, responsetest.English, questionnaire.Answers{"q5_01": code(5)})
	w.Must(w.Responses.Withdraw(t.Context(), gone.ID))
	save(t, w, w.Start(responsetest.Procurer), questionnaire.Answers{"q5_01": code(4)}, "q5_01") // a draft
	for _, f := range export.Formats {
		var b bytes.Buffer
		x, err := w.Responses.Export(t.Context(), "s5", 0, f, export.Options{Lang: i18n.Sv}, false, &b)
		w.Must(err)
		if x.Count != 1 || x.LeftOut != 0 || x.Version.Number != 1 {
			t.Errorf("%s: %d responses to version %d, %d left out", f, x.Count, x.Version.Number, x.LeftOut)
		}
		if f == export.FormatXLSX { // a zip file; its text comes from the same cells
			continue
		}
		for _, secret := range []string{"Berit", "Åkerman", "snickeri.example", firm.ID, firm.InvitationID, firm.Receipt, w.Token(responsetest.Business)} {
			if secret != "" && strings.Contains(b.String(), secret) {
				t.Errorf("%s holds %q", f, secret)
			}
		}
		if f != export.FormatCSV {
			continue
		}
		table, err := csv.NewReader(&b).ReadAll()
		w.Must(err)
		cell := func(name string) string { return table[1][slices.Index(table[0], name)] }
		for name, want := range map[string]string{"row": "1", "group": "business", "language": "sv", "submitted": "2019-03-04", "wave": "1",
			"q5_01": "3", "q5_02": "-1", "q5_04": "98", "q5_11": "-2"} {
			if got := cell(name); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
	}
}

func TestEveryExportOfAnswersIsInTheLog(t *testing.T) {
	w := responsetest.New(t, "s5")
	ctx := audit.WithActor(t.Context(), audit.Actor{Kind: "user", ID: "7", Name: "Leda"})
	for _, f := range []export.Format{export.FormatSAV, export.FormatCodebook} {
		_, err := w.Responses.Export(ctx, "s5", 0, f, export.Options{Raw: true}, false, &bytes.Buffer{})
		w.Must(err)
	}
	entries, err := audit.NewReader(w.DB).List(t.Context(), 0, 1)
	w.Must(err)
	e := entries[0]
	if e.Name != response.EventExported || e.SubjectID != "s5" || e.ActorName != "Leda" || !strings.Contains(string(e.Detail), `"sav"`) {
		t.Errorf("the last event is %+v", e)
	}
}

func TestAnExportThatCannotBeMadeSaysWhy(t *testing.T) {
	w := responsetest.New(t, "s5")
	for _, c := range []struct {
		survey  string
		version int
		format  export.Format
		want    fault.Kind
	}{{"s9", 0, "csv", fault.NotFound}, {"s5", 2, "csv", fault.NotFound}, {"s5", 0, "doc", fault.Invalid}} {
		var b bytes.Buffer
		_, err := w.Responses.Export(t.Context(), c.survey, c.version, c.format, export.Options{}, false, &b)
		if !fault.Is(err, c.want) || b.Len() > 0 {
			t.Errorf("%+v: %v, and %d bytes", c, err, b.Len())
		}
	}
}

func TestAnExportTellsWavesApartAndReadsBackOneAtATime(t *testing.T) {
	w := responsetest.New(t, "s5")
	submitted(t, w, responsetest.Business, questionnaire.Answers{"q5_01": code(3)})
	w.Clock.Advance(365 * 24 * time.Hour)
	w.Must(postgres.InTx(t.Context(), w.DB, func(tx *sqlx.Tx) error {
		_, err := w.Surveys.Join(t.Context(), tx, w.Campaign.VersionID, true)
		return err
	}))
	in := "ref,group,q5_01\n1,business,4\n2,procurer,5\n"
	took, err := w.Responses.Import(t.Context(), "s5", 0, response.Paper, strings.NewReader(in), false)
	w.Must(err)
	if took.Added != 2 {
		t.Fatalf("%+v", took)
	}
	var b bytes.Buffer
	x, err := w.Responses.Export(t.Context(), "s5", 0, export.FormatCSV, export.Options{Lang: i18n.Sv}, false, &b)
	w.Must(err)
	if len(x.Waves) != 2 || x.Waves[0].Number != 1 || x.Untold {
		t.Errorf("the export holds %+v", x)
	}
	table, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
	w.Must(err)
	waves := map[string]string{} // by answer
	for _, row := range table[1:] {
		waves[row[slices.Index(table[0], "q5_01")]] = row[slices.Index(table[0], "wave")]
	}
	if waves["3"] != "1" || waves["4"] != "2" || waves["5"] != "2" {
		t.Errorf("waves by answer: %v", waves)
	}
	again := "ref" + strings.TrimPrefix(b.String(), "row")
	took, err = w.Responses.Import(t.Context(), "s5", 0, response.Paper, strings.NewReader(again), true)
	if err != nil || len(took.Faults) == 0 || took.Faults[0].Column != "wave" || !strings.Contains(took.Faults[0].Text(i18n.Sv), "Dela filen") {
		t.Errorf("rows of two waves in one file: %+v, %v", took, err)
	}
}
