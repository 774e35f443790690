package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

// easyText is the text that the easy-read summary is written in, beside the chapters' texts.
const easyText = "easy"

// Paper is a short document of an edition, made from the same snapshot.
type Paper struct {
	Name      string `db:"name"` // "easy", or an addressee: "politicians"
	Title     string `db:"title"`
	HTML      string `db:"html"`
	PDF       []byte `db:"pdf"`
	PDFSHA256 string `db:"pdf_sha256"`
}

// paperNames are the papers of a kind: of the regional edition the easy-read summary, and a page for
// each addressee; the national edition is short already.
func paperNames(s *Snapshot) []string {
	if s.Kind != Regional {
		return nil
	}
	var names []string
	if slices.ContainsFunc(s.Texts, func(t Text) bool { return t.Chapter == easyText }) { // older snapshots have none
		names = append(names, easyText)
	}
	for _, a := range recommendation.Addressees {
		if slices.ContainsFunc(s.Recommendations, func(r Recommendation) bool { return slices.Contains(r.Addressees, a) }) {
			names = append(names, a)
		}
	}
	return names
}

// papers renders the short papers of a snapshot. The same snapshot gives the same bytes.
func papers(s *Snapshot, lang i18n.Lang) ([]Paper, error) {
	var out []Paper
	for _, name := range paperNames(s) {
		d, err := paperDocument(s, lang, name)
		if err != nil {
			return nil, fmt.Errorf("paper %s: %w", name, err)
		}
		body, err := html.Render(d, html.Options{HeadingShift: 1})
		if err != nil {
			return nil, fmt.Errorf("paper %s: html: %w", name, err)
		}
		file, err := pdf.Render(d)
		if err != nil {
			return nil, fmt.Errorf("paper %s: pdf: %w", name, err)
		}
		out = append(out, Paper{Name: name, Title: d.Title, HTML: string(body), PDF: file, PDFSHA256: Hash(file)})
	}
	return out, nil
}

func paperDocument(s *Snapshot, lang i18n.Lang, name string) (document.Document, error) {
	made, err := time.Parse(time.DateOnly, s.Date)
	if err != nil {
		return document.Document{}, fmt.Errorf("snapshot date: %w", err)
	}
	body, err := s.Encode()
	if err != nil {
		return document.Document{}, err
	}
	w := &writer{s: s, lang: lang, anchors: map[string]bool{}, used: map[string]bool{}}
	d := document.Document{ID: Slug(s.Kind, s.Number, string(lang)) + "-" + name, Lang: lang, Created: made.UTC(), Invented: s.Invented,
		Author: w.t("report.publisher"), Edition: w.editionName(),
		Subject: w.t("report.subject_"+string(s.Kind)) + " " + w.t("report.snapshot_hash", "Hash", Hash(body))}
	if name == easyText {
		d.Title, err = w.easy()
		d.Blocks = w.blocks
		return d, err
	}
	asked := w.asked(name)
	for detail := 2 * len(asked); ; detail-- {
		w.blocks = nil
		d.Title = w.brief(name, asked, detail)
		d.Blocks = w.blocks
		if detail == 0 || pdf.Pages(d) == 1 {
			return d, nil
		}
	}
}

// easy is the easy-read summary: short sentences, one thought each, numbers as people say them, and a
// way to the whole report.
func (w *writer) easy() (title string, err error) {
	title = w.t("report.easy_heading")
	w.add(document.Heading{Level: 1, ID: "easy", Text: title})
	blocks, err := w.words(easyText)
	if err != nil {
		return title, err
	}
	w.add(blocks...)
	w.add(document.Heading{Level: 2, ID: "proposals", Text: w.t("report.easy_proposals")})
	for _, a := range recommendation.Addressees {
		var list document.List
		for i := range w.s.Recommendations {
			if r := &w.s.Recommendations[i]; len(r.Addressees) > 0 && r.Addressees[0] == a {
				list.Items = append(list.Items, document.Item{Runs: document.Text(w.in(r.Title) + ".")})
			}
		}
		if len(list.Items) > 0 {
			w.add(document.Heading{Level: 3, ID: "to-" + a, Text: w.t("report.easy_to_" + a)}, list)
		}
	}
	w.add(document.Heading{Level: 2, ID: "more", Text: w.t("report.easy_more")}, w.whole())
	return title, nil
}

// whole points at the report that the paper is of.
func (w *writer) whole() document.Block {
	address := w.s.Address + "/reports/" + Slug(w.s.Kind, w.s.Number, string(w.lang))
	return document.Paragraph{Runs: []document.Run{{Text: w.t("report.whole") + " "}, {Text: address, Link: address}, {Text: "."}}}
}

// asked are the recommendations to an addressee.
func (w *writer) asked(addressee string) (theirs []*Recommendation) {
	for i := range w.s.Recommendations {
		if r := &w.s.Recommendations[i]; slices.Contains(r.Addressees, addressee) {
			theirs = append(theirs, r)
		}
	}
	return theirs
}

// brief is one page for one addressee: what it is asked to decide, why, and when. Detail is what there is room for:
// below twice the number asked the last of them lose their reasons, and below the number their wording for their title.
func (w *writer) brief(addressee string, asked []*Recommendation, detail int) (title string) {
	title = w.t("report.brief_heading", "Addressee", lowerFirst(w.t("report.addressee_"+addressee)))
	w.add(document.Heading{Level: 1, ID: "brief", Text: title})
	w.add(document.Plain(w.t("report.brief_lead", "Title", w.in(w.s.Outline.Title))))
	var list document.List
	for i, r := range asked {
		text := w.in(r.Title) + "."
		if i < detail {
			text = w.in(r.Wording)
		}
		runs := []document.Run{{Text: r.Number + " " + text, Bold: true}}
		if i < detail-len(asked) {
			runs = append(runs, document.Run{Text: " " + w.firstReason(r)})
		}
		if r.Due != "" {
			runs = append(runs, document.Run{Text: " " + w.t("report.brief_due", "Date", r.Due)})
		}
		list.Items = append(list.Items, document.Item{Runs: runs})
	}
	w.add(document.Heading{Level: 2, ID: "asks", Text: w.t("report.ask_title")}, list)
	last := []document.Run{{Text: w.t("report.who_title") + " ", Bold: true}, {Text: w.whoAnswered()}}
	w.add(document.Paragraph{Runs: last}, w.whole())
	return title
}

// firstReason is the first survey figure that a recommendation rests on, in a sentence.
func (w *writer) firstReason(r *Recommendation) string {
	for i := range r.Evidence {
		if e := &r.Evidence[i]; e.Value != nil {
			if line := w.reason(e); len(line.Runs) > 0 {
				return line.Runs[0].Text
			}
		}
	}
	return ""
}

// Papers are the short papers of an edition, without their PDFs.
func (s *Service) Papers(ctx context.Context, editionID string) ([]Paper, error) {
	all, err := listPapers(ctx, s.db, editionID)
	slices.SortStableFunc(all, func(a, b Paper) int { return place(a.Name) - place(b.Name) })
	return all, err
}

func place(name string) int { return slices.Index(recommendation.Addressees, name) } // easy comes first

// Paper is one of them with its PDF. Fault: NotFound.
func (s *Service) Paper(ctx context.Context, editionID, name string) (Paper, error) {
	return findPaper(ctx, s.db, editionID, name)
}
