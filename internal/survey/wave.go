package survey

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
)

// EventWave says that a survey is put anew.
const EventWave = "survey.wave_opened"

// Wave is one time at which a survey is put: what is counted together and compared with other times. It
// asks one version; a version can be asked in many waves.
type Wave struct {
	ID        string    `db:"id"`
	SurveyID  string    `db:"survey_id"`
	Number    int       `db:"number"` // 1, 2, 3 ... within the survey
	VersionID string    `db:"survey_version_id"`
	OpenedAt  time.Time `db:"opened_at"`
}

// Waves lists the waves of a survey, newest first.
func (s *Service) Waves(ctx context.Context, surveyID string) ([]Wave, error) {
	list, err := waves(ctx, s.db, surveyID)
	if err != nil {
		return nil, fmt.Errorf("waves of survey %s: %w", surveyID, err)
	}
	return list, nil
}

// Ahead is the wave that a sending of a version would belong to now: the survey's newest, when that asks the
// same version and none is to begin, else the next, which has no id yet.
func (s *Service) Ahead(ctx context.Context, versionID string, begin bool) (Wave, error) {
	v, err := s.Version(ctx, versionID)
	if err != nil {
		return Wave{}, err
	}
	list, err := s.Waves(ctx, v.SurveyID)
	return ahead(v, list, begin), err
}

func ahead(v Version, list []Wave, begin bool) Wave {
	next := Wave{SurveyID: v.SurveyID, Number: 1, VersionID: v.ID}
	if len(list) == 0 {
		return next
	}
	if newest := list[0]; newest.VersionID == v.ID && !begin {
		return newest
	}
	next.Number = list[0].Number + 1
	return next
}

// Join is the wave of Ahead, opened now if there is none yet.
func (s *Service) Join(ctx context.Context, tx *sqlx.Tx, versionID string, begin bool) (Wave, error) {
	return s.open(ctx, tx, versionID, func(v Version, list []Wave) Wave { return ahead(v, list, begin) })
}

// JoinLate is the newest wave that asked a version, or a new one: for answers that come by no campaign.
func (s *Service) JoinLate(ctx context.Context, tx *sqlx.Tx, versionID string) (Wave, error) {
	return s.open(ctx, tx, versionID, func(v Version, list []Wave) Wave {
		for _, w := range list {
			if w.VersionID == v.ID {
				return w
			}
		}
		return ahead(v, list, true)
	})
}

// open stores the wave that is chosen if it is new. The survey is held until the transaction ends, so that
// two that open a wave at once get one number each.
func (s *Service) open(ctx context.Context, tx *sqlx.Tx, versionID string, choose func(Version, []Wave) Wave) (Wave, error) {
	v, err := s.byID(ctx, tx, versionID)
	if err != nil {
		return Wave{}, fmt.Errorf("wave of survey version %s: %w", versionID, err)
	}
	if err := lockSurvey(ctx, tx, v.SurveyID, s.now()); err != nil {
		return Wave{}, err
	}
	list, err := waves(ctx, tx, v.SurveyID)
	if err != nil {
		return Wave{}, err
	}
	w := choose(v, list)
	if w.ID != "" {
		return w, nil
	}
	w.OpenedAt = s.now()
	if w.ID, err = insertWave(ctx, tx, w); err != nil {
		return Wave{}, err
	}
	return w, audit.Record(ctx, tx, audit.Event{Name: EventWave, Subject: "survey", SubjectID: w.SurveyID,
		Detail: map[string]any{"wave": w.Number, "version": v.Number}})
}
