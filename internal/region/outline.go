package region

import "math"

// Point is a place on the schematic map: X to the right and Y down, both in degrees of latitude from its upper left corner.
type Point struct{ X, Y float64 }

// Outline is a municipality's place on the schematic map.
type Outline struct {
	Municipality
	Points []Point // a polygon, clockwise
}

// MapWidth and MapHeight are the extent of the schematic map in its own unit.
var MapWidth, MapHeight = func() (w, h float64) {
	for _, p := range corners {
		at := schematic(p)
		w, h = max(w, at.X), max(h, at.Y)
	}
	return w, h
}()

// corners are where borders meet, by rounded longitude and latitude. They were set by eye, with as few as let each
// municipality be recognised: the map says where things are, not where a border runs.
var corners = map[string][2]float64{
	// around the county, clockwise from the north
	"grövel": {12.3, 62.26}, "fulu": {13.05, 61.96}, "tand": {13.85, 61.74}, "noppi": {14.45, 61.62}, "svea": {15.05, 61.47},
	"ore": {15.3, 61.2}, "bingsjö": {15.75, 60.95}, "svärd": {16.15, 60.74}, "hofors": {16.2, 60.52}, "horndal": {16.45, 60.38},
	"öst": {16.72, 60.2}, "bysjön": {16.6, 60.05}, "krylbo": {16.25, 59.95}, "nor": {15.95, 60.08}, "vikman": {15.78, 60.06},
	"söderb": {15.68, 59.95}, "sunnansjö": {15.3, 59.88}, "fredriks": {14.85, 59.92}, "säfsen": {14.4, 60.1}, "nås": {13.95, 60.28},
	"äppel": {13.75, 60.4}, "yttermalung": {13.25, 60.45}, "rörbäck": {12.95, 60.72}, "lång": {12.65, 61.0}, "drev": {12.88, 61.35},
	"store": {12.2, 61.7},
	// inside it
	"rot": {13.5, 61.2}, "venjan": {13.85, 60.97}, "öje": {14.02, 60.74}, "hamra": {14.3, 61.35}, "garberg": {14.2, 61.17},
	"skattung": {14.88, 61.1}, "sollerön": {14.72, 60.86}, "siljansnäs": {14.48, 60.7}, "boda": {15.28, 60.84}, "dalajärna": {14.72, 60.55},
	"djura": {15.22, 60.66}, "djurmo": {15.32, 60.56}, "nyhammar": {15.15, 60.42}, "floda": {14.75, 60.34}, "ornäs": {15.68, 60.47},
	"vika": {15.95, 60.48}, "norn": {15.8, 60.22}, "silvberg": {15.58, 60.32}, "gräsberg": {15.35, 60.33}, "grangärde": {15.28, 60.1},
	"garpen": {16.12, 60.24},
}

var borders = map[int][]string{
	2039: {"grövel", "fulu", "tand", "noppi", "hamra", "garberg", "venjan", "rot", "drev", "store"},
	2023: {"drev", "rot", "venjan", "öje", "äppel", "yttermalung", "rörbäck", "lång"},
	2034: {"noppi", "svea", "ore", "skattung", "garberg", "hamra"},
	2062: {"garberg", "skattung", "sollerön", "siljansnäs", "öje", "venjan"},
	2031: {"ore", "bingsjö", "boda", "sollerön", "skattung"},
	2029: {"sollerön", "boda", "djura", "dalajärna", "siljansnäs"},
	2021: {"öje", "siljansnäs", "dalajärna", "floda", "säfsen", "nås", "äppel"},
	2026: {"dalajärna", "djura", "djurmo", "nyhammar", "floda"},
	2080: {"boda", "bingsjö", "svärd", "hofors", "vika", "ornäs", "djurmo", "djura"},
	2081: {"djurmo", "ornäs", "silvberg", "gräsberg", "nyhammar"},
	2082: {"ornäs", "vika", "norn", "silvberg"},
	2083: {"vika", "hofors", "horndal", "garpen", "nor", "vikman", "norn"},
	2084: {"horndal", "öst", "bysjön", "krylbo", "nor", "garpen"},
	2085: {"floda", "nyhammar", "gräsberg", "grangärde", "sunnansjö", "fredriks", "säfsen"},
	2061: {"gräsberg", "silvberg", "norn", "vikman", "söderb", "sunnansjö", "grangärde"},
}

// Lake is Siljan, by which people find their way on a map of Dalarna.
var Lake = polygon([][2]float64{{14.52, 60.93}, {14.6, 61.0}, {14.78, 60.97}, {14.98, 60.9}, {15.08, 60.86}, {15.02, 60.77}, {14.88, 60.73}, {14.8, 60.8}, {14.62, 60.84}})

// Outlines are the municipalities on the schematic map, in the order of Municipalities.
var Outlines = func() []Outline {
	out := make([]Outline, len(Municipalities))
	for i, m := range Municipalities {
		var at [][2]float64
		for _, name := range borders[m.Code] {
			at = append(at, corners[name])
		}
		out[i] = Outline{m, polygon(at)}
	}
	return out
}()

func polygon(at [][2]float64) []Point {
	points := make([]Point, len(at))
	for i, p := range at {
		points[i] = schematic(p)
	}
	return points
}

// schematic places a longitude and latitude; a degree of longitude is about half one of latitude here.
func schematic(p [2]float64) Point {
	const west, north, middle = 12.2, 62.26, 60.9
	return Point{(p[0] - west) * math.Cos(middle*math.Pi/180), north - p[1]}
}
