package dialogue

import (
	"slices"
	"strings"
	"unicode/utf8"

	"upphandlingsdialog/internal/fault"
)

// Locate finds a passage, given by its words, that stands in a text exactly once: start and end in
// characters. Fault: Invalid with the field passage.
func Locate(text, passage string) (start, end int, err error) {
	passage = strings.TrimSpace(CleanText(passage))
	at := occurrences(text, passage)
	key := ""
	switch {
	case passage == "":
		key = "error.required"
	case utf8.RuneCountInString(passage) > maxPassage:
		key = "dialogue.error_passage_long"
	case len(at) == 0:
		key = "dialogue.error_passage_not_found"
	case len(at) > 1:
		key = "dialogue.error_passage_twice"
	}
	if key != "" {
		return 0, 0, fault.InvalidFields("error.invalid", fault.Field{Name: "passage", Key: key, Args: fault.Args("Max", maxPassage)})
	}
	return at[0], at[0] + utf8.RuneCountInString(passage), nil
}

// Slice is the passage of a text from start to end, in characters; false outside the text.
func Slice(text string, start, end int) (string, bool) { return slice(text, start, end) }

// Settled is the tag with its themes in order, each once. Fault: Invalid by field.
func (t Tag) Settled() (Tag, error) {
	t.Themes = slices.Clone(t.Themes)
	slices.Sort(t.Themes)
	t.Themes = slices.Compact(t.Themes)
	return t, t.check()
}

// QuoteRanges finds a wording, which may leave words out but change none, in the passage of a text from
// start to end: the ranges of the text that may be printed. Fault: Invalid with the field quote.
func QuoteRanges(text string, start, end int, wording string) ([]int, error) {
	passage, ok := slice(text, start, end)
	var ranges []int
	if ok {
		ranges, ok = quoteRanges(Excerpt{Text: passage, Start: start}, wording)
	}
	if !ok {
		return nil, fault.InvalidFields("error.invalid", fault.Field{Name: "quote", Key: "dialogue.error_quote_words"})
	}
	return ranges, nil
}

// QuoteOf writes ranges of a text, with "[…]" wherever words between them are left out.
func QuoteOf(text string, ranges []int) string { return quoteOf(text, ranges) }
