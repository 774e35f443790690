package mail

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"upphandlingsdialog/internal/i18n"
)

//go:embed letter.gohtml
var letterHTML string

var page = template.Must(template.New("letter").Funcs(template.FuncMap{"linked": linked}).Parse(letterHTML))

var address = regexp.MustCompile(`https?://[^\s<>"']*[^\s<>"'.,;:!?)]`)

// linked makes the addresses in a paragraph links.
func linked(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		url := template.HTMLEscapeString(text[m[0]:m[1]])
		b.WriteString(template.HTMLEscapeString(text[at:m[0]]) + `<a href="` + url + `" style="color:#1d5a8a">` + url + `</a>`)
		at = m[1]
	}
	return template.HTML(b.String() + template.HTMLEscapeString(text[at:]))
}

// placeholder is what a text still holds when nobody filled it in.
var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}|\{\{|\}\}|<no value>|%!\w?\(`)

// Check refuses a letter that must not leave: without recipient, subject or
// body, or with a placeholder that nobody filled in.
func Check(l Letter) error {
	if _, err := netmail.ParseAddress(l.To); err != nil {
		return fmt.Errorf("recipient %q: %w", l.To, err)
	}
	if strings.TrimSpace(l.Subject) == "" {
		return errors.New("the subject is empty")
	}
	if strings.ContainsAny(l.Subject, "\r\n") || strings.ContainsAny(l.ToName, "\r\n") {
		return errors.New("the subject or the name holds a line break")
	}
	if strings.TrimSpace(strings.Join(l.Paragraphs, "")) == "" {
		return errors.New("the body is empty")
	}
	if _, ok := i18n.Parse(string(l.Lang)); !ok {
		return fmt.Errorf("the language %q is not known", l.Lang)
	}
	for _, s := range l.lines() {
		if m := placeholder.FindString(s); m != "" {
			return fmt.Errorf("the placeholder %s is not filled in", m)
		}
	}
	if strings.HasPrefix(l.Subject, "[") && strings.HasSuffix(l.Subject, "]") {
		return fmt.Errorf("the subject %s is a missing text", l.Subject)
	}
	return nil
}

// lines are all words of the letter in reading order.
func (l Letter) lines() []string {
	all := []string{l.Subject, l.Greeting}
	all = append(all, l.Paragraphs...)
	if l.Button != nil {
		all = append(all, l.Button.Text, l.Button.URL)
	}
	all = append(all, l.After...)
	all = append(all, l.Signature...)
	return append(all, l.Footer...)
}

// printed is the letter as both forms show it: fixed words already chosen.
type printed struct {
	Letter
	InventedNote string
	StopText     string
	SignatureAll string
}

func (l Letter) printed() printed {
	p := printed{Letter: l, SignatureAll: strings.Join(l.Signature, "\n")}
	if l.Invented {
		p.InventedNote = i18n.T(l.Lang, "mail.invented_recipient")
	}
	if l.UnsubscribeURL != "" {
		p.StopText = i18n.T(l.Lang, "mail.stop")
	}
	return p
}

// Text writes the letter as plain text.
func Text(l Letter) string {
	p := l.printed()
	var blocks []string
	add := func(s string) {
		if strings.TrimSpace(s) != "" {
			blocks = append(blocks, s)
		}
	}
	add(p.InventedNote)
	add(l.Greeting)
	for _, s := range l.Paragraphs {
		add(s)
	}
	if l.Button != nil {
		add(l.Button.Text + ":\n" + l.Button.URL)
	}
	for _, s := range l.After {
		add(s)
	}
	add(p.SignatureAll)
	small := append([]string{}, l.Footer...)
	if p.StopText != "" {
		small = append(small, p.StopText+":\n"+l.UnsubscribeURL)
	}
	if len(small) > 0 {
		add("-- \n" + strings.Join(small, "\n\n"))
	}
	return strings.Join(blocks, "\n\n") + "\n"
}

// HTML writes the letter as one accessible page: no remote images, no script,
// nothing that tells anybody that it was opened.
func HTML(l Letter) (string, error) {
	var b bytes.Buffer
	if err := page.Execute(&b, l.printed()); err != nil {
		return "", fmt.Errorf("write letter as HTML: %w", err)
	}
	return b.String(), nil
}

// Compose makes the message that is sent. It fails on a letter that Check
// refuses.
func Compose(l Letter, from netmail.Address, at time.Time) (*gomail.Msg, error) {
	if err := Check(l); err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&from)
	m.ToMailAddress(&netmail.Address{Name: l.ToName, Address: l.To})
	m.Subject(l.Subject)
	m.SetDateWithValue(at)
	if l.MessageID != "" {
		m.SetMessageIDWithValue(l.MessageID)
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderContentLang, string(l.Lang))
	if l.UnsubscribeURL != "" {
		m.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+l.UnsubscribeURL+">")
		m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	html, err := HTML(l)
	if err != nil {
		return nil, err
	}
	m.SetBodyString(gomail.TypeTextPlain, Text(l))
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	for _, a := range l.Attachments {
		err := m.AttachReader(a.Name, bytes.NewReader(a.Data), gomail.WithFileContentType(gomail.ContentType(a.ContentType)))
		if err != nil {
			return nil, fmt.Errorf("attach %s: %w", a.Name, err)
		}
	}
	return m, nil
}
