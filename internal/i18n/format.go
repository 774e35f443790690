package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a bare machine may have no zone files
)

// Written forms follow the report's layout conventions: decimal comma and thin space in thousands
// in Swedish, ISO dates, no decimals on percentages when fewer than 100 answered and no
// percentages at all when fewer than 20 did.

const (
	thinSpace    = "\u202f" // narrow no-break space
	noBreakSpace = "\u00a0"
	minus        = "\u2212"
)

// Number writes v with a fixed number of decimals.
func Number(l Lang, v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	group := thinSpace
	point := ","
	if l == En {
		group, point = ",", "."
	}
	var b strings.Builder
	if v < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString(minus)
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(r)
	}
	if frac != "" {
		b.WriteString(point + frac)
	}
	return b.String()
}

// Int writes a whole number.
func Int(l Lang, n int) string { return Number(l, float64(n), 0) }

// Percent writes a share (0 to 1) of n answers as a table shows it: "38 %", or "38,7 %" when n is
// 100 or more.
func Percent(l Lang, share float64, n int) string {
	decimals := 0
	if n >= 100 {
		decimals = 1
	}
	s := Number(l, share*100, decimals)
	if l == En {
		return s + "%"
	}
	return s + noBreakSpace + "%"
}

// Interval writes the bounds of a share of n answers as Percent does: "47–68 %".
func Interval(l Lang, lower, upper float64, n int) string {
	bound := strings.TrimRight(Percent(l, lower, n), "%"+noBreakSpace)
	return bound + "–" + Percent(l, upper, n)
}

// PValue writes the P of a test, which no line break parts: "p = 0,017", "p < 0,001".
func PValue(l Lang, p float64) string {
	if p >= 0.001 {
		return "p" + noBreakSpace + "=" + noBreakSpace + Number(l, p, 3)
	}
	return "p" + noBreakSpace + "<" + noBreakSpace + Number(l, 0.001, 3)
}

// Share writes x of n as text does: "9 av 14" when n is under 20, else a percentage.
func Share(l Lang, x, n int) string {
	if n < 20 {
		of := " av "
		if l == En {
			of = " of "
		}
		return Int(l, x) + of + Int(l, n)
	}
	return Percent(l, float64(x)/float64(n), n)
}

// Stockholm is the time zone in which the product shows times.
var Stockholm = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic("i18n: time zone Europe/Stockholm: " + err.Error())
	}
	return loc
}()

// Date writes 2019-05-23 in both languages.
func Date(_ Lang, t time.Time) string { return t.In(Stockholm).Format("2006-01-02") }

// Clock writes 11.52 in Swedish and 11:52 in English.
func Clock(l Lang, t time.Time) string {
	if l == En {
		return t.In(Stockholm).Format("15:04")
	}
	return t.In(Stockholm).Format("15.04")
}

// DateTime writes date and time of day.
func DateTime(l Lang, t time.Time) string { return Date(l, t) + " " + Clock(l, t) }

var svMonths = [...]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
	"september", "oktober", "november", "december"}

// DateLong writes 23 maj 2019, 23 May 2019.
func DateLong(l Lang, t time.Time) string {
	t = t.In(Stockholm)
	if l == En {
		return t.Format("2 January 2006")
	}
	return strconv.Itoa(t.Day()) + " " + svMonths[t.Month()-1] + " " + strconv.Itoa(t.Year())
}
