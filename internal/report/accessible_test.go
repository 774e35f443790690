package report_test

import (
	"strings"
	"testing"

	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

func TestEveryEditionIsAPDFWithoutFaultsForAReaderWhoListens(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		files, err := report.Write(fixture(t, kind, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		r, err := uacheck.Check(files.PDF)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			t.Error(f)
		}
		if most := map[report.Kind]int{report.Regional: 35, report.National: 14}[kind]; r.Pages > most {
			t.Errorf("%d pages, a reader was promised %d at most", r.Pages, most)
		}
		if strings.Contains(files.HTML, "[report.") {
			t.Error("the page shows a key instead of a word")
		}
	})
}
