package finish

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"sync"
)

var packers = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	z := packers.Get().(*zlib.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	// writes to a buffer cannot fail
	_, _ = z.Write(data)
	_ = z.Close()
	return out.Bytes()
}

// perStream is how many objects share one object stream.
const perStream = 200

// entry is a line of the cross-reference stream: kind 1 is an offset, kind 2 an
// object stream and the place in it.
type entry struct{ kind, a, b int }

// bytes writes the file: PDF 1.7 with object streams and a cross-reference
// stream. The file's identifier is a hash of its content.
func (f *file) bytes(root, info int) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	table := make([]entry, len(f.objs))
	var pack objectStream
	flush := func() {
		if len(pack.numbers) == 0 {
			return
		}
		number := len(table)
		for at, i := range pack.numbers {
			table[i] = entry{2, number, at}
		}
		table = append(table, entry{1, out.Len(), 0})
		pack.writeTo(&out, number)
		pack = objectStream{}
	}
	for i := 1; i < len(f.objs); i++ {
		o := f.objs[i]
		switch {
		case o.value == nil:
		case o.stream != nil:
			table[i] = entry{1, out.Len(), 0}
			writeStream(&out, i, o.value.(*dict), o.stream)
		default:
			pack.add(i, o.value)
			if len(pack.numbers) == perStream {
				flush()
			}
		}
	}
	flush()
	start := out.Len()
	table = append(table, entry{1, start, 0})
	sum := sha256.Sum256(out.Bytes())
	id := raw(fmt.Sprintf("<%X>", sum[:16]))
	data := deflate(crossReference(table))
	writeStream(&out, len(table)-1, newDict("Type", name("XRef"), "Size", len(table), "W", array{1, 4, 2},
		"Root", ref(root), "Info", ref(info), "ID", array{id, id}, "Filter", name("FlateDecode"), "Length", len(data)), data)
	fmt.Fprintf(&out, "startxref\n%d\n%%%%EOF\n", start)
	return out.Bytes()
}

func crossReference(table []entry) []byte {
	b := make([]byte, 0, 7*len(table))
	for i, e := range table {
		if i == 0 {
			e = entry{0, 0, 65535}
		}
		b = append(b, byte(e.kind), byte(e.a>>24), byte(e.a>>16), byte(e.a>>8), byte(e.a), byte(e.b>>8), byte(e.b))
	}
	return b
}

func writeStream(out *bytes.Buffer, number int, d *dict, data []byte) {
	fmt.Fprintf(out, "%d 0 obj\n", number)
	write(out, d)
	out.WriteString("\nstream\n")
	out.Write(data)
	out.WriteString("\nendstream\nendobj\n")
}

// objectStream collects objects without streams.
type objectStream struct {
	numbers    []int
	head, body bytes.Buffer
}

func (s *objectStream) add(number int, v any) {
	fmt.Fprintf(&s.head, "%d %d ", number, s.body.Len())
	write(&s.body, v)
	s.body.WriteByte('\n')
	s.numbers = append(s.numbers, number)
}

func (s *objectStream) writeTo(out *bytes.Buffer, number int) {
	first := s.head.Len()
	s.head.Write(s.body.Bytes())
	data := deflate(s.head.Bytes())
	writeStream(out, number, newDict("Type", name("ObjStm"), "N", len(s.numbers), "First", first,
		"Filter", name("FlateDecode"), "Length", len(data)), data)
}
