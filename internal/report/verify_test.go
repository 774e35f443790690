package report_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

var written struct {
	sync.Once
	document.Document
}

// edition is the regional edition's file, changed by somebody who has our program.
func edition(t *testing.T, change func(*document.Document)) []byte {
	t.Helper()
	written.Do(func() {
		d, err := report.Document(fixture(t, report.Regional, normal), i18n.Sv)
		if err != nil {
			t.Fatal(err)
		}
		written.Document = d
	})
	d := written.Document
	d.Blocks, d.Files = slices.Clone(d.Blocks), slices.Clone(d.Files)
	if change != nil {
		change(&d)
	}
	b, err := pdf.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// said are all sentences of a verification.
func said(v *report.Verification) string {
	var b strings.Builder
	for _, c := range v.Checks {
		b.WriteString([]string{"= ", "! ", "? "}[c.Outcome] + c.Says.In(i18n.Sv) + "\n")
		for _, d := range c.Details {
			b.WriteString("   " + d.In(i18n.Sv) + "\n")
		}
	}
	return b.String()
}

func TestAnEditionCanBeVerifiedFromItsFileAlone(t *testing.T) {
	each(t, func(t *testing.T, kind report.Kind, lang i18n.Lang) {
		files, err := report.Write(fixture(t, kind, normal), lang)
		if err != nil {
			t.Fatal(err)
		}
		v := report.Verify(files.PDF, nil)
		if !v.Agrees() {
			t.Error(said(v))
		}
		for _, want := range []string{"byte för byte", "andelar med osäkerhet är omräknade", "rekommendationerna vilar på är omräknade", "inte jämförd med den publicerade"} {
			if !strings.Contains(said(v), want) {
				t.Errorf("%q is not said:\n%s", want, said(v))
			}
		}
		if strings.Contains(said(v), "[report.") || strings.Contains(said(v), "<no value>") {
			t.Error(said(v))
		}
	})
}

// raise changes the first digit of a text.
func raise(s string) string {
	i := strings.IndexAny(s, "0123456789")
	return s[:i] + string('0'+(s[i]-'0'+1)%10) + s[i+1:]
}

func attached(d *document.Document, name string) *document.File {
	for i := range d.Files {
		if d.Files[i].Name == name {
			return &d.Files[i]
		}
	}
	return nil
}

func TestAFileWithOneDigitChangedIsRefusedInPlainWords(t *testing.T) {
	whole := edition(t, nil)
	change := func(old, changed string) []byte {
		if n := bytes.Count(whole, []byte(old)); n == 0 {
			t.Fatalf("%q is not in the file", old)
		}
		return bytes.Replace(whole, []byte(old), []byte(changed), 1)
	}
	hash := report.Verify(whole, nil).Hash
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"in the text of a page", "sidor säger något annat", edition(t, func(d *document.Document) {
			for i, b := range d.Blocks {
				if p, ok := b.(document.Paragraph); ok && strings.ContainsAny(p.Runs[0].Text, "12345678") {
					p.Runs = append([]document.Run{}, p.Runs...)
					p.Runs[0].Text = raise(p.Runs[0].Text)
					d.Blocks[i] = p
					return
				}
			}
		})},
		{"in a count of the attached table", "tal i data.csv är inte utgåvans", edition(t, func(d *document.Document) {
			f := attached(d, report.DataFile)
			lines := strings.SplitAfter(string(f.Data), "\n")
			for i, l := range lines {
				if strings.Contains(l, ",answer,") && !strings.HasSuffix(l, ",,,,,,false\n") {
					cells := strings.Split(l, ",")
					cells[len(cells)-7] = raise(cells[len(cells)-7])
					lines[i] = strings.Join(cells, ",")
					break
				}
			}
			f.Data = []byte(strings.Join(lines, ""))
		})},
		{"in the method", "method.json är ändrad", edition(t, func(d *document.Document) {
			f := attached(d, report.MethodFile)
			f.Data = []byte(strings.Replace(string(f.Data), `"smallest_base": 7`, `"smallest_base": 6`, 1))
		})},
		{"in the snapshot", "men ögonblicksbilden har kontrollsumman", edition(t, func(d *document.Document) {
			f := attached(d, report.EditionFile)
			f.Data = []byte(strings.Replace(string(f.Data), `"MinBase":7`, `"MinBase":6`, 1))
		})},
		{"in the hash of the metadata", "men ögonblicksbilden har kontrollsumman", change("sha256:"+hash, "sha256:"+raise(hash))},
		{"in the name of the metadata", "Filen kallar sig", change("<dc:identifier>regional-1-sv", "<dc:identifier>regional-2-sv")},
		{"in a date of the metadata", "något annat än texten är ändrat", change("<xmp:CreateDate>2019-05-23", "<xmp:CreateDate>2019-05-24")},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := report.Verify(c.file, nil)
			if v.Agrees() || !strings.Contains(said(v), c.want) {
				t.Errorf("%q is not said:\n%s", c.want, said(v))
			}
		})
	}
}

func TestADigitChangedInTheBytesOfAPageIsFound(t *testing.T) {
	qpdf, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is not installed")
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, edition(t, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(qpdf, "--qdf", "--object-streams=disable", in, out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	code := func(s string) string { return strings.ReplaceAll(fmt.Sprintf("% x", s), " ", "00") } // two bytes each
	old, changed := code("Tabell 1."), code("Tabell 2.")
	if !bytes.Contains(b, []byte(old)) {
		t.Fatal("the text is not in the file as it was")
	}
	v := report.Verify(bytes.Replace(b, []byte(old), []byte(changed), 1), nil)
	if v.Agrees() || !strings.Contains(said(v), "i filen står ”Tabell 2.") {
		t.Error(said(v))
	}
	if v := report.Verify(b, nil); v.Agrees() || !strings.Contains(said(v), "annat program sparat om filen") {
		t.Errorf("saved by another program:\n%s", said(v))
	}
}

func TestWhatIsNoEditionIsRefused(t *testing.T) {
	other, err := pdf.Render(document.Document{Title: "T", Lang: "sv", Created: time.Unix(0, 0), Blocks: []document.Block{document.Plain("x")}})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"nothing": nil, "a text": []byte("hej"), "a head alone": []byte("%PDF-1.7\n"), "another document of ours": other,
		"brackets without end": []byte("%PDF-1.7\n1 0 obj\n" + strings.Repeat("[", 100_000)), "half a file": edition(t, nil)[:40_000]} {
		if v := report.Verify(b, nil); v.Agrees() {
			t.Errorf("%s is taken for an edition", name)
		}
	}
}
