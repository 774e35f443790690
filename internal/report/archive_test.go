package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/report"
)

func TestTheArchivePackageHoldsEverythingUnderItsChecksum(t *testing.T) {
	w := newWorld(t)
	e := w.made()
	ctx := t.Context()
	if _, err := w.Reports.Archive(ctx, e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("archived before it was published: %v", err)
	}
	e, err := w.Reports.Publish(ctx, e.ID, time.Time{})
	w.Must(err)
	first, err := w.Reports.Archive(ctx, e.ID)
	w.Must(err)
	w.Clock.Advance(time.Hour)
	if again, err := w.Reports.Archive(ctx, e.ID); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the same edition gave another archive: %v", err)
	}
	bodies := w.unzipped(first)
	var m struct {
		Snapshot string `json:"snapshot_sha256"`
		Files    []struct{ Name, SHA256 string }
	}
	w.Must(json.Unmarshal(bodies[report.ArchiveManifest], &m))
	if len(m.Files) != len(bodies)-1 {
		t.Errorf("the manifest lists %d of %d files", len(m.Files), len(bodies)-1)
	}
	kinds := map[string]int{}
	for _, f := range m.Files {
		if report.Hash(bodies[f.Name]) != f.SHA256 {
			t.Errorf("%s is not what the manifest says", f.Name)
		}
		kinds[strings.SplitN(f.Name, "/", 2)[0]]++
		if strings.HasSuffix(f.Name, ".yaml") {
			if d, _, err := exchange.ReadYAML(f.Name, bodies[f.Name]); err != nil || d == nil {
				t.Errorf("%s cannot be read back: %v", f.Name, err)
			}
		}
	}
	if kinds["data"] < 7 || kinds["papers"] < 4 || kinds["minutes"] != len(w.meetings()) {
		t.Errorf("packed: %v", kinds)
	}
	if report.Hash(bodies["edition.pdf"]) != e.PDFSHA256 || report.Hash(bodies["snapshot.json"]) != e.SnapshotHash || m.Snapshot != e.SnapshotHash {
		t.Error("the package holds another edition than the published one")
	}
}

func (w world) meetings() []string {
	all, err := w.Meetings.List(w.Context())
	w.Must(err)
	var refs []string
	for _, m := range all {
		refs = append(refs, m.Ref)
	}
	return refs
}

// unzipped are a zip's files by name.
func (w world) unzipped(b []byte) map[string][]byte {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	w.Must(err)
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		w.Must(err)
		files[f.Name], err = io.ReadAll(r)
		w.Must(err)
	}
	return files
}
