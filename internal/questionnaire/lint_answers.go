package questionnaire

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"upphandlingsdialog/internal/i18n"
)

// Limits of what a respondent takes in. Options of a multiple question are judged one by one, those
// of a ranking are held in mind together, and in a single one a person only looks for the own.
const (
	orderMatters       = 5 // options in a list, above which the order decides what is chosen
	maxSingleOptions   = 15
	maxMultipleOptions = 10
	maxRankingOptions  = 9
	maxMatrixRows      = 7
)

// answers applies the rules about what may be answered.
func (l *linter) answers(q *Question) {
	if agreement(q) || asksWith(q, agree) {
		l.add(Advice{Kind: AgreementScale, Question: q.ID})
	}
	l.scale(q)
	l.ranges(q)
	l.order(q)
	limit := map[Type]int{Single: maxSingleOptions, Multiple: maxMultipleOptions, Ranking: maxRankingOptions}[q.Type]
	for _, g := range q.Groups {
		if n := len(toJudge(q.ForGroup(g).Options)); limit > 0 && n > limit {
			l.add(Advice{Kind: TooManyOptions, Question: q.ID, Args: map[string]any{"Number": n, "Max": limit}})
			break
		}
	}
	if n := len(q.Rows); n > maxMatrixRows {
		l.add(Advice{Kind: TooManyRows, Question: q.ID, Args: map[string]any{"Number": n, "Max": maxMatrixRows}})
	}
}

// agree are the words of agree/disagree.
var agree = lexicon{
	sv: []string{"instämmer", "instämmer du", "håller du med", "tar avstånd", "håller med"},
	en: []string{"do you agree", "agree", "disagree", "strongly agree"},
}

// agreement tells whether a question is answered by agreeing or disagreeing.
func agreement(q *Question) bool {
	n := 0
	for _, o := range q.Options {
		if agree.find(o.Text.Sv, i18n.Sv) != "" || agree.find(o.Text.En, i18n.En) != "" {
			n++
		}
	}
	return n >= 2
}

var (
	yes = lexicon{sv: []string{"ja"}, en: []string{"yes"}}
	no  = lexicon{sv: []string{"nej"}, en: []string{"no"}}
)

// yesOrNo tells whether a question is answered with yes or no, perhaps in several shades.
func yesOrNo(q *Question) bool {
	if q.Type == YesNoUnknown {
		return true
	}
	has := func(x lexicon) bool {
		return slices.ContainsFunc(q.Options, func(o Option) bool {
			return x.find(o.Text.Sv, i18n.Sv) != "" || x.find(o.Text.En, i18n.En) != ""
		})
	}
	return q.Type == Single && has(yes) && has(no)
}

var (
	// others are those on whose behalf a respondent answers, without knowing all of it.
	others = lexicon{
		sv: []string{"din enhet", "din organisation", "er organisation", "din kommun*", "din region", "din nämnd", "din myndighet", "din förvaltning",
			"ditt företag", "företaget", "företagen", "ni", "ert företag", "ditt bolag", "bolaget", "arbetsplatsen", "din arbetsplats"},
		en: []string{"your unit", "your organisation", "your organization", "your municipality", "your region", "your committee", "your authority",
			"your department", "your company", "the company", "your firm", "the firm", "your workplace", "your business"},
	}
	howFar    = lexicon{sv: []string{"i vilken utsträckning", "i vilken grad"}, en: []string{"to what extent"}}
	dontKnow  = lexicon{sv: []string{"vet ej", "vet inte", "osäker", "känner inte till"}, en: []string{"don't know", "do not know", "unsure", "not sure"}}
	yourself  = lexicon{sv: []string{"du", "dig"}, en: []string{"you"}}
	supposing = lexicon{sv: []string{"skulle", "bör", "borde"}, en: []string{"would", "should"}}
)

// unknown notes a question about facts of an organisation that cannot be answered with "Vet ej".
// What the register already knows, and what a person thinks, does not count.
func (l *linter) unknown(q *Question) {
	_, offered := q.Special(Unknown)
	own := slices.ContainsFunc(q.Options, func(o Option) bool {
		return dontKnow.find(o.Text.Sv, i18n.Sv) != "" || dontKnow.find(o.Text.En, i18n.En) != ""
	})
	if offered || own || q.Prefill != "" || asksWith(q, supposing) {
		return
	}
	ofOthers := asksWith(q, others)
	facts := false
	switch q.Type {
	case Numeric:
		facts = ofOthers || !asksWith(q, yourself)
	case Single, YesNoUnknown:
		facts = ofOthers && (yesOrNo(q) || asksWith(q, howMany) || asksWith(q, howOften))
	case Likert5, Matrix:
		facts = ofOthers && (asksWith(q, howOften) || asksWith(q, howFar))
	}
	if facts {
		l.add(Advice{Kind: MissingUnknown, Question: q.ID})
	}
}

// side is where a label stands on a two-sided scale.
type side int

const (
	noSide side = iota
	negative
	middle
	positive
)

var (
	between  = lexicon{sv: []string{"varken", "neutral*", "oförändra*", "lika", "mittemellan", "mitt emellan"}, en: []string{"neither", "neutral*", "unchanged", "same"}}
	zero     = lexicon{sv: []string{"inte alls", "ingen", "inget", "inga"}, en: []string{"not at all", "none", "no"}}
	badWords = lexicon{
		sv: []string{"dålig*", "missnöjd*", "svår*", "negativ*", "sämre", "försvår*", "försämra*", "otillräcklig*", "olämplig*", "tar avstånd", "osannolik*"},
		en: []string{"poor*", "bad", "badly", "dissatisf*", "difficult*", "hard", "harder", "negativ*", "worse", "disagree*", "unlikely", "terrible"},
	}
	goodWords = lexicon{
		sv: []string{"bra", "god", "goda", "gott", "nöjd*", "lätt", "lätta", "lättare", "enkel*", "positiv*", "bättre", "underlätta*", "förbättra*", "utmärkt*", "instämmer", "sannolik*"},
		en: []string{"good", "well", "satisf*", "easy", "easier", "easily", "positiv*", "better", "excellent*", "agree", "likely", "great"},
	}
)

func sideOf(t i18n.Text) side {
	text, lang := t.Sv, i18n.Sv
	if text == "" {
		text, lang = t.En, i18n.En
	}
	negated := strings.Contains(flatten(text), " inte ") || strings.Contains(flatten(text), " not ")
	switch {
	case between.find(text, lang) != "":
		return middle
	case badWords.find(text, lang) != "":
		if negated {
			return positive
		}
		return negative
	case goodWords.find(text, lang) != "":
		if negated {
			return negative
		}
		return positive
	}
	return noSide
}

// sides counts the points of a scale by side. A scale that begins at nothing ("inte alls") has one
// side only, and gives none.
func sides(q *Question) (bad, mid, good int) {
	for _, o := range q.Options {
		if zero.find(o.Text.Sv, i18n.Sv) != "" || zero.find(o.Text.En, i18n.En) != "" {
			return 0, 0, 0
		}
	}
	for _, o := range q.Options {
		switch sideOf(o.Text) {
		case negative:
			bad++
		case middle:
			mid++
		case positive:
			good++
		}
	}
	return bad, mid, good
}

// twoSided tells whether the answers go from one thing to its opposite.
func twoSided(q *Question) bool {
	if q.Bipolar {
		return true
	}
	if q.Type == Rating {
		lo, hi := sideOf(q.MinLabel), sideOf(q.MaxLabel)
		return zero.find(q.MinLabel.Sv, i18n.Sv) == "" && zero.find(q.MinLabel.En, i18n.En) == "" &&
			(lo == negative && hi == positive || lo == positive && hi == negative)
	}
	bad, _, good := sides(q)
	return bad > 0 && good > 0
}

// scale applies the rules about the points of a scale.
func (l *linter) scale(q *Question) {
	if q.Type != Single && q.Type != Likert5 && q.Type != Matrix {
		return
	}
	bad, mid, good := sides(q)
	n := len(q.Options)
	switch {
	case bad != good && (bad > 0 && good > 0 && bad+good > 2 || max(bad, good) > 2):
		l.add(Advice{Kind: UnevenScale, Question: q.ID, Args: map[string]any{"Good": good, "Bad": bad}})
	case q.Bipolar && n > 0 && n%2 == 0, mid == 0 && bad == good && bad > 1 && bad+good == n:
		l.add(Advice{Kind: MissingMiddle, Question: q.ID})
	}
	if partlyLabelled(q) {
		l.add(Advice{Kind: PartlyLabelled, Question: q.ID})
	}
}

var moreThan = lexicon{sv: []string{"fler", "mer", "över", "högst", "minst"}, en: []string{"more", "over", "above", "least", "most"}}

// partlyLabelled tells whether words stand only at the ends of a scale and numbers between them. A
// list of counts ("ingen, 1, 2, 3 eller fler") is none.
func partlyLabelled(q *Question) bool {
	n := len(q.Options)
	if n < 3 {
		return false
	}
	bare := func(t i18n.Text) bool { return !strings.ContainsFunc(t.In(i18n.Sv), unicode.IsLetter) }
	count := func(t i18n.Text) bool {
		return moreThan.find(t.Sv, i18n.Sv) != "" || moreThan.find(t.En, i18n.En) != "" || zero.find(t.Sv, i18n.Sv) != "" || zero.find(t.En, i18n.En) != ""
	}
	first, last := q.Options[0].Text, q.Options[n-1].Text
	return !bare(first) && !bare(last) && !count(last) && sideOf(first) != middle &&
		slices.ContainsFunc(q.Options[1:n-1], func(o Option) bool { return bare(o.Text) })
}

// span is the numbers that an option covers, both included.
type span struct {
	lo, hi float64
	label  i18n.Text
}

var (
	thousands = regexp.MustCompile(`(\d)[ \x{00a0}\x{2009}\x{202f}](\d{3})`)
	anyNumber = regexp.MustCompile(`\d+(?:[.,]\d+)?`)
	fromTo    = regexp.MustCompile(`^\D{0,3}(\d+(?:[.,]\d+)?)\s*%?\s*(?:-|–|—|till|to|och upp till)\s*(\d+(?:[.,]\d+)?)`)
	below     = lexicon{sv: []string{"mindre än", "färre än", "under", "lägre än"}, en: []string{"less than", "fewer than", "under", "below"}}
	above     = lexicon{sv: []string{"mer än", "fler än", "över", "högre än"}, en: []string{"more than", "over", "above"}}
	orMore    = lexicon{sv: []string{"eller fler", "eller mer", "och uppåt", "minst", "eller högre", "eller äldre", "eller längre"}, en: []string{"or more", "and above", "at least", "or higher", "or older", "or longer"}}
	orLess    = lexicon{sv: []string{"eller färre", "eller mindre", "högst", "upp till", "eller lägre"}, en: []string{"or fewer", "or less", "at most", "up to", "or lower"}}
)

// spanOf reads the numbers of a label; step is the distance between two neighbouring values. Ok is
// false for a label that names no numbers, or more than two; isRange for "1-2".
func spanOf(t i18n.Text, step float64) (s span, isRange, ok bool) {
	text, lang := t.Sv, i18n.Sv
	if text == "" {
		text, lang = t.En, i18n.En
	}
	for thousands.MatchString(text) {
		text = thousands.ReplaceAllString(text, "$1$2")
	}
	value := func(s string) float64 {
		v, _ := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
		return v
	}
	numbers := anyNumber.FindAllString(text, 3)
	if m := fromTo.FindStringSubmatch(strings.ToLower(text)); m != nil && len(numbers) == 2 {
		return span{value(m[1]), value(m[2]), t}, true, true
	}
	if len(numbers) != 1 {
		return s, false, false
	}
	v := value(numbers[0])
	switch {
	case below.find(text, lang) != "":
		return span{math.Inf(-1), v - step, t}, false, true
	case above.find(text, lang) != "":
		return span{v + step, math.Inf(1), t}, false, true
	case orMore.find(text, lang) != "", strings.HasSuffix(strings.TrimSpace(text), "+"):
		return span{v, math.Inf(1), t}, false, true
	case orLess.find(text, lang) != "":
		return span{math.Inf(-1), v, t}, false, true
	case strings.HasPrefix(text, numbers[0]):
		return span{v, v, t}, false, true
	}
	return s, false, false
}

// spans reads the options as ranges of numbers, in order of size; none when they are something else.
func spans(options []Option) ([]span, float64) {
	step := 1.0
	for _, o := range options {
		for _, n := range anyNumber.FindAllString(o.Text.In(i18n.Sv), -1) {
			if _, decimals, ok := strings.Cut(strings.ReplaceAll(n, ",", "."), "."); ok {
				step = min(step, math.Pow(10, -float64(len(decimals))))
			}
		}
	}
	var list []span
	ranges := 0
	for _, o := range options {
		s, isRange, ok := spanOf(o.Text, step)
		if isRange {
			ranges++
		}
		if ok {
			list = append(list, s)
		}
	}
	if ranges == 0 || len(list) < 2 {
		return nil, step
	}
	slices.SortStableFunc(list, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	return list, step
}

// ranges notes numbers that stand in two options, or in none between them.
func (l *linter) ranges(q *Question) {
	if q.Type != Single {
		return
	}
	done := map[AdviceKind]bool{}
	for _, g := range q.Groups {
		list, step := spans(q.ForGroup(g).Options)
		for i := 1; i < len(list); i++ {
			before, after := list[i-1], list[i]
			kind := AdviceKind("")
			switch distance := after.lo - before.hi; {
			case distance < step/2:
				kind = OverlappingRanges
			case distance > step*1.5:
				kind = GapInRanges
			}
			if kind != "" && !done[kind] {
				done[kind] = true
				l.add(Advice{Kind: kind, Question: q.ID, Words: i18n.Text{
					Sv: before.label.Sv + " / " + after.label.Sv, En: before.label.En + " / " + after.label.En}})
			}
		}
	}
}

var outside = lexicon{
	sv: []string{"vill ej", "vill inte", "ingen", "inget", "inga", "ej aktuellt"},
	en: []string{"prefer not", "rather not", "none", "not applicable"},
}

// optsOut tells whether an option declines to answer: it may stand after "Annat".
func optsOut(o Option) bool {
	for _, x := range []lexicon{outside, dontKnow} {
		if x.find(o.Text.Sv, i18n.Sv) != "" || x.find(o.Text.En, i18n.En) != "" {
			return true
		}
	}
	return false
}

var rarely = lexicon{
	sv: []string{"aldrig", "sällan", "ibland", "ofta", "alltid", "varje", "per", "i veckan", "i månaden"},
	en: []string{"never", "rarely", "sometimes", "often", "always", "every", "a year", "a month", "a week", "per"},
}

// toJudge are the options that a respondent weighs against each other.
func toJudge(options []Option) []Option {
	return slices.DeleteFunc(slices.Clone(options), func(o Option) bool { return o.Exclusive || o.IsOther() })
}

// order applies the rules about the order of a list. A list has an order of its own when it is a
// scale, counts, or alphabetic; and in what the register fills in, nobody chooses.
func (l *linter) order(q *Question) {
	if q.Type != Single && q.Type != Multiple && q.Type != Ranking {
		return
	}
	for i, o := range q.Options {
		if !o.IsOther() || (o.FixedLast && q.Randomize) {
			continue
		}
		behind := slices.ContainsFunc(q.Options[i+1:], func(p Option) bool { return !p.Exclusive && !p.FixedLast && !optsOut(p) })
		if behind || q.Randomize {
			l.add(Advice{Kind: OtherNotLast, Question: q.ID, Words: o.Text})
			break
		}
	}
	if q.Randomize || q.Prefill != "" {
		return
	}
	for _, g := range q.Groups {
		list := toJudge(q.ForGroup(g).Options)
		if len(list) > orderMatters && !ordered(list) {
			l.add(Advice{Kind: FixedOrder, Question: q.ID, Args: map[string]any{"Number": len(list)}})
			return
		}
	}
}

func ordered(list []Option) bool {
	if counts, _ := spans(list); len(counts) > 0 {
		return true
	}
	timed, placed := 0, 0
	for _, o := range list {
		if rarely.find(o.Text.Sv, i18n.Sv) != "" || rarely.find(o.Text.En, i18n.En) != "" {
			timed++
		}
		if sideOf(o.Text) != noSide {
			placed++
		}
	}
	if timed > 1 || placed > len(list)/2 {
		return true
	}
	alphabetic := func(l i18n.Lang) bool {
		return slices.IsSortedFunc(list, func(a, b Option) int {
			return cmp.Compare(strings.ToLower(a.Text.In(l)), strings.ToLower(b.Text.In(l)))
		})
	}
	return alphabetic(i18n.Sv) || alphabetic(i18n.En)
}

var otherWord = regexp.MustCompile(`(?i)^(annat|annan|andra|övrigt|övriga|något annat|other|others|something else|anything else)\s*($|[,:(.…]|nämligen|please)`)

// IsOther tells whether an option is the one for all that the list does not name. "Andra idéburna
// organisationer" is an option like the rest.
func (o Option) IsOther() bool {
	return o.OtherText || otherWord.MatchString(o.Text.Sv) || otherWord.MatchString(o.Text.En)
}
