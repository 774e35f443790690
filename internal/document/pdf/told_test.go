package pdf

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/document/specimen"
	"upphandlingsdialog/internal/i18n"
)

// told is a piece of text as a reader hears it: what it is and what it says. A figure says its alternative.
type told struct{ is, says string }

func plainly(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00ad", "")), " ")
}

// heard reads the checker's outline of a file. Links and spans are part of the text around them.
func heard(outline string) []told {
	within := map[string]bool{"Link": true, "Span": true, "Reference": true}
	type level struct {
		typ   string
		index int // in out, -1 before its first text
	}
	var out []told
	var open []level
	for line := range strings.Lines(outline) {
		line = strings.TrimRight(line, "\n")
		text := strings.TrimLeft(line, " ")
		depth := (len(line) - len(text)) / 2
		open = open[:min(depth, len(open))]
		if !strings.HasPrefix(text, `"`) {
			typ, rest, _ := strings.Cut(text, " ")
			open = append(open, level{typ, -1})
			if quoted, ok := strings.CutPrefix(rest, "alt="); ok {
				alt, _ := strconv.QuotedPrefix(quoted)
				alt, _ = strconv.Unquote(alt)
				out = append(out, told{typ, plainly(alt)})
			}
			continue
		}
		at := len(open) - 1
		for within[open[at].typ] {
			at--
		}
		if open[at].typ == "Figure" {
			continue
		}
		s, _ := strconv.Unquote(text)
		if open[at].index < 0 {
			open[at].index = len(out)
			out = append(out, told{is: open[at].typ})
		}
		out[open[at].index].says += s
	}
	for i := range out {
		out[i].says = plainly(out[i].says)
	}
	return out
}

// teller says what a document should sound like, from the document alone.
type teller struct {
	d      document.Document
	labels map[string]document.Label
	used   map[string][]document.Grounds
	out    []told
}

func (t *teller) say(is string, says ...string) {
	if s := plainly(typeset.Clean(strings.Join(says, " "))); s != "" {
		t.out = append(t.out, told{is, s})
	}
}

func (t *teller) word(key string, args ...any) string { return i18n.T(t.d.Lang, key, args...) }

func should(d document.Document) []told {
	d = document.Anchored(d)
	t := &teller{d: d, labels: document.Labels(d), used: document.Backlinks(d)}
	for _, b := range d.Blocks {
		t.block(b)
	}
	return t.out
}

func (t *teller) block(b document.Block) {
	switch b := b.(type) {
	case document.Cover:
		t.cover(b)
	case document.TOC:
		t.say("H1", t.word("document.contents"))
		for _, e := range document.Outline(t.d) {
			if e.Level <= max(b.Depth, 1) && e.ID != document.ContentsID {
				t.say("TOCI", e.Number, e.Text)
			}
		}
	case document.Heading:
		t.say("H"+strconv.Itoa(b.Level), b.Number, b.Text)
	case document.Paragraph:
		t.say("P", document.Words(b.Runs))
	case document.List:
		t.list(b)
	case document.Table:
		t.say("Caption", t.labels[b.ID].Name+".", b.Caption)
		t.table(b)
	case document.Figure:
		t.figure(b)
	case document.Quote:
		t.say("P", b.Text)
		t.say("P", b.Source+t.grounds(b.ID, b.Source))
	case document.Callout:
		is := "P"
		if b.Level > 0 {
			is = "H" + strconv.Itoa(b.Level)
		}
		t.say(is, b.Title)
		for _, in := range b.Blocks {
			t.block(in)
		}
	case document.KeyFigures:
		for _, k := range b.Items {
			t.say("P", k.Value)
			t.say("P", k.Label)
			t.say("P", document.Words(k.Note))
		}
	case document.Terms:
		for _, term := range b.Items {
			t.say("Lbl", term.Word)
			t.say("LBody", document.Words(term.Runs))
		}
	case document.Requests:
		for _, r := range b.Items {
			t.say("Lbl", r.Number)
			t.say("P", r.Sentence)
			t.say("P", document.Words(r.Why))
			t.say("P", r.Due)
		}
	case document.Recommendation:
		t.recommendation(b)
	}
}

func (t *teller) cover(b document.Cover) {
	t.say("P", b.Publisher)
	t.say("P", b.Kicker)
	t.say("Title", t.d.Title)
	t.say("P", t.d.Subtitle)
	if b.Map != nil {
		t.say("Figure", b.Map.Alt)
		t.say("P", b.Map.Caption)
	}
	if t.d.Invented {
		t.say("P", t.word("document.invented_long"))
	}
	t.say("P", b.Area)
	for _, f := range [][2]string{{"document.edition", b.Edition}, {"document.date", b.Date}, {"document.dnr", b.Dnr}, {"document.funder", b.Funder}} {
		if f[1] != "" {
			t.say("Lbl", t.word(f[0]))
			t.say("LBody", f[1])
		}
	}
}

func (t *teller) list(b document.List) {
	for i, it := range b.Items {
		mark, is := "•", "LBody"
		if b.Ordered {
			mark = strconv.Itoa(i+1) + "."
		}
		if it.Sub != nil {
			is = "P"
		}
		t.say("Lbl", mark)
		t.say(is, document.Words(it.Runs))
		if it.Sub != nil {
			t.list(*it.Sub)
		}
	}
}

func (t *teller) table(b document.Table) {
	for _, h := range b.Head {
		t.say("TH", h.Text)
	}
	for _, row := range b.Rows {
		for i, c := range row {
			is := "TD"
			if i == 0 && b.RowHeader {
				is = "TH"
			}
			t.say(is, document.Words(c))
		}
	}
	t.say("P", b.Note)
}

func (t *teller) figure(b document.Figure) {
	t.say("P", t.labels[b.ID].Name)
	t.say("P", b.Title)
	t.say("P", b.Subtitle)
	twin := document.Twin(b, t.d.Lang)
	base := strings.TrimSpace(b.Base + " " + twin.Note) // what signs mean is said once, with the base
	twin.Note = ""
	foot := func() {
		line := base + t.grounds(b.ID, base)
		if b.Source != "" {
			if !strings.HasSuffix(line, ".") {
				line += "."
			}
			line += " " + t.word("document.source") + ": " + t.labels[b.Source[1:]].Name + "."
		}
		t.say("P", line)
	}
	if _, stacked := b.Chart.(chart.StackedBar); stacked {
		t.say("Figure", chart.Alt(b.Chart, t.d.Lang))
		foot()
		t.say("Caption", t.word("document.twin", "Number", t.labels[b.ID].Number))
		t.table(twin)
		return
	}
	if bar, ok := b.Chart.(chart.Bar); ok && bar.Base > 0 && t.sameBase(twin) { // the line below the figure says it once
		last := len(twin.Head) - 1
		twin.Head = twin.Head[:last]
		for i := range twin.Rows {
			twin.Rows[i] = twin.Rows[i][:last]
		}
	}
	t.table(twin)
	foot()
}

func (t *teller) sameBase(b document.Table) bool {
	for _, row := range b.Rows {
		if document.Words(row[len(row)-1]) != document.Words(b.Rows[0][len(row)-1]) {
			return false
		}
	}
	return true
}

func (t *teller) grounds(id, before string) string {
	list := t.used[id]
	if len(list) == 0 {
		return ""
	}
	s := " " + t.word("document.used_in") + " "
	if before != "" && !strings.HasSuffix(before, ".") {
		s = "." + s
	}
	for i, g := range list {
		if i > 0 {
			s += ", "
		}
		s += t.word("document.used_recommendation", "Number", g.Number)
	}
	return s
}

func (t *teller) recommendation(b document.Recommendation) {
	t.say("H"+strconv.Itoa(b.Level), b.Number, b.Sentence)
	t.say("P", t.word("document.addressees"))
	t.say("P", strings.Join(b.Addressees, ", "))
	for _, tag := range b.Tags {
		t.say("LBody", tag)
	}
	t.say("P", t.word("document.why"))
	for i, e := range b.Why {
		t.say("Lbl", strconv.Itoa(i+1)+".")
		name := t.word("document.to_source")
		if l := t.labels[strings.TrimPrefix(e.Link, "#")]; l.Number > 0 {
			name = l.Name
		}
		var ways []string
		if e.Link != "" {
			ways = append(ways, name)
		}
		if e.Row != "" {
			label := t.labels[e.Row[1:]]
			if e.Link != "" {
				label.Name = label.Row
			}
			ways = append(ways, label.Name)
		}
		t.say("P", document.Words(e.Runs)+" "+e.Source+". "+strings.Join(ways, ", "))
	}
	if len(b.FirstStep) > 0 {
		t.say("P", t.word("document.first_step"))
		t.say("P", document.Words(b.FirstStep))
	}
	for _, f := range b.Facts {
		t.say("Lbl", f.Label)
		t.say("LBody", document.Words(f.Value))
	}
}

// misheard is the first place where a file sounds otherwise than its document should; empty when there is none. Page
// numbers in the contents are the layout's own.
func misheard(outline string, d document.Document) (rule, text string) {
	has, wants := heard(outline), should(d)
	for i := range max(len(has), len(wants)) {
		var h, w told
		if i < len(has) {
			h = has[i]
		}
		if i < len(wants) {
			w = wants[i]
		}
		if w.is == "TOCI" {
			h.says = strings.TrimRight(h.says, "0123456789 ")
			w.says = strings.TrimRight(w.says, "0123456789 ")
		}
		switch {
		case h == w:
		case h.says == w.says:
			return "type", fmt.Sprintf("%q is %s, not %s", w.says, h.is, w.is)
		default:
			return "order", fmt.Sprintf("%s %q, where %s %q should be heard", h.is, h.says, w.is, w.says)
		}
	}
	return "", ""
}

func TestTheStructureSaysWhatTheDocumentSaysAndNothingElse(t *testing.T) {
	d := specimen.Report()
	d.Blocks = append([]document.Block{}, d.Blocks...)
	c := d.Blocks[0].(document.Cover)
	c.Map = &document.Map{Alt: "En karta.", Caption: "Schematisk karta.", Width: 2, Height: 2, Areas: []document.Area{{Points: [][2]float64{{0, 0}, {2, 0}, {1, 2}}}}}
	d.Blocks[0] = c
	if rule, text := misheard(check(t, render(t, d)).Outline, d); rule != "" {
		t.Errorf("%s: %s", rule, text)
	}
}
