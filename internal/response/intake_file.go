package response

import (
	"bytes"
	"context"
	"io"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/survey"
)

// MaxFile is the most bytes that a file kept for a look may have.
const MaxFile = exchange.MaxBytes

// Kept is a file that waits for the word to take it in.
type Kept struct {
	ID     string
	Name   string
	Source Source
	Intake // what taking it in would do now
}

// KeepFile looks through a file with responses and, when it has no faults, keeps it for ConfirmFile.
// The id is empty when there is something to mend first.
func (s *Service) KeepFile(ctx context.Context, surveyID string, version int, source Source, name string, in io.Reader) (id string, result Intake, err error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxFile+1))
	if err != nil {
		return "", result, err
	}
	if len(data) > MaxFile {
		return "", result, fault.New(fault.Invalid, "export.read_large", "MB", MaxFile>>20)
	}
	result, err = s.Import(ctx, surveyID, version, source, bytes.NewReader(data), true)
	if err != nil || len(result.Faults) > 0 {
		return "", result, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err = keepFile(ctx, tx, keptFile{VersionID: result.Version.ID, Source: source, Name: name, File: data}, s.now())
		return err
	})
	return id, result, err
}

// KeptFile looks through a kept file again: answers may have come meanwhile.
func (s *Service) KeptFile(ctx context.Context, surveyID, id string) (Kept, error) {
	f, err := findFile(ctx, s.db, id)
	if err != nil {
		return Kept{}, err
	}
	v, err := s.versionByID(ctx, surveyID, f.VersionID)
	if err != nil {
		return Kept{}, err
	}
	result, err := s.Import(ctx, surveyID, v.Number, f.Source, bytes.NewReader(f.File), true)
	return Kept{ID: id, Name: f.Name, Source: f.Source, Intake: result}, err
}

// ConfirmFile takes a kept file in, and forgets it when it could be. A second of two who confirm reads
// the same references, which changes nothing.
func (s *Service) ConfirmFile(ctx context.Context, surveyID, id string) (Intake, error) {
	f, err := findFile(ctx, s.db, id)
	if err != nil {
		return Intake{}, err
	}
	v, err := s.versionByID(ctx, surveyID, f.VersionID)
	if err != nil {
		return Intake{}, err
	}
	result, err := s.Import(ctx, surveyID, v.Number, f.Source, bytes.NewReader(f.File), false)
	if err != nil || len(result.Faults) > 0 {
		return result, err
	}
	return result, dropFile(ctx, s.db, id)
}

// DropFile forgets a kept file.
func (s *Service) DropFile(ctx context.Context, id string) error { return dropFile(ctx, s.db, id) }

// versionByID finds a version of the survey by its id.
func (s *Service) versionByID(ctx context.Context, surveyID, id string) (survey.Version, error) {
	all, err := s.surveys.List(ctx)
	if err != nil {
		return survey.Version{}, err
	}
	for _, one := range all {
		for _, v := range one.Versions {
			if v.ID == id && v.SurveyID == surveyID {
				return v, nil
			}
		}
	}
	return survey.Version{}, errNoFile
}
