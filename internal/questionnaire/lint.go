package questionnaire

import (
	"slices"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Advised is the severity of what may stand, but could be asked better. Load never gives it; Lint
// gives it or Warning.
const Advised Severity = "advice"

// AdviceKind names a rule of Lint. The words of a kind stand under survey.lint_<kind>, with _why
// and _fix.
type AdviceKind string

// The rules, in the order in which they are reported for one question.
const (
	DoubleBarrelled    AdviceKind = "double_barrelled" // two things asked, one answer
	LeadingWording     AdviceKind = "leading"          // the wording suggests the answer
	OneSidedWording    AdviceKind = "one_sided"        // names one end of a scale that has two
	DoubleNegation     AdviceKind = "double_negation"
	LongWording        AdviceKind = "long_text"
	UnexplainedTerm    AdviceKind = "term"            // acronym or term of the trade without help
	MissingPeriod      AdviceKind = "no_period"       // a count or frequency without a reference period
	MissingUnknown     AdviceKind = "no_unknown"      // knowledge is asked for, and not knowing is no answer
	AgreementScale     AdviceKind = "agreement"       // agree/disagree in place of the thing's own scale
	UnevenScale        AdviceKind = "uneven_scale"    // more points on one side than on the other
	MissingMiddle      AdviceKind = "no_middle"       // a two-sided scale without a middle
	PartlyLabelled     AdviceKind = "partly_labelled" // points in the middle that are only numbers
	OverlappingRanges  AdviceKind = "overlap"
	GapInRanges        AdviceKind = "gap"
	FixedOrder         AdviceKind = "fixed_order" // a long list that everyone reads in the same order
	OtherNotLast       AdviceKind = "other_not_last"
	TooManyOptions     AdviceKind = "many_options"
	TooManyRows        AdviceKind = "many_rows"
	Unreachable        AdviceKind = "unreachable"  // a condition that no answers can fulfil
	MissingTranslation AdviceKind = "untranslated" // a text in one language only
	TooLong            AdviceKind = "too_long"     // of a group
	TooManyTexts       AdviceKind = "many_texts"   // of a group
	SmallGroup         AdviceKind = "small_group"  // fewer in the frame than may be published
)

// AdviceKinds lists the rules in order.
var AdviceKinds = []AdviceKind{DoubleBarrelled, LeadingWording, OneSidedWording, DoubleNegation, LongWording,
	UnexplainedTerm, MissingPeriod, MissingUnknown, AgreementScale, UnevenScale, MissingMiddle, PartlyLabelled,
	OverlappingRanges, GapInRanges, FixedOrder, OtherNotLast, TooManyOptions, TooManyRows, Unreachable,
	MissingTranslation, TooLong, TooManyTexts, SmallGroup}

// faulty are the kinds that spoil answers or figures: warnings. The others are a matter of judgement.
var faulty = []AdviceKind{LeadingWording, UnevenScale, OverlappingRanges, GapInRanges, OtherNotLast,
	Unreachable, MissingTranslation, TooLong, SmallGroup}

// Advice is what a survey methodologist would say about a question, or about one group's version.
type Advice struct {
	Kind     AdviceKind     `json:"kind"`
	Severity Severity       `json:"severity"`           // Advised or Warning
	Question string         `json:"question,omitempty"` // empty: the group's version as a whole
	Group    string         `json:"group,omitempty"`    // empty: every group that gets the question
	Words    i18n.Text      `json:"words,omitzero"`     // the words that gave rise to it; may be in one language only
	Args     map[string]any `json:"args,omitempty"`     // further placeholders: int, float64 or string
}

// What is the advice in one sentence, Why the reason, and Fix what to do about it.
func (a Advice) What(l i18n.Lang) string { return a.text(l, "") }

// Why says what goes wrong if nothing is done.
func (a Advice) Why(l i18n.Lang) string { return a.text(l, "_why") }

// Fix says how to mend it.
func (a Advice) Fix(l i18n.Lang) string { return a.text(l, "_fix") }

func (a Advice) text(l i18n.Lang, part string) string {
	args := map[string]any{"Words": a.Words.In(l), "Group": ""}
	for name, v := range a.Args {
		if n, ok := v.(float64); ok {
			v = i18n.Number(l, n, 0)
		}
		args[name] = v
	}
	if a.Group != "" {
		args["Group"] = i18n.T(l, "group."+a.Group)
	}
	return i18n.TMap(l, "survey.lint_"+string(a.Kind)+part, args)
}

// Place is where a question stands in its file.
type Place struct {
	File         string
	Line, Column int
}

// Place tells where Load found the question; the empty id stands for the questionnaire itself. Only
// a definition that comes from Load knows.
func (d *Definition) Place(question string) (Place, bool) {
	p, ok := d.places[question]
	return p, ok
}

// Lint reads a questionnaire as a survey methodologist would. It finds what may be loaded and
// answered but measures badly; faults of form are Load's. The frame is the number of persons in each
// group of the contact register; nil when it is not known. The same definition and frame always
// give the same list: first what concerns a group's whole version, then question by question.
//
// The rules look at words, so they miss much and err at times: they rather keep silent than cry wolf.
func Lint(d *Definition, frame map[string]int) []Advice {
	l := &linter{d: d}
	for _, g := range d.Groups {
		l.group(g.ID, frame)
	}
	l.translation("", d.ownTexts())
	for _, q := range d.Questions() {
		l.wording(q)
		l.answers(q)
		l.reach(q)
		l.translation(q.ID, q.texts())
	}
	return l.list
}

type linter struct {
	d    *Definition
	list []Advice
}

func (l *linter) add(a Advice) {
	a.Severity = Advised
	if slices.Contains(faulty, a.Kind) {
		a.Severity = Warning
	}
	l.list = append(l.list, a)
}

// wording is one text that a question is asked with: of all groups without words of their own
// (Group empty), or of one.
type wording struct {
	group string
	text  i18n.Text
}

// wordings are the texts of a question that some group reads.
func wordings(q *Question) []wording {
	var own []wording
	for _, g := range q.Groups {
		if t, ok := q.TextByGroup[g]; ok {
			own = append(own, wording{g, t})
		}
	}
	if len(own) > 0 && len(own) == len(q.Groups) {
		return own
	}
	return append([]wording{{"", q.Text}}, own...)
}

// inWords applies a rule to each wording in each language, and notes what it finds: once when it
// holds of the text that all share, and else once for each group whose own text it is. The rule
// gives the words that it objects to, or nothing.
func (l *linter) inWords(q *Question, kind AdviceKind, rule func(text string, lang i18n.Lang) string) {
	for _, w := range wordings(q) {
		found := i18n.Text{Sv: rule(w.text.Sv, i18n.Sv), En: rule(w.text.En, i18n.En)}
		if found.IsZero() {
			continue
		}
		l.add(Advice{Kind: kind, Question: q.ID, Group: w.group, Words: found})
		if w.group == "" {
			return
		}
	}
}

// lexicon is a list of phrases in each language, in lower case; a star at the end stands for any
// ending of the word.
type lexicon struct{ sv, en []string }

func (x lexicon) in(l i18n.Lang) []string {
	if l == i18n.En {
		return x.en
	}
	return x.sv
}

// find gives the first phrase of the lexicon that stands in the text as whole words, or nothing.
func (x lexicon) find(text string, l i18n.Lang) string {
	text = strings.ReplaceAll(strings.ToLower(text), "’", "'")
	flat := ""
	for _, phrase := range x.in(l) {
		stem, open := strings.CutSuffix(phrase, "*")
		if first, _, _ := strings.Cut(stem, " "); !strings.Contains(text, first) {
			continue
		}
		if flat == "" {
			flat = flatten(text)
		}
		if !open {
			stem += " "
		}
		if at := strings.Index(flat, " "+stem); at >= 0 {
			rest := flat[at+1+len(stem):]
			if !open {
				rest = ""
			}
			end, _, _ := strings.Cut(rest, " ")
			return strings.TrimSpace(stem + end)
		}
	}
	return ""
}

// flatten is the text in lower case with one space between words and around them all, without
// punctuation but for what stands inside words: "och/eller", "don't", "e-post".
func flatten(text string) string {
	list := words(strings.ToLower(text))
	return " " + strings.Join(list, " ") + " "
}

// words splits a text into its words, without the punctuation around them.
func words(text string) []string {
	var list []string
	for _, w := range strings.Fields(strings.ReplaceAll(text, "’", "'")) {
		if w = strings.Trim(w, `.,:;?!()[]"'”“«»…–`); w != "" && w != "-" {
			list = append(list, w)
		}
	}
	return list
}

// sentences splits a text after . ? and !, which stay.
func sentences(text string) []string {
	var list []string
	from := 0
	for i, r := range text {
		ends := r == '?' || r == '!' || r == '.'
		if ends && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n') {
			list = append(list, strings.TrimSpace(text[from:i+1]))
			from = i + 1
		}
	}
	if rest := strings.TrimSpace(text[from:]); rest != "" {
		list = append(list, rest)
	}
	return list
}

// asking are the sentences that ask; all of them when none has a question mark.
func asking(text string) []string {
	all := sentences(text)
	var list []string
	for _, s := range all {
		if strings.HasSuffix(s, "?") {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return all
	}
	return list
}
