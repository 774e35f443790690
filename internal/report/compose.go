package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
)

// writer turns one snapshot into one document.
type writer struct {
	s      *Snapshot
	lang   i18n.Lang
	blocks []document.Block
	// anchors are the figures and quotes that stand in this edition, so that a
	// recommendation links only to what the reader can turn to.
	anchors map[string]bool
	used    map[string]bool // questions that something cites, "s5.q5_11"
	spoken  []spokenNumber  // what the chapters' words bind
	number  int
}

// Document builds the edition in a language. It reads nothing but the
// snapshot: no clock, no database, no files.
func Document(s *Snapshot, lang i18n.Lang) (document.Document, error) {
	made, err := time.Parse(time.DateOnly, s.Date)
	if err != nil {
		return document.Document{}, fmt.Errorf("snapshot date: %w", err)
	}
	body, err := s.Encode()
	if err != nil {
		return document.Document{}, err
	}
	w := &writer{s: s, lang: lang, anchors: map[string]bool{}, used: map[string]bool{}}
	w.findAnchors()
	cover := w.cover()
	if !s.Outline.Contents {
		cover.More = w.coverImprint(Hash(body))
	}
	w.add(cover)
	w.summary()
	if s.Outline.Contents {
		w.add(document.TOC{Depth: 1})
		w.imprint(Hash(body))
	}
	w.add(document.PageBreak{}) // the summary is a page to hand on
	for _, ch := range s.Outline.Chapters {
		if ch.Part == UptakePart && s.Uptake == nil { // nobody has answered yet
			continue
		}
		if err := w.chapter(ch); err != nil {
			return document.Document{}, err
		}
	}
	files, err := w.files(body)
	if err != nil {
		return document.Document{}, err
	}
	return document.Document{
		ID:       Slug(s.Kind, s.Number, string(lang)),
		Title:    s.Outline.Title.In(lang),
		Subtitle: s.Outline.Subtitle.In(lang),
		Subject:  w.t("report.subject_"+string(s.Kind)) + " " + w.t("report.snapshot_hash", "Hash", Hash(body)),
		Author:   w.t("report.publisher"),
		Edition:  w.editionName(),
		Lang:     lang,
		Created:  made.UTC(),
		Invented: s.Invented,
		Source:   SourcePrefix + Hash(body),
		Files:    files,
		Blocks:   w.blocks,
	}, nil
}

// SourcePrefix stands before the snapshot's hash in a PDF's metadata.
const SourcePrefix = "sha256:"

// Slug is the last part of an edition's address.
func Slug(kind Kind, number int, lang string) string {
	return fmt.Sprintf("%s-%d-%s", kind, number, lang)
}

func (w *writer) t(key string, args ...any) string { return i18n.T(w.lang, key, args...) }

func (w *writer) in(t i18n.Text) string { return t.In(w.lang) }

func (w *writer) int(n int) string { return i18n.Int(w.lang, n) }

func (w *writer) add(b ...document.Block) { w.blocks = append(w.blocks, b...) }

func (w *writer) editionName() string {
	return w.t("report.edition_"+string(w.s.Kind), "Number", w.s.Number)
}

func (w *writer) cover() document.Cover {
	dnr := w.s.Dnr
	if dnr == "" {
		dnr = w.t("report.dnr_missing")
	}
	return document.Cover{
		Kicker:    w.in(w.s.Outline.Kicker),
		Area:      w.in(w.s.Outline.Place) + ". " + w.t("report.areas"),
		Dnr:       dnr,
		Date:      w.s.Date,
		Edition:   w.editionName(),
		Funder:    w.t("report.funder"),
		Publisher: w.t("report.publisher"),
		Map:       w.countyMap(),
	}
}

// countyMap is Dalarna with the municipalities where meetings were held.
func (w *writer) countyMap() *document.Map {
	met := map[string]bool{}
	var names []string
	for _, m := range w.s.Meetings {
		if m.Municipality != "" && !met[m.Municipality] {
			met[m.Municipality] = true
			names = append(names, m.Municipality)
		}
	}
	region.SortNames(names)
	m := &document.Map{Width: region.MapWidth, Height: region.MapHeight, Alt: w.t("report.map_alt"), Caption: w.t("report.map_caption")}
	if len(names) > 0 { // the national edition names no municipality
		m.Alt += " " + w.t("report.map_met", "Places", join(w.lang, names))
		m.Caption += " " + w.t("report.map_marked")
	}
	for _, o := range region.Outlines {
		m.Areas = append(m.Areas, document.Area{Points: points(o.Points), Marked: met[o.Name]})
	}
	m.Water = [][][2]float64{points(region.Lake)}
	return m
}

func points(list []region.Point) [][2]float64 {
	out := make([][2]float64, len(list))
	for i, p := range list {
		out[i] = [2]float64{p.X, p.Y}
	}
	return out
}

// chapter writes heading, words and part.
func (w *writer) chapter(ch Chapter) error {
	number := ""
	if !ch.Appendix {
		w.number++
		number = strconv.Itoa(w.number)
	}
	w.add(document.Heading{Level: 1, ID: "ch-" + ch.ID, Number: number, Text: w.in(ch.Title), Minor: ch.Appendix})
	words, err := w.words(ch.ID)
	if err != nil {
		return err
	}
	if p, ok := first(words).(document.Paragraph); ok && !ch.Appendix {
		p.Lead = true
		words[0] = p
	}
	w.add(words...)
	part, ok := parts[ch.Part]
	if !ok {
		return fmt.Errorf("chapter %q names no known part: %q", ch.ID, ch.Part)
	}
	part(w, ch)
	return nil
}

func first(b []document.Block) document.Block {
	if len(b) == 0 {
		return nil
	}
	return b[0]
}

// parts are what a chapter can be filled with.
var parts = map[string]func(*writer, Chapter){
	"":                func(*writer, Chapter) {},
	"region":          (*writer).region,
	"channels":        (*writer).channels,
	"results":         (*writer).results,
	"findings":        (*writer).findings,
	"comparison":      (*writer).comparison,
	"voices":          (*writer).voices,
	"examples":        (*writer).examples,
	"recommendations": (*writer).recommendations,
	"reuse":           (*writer).recommendations,
	"implementation":  (*writer).implementation,
	"response":        (*writer).response,
	"tables":          (*writer).tables,
	"sources":         (*writer).sources,
	"disclosure":      (*writer).disclosure,
	"meetings":        (*writer).meetings,
	"consultation":    (*writer).consultation,
	UptakePart:        (*writer).uptake,
	"glossary":        (*writer).glossary,
}

// imprint is how to cite the report and how to check it, below the contents.
func (w *writer) imprint(hash string) {
	blocks := []document.Block{document.Plain(w.citation())}
	if numbers := w.s.Imprint.numbers(string(w.lang)); numbers != "" {
		blocks = append(blocks, document.Plain(numbers))
	}
	blocks = append(blocks, document.Paragraph{Runs: []document.Run{{Text: w.t("report.imprint_hash") + " "}, {Text: hash}}})
	w.add(document.Callout{Kind: document.Note, Title: w.t("report.imprint_title"), Blocks: blocks})
}

// coverImprint is the same in short, for the cover of an edition without contents.
func (w *writer) coverImprint(hash string) []document.Fact {
	cite := w.citation()
	if numbers := w.s.Imprint.numbers(string(w.lang)); numbers != "" {
		cite += " " + numbers
	}
	return []document.Fact{{Label: w.t("report.imprint_cite"), Value: document.Text(cite)},
		{Label: w.t("report.imprint_checksum"), Value: document.Text(hash)}}
}

func (w *writer) citation() string {
	return w.t("report.citation", "Year", w.s.Date[:4], "Title", w.in(w.s.Outline.Title), "Edition", w.editionName())
}

// findAnchors notes which questions have a figure and which excerpts a quote.
func (w *writer) findAnchors() {
	for _, ch := range w.s.Outline.Chapters {
		switch ch.Part {
		case "results", "findings":
			for _, q := range ch.Figures {
				if s, question := w.figureQuestion(ch, q); question != nil && shows(question) {
					_, drawn := w.figure(s, question) // nothing to draw when every group is withheld
					w.anchors[figureID(s.ID, q)] = drawn
				}
			}
		case "tables", "sources":
			for _, s := range w.s.Surveys {
				w.anchors[tableID(s.ID)] = len(s.Questions) > 0 && ch.Part == "tables"
				for _, q := range s.Questions {
					w.anchors[rowID(s.ID, q.ID)] = true
					for _, part := range partsOf(&q) {
						w.anchors[rowID(s.ID, part[0].Question)] = true
					}
				}
				for _, q := range s.aside() {
					w.anchors[rowID(s.ID, q.ID)] = true
				}
			}
			for _, s := range w.s.told() {
				for _, e := range w.placed(s) {
					w.anchors[rowID(s.key(), e.Question)] = true
				}
			}
			if ch.Part == "sources" {
				w.findOutside()
			}
		case "region":
			w.findOutside()
		case "channels":
			w.anchors["tab-channels"] = true
		case UptakePart:
			w.anchors["tab-uptake-counts"] = w.s.Uptake != nil
		case "response":
			w.anchors["ch-"+ch.ID] = true
		case "meetings":
			w.anchors["tab-meetings"] = len(w.s.Meetings) > 0
		case "voices", "examples":
			for _, v := range w.s.Voices {
				if (v.Kind == dialogue.Example) == (ch.Part == "examples") {
					w.anchors[quoteID(v.ID)] = true
				}
			}
		}
	}
}

func (w *writer) findOutside() {
	for _, f := range w.s.Outside {
		w.anchors[outsideID(f.ID)] = true
	}
}

// figureQuestion finds a chapter's question in its survey, or in any survey
// when the chapter spans them.
func (w *writer) figureQuestion(ch Chapter, question string) (*Survey, *Question) {
	for i := range w.s.Surveys {
		s := &w.s.Surveys[i]
		if ch.Survey != "" && ch.Survey != s.ID {
			continue
		}
		if q := s.question(question); q != nil {
			return s, q
		}
	}
	return nil, nil
}

func figureID(survey, question string) string {
	return "fig-" + survey + "-" + strings.ReplaceAll(question, ".", "-")
}

func tableID(survey string) string { return "tab-" + survey }

func quoteID(excerpt string) string { return "quote-" + excerpt }

func recommendationID(number string) string { return "rec-" + strings.ReplaceAll(number, ".", "-") }
