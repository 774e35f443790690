package html

import (
	"html/template"
	"strings"

	"upphandlingsdialog/internal/document"
)

// Chapter is one page of a document that is read chapter by chapter. The first holds what stands before the second
// heading of the first level: cover, summary, contents.
type Chapter struct {
	ID, Number, Title string
	Body              template.HTML
}

// Chapters draws the document as a page a chapter. Links to another chapter begin with address(its ID).
func Chapters(d document.Document, o Options, address func(id string) string) ([]Chapter, error) {
	if err := document.Valid(d); err != nil {
		return nil, err
	}
	w, err := newWriter(d, o)
	if err != nil {
		return nil, err
	}
	var list []Chapter
	home := map[string]string{} // anchor to chapter
	parts := chapters(w.d.Blocks, &list)
	for i, blocks := range parts {
		for _, id := range document.Anchors(blocks) {
			home[id] = list[i].ID
		}
	}
	for i, blocks := range parts {
		w.out = strings.Builder{}
		w.elsewhere = map[string]string{}
		for id, chapter := range home {
			if chapter != list[i].ID {
				w.elsewhere[id] = address(chapter)
			}
		}
		for _, b := range blocks {
			if err := w.block(b); err != nil {
				return nil, err
			}
		}
		w.closeSections(0)
		list[i].Body = template.HTML(w.out.String()) //nolint:gosec // written above, every text escaped
	}
	return list, nil
}

// chapters cuts the blocks before each heading of the first level but the first, and names the parts in list.
func chapters(blocks []document.Block, list *[]Chapter) [][]document.Block {
	var parts [][]document.Block
	from := 0
	for i, b := range blocks {
		h, ok := b.(document.Heading)
		if !ok || h.Level != 1 {
			continue
		}
		if len(*list) > 0 {
			parts = append(parts, blocks[from:i])
			from = i
		}
		*list = append(*list, Chapter{ID: h.ID, Number: h.Number, Title: h.Text})
	}
	if len(*list) > 0 {
		parts = append(parts, blocks[from:])
	}
	return parts
}
