package pdf

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/document/specimen"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, d document.Document) []byte {
	t.Helper()
	b, err := Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func check(t testing.TB, b []byte) uacheck.Report {
	t.Helper()
	r, err := uacheck.Check(b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSpecimenHasNoFaultForAReaderWhoListens(t *testing.T) {
	b := render(t, specimen.Report())
	if path := os.Getenv("SPECIMEN_PDF"); path != "" {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range check(t, b).Findings {
		t.Error(f)
	}
}

// Only a chapter's last page may end early.
func TestPagesAreFilled(t *testing.T) {
	for name, d := range map[string]document.Document{"specimen": specimen.Report(), "long": long()} {
		r := check(t, render(t, d))
		for _, no := range r.Sparse(0.6) {
			t.Errorf("%s: page %d of %d is filled to %.0f %%", name, no, r.Pages, 100*r.Filled(no))
		}
	}
}

func TestADocumentWithFilesIsFitForTheArchiveAndGivesThemBack(t *testing.T) {
	d := specimen.Report()
	d.ID, d.Source = "specimen", "sha256:00"
	d.Files = []document.File{{Name: "två.json", MIME: "application/json", Description: "Källan", Source: true, Data: []byte("{}")},
		{Name: "ett.csv", MIME: "text/csv", Description: "Siffrorna", Data: []byte("a,b\n")}}
	b := render(t, d)
	for _, f := range check(t, b).Findings {
		t.Error(f)
	}
	if !bytes.Contains(b, []byte("<pdfaid:part>3</pdfaid:part>")) {
		t.Error("a file with attachments does not call itself PDF/A-3")
	}
	c, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if c.Identifier != "specimen" || c.Source != "sha256:00" || string(c.Files["två.json"]) != "{}" || string(c.Files["ett.csv"]) != "a,b\n" {
		t.Errorf("read again: %q %q %q", c.Identifier, c.Source, c.Files)
	}
	if len(c.Pages) < 5 || !strings.Contains(strings.Join(c.Pages, ""), "Varannan företagare hinner inte") {
		t.Errorf("%d pages without their text", len(c.Pages))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type /Catalog /AF [2 0 R]>>\nendobj\n2 0 obj\n<</EF <</F 2 0 R>>>>\nendobj"))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = Read(b) }) // whatever comes: an answer
}

// The golden file is what a reader hears. Look at each change of it by eye.
func TestTheSpecimenReadsAsBefore(t *testing.T) {
	const golden = "testdata/specimen.txt"
	got := check(t, render(t, specimen.Report())).Outline
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("run go test -update if this is meant:\n%s", d)
	}
}

// words are the text's letters and digits in order, as chunks between white space.
func words(s string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(s, "\u00ad", ""), unicode.IsSpace)
}

// spoken is all text of a document in reading order, without what the layout
// adds around it.
func spoken(d document.Document) []string {
	var out []string
	add := func(s string) { out = append(out, words(typeset.Clean(s))...) }
	runs := func(rs []document.Run) {
		s := ""
		for _, r := range rs {
			s += r.Text
		}
		add(s)
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case document.Heading:
			add(b.Number)
			add(b.Text)
		case document.Paragraph:
			runs(b.Runs)
		case document.List:
			for _, it := range b.Items {
				runs(it.Runs)
			}
		case document.Table:
			add(b.Caption)
			for _, h := range b.Head {
				add(h.Text)
			}
			for _, row := range b.Rows {
				for _, c := range row {
					runs(c)
				}
			}
		case document.Quote:
			add(b.Text)
			add(b.Source)
		case document.Recommendation:
			add(b.Number)
			add(b.Sentence)
			for _, e := range b.Why {
				runs(e.Runs)
			}
			runs(b.FirstStep)
			for _, f := range b.Facts {
				add(f.Label)
				runs(f.Value)
			}
		}
	}
	return out
}

func TestEveryWordOfTheDocumentIsReadInItsOrder(t *testing.T) {
	d := specimen.Report()
	read := words(check(t, render(t, d)).Text)
	at := 0
	for _, w := range spoken(d) {
		from := at
		for at < len(read) && strings.Trim(read[at], ".,") != strings.Trim(w, ".,") {
			at++
		}
		if at == len(read) {
			t.Fatalf("%q is not read after …%q", w, strings.Join(read[max(0, from-8):from], " "))
		}
		at++
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	want := render(t, specimen.Report())
	for range 3 {
		if !bytes.Equal(want, render(t, specimen.Report())) {
			t.Fatal("two renderings differ")
		}
	}
}

func TestAnotherProcessGivesTheSameBytes(t *testing.T) {
	if path := os.Getenv("PDF_CHILD"); path != "" {
		if err := os.WriteFile(path, render(t, specimen.Report()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "child.pdf")
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAnotherProcessGivesTheSameBytes$")
	cmd.Env = append(os.Environ(), "PDF_CHILD="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	other, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(other, render(t, specimen.Report())) {
		t.Error("another process renders other bytes")
	}
}

func TestDocumentsRenderSideBySide(t *testing.T) {
	want := render(t, specimen.Report())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := Render(specimen.Report())
			if err != nil || !bytes.Equal(want, got) {
				t.Errorf("a parallel rendering differs (%v)", err)
			}
		})
	}
	wg.Wait()
}

func TestAnInvalidDocumentIsRefused(t *testing.T) {
	d := specimen.Report()
	d.Title = ""
	if _, err := Render(d); err == nil || !strings.Contains(err.Error(), "title") {
		t.Errorf("error %v", err)
	}
}

// tool runs a program on a document, or skips when it is not installed.
func tool(t *testing.T, d document.Document, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	file := filepath.Join(t.TempDir(), "specimen.pdf")
	if err := os.WriteFile(file, render(t, d), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, append(args, file)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func TestQpdfFindsTheFileSound(t *testing.T) {
	if out := tool(t, specimen.Report(), "qpdf", "--check"); strings.Contains(out, "WARNING") {
		t.Error(out)
	}
}

func TestPopplerReadsTheStructureInOrder(t *testing.T) {
	d := specimen.Report()
	whole := d.Blocks
	d.Blocks = nil
	for _, b := range whole { // poppler takes seconds for each long page
		switch b := b.(type) {
		case document.Heading, document.Figure, document.Quote, document.Recommendation, document.Callout:
			d.Blocks = append(d.Blocks, b)
		case document.Table:
			if len(b.Anchors) > 0 {
				d.Blocks = append(d.Blocks, b)
			}
		}
	}
	ours := heard(check(t, render(t, d)).Outline)
	theirs := heard(popplers(tool(t, d, "pdfinfo", "-struct-text")))
	spoken := func(list []told) (out []told) {
		for _, x := range list {
			if x.is == "Title" { // poppler names the standard type
				x.is = "P"
			}
			if x.is != "Figure" { // and shows no alternatives
				out = append(out, x)
			}
		}
		return out
	}
	if d := cmp.Diff(spoken(ours), spoken(theirs), cmp.AllowUnexported(told{})); d != "" || len(ours) < 50 {
		t.Errorf("of %d pieces:\n%s", len(ours), d)
	}
}

// popplers brings poppler's print of the structure into the form of the checker's.
func popplers(print string) string {
	var b strings.Builder
	for line := range strings.Lines(print) {
		line = strings.TrimRight(line, "\n")
		text := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(text)]
		switch {
		case text == "" || text[0] == '/': // an attribute
		case text[0] == '"':
			b.WriteString(indent + strconv.Quote(text[1:len(text)-1]) + "\n")
		default:
			typ, _, _ := strings.Cut(text, " ")
			b.WriteString(indent + strings.TrimSuffix(typ, ":") + "\n")
		}
	}
	return b.String()
}

func TestAllFontsAreEmbeddedSubsetsWithUnicode(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(tool(t, specimen.Report(), "pdffonts")), "\n")
	if len(lines) < 6 {
		t.Fatalf("%d fonts", len(lines)-2)
	}
	for _, l := range lines[2:] {
		if !strings.Contains(l, "yes yes yes") {
			t.Error(l)
		}
	}
}

// long is a report of about forty pages.
func long() document.Document {
	d := specimen.Report()
	var blocks []document.Block
	for range 4 {
		for _, b := range specimen.Report().Blocks[1:] {
			switch v := b.(type) {
			case document.TOC:
				continue
			case document.Recommendation:
				v.ID, v.Why = "", nil
				b = v
			case document.KeyFigures:
				b = document.MapRuns(v, func([]document.Run) []document.Run { return nil })
			case document.Figure:
				v.ID, v.Source = "", ""
				b = v
			case document.Table:
				v.ID, v.Anchors = "", nil
				b = v
			case document.Heading:
				v.ID = ""
				b = v
			case document.Quote:
				v.ID = ""
				b = v
			case document.Callout, document.List, document.Paragraph:
				b = document.Plain(strings.Repeat("Upphandlingsdialogen fortsätter i nästa kommun med samma frågor. ", 12))
			}
			blocks = append(blocks, b)
		}
	}
	d.Blocks = append(d.Blocks[:1:1], blocks...)
	return d
}

func TestFortyPagesTakeUnderASecond(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	d := long()
	start := time.Now()
	b := render(t, d)
	took := time.Since(start)
	r := check(t, b)
	t.Logf("%d pages, %d kB, %v", r.Pages, len(b)/1024, took)
	if len(r.Findings) > 0 {
		t.Error(r.Findings)
	}
	if took > 3*time.Second { // a second on an idle machine, with room for a busy one
		t.Errorf("%d pages took %v", r.Pages, took)
	}
}

func BenchmarkRender(b *testing.B) {
	d := long()
	for b.Loop() {
		render(b, d)
	}
}

// Whatever stands in a document, it renders without fault.
func FuzzRender(f *testing.F) {
	f.Add("Å ä ö 1\u202f234 −3 → 漢字 😀 \x00\xff\u00ad-\u200b", "ord\u00a0ord")
	f.Add(strings.Repeat("x", 300), " ")
	f.Fuzz(func(t *testing.T, a, b string) {
		d := document.Document{Title: "T", Lang: "sv", Created: time.Unix(0, 0), Blocks: []document.Block{
			document.Heading{Level: 1, Text: "R"}, document.Plain("x" + a + " " + b),
			document.Table{Caption: "x" + b, Head: []document.Column{{Text: "x" + a}, {Text: "y"}}, Rows: [][]document.Cell{document.Row(a, b)}, RowHeader: true},
			document.Figure{Title: "x" + a, Chart: chart.Bar{Base: 30, Rows: []chart.BarRow{{Label: a, Value: 0.5, Count: 15}}}},
		}}
		if len(document.Check(d)) > 0 {
			t.Skip()
		}
		for _, found := range check(t, render(t, d)).Findings {
			if found.Rule != "spacing" { // a word wider than the page is cut, and rightly so
				t.Error(found)
			}
		}
	})
}

// Who meets a number finds where it comes from, and from there every place that uses it.
func TestEveryMarkLeadsToARowAndEveryRowBack(t *testing.T) {
	r := check(t, render(t, specimen.Report()))
	marks := 0
	for _, l := range r.Links {
		if l.Mark {
			marks++
		}
	}
	if oneWay := r.OneWay(); marks != 2 || len(oneWay) != 1 || oneWay[0].Text != "tab.\u00a01" { // a whole table does not lead back
		t.Errorf("of %d marks nothing leads back to %+v", marks, oneWay)
	}
}
