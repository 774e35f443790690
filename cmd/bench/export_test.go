package main

import (
	"runtime"
	"testing"
)

func TestExportTakesOutEveryResponseInEveryFormat(t *testing.T) {
	var r exportReport
	bench(t, &r, "export", "--responses=700", "--questions=24")
	if len(r.Formats) != 4 || r.Columns < 24 {
		t.Fatalf("%+v", r)
	}
	for _, f := range r.Formats {
		if f.Rows != 700 || f.Bytes < 10_000 || f.Seconds <= 0 || runtime.GOOS == "linux" && f.PeakKB <= 0 {
			t.Errorf("%+v", f)
		}
	}
}
