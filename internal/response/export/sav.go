package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"upphandlingsdialog/internal/questionnaire"
)

// The SPSS system file format is described in the PSPP Developers Guide, chapter "System File
// Format"; the record types and layouts below are named as there.

// Limits of the format, in bytes.
const (
	savSegment   = 255   // a string longer than this is stored in segments
	savEffective = 252   // of which each declares this much
	savString    = 32767 // the longest string
	savLabel     = 120   // the longest value label that every reader takes
	savName      = 64
	savColumns   = 9999 // columns, by the room in their short names
)

const savBias = 100 // compression: a command byte b from 1 to 251 is the number b - savBias

// Formats of cells.
const (
	savA     = 1
	savF     = 5
	savSDate = 39 // yyyy/mm/dd
)

// spssEpoch is 1970-01-01 in seconds since 1582-10-14, from which SPSS counts.
const spssEpoch = 12219379200

// SAV writes an SPSS system file: UTF-8, compressed, with variable labels, value labels and missing
// values. A question that was not shown is system-missing; the other kinds are user-missing.
func SAV(w io.Writer, d Data, o Options) error {
	columns, err := o.layout(d.Definition)
	if err != nil {
		return err
	}
	if uint64(d.Count) > math.MaxInt32 {
		return fmt.Errorf("export: an SPSS file holds at most %d responses", math.MaxInt32)
	}
	s := &savWriter{out: bufio.NewWriterSize(w, 1<<16), columns: columns, names: header(columns, o)}
	for _, c := range columns {
		s.notShown = append(s.notShown, systemMissing(c))
	}
	if err := s.dictionary(d, o); err != nil {
		return err
	}
	if err := d.each(columns, s.row); err != nil {
		return err
	}
	s.command(252, nil) // end of file
	s.flushCommands()
	return s.out.Flush()
}

// savWriter writes one file. Failed writes surface in the last Flush.
type savWriter struct {
	out     *bufio.Writer
	columns []Column
	names   []string
	// the value of each column that becomes system-missing; not a number for none
	notShown []float64

	commands [8]byte // waiting, with the data that belongs to them
	waiting  int
	literals []byte
	padded   []byte
}

func (s *savWriter) int32(values ...int) {
	for _, v := range values {
		_ = binary.Write(s.out, binary.LittleEndian, int32(v))
	}
}

func (s *savWriter) float(values ...float64) {
	for _, v := range values {
		_ = binary.Write(s.out, binary.LittleEndian, v)
	}
}

// fixed writes a text padded with spaces to n bytes.
func (s *savWriter) fixed(text string, n int) {
	text = cut(text, n)
	_, _ = s.out.WriteString(text + strings.Repeat(" ", n-len(text)))
}

// cut shortens a text to at most n bytes without breaking a character.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// width is the declared width of a column: 0 for numbers, else bytes.
func width(c Column) int {
	if c.Kind != Text {
		return 0
	}
	return min(max(c.MaxBytes, 1), savString)
}

// segments are the widths of the parts in which a string is stored.
func segments(width int) []int {
	if width <= savSegment {
		return []int{width}
	}
	n := (width + savEffective - 1) / savEffective
	parts := make([]int, n)
	for i := range parts {
		parts[i] = savSegment
	}
	parts[n-1] = width - (n-1)*savEffective
	return parts
}

func eighths(width int) int { return max(1, (width+7)/8) }

func (s *savWriter) row(cells []cell) error {
	for i, c := range s.columns {
		switch c.Kind {
		case Number:
			s.number(cells[i].number, s.notShown[i])
		case Day:
			s.literal(spssEpoch + cells[i].number)
		case Text:
			if err := s.text(cells[i].text, width(c)); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
	}
	return nil
}

func (s *savWriter) number(v, notShown float64) {
	switch {
	case v == notShown:
		s.command(255, nil) // system-missing
	case v == math.Trunc(v) && v >= 1-savBias && v <= 251-savBias:
		s.command(byte(v+savBias), nil)
	default:
		s.literal(v)
	}
}

// systemMissing is the value of a column for who was not asked, where that is a missing answer.
func systemMissing(c Column) float64 {
	for _, code := range c.Codes {
		if code.Missing && code.Value == c.Value(questionnaire.NotShown) {
			return float64(code.Value)
		}
	}
	return math.NaN()
}

func (s *savWriter) literal(v float64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
	s.command(253, b[:])
}

func (s *savWriter) text(text string, width int) error {
	if len(text) > width {
		return fmt.Errorf("an SPSS string holds %d bytes, the text has %d: choose CSV or JSON", width, len(text))
	}
	for _, part := range segments(width) {
		used := min(len(text), part) // of a long text 255 bytes a segment, more than it declares
		size := eighths(part) * 8
		s.padded = append(s.padded[:0], text[:used]...)
		for len(s.padded) < size {
			s.padded = append(s.padded, ' ')
		}
		text = text[used:]
		for p := s.padded; len(p) > 0; p = p[8:] {
			if string(p[:8]) == "        " {
				s.command(254, nil)
			} else {
				s.command(253, p[:8])
			}
		}
	}
	return nil
}

// command adds a command byte; the data of up to eight commands follows after them.
func (s *savWriter) command(code byte, data []byte) {
	s.commands[s.waiting] = code
	s.waiting++
	s.literals = append(s.literals, data...)
	if s.waiting == len(s.commands) {
		s.flushCommands()
	}
}

func (s *savWriter) flushCommands() {
	if s.waiting == 0 {
		return
	}
	_, _ = s.out.Write(s.commands[:])
	_, _ = s.out.Write(s.literals)
	s.commands, s.waiting, s.literals = [8]byte{}, 0, s.literals[:0]
}
