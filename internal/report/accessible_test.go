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
		if list := r.Sparse(0.6); len(list) > 0 {
			t.Errorf("pages %v are emptier than a reader would think meant: %.2f", list, filled(r))
		}
		marks := 0
		for _, l := range r.Links {
			if l.Mark {
				marks++
			}
		}
		if marks < 10 {
			t.Errorf("%d marks after numbers", marks)
		}
		for _, l := range r.OneWay() { // whole tables and chapters do not lead back
			if !strings.HasPrefix(l.Text, "tab") && !strings.HasPrefix(l.Text, "bilaga") && !strings.HasPrefix(l.Text, "appendix") {
				t.Errorf("page %d: from where %q leads there is no way back", l.Page, l.Text)
			}
		}
		if most := map[report.Kind]int{report.Regional: 32, report.National: 15}[kind]; r.Pages > most {
			t.Errorf("%d pages, a reader was promised %d at most", r.Pages, most)
		}
		if strings.Contains(files.HTML, "[report.") {
			t.Error("the page shows a key instead of a word")
		}
	})
}

func filled(r uacheck.Report) []float64 {
	out := make([]float64, r.Pages)
	for i := range out {
		out[i] = r.Filled(i + 1)
	}
	return out
}
