package finish

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// File is a finished file, read again.
type File struct {
	XMP         string
	Attachments []Attachment
	Pages       []string // what each page shows, one piece of text a line, in the order in which it was drawn
}

// Limits on a file from outside: bytes that its streams may unpack to, and objects.
const (
	mostUnpacked = 32 << 20
	mostObjects  = 200_000
)

var (
	objectStart = regexp.MustCompile(`(?:^|[\r\n ])(\d{1,7}) 0 obj\b`)
	errLarge    = errors.New("finish: the file unpacks to more than it may")
)

// opener reads a file by looking for its objects rather than by its cross-reference, which another program may have
// written anew or broken. Of two objects with one number the later counts, as in a file that was saved twice.
type opener struct {
	objs     map[int]object
	unpacked int
}

// Open reads a file of ours, also after another program has saved it. It reads what verification needs and checks
// nothing; the error says that the bytes are no such file.
func Open(b []byte) (*File, error) {
	if !bytes.HasPrefix(b, []byte("%PDF-")) {
		return nil, errors.New("finish: no PDF file")
	}
	o := &opener{objs: map[int]object{}}
	for _, m := range objectStart.FindAllSubmatchIndex(b, mostObjects) {
		number, _ := strconv.Atoi(string(b[m[2]:m[3]]))
		o.read(b, m[1], number)
	}
	if err := o.expand(); err != nil {
		return nil, err
	}
	catalogue := o.find("Catalog")
	if catalogue == nil {
		return nil, errors.New("finish: no catalogue")
	}
	f := &File{}
	xmp, err := o.data(catalogue.m["Metadata"])
	if err != nil {
		return nil, err
	}
	f.XMP = string(xmp)
	for _, spec := range o.array(catalogue.m["AF"]) {
		a, err := o.attachment(spec)
		if err != nil {
			return nil, err
		}
		f.Attachments = append(f.Attachments, a)
	}
	return f, o.pages(f, catalogue.m["Pages"], 0)
}

func (o *opener) read(b []byte, at, number int) {
	p := &parser{b: b, i: at}
	v, err := p.value()
	if err != nil {
		return
	}
	obj := object{value: v}
	p.space()
	if d, ok := v.(*dict); ok && p.has("stream") {
		start := p.i + len("stream")
		if start < len(b) && b[start] == '\r' {
			start++
		}
		if start < len(b) && b[start] == '\n' {
			start++
		}
		length, _ := strconv.Atoi(string(asRaw(d.m["Length"])))
		if end := start + length; length <= 0 || end > len(b) || !endsStream(b[end:]) {
			length = max(bytes.Index(b[start:], []byte("endstream")), 0)
		}
		obj.stream = b[start : start+length]
	}
	o.objs[number] = obj
}

func endsStream(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b[:min(len(b), 4)], "\r\n"), []byte("en"))
}

func asRaw(v any) raw { r, _ := v.(raw); return r }

// expand takes the objects out of object streams. Those that stand by themselves came later and count.
func (o *opener) expand() error {
	for _, obj := range o.objs {
		d, ok := obj.value.(*dict)
		if !ok || d.m["Type"] != name("ObjStm") || obj.stream == nil {
			continue
		}
		data, err := o.unpack(obj)
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(string(asRaw(d.m["N"])))
		first, _ := strconv.Atoi(string(asRaw(d.m["First"])))
		head := &parser{b: data}
		for range min(n, mostObjects) {
			number, err1 := strconv.Atoi(head.word())
			offset, err2 := strconv.Atoi(head.word())
			if err1 != nil || err2 != nil || first+offset > len(data) {
				break
			}
			if _, taken := o.objs[number]; taken {
				continue
			}
			if v, err := (&parser{b: data, i: first + offset}).value(); err == nil {
				o.objs[number] = object{value: v}
			}
		}
	}
	return nil
}

func (o *opener) unpack(obj object) ([]byte, error) {
	d, _ := obj.value.(*dict)
	filter := d.m["Filter"]
	if a, ok := filter.(array); ok && len(a) == 1 {
		filter = a[0]
	}
	switch filter {
	case nil:
		return obj.stream, nil
	case name("FlateDecode"):
	default:
		return nil, fmt.Errorf("finish: a stream is packed by %v", filter)
	}
	z, err := zlib.NewReader(bytes.NewReader(obj.stream))
	if err != nil {
		return nil, fmt.Errorf("finish: a stream cannot be unpacked: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(mostUnpacked-o.unpacked)+1))
	if err != nil {
		return nil, fmt.Errorf("finish: a stream cannot be unpacked: %w", err)
	}
	if o.unpacked += len(data); o.unpacked > mostUnpacked {
		return nil, errLarge
	}
	return data, nil
}

// The readers below give zero values for what is missing or of another type.

func (o *opener) get(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = o.objs[int(r)].value
	}
	return nil
}

func (o *opener) dict(v any) *dict {
	if d, ok := o.get(v).(*dict); ok {
		return d
	}
	return &dict{}
}

func (o *opener) array(v any) array { a, _ := o.get(v).(array); return a }

func (o *opener) data(v any) ([]byte, error) {
	r, ok := v.(ref)
	if !ok || o.objs[int(r)].stream == nil {
		return nil, nil
	}
	return o.unpack(o.objs[int(r)])
}

func (o *opener) find(typ string) *dict {
	var found *dict
	at := -1
	for number, obj := range o.objs {
		if d, ok := obj.value.(*dict); ok && d.m["Type"] == name(typ) && number > at {
			found, at = d, number
		}
	}
	return found
}

func (o *opener) attachment(spec any) (Attachment, error) {
	d := o.dict(spec)
	stream := o.dict(d.m["EF"]).m["F"]
	data, err := o.data(stream)
	return Attachment{Name: decodeText(d.m["UF"]), Description: decodeText(d.m["Desc"]),
		MIME: unescapeName(o.dict(stream).m["Subtype"]), Relation: string(asName(d.m["AFRelationship"])), Data: data}, err
}

func asName(v any) name { n, _ := v.(name); return n }

// unescapeName undoes #2F and the like.
func unescapeName(v any) string {
	s := string(asName(v))
	for i := strings.IndexByte(s, '#'); i >= 0 && i+2 < len(s); i = strings.IndexByte(s, '#') {
		b, err := hex.DecodeString(s[i+1 : i+3])
		if err != nil {
			return s
		}
		s = s[:i] + string(b) + s[i+3:]
	}
	return s
}

// decodeText reads a text string.
func decodeText(v any) string {
	s := string(asRaw(v))
	var b []byte
	switch {
	case strings.HasPrefix(s, "<"):
		b, _ = hex.DecodeString(strings.Trim(s, "<>"))
	case strings.HasPrefix(s, "("):
		b = unescapeLiteral(s[1 : len(s)-1])
	}
	if len(b) < 2 || b[0] != 0xFE || b[1] != 0xFF {
		return string(b)
	}
	return utf16be(b[2:])
}

func utf16be(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units))
}

func unescapeLiteral(s string) []byte {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'n':
			b = append(b, '\n')
		case c == 'r':
			b = append(b, '\r')
		case c >= '0' && c <= '7':
			n, k := 0, 0
			for k < 3 && i+k < len(s) && s[i+k] >= '0' && s[i+k] <= '7' {
				n = n*8 + int(s[i+k]-'0')
				k++
			}
			b = append(b, byte(n))
			i += k - 1
		default:
			b = append(b, c)
		}
	}
	return b
}

// pages reads the text of the pages below a node of the page tree.
func (o *opener) pages(f *File, node any, depth int) error {
	d := o.dict(node)
	if d.m["Type"] == name("Pages") && depth < 20 {
		for _, kid := range o.array(d.m["Kids"]) {
			if err := o.pages(f, kid, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	parts := array{d.m["Contents"]}
	if a, ok := o.get(d.m["Contents"]).(array); ok {
		parts = a
	}
	var content []byte
	for _, part := range parts {
		data, err := o.data(part)
		if err != nil {
			return err
		}
		content = append(append(content, data...), '\n')
	}
	f.Pages = append(f.Pages, shown(content))
	return nil
}

// shown is the text of a page's operators. Codes are code points in our files, two bytes each.
func shown(content []byte) string {
	var out strings.Builder
	p := &parser{b: content}
	last := raw("")
	for p.i < len(p.b) {
		v, err := p.value()
		if err != nil {
			p.i++
			continue
		}
		r, ok := v.(raw)
		switch {
		case ok && (strings.HasPrefix(string(r), "(") || strings.HasPrefix(string(r), "<")):
			last = r
		case ok && r == "Tj" && last != "":
			b := []byte(nil)
			if last[0] == '(' {
				b = unescapeLiteral(string(last[1 : len(last)-1]))
			} else {
				b, _ = hex.DecodeString(strings.Trim(string(last), "<>"))
			}
			out.WriteString(utf16be(b))
			out.WriteByte('\n')
			last = ""
		}
	}
	return out.String()
}
