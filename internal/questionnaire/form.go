package questionnaire

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// ParseForm reads the answer to one question from a submitted form, in the words of a respondent
// of the group. The second result is false when nothing was answered. With problems the answer
// holds as much as could be read, so that the page can show it again.
//
// Field names: the question's id for the value or values; id.other for the words beside "Annat";
// id.row for the rows of a matrix; id.1, id.2 ... for the option at each rank. A special code is a
// value of the field id; where that field is one to write in (numeric, text and municipality) it is
// a second value of it, or the value of id.special. A municipality is its name, in either language
// and any case, or its code. Unknown values and repeated fields are problems, not ignored.
//
// In a multiple question an exclusive option and a special code clear the other choices. Words
// written beside "Annat" choose that option when nothing else is chosen; beside another one they are a
// problem, since they would be lost.
func ParseForm(q *Question, group string, form url.Values) (Answer, bool, []Problem) {
	if !q.AskedOf(group) {
		return Answer{}, false, nil
	}
	view := q.ForGroup(group)
	r := formReader{checker: checker{q: &view}, form: form}
	a := r.read()
	if len(r.problems) == 0 {
		r.problems = view.Check(a)
	}
	return a, !a.IsZero(), r.problems
}

type formReader struct {
	checker
	form url.Values
}

func (r *formReader) read() Answer {
	switch r.q.Type {
	case Multiple:
		return r.readMultiple()
	case Ranking:
		return r.readRanking()
	case Matrix:
		return r.readMatrix()
	case Numeric:
		return r.readNumeric()
	case Rating:
		return r.readRating()
	case FreeText:
		return r.readText()
	case Municipality:
		return r.readMunicipality()
	}
	return r.readSingle()
}

// values are the non-empty values of a field, trimmed.
func (r *formReader) values(field string) []string {
	var list []string
	for _, v := range r.form[field] {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

// codes are the values of a field as codes; anything else is a problem.
func (r *formReader) codes(field, row string) []int {
	var list []int
	for _, v := range r.values(field) {
		code, err := strconv.Atoi(v)
		if err != nil {
			r.add(row, "survey.error_choice")
			return list
		}
		list = append(list, code)
	}
	return list
}

// special is a special code that the question offers, from the field id.special or among codes.
func (r *formReader) special(codes []int) *int {
	for _, code := range slices.Concat(r.codes(r.q.ID+".special", ""), codes) {
		if _, ok := r.q.Special(code); ok {
			return &code
		}
	}
	return nil
}

// otherWords is what the respondent wrote beside "Annat".
func (r *formReader) otherWords() string {
	if len(r.form[r.q.ID+".other"]) > 1 {
		r.add("other", "survey.error_one")
	}
	return clean(strings.TrimSpace(r.form.Get(r.q.ID + ".other")))
}

// otherOption is the option that takes the respondent's own words.
func (r *formReader) otherOption() (Option, bool) {
	for _, o := range r.q.Options {
		if o.OtherText {
			return o, true
		}
	}
	return Option{}, false
}

func (r *formReader) readSingle() Answer {
	codes := r.codes(r.q.ID, "")
	a := Answer{Code: r.special(codes)}
	if a.Code == nil && len(codes) > 0 {
		a.Code = &codes[0]
		if len(codes) > 1 {
			r.add("", "survey.error_one")
		}
	}
	if o, ok := r.otherOption(); ok {
		a.Other = r.otherWords() // Check says so when they stand beside another option
		if a.Code == nil && a.Other != "" {
			a.Code = &o.Code
		}
	}
	return a
}

func (r *formReader) readMultiple() Answer {
	codes := r.codes(r.q.ID, "")
	if s := r.special(codes); s != nil {
		return Answer{Code: s}
	}
	for _, code := range codes {
		if o, ok := r.q.Option(code); ok && o.Exclusive {
			return Answer{Codes: []int{code}}
		}
	}
	var a Answer
	if o, ok := r.otherOption(); ok {
		if a.Other = r.otherWords(); a.Other != "" {
			codes = append(codes, o.Code)
		}
	}
	a.Codes = r.inOrder(codes)
	return a
}

// inOrder puts codes in the order of the options, once each, so that the same choices are always
// the same answer whatever order the page had. Unknown codes stay, for Check to find.
func (r *formReader) inOrder(codes []int) []int {
	position := func(code int) int {
		i := slices.IndexFunc(r.q.Options, func(o Option) bool { return o.Code == code })
		if i < 0 {
			return len(r.q.Options)
		}
		return i
	}
	slices.SortStableFunc(codes, func(a, b int) int { return position(a) - position(b) })
	return slices.Compact(codes)
}

func (r *formReader) readRanking() Answer {
	special := r.special(r.codes(r.q.ID, ""))
	var a Answer
	gap := 0
	for rank := 1; rank <= r.q.Top; rank++ {
		row := strconv.Itoa(rank)
		codes := r.codes(r.q.ID+"."+row, row)
		if len(codes) == 0 {
			if gap == 0 {
				gap = rank
			}
			continue
		}
		if len(codes) > 1 {
			r.add(row, "survey.error_one")
		}
		if gap > 0 && len(r.problems) == 0 {
			r.add(strconv.Itoa(gap), "survey.error_rank_gap", "Rank", gap)
		}
		a.Codes = append(a.Codes, codes[0])
	}
	if special != nil {
		if len(a.Codes) > 0 {
			r.add("", "survey.error_both")
			return a
		}
		return Answer{Code: special}
	}
	return a
}

func (r *formReader) readMatrix() Answer {
	var a Answer
	for _, row := range r.q.Rows {
		codes := r.codes(r.q.ID+"."+row.ID, row.ID)
		if len(codes) > 1 {
			r.add(row.ID, "survey.error_one")
		}
		if len(codes) > 0 {
			if a.Rows == nil {
				a.Rows = make(map[string]int, len(r.q.Rows))
			}
			a.Rows[row.ID] = codes[0]
		}
	}
	return a
}

// written splits a field to write in from the special code that stands beside it: the first value
// is what was written, later ones are codes.
func (r *formReader) written() (text string, special *int) {
	all := r.form[r.q.ID]
	if len(all) > 0 {
		text = all[0]
	}
	var codes []int
	for _, v := range all[min(1, len(all)):] {
		code, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			r.add("", "survey.error_one")
			break
		}
		codes = append(codes, code)
	}
	special = r.special(codes)
	if special == nil && len(codes) > 0 {
		r.add("", "survey.error_one")
	}
	return text, special
}

func (r *formReader) readNumeric() Answer {
	text, special := r.written()
	var a Answer
	if text = r.trimNumber(text); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil || !isDecimal(text):
			r.add("", "survey.error_number")
		case r.q.Decimals < 3 && decimals(text) == 3: // "12.000" may be meant as twelve thousand
			r.tooExact()
		default:
			if v == 0 {
				v = 0 // never minus zero
			}
			a.Number = &v
		}
	}
	if special == nil {
		return a
	}
	if text != "" {
		r.add("", "survey.error_both")
		return a
	}
	return Answer{Code: special}
}

// trimNumber takes away what people write around a number: spaces between thousands, the unit, a
// decimal comma.
func (r *formReader) trimNumber(s string) string {
	s = strings.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '\u00a0', '\u202f', '\u2009':
			return -1
		case ',':
			return '.'
		case '\u2212':
			return '-'
		}
		return c
	}, s)
	if r.q.Unit != "" {
		s = strings.TrimSuffix(s, r.q.Unit)
	}
	return s
}

// decimals is the number of digits that were written after the decimal sign.
func decimals(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return len(after)
}

// isDecimal refuses what ParseFloat takes beyond ordinary numbers: exponents, hexadecimal, Inf.
func isDecimal(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		return (c < '0' || c > '9') && c != '.' && c != '-'
	})
}

func (r *formReader) readRating() Answer {
	codes := r.codes(r.q.ID, "")
	if s := r.special(codes); s != nil {
		return Answer{Code: s}
	}
	if len(codes) > 1 {
		r.add("", "survey.error_one")
	}
	if len(codes) == 0 {
		return Answer{}
	}
	v := float64(codes[0])
	return Answer{Number: &v}
}

func (r *formReader) readText() Answer {
	text, special := r.written()
	text = clean(strings.TrimSpace(text))
	if special == nil {
		return Answer{Text: text}
	}
	if text != "" {
		r.add("", "survey.error_both")
		return Answer{Text: text}
	}
	return Answer{Code: special}
}

func (r *formReader) readMunicipality() Answer {
	text, special := r.written()
	text = strings.TrimSpace(text)
	var a Answer
	if code, err := strconv.Atoi(text); err == nil {
		if _, ok := r.q.Special(code); ok && special == nil {
			return Answer{Code: &code}
		}
		a.Code = &code
	} else if text != "" {
		if o, ok := r.named(text); ok {
			a.Code = &o.Code
		} else {
			r.add("", "survey.error_place", "Typed", shortened(text, 40))
		}
	}
	if special == nil {
		return a
	}
	if text != "" {
		r.add("", "survey.error_both")
		return a
	}
	return Answer{Code: special}
}

// named is the option with the name, in any of the languages and any case, with or without the word
// "kommun" ("Mora", "mora kommun", "Leksands kommun").
func (r *formReader) named(name string) (Option, bool) {
	fold := cases.Fold()
	plain := func(s string) string { return fold.String(norm.NFC.String(strings.Join(strings.Fields(s), " "))) }
	typed := plain(name)
	alone, isMunicipality := strings.CutSuffix(typed, " kommun")
	for _, o := range r.q.Options {
		for _, text := range []string{o.Text.Sv, o.Text.En} {
			known := plain(text)
			if typed == known || isMunicipality && (alone == known || alone == known+"s") {
				return o, true
			}
		}
	}
	return Option{}, false
}

// shortened is at most n characters of the text, made storable.
func shortened(s string, n int) string {
	if r := []rune(clean(s)); len(r) > n {
		return string(r[:n]) + "…"
	}
	return clean(s)
}

// clean makes a text storable: line ends as browsers send them become plain ones, broken UTF-8 and
// control characters go.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, s))
}
