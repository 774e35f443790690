package finish

import (
	"bytes"
	"testing"
)

func FuzzLoad(f *testing.F) {
	f.Add([]byte("1 0 obj\n<</A [1 0 R (x\\)) <41>]>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000000 00000 n \ntrailer\n<</Root 1 0 R /Info 1 0 R>>\nstartxref\n44\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := &parser{b: b}
		v, err := p.value()
		if err != nil {
			return
		}
		var out bytes.Buffer
		write(&out, v)
		again, err := (&parser{b: out.Bytes()}).value()
		if err != nil {
			t.Fatalf("%q cannot be read again: %v", out.Bytes(), err)
		}
		var twice bytes.Buffer
		write(&twice, again)
		if !bytes.Equal(out.Bytes(), twice.Bytes()) {
			t.Fatalf("%q became %q", out.Bytes(), twice.Bytes())
		}
	})
}

func TestTextStringsAreEscapedOrUTF16(t *testing.T) {
	for in, want := range map[string]raw{
		"abc": "(abc)", `a(b)\`: `(a\(b\)\\)`, "å": "<FEFF00E5>", "😀": "<FEFFD83DDE00>", "a\nb": "<FEFF0061000A0062>",
	} {
		if got := text(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
