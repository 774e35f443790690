// Package paper sets a questionnaire for print: one group, one language, to be filled in by hand and
// typed in afterwards by the ids and codes that stand beside the questions in small type.
package paper

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
)

// Sender says who asks and where the sheets go.
type Sender struct {
	Controller i18n.Text // the authority that asks
	Contact    string    // address for questions
	Return     string    // postal address that sheets are sent to; empty: to whoever handed them out
	Invented   bool
}

// Options say what the questionnaire itself does not.
type Options struct {
	Sender
	Group   string
	Lang    i18n.Lang
	Version int
	Made    time.Time // of the version, so that the same version gives the same bytes
}

// PDF is the form as a tagged file.
func PDF(def *questionnaire.Definition, o Options) ([]byte, error) {
	d, err := Form(def, o)
	if err != nil {
		return nil, err
	}
	return pdf.Render(d)
}

// Form is the questionnaire as the group gets it on paper.
func Form(def *questionnaire.Definition, o Options) (document.Document, error) {
	if !def.HasGroup(o.Group) {
		return document.Document{}, fmt.Errorf("the questionnaire %s is not asked of a group %q", def.ID, o.Group)
	}
	f := &form{def: def, Options: o}
	name := f.groupName()
	d := document.Document{
		ID: fmt.Sprintf("%s-%s-%s", def.ID, o.Group, o.Lang), Title: def.Title.In(o.Lang), Lang: o.Lang, Created: o.Made, Invented: o.Invented,
		Subject: f.t("paper.subject", "Group", name), Author: o.Controller.In(o.Lang),
		Edition: f.t("paper.edition", "ID", def.ID, "Version", o.Version, "Group", name),
	}
	d.Blocks = append(d.Blocks, f.front(name)...)
	pages := def.Pages(o.Group)
	for i, s := range pages {
		text := f.t("paper.part", "Number", i+1, "Total", len(pages), "Title", s.Title.In(o.Lang))
		d.Blocks = append(d.Blocks, document.Heading{Level: 2, Text: text})
		for j := range s.Questions {
			d.Blocks = append(d.Blocks, f.ask(&s.Questions[j]))
		}
	}
	d.Blocks = append(d.Blocks, document.Callout{Kind: document.Decision, Title: f.t("paper.thanks"), Blocks: f.back()})
	return d, nil
}

type form struct {
	Options
	def *questionnaire.Definition
}

func (f *form) t(key string, args ...any) string { return i18n.T(f.Lang, key, args...) }

func (f *form) groupName() string {
	for _, g := range f.def.Groups {
		if g.ID == f.Group {
			return g.Name.In(f.Lang)
		}
	}
	return f.Group
}

// front says who asks, how to answer and what becomes of it.
func (f *form) front(group string) []document.Block {
	blocks := []document.Block{document.FormHead{Kicker: f.t("paper.kicker", "Group", group), Group: f.Group, Sheet: f.t("paper.sheet"), Note: f.t("paper.sheet_note")}}
	if !f.def.Intro.IsZero() {
		blocks = append(blocks, document.Paragraph{Lead: true, Runs: document.Text(f.def.Intro.In(f.Lang))})
	}
	var items []document.Item
	for _, key := range []string{"paper.how_mark", "paper.how_wrong", "paper.how_skip", "paper.how_small"} {
		items = append(items, document.Item{Runs: document.Text(f.t(key))})
	}
	return append(blocks,
		document.Callout{Kind: document.Summary, Title: f.t("paper.how"), Blocks: []document.Block{document.List{Items: items}}},
		document.Plain(f.t("respondent.notice_who", "Controller", f.Controller.In(f.Lang))),
		document.Plain(f.t("respondent.notice_official")+" "+f.t("paper.privacy", "Contact", f.Contact)))
}

// back says where the sheet goes.
func (f *form) back() []document.Block {
	where := f.t("paper.return_by_hand", "Contact", f.Contact)
	if f.Return != "" {
		where = f.t("paper.return", "Address", f.Return)
	}
	return []document.Block{document.Plain(where)}
}

// ask is one question; q is the group's own view of it.
func (f *form) ask(q *questionnaire.Question) document.Ask {
	a := document.Ask{Number: authoring.Number(f.def, f.Group, q.ID), Ref: q.ID, Text: q.Text.In(f.Lang), When: f.when(q)}
	if !q.Help.IsZero() {
		a.Hints = append(a.Hints, q.Help.In(f.Lang))
	}
	mark := document.Circle
	hint := ""
	switch q.Type {
	case questionnaire.Multiple:
		mark, hint = document.Square, f.t("paper.several")
		if q.MaxChoices > 0 {
			hint = f.t("paper.at_most", "Count", q.MaxChoices)
		}
		a.Choices = f.choices(q, mark)
	case questionnaire.Ranking:
		hint = f.t("paper.rank", "Count", q.Top)
		a.Choices, mark = f.choices(q, document.Box), document.Square
	case questionnaire.Matrix:
		f.matrix(q, &a)
		return a
	case questionnaire.Numeric:
		hint = f.t("respondent.number_between", "Min", i18n.Number(f.Lang, q.Min, q.Decimals), "Max", i18n.Number(f.Lang, q.Max, q.Decimals))
		a.Blank, mark = "-", document.Square
		if q.Unit != "" {
			a.Blank = q.Unit
		}
	case questionnaire.Rating:
		a.Rating = f.rating(q)
	case questionnaire.FreeText:
		hint = f.t("paper.no_names")
		a.Lines, mark = min(max(q.MaxLength/160, 2), 6), document.Square
	default:
		a.Choices = f.choices(q, mark)
	}
	if hint != "" {
		a.Hints = append(a.Hints, hint)
	}
	a.Apart = f.specials(q, mark)
	return a
}

// when says who answers a question that depends on an earlier one, and where the others go on. It is
// said where they leave, and not again at every question that they pass over.
func (f *form) when(q *questionnaire.Question) string {
	if q.ShowIf == nil {
		return ""
	}
	text := f.t("paper.only_if", "Condition", authoring.Clause(f.def, f.Group, q.ShowIf, f.Lang))
	var all []questionnaire.Question
	for _, s := range f.def.Pages(f.Group) {
		all = append(all, s.Questions...)
	}
	at := slices.IndexFunc(all, func(other questionnaire.Question) bool { return other.ID == q.ID })
	if at > 0 && same(all[at-1].ShowIf, q.ShowIf) {
		return text
	}
	next := at + 1
	for next < len(all) && same(all[next].ShowIf, q.ShowIf) {
		next++
	}
	if next == len(all) {
		return text + " " + f.t("paper.else_done")
	}
	return text + " " + f.t("paper.else_go", "Question", authoring.Number(f.def, f.Group, all[next].ID))
}

// same tells whether two questions are shown under the same condition.
func same(a, b *questionnaire.Condition) bool {
	if a == nil || b == nil {
		return a == b
	}
	equal := func(a, b []questionnaire.Condition) bool {
		return slices.EqualFunc(a, b, func(x, y questionnaire.Condition) bool { return same(&x, &y) })
	}
	return a.Q == b.Q && a.Op == b.Op && slices.Equal(a.Values, b.Values) && equal(a.All, b.All) && equal(a.Any, b.Any)
}

func (f *form) choices(q *questionnaire.Question, mark document.Mark) []document.Choice {
	var list []document.Choice
	for _, o := range q.Options {
		list = append(list, document.Choice{Mark: mark, Code: strconv.Itoa(o.Code), Text: o.Text.In(f.Lang), Write: o.OtherText})
	}
	return list
}

func (f *form) specials(q *questionnaire.Question, mark document.Mark) []document.Choice {
	var list []document.Choice
	for _, s := range q.Specials {
		list = append(list, document.Choice{Mark: mark, Code: strconv.Itoa(s.Code), Text: s.Text.In(f.Lang)})
	}
	return list
}

func (f *form) matrix(q *questionnaire.Question, a *document.Ask) {
	a.Hints = append(a.Hints, f.t("paper.each_row"))
	m := &document.Matrix{Corner: f.t("paper.corner"), Heads: append(f.choices(q, document.Circle), f.specials(q, document.Circle)...)}
	for _, r := range q.Rows {
		m.Rows = append(m.Rows, document.Choice{Code: q.ID + "." + r.ID, Text: r.Text.In(f.Lang)})
	}
	a.Matrix = m
}

func (f *form) rating(q *questionnaire.Question) *document.Rating {
	r := &document.Rating{Low: q.MinLabel.In(f.Lang), High: q.MaxLabel.In(f.Lang)}
	for v := q.Min; v <= q.Max; v++ {
		r.Points = append(r.Points, document.Choice{Text: i18n.Number(f.Lang, v, 0)})
	}
	return r
}
