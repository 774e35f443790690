package report

import (
	"bytes"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
)

// Outline is what an edition holds, in order.
type Outline struct {
	Title    i18n.Text `yaml:"title"`
	Subtitle i18n.Text `yaml:"subtitle"`
	Kicker   i18n.Text `yaml:"kicker"`
	Place    i18n.Text `yaml:"place"`
	Contents bool      `yaml:"contents"` // whether it has a table of contents
	Chapters []Chapter `yaml:"chapters"`
}

// Chapter is one chapter: words from a file, then a part filled from figures.
type Chapter struct {
	ID       string    `yaml:"id"`
	Title    i18n.Text `yaml:"title"`
	Part     string    `yaml:"part" json:",omitempty"`
	Survey   string    `yaml:"survey" json:",omitempty"`
	Area     int       `yaml:"area" json:",omitempty"`
	Figures  []string  `yaml:"figures" json:",omitempty"` // question ids shown as charts
	Appendix bool      `yaml:"appendix" json:",omitempty"`
}

// OutsideFact is a number from outside the project's surveys, with its source.
type OutsideFact struct {
	ID     string    `yaml:"id"`
	Value  float64   `yaml:"value"`
	Source i18n.Text `yaml:"source"`
}

// Term is a word of the glossary.
type Term struct {
	Word  i18n.Text `yaml:"word"`
	Means i18n.Text `yaml:"means"`
}

// content is what the files of the reports folder say for one kind.
type content struct {
	Outline  Outline
	Texts    []Text
	Glossary []Term
	Outside  []OutsideFact
}

// readContent reads and checks editions.yaml, facts.yaml, glossary.yaml and
// the texts of the kind's chapters and of its easy-read summary.
func readContent(files fs.FS, kind Kind) (content, error) {
	var c content
	var editions struct {
		Editions map[Kind]Outline `yaml:"editions"`
	}
	var facts struct {
		Facts []OutsideFact `yaml:"facts"`
	}
	var glossary struct {
		Terms []Term `yaml:"terms"`
	}
	for name, dst := range map[string]any{"editions.yaml": &editions, "facts.yaml": &facts, "glossary.yaml": &glossary} {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return c, fmt.Errorf("report content: %w", err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(b))
		dec.KnownFields(true)
		if err := dec.Decode(dst); err != nil {
			return c, fmt.Errorf("report content: %s: %w", name, err)
		}
	}
	outline, ok := editions.Editions[kind]
	if !ok {
		return c, fmt.Errorf("report content: editions.yaml has no edition %q", kind)
	}
	c.Outline, c.Glossary, c.Outside = outline, glossary.Terms, facts.Facts
	var named []string
	for _, ch := range outline.Chapters {
		named = append(named, ch.ID)
	}
	if kind == Regional {
		named = append(named, easyText)
	}
	for _, id := range named {
		t := Text{Chapter: id}
		for lang, dst := range map[i18n.Lang]*string{i18n.Sv: &t.Words.Sv, i18n.En: &t.Words.En} {
			words, err := chapterWords(files, id, kind, lang)
			if err != nil {
				return c, err
			}
			*dst = words
		}
		c.Texts = append(c.Texts, t)
	}
	return c, nil
}

// chapterWords prefers the edition's own text to the shared one.
func chapterWords(files fs.FS, id string, kind Kind, lang i18n.Lang) (string, error) {
	own := fmt.Sprintf("text/%s.%s.%s.md", id, kind, lang)
	shared := fmt.Sprintf("text/%s.%s.md", id, lang)
	for _, name := range []string{own, shared} {
		if b, err := fs.ReadFile(files, name); err == nil {
			return string(b), nil
		}
	}
	return "", fmt.Errorf("report content: chapter %q has neither %s nor %s", id, own, shared)
}
