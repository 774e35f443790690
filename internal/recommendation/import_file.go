package recommendation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/strategy"
)

type fileRecommendation struct {
	Number   string `yaml:"number"`
	Area     string `yaml:"area"`
	Body     `yaml:",inline"`
	Invented bool           `yaml:"invented"`
	Evidence []fileEvidence `yaml:"evidence"`
}

// fileEvidence is a figure (survey set) or a passage: of the meeting, where one
// is named, the first excerpt in the order of the notes that has the theme, the
// kind, the group and the words.
type fileEvidence struct {
	Survey   string           `yaml:"survey"`
	Question string           `yaml:"question"`
	Group    string           `yaml:"group"`
	Where    []analysis.Where `yaml:"where"`
	Measure  string           `yaml:"measure"`
	Codes    []int            `yaml:"codes"`

	Meeting  string `yaml:"meeting"`
	Theme    string `yaml:"theme"`
	Kind     string `yaml:"kind"`
	Contains string `yaml:"contains"`

	Expert string `yaml:"expert"` // role of who made a statement
}

// fileStatement is an expert's statement, which recommendations of the file may rest on.
type fileStatement struct {
	Role         string   `yaml:"role"`
	Organisation string   `yaml:"organisation"`
	Name         string   `yaml:"name"`
	Named        bool     `yaml:"named"`
	Date         string   `yaml:"date"`
	Language     string   `yaml:"language"`
	Themes       []string `yaml:"themes"`
	Text         string   `yaml:"text"`
	Quote        string   `yaml:"quote"`
	Approved     bool     `yaml:"approved"`
	Interests    string   `yaml:"interests"`
	Sources      string   `yaml:"sources"`
	Invented     bool     `yaml:"invented"`
}

// said is one statement of a file with the lines of its fields.
type said struct {
	expert.Statement
	lines
}

// lines are those of an item of a file and of its fields.
type lines struct {
	item   int
	fields map[string]int
}

// parsed is one recommendation of a file with the lines of its fields.
type parsed struct {
	Recommendation
	lines
	evidence   []fileEvidence
	evidenceAt []int // lines
}

// parse reads a file without looking at any data.
func parse(content []byte) ([]parsed, []said, []Finding) {
	if len(content) > maxFile {
		return nil, nil, []Finding{{Line: 1, Key: "recommendation.import_too_large"}}
	}
	var root yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&root); err != nil {
		return nil, nil, []Finding{yamlFinding(err)}
	}
	if len(root.Content) == 0 {
		return nil, nil, []Finding{{Line: 1, Key: "recommendation.import_empty"}}
	}
	top := root.Content[0]
	list, statements := field(top, "recommendations"), field(top, "statements")
	if schema := field(top, "schema"); schema == nil || schema.Value != FileSchema || !isList(list) && (list != nil || !isList(statements)) ||
		statements != nil && !isList(statements) {
		return nil, nil, []Finding{{Line: max(1, top.Line), Key: "recommendation.import_schema",
			Args: fault.Args("Schema", FileSchema)}}
	}
	findings := unknownFields(top, "schema", "statements", "recommendations")
	var spoken []said
	for _, node := range entries(statements) {
		one, more := parseStatement(node)
		findings, spoken = append(findings, more...), append(spoken, one)
	}
	if len(entries(list))+len(spoken) == 0 {
		findings = append(findings, Finding{Line: top.Line, Key: "recommendation.import_empty"})
	}
	var items []parsed
	numbers := map[string]int{}
	for _, node := range entries(list) {
		item, more := parseItem(node)
		findings = append(findings, more...)
		if before, twice := numbers[item.Number]; twice && item.Number != "" {
			findings = append(findings, Finding{Line: item.lineOf("number"), Key: "recommendation.import_twice",
				Args: fault.Args("Number", item.Number, "Before", before)})
		}
		numbers[item.Number] = item.item
		items = append(items, item)
	}
	return items, spoken, findings
}

func isList(node *yaml.Node) bool { return node != nil && node.Kind == yaml.SequenceNode }

// entries are those of a list that may be missing.
func entries(list *yaml.Node) []*yaml.Node {
	if list == nil {
		return nil
	}
	return list.Content
}

func parseStatement(node *yaml.Node) (said, []Finding) {
	one := said{lines: linesOf(node)}
	raw, findings := decode[fileStatement](node)
	day, _ := time.Parse(time.DateOnly, raw.Date) // no day is a fault of the statement
	one.Statement = expert.Statement{Role: raw.Role, Organisation: raw.Organisation, Name: raw.Name, Named: raw.Named, Date: day,
		Language: i18n.Lang(raw.Language), Themes: raw.Themes, Text: raw.Text, Quote: raw.Quote, Approved: raw.Approved,
		Interests: raw.Interests, Sources: raw.Sources, Invented: raw.Invented}
	return one, findings
}

// decode reads an item of a file as far as it can, and finds fields that T does not have.
func decode[T any](node *yaml.Node) (raw T, findings []Finding) {
	if err := node.Decode(&raw); err != nil {
		findings = append(findings, yamlFinding(err))
	}
	return raw, append(findings, unknownFields(node, yamlNames(raw)...)...)
}

func linesOf(node *yaml.Node) lines {
	l := lines{item: node.Line, fields: map[string]int{}}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		l.fields[key.Value] = key.Line
		for j := 0; value.Kind == yaml.MappingNode && j+1 < len(value.Content); j += 2 {
			l.fields[key.Value+"."+value.Content[j].Value] = value.Content[j].Line
		}
	}
	return l
}

func parseItem(node *yaml.Node) (parsed, []Finding) {
	item := parsed{lines: linesOf(node)}
	raw, findings := decode[fileRecommendation](node)
	if list := field(node, "evidence"); list != nil {
		for _, e := range list.Content {
			item.evidenceAt = append(item.evidenceAt, e.Line)
			findings = append(findings, unknownFields(e, yamlNames(fileEvidence{})...)...)
		}
	}
	for len(item.evidenceAt) < len(raw.Evidence) {
		item.evidenceAt = append(item.evidenceAt, item.item)
	}
	item.evidence = raw.Evidence
	area, ok := strategy.FindArea(raw.Area)
	if !ok {
		findings = append(findings, Finding{Line: item.lineOf("area"), Key: "recommendation.import_area"})
	}
	item.Recommendation = Recommendation{Number: raw.Number, Area: area.Number, Invented: raw.Invented}
	raw.apply(&item.Recommendation)
	return item, findings
}

// lineOf is the line of a field, of its parent, or of the item.
func (p lines) lineOf(name string) int {
	for {
		if line, ok := p.fields[name]; ok {
			return line
		}
		i := strings.LastIndex(name, ".")
		if i < 0 {
			return p.item
		}
		name = name[:i]
	}
}

// findings are faults of fields, each at its line.
func (p lines) findings(fields []fault.Field) (all []Finding) {
	for _, f := range fields {
		all = append(all, Finding{Line: p.lineOf(f.Name), Field: f.Name, Key: f.Key, Args: f.Args})
	}
	return all
}

func field(node *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(node.Content) && node.Kind == yaml.MappingNode; i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}

func unknownFields(node *yaml.Node, known ...string) []Finding {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	var findings []Finding
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains(known, key.Value) {
			findings = append(findings, Finding{Line: key.Line, Key: "recommendation.import_unknown_field",
				Args: fault.Args("Field", cut(key.Value, 40), "Known", strings.Join(known, ", "))})
		}
	}
	return findings
}

func yamlNames(v any) (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if name := f.Tag.Get("yaml"); name != ",inline" {
			names = append(names, name)
		}
	}
	return names
}

// yamlFinding takes the line out of the parser's message.
func yamlFinding(err error) Finding {
	f := Finding{Line: 1, Key: "recommendation.import_yaml"}
	if errors.Is(err, io.EOF) {
		f.Key = "recommendation.import_empty"
		return f
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if i := strings.Index(message, "line "); i >= 0 {
		if _, scanned := fmt.Sscanf(message[i:], "line %d", &line); scanned == nil {
			f.Line = line
		}
	}
	f.Args = fault.Args("Problem", cut(message, 200))
	return f
}
