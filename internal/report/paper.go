package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
	whole, err := Document(s, lang)
	if err != nil {
		return nil, err
	}
	for _, name := range paperNames(s) {
		d, err := paperDocument(s, whole, name)
		if err != nil {
			return nil, fmt.Errorf("paper %s: %w", name, err)
		}
		body, err := html.Render(d, html.Options{})
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

// paperDocument is a paper of the whole edition. Its marks lead to the edition on the web.
func paperDocument(s *Snapshot, whole document.Document, name string) (document.Document, error) {
	w := reader(s, whole.Lang)
	d := document.Document{ID: whole.ID + "-" + name, Lang: whole.Lang, Created: whole.Created, Invented: whole.Invented,
		Author: whole.Author, Edition: whole.Edition, Subject: whole.Subject}
	finish := func() { d.Blocks = document.Elsewhere(w.blocks, whole, w.address()+"/read") }
	if name == easyText {
		title, err := w.easy()
		d.Title = title
		finish()
		d.Blocks = w.numbered(d.Blocks)
		return d, err
	}
	asked := w.asked(name)
	for detail := 3 * len(asked); ; detail-- {
		w.blocks = nil
		d.Title = w.brief(name, asked, detail)
		finish()
		if detail == 0 || pdf.Pages(d) == 1 {
			return d, nil
		}
	}
}

// numbered makes the marks numbers, which are easier to read than codes, and says last what each leads to.
func (w *writer) numbered(blocks []document.Block) []document.Block {
	var rows []document.Run
	number := 0
	for i, b := range blocks {
		blocks[i] = document.MapRuns(b, func(runs []document.Run) []document.Run {
			runs = slices.Clone(runs)
			for k := range runs {
				if r := &runs[k]; r.Mark {
					number++
					rows = append(rows, document.Run{Text: ", " + w.int(number) + "\u00a0"}, document.Run{Text: strings.TrimSpace(r.Text), Link: r.Link})
					r.Text = "\u202f" + w.int(number)
				}
			}
			return runs
		})
	}
	if number == 0 {
		return blocks
	}
	rows[0].Text = w.t("report.easy_rows") + strings.TrimPrefix(rows[0].Text, ",")
	return append(blocks, document.Paragraph{Runs: append(rows, document.Run{Text: "."})})
}

// easy is the easy-read summary: short sentences, one thought each, numbers as people say them, and a
// way to the whole report.
func (w *writer) easy() (title string, err error) {
	title = w.t("report.easy_title")
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
	w.add(document.Heading{Level: 2, ID: "more", Text: w.t("report.easy_more")}, document.Paragraph{Runs: w.whole()})
	return title, nil
}

// whole points at the report that the paper is of.
func (w *writer) whole() []document.Run {
	return []document.Run{{Text: w.t("report.whole") + " "}, {Text: w.address(), Link: w.address()}, {Text: "."}}
}

// address is where the edition is read.
func (w *writer) address() string {
	return w.s.Address + "/reports/" + Slug(w.s.Kind, w.s.Number, string(w.lang))
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

// brief is one page for one addressee: what it is asked to decide, why, and when. Detail is what there is room for, three
// for each request with all its words: the last of them first have their title for their wording, then one line for their
// reason, and only then no reason.
func (w *writer) brief(addressee string, asked []*Recommendation, detail int) (title string) {
	title = w.t("report.brief_heading", "Addressee", lowerFirst(w.t("report.addressee_"+addressee)))
	w.add(document.Heading{Level: 1, ID: "brief", Text: title})
	w.add(document.Plain(w.t("report.brief_lead", "Title", w.in(w.s.Outline.Title))))
	var list document.Requests
	for i, r := range asked {
		room := detail - i
		one := document.Request{Area: r.Area, Number: r.Number, Sentence: w.in(r.Title) + "."}
		if room > 2*len(asked) {
			one.Sentence = w.in(r.Wording)
		}
		switch {
		case room > len(asked):
			one.Why = w.firstReason(r)
		case room > 0:
			one.Why = w.shortReason(r)
		}
		if r.Due != "" {
			one.Due = w.t("report.brief_due", "Date", r.Due)
		}
		if len(one.Why) == 0 && one.Due != "" {
			one.Sentence, one.Due = one.Sentence+" "+one.Due+".", ""
		}
		list.Items = append(list.Items, one)
	}
	last := []document.Run{{Text: w.t("report.who_title") + " ", Bold: true}, {Text: w.whoAnswered()}}
	last = append(append(last, w.citeTable(w.responseChapter())...), document.Run{Text: " "})
	w.add(list, document.Paragraph{Runs: append(last, w.whole()...)})
	return title
}

// firstReason is the first sentence of why, else the survey figure that a recommendation rests on.
func (w *writer) firstReason(r *Recommendation) []document.Run {
	if why := firstSentence(w.said(r, r.Why)); len(why) > 0 {
		return why
	}
	return w.shortReason(r)
}

// shortReason is the first survey figure that a recommendation rests on, as short as it can be said; without one, the
// first sentence of why.
func (w *writer) shortReason(r *Recommendation) []document.Run {
	for i := range r.Evidence {
		if e := &r.Evidence[i]; e.quotable() {
			p := phrase{lang: w.lang, group: e.Group, est: *e.Value}
			said := w.t("report.finding_short", "Of", w.of(e, p), "Answer", w.answers(e.Answers))
			return append(document.Text(said), w.cite(e.Survey, e.Question)...)
		}
	}
	return firstSentence(w.said(r, r.Why))
}

// firstSentence is a text as far as its first full stop.
func firstSentence(runs []document.Run) (out []document.Run) {
	for _, r := range runs {
		before, _, ends := strings.Cut(r.Text, ". ")
		if ends {
			r.Text = before + "."
			return append(out, r)
		}
		out = append(out, r)
	}
	return out
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
