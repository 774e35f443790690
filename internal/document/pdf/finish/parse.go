package finish

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// The parser reads what the drawing engine writes: one cross-reference table,
// generation 0, stream lengths as numbers.

type parser struct {
	b     []byte
	i     int
	depth int
}

var (
	errEnd  = errors.New("unexpected end")
	errDeep = errors.New("values inside each other without end")
)

// deepest is how many values may stand inside each other: more than any file of ours, less than any stack.
const deepest = 64

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0 || c == '\f'
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (p *parser) space() {
	for p.i < len(p.b) && isSpace(p.b[p.i]) {
		p.i++
	}
}

func (p *parser) token() string {
	start := p.i
	for p.i < len(p.b) && !isSpace(p.b[p.i]) && !isDelimiter(p.b[p.i]) {
		p.i++
	}
	return string(p.b[start:p.i])
}

// word is the next token after white space.
func (p *parser) word() string {
	p.space()
	return p.token()
}

func (p *parser) has(s string) bool { return bytes.HasPrefix(p.b[min(p.i, len(p.b)):], []byte(s)) }

func (p *parser) value() (any, error) {
	if p.depth++; p.depth > deepest {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	p.space()
	if p.i >= len(p.b) {
		return nil, errEnd
	}
	switch {
	case p.has("/"):
		p.i++
		return name(p.token()), nil
	case p.has("<<"):
		return p.dict()
	case p.has("["):
		return p.array()
	case p.has("("):
		return p.literal()
	case p.has("<"):
		n := bytes.IndexByte(p.b[p.i:], '>')
		if n < 0 {
			return nil, errEnd
		}
		s := raw(p.b[p.i : p.i+n+1])
		p.i += n + 1
		return s, nil
	}
	return p.number()
}

func (p *parser) dict() (any, error) {
	p.i += 2
	d := &dict{}
	for {
		p.space()
		if p.has(">>") {
			p.i += 2
			return d, nil
		}
		key, err := p.value()
		if err != nil {
			return nil, err
		}
		k, ok := key.(name)
		if !ok {
			return nil, fmt.Errorf("a key is %T at %d", key, p.i)
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		d.set(k, v)
	}
}

func (p *parser) array() (any, error) {
	p.i++
	a := array{}
	for {
		p.space()
		if p.has("]") {
			p.i++
			return a, nil
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

func (p *parser) literal() (any, error) {
	start, depth := p.i, 0
	for ; p.i < len(p.b); p.i++ {
		switch p.b[p.i] {
		case '\\':
			p.i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.i++
				return raw(p.b[start:p.i]), nil
			}
		}
	}
	return nil, errEnd
}

// number reads a number, keyword or reference.
func (p *parser) number() (any, error) {
	t := p.token()
	if t == "" {
		return nil, fmt.Errorf("bad byte %q at %d", p.b[p.i], p.i)
	}
	n, err := strconv.Atoi(t)
	if err != nil {
		return raw(t), nil
	}
	back := p.i
	if p.word() == "0" && p.word() == "R" {
		return ref(n), nil
	}
	p.i = back
	return raw(t), nil
}

// load reads a file's objects by number, and the numbers of catalogue and
// information dictionary.
func load(src []byte) (objs []object, root, info int, err error) {
	at := bytes.LastIndex(src, []byte("startxref\n"))
	if at < 0 {
		return nil, 0, 0, errors.New("no startxref")
	}
	p := &parser{b: src, i: at + len("startxref\n")}
	if p.i, err = strconv.Atoi(p.token()); err != nil || p.i >= len(src) {
		return nil, 0, 0, fmt.Errorf("startxref: %v", err)
	}
	if p.word() != "xref" || p.word() != "0" {
		return nil, 0, 0, errors.New("no cross-reference table")
	}
	n, err := strconv.Atoi(p.word())
	if err != nil {
		return nil, 0, 0, err
	}
	offsets := make([]int, n)
	for i := range n {
		if offsets[i], err = strconv.Atoi(p.word()); err != nil {
			return nil, 0, 0, err
		}
		p.word()
		p.word()
	}
	if p.word() != "trailer" {
		return nil, 0, 0, errors.New("no trailer")
	}
	v, err := p.value()
	if err != nil {
		return nil, 0, 0, err
	}
	trailer := v.(*dict)
	objs = make([]object, n)
	for i := 1; i < n; i++ {
		if objs[i], err = loadObject(src, offsets[i], i); err != nil {
			return nil, 0, 0, fmt.Errorf("object %d: %w", i, err)
		}
	}
	return objs, int(trailer.m["Root"].(ref)), int(trailer.m["Info"].(ref)), nil
}

func loadObject(src []byte, offset, number int) (object, error) {
	p := &parser{b: src, i: offset}
	if p.word() != strconv.Itoa(number) || p.word() != "0" || p.word() != "obj" {
		return object{}, errors.New("not at its offset")
	}
	v, err := p.value()
	if err != nil {
		return object{}, err
	}
	o := object{value: v}
	p.space()
	if !p.has("stream\n") {
		return o, nil
	}
	length, _ := v.(*dict).m["Length"].(raw)
	n, err := strconv.Atoi(string(length))
	if err != nil {
		return object{}, err
	}
	start := p.i + len("stream\n")
	p.i = start + n
	if !p.has("\nendstream") {
		return object{}, errors.New("wrong stream length")
	}
	o.stream = src[start : start+n]
	return o, nil
}
