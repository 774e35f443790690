package exchange

import (
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
)

// builder builds YAML nodes with keys in the order in which a reader expects them.
type builder struct{ *yaml.Node }

func object() *builder   { return &builder{&yaml.Node{Kind: yaml.MappingNode}} }
func sequence() *builder { return &builder{&yaml.Node{Kind: yaml.SequenceNode}} }

// scalar is a value as YAML; a text that YAML could take for something else stands in quotes.
func scalar(v any) *yaml.Node {
	switch v := v.(type) {
	case *builder:
		return v.Node
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(v)}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}
	case float64:
		if v == float64(int64(v)) {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(int64(v), 10)}
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: strconv.FormatFloat(v, 'f', -1, 64)}
	}
	s, _ := v.(string)
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func (b *builder) add(key string, v any) *builder {
	b.Content = append(b.Content, scalar(key), scalar(v))
	return b
}

func (b *builder) node(key string, v *builder) *builder {
	if v == nil {
		return b
	}
	return b.add(key, v)
}

func (b *builder) item(n *yaml.Node) { b.Content = append(b.Content, n) }

func (b *builder) filled(key, v string) *builder {
	if v == "" {
		return b
	}
	return b.add(key, v)
}

func (b *builder) positive(key string, v int) *builder {
	if v == 0 {
		return b
	}
	return b.add(key, v)
}

func (b *builder) flag(key string, v bool) *builder {
	if !v {
		return b
	}
	return b.add(key, true)
}

// flow puts the node on one line.
func (b *builder) flow() *builder {
	b.Style = yaml.FlowStyle
	return b
}

// texts adds both languages; text is a mapping of only them. Quotes keep the words of people apart
// from the keys.
func (b *builder) texts(t i18n.Text) *builder {
	sv, en := scalar(t.Sv), scalar(t.En)
	sv.Style, en.Style = yaml.DoubleQuotedStyle, yaml.DoubleQuotedStyle
	b.Content = append(b.Content, scalar("sv"), sv, scalar("en"), en)
	return b
}

func text(t i18n.Text) *builder { return object().texts(t).flow() }

func (b *builder) byGroup(key string, texts map[string]i18n.Text) *builder {
	if len(texts) == 0 {
		return b
	}
	m := object()
	for _, group := range slices.Sorted(maps.Keys(texts)) {
		m.add(group, text(texts[group]))
	}
	return b.add(key, m)
}

func list(words []string) *builder {
	s := sequence().flow()
	for _, w := range words {
		s.item(scalar(w))
	}
	return s
}
