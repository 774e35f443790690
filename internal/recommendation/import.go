package recommendation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/strategy"
)

// FileSchema names the shape of a file of recommendations.
const FileSchema = "udd-recommendations/1"

// maxFile is the largest file that is read, in bytes.
const maxFile = 2 << 20

// Finding is one fault of a file, with its line from 1.
type Finding struct {
	Line int
	Key  string
	Args map[string]any
}

// In writes the finding in a language: "rad 12: ...".
func (f Finding) In(l i18n.Lang) string {
	return i18n.T(l, "recommendation.import_line", "Line", f.Line, "Text", i18n.TMap(l, f.Key, f.Args))
}

// ImportError is every fault of a file, in the order of its lines. Nothing of
// the file was stored. It unwraps to an Invalid fault.
type ImportError struct{ Findings []Finding }

// Error names every fault in English.
func (e *ImportError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.In(i18n.En)
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the public fault, with one field a finding.
func (e *ImportError) Unwrap() error {
	fields := make([]fault.Field, len(e.Findings))
	for i, f := range e.Findings {
		args := map[string]any{"Line": f.Line, "Text": ""}
		for k, v := range f.Args {
			args[k] = v
		}
		fields[i] = fault.Field{Name: fmt.Sprintf("line %d", f.Line), Key: f.Key, Args: args}
	}
	return fault.InvalidFields("recommendation.import_failed", fields...)
}

// Imported says what a file did.
type Imported struct {
	Created   []string `json:"created"` // numbers
	Changed   []string `json:"changed"`
	Unchanged []string `json:"unchanged"`
	Figures   int      `json:"figures"`    // computed and frozen
	Withheld  int      `json:"suppressed"` // too few answers to show yet
	Excerpts  int      `json:"excerpts"`
}

type fileRecommendation struct {
	Number      string         `yaml:"number"`
	Area        string         `yaml:"area"`
	Purpose     string         `yaml:"purpose"`
	Addressees  []string       `yaml:"addressees"`
	Title       i18n.Text      `yaml:"title"`
	Wording     i18n.Text      `yaml:"wording"`
	Why         i18n.Text      `yaml:"why"`
	FirstStep   i18n.Text      `yaml:"first_step"`
	Effect      i18n.Text      `yaml:"effect"`
	Reuse       i18n.Text      `yaml:"reuse"`
	Effort      string         `yaml:"effort"`
	Indicator   i18n.Text      `yaml:"indicator"`
	Baseline    int            `yaml:"baseline"`
	Responsible i18n.Text      `yaml:"responsible"`
	Due         string         `yaml:"due"`
	Parties     []string       `yaml:"parties"`
	Invented    bool           `yaml:"invented"`
	Evidence    []fileEvidence `yaml:"evidence"`
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

// parsed is one recommendation of a file with the lines of its fields.
type parsed struct {
	Recommendation
	line     int
	fields   map[string]int
	evidence []fileEvidence
	lines    []int // of the evidence
}

// Import reads recommendations from YAML: new ones become drafts, those that
// stand already under the number are replaced while they may be edited. All or
// nothing: a file with faults changes nothing and gives an *ImportError. The
// same file twice changes nothing the second time.
func (s *Service) Import(ctx context.Context, r io.Reader) (Imported, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return Imported{}, fmt.Errorf("import recommendations: %w", err)
	}
	items, findings := parse(content)
	standing, err := s.List(ctx, Filter{})
	if err != nil {
		return Imported{}, err
	}
	for i := range items {
		more, err := s.settleItem(ctx, &items[i], standing)
		if err != nil {
			return Imported{}, fmt.Errorf("import recommendation %s: %w", items[i].Number, err)
		}
		findings = append(findings, more...)
	}
	if len(findings) > 0 {
		slices.SortStableFunc(findings, func(a, b Finding) int { return a.Line - b.Line })
		return Imported{}, &ImportError{Findings: findings}
	}
	return s.store(ctx, items, standing)
}

func (s *Service) store(ctx context.Context, items []parsed, standing []Recommendation) (done Imported, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		done = Imported{}
		for _, item := range items {
			old, exists := byNumber(standing, item.Number)
			var err error
			switch {
			case exists && same(old, item.Recommendation):
				done.Unchanged = append(done.Unchanged, item.Number)
				continue
			case exists:
				item.ID, item.Version = old.ID, old.Version+1
				done.Changed = append(done.Changed, item.Number)
				if _, err = s.lockToChange(ctx, tx, old.ID); err == nil {
					err = update(ctx, tx, item.Recommendation, s.now())
				}
			default:
				item.Version = 1
				done.Created = append(done.Created, item.Number)
				item.ID, err = insert(ctx, tx, item.Recommendation, s.now())
			}
			if err == nil {
				err = s.keep(ctx, tx, item.Recommendation, VersionImported, "")
			}
			if err != nil {
				return fmt.Errorf("recommendation %s: %w", item.Number, err)
			}
			done.count(item.Evidence)
		}
		if len(done.Created)+len(done.Changed) == 0 {
			return nil
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventImported, Subject: "recommendation", Detail: done})
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import recommendations: %w", err)
	}
	return done, nil
}

func (d *Imported) count(list []Evidence) {
	for _, e := range list {
		switch {
		case e.Excerpt != nil:
			d.Excerpts++
		case e.Statement != nil: // came before the file and stayed
		case e.Figure.Value != nil:
			d.Figures++
		default:
			d.Withheld++
		}
	}
}

// settleItem resolves one recommendation's evidence and checks all of it.
func (s *Service) settleItem(ctx context.Context, item *parsed, standing []Recommendation) ([]Finding, error) {
	var findings []Finding
	for i, fe := range item.evidence {
		e, p, err := s.resolveFile(ctx, fe)
		if err != nil {
			return nil, err
		}
		if p == nil {
			e.Number = i + 1
			p, err = s.settle(ctx, &e)
			if err != nil {
				return nil, err
			}
		}
		if p != nil {
			findings = append(findings, Finding{Line: item.lines[i], Key: p.Key, Args: p.Args})
		}
		e.Number = i + 1
		item.Evidence = append(item.Evidence, e)
	}
	old, stands := byNumber(standing, item.Number)
	for _, e := range old.Evidence {
		named := slices.ContainsFunc(item.Evidence, func(f Evidence) bool {
			return f.Statement != nil && e.Statement != nil && f.Statement.ID == e.Statement.ID
		})
		if e.Statement != nil && !named { // files from before statements could be named do not mean to leave them out
			e.Number = len(item.Evidence) + 1
			item.Evidence = append(item.Evidence, e)
		}
	}
	for _, f := range item.checkFields() {
		findings = append(findings, Finding{Line: item.lineOf(f.Name), Key: f.Key, Args: f.Args})
	}
	item.Status = Draft
	if stands {
		item.Status = old.Status
		if !old.Editable() {
			if !same(old, item.Recommendation) {
				findings = append(findings, Finding{Line: item.line, Key: "recommendation.error_decided"})
			}
		} else if item.Status != Draft && !item.Supported() {
			findings = append(findings, Finding{Line: item.line, Key: "recommendation.error_channels"})
		}
	}
	return findings, nil
}

// resolveFile turns evidence as a file names it into evidence with an id.
func (s *Service) resolveFile(ctx context.Context, fe fileEvidence) (Evidence, *problem, error) {
	if fe.Survey != "" {
		if fe.Expert != "" || fe.Meeting != "" || fe.Theme != "" || fe.Kind != "" || fe.Contains != "" {
			return Evidence{}, wrong("recommendation.import_both"), nil
		}
		return Evidence{Channel: Survey, Figure: &Figure{
			SurveyID: fe.Survey, Question: fe.Question, Measure: analysis.Measure(fe.Measure), Codes: fe.Codes,
			Filter: analysis.Filter{Group: fe.Group, Where: fe.Where},
		}}, nil, nil
	}
	if fe.Expert != "" {
		return s.resolveStatement(ctx, fe)
	}
	if fe.Theme == "" && fe.Contains == "" {
		return Evidence{}, wrong("recommendation.import_neither"), nil
	}
	if _, ok := strategy.ThemeByCode(fe.Theme); fe.Theme != "" && !ok {
		return Evidence{}, wrong("recommendation.import_theme", "Theme", fe.Theme), nil
	}
	if fe.Kind != "" && !slices.Contains(dialogue.ExcerptKinds, fe.Kind) {
		return Evidence{}, wrong("recommendation.import_kind", "Kind", fe.Kind), nil
	}
	f := dialogue.Filter{Theme: fe.Theme, Kind: fe.Kind, Group: fe.Group}
	if fe.Meeting != "" {
		m, err := s.meetings.FindByRef(ctx, fe.Meeting)
		if fault.Is(err, fault.NotFound) {
			return Evidence{}, wrong("recommendation.import_meeting", "Ref", fe.Meeting), nil
		}
		if err != nil {
			return Evidence{}, nil, err
		}
		f.MeetingID = m.ID
	}
	found, err := s.meetings.Excerpts(ctx, f)
	if err != nil {
		return Evidence{}, nil, err
	}
	for _, e := range found {
		if !e.Removed && strings.Contains(plain(e.Text), plain(fe.Contains)) {
			return Evidence{Channel: ChannelOf(e), Excerpt: &e, SourceHash: e.SourceHash}, nil, nil
		}
	}
	return Evidence{}, wrong("recommendation.import_excerpt"), nil
}

// resolveStatement finds a standing statement by the role of who made it and, where the file says so, by
// theme and words.
func (s *Service) resolveStatement(ctx context.Context, fe fileEvidence) (Evidence, *problem, error) {
	if fe.Meeting != "" || fe.Kind != "" || fe.Group != "" {
		return Evidence{}, wrong("recommendation.import_both"), nil
	}
	list, err := s.experts.List(ctx, fe.Theme)
	if err != nil {
		return Evidence{}, nil, err
	}
	for _, st := range list {
		if !st.Withdrawn && plain(st.Role) == plain(fe.Expert) && strings.Contains(plain(st.Text), plain(fe.Contains)) {
			return Evidence{Channel: Expert, Statement: &st, SourceHash: st.Hash}, nil, nil
		}
	}
	return Evidence{}, wrong("recommendation.import_statement", "Expert", fe.Expert), nil
}

// plain makes texts comparable whatever their line breaks and capitals.
func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func byNumber(list []Recommendation, number string) (Recommendation, bool) {
	for _, r := range list {
		if r.Number == number {
			return r, true
		}
	}
	return Recommendation{}, false
}

// same tells whether two recommendations say the same and rest on the same,
// whatever their ids and times.
func same(a, b Recommendation) bool {
	bare := func(r Recommendation) Recommendation {
		r.ID, r.Status, r.Version, r.UpdatedAt, r.Parties = "", "", 0, time.Time{}, nonNil(r.Parties)
		list := make([]Evidence, len(r.Evidence))
		for i, e := range r.Evidence {
			list[i] = Evidence{Number: e.Number, Channel: e.Channel, SourceHash: e.SourceHash,
				Stale: e.Stale, StaleReason: e.StaleReason}
			if e.Excerpt != nil {
				list[i].Excerpt = &dialogue.Excerpt{ID: e.Excerpt.ID}
				continue
			}
			if e.Statement != nil {
				list[i].Statement = &expert.Statement{ID: e.Statement.ID}
				continue
			}
			f := *e.Figure
			f.FrozenAt = nil
			if len(f.Codes) == 0 {
				f.Codes = nil
			}
			if len(f.Filter.Where) == 0 {
				f.Filter.Where = nil
			}
			list[i].Figure = &f
		}
		r.Evidence, r.Due = list, r.Due.UTC()
		return r
	}
	return reflect.DeepEqual(bare(a), bare(b))
}

// parse reads a file without looking at any data.
func parse(content []byte) ([]parsed, []Finding) {
	if len(content) > maxFile {
		return nil, []Finding{{Line: 1, Key: "recommendation.import_too_large"}}
	}
	var root yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&root); err != nil {
		return nil, []Finding{yamlFinding(err)}
	}
	if len(root.Content) == 0 {
		return nil, []Finding{{Line: 1, Key: "recommendation.import_empty"}}
	}
	top := root.Content[0]
	list := field(top, "recommendations")
	if schema := field(top, "schema"); schema == nil || schema.Value != FileSchema || list == nil || list.Kind != yaml.SequenceNode {
		return nil, []Finding{{Line: max(1, top.Line), Key: "recommendation.import_schema",
			Args: fault.Args("Schema", FileSchema)}}
	}
	findings := unknownFields(top, "schema", "recommendations")
	if len(list.Content) == 0 {
		findings = append(findings, Finding{Line: list.Line, Key: "recommendation.import_empty"})
	}
	var items []parsed
	numbers := map[string]int{}
	for _, node := range list.Content {
		item, more := parseItem(node)
		findings = append(findings, more...)
		if before, twice := numbers[item.Number]; twice && item.Number != "" {
			findings = append(findings, Finding{Line: item.lineOf("number"), Key: "recommendation.import_twice",
				Args: fault.Args("Number", item.Number, "Before", before)})
		}
		numbers[item.Number] = item.line
		items = append(items, item)
	}
	return items, findings
}

func parseItem(node *yaml.Node) (parsed, []Finding) {
	item := parsed{line: node.Line, fields: map[string]int{}}
	var raw fileRecommendation
	var findings []Finding
	if err := node.Decode(&raw); err != nil {
		findings = append(findings, yamlFinding(err))
	}
	findings = append(findings, unknownFields(node, yamlNames(raw)...)...)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		item.fields[key.Value] = key.Line
		for j := 0; value.Kind == yaml.MappingNode && j+1 < len(value.Content); j += 2 {
			item.fields[key.Value+"."+value.Content[j].Value] = value.Content[j].Line
		}
	}
	if list := field(node, "evidence"); list != nil {
		for _, e := range list.Content {
			item.lines = append(item.lines, e.Line)
			findings = append(findings, unknownFields(e, yamlNames(fileEvidence{})...)...)
		}
	}
	for len(item.lines) < len(raw.Evidence) {
		item.lines = append(item.lines, item.line)
	}
	item.evidence = raw.Evidence
	area, ok := strategy.FindArea(raw.Area)
	if !ok {
		findings = append(findings, Finding{Line: item.lineOf("area"), Key: "recommendation.import_area"})
	}
	due, err := time.Parse(time.DateOnly, raw.Due)
	if err != nil && raw.Due != "" {
		findings = append(findings, Finding{Line: item.lineOf("due"), Key: "recommendation.error_due"})
	}
	item.Recommendation = Recommendation{
		Number: raw.Number, Area: area.Number, Purpose: raw.Purpose, Addressees: raw.Addressees, Title: raw.Title,
		Wording: raw.Wording, Why: raw.Why, FirstStep: raw.FirstStep, Effect: raw.Effect, Reuse: raw.Reuse,
		Effort: raw.Effort, Indicator: raw.Indicator, Baseline: raw.Baseline, Responsible: raw.Responsible,
		Due: due, Parties: raw.Parties, Invented: raw.Invented,
	}
	return item, findings
}

// lineOf is the line of a field, of its parent, or of the recommendation.
func (p parsed) lineOf(name string) int {
	for {
		if line, ok := p.fields[name]; ok {
			return line
		}
		i := strings.LastIndex(name, ".")
		if i < 0 {
			return p.line
		}
		name = name[:i]
	}
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

func yamlNames(v any) []string {
	t := reflect.TypeOf(v)
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("yaml")
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
