package main

import "testing"

func TestAnalysisMeasuresEverythingOnEveryResponse(t *testing.T) {
	var all []analysisReport
	bench(t, &all, "analysis", "--responses=600", "--pages=40", "--looks=10")
	if len(all) != 1 || all[0].Responses != 600 || all[0].Questions != 60 || all[0].Load <= 0 || all[0].Ratio <= 0 || all[0].CrossRatio <= 0 {
		t.Fatalf("%+v", all)
	}
	for name, s := range map[string]spread{"refresh": all[0].Refresh, "idle": all[0].Idle, "frequencies": all[0].Frequencies,
		"cross-tables": all[0].Cross, "SQL": all[0].SQL, "SQL crossed": all[0].SQLCross, "page": all[0].Page} {
		if s.N == 0 || s.P50 <= 0 || s.P99 < s.P50 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}
