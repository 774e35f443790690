package report

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/prose"
)

// EventText is the audit event of a changed chapter text.
const EventText = "report.text_changed"

// ChapterText is the words of a chapter in a language, as the next edition will have them. Numbers in
// them are bound fields, filled in from the snapshot:
//
//	{{with figure "s5" "q5_11" "business" "top2"}}{{.Of}} … ({{.Basis}}).{{end}}
//	{{fact "small_firms"}}   {{factshare "baseline"}}   {{.MinBase}}
type ChapterText struct {
	Kind     Kind
	Chapter  string
	Title    i18n.Text
	Lang     i18n.Lang
	Words    string
	Original string // as it came with the program
	Revision int    // 0 while nobody has changed it
	Changed  *time.Time
	By       string
}

// Own says whether the team has words of its own.
func (t ChapterText) Own() bool { return t.Words != t.Original }

// Texts are the chapters of a kind in order, each in every language.
func (s *Service) Texts(ctx context.Context, kind Kind) ([]ChapterText, error) {
	c, err := s.content(ctx, s.db, kind)
	return c.all, err
}

// Text is one chapter in one language. Fault: NotFound.
func (s *Service) Text(ctx context.Context, kind Kind, chapter string, lang i18n.Lang) (ChapterText, error) {
	all, err := s.Texts(ctx, kind)
	if err != nil {
		return ChapterText{}, err
	}
	i := slices.IndexFunc(all, func(t ChapterText) bool { return t.Chapter == chapter && t.Lang == lang })
	if i < 0 {
		return ChapterText{}, fault.New(fault.NotFound, "error.not_found")
	}
	return all[i], nil
}

// ownContent is what the files say, with the team's own words in place of theirs.
type ownContent struct {
	content
	titles map[string]i18n.Text // by chapter
	all    []ChapterText
}

func (s *Service) content(ctx context.Context, q sqlx.QueryerContext, kind Kind) (ownContent, error) {
	if kind != Regional && kind != National {
		return ownContent{}, fault.New(fault.NotFound, "error.not_found")
	}
	c, err := readContent(s.sources.Files, kind)
	if err != nil {
		return ownContent{}, err
	}
	rows, err := latestTexts(ctx, q, kind)
	if err != nil {
		return ownContent{}, err
	}
	out := ownContent{content: c}
	out.titles = map[string]i18n.Text{easyText: both(func(l i18n.Lang) string { return i18n.T(l, "report.easy_title") })}
	for _, ch := range c.Outline.Chapters {
		out.titles[ch.ID] = ch.Title
	}
	for i := range out.Texts {
		t := &out.Texts[i]
		for lang, words := range map[i18n.Lang]*string{i18n.Sv: &t.Words.Sv, i18n.En: &t.Words.En} {
			one := ChapterText{Kind: kind, Chapter: t.Chapter, Title: out.titles[t.Chapter], Lang: lang, Words: *words, Original: *words}
			if row, ok := rows[[2]string{t.Chapter, string(lang)}]; ok {
				one.Revision, one.Changed, one.By = row.Revision, &row.At, row.By
				if row.Words != nil {
					one.Words, *words = *row.Words, *row.Words
				}
			}
			out.all = append(out.all, one)
		}
	}
	slices.SortStableFunc(out.all, func(a, b ChapterText) int {
		if a.Chapter != b.Chapter {
			return 0
		}
		return strings.Compare(string(b.Lang), string(a.Lang)) // Swedish first
	})
	return out, nil
}

// SetText gives a chapter new words; none brings the original back. revision is the one that was read.
// Faults: Invalid on the field "words" for what cannot be printed or has a number typed by hand,
// Conflict when somebody else was faster.
func (s *Service) SetText(ctx context.Context, kind Kind, chapter string, lang i18n.Lang, revision int, words string) error {
	was, err := s.Text(ctx, kind, chapter, lang)
	if err != nil {
		return err
	}
	words = strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
	if words != "" {
		words += "\n"
		if _, err := s.PreviewText(ctx, kind, chapter, lang, words); err != nil {
			return err
		}
	}
	if words == was.Words {
		return nil
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := lockKind(ctx, tx, kind); err != nil {
			return err
		}
		now, err := latestTexts(ctx, tx, kind)
		if err != nil {
			return err
		}
		if now[[2]string{chapter, string(lang)}].Revision != revision {
			return fault.New(fault.Conflict, "report.error_text_changed")
		}
		if err := insertText(ctx, tx, kind, chapter, lang, revision+1, words, s.now(), audit.ActorOf(ctx).Name); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventText, Subject: "report_text", SubjectID: string(kind) + "." + chapter + "." + string(lang),
			Detail: map[string]any{"revision": revision + 1, "original": words == ""}})
	})
}

// PreviewText shows words as the edition would print them, with the numbers of the newest snapshot of
// the kind; before there is one, fields are empty. Faults: Invalid on the field "words".
func (s *Service) PreviewText(ctx context.Context, kind Kind, chapter string, lang i18n.Lang, words string) (string, error) {
	c, err := s.content(ctx, s.db, kind)
	if err != nil {
		return "", err
	}
	snapshot := &Snapshot{Schema: Schema, Kind: kind, Date: day(s.now()), Outside: c.Outside}
	if latest, err := latestSnapshot(ctx, s.db, kind); err != nil {
		return "", err
	} else if latest.ID != "" {
		frozen, err := s.Snapshot(ctx, latest.ID)
		if err != nil {
			return "", err
		}
		shown := *frozen
		snapshot = &shown
	}
	snapshot.Texts = []Text{{Chapter: chapter, Words: i18n.Text{Sv: words, En: words}}}
	if err := checkWords(words); err != nil {
		return "", invalidWords(err)
	}
	w := reader(snapshot, lang)
	w.anchors = nil // the tables that marks lead to are not shown
	blocks, err := w.words(chapter)
	if err != nil {
		return "", invalidWords(err)
	}
	if skipping := skips(blocks); skipping != "" {
		return "", fault.InvalidFields("error.invalid", fault.Field{Name: "words", Key: "report.error_heading_skip", Args: fault.Args("Text", skipping)})
	}
	d := document.Document{ID: "preview", Title: "preview", Lang: lang, Author: "preview", Created: s.now(),
		Blocks: append([]document.Block{document.Heading{Level: 1, ID: "preview-title", Text: c.titles[chapter].In(lang)}}, blocks...)}
	body, err := html.Render(d, html.Options{HeadingShift: 1})
	if err != nil {
		return "", invalidWords(err)
	}
	return string(body), nil
}

// skips is the first heading below a chapter's that is more than a level deeper than the one before it; empty when none is.
func skips(blocks []document.Block) string {
	level := 1
	for _, b := range blocks {
		if h, ok := b.(document.Heading); ok {
			if h.Level > level+1 {
				return h.Text
			}
			level = h.Level
		}
	}
	return ""
}

// invalidWords says what is wrong with a text.
func invalidWords(err error) error {
	var line *prose.Error
	var typed *typedNumber
	var unbound *unboundField
	switch {
	case errors.As(err, &unbound):
		return fault.InvalidFields("error.invalid", fault.Field{Name: "words", Key: unbound.key, Args: unbound.args})
	case errors.As(err, &typed):
		return fault.InvalidFields("error.invalid", fault.Field{Name: "words", Key: "report.error_typed", Args: fault.Args("Line", typed.line, "Text", typed.text)})
	case errors.As(err, &line):
		return fault.InvalidFields("error.invalid", fault.Field{Name: "words", Key: "report.error_prose", Args: fault.Args("Line", line.Line, "Reason", i18n.Text{Sv: line.In(i18n.Sv), En: line.In(i18n.En)})})
	}
	if m := noFunction.FindStringSubmatch(err.Error()); m != nil {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "words", Key: "report.error_field_name", Args: fault.Args("Name", m[1])})
	}
	return fault.InvalidFields("error.invalid", fault.Field{Name: "words", Key: "report.error_field", Args: fault.Args("Reason", err.Error())})
}

// noFunction is how the template language says that a field has no such name.
var noFunction = regexp.MustCompile(`function "([^"]*)" not defined`)

// unboundField is a field that is written right and names something that does not exist.
type unboundField struct {
	key  string
	args map[string]any
}

func (e *unboundField) Error() string { return i18n.TMap(i18n.En, e.key, e.args) }

// typedNumber is a share that somebody wrote with the keyboard.
type typedNumber struct {
	line int
	text string
}

func (e *typedNumber) Error() string { return fmt.Sprintf("line %d: typed share %q", e.line, e.text) }

var (
	boundField = regexp.MustCompile(`\{\{.*?\}\}`)
	typedShare = regexp.MustCompile(`(?i)[0-9]+([.,][0-9]+)?[ \x{a0}]?(%|procent|per ?cent)|[0-9]+ av [0-9]+|[0-9]+ (out )?of [0-9]+`)
	// confidence names the method's own level, which no answer changes.
	confidence = regexp.MustCompile(`(?i)95[ \x{a0}](procents|per cent|procent) (osäkerhet|konfidens|confidence|uncertainty|interval|säkerhet|level)`)
)

// checkWords finds numbers typed by hand and fields that are none of ours. Fields are a small language:
// with, if and the named figures; nothing that loops or calls.
func checkWords(words string) error {
	for i, line := range strings.Split(words, "\n") {
		rest := confidence.ReplaceAllString(boundField.ReplaceAllString(line, "\u2022"), "")
		if m := typedShare.FindString(rest); m != "" {
			return &typedNumber{i + 1, m}
		}
	}
	trees, err := parse.Parse("words", words, "", "", map[string]any{"fact": 1, "factshare": 1, "figure": 1})
	if err != nil {
		return err
	}
	for name, tree := range trees {
		if name != "words" {
			return fmt.Errorf("a text has no parts of its own: %q", name)
		}
		if err := checkNode(tree.Root); err != nil {
			return err
		}
	}
	return nil
}

func checkNode(n parse.Node) error {
	switch n := n.(type) {
	case nil, *parse.TextNode, *parse.FieldNode, *parse.DotNode, *parse.StringNode, *parse.NumberNode, *parse.IdentifierNode, *parse.CommentNode:
		return nil
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, x := range n.Nodes {
			if err := checkNode(x); err != nil {
				return err
			}
		}
		return nil
	case *parse.ActionNode:
		return checkNode(n.Pipe)
	case *parse.WithNode:
		return checkBranch(&n.BranchNode)
	case *parse.IfNode:
		return checkBranch(&n.BranchNode)
	case *parse.PipeNode:
		if len(n.Decl) > 0 {
			return fmt.Errorf("%s: fields have no variables", n)
		}
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				if err := checkNode(a); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return fmt.Errorf("%s is no bound field", n)
}

func checkBranch(n *parse.BranchNode) error {
	for _, part := range []parse.Node{n.Pipe, n.List, n.ElseList} {
		if err := checkNode(part); err != nil {
			return err
		}
	}
	return nil
}

// fieldFuncs are the named figures that words may use.
func (w *writer) fieldFuncs() template.FuncMap {
	return template.FuncMap{"fact": w.fact, "factshare": w.factShare, "figure": w.figureWords}
}

// Field is a figure that words can bind, with its value in the newest snapshot.
type Field struct {
	Code     string // to paste
	Question string
	Group    string
	Value    string
}

// Fields are the scale questions of a kind's newest snapshot that words can cite, by question and
// group; none before there is a snapshot.
func (s *Service) Fields(ctx context.Context, kind Kind, lang i18n.Lang) ([]Field, error) {
	latest, err := latestSnapshot(ctx, s.db, kind)
	if err != nil || latest.ID == "" {
		return nil, err
	}
	snapshot, err := s.Snapshot(ctx, latest.ID)
	if err != nil {
		return nil, err
	}
	w := reader(snapshot, lang)
	w.anchors = nil
	var out []Field
	for _, survey := range snapshot.Surveys {
		for _, q := range survey.Questions {
			for _, r := range q.Results {
				if r.Numbers == nil || r.Numbers.Top2 == nil {
					continue
				}
				p, err := w.figureWords(survey.ID, q.ID, r.Filter.Group, "top2")
				if err != nil || p == nil {
					continue
				}
				out = append(out, Field{Code: fmt.Sprintf(`{{with figure %q %q %q "top2"}}{{.Of}} ({{.Basis}}){{end}}`, survey.ID, q.ID, r.Filter.Group),
					Question: q.ID + " " + q.Text.In(lang), Group: groupName(lang, r.Filter.Group), Value: p.Of()})
			}
		}
	}
	return out, nil
}
