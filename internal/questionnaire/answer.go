package questionnaire

import "slices"

// Answer is what one respondent said to one question; the type of the question decides which part
// is set. Code also carries the special codes 97, 98 and 99 for every type but matrix, where each
// row has its own.
type Answer struct {
	Code   *int           `json:"code,omitempty"`
	Codes  []int          `json:"codes,omitempty"`
	Number *float64       `json:"number,omitempty"`
	Text   string         `json:"text,omitempty"`
	Other  string         `json:"other,omitempty"`
	Rows   map[string]int `json:"rows,omitempty"`
}

// Answers are one respondent's answers by question id. A question that is absent was left empty or
// was never shown.
type Answers map[string]Answer

// AnswerList is one respondent's answers by the index of the question in Definition.Questions. One that
// was left empty or never shown is zero. Where a million are read, looking them up by id is half of the work.
type AnswerList []Answer

// List fills a list with the answers to the questionnaire's questions; others are left out.
func (d *Definition) List(a Answers, list AnswerList) AnswerList {
	d.once.Do(d.build)
	n := len(d.Questions())
	list = slices.Grow(list[:0], n)[:n]
	clear(list)
	for id, answer := range a {
		if i, ok := d.indexes[id]; ok {
			list[i] = answer
		}
	}
	return list
}

// IsZero tells whether nothing was answered.
func (a Answer) IsZero() bool {
	return a.Code == nil && len(a.Codes) == 0 && a.Number == nil && a.Text == "" && len(a.Rows) == 0
}

// Special is the special code that was chosen for the whole question, if any.
func (a Answer) Special() (code int, ok bool) {
	if a.Code != nil && IsSpecial(*a.Code) {
		return *a.Code, true
	}
	return 0, false
}

// Has tells whether the code was chosen: alone, among several, or at any rank.
func (a Answer) Has(code int) bool {
	return (a.Code != nil && *a.Code == code) || slices.Contains(a.Codes, code)
}
