// Package finish turns the drawing engine's bytes and a structure tree into the
// final file: tagged, archivable, the same bytes for the same input.
package finish

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The objects of a PDF file, as far as the drawing engine writes them. Raw is a
// number, keyword or string as it stands in the file.
type (
	name  string
	ref   int
	raw   string
	array []any
	dict  struct {
		keys []name
		m    map[name]any
	}
	object struct {
		value  any    // nil: a free number
		stream []byte // nil: none
	}
)

func (d *dict) set(k name, v any) *dict {
	if d.m == nil {
		d.m = map[name]any{}
	}
	if _, ok := d.m[k]; !ok {
		d.keys = append(d.keys, k)
	}
	d.m[k] = v
	return d
}

func (d *dict) del(k name) {
	delete(d.m, k)
	for i, x := range d.keys {
		if x == k {
			d.keys = append(d.keys[:i], d.keys[i+1:]...)
			return
		}
	}
}

// newDict takes key, value pairs.
func newDict(pairs ...any) *dict {
	d := &dict{}
	for i := 0; i+1 < len(pairs); i += 2 {
		d.set(name(pairs[i].(string)), pairs[i+1])
	}
	return d
}

// text makes a text string: ASCII as it is, else UTF-16 in hex, which needs no
// escapes.
func text(s string) raw {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] >= ' ' && s[i] <= '~'
	}
	if ascii {
		return raw("(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")")
	}
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteString(">")
	return raw(b.String())
}

// write serialises a value.
func write(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case name:
		b.WriteByte('/')
		b.WriteString(string(v))
	case ref:
		b.WriteString(strconv.Itoa(int(v)))
		b.WriteString(" 0 R")
	case raw:
		b.WriteString(string(v))
	case int:
		b.WriteString(strconv.Itoa(v))
	case float64:
		b.WriteString(strconv.FormatFloat(v, 'f', 2, 64))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case array:
		b.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				b.WriteByte(' ')
			}
			write(b, x)
		}
		b.WriteByte(']')
	case *dict:
		b.WriteString("<<")
		for _, k := range v.keys {
			write(b, k)
			b.WriteByte(' ')
			write(b, v.m[k])
		}
		b.WriteString(">>")
	default:
		panic(fmt.Sprintf("finish: cannot write %T", v))
	}
}
