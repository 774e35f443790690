package pdf

import (
	"strings"

	"upphandlingsdialog/internal/document/pdf/finish"
)

// Content is what can be read from a file of ours without drawing it.
type Content struct {
	Identifier, Source string // of the metadata
	Files              map[string][]byte
	Pages              []string // what each page shows, a piece of text a line
}

// Read reads a file that Render made, also after another program has saved it. It trusts nothing in the file and
// checks nothing; an error says that this is no such file.
func Read(b []byte) (*Content, error) {
	f, err := finish.Open(b)
	if err != nil {
		return nil, err
	}
	c := &Content{Files: map[string][]byte{}, Pages: f.Pages,
		Identifier: between(f.XMP, "<dc:identifier>", "</dc:identifier>"), Source: between(f.XMP, "<dc:source>", "</dc:source>")}
	for _, a := range f.Attachments {
		c.Files[a.Name] = a.Data
	}
	return c, nil
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, found := strings.Cut(s, to)
	if !found {
		return ""
	}
	return s
}
