package recommendation

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/internal/survey"
)

// FileSchema names the shape of a file of recommendations.
const FileSchema = "udd-recommendations/1"

// maxFile is the largest file that is read, in bytes.
const maxFile = 2 << 20

// Finding is one fault of a file, with its line from 1.
type Finding struct {
	Line  int
	Field string // named where the words do not say which one is meant
	Key   string
	Args  map[string]any
}

// In writes the finding in a language: "rad 12: ..." or "rad 12, role: ...".
func (f Finding) In(l i18n.Lang) string {
	text := i18n.TMap(l, f.Key, f.Args)
	if f.Field != "" {
		return i18n.T(l, "recommendation.import_line_field", "Line", f.Line, "Field", f.Field, "Text", text)
	}
	return i18n.T(l, "recommendation.import_line", "Line", f.Line, "Text", text)
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
	// Statements are by whom, of those that are new or say something else than before.
	Statements []string `json:"statements,omitempty"`
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
	items, spoken, findings := parse(content)
	statements, more, err := s.statementsOf(ctx, spoken)
	if err != nil {
		return Imported{}, err
	}
	findings = append(findings, more...)
	standing, err := s.List(ctx, Filter{})
	if err != nil {
		return Imported{}, err
	}
	for i := range items {
		more, err := s.settleItem(ctx, &items[i], standing, statements)
		if err != nil {
			return Imported{}, fmt.Errorf("import recommendation %s: %w", items[i].Number, err)
		}
		findings = append(findings, more...)
	}
	if len(findings) > 0 {
		slices.SortStableFunc(findings, func(a, b Finding) int { return a.Line - b.Line })
		return Imported{}, &ImportError{Findings: findings}
	}
	return s.store(ctx, items, statements, standing)
}

func (s *Service) store(ctx context.Context, items []parsed, statements []expert.Entry, standing []Recommendation) (done Imported, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		done = Imported{}
		for _, e := range statements {
			if err := s.experts.Put(ctx, tx, e); err != nil {
				return fmt.Errorf("statement by %s: %w", e.Role, err)
			}
			if !e.Same() {
				done.Statements = append(done.Statements, e.By())
			}
		}
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
		if len(done.Created)+len(done.Changed)+len(done.Statements) == 0 {
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
		case e.Statement != nil: // named in Statements, if it is new
		case e.Figure.Value != nil:
			d.Figures++
		default:
			d.Withheld++
		}
	}
}

// settleItem resolves one recommendation's evidence and checks all of it.
func (s *Service) settleItem(ctx context.Context, item *parsed, standing []Recommendation, statements []expert.Entry) ([]Finding, error) {
	var findings []Finding
	for i, fe := range item.evidence {
		e, p, err := s.resolveFile(ctx, fe, statements)
		if err != nil {
			return nil, err
		}
		if p == nil && e.Statement == nil { // a statement was settled when it was found
			e.Number = i + 1
			p, err = s.settle(ctx, &e)
			if err != nil {
				return nil, err
			}
		}
		if p != nil {
			findings = append(findings, Finding{Line: item.evidenceAt[i], Key: p.Key, Args: p.Args})
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
	findings = append(findings, item.findings(item.checkFields())...)
	item.Status = Draft
	if stands {
		item.Status = old.Status
		if !old.Editable() {
			if !same(old, item.Recommendation) {
				findings = append(findings, Finding{Line: item.item, Key: "recommendation.error_decided"})
			}
		} else if item.Status != Draft && !item.Supported() {
			findings = append(findings, Finding{Line: item.item, Key: "recommendation.error_channels"})
		}
	}
	return findings, nil
}

// resolveFile turns evidence as a file names it into evidence with an id.
func (s *Service) resolveFile(ctx context.Context, fe fileEvidence, statements []expert.Entry) (Evidence, *problem, error) {
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
		return s.resolveStatement(ctx, fe, statements)
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
			f.FrozenAt, f.Wave, f.Again = nil, survey.Wave{ID: f.Wave.ID}, false
			if len(f.Codes) == 0 {
				f.Codes = nil
			}
			if len(f.Weights) == 0 {
				f.Weights = nil
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
