package chart

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/i18n"
)

func scale() StackedBar {
	return StackedBar{Levels: []string{"Nej", "Varken eller", "Ja"}, Bipolar: true, Rows: []StackedRow{
		{Label: "Företag", Group: Business, Base: 84, Counts: []int{42, 21, 21}, Unknown: 8},
		{Label: "Små företag", Group: Business, Base: 14, Counts: []int{9, 3, 2}},
		{Label: "Politiker", Group: Politician, Suppressed: true},
	}}
}

func shares() DotInterval {
	return DotInterval{Measure: "instämmer", Rows: []DotRow{
		{Label: "Företag", Group: Business, Base: 120, Count: 46, Share: 46.0 / 120, Lower: 0.30, Upper: 0.47},
		{Label: "Politiker", Base: 14, Count: 9, Share: 9.0 / 14, Lower: 0.39, Upper: 0.84},
		{Label: "Övriga", Suppressed: true}}, Reference: &Reference{Share: 0.32, Label: "Riket"}}
}

func choices() Bar {
	return Bar{Measure: "hinder", Base: 84, Rows: []BarRow{{Label: "Tid", Count: 43, Value: 43.0 / 84}, {Label: "Annat", Suppressed: true}}}
}

func TestAChartSaysInWordsWhatItShows(t *testing.T) {
	for _, c := range []struct {
		chart  Chart
		lang   i18n.Lang
		wanted []string
	}{
		{scale(), i18n.Sv, []string{"Av 84 företag svarar 25 procent ”Ja”, 25 procent ”Varken eller” och 50 procent ”Nej”.", "9 procent svarar vet ej.",
			"Små företag, 14 svar: 2 ”Ja”, 3 ”Varken eller” och 9 ”Nej”.", "Politiker: för få svar"}},
		{scale(), i18n.En, []string{"Företag, 84 answers: 25 per cent answer “Ja”", "too few answers"}},
		{shares(), i18n.Sv, []string{"andelen som instämmer", "Företag: 38,3 procent av 120 svarande, mellan 30 och 47 procent med 95 procents säkerhet.", "Politiker: 9 av 14 svarande.", "Riket 32 procent"}},
		{choices(), i18n.Sv, []string{"Stapeldiagram: hinder.", "Bas: 84 svarande.", "Tid: 51 procent."}},
		{Bar{Unit: Number, UnitName: "poäng", Decimals: 1, Rows: []BarRow{{Label: "A", Value: 1234.5}}}, i18n.Sv, []string{"A: 1\u202f234,5 poäng."}},
		{Bar{}, i18n.Sv, []string{"Inga svar att visa."}},
	} {
		got := Alt(c.chart, c.lang)
		for _, w := range c.wanted {
			if !strings.Contains(got, w) {
				t.Errorf("%q lacks %q", got, w)
			}
		}
	}
}

func TestTheTwinHasTheSameNumbers(t *testing.T) {
	got := Table(scale(), i18n.Sv)
	want := Twin{Head: []string{"Grupp", "Nej", "Varken eller", "Ja", "Vet ej", "Antal svar"}, Rows: [][]string{
		{"Företag", "50\u00a0%", "25\u00a0%", "25\u00a0%", "9\u00a0%", "84"},
		{"Små företag", "9 av 14", "3 av 14", "2 av 14", "0 av 14", "14"},
		{"Politiker", "..", "..", "..", "..", ".."},
	}, Note: "Två punkter (..): för få svar att redovisa.", Right: []bool{false, true, true, true, true, true}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, c := range []Chart{shares(), choices(), Bar{Unit: Number, Rows: []BarRow{{Label: "a"}, {Label: "b", Suppressed: true}}}} {
		twin := Table(c, i18n.En)
		for _, r := range twin.Rows {
			if len(r) != len(twin.Head) {
				t.Errorf("%v under %v", r, twin.Head)
			}
		}
	}
}

func TestNothingOfASuppressedRowIsDrawnOrTold(t *testing.T) {
	c := StackedBar{Levels: []string{"a", "b"}, Rows: []StackedRow{{Label: "X", Base: 6543, Counts: []int{3210, 3333}, Unknown: 777, Suppressed: true}}}
	all := string(SVG(c, i18n.Sv, "x")) + Alt(c, i18n.Sv) + strings.Join(Table(c, i18n.Sv).Rows[0], " ")
	d := DotInterval{Rows: []DotRow{{Label: "X", Base: 6543, Count: 3210, Share: 0.777, Lower: 0.7, Upper: 0.8, Suppressed: true}}}
	all += string(SVG(d, i18n.Sv, "x")) + Alt(d, i18n.Sv) + strings.Join(Table(d, i18n.Sv).Rows[0], " ")
	b := Bar{Rows: []BarRow{{Label: "X", Base: 6543, Count: 3210, Value: 0.777, Suppressed: true}}}
	all += string(SVG(b, i18n.Sv, "x")) + Alt(b, i18n.Sv) + strings.Join(Table(b, i18n.Sv).Rows[0], " ")
	for _, secret := range []string{"543", "3210", "210", "777", "77,7", "78"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q shows", secret)
		}
	}
}

func TestTheSVGIsWellFormedAndNeedsNoStyle(t *testing.T) {
	for _, c := range []Chart{scale(), shares(), choices(), Bar{}} {
		s := string(SVG(c, i18n.Sv, "f<1"))
		dec := xml.NewDecoder(strings.NewReader(s))
		for {
			_, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, s)
			}
		}
		if strings.Contains(s, "style=") || !strings.Contains(s, `role="img"`) {
			t.Error(s)
		}
	}
}

func em(size float64, _ bool, s string) float64 { return size * 0.6 * float64(len([]rune(s))) }

// inside says whether the shapes lie in the drawing.
func inside(t *rapid.T, d Drawing) {
	in := func(x, y float64) {
		if x < -0.01 || x > d.Width+0.01 || y < -0.01 || y > d.Height+0.01 || math.IsNaN(x+y) {
			t.Fatalf("(%.2f, %.2f) is outside %.2f × %.2f", x, y, d.Width, d.Height)
		}
	}
	for _, s := range d.Shapes {
		switch s := s.(type) {
		case Rect:
			in(s.X, s.Y)
			in(s.X+s.W, s.Y+s.H)
			for _, m := range s.Marks(4) {
				if l, ok := m.(Line); ok && (l.X1 < s.X-0.01 || l.X1 > s.X+s.W+0.01 || l.Y2 < s.Y-0.01 || l.Y2 > s.Y+s.H+0.01) {
					t.Fatalf("a mark %v leaves its bar %v", l, s)
				}
			}
		case Line:
			in(s.X1, s.Y1)
			in(s.X2, s.Y2)
		case Dot:
			in(s.X, s.Y)
		}
	}
}

func TestBarsLieInsideTheDrawingAndSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.IntRange(2, 7).Draw(t, "levels")
		c := StackedBar{Bipolar: rapid.Bool().Draw(t, "bipolar")}
		for range levels {
			c.Levels = append(c.Levels, "steg")
		}
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			r := StackedRow{Label: "Grupp", Group: Business, Suppressed: rapid.Bool().Draw(t, "hidden")}
			for range levels {
				n := rapid.IntRange(0, 40).Draw(t, "n")
				r.Counts = append(r.Counts, n)
				r.Base += n
			}
			c.Rows = append(c.Rows, r)
		}
		for _, width := range []float64{300, 800} {
			inside(t, Layout(c, i18n.Sv, Frame{Width: width, Size: 12, Measure: em}))
		}
	})
}

func TestEveryKindFitsItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		base := rapid.IntRange(7, 500).Draw(t, "base")
		for _, width := range []float64{300, 800} {
			f := Frame{Width: width, Size: 12, Measure: em}
			inside(t, Layout(DotInterval{Rows: []DotRow{{Label: "En ganska lång etikett på flera rader", Base: base, Share: share, Lower: share / 2, Upper: (1 + share) / 2}}}, i18n.Sv, f))
			inside(t, Layout(Bar{Base: base, Rows: []BarRow{{Label: "En ganska lång etikett på flera rader", Value: share}}}, i18n.Sv, f))
			inside(t, Layout(Bar{Unit: Number, Rows: []BarRow{{Label: "x", Value: share * 1000}, {Label: "y"}}}, i18n.Sv, f))
		}
	})
}

func TestTextOnABarCanBeRead(t *testing.T) {
	for _, bipolar := range []bool{true, false} {
		for n := 2; n <= 7; n++ {
			for i := range n {
				f := levelFill(i, n, bipolar)
				for _, ground := range []Colour{f.Ground, f.Mark} {
					if ground == (Colour{}) {
						continue
					}
					if c := contrast(f.Over(), ground); c < 4.5 {
						t.Errorf("step %d of %d (bipolar %v): contrast %.1f on %s", i+1, n, bipolar, c, ground.Hex())
					}
				}
			}
		}
	}
}

func TestGroupsDifferInColourAndPattern(t *testing.T) {
	seen := map[Pattern]bool{}
	for _, g := range []string{Procurer, Politician, Business, Developer} {
		f := GroupFill(g)
		if seen[f.Pattern] {
			t.Errorf("%s shares the pattern %s", g, f.Pattern)
		}
		seen[f.Pattern] = true
	}
}

func TestStepsThatAreWithheldAreOnePieceOfTheBar(t *testing.T) {
	c := StackedBar{Levels: []string{"a", "b", "c", "d", "e"}, Bipolar: true}
	for _, tc := range []struct {
		name   string
		counts []int
		want   bar
	}{
		{"neighbours on one side stand there, and the middle is known", []int{Hidden, Hidden, 20, 10, 30},
			bar{[]piece{{Hidden, 0.4}, {2, 0.2}, {3, 0.1}, {4, 0.3}}, 0.5, true}},
		{"neighbours across the middle stand there, and the middle is not known", []int{20, Hidden, Hidden, 10, 30},
			bar{[]piece{{0, 0.2}, {Hidden, 0.4}, {3, 0.1}, {4, 0.3}}, 0, false}},
		{"others stand at the end", []int{Hidden, 20, Hidden, 10, 30},
			bar{[]piece{{1, 0.2}, {3, 0.1}, {4, 0.3}, {Hidden, 0.4}}, 0, false}},
		{"none withheld", []int{10, 20, 30, 0, 40},
			bar{[]piece{{0, 0.1}, {1, 0.2}, {2, 0.3}, {3, 0}, {4, 0.4}}, 0.45, true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := c.bar(StackedRow{Base: 100, Counts: tc.counts})
			if d := cmp.Diff(tc.want, got, cmp.AllowUnexported(bar{}, piece{}), cmpopts.EquateApprox(0, 1e-12)); d != "" {
				t.Error(d)
			}
		})
	}
	c.Rows = []StackedRow{{Label: "Företag", Group: Business, Base: 100, Counts: []int{Hidden, Hidden, 20, 10, 30}}}
	twin := Table(c, i18n.Sv)
	if got := strings.Join(twin.Rows[0], "|"); got != "Företag|..|..|20,0\u00a0%|10,0\u00a0%|30,0\u00a0%|100" || twin.Note == "" {
		t.Errorf("%s %s", got, twin.Note)
	}
	if got := Alt(c, i18n.Sv); !strings.Contains(got, "20 procent ”c” och 40 procent något av de svar som inte visas.") {
		t.Error(got)
	}
	if svg := string(SVG(c, i18n.Sv, "x")); !strings.Contains(svg, ">Dolt<") || !strings.Contains(svg, ">..<") {
		t.Error("the drawing does not say what is withheld")
	}
}

func TestSmallMultiplesShareAScaleAndTellTheirNumbers(t *testing.T) {
	c := Panels{Measure: "har valt", Groups: []PanelGroup{{"Upphandlare", Procurer, 40}, {"Företag", Business, 80}},
		Rows: []PanelRow{{"Tid", []PanelCell{{Count: 20, Value: 0.5}, {Count: 20, Value: 0.25}}}, {"Krav", []PanelCell{{Suppressed: true}, {Count: 60, Value: 0.75}}}}}
	bar := func(row, group int) float64 {
		shapes := c.CellShapes(row, group, 100, 10, 5)
		return shapes[len(shapes)-1].(Rect).W
	}
	if bar(0, 0) != 50 || bar(0, 1) != 25 || bar(1, 1) != 75 || c.CellShapes(1, 0, 100, 10, 5) != nil {
		t.Error("the bars of two groups stand on two scales, or a withheld one is drawn")
	}
	want := Twin{Head: []string{"Svar", "Upphandlare (40)", "Företag (80)"}, Right: []bool{false, true, true}, Note: "Två punkter (..): för få svar att redovisa.",
		Rows: [][]string{{"Tid", "50\u00a0%", "25\u00a0%"}, {"Krav", "..", "75\u00a0%"}}}
	if d := cmp.Diff(want, Table(c, i18n.Sv)); d != "" {
		t.Error(d)
	}
	if got, want := Alt(c, i18n.Sv), "Ett stapeldiagram för varje grupp, på samma skala: har valt. Upphandlare, 40 svar: 50 procent ”Tid”. Företag, 80 svar: 25 procent ”Tid” och 75 procent ”Krav”."; strings.ReplaceAll(got, "\u00a0", " ") != want {
		t.Errorf("%q", got)
	}
	if svg := string(SVG(c, i18n.Sv, "x")); strings.Count(svg, "url(#x-p") == 0 || !strings.Contains(svg, ">75\u00a0%<") || !strings.Contains(svg, "n = 80") {
		t.Error("a panel lacks its pattern, a label or its base")
	}
	if (Panels{Groups: c.Groups, Rows: []PanelRow{{"Krav", []PanelCell{{Suppressed: true}}}}}).Empty() != true {
		t.Error("nothing that may be shown is drawn")
	}
}
