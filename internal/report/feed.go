package report

import (
	"context"
	"encoding/xml"
	"net/url"
	"strconv"
	"time"

	"upphandlingsdialog/internal/i18n"
)

// feedPath is the feed's own address.
const feedPath = "/reports.atom"

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Lang string `xml:"hreflang,attr,omitempty"`
	Href string `xml:"href,attr"`
	Size string `xml:"length,attr,omitempty"`
}

type atomEntry struct {
	Lang      string     `xml:"xml:lang,attr"`
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Links     []atomLink `xml:"link"`
	Summary   string     `xml:"summary"`
}

// Feed is an Atom feed (RFC 4287) of what is published: each edition, in its own language, with its
// files, and each erratum. Nothing under embargo is in it. Ids never change.
func (s *Service) Feed(ctx context.Context, lang i18n.Lang) ([]byte, error) {
	editions, err := s.ListPublished(ctx)
	if err != nil {
		return nil, err
	}
	address := s.settings.Address
	f := atomFeed{Lang: string(lang), ID: address + feedPath, Title: i18n.T(lang, "report.feed_title"),
		Author: atomAuthor{Name: i18n.T(lang, "report.publisher")},
		Links:  []atomLink{{Rel: "self", Type: "application/atom+xml", Href: address + feedPath}, {Rel: "alternate", Type: "text/html", Href: address + "/reports"}}}
	latest := time.Unix(0, 0)
	for _, e := range editions {
		errata, err := s.Errata(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		entries, changed, err := s.entries(ctx, e, errata)
		if err != nil {
			return nil, err
		}
		f.Entries = append(f.Entries, entries...)
		if changed.After(latest) {
			latest = changed
		}
	}
	f.Updated = stamp(latest)
	body, err := xml.MarshalIndent(f, "", " ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

func (s *Service) entries(ctx context.Context, e Edition, errata []Erratum) ([]atomEntry, time.Time, error) {
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return nil, time.Time{}, err
	}
	lang, at := i18n.Lang(e.Lang), e.ReadableFrom()
	address := s.settings.Address + e.Path()
	entry := atomEntry{Lang: e.Lang, ID: address, Title: e.Title, Published: stamp(at), Updated: stamp(at),
		Summary: i18n.T(lang, "report.subject_"+string(e.Kind)),
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Lang: e.Lang, Href: address},
			{Rel: "enclosure", Type: "application/pdf", Lang: e.Lang, Href: address + "/report.pdf", Size: strconv.Itoa(e.PDFBytes)}}}
	if snapshot.Invented {
		entry.Summary += " " + i18n.T(lang, "report.mail_invented")
	}
	var out []atomEntry
	for _, x := range errata {
		if x.NotedAt.After(at) {
			at = x.NotedAt
		}
		out = append(out, atomEntry{Lang: e.Lang, ID: address + "#erratum-" + strconv.Itoa(x.Number), Published: stamp(x.NotedAt), Updated: stamp(x.NotedAt),
			Title:   i18n.T(lang, "report.erratum_feed", "Title", e.Title, "Place", x.Place),
			Summary: i18n.T(lang, "report.erratum_reads", "Reads", x.Reads, "Should", x.Should),
			Links:   []atomLink{{Rel: "alternate", Type: "text/html", Lang: e.Lang, Href: address + "#errata"}}})
	}
	entry.Updated = stamp(at)
	return append(out, entry), at, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// dublinCore is a record in the form that libraries harvest (oai_dc, Dublin Core 1.1).
type dublinCore struct {
	XMLName     xml.Name `xml:"oai_dc:dc"`
	OAI         string   `xml:"xmlns:oai_dc,attr"`
	DC          string   `xml:"xmlns:dc,attr"`
	Title       dcText   `xml:"dc:title"`
	Creator     string   `xml:"dc:creator"`
	Publisher   string   `xml:"dc:publisher"`
	Date        string   `xml:"dc:date"`
	Type        string   `xml:"dc:type"`
	Language    string   `xml:"dc:language"`
	Format      string   `xml:"dc:format"`
	Description dcText   `xml:"dc:description"`
	Identifiers []string `xml:"dc:identifier"`
	Relation    string   `xml:"dc:relation,omitempty"` // the series
}

type dcText struct {
	Lang string `xml:"xml:lang,attr"`
	Text string `xml:",chardata"`
}

// Metadata is the edition's record for legal deposit and library catalogues. The PDF's SHA-256 is one
// of its identifiers, so that a deposited copy can be checked.
func (s *Service) Metadata(ctx context.Context, e Edition) ([]byte, error) {
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	lang := i18n.Lang(e.Lang)
	address := s.settings.Address + e.Path()
	owner := i18n.T(lang, "report.publisher")
	record := dublinCore{OAI: "http://www.openarchives.org/OAI/2.0/oai_dc/", DC: "http://purl.org/dc/elements/1.1/",
		Title: dcText{e.Lang, e.Title}, Creator: owner, Publisher: owner, Date: e.ReadableFrom().In(i18n.Stockholm).Format(time.DateOnly),
		Type: "Text", Language: e.Lang, Format: "application/pdf", Description: dcText{e.Lang, i18n.T(lang, "report.subject_"+string(e.Kind))},
		Identifiers: []string{address, address + "/report.pdf", "urn:sha256:" + e.PDFSHA256}}
	if isbn := snapshot.Imprint.ISBN(e.Lang); isbn != "" {
		record.Identifiers = append(record.Identifiers, "urn:isbn:"+isbn)
	}
	if dnr := snapshot.Dnr; dnr != "" {
		record.Identifiers = append(record.Identifiers, "dnr "+dnr)
	}
	if issn := snapshot.Imprint.ISSN; issn != "" {
		record.Relation = "urn:issn:" + url.PathEscape(issn)
	}
	body, err := xml.MarshalIndent(record, "", " ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}
