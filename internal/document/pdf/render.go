// Package pdf draws a document as a tagged PDF: PDF/UA-1 and PDF/A-2a in one
// file, PDF/A-3a when files are attached, the same bytes for the same document.
package pdf

import (
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/finish"
	"upphandlingsdialog/internal/document/pdf/layout"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/reports/colour"
)

const producer = "Upphandlingsdialog Dalarna"

// roles are the structure types of our own. A title is no heading: headings
// start with the first chapter.
var roles = [][2]string{{"Title", "P"}}

// Render draws the document. The error is document.Invalid when document.Check
// finds a problem.
func Render(d document.Document) ([]byte, error) {
	if err := document.Valid(d); err != nil {
		return nil, err
	}
	in, err := prepare(d, nil)
	if err != nil {
		return nil, err
	}
	return finish.Run(in)
}

// Pages is the number of pages that Render draws.
func Pages(d document.Document) int { return len(layout.Do(d).Pages) }

// prepare lays out and paints. change may alter the layout before it is painted;
// the tests break documents with it to see that the checker notices.
func prepare(d document.Document, change func(*layout.Result)) (finish.Input, error) {
	res := layout.Do(d)
	if change != nil {
		change(res)
	}
	p, source, err := paint(res)
	if err != nil {
		return finish.Input{}, err
	}
	in := finish.Input{
		Source:  source,
		Root:    res.Root,
		Pages:   p.pages,
		Runes:   map[string]map[rune]bool{},
		Roles:   roles,
		Profile: colour.SRGB,
		Meta: finish.Meta{
			Title: typeset.Clean(d.Title), Author: typeset.Clean(d.Author), Subject: typeset.Clean(d.Subject),
			Producer: producer, Lang: languageTag(d.Lang), Created: d.Created,
			Identifier: d.ID, Source: d.Source,
		},
	}
	for _, f := range d.Files {
		a := finish.Attachment{Name: f.Name, MIME: f.MIME, Description: typeset.Clean(f.Description), Relation: "Data", Data: f.Data}
		if f.Source {
			a.Relation = "Source"
		}
		in.Attachments = append(in.Attachments, a)
	}
	for f, used := range p.used {
		in.Runes["utf8"+fontNames[f]] = used
	}
	for _, a := range res.Outline {
		in.Outlines = append(in.Outlines, tagged.Outline{Level: a.Level, Title: typeset.Clean(a.Title), Place: placeOf(a)})
	}
	return in, nil
}

func languageTag(l i18n.Lang) string {
	if l == i18n.En {
		return "en-GB"
	}
	return "sv-SE"
}
