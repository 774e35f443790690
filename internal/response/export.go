package response

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/survey"
)

// EventExported says that somebody took out single answers: which, in what form and how many.
const EventExported = "response.exported"

// Extract is what an export of a survey holds: the responses to one version, because another
// version may have asked otherwise.
type Extract struct {
	Version survey.Version
	Count   int // submitted responses to the version
	LeftOut int // submitted responses to the survey's other versions
	// Versions are those with responses, newest first.
	Versions []survey.Version
	// Waves are those of the version that were answered, oldest first.
	Waves []survey.Wave
	// Untold tells that two of its waves received anonymous answers on the same day: the answers of such a
	// day do not tell their wave.
	Untold bool
	// Open tells that a campaign still receives answers to the version: free texts are then left out
	// unless who asks may have them, and asks for them.
	Open bool

	calendar calendar
}

// Name is the name of the file, such as "s5-version-1.csv".
func (x Extract) Name(f export.Format, raw bool) string {
	kind := ""
	switch {
	case f == export.FormatCodebook:
		kind = "-codebook"
	case raw:
		kind = "-raw"
	}
	return fmt.Sprintf("%s-version-%d%s%s", x.Version.SurveyID, x.Version.Number, kind, f.Extension())
}

// Extract tells what an export would hold. Version is its number; 0 is the newest with responses.
func (s *Service) Extract(ctx context.Context, surveyID string, version int) (Extract, error) {
	return s.extract(ctx, s.db, surveyID, version)
}

func (s *Service) extract(ctx context.Context, q sqlx.QueryerContext, surveyID string, version int) (Extract, error) {
	answered, err := numbers(ctx, q, surveyID)
	if err != nil {
		return Extract{}, fmt.Errorf("count responses of survey %s: %w", surveyID, err)
	}
	waves, err := s.surveys.Waves(ctx, surveyID)
	if err != nil {
		return Extract{}, err
	}
	counted := map[string]int{} // by version
	for _, w := range waves {
		counted[w.VersionID] += answered[w.ID]
	}
	all, err := s.surveys.List(ctx)
	if err != nil {
		return Extract{}, err
	}
	i := slices.IndexFunc(all, func(v survey.Summary) bool { return v.Latest.SurveyID == surveyID })
	if i < 0 {
		return Extract{}, fmt.Errorf("survey %s: %w", surveyID, errNoSurvey)
	}
	x := Extract{}
	for _, v := range all[i].Versions {
		n := counted[v.ID]
		if n > 0 {
			x.Versions = append(x.Versions, v)
		}
		chosen := version == v.Number || version == 0 && n > 0
		if chosen && x.Version.ID == "" {
			x.Version, x.Count = v, n
			continue
		}
		x.LeftOut += n
	}
	if x.Version.ID == "" {
		if version != 0 {
			return Extract{}, fmt.Errorf("version %d of survey %s: %w", version, surveyID, errNoVersion)
		}
		x.Version = all[i].Latest
	}
	for _, w := range slices.Backward(waves) {
		if w.VersionID == x.Version.ID && answered[w.ID] > 0 {
			x.Waves = append(x.Waves, w)
		}
	}
	if x.calendar, err = s.calendarOf(ctx, x.Version.ID); err != nil {
		return Extract{}, err
	}
	x.Untold = x.calendar.overlaps()
	x.Open, err = s.open(ctx, x.Version.ID)
	return x, err
}

// open tells whether a campaign receives answers to a version.
func (s *Service) open(ctx context.Context, versionID string) (bool, error) {
	if s.distribution == nil { // only counted from
		return false, nil
	}
	return s.distribution.Receiving(ctx, versionID)
}

var (
	errNoSurvey  = fault.New(fault.NotFound, "export.error_survey")
	errNoVersion = fault.New(fault.NotFound, "export.error_version")
)

// Export writes the submitted responses to w and tells what they were. While the survey is open their
// free texts are left out unless early says that who asks may have them. Nothing of them is written
// before the event is recorded. Count and answers are of one moment, whatever is submitted
// meanwhile. After an error what was written is not to be used.
func (s *Service) Export(ctx context.Context, surveyID string, version int, f export.Format, o export.Options, early bool, w io.Writer) (Extract, error) {
	if !slices.Contains(export.Formats, f) {
		return Extract{}, fault.New(fault.Invalid, "export.error_format")
	}
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return Extract{}, fmt.Errorf("export survey %s: %w", surveyID, postgres.Fault(err))
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	x, err := s.extract(ctx, tx, surveyID, version)
	if err != nil {
		return Extract{}, err
	}
	def, err := s.Questionnaire(ctx, x.Version.ID)
	if err != nil {
		return Extract{}, err
	}
	o.NoTexts = o.NoTexts || x.Open && !early
	for _, w := range x.Waves {
		o.Waves = append(o.Waves, export.Wave{Number: w.Number, Opened: w.OpenedAt})
	}
	o.Untold = x.Untold
	data := export.Data{Definition: def, Count: x.Count, Rows: exportRows(ctx, tx, x.Version.ID, x.told)}
	if err := export.Fits(f, data, o); err != nil {
		return Extract{}, err
	}
	if f != export.FormatCodebook { // which holds no answers
		detail := map[string]any{"format": f, "version": x.Version.Number, "responses": x.Count, "raw": o.Raw,
			"texts": !o.NoTexts, "open": x.Open}
		err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
			return audit.Record(ctx, tx, audit.Event{Name: EventExported, Subject: "survey", SubjectID: surveyID, Detail: detail})
		})
		if err != nil {
			return Extract{}, fmt.Errorf("export survey %s: %w", surveyID, err)
		}
	}
	o.Made = s.now()
	if err := export.Write(w, f, data, o); err != nil {
		return Extract{}, fmt.Errorf("export survey %s: %w", surveyID, err)
	}
	return x, nil
}
