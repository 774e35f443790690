package report

import (
	"math"
	"strings"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
)

// percentBase is the base below which a share is written as "9 av 14".
const percentBase = 20

// phrase writes one estimate of one group in words. The zero value of the
// group means all groups.
type phrase struct {
	lang  i18n.Lang
	group string
	est   analysis.Estimate
}

// Text is "61 procent" or "9 av 14".
func (p phrase) Text() string { return shareText(p.lang, p.est) }

// Of is "61 procent av företagen" or "9 av 14 företag": the start of a
// sentence about the group.
func (p phrase) Of() string {
	if p.est.Base < percentBase {
		return shareText(p.lang, p.est) + " " + i18n.T(p.lang, "report.some_"+groupKey(p.group))
	}
	return shareText(p.lang, p.est) + " " + i18n.T(p.lang, "report.of_"+groupKey(p.group))
}

// nearLimit is how far a share may be from the simple one that stands for it.
const nearLimit = 0.04

// Near is the share as people say it, for easy reading: "Ungefär 3 av 4 företag".
func (p phrase) Near() string {
	group := i18n.T(p.lang, "report.some_"+groupKey(p.group))
	switch share := p.est.Value; {
	case p.est.Base < percentBase:
		return shareText(p.lang, p.est) + " " + group
	case share > 0.95:
		return i18n.T(p.lang, "report.near_all", "Group", group)
	case share < 0.05:
		return i18n.T(p.lang, "report.near_none", "Group", group)
	}
	k, n := near(p.est.Value)
	return i18n.T(p.lang, "report.near", "K", k, "N", n, "Group", group)
}

// near is the simplest of halves, thirds, quarters, fifths and tenths that lies close enough.
func near(share float64) (k, n int) {
	for _, n := range []int{2, 3, 4, 5, 10} {
		k := int(math.Round(share * float64(n)))
		if k > 0 && k < n && math.Abs(share-float64(k)/float64(n)) <= nearLimit {
			return k, n
		}
	}
	if k = int(math.Round(share * 10)); k == 5 {
		return 1, 2
	}
	return max(1, min(9, k)), 10
}

// Basis is the number of answers and, where percentages are written, the
// uncertainty: "122 svar, osäkerhet 52–70 procent".
func (p phrase) Basis() string { return p.basis("report.basis") }

func (p phrase) basis(key string) string {
	answers := i18n.T(p.lang, "report.answers", "Count", p.est.Base, "N", i18n.Int(p.lang, p.est.Base))
	if p.est.Base < percentBase || !p.est.HasInterval {
		return answers
	}
	return i18n.T(p.lang, key, "Answers", answers, "Lower", percent(p.lang, p.est.Lower, p.est.Base),
		"Upper", percent(p.lang, p.est.Upper, p.est.Base))
}

// Range is Basis for a line that has named its measure: "122 svar, 52–70 procent".
func (p phrase) Range() string { return p.basis("report.range") }

// Spread is the number of answers and, where there is one, the interval of a
// mean in the answers' own unit: "33 svar, osäkerhet 3,8–5,0".
func (p phrase) Spread() string {
	answers := i18n.T(p.lang, "report.answers", "Count", p.est.Base, "N", i18n.Int(p.lang, p.est.Base))
	if !p.est.HasInterval {
		return answers
	}
	return i18n.T(p.lang, "report.spread", "Answers", answers, "Lower", i18n.Number(p.lang, p.est.Lower, 1),
		"Upper", i18n.Number(p.lang, p.est.Upper, 1))
}

// Certainty says the interval in words for a reader without statistics.
func (p phrase) Certainty() string {
	if p.est.Base < percentBase || !p.est.HasInterval {
		return i18n.T(p.lang, "report.few", "N", i18n.Int(p.lang, p.est.Base))
	}
	return i18n.T(p.lang, "report.certainty", "N", i18n.Int(p.lang, p.est.Base),
		"Lower", percent(p.lang, p.est.Lower, p.est.Base), "Upper", percent(p.lang, p.est.Upper, p.est.Base))
}

// shareText writes a share as running text does.
func shareText(l i18n.Lang, e analysis.Estimate) string {
	if e.Base < percentBase {
		return i18n.Share(l, e.Count, e.Base)
	}
	return i18n.T(l, "report.percent", "N", percent(l, e.Value, e.Base))
}

// shareCell writes a share as a table does: "61 %", "9 av 14" or "..".
func shareCell(l i18n.Lang, e *analysis.Estimate) string {
	if e == nil {
		return suppressed
	}
	if e.Base < percentBase {
		return i18n.Share(l, e.Count, e.Base)
	}
	return i18n.Percent(l, e.Value, e.Base)
}

// rateCell writes a response rate; these have no decimals.
func rateCell(l i18n.Lang, r analysis.Rate) string {
	if !r.Exists {
		return "–"
	}
	return i18n.Percent(l, r.Value, 0)
}

// suppressed stands where too few answered.
const suppressed = ".."

func percent(l i18n.Lang, share float64, base int) string {
	decimals := 0
	if base >= 100 {
		decimals = 1
	}
	return i18n.Number(l, share*100, decimals)
}

// groupKey is the last part of a message key about a group.
func groupKey(group string) string {
	if group == "" {
		return "all"
	}
	return group
}

func groupName(l i18n.Lang, group string) string {
	if group == analysis.GroupAssociation {
		return i18n.T(l, "report.association")
	}
	return i18n.T(l, "group."+groupKey(group))
}

// estimate takes one number of a result; nil when it is suppressed or absent.
func estimate(f analysis.Frequency, m analysis.Measure, codes ...int) *analysis.Estimate {
	e, err := f.Estimate(m, codes)
	if err != nil {
		return nil
	}
	return &e
}

// month writes 2020-05 as "maj 2020".
func month(l i18n.Lang, s string) string {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return s
	}
	_, rest, _ := strings.Cut(i18n.DateLong(l, t.AddDate(0, 0, 14)), " ")
	return rest
}

// join writes "a, b och c".
func join(l i18n.Lang, words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + i18n.T(l, "report.and") + " " + words[last]
}

// quoted puts the language's quotation marks around s.
func quoted(l i18n.Lang, s string) string {
	if l == i18n.En {
		return "“" + s + "”"
	}
	return "”" + s + "”"
}

// lowerFirst makes a label fit inside a sentence. Words in capitals stay.
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) < 2 || strings.ToUpper(string(r[1])) == string(r[1]) {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}
