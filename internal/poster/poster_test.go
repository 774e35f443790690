package poster_test

import (
	"bytes"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/document/pdf/uacheck"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/poster"
)

const link = "https://dialog.example.se/o/h7km2x9q"

func example(lang i18n.Lang) poster.Poster {
	return poster.Poster{Title: "Nya lösningar genom offentliga inköp", URL: link, Closes: time.Date(2019, 3, 22, 22, 0, 0, 0, time.UTC), Minutes: 8,
		Controller: "Länsstyrelsen i Dalarnas län", Contact: "dialog@example.se", Lang: lang, Made: time.Date(2019, 2, 1, 8, 0, 0, 0, time.UTC)}
}

// read reads a code out of a picture with a reader that is not the writer.
func read(t *testing.T, data []byte) string {
	t.Helper()
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	reader := qrcode.NewQRCodeReader()
	result, err := reader.Decode(bitmap, nil)
	if err != nil { // a code that fills the picture is not looked for
		result, err = reader.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	}
	if err != nil {
		t.Fatalf("no code is read in a picture of %v: %v", picture.Bounds(), err)
	}
	return result.GetText()
}

func TestTheCodeHoldsTheAddress(t *testing.T) {
	for _, url := range []string{link, "http://127.0.0.1:8080/o/a", "https://å.example/o/ö?x=1&y=2", "https://x.example/" + strings.Repeat("a", poster.MaxURL-18)} {
		code, err := poster.Code(url)
		if err != nil {
			t.Fatal(err)
		}
		data, err := poster.PNG(code, 8)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, data); got != url {
			t.Errorf("got %q, want %q", got, url)
		}
	}
	for _, url := range []string{"", strings.Repeat("a", poster.MaxURL+1)} {
		if _, err := poster.Code(url); err == nil {
			t.Errorf("an address of %d bytes became a code", len(url))
		}
	}
}

func TestTheDrawingSaysInWordsWhatItOpens(t *testing.T) {
	code, err := poster.Code(link)
	if err != nil {
		t.Fatal(err)
	}
	drawing := string(poster.SVG(code, poster.Alt(link, i18n.En)+" <&>"))
	if !strings.Contains(drawing, "<title>QR code that opens dialog.example.se/o/h7km2x9q &lt;&amp;&gt;</title>") {
		t.Error(drawing[:200])
	}
}

func TestThePosterIsOnePageWithoutFaultForAReaderWhoListensAndItsCodeIsReadFromThePage(t *testing.T) {
	program, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not installed")
	}
	for _, lang := range i18n.Langs {
		for _, title := range []string{"", "Hur kan fler små och medelstora företag i länet vara med när kommunerna och regionen köper varor och tjänster?"} {
			p := example(lang)
			if title != "" {
				p.Title = title
			}
			data, err := poster.PDF(p)
			if err != nil {
				t.Fatal(err)
			}
			report, err := uacheck.Check(data)
			if err != nil || report.Pages != 1 {
				t.Fatalf("%d pages, %v", report.Pages, err)
			}
			for _, f := range report.Findings {
				t.Error(f)
			}
			if !strings.Contains(report.Outline, poster.Alt(link, lang)) {
				t.Error("the code has no words")
			}
			file := filepath.Join(t.TempDir(), "poster")
			if dir := os.Getenv("SPECIMEN_DIR"); dir != "" {
				file = filepath.Join(dir, "poster-"+string(lang))
			}
			if err := os.WriteFile(file+".pdf", data, 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(program, "-png", "-r", "100", "-singlefile", file+".pdf", file).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			picture, err := os.ReadFile(file + ".png")
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, picture); got != link {
				t.Errorf("got %q, want %q", got, link)
			}
		}
	}
}

func TestThePosterAsAPageHasItsCodeAndItsLink(t *testing.T) {
	d, err := poster.Document(example(i18n.Sv))
	if err != nil {
		t.Fatal(err)
	}
	page, err := html.Page(d, html.Options{})
	if err != nil || !bytes.Contains(page, []byte(`href="`+link+`"`)) || !bytes.Contains(page, []byte(`aria-label="QR-kod`)) {
		t.Errorf("%v\n%s", err, page)
	}
}
