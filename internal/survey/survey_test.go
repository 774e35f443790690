package survey_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

// shipped loads the first questionnaire afresh, so that a test may change it.
func shipped(t *testing.T) *questionnaire.Definition {
	t.Helper()
	list, findings, err := questionnaire.Load(surveys.Files, surveys.Names[0])
	if err != nil || len(list) != 1 {
		t.Fatal(err, findings)
	}
	return list[0]
}

func register(t *testing.T, s *survey.Service, d *questionnaire.Definition) (survey.Version, bool) {
	t.Helper()
	v, created, err := s.Register(context.Background(), d, "s5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return v, created
}

func TestAChangedFileMakesANewVersionAndTheSameNone(t *testing.T) {
	db := testkit.DB(t)
	s := survey.New(db, noon)
	first, created := register(t, s, shipped(t))
	if !created || first.Number != 1 || !first.CreatedAt.Equal(noon()) {
		t.Fatalf("first is %+v", first)
	}
	again, created := register(t, s, shipped(t))
	if created || again.ID != first.ID {
		t.Errorf("the same file made version %d", again.Number)
	}
	changed := shipped(t)
	changed.Title.Sv += "?"
	second, created := register(t, s, changed)
	if !created || second.Number != 2 {
		t.Errorf("second is %+v", second)
	}

	// Another process has nothing in memory.
	other := survey.New(db, noon)
	back, err := other.Version(context.Background(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shipped(t), back.Definition, cmpopts.IgnoreUnexported(questionnaire.Definition{})); diff != "" {
		t.Errorf("storing changed the questionnaire (-before +after):\n%s", diff)
	}
	if latest, err := other.Latest(context.Background(), "s5"); err != nil || latest.ID != second.ID {
		t.Errorf("latest is %+v, %v", latest, err)
	}
	list, err := other.List(context.Background())
	if err != nil || len(list) != 1 || len(list[0].Versions) != 2 || list[0].Latest.Number != 2 {
		t.Errorf("list is %+v, %v", list, err)
	}
	var events int
	if err := db.Get(&events, `SELECT count(*) FROM audit_event WHERE event = $1`, survey.EventRegistered); err != nil || events != 2 {
		t.Errorf("%d events, %v", events, err)
	}
}

func TestTheDatabaseItselfRefusesToChangeAVersion(t *testing.T) {
	db := testkit.DB(t)
	s := survey.New(db, noon)
	v, _ := register(t, s, shipped(t))
	lock := func() error {
		return postgres.InTx(context.Background(), db, func(tx *sqlx.Tx) error {
			return s.Lock(context.Background(), tx, v.ID)
		})
	}
	for range 2 {
		if err := lock(); err != nil {
			t.Fatal(err)
		}
	}
	locked, err := s.Version(context.Background(), v.ID)
	if err != nil || locked.LockedAt == nil || !locked.LockedAt.Equal(noon()) {
		t.Errorf("locked is %+v, %v", locked.LockedAt, err)
	}
	for _, statement := range []string{
		`UPDATE survey_version SET definition = '{}'`,
		`UPDATE survey_version SET number = 9`,
		`UPDATE survey_version SET hash = repeat('0', 64)`,
		`UPDATE survey_version SET locked_at = NULL`,
		`DELETE FROM survey_version`,
	} {
		_, err := db.Exec(statement)
		if err = postgres.Fault(err); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	s := survey.New(testkit.DB(t), noon)
	for _, id := range []string{"", "s5", "8f14e45f-ceea-467f-a9d6-0c5a3e0b8d11"} {
		if _, err := s.Version(context.Background(), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("version %q: %v", id, err)
		}
		if _, err := s.Definition(context.Background(), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("definition %q: %v", id, err)
		}
		if _, err := s.Latest(context.Background(), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("latest %q: %v", id, err)
		}
	}
}

func TestRegistrationsAtOnceGetNumbersOfTheirOwn(t *testing.T) {
	db := testkit.DB(t)
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for i := range 8 {
		d := shipped(t)
		d.Intro = i18n.Text{Sv: string(rune('a' + i/2)), En: "x"} // four contents, each twice
		wg.Go(func() {
			_, _, err := survey.New(db, noon).Register(context.Background(), d, "s5.yaml")
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	list, err := survey.New(db, noon).List(context.Background())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	n := len(list[0].Versions)
	if n < 4 || n > 8 || list[0].Latest.Number != n {
		t.Errorf("%d versions, the latest number %d", n, list[0].Latest.Number)
	}
}

func TestAWaveAsksOneVersionAndIsBegunOnlyWhenItIsToBe(t *testing.T) {
	db, clock := testkit.DB(t), testkit.Clock(noon())
	s := survey.New(db, clock.Now)
	d := shipped(t)
	first, _ := register(t, s, d)
	d.Title.Sv += " igen"
	second, _ := register(t, s, d)
	for i, step := range []struct {
		version string
		begin   bool
		late    bool
		want    int
	}{
		{version: first.ID, want: 1},
		{version: first.ID, want: 1}, // an extra mailing
		{version: first.ID, begin: true, want: 2},
		{version: second.ID, want: 3}, // a changed survey
		{version: second.ID, want: 3},
		{version: first.ID, late: true, want: 2}, // paper of before: the newest wave that asked it
		{version: first.ID, want: 4},
		{version: second.ID, late: true, want: 3},
	} {
		clock.Advance(time.Hour)
		ahead, err := s.Ahead(t.Context(), step.version, step.begin)
		if err != nil || !step.late && ahead.Number != step.want {
			t.Errorf("step %d: %d is ahead, want %d (%v)", i, ahead.Number, step.want, err)
		}
		var w survey.Wave
		err = postgres.InTx(t.Context(), db, func(tx *sqlx.Tx) (err error) {
			if step.late {
				w, err = s.JoinLate(t.Context(), tx, step.version)
			} else {
				w, err = s.Join(t.Context(), tx, step.version, step.begin)
			}
			return err
		})
		if err != nil || w.Number != step.want || w.VersionID != step.version || w.ID == "" {
			t.Errorf("step %d: %+v, want wave %d (%v)", i, w, step.want, err)
		}
	}
	list, err := s.Waves(t.Context(), d.ID)
	if err != nil || len(list) != 4 || list[0].Number != 4 || !list[0].OpenedAt.After(list[3].OpenedAt) {
		t.Errorf("%+v, %v", list, err)
	}
}
