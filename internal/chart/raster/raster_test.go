package raster

import (
	"bytes"
	"image/png"
	"testing"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/i18n"
)

func plate() chart.Plate {
	return chart.Plate{Title: "Företag svarar oftare ja än näringslivsutvecklare i Älvdalen", Question: "Hur lätt är det?", Base: "Bas: 84 företag.",
		Source: "Källa: prov", Chart: chart.DotInterval{Rows: []chart.DotRow{
			{Label: "Företag", Group: chart.Business, Base: 84, Count: 42, Share: 0.5, Lower: 0.4, Upper: 0.6},
			{Label: "Få", Base: 14, Count: 9, Share: 0.64, Lower: 0.4, Upper: 0.8}, {Label: "Dolt", Suppressed: true}}}}
}

// ink counts the dots of a colour in a picture.
func ink(t *testing.T, d chart.Drawing, c chart.Colour) int {
	t.Helper()
	var b bytes.Buffer
	if err := PNG(&b, d, Scale); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if r, g, bl, _ := img.At(x, y).RGBA(); uint8(r>>8) == c[0] && uint8(g>>8) == c[1] && uint8(bl>>8) == c[2] {
				n++
			}
		}
	}
	return n
}

func TestAPictureHasTheMarksOfTheChart(t *testing.T) {
	f, err := Frame()
	if err != nil {
		t.Fatal(err)
	}
	d := plate().Layout(i18n.Sv, f)
	if n := ink(t, d, chart.Falu); n < 200 {
		t.Errorf("%d dots in the group's colour", n)
	}
	if n := ink(t, d, chart.Ink); n < 1000 {
		t.Errorf("%d dots of text", n)
	}
}

func TestLettersWithRingsAndDotsAreTheirOwn(t *testing.T) {
	f, err := Frame()
	if err != nil {
		t.Fatal(err)
	}
	width := func(s string) float64 { return f.Measure(Size, false, s) }
	seen := map[int]string{}
	for _, letter := range []string{"å", "ä", "ö", "a", "o", "\ufffd"} {
		d := chart.Drawing{Width: 40, Height: 30, Shapes: []chart.Shape{chart.Text{X: 5, Y: 22, Size: Size, Colour: chart.Ink, S: letter}}}
		var b bytes.Buffer
		if err := PNG(&b, d, 4); err != nil {
			t.Fatal(err)
		}
		if other, taken := seen[b.Len()]; taken {
			t.Errorf("%s is painted as %s", letter, other)
		}
		seen[b.Len()] = letter
	}
	if width("å") <= 0 || width("åä") <= width("å") {
		t.Error("no width")
	}
}

func TestNoPictureFailsWhateverItsSize(t *testing.T) {
	f, err := Frame()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []chart.Chart{chart.Bar{}, chart.StackedBar{Levels: []string{"a", "b", "c"}, Bipolar: true, Rows: []chart.StackedRow{
		{Label: "Näringslivsutvecklare", Group: chart.Developer, Base: 30, Counts: []int{10, 10, 10}, Unknown: 3}}},
		chart.Bar{Group: chart.Politician, Base: 60, Rows: []chart.BarRow{{Label: "Ett", Count: 60, Value: 1}, {Label: "Två", Suppressed: true}}}} {
		p := plate()
		p.Chart = c
		for _, scale := range []float64{0.5, 1, 3} {
			var b bytes.Buffer
			if err := PNG(&b, p.Layout(i18n.En, f), scale); err != nil || b.Len() == 0 {
				t.Fatalf("%T at %v: %v", c, scale, err)
			}
		}
	}
}
