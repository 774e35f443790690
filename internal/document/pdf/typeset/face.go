// Package typeset knows letters: which glyphs the embedded typefaces have, how
// wide they are, how text is cleaned before it is drawn, and where lines break.
package typeset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"upphandlingsdialog/reports/fonts"
)

// Face is one of the embedded typefaces.
type Face int

// Signs stands in where the text faces have no glyph (arrows, minus, ≤).
const (
	Regular Face = iota
	Bold
	Italic
	Display // headings
	Signs
	FaceCount
)

// MM is one point in millimetres.
const MM = 25.4 / 72

var faceData = [FaceCount]*[]byte{&fonts.Regular, &fonts.Bold, &fonts.Italic, &fonts.Display, &fonts.Signs}

// Data is the face's TrueType file. It is shared and must not be written to.
func (f Face) Data() []byte { return *faceData[f] }

// metrics are a face's widths in thousandths of the size, by code point of the
// basic plane. missing marks a code point without glyph.
type metrics [1 << 16]uint16

const missing = 0xFFFF

var loaded = sync.OnceValue(func() [FaceCount]*metrics {
	var all [FaceCount]*metrics
	for f := range FaceCount {
		m, err := readMetrics(f.Data())
		if err != nil {
			panic(fmt.Sprintf("typeset: face %d: %v", f, err))
		}
		all[f] = m
	}
	return all
})

// Has says whether the face has a glyph for r.
func (f Face) Has(r rune) bool {
	return r >= 0 && r < 1<<16 && loaded()[f][r] != missing
}

// Width is the width of s at size points, in millimetres. Code points without
// glyph count nothing; Clean leaves none.
func (f Face) Width(size float64, s string) float64 {
	m := loaded()[f]
	sum := 0
	for _, r := range s {
		if r < 1<<16 && m[r] != missing {
			sum += int(m[r])
		}
	}
	return float64(sum) / 1000 * size * MM
}

var errFont = errors.New("not a TrueType file that can be read")

// readMetrics reads the tables head, hhea, hmtx and cmap (format 4).
func readMetrics(b []byte) (*metrics, error) {
	if len(b) < 12 {
		return nil, errFont
	}
	tables := map[string][]byte{}
	for i := range int(u16(b[4:])) {
		e := b[12+16*i:]
		off, n := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		tables[string(e[:4])] = b[off : off+n]
	}
	head, hhea, hmtx := tables["head"], tables["hhea"], tables["hmtx"]
	segments := unicodeTable(tables["cmap"])
	if head == nil || hhea == nil || hmtx == nil || segments == nil {
		return nil, errFont
	}
	em, last := u16(head[18:]), u16(hhea[34:])-1
	m := new(metrics)
	for r := range m {
		m[r] = missing
	}
	eachGlyph(segments, func(r, glyph int) {
		w := u16(hmtx[4*min(glyph, last):])
		m[r] = uint16((w*1000 + em/2) / em)
	})
	return m, nil
}

func u16(b []byte) int { return int(binary.BigEndian.Uint16(b)) }

// unicodeTable finds the Windows Unicode subtable of format 4.
func unicodeTable(cmap []byte) []byte {
	if len(cmap) < 4 {
		return nil
	}
	for i := range u16(cmap[2:]) {
		e := cmap[4+8*i:]
		t := cmap[binary.BigEndian.Uint32(e[4:]):]
		if u16(e) == 3 && u16(e[2:]) == 1 && u16(t) == 4 {
			return t
		}
	}
	return nil
}

// eachGlyph calls f for every code point that has a glyph.
func eachGlyph(t []byte, f func(r, glyph int)) {
	n := u16(t[6:]) // twice the number of segments
	ends, starts, deltas, offsets := t[14:], t[16+n:], t[16+2*n:], t[16+3*n:]
	for s := 0; s < n; s += 2 {
		start, end := u16(starts[s:]), u16(ends[s:])
		delta, off := u16(deltas[s:]), u16(offsets[s:])
		for r := start; r <= end && r < 0xFFFF; r++ {
			g := r
			if off != 0 {
				if g = u16(offsets[s+off+2*(r-start):]); g == 0 {
					continue
				}
			}
			if g = (g + delta) & 0xFFFF; g != 0 {
				f(r, g)
			}
		}
	}
}
