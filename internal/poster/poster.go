package poster

import (
	"strings"
	"time"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/i18n"
)

// Poster invites to answer by an open link.
type Poster struct {
	Title      string // of the survey, in the poster's language
	URL        string // the open link
	Closes     time.Time
	Minutes    int // 0: not said
	Controller string
	Contact    string
	Lang       i18n.Lang
	Invented   bool
	Made       time.Time
}

// Alt is what the code holds, in words.
func Alt(url string, lang i18n.Lang) string { return i18n.T(lang, "poster.alt", "Address", bare(url)) }

// Document is the poster as one page.
func Document(p Poster) (document.Document, error) {
	code, err := Code(p.URL)
	if err != nil {
		return document.Document{}, err
	}
	notes := []string{i18n.T(p.Lang, "poster.closes", "Date", i18n.DateLong(p.Lang, p.Closes))}
	if p.Minutes > 0 {
		notes[0] += " " + i18n.T(p.Lang, "poster.minutes", "Minutes", p.Minutes)
	}
	notes = append(notes, i18n.T(p.Lang, "poster.who", "Controller", p.Controller, "Contact", p.Contact))
	if p.Invented {
		notes = append(notes, i18n.T(p.Lang, "document.invented_long"))
	}
	return document.Document{
		ID: "poster", Title: p.Title, Lang: p.Lang, Author: p.Controller, Subject: i18n.T(p.Lang, "poster.kicker"), Created: p.Made, Invented: p.Invented,
		Blocks: []document.Block{document.Poster{
			Kicker: i18n.T(p.Lang, "poster.kicker"), Lead: i18n.T(p.Lang, "poster.lead"), Code: code, Alt: Alt(p.URL, p.Lang),
			Address: bare(p.URL), Link: p.URL, Notes: notes,
		}},
	}, nil
}

// PDF is the poster as a tagged file of one A4 page.
func PDF(p Poster) ([]byte, error) {
	d, err := Document(p)
	if err != nil {
		return nil, err
	}
	return pdf.Render(d)
}

// bare is an address as people type it.
func bare(url string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://"), "/")
}
