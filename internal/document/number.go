package document

import (
	"strconv"
	"strings"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/i18n"
)

// Entry is a heading in the document's outline.
type Entry struct {
	Level  int
	ID     string
	Number string
	Text   string
}

// Label is what an anchor is called: "Figur 3", a heading's text.
type Label struct {
	Name   string
	Number int    // of figures and tables, from 1
	Row    string // of a table's row: what marks call it
}

// Grounds says which recommendation uses a figure or quote.
type Grounds struct{ ID, Number string }

// Anchored returns a copy in which every block that can be linked to has an ID, marks have their words, and tables the
// ways back to the marks. It is not done twice.
func Anchored(d Document) Document {
	blocks := make([]Block, len(d.Blocks))
	for i, b := range d.Blocks {
		at := strconv.Itoa(i + 1)
		switch b := b.(type) {
		case Heading:
			b.ID = or(b.ID, "h-"+at)
			blocks[i] = b
		case Figure:
			b.ID = or(b.ID, "fig-"+at)
			blocks[i] = b
		case Table:
			b.ID = or(b.ID, "tab-"+at)
			blocks[i] = b
		case Quote:
			b.ID = or(b.ID, "quote-"+at)
			blocks[i] = b
		case Callout:
			b.ID = or(b.ID, "box-"+at)
			blocks[i] = b
		case Recommendation:
			b.ID = or(b.ID, "rec-"+at)
			b.Level = RecommendationLevel(b)
			blocks[i] = b
		case Ask:
			b.ID = or(b.ID, "ask-"+at)
			blocks[i] = b
		default:
			blocks[i] = b
		}
	}
	d.Blocks = blocks
	d.Blocks = cited(d)
	return d
}

// Anchors are the anchors of blocks that have one, of an anchored document.
func Anchors(blocks []Block) []string {
	var out []string
	for _, b := range blocks {
		textsOf(b, func(runs []Run) {
			for _, r := range runs {
				if r.ID != "" {
					out = append(out, r.ID)
				}
			}
		})
		switch b := b.(type) {
		case TOC:
			out = append(out, ContentsID)
		case Heading:
			out = append(out, b.ID)
		case Figure:
			out = append(out, b.ID)
		case Table:
			out = append(out, b.ID)
			for _, a := range b.Anchors {
				if a.ID != "" {
					out = append(out, a.ID)
				}
			}
		case Quote:
			out = append(out, b.ID)
		case Callout:
			out = append(out, b.ID)
		case Recommendation:
			out = append(out, b.ID)
		case Ask:
			out = append(out, b.ID)
		}
	}
	return out
}

// RecommendationLevel is the heading level of the recommendation's sentence.
func RecommendationLevel(r Recommendation) int {
	if r.Level == 0 {
		return 3
	}
	return r.Level
}

// Outline lists the headings of an anchored document in order.
func Outline(d Document) []Entry {
	var out []Entry
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case TOC:
			out = append(out, Entry{Level: 1, ID: ContentsID, Text: i18n.T(d.Lang, "document.contents")})
		case Heading:
			out = append(out, Entry{b.Level, b.ID, b.Number, b.Text})
		case Callout:
			if b.Level > 0 {
				out = append(out, Entry{Level: b.Level, ID: b.ID, Text: b.Title})
			}
		case Recommendation:
			out = append(out, Entry{b.Level, b.ID, b.Number, b.Sentence})
		case FormHead, Poster:
			out = append(out, Entry{Level: 1, ID: TitleID, Text: d.Title})
		case Ask:
			out = append(out, Entry{AskLevel, b.ID, b.Number, b.Text})
		}
	}
	return out
}

// TitleID is the anchor of a form's or poster's title.
const TitleID = "title"

// ContentsID is the anchor of the table of contents.
const ContentsID = "contents"

// Labels names every anchor of an anchored document.
func Labels(d Document) map[string]Label {
	labels := map[string]Label{}
	for _, e := range Outline(d) {
		labels[e.ID] = Label{Name: e.Text}
	}
	figures, tables, place := 0, 0, ""
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			place = strings.TrimSpace(b.Number + " " + b.Text)
		case Figure:
			figures++
			labels[b.ID] = Label{Name: i18n.T(d.Lang, "document.figure", "Number", figures), Number: figures}
		case Table:
			tables++
			name := i18n.T(d.Lang, "document.table", "Number", tables)
			labels[b.ID] = Label{Name: name, Number: tables}
			for _, a := range b.Anchors {
				l := Label{Name: name, Number: tables, Row: a.Name}
				if a.Name != "" {
					l.Name += ", " + a.Name
				}
				labels[a.ID] = l
			}
		case Quote:
			labels[b.ID] = Label{Name: b.Source}
		case Recommendation:
			if b.Number != "" {
				labels[b.ID] = Label{Name: i18n.T(d.Lang, "document.recommendation", "Number", b.Number)}
			}
			place = labels[b.ID].Name
		}
		textsOf(b, func(runs []Run) {
			for _, r := range runs {
				if r.ID != "" {
					labels[r.ID] = Label{Name: place}
				}
			}
		})
	}
	return labels
}

// Backlinks lists, by anchor of a figure or quote, the recommendations that
// rest on it.
func Backlinks(d Document) map[string][]Grounds {
	used := map[string][]Grounds{}
	for _, b := range d.Blocks {
		r, ok := b.(Recommendation)
		if !ok {
			continue
		}
		seen := map[string]bool{}
		for _, e := range r.Why {
			if len(e.Link) > 1 && e.Link[0] == '#' && !seen[e.Link] {
				seen[e.Link] = true
				used[e.Link[1:]] = append(used[e.Link[1:]], Grounds{r.ID, r.Number})
			}
		}
	}
	return used
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Twin is the table with the numbers of a figure's chart.
func Twin(f Figure, lang i18n.Lang) Table {
	twin := chart.Table(f.Chart, lang)
	t := Table{Caption: f.Title, RowHeader: true, Note: twin.Note}
	for i, h := range twin.Head {
		c := Column{Text: h}
		if twin.Right[i] {
			c.Align = Right
		}
		t.Head = append(t.Head, c)
	}
	for _, r := range twin.Rows {
		t.Rows = append(t.Rows, Row(r...))
	}
	return t
}
