// Package html draws a document as accessible HTML from the same tree as the
// PDF: anchors for everything that has one, classes only, no inline style.
package html

import (
	"html/template"

	"upphandlingsdialog/internal/document"
)

// Options say what stands around the document.
type Options struct {
	// HeadingShift is added to every heading level: 1 when the page that holds
	// the document already has its h1. The cover's title is then left out.
	HeadingShift int
	// Stylesheet is the address of the style sheet of a full page.
	Stylesheet string
	// Links are shown below the cover of a full page, for example to the PDF.
	Links []Link
}

// Link is an address with its words.
type Link struct{ Text, URL string }

// Render draws the document's body, to stand inside a page's main element. It
// fails when document.Check finds a problem.
func Render(d document.Document, o Options) (template.HTML, error) { return "", nil }

// Page draws a whole page, for a file that stands alone.
func Page(d document.Document, o Options) ([]byte, error) { return nil, nil }
