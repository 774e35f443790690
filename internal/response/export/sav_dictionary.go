package export

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"upphandlingsdialog/internal/questionnaire"
)

// dictionary writes everything before the data.
func (s *savWriter) dictionary(d Data, o Options) error {
	if len(s.columns) > savColumns {
		return fmt.Errorf("export: %d columns are more than the %d that an SPSS file is written with: choose CSV or JSON", len(s.columns), savColumns)
	}
	elements := 0 // of 8 bytes in a case
	starts := make([]int, len(s.columns))
	for i, c := range s.columns {
		if len(s.names[i]) > savName {
			return fmt.Errorf("export: the name %s is longer than the %d bytes of SPSS: give the question a shorter id", s.names[i], savName)
		}
		starts[i] = elements + 1
		for _, part := range segments(width(c)) {
			elements += eighths(part)
		}
	}
	s.fixed("$FL2@(#) SPSS DATA FILE upphandlingsdialog", 64)
	s.int32(2, elements, 1, 0, d.Count)
	s.float(savBias)
	s.fixed(o.Made.UTC().Format("02 Jan 06"), 9)
	s.fixed(o.Made.UTC().Format("15:04:05"), 8)
	s.fixed(d.Definition.Title.In(o.Lang), 64)
	s.fixed("\x00\x00\x00", 3)
	for i, c := range s.columns {
		s.variable(shortName(i, 0), c, o)
		for n, part := range segments(width(c))[1:] {
			s.stringRecord(shortName(i, n+1), part, "")
		}
	}
	for i, c := range s.columns {
		s.valueLabels(starts[i], c, o)
	}
	s.extensions(d)
	s.int32(999, 0)
	return nil
}

// shortName names the part of a column within the format's old eight characters; real names are in
// a record of their own.
func shortName(column, part int) string {
	if part == 0 {
		return fmt.Sprintf("V%d", column+1)
	}
	return fmt.Sprintf("V%d_%X", column+1, part)
}

func format(kind, width, decimals int) int { return kind<<16 | width<<8 | decimals }

// variable writes the record of a column's first part.
func (s *savWriter) variable(name string, c Column, o Options) {
	label := cut(c.Label.In(o.Lang), savSegment)
	if c.Kind == Text {
		s.stringRecord(name, min(width(c), savSegment), label)
		return
	}
	missing := missingValues(c)
	form := format(savF, 8, c.Decimals)
	if c.Decimals > 0 {
		form = format(savF, 12, c.Decimals)
	}
	if c.Kind == Day {
		form = format(savSDate, 10, 0)
	}
	count := len(missing)
	if count > 3 { // a range and one value
		missing = []float64{missing[1], missing[len(missing)-1], missing[0]}
		count = -3
	}
	s.int32(2, 0, 1, count, form, form)
	s.fixed(name, 8)
	s.label(label)
	s.float(missing...)
}

// missingValues are the user-missing values of a column in rising order; a question that was not
// shown is system-missing and so not among them.
func missingValues(c Column) []float64 {
	var list []float64
	for _, code := range c.Codes {
		if v := float64(code.Value); code.Missing && v != systemMissing(c) {
			list = append(list, v)
		}
	}
	slices.Sort(list)
	return list
}

func (s *savWriter) label(text string) {
	s.int32(len(text))
	s.fixed(text, (len(text)+3)/4*4)
}

// stringRecord writes the records of one part of a string: the variable and its continuations.
func (s *savWriter) stringRecord(name string, width int, label string) {
	hasLabel := 0
	if label != "" {
		hasLabel = 1
	}
	form := format(savA, width, 0)
	s.int32(2, width, hasLabel, 0, form, form)
	s.fixed(name, 8)
	if label != "" {
		s.label(label)
	}
	for range eighths(width) - 1 {
		s.int32(2, -1, 0, 0, format(savA, 1, 0), format(savA, 1, 0))
		s.fixed("", 8)
	}
}

func (s *savWriter) valueLabels(start int, c Column, o Options) {
	var codes []Code
	for _, code := range c.Codes {
		if float64(code.Value) != systemMissing(c) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return
	}
	s.int32(3, len(codes))
	for _, code := range codes {
		s.float(float64(code.Value))
		text := cut(code.Label.In(o.Lang), savLabel)
		_ = s.out.WriteByte(byte(len(text)))
		s.fixed(text, (len(text)+8)/8*8-1)
	}
	s.int32(4, 1, start)
}

// extension begins a record of type 7.
func (s *savWriter) extension(subtype, size, count int) { s.int32(7, subtype, size, count) }

func (s *savWriter) extensions(d Data) {
	const utf8Codepage = 65001
	s.extension(3, 4, 8)
	s.int32(1, 0, 0, -1, 1, 1, 2, utf8Codepage) // version of this writer; IEEE 754, little-endian
	s.extension(4, 8, 3)
	s.float(-math.MaxFloat64, math.MaxFloat64, math.Nextafter(-math.MaxFloat64, 0))

	var measures []int
	var long, veryLong []string
	for i, c := range s.columns {
		long = append(long, shortName(i, 0)+"="+s.names[i])
		w := width(c)
		if w > savSegment {
			veryLong = append(veryLong, fmt.Sprintf("%s=%05d\x00", shortName(i, 0), w))
		}
		for range segments(w) {
			measures = append(measures, measure(c), min(max(w, 8), 40), alignment(c))
		}
	}
	s.extension(11, 4, len(measures))
	s.int32(measures...)
	s.bytes(13, strings.Join(long, "\t"))
	if len(veryLong) > 0 {
		s.bytes(14, strings.Join(veryLong, "\t"))
	}
	s.extension(16, 8, 2)
	s.int32(1, 0, d.Count, 0) // two 64-bit numbers
	s.bytes(20, "UTF-8")
}

func (s *savWriter) bytes(subtype int, content string) {
	s.extension(subtype, 1, len(content))
	_, _ = s.out.WriteString(content)
}

// measure is 1 nominal, 2 ordinal, 3 scale.
func measure(c Column) int {
	q := c.Question
	switch {
	case q == nil || c.Kind == Text || strings.HasSuffix(c.Name, ".status"):
		return 1
	case q.Type == questionnaire.Numeric || q.Type == questionnaire.Rating:
		return 3
	case q.Type == questionnaire.Likert5 || q.Type == questionnaire.Matrix:
		return 2
	}
	return 1
}

func alignment(c Column) int {
	if c.Kind == Text {
		return 0 // left
	}
	return 1
}
