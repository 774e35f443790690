package demo

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"upphandlingsdialog/internal/sample"
)

// conduct is how an invented respondent behaves.
type conduct int

const (
	answers   conduct = iota // opens the link, answers every page, sends in
	halfway                  // answers the first page and is not seen again
	twice                    // opens the link, leaves, comes back another day and sends in; then opens it once more
	silent                   // never comes
	unwilling                // follows the link in the foot of the mail and stops all mail
)

// outcome is what came of it, as the respondent saw it.
type outcome struct {
	conduct conduct
	receipt string // the reference on the receipt
}

var (
	questionName = regexp.MustCompile(`^(q\d_\d+|bg_[a-z]+|cl_[a-z_]+)(\.[a-z0-9]+)?$`)
	reference    = regexp.MustCompile(`\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b`)
)

// respond follows a mailed link the way the person would.
func respond(ctx context.Context, transport http.RoundTripper, link, lang string, who *sample.Respondent, how conduct) (outcome, error) {
	out := outcome{conduct: how}
	b := newBrowser(transport, lang)
	p, err := begin(ctx, b, link)
	if err != nil {
		return out, err
	}
	if how == twice { // leaves before answering anything, comes back on another device
		b = newBrowser(transport, lang)
		if p, err = begin(ctx, b, link); err != nil {
			return out, err
		}
	}
	const enough = 30 // pages, were every one shown again because of new questions
	for range enough {
		f, done := next(p)
		if f == nil {
			if !done {
				return out, fmt.Errorf("%s leads nowhere: %s", p.at.Path, p.problem())
			}
			break
		}
		fill(f, who)
		if p, err = b.submit(ctx, f, ""); err != nil {
			return out, err
		}
		if how == halfway {
			return out, nil
		}
	}
	out.receipt = reference.FindString(textOf(p.root))
	if out.receipt == "" {
		return out, fmt.Errorf("%s shows no reference: %s", p.at.Path, p.problem())
	}
	if how == twice {
		again, err := newBrowser(transport, lang).get(ctx, link)
		if err != nil {
			return out, err
		}
		if !strings.Contains(textOf(again.root), out.receipt) {
			return out, fmt.Errorf("the link does not lead back to receipt %s", out.receipt)
		}
	}
	return out, nil
}

// begin opens the notice behind the link and presses its button.
func begin(ctx context.Context, b *browser, link string) (*page, error) {
	p, err := b.get(ctx, link)
	if err != nil {
		return nil, err
	}
	start, err := p.formTo("/start")
	if err != nil {
		return nil, err
	}
	return b.submit(ctx, start, "")
}

// next finds what to send on this page: its questions, or the answers as a whole. Without either
// the page is the last one.
func next(p *page) (f *form, done bool) {
	for _, f := range p.forms() {
		for _, c := range f.controls {
			if questionName.MatchString(c.name) {
				return f, false
			}
		}
		if strings.HasSuffix(f.action.Path, "/submit") {
			return f, false
		}
	}
	return nil, true
}

// fill answers the questions of a form that stand empty.
func fill(f *form, who *sample.Respondent) {
	ranked := map[string][]string{}
	groups := map[string][]*control{}
	for _, c := range f.controls {
		if m := questionName.FindStringSubmatch(c.name); m != nil {
			groups[m[1]] = append(groups[m[1]], c)
		}
	}
	for _, c := range f.controls {
		m := questionName.FindStringSubmatch(c.name)
		if m == nil || f.values.Get(c.name) != "" || m[2] == ".other" {
			continue
		}
		if isRank(c, m[2]) {
			if ranked[m[1]] == nil {
				ranked[m[1]] = who.Rank(m[1], c.options, len(groups[m[1]]))
			}
			if taken := ranked[m[1]]; len(taken) > 0 {
				f.values.Set(c.name, taken[0])
				ranked[m[1]] = taken[1:]
				if len(ranked[m[1]]) == 0 {
					ranked[m[1]] = []string{}
				}
			}
			continue
		}
		if len(groups[m[1]]) > 1 && (c.kind == "hidden" || len(c.options) == 1) {
			continue // the place for "don't know" beside the fields of a question
		}
		if !who.Skips() {
			answer(f, c, m[1], who)
		}
	}
}

func isRank(c *control, suffix string) bool {
	return c.kind == "select" && len(suffix) == 2 && suffix[1] >= '1' && suffix[1] <= '9'
}

func answer(f *form, c *control, question string, who *sample.Respondent) {
	switch c.kind {
	case "radio", "select":
		if v := who.Choose(c.name, c.options); v != "" {
			f.values.Set(c.name, v)
		}
	case "checkbox":
		f.values[c.name] = who.Several(question, c.options, 3, exclusive(c))
	case "textarea":
		f.values.Set(c.name, who.Words(question))
	default:
		f.values.Set(c.name, who.Number(question))
	}
}

// exclusive is the option that says "none of these".
func exclusive(c *control) string {
	for i, label := range c.labels {
		for _, none := range []string{"Inget", "Ingen", "None", "No co-operation"} {
			if strings.HasPrefix(label, none) {
				return c.options[i]
			}
		}
	}
	return ""
}
