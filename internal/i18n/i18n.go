// Package i18n holds every word that users read, in Swedish and English, and the way numbers and
// dates are written in each.
//
// Words stand in words/<topic>.<language>.toml under flat keys "topic.snake_name". Both languages
// have the same keys and the same placeholders; a test compares them.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"sync"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"upphandlingsdialog/internal/fault"
)

// Lang is a language of the product.
type Lang string

// The two languages. Swedish comes first everywhere.
const (
	Sv Lang = "sv"
	En Lang = "en"
)

// Langs lists the languages, the default first.
var Langs = []Lang{Sv, En}

// Parse reads a language code; anything unknown is not ok.
func Parse(s string) (Lang, bool) {
	switch Lang(s) {
	case Sv, En:
		return Lang(s), true
	}
	return Sv, false
}

// Other is the language to switch to.
func (l Lang) Other() Lang {
	if l == En {
		return Sv
	}
	return En
}

// Text is one text in both languages, as it stands in questionnaires and in the database.
type Text struct {
	Sv string `yaml:"sv" json:"sv"`
	En string `yaml:"en" json:"en"`
}

// In returns the text in the language, or in the other one when it is missing there.
func (t Text) In(l Lang) string {
	if t.Sv == "" || (l == En && t.En != "") {
		return t.En
	}
	return t.Sv
}

// IsZero tells whether there is no text in any language.
func (t Text) IsZero() bool { return t.Sv == "" && t.En == "" }

//go:embed words/*.toml
var words embed.FS

var catalogue = sync.OnceValue(func() map[Lang]*goi18n.Localizer {
	bundle := goi18n.NewBundle(language.Swedish)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(words, "words/*.toml")
	if err != nil || len(files) == 0 {
		panic(fmt.Sprintf("i18n: no words: %v", err))
	}
	for _, f := range files {
		if _, err := bundle.LoadMessageFileFS(words, f); err != nil {
			panic(fmt.Sprintf("i18n: %s: %v", f, err))
		}
	}
	m := make(map[Lang]*goi18n.Localizer, len(Langs))
	for _, l := range Langs {
		m[l] = goi18n.NewLocalizer(bundle, string(l))
	}
	return m
})

// T is the message for key in language l, with name, value pairs for its placeholders. "Count"
// picks the plural form. An unknown key comes back in brackets, so that it shows in a test and
// never as an empty button.
func T(l Lang, key string, args ...any) string {
	return TMap(l, key, fault.Args(args...))
}

// TMap is T with the placeholders as a map. One that is a Text is in the language of the message.
func TMap(l Lang, key string, args map[string]any) string {
	args = maps.Clone(args)
	for name, v := range args {
		if text, ok := v.(Text); ok {
			args[name] = text.In(l)
		}
	}
	c := &goi18n.LocalizeConfig{MessageID: key, TemplateData: args}
	if n, ok := args["Count"]; ok {
		c.PluralCount = n
	}
	loc, ok := catalogue()[l]
	if !ok {
		loc = catalogue()[Sv]
	}
	s, err := loc.Localize(c)
	if err != nil && s == "" {
		return "[" + key + "]"
	}
	return s
}

// Fault is a fault's public sentence.
func Fault(l Lang, f *fault.Fault) string { return TMap(l, f.Key, f.Args) }
