package questionnaire

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"upphandlingsdialog/internal/i18n"
)

// maxWords is the longest question text, in words, that is read in one go.
const maxWords = 30

// wording applies the rules about how a question is put.
func (l *linter) wording(q *Question) {
	l.inWords(q, DoubleBarrelled, func(t string, lang i18n.Lang) string { return barrels(q, t, lang) })
	l.barrelledRows(q)
	l.inWords(q, LeadingWording, leading.find)
	if twoSided(q) {
		l.inWords(q, OneSidedWording, oneSided)
	}
	l.inWords(q, DoubleNegation, func(t string, lang i18n.Lang) string { return negations(q, t, lang) })
	for _, w := range wordings(q) {
		if n := max(len(words(w.text.Sv)), len(words(w.text.En))); n > maxWords {
			l.add(Advice{Kind: LongWording, Question: q.ID, Group: w.group, Args: map[string]any{"Words": n, "Max": maxWords}})
		}
	}
	l.terms(q)
	if asksForCount(q) || asksHowOften(q) {
		l.period(q)
	}
	l.unknown(q)
}

// conjunctions join two things that are both asked about. "Eller" and "or" do not count: balanced
// wording needs them.
var conjunctions = lexicon{sv: []string{"och", "samt"}, en: []string{"and"}}

var (
	andOr = lexicon{sv: []string{"och/eller", "och / eller"}, en: []string{"and/or", "and / or"}}

	// secondQuestion is a conjunction with a question word after it.
	secondQuestion = lexicon{
		sv: []string{"och hur", "och vad", "och varför", "och vilka", "och vilken", "och vilket", "och när", "och vem"},
		en: []string{"and how", "and what", "and why", "and which", "and when", "and who"},
	}

	// onePair are two words that name one thing.
	onePair = lexicon{
		sv: []string{"små och medelstora", "varor och tjänster", "kvinnor och män", "män och kvinnor", "till och med",
			"från och med", "då och då", "för och emot", "lagar och regler", "forskning och utveckling", "mer och mer",
			"råd och stöd", "drift och underhåll", "bygg och anläggning", "vård och omsorg", "stat och kommun"},
		en: []string{"small and medium*", "goods and services", "women and men", "men and women", "now and then",
			"pros and cons", "rules and regulations", "research and development", "more and more", "advice and support",
			"health and care", "terms and conditions", "operation and maintenance", "health and safety"},
	}

	// loose are words after a conjunction that add nothing of their own.
	loose = []string{"framåt", "senare", "dess", "liknande", "onwards", "later", "similar", "other", "andra"}
)

// barrels finds two questions in one: and/or, two question marks, a second question word after
// "och"; and where one value answers the whole (a scale, yes or no), "och" between two things.
func barrels(q *Question, text string, lang i18n.Lang) string {
	if found := andOr.find(text, lang); found != "" {
		return found
	}
	marks := 0
	for _, s := range sentences(text) {
		if strings.HasSuffix(s, "?") && len(words(s)) > 1 {
			marks++
		}
	}
	if marks > 1 {
		return "? … ?"
	}
	if found := secondQuestion.find(text, lang); found != "" {
		return found
	}
	switch {
	case q.Type == Likert5, q.Type == Matrix, q.Type == Rating, yesOrNo(q):
	default:
		return ""
	}
	for _, s := range asking(text) {
		if found := joined(s, lang); found != "" {
			return found
		}
	}
	return ""
}

var inParentheses = regexp.MustCompile(`\([^()]*\)`)

// joined finds "A och B" in a sentence where A and B are two things: not names, numbers, parts of a
// compound ("bygg- och miljönämnd"), the ends of a span ("mellan A och B") or a standing pair.
func joined(sentence string, lang i18n.Lang) string {
	list := words(inParentheses.ReplaceAllString(sentence, " "))
	for i := 1; i+1 < len(list); i++ {
		before, after := list[i-1], list[i+1]
		span := slices.ContainsFunc(list[max(0, i-5):i], func(w string) bool {
			return strings.EqualFold(w, "mellan") || strings.EqualFold(w, "between")
		})
		switch {
		case !slices.Contains(conjunctions.in(lang), strings.ToLower(list[i])):
		case span, strings.HasSuffix(before, "-"), strings.HasPrefix(after, "-"):
		case isName(before) && isName(after):
		case slices.Contains(loose, strings.ToLower(after)):
		default:
			phrase := before + " " + list[i] + " " + after
			if onePair.find(phrase, lang) == "" {
				return phrase
			}
		}
	}
	return ""
}

// isName tells whether a word inside a sentence is a name or begins with a number.
func isName(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r) || unicode.IsDigit(r)
}

// barrelledRows looks at the rows of a matrix: statements only when they are agreed with, and else
// names of things, where "och" is part of the name.
func (l *linter) barrelledRows(q *Question) {
	for _, row := range q.Rows {
		found := i18n.Text{Sv: andOr.find(row.Text.Sv, i18n.Sv), En: andOr.find(row.Text.En, i18n.En)}
		if found.IsZero() && agreement(q) {
			found = i18n.Text{Sv: joined(row.Text.Sv, i18n.Sv), En: joined(row.Text.En, i18n.En)}
		}
		if !found.IsZero() {
			l.add(Advice{Kind: DoubleBarrelled, Question: q.ID, Words: found})
			return
		}
	}
}

// leading are words that put the answer into the respondent's mouth.
var leading = lexicon{
	sv: []string{"håller du inte med", "tycker du inte", "anser du inte", "är det inte så", "visst är", "visst borde",
		"självklart", "naturligtvis", "som alla vet", "som bekant", "det är väl känt", "vad är det bästa med", "givetvis"},
	en: []string{"don't you", "wouldn't you", "isn't it", "shouldn't", "do you not agree", "obviously", "of course",
		"as everyone knows", "everyone knows", "it is well known", "what is the best thing", "surely"},
}

// ends are the words that name one end of a two-sided scale.
var ends = lexicon{
	sv: []string{"lätt", "enkelt", "enkel", "bra", "väl", "nöjd", "nöjda", "positiv", "positivt", "svårt", "svår", "dåligt", "missnöjd", "negativ", "negativt"},
	en: []string{"easy", "simple", "good", "well", "satisfied", "positive", "positively", "difficult", "hard", "bad", "poorly", "dissatisfied", "negative", "negatively"},
}

// oneSided finds "hur lätt" without "eller svårt" after it.
func oneSided(text string, lang i18n.Lang) string {
	how, or := "hur", "eller"
	if lang == i18n.En {
		how, or = "how", "or"
	}
	list := words(strings.ToLower(text))
	for i := 0; i+1 < len(list); i++ {
		if list[i] == how && slices.Contains(ends.in(lang), list[i+1]) && (i+2 >= len(list) || list[i+2] != or) {
			return list[i] + " " + list[i+1]
		}
	}
	return ""
}

var (
	negation = lexicon{
		sv: []string{"inte", "ej", "icke", "aldrig", "ingen", "inget", "inga", "utan att"},
		en: []string{"not", "never", "none", "nobody", "nothing", "without", "cannot", "no", "don't", "doesn't", "didn't", "isn't", "hasn't", "haven't"},
	}

	// refusal are verbs that say no without a "not".
	refusal = lexicon{
		sv: []string{"avstå*", "undvik*", "undvek", "motsätt*", "förbjud*", "förbud", "hindra*", "saknar", "låta bli"},
		en: []string{"refrain*", "avoid*", "oppos*", "forbid*", "ban", "banned", "prevent*", "lack*", "fail*"},
	}
)

// negations finds two of them in one sentence that is answered on a scale or with yes or no, so
// that "no" would be the third; and one of them in a statement to agree with.
func negations(q *Question, text string, lang i18n.Lang) string {
	if q.Type == FreeText || q.Type == Numeric || q.Type == Municipality {
		return ""
	}
	for _, s := range asking(text) {
		var found []string
		for _, w := range words(strings.ToLower(s)) {
			if negation.find(w, lang) != "" || refusal.find(w, lang) != "" {
				found = append(found, w)
			}
		}
		if len(found) > 1 || (len(found) == 1 && agreement(q)) {
			return strings.Join(found, " … ")
		}
	}
	return ""
}

var (
	acronym = regexp.MustCompile(`^\p{Lu}[\p{Lu}\d]*\p{Lu}[\p{Lu}\d]*$`)

	// wellKnown are acronyms that need no words of their own.
	wellKnown = []string{"EU", "IT", "AB", "PDF", "SMS", "TV", "USA", "ID", "FN", "UN", "UK", "SEK", "KB"}

	// trade are terms that those who buy for the public know, and others may not.
	trade = lexicon{
		sv: []string{"reserverad upphandling", "reserverade upphandlingar", "livscykelkostnad*", "direktupphandling*", "avrop*",
			"förkommersiell*", "konkurrenspräglad dialog", "alternativa utföranden", "funktionskrav", "tilldelningskriteri*",
			"arbetsintegrerande", "egenförsäkran", "dynamiskt inköpssystem", "innovationspartnerskap", "innovationsupphandling"},
		en: []string{"reserved procurement*", "life-cycle cost*", "call-off*", "pre-commercial", "competitive dialogue", "variant bids",
			"functional requirements", "award criteria", "work-integrating", "self-declaration", "dynamic purchasing system",
			"innovation partnership", "innovation procurement"},
	}

	// familiarity is how a question asks whether a term is known: explaining it would spoil the answer.
	familiarity = lexicon{
		sv: []string{"känner du till", "känner ni till", "hört talas om", "vad innebär"},
		en: []string{"do you know", "how familiar", "are you aware", "heard of", "well do you know"},
	}
)

// terms looks for acronyms and terms of the trade in a question without help. Procurers know both.
func (l *linter) terms(q *Question) {
	if !q.Help.IsZero() || !slices.ContainsFunc(q.Groups, func(g string) bool { return g != "procurer" }) {
		return
	}
	for _, w := range wordings(q) {
		if w.group == "procurer" {
			continue
		}
		find := func(text string, lang i18n.Lang) string {
			if familiarity.find(text, lang) != "" {
				return ""
			}
			if found := bareAcronym(text); found != "" {
				return found
			}
			return trade.find(text, lang)
		}
		if found := (i18n.Text{Sv: find(w.text.Sv, i18n.Sv), En: find(w.text.En, i18n.En)}); !found.IsZero() {
			l.add(Advice{Kind: UnexplainedTerm, Question: q.ID, Group: w.group, Words: found})
			return
		}
	}
	for _, t := range q.answerTexts() {
		if found := (i18n.Text{Sv: bareAcronym(t.Sv), En: bareAcronym(t.En)}); !found.IsZero() {
			l.add(Advice{Kind: UnexplainedTerm, Question: q.ID, Words: found})
			return
		}
	}
}

// bareAcronym finds an acronym that is neither written out before nor explained after it:
// "livscykelkostnad (LCC)" and "LCC (livscykelkostnad)" are both explained.
func bareAcronym(text string) string {
	if strings.ToUpper(text) == text {
		return ""
	}
	fields := strings.Fields(text)
	for i, f := range fields {
		w := strings.Trim(f, `.,:;?!"”`)
		explained := strings.HasPrefix(f, "(") || (i+1 < len(fields) && strings.HasPrefix(fields[i+1], "("))
		if acronym.MatchString(w) && !explained && !slices.Contains(wellKnown, w) {
			return w
		}
	}
	return ""
}

var (
	howMany = lexicon{
		sv: []string{"hur många", "hur mycket", "hur stor andel", "antal", "vilket belopp"},
		en: []string{"how many", "how much", "what percentage", "what share", "what proportion", "number of"},
	}
	howOften = lexicon{sv: []string{"hur ofta"}, en: []string{"how often", "how frequently"}}

	// timeWords say when, or how long.
	timeWords = lexicon{
		sv: []string{"senaste", "förra", "föregående", "kommande", "nästa", "under", "per", "varje", "i år", "i dag", "idag", "just nu",
			"hittills", "sedan", "år*", "månad*", "vecka*", "dag", "dagar*", "dygn*", "vanlig", "någonsin", "totalt", "20*"},
		en: []string{"last", "past", "previous", "next", "coming", "during", "per", "every", "each", "a year", "a month", "a week", "a day",
			"today", "now", "currently", "since", "annual*", "yearly", "monthly", "weekly", "daily", "year*", "month*", "week*",
			"typical", "so far", "ever", "in total", "20*"},
	}

	// standing are counts of what is there, not of what happens: they have no period.
	standing = lexicon{
		sv: []string{"anställda", "medarbetare", "invånare", "personer arbetar", "barn", "kontor", "finns", "skulle", "bör", "borde", "kan", "kunna"},
		en: []string{"employees", "staff", "inhabitants", "people work", "children", "offices", "are there", "is there", "would", "should", "could", "can"},
	}
)

// asksWith tells whether any of the question's texts has a phrase of the lexicon.
func asksWith(q *Question, x lexicon) bool {
	return slices.ContainsFunc(wordings(q), func(w wording) bool {
		return x.find(w.text.Sv, i18n.Sv) != "" || x.find(w.text.En, i18n.En) != ""
	})
}

func asksForCount(q *Question) bool {
	return (q.Type == Numeric || q.Type == Single) && asksWith(q, howMany) && !asksWith(q, standing)
}

// asksHowOften leaves out lists whose options name the period: "varje vecka", "några gånger per år".
func asksHowOften(q *Question) bool {
	if !asksWith(q, howOften) {
		return false
	}
	timed := 0
	for _, o := range q.Options {
		if timeWords.find(o.Text.Sv, i18n.Sv) != "" || timeWords.find(o.Text.En, i18n.En) != "" {
			timed++
		}
	}
	return timed < 2
}

// period notes a question that counts without saying over which time.
func (l *linter) period(q *Question) {
	help := timeWords.find(q.Help.Sv, i18n.Sv) != "" || timeWords.find(q.Help.En, i18n.En) != ""
	for _, w := range wordings(q) {
		missing := func(text string, lang i18n.Lang) bool { return text != "" && timeWords.find(text, lang) == "" }
		if !help && (missing(w.text.Sv, i18n.Sv) || missing(w.text.En, i18n.En)) {
			l.add(Advice{Kind: MissingPeriod, Question: q.ID, Group: w.group})
			if w.group == "" {
				return
			}
		}
	}
}
