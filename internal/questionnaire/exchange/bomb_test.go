package exchange_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"math"
	"runtime"
	"strings"
	"testing"

	"upphandlingsdialog/internal/questionnaire/exchange"
)

// packed is a workbook of parts that unpack to 64 MB each and state the given sizes.
func packed(t *testing.T, stated ...uint64) []byte {
	t.Helper()
	var body bytes.Buffer
	w, err := flate.NewWriter(&body, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for range 64 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var book bytes.Buffer
	z := zip.NewWriter(&book)
	for i, size := range stated {
		part, err := z.CreateRaw(&zip.FileHeader{
			Name: "xl/worksheets/sheet" + string(rune('1'+i)) + ".xml", Method: zip.Deflate,
			CompressedSize64: uint64(body.Len()), UncompressedSize64: size,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(body.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return book.Bytes()
}

func TestAWorkbookThatLiesAboutItsSizeIsRefusedBeforeItIsUnpacked(t *testing.T) {
	for name, stated := range map[string][]uint64{
		"too little":            {100},
		"a sum that wraps":      {100, math.MaxUint64},
		"half the range, twice": {1 << 63, 1 << 63},
		"together too much":     {exchange.MaxUnpacked, 1},
	} {
		book := packed(t, stated...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, _, err := exchange.Read("bomb.xlsx", book, exchange.Options{})
		runtime.ReadMemStats(&after)
		if d != nil || err == nil || !strings.Contains(err.Error(), "bomb.xlsx") {
			t.Errorf("%s: %v", name, err)
		}
		if len(stated) > 1 && (err == nil || !strings.Contains(err.Error(), "when unpacked")) {
			t.Errorf("%s: not refused by its stated sizes: %v", name, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > exchange.MaxUnpacked {
			t.Errorf("%s: %d MB were allocated", name, took>>20)
		}
	}
}
