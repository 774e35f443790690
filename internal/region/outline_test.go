package region

import "testing"

// area is positive for a polygon that runs clockwise on a page.
func area(p []Point) float64 {
	sum := 0.0
	for i, a := range p {
		b := p[(i+1)%len(p)]
		sum += a.X*b.Y - b.X*a.Y
	}
	return sum / 2
}

func TestTheMapHasEveryMunicipalityOnce(t *testing.T) {
	edges := map[[2]Point]string{}
	sum := 0.0
	for _, o := range Outlines {
		if len(o.Points) < 3 || area(o.Points) <= 0 {
			t.Errorf("%s has no area", o.Name)
		}
		sum += area(o.Points)
		for i, a := range o.Points {
			b := o.Points[(i+1)%len(o.Points)]
			if other := edges[[2]Point{a, b}]; other != "" {
				t.Errorf("%s and %s lie on the same side of a border", o.Name, other)
			}
			edges[[2]Point{a, b}] = o.Name
		}
	}
	// borders that one municipality has alone go around the county, once
	next := map[Point]Point{}
	for e := range edges {
		if edges[[2]Point{e[1], e[0]}] == "" {
			if _, twice := next[e[0]]; twice {
				t.Fatalf("the county's border splits at %v", e[0])
			}
			next[e[0]] = e[1]
		}
	}
	var around []Point
	start := schematic(corners["grövel"])
	for at := start; ; {
		around = append(around, at)
		at = next[at]
		if at == start || len(around) > len(next) {
			break
		}
	}
	if len(around) != len(next) {
		t.Fatalf("the county's border is not one line: %d of %d corners", len(around), len(next))
	}
	if d := area(around) - sum; d > 1e-9 || d < -1e-9 {
		t.Errorf("the municipalities do not fill the county: %v is missing", d)
	}
}
