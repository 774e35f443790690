package exchange

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// kinds names the special codes as files do, in a fixed order.
var kinds = []struct {
	code int
	name string
	text i18n.Text
}{
	{questionnaire.Unknown, "unknown", i18n.Text{Sv: "Vet ej", En: "Don't know"}},
	{questionnaire.NotApplicable, "not_applicable", i18n.Text{Sv: "Ej aktuellt", En: "Not applicable"}},
	{questionnaire.Declined, "declined", i18n.Text{Sv: "Vill inte svara", En: "Prefer not to say"}},
}

func kindOf(code int) string {
	for _, k := range kinds {
		if k.code == code {
			return k.name
		}
	}
	return ""
}

// YAML writes the definition as one file that needs no shared parts. Read back, it has the same
// Hash; a definition that no file can say (two questions whose scales have one name and different
// points, a question without a text) is an error.
func YAML(d *questionnaire.Definition) ([]byte, error) {
	data, err := write(d)
	if err != nil {
		return nil, err
	}
	back, findings, err := ReadYAML(d.ID+".yaml", data)
	if err != nil {
		return nil, err
	}
	for _, f := range findings {
		if f.Severity == questionnaire.Error {
			return nil, fmt.Errorf("the questionnaire cannot be written as a file: %s", f)
		}
	}
	if back.Hash() != d.Hash() {
		return nil, fmt.Errorf("the questionnaire %s holds something that a file cannot say", d.ID)
	}
	return data, nil
}

// ReadYAML reads a file that needs no shared parts. The definition is nil when a finding is an error.
func ReadYAML(name string, data []byte) (*questionnaire.Definition, []questionnaire.Finding, error) {
	if len(data) > MaxYAML {
		return nil, nil, fmt.Errorf("%s is larger than %d MB, the most for YAML", name, MaxYAML>>20)
	}
	if !fs.ValidPath(name) {
		name = "file.yaml"
	}
	list, findings, err := questionnaire.Load(oneFile{name, data}, name)
	if err != nil || len(list) == 0 {
		return nil, findings, err
	}
	return list[0], findings, nil
}

// oneFile is a file system that holds one file: there are no shared parts beside it.
type oneFile struct {
	name string
	data []byte
}

// Open finds nothing: the file is read as a whole.
func (oneFile) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile gives the file.
func (f oneFile) ReadFile(name string) ([]byte, error) {
	if name != f.name {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return f.data, nil
}

// write makes the file without reading it back.
func write(d *questionnaire.Definition) ([]byte, error) {
	p, err := partsOf(d)
	if err != nil {
		return nil, err
	}
	root := object()
	root.add("schema", questionnaire.Schema).add("id", d.ID).add("area", fmt.Sprintf("a%d", d.Area)).add("title", text(d.Title))
	if !d.Intro.IsZero() {
		root.add("intro", text(d.Intro))
	}
	root.node("special_codes", p.specials()).node("scales", p.scales()).node("option_sets", p.sets())
	sections := sequence()
	for _, s := range d.Sections {
		questions := sequence()
		for i := range s.Questions {
			questions.item(p.question(&s.Questions[i]).Node)
		}
		sections.item(object().add("id", s.ID).add("title", text(s.Title)).node("questions", questions).Node)
	}
	root.node("sections", sections)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root.Node); err != nil {
		return nil, fmt.Errorf("write questionnaire: %w", err)
	}
	return out.Bytes(), enc.Close()
}

// parts are what the questions share.
type parts struct {
	labels map[int]i18n.Text // the usual label of each special code
	order  []string          // names of scales
	points map[string]*questionnaire.Question
	yesNo  []questionnaire.Option
}

func partsOf(d *questionnaire.Definition) (*parts, error) {
	p := &parts{labels: map[int]i18n.Text{}, points: map[string]*questionnaire.Question{}}
	for _, grouped := range []bool{true, false} { // a label by group stands beside the usual one, which must then be usual
		for _, q := range d.Questions() {
			for _, s := range q.Specials {
				if _, has := p.labels[s.Code]; !has && (len(s.TextByGroup) > 0 || !grouped) {
					p.labels[s.Code] = s.Text
				}
			}
		}
	}
	for _, k := range kinds {
		if _, has := p.labels[k.code]; !has {
			p.labels[k.code] = k.text
		}
	}
	for _, q := range d.Questions() {
		switch q.Type {
		case questionnaire.Likert5, questionnaire.Matrix:
			first := p.points[q.Scale]
			if first == nil {
				p.points[q.Scale], p.order = q, append(p.order, q.Scale)
			} else if first.Bipolar != q.Bipolar || !slices.EqualFunc(first.Options, q.Options, sameOption) {
				return nil, fmt.Errorf("the questions %s and %s use the scale %s with different points", first.ID, q.ID, q.Scale)
			}
		case questionnaire.YesNoUnknown:
			if p.yesNo == nil {
				p.yesNo = q.Options
			} else if !slices.EqualFunc(p.yesNo, q.Options, sameOption) {
				return nil, fmt.Errorf("question %s has other words for yes and no than the questions before it", q.ID)
			}
		}
	}
	if p.yesNo == nil {
		p.yesNo = yesNo()
	}
	return p, nil
}

func yesNo() []questionnaire.Option {
	return []questionnaire.Option{
		{Code: 1, Text: i18n.Text{Sv: "Ja", En: "Yes"}}, {Code: 2, Text: i18n.Text{Sv: "Nej", En: "No"}},
	}
}

func sameOption(a, b questionnaire.Option) bool {
	return a.Code == b.Code && a.Text == b.Text && a.Theme == b.Theme && slices.Equal(a.Groups, b.Groups) &&
		a.Exclusive == b.Exclusive && a.OtherText == b.OtherText && a.FixedLast == b.FixedLast
}

func (p *parts) specials() *builder {
	m := object()
	for _, k := range kinds {
		m.node(k.name, object().add("code", k.code).texts(p.labels[k.code]).flow())
	}
	return m
}

func (p *parts) scales() *builder {
	if len(p.order) == 0 {
		return nil
	}
	m := object()
	for _, name := range p.order {
		polarity := "unipolar"
		if p.points[name].Bipolar {
			polarity = "bipolar"
		}
		m.node(name, object().add("polarity", polarity).node("points", options(p.points[name].Options)))
	}
	return m
}

func (p *parts) sets() *builder { return object().node("yes_no", options(p.yesNo)) }

func (p *parts) question(q *questionnaire.Question) *builder {
	m := object().add("id", q.ID).add("type", string(q.Type)).node("groups", list(q.Groups))
	if q.Theme == "" {
		m.add("theme", nil)
	} else {
		m.add("theme", q.Theme)
	}
	m.filled("kpi", q.KPI).filled("prefill", q.Prefill).add("text", text(q.Text)).byGroup("text_by_group", q.TextByGroup)
	if !q.Help.IsZero() {
		m.add("help", text(q.Help))
	}
	m.flag("randomize", q.Randomize).flag("sensitive", q.Sensitive).body(q)
	var offered []string
	labels := object()
	for _, s := range q.Specials {
		kind := kindOf(s.Code)
		offered = append(offered, kind)
		if s.Text != p.labels[s.Code] {
			labels.node(kind, object().texts(s.Text).flow())
			continue
		}
		for _, group := range region.TargetGroups { // one text for one or more groups is all that a file can say
			if t, ok := s.TextByGroup[group.ID]; ok {
				var groups []string
				for _, g := range region.TargetGroups {
					if s.TextByGroup[g.ID] == t {
						groups = append(groups, g.ID)
					}
				}
				labels.node(kind, object().texts(t).node("groups", list(groups)).flow())
				break
			}
		}
	}
	if len(offered) > 0 {
		m.node("special", list(offered))
	}
	if len(labels.Content) > 0 {
		m.node("special_labels", labels)
	}
	if q.ShowIf != nil {
		m.node("show_if", condition(*q.ShowIf).flow())
	}
	return m
}

// body adds what depends on the type.
func (b *builder) body(q *questionnaire.Question) {
	switch q.Type {
	case questionnaire.Single, questionnaire.Multiple, questionnaire.Ranking, questionnaire.Municipality:
		b.node("options", options(q.Options)).positive("top", q.Top).positive("max_choices", q.MaxChoices)
	case questionnaire.Likert5:
		b.add("scale", q.Scale)
	case questionnaire.Matrix:
		rows := sequence()
		for _, r := range q.Rows {
			rows.item(object().add("id", r.ID).filled("theme", r.Theme).texts(r.Text).flow().Node)
		}
		b.add("scale", q.Scale).node("rows", rows)
	case questionnaire.Numeric:
		b.add("min", q.Min).add("max", q.Max).filled("unit", q.Unit).positive("decimals", q.Decimals)
	case questionnaire.Rating:
		b.add("min", q.Min).add("max", q.Max)
		b.node("labels", object().add("min", text(q.MinLabel)).add("max", text(q.MaxLabel)))
	case questionnaire.FreeText:
		b.positive("max_length", q.MaxLength)
	}
}

func options(options []questionnaire.Option) *builder {
	s := sequence()
	for _, o := range options {
		m := object().add("code", o.Code).filled("theme", o.Theme).texts(o.Text)
		if len(o.Groups) > 0 {
			m.node("groups", list(o.Groups))
		}
		m.flag("exclusive", o.Exclusive).flag("other_text", o.OtherText).flag("fixed_last", o.FixedLast)
		s.item(m.flow().Node)
	}
	return s
}

func condition(c questionnaire.Condition) *builder {
	for key, parts := range map[string][]questionnaire.Condition{"all": c.All, "any": c.Any} {
		if len(parts) > 0 {
			s := sequence()
			for _, part := range parts {
				s.item(condition(part).Node)
			}
			return object().node(key, s)
		}
	}
	m := object().add("q", c.Q).add("op", string(c.Op))
	switch {
	case c.Op == questionnaire.IsAnswered && len(c.Values) > 0:
		m.add("value", false)
	case c.Op == questionnaire.IsAnswered:
	case c.Op == questionnaire.In:
		s := sequence()
		for _, v := range c.Values {
			s.item(scalar(v))
		}
		m.node("value", s)
	case len(c.Values) > 0:
		m.add("value", c.Values[0])
	}
	return m
}
