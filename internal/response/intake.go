package response

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/survey"
)

// EventImported says that responses from elsewhere were read in: how many, and from where.
const EventImported = "response.imported"

// Source is how a response came.
type Source string

// The sources: a personal link, an open link, and those that an import may name.
const (
	Link      Source = "link"
	OpenLink  Source = "open"
	Paper     Source = "paper"
	Telephone Source = "telephone"
	Elsewhere Source = "other"
)

// Sources lists them in the order in which a form offers them.
var Sources = []Source{Paper, Telephone, Elsewhere}

// Intake is what reading a file does or would do. With faults it does nothing.
type Intake struct {
	Version survey.Version
	Faults  []export.Fault
	Added   int
	Same    int // read before, with the same answers
}

// Import reads responses from a file that is laid out as an export (see export.Read), CSV or a
// workbook: all of them or, with any fault, none. The same reference with the same answers is passed
// over, so a file may be read twice. Version is a number, 0 for the newest; the answers belong to its newest wave. With dry set nothing is
// stored.
func (s *Service) Import(ctx context.Context, surveyID string, version int, source Source, in io.Reader, dry bool) (Intake, error) {
	v, err := s.versionFor(ctx, surveyID, version)
	if err != nil {
		return Intake{}, err
	}
	def, err := s.Questionnaire(ctx, v.ID)
	if err != nil {
		return Intake{}, err
	}
	entries, faults, err := readEntries(in, def, export.Row{Language: i18n.Sv, Submitted: s.now().UTC()})
	if err != nil || len(faults) > 0 {
		return Intake{Version: v, Faults: faults}, err
	}
	return s.takeAll(ctx, v, def, source, entries, dry)
}

// readEntries reads CSV or, when it begins as one, a workbook.
func readEntries(in io.Reader, def *questionnaire.Definition, fallback export.Row) ([]export.Entry, []export.Fault, error) {
	buffered := bufio.NewReader(in)
	if start, _ := buffered.Peek(4); string(start) != "PK\x03\x04" {
		return export.Read(buffered, def, fallback)
	}
	data, err := io.ReadAll(io.LimitReader(buffered, exchange.MaxBytes+1))
	if err != nil {
		return nil, nil, err
	}
	return export.ReadBook("xlsx", data, def, fallback)
}

// Enter stores one response that was typed in from a sheet, under the same rules as a file of one row.
func (s *Service) Enter(ctx context.Context, surveyID string, version int, source Source, e export.Entry) (Intake, error) {
	v, err := s.versionFor(ctx, surveyID, version)
	if err != nil {
		return Intake{}, err
	}
	def, err := s.Questionnaire(ctx, v.ID)
	if err != nil {
		return Intake{}, err
	}
	e.Line = 1
	if faults := export.CheckEntry(def, &e, s.now().UTC()); len(faults) > 0 {
		return Intake{Version: v, Faults: faults}, nil
	}
	return s.takeAll(ctx, v, def, source, []export.Entry{e}, false)
}

// takeAll stores entries that have no faults of their own, all or none.
func (s *Service) takeAll(ctx context.Context, v survey.Version, def *questionnaire.Definition, source Source, entries []export.Entry, dry bool) (Intake, error) {
	result := Intake{Version: v}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		wave, err := s.surveys.JoinLate(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		for _, e := range entries {
			e.Answers = def.Clean(e.Group, e.Answers)
			if err := s.takeIn(ctx, tx, wave, &result, e, source); err != nil {
				return err
			}
		}
		switch {
		case len(result.Faults) > 0 || dry:
			return errUndo
		case result.Added == 0:
			return nil
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventImported, Subject: "survey", SubjectID: v.SurveyID,
			Detail: map[string]any{"version": v.Number, "wave": wave.Number, "source": source, "responses": result.Added}})
	})
	if err != nil && !errors.Is(err, errUndo) {
		return Intake{}, fmt.Errorf("import responses to survey %s: %w", v.SurveyID, err)
	}
	return result, nil
}

// errUndo rolls back what was tried.
var errUndo = errors.New("nothing is to be stored")

func (s *Service) takeIn(ctx context.Context, tx *sqlx.Tx, wave survey.Wave, result *Intake, e export.Entry, source Source) error {
	doc, err := json.Marshal(e.Answers)
	if err != nil {
		return err
	}
	added, same, err := insertFromElsewhere(ctx, tx, wave, e, doc, source, newReceipt(), s.now())
	switch {
	case err != nil:
		return err
	case added:
		result.Added++
	case same:
		result.Same++
	default:
		result.Faults = append(result.Faults, export.Fault{Line: e.Line, Column: export.RefColumn, Key: "export.read_changed"})
	}
	return nil
}

// versionFor finds a version of the survey by number, 0 for the newest.
func (s *Service) versionFor(ctx context.Context, surveyID string, number int) (survey.Version, error) {
	all, err := s.surveys.List(ctx)
	if err != nil {
		return survey.Version{}, err
	}
	for _, one := range all {
		if one.Latest.SurveyID != surveyID {
			continue
		}
		if number == 0 {
			return one.Latest, nil
		}
		for _, v := range one.Versions {
			if v.Number == number {
				return v, nil
			}
		}
		return survey.Version{}, fmt.Errorf("version %d of survey %s: %w", number, surveyID, errNoVersion)
	}
	return survey.Version{}, fmt.Errorf("survey %s: %w", surveyID, errNoSurvey)
}
