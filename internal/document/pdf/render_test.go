package pdf

import (
	"os"
	"testing"

	"upphandlingsdialog/internal/document/specimen"
)

func TestWrite(t *testing.T) {
	b, err := Render(specimen.Report())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("/tmp/specimen.pdf", b, 0o644); err != nil {
		t.Fatal(err)
	}
}
