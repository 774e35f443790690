package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
)

// Names of the audit events of drafts. Single edits are not events: the states keep them.
const (
	EventDraftCreated  = "survey.draft_created"
	EventDraftTested   = "survey.draft_tested"
	EventDraftRemoved  = "survey.draft_removed"
	EventDraftRestored = "survey.draft_restored"
)

// keptStates is how many changes can be undone, and keptRemoved how long a removed draft can be taken back.
const (
	keptStates  = 200
	keptRemoved = 30 * 24 * time.Hour
)

// sentence is how long what one person writes in one part counts as one change.
const sentence = time.Minute

// Draft is a questionnaire under work as it stands.
type Draft struct {
	ID        string
	SurveyID  string
	Revision  int // number of the state; an edit names the one that its author saw
	ChangedBy string
	ChangedAt time.Time
	CanUndo   bool
	CanRedo   bool
	VersionID string // the version that was last made of it; empty for none
	Version   int    // its number
	Tested    bool   // that version is what stands here now
	Locked    bool   // that version has gone out; the draft is the next one
	RemovedAt *time.Time
	Content   authoring.Draft
}

// Stale is why an edit was refused: somebody else has written over the same part meanwhile.
type Stale struct {
	By      string
	At      time.Time
	Current Draft // as the other left it
	fault   *fault.Fault
}

func (e *Stale) Error() string { return e.fault.Error() }

// Unwrap makes it a fault of kind Conflict for whoever does not look closer.
func (e *Stale) Unwrap() error { return e.fault }

// CreateDraft begins work on a questionnaire. A survey has at most one draft.
func (s *Service) CreateDraft(ctx context.Context, content authoring.Draft) (Draft, error) {
	var id string
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if id, err = s.insertDraft(ctx, tx, content, audit.ActorOf(ctx).Name); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventDraftCreated, Subject: "survey_draft", SubjectID: id,
			Detail: map[string]any{"survey": content.ID}})
	})
	if err != nil {
		return Draft{}, fmt.Errorf("create draft of survey %s: %w", content.ID, err)
	}
	return s.Draft(ctx, id)
}

// Draft finds a draft as it stands.
func (s *Service) Draft(ctx context.Context, id string) (Draft, error) {
	d, err := findDraft(ctx, s.db, id, false)
	if err != nil {
		return Draft{}, fmt.Errorf("survey draft %s: %w", id, err)
	}
	return d, nil
}

// Drafts lists the drafts, the one that was changed last first. Removed ones that can be taken back are
// among them.
func (s *Service) Drafts(ctx context.Context) ([]Draft, error) {
	list, err := s.listDrafts(ctx)
	if err != nil {
		return nil, fmt.Errorf("list survey drafts: %w", err)
	}
	return list, nil
}

// Edit applies an edit that its author made on the revision he saw. Edits of different parts by
// different people go together; a part that somebody else has written over meanwhile is refused with
// *Stale, and nothing is changed.
func (s *Service) Edit(ctx context.Context, id string, revision int, e authoring.Edit) (Draft, error) {
	return s.edit(ctx, id, revision, e, false)
}

// Type is Edit for what is saved while its author is still writing: it is one change with what the same
// person typed in the same part just before.
func (s *Service) Type(ctx context.Context, id string, revision int, e authoring.Edit) (Draft, error) {
	return s.edit(ctx, id, revision, e, e.Over() != "")
}

func (s *Service) edit(ctx context.Context, id string, revision int, e authoring.Edit, typed bool) (Draft, error) {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		d, err := findDraft(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if err := s.checkRename(ctx, tx, d, e); err != nil {
			return err
		}
		if e.Over() != "" && revision != d.Revision {
			if err := s.checkStale(ctx, tx, d, revision, e); err != nil {
				return err
			}
		}
		next, err := d.Content.Apply(e)
		if err != nil {
			return err
		}
		if same(d.Content, next) {
			return nil
		}
		return s.addState(ctx, tx, d, next, change{unit: e.Over(), typed: typed})
	})
	if err != nil {
		return Draft{}, fmt.Errorf("edit survey draft %s: %w", id, err)
	}
	return s.Draft(ctx, id)
}

// checkRename refuses to rename a question that has been sent out: answers come with its id.
func (s *Service) checkRename(ctx context.Context, tx *sqlx.Tx, d Draft, e authoring.Edit) error {
	rename, ok := e.(authoring.RenameQuestion)
	if !ok || rename.ID == rename.To {
		return nil
	}
	versions, err := s.sent(ctx, tx, d.SurveyID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		for _, id := range []string{rename.ID, rename.To} {
			if _, asked := v.Definition.Question(id); asked {
				return fault.InvalidFields("authoring.error_form", fault.Field{Name: "id", Key: "authoring.error_question_id_used",
					Args: map[string]any{"ID": id, "Version": v.Number}})
			}
		}
	}
	return nil
}

// checkStale refuses when the part that the edit writes over is not what its author saw.
func (s *Service) checkStale(ctx context.Context, tx *sqlx.Tx, d Draft, revision int, e authoring.Edit) error {
	seen, err := stateContent(ctx, tx, d.ID, revision)
	if err != nil {
		return err
	}
	if string(part(seen, e.Over())) == string(part(d.Content, e.Over())) {
		return nil
	}
	by, at, err := lastChange(ctx, tx, d.ID, revision, e.Over())
	if err != nil {
		return err
	}
	return &Stale{By: by, At: at, Current: d, fault: fault.New(fault.Conflict, "authoring.error_stale", "Name", by)}
}

// part is the unit of a draft in a form that can be compared.
func part(d authoring.Draft, unit string) []byte {
	data, err := json.Marshal(d.Part(unit))
	if err != nil {
		panic("survey: a draft that is not JSON: " + err.Error())
	}
	return data
}

func same(a, b authoring.Draft) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Undo takes back the latest change, Redo makes it again. Without one they change nothing.
func (s *Service) Undo(ctx context.Context, id string) (Draft, error) {
	return s.step(ctx, id, undoDraft)
}

// Redo makes the change again that was last taken back.
func (s *Service) Redo(ctx context.Context, id string) (Draft, error) {
	return s.step(ctx, id, redoDraft)
}

func (s *Service) step(ctx context.Context, id string, move func(context.Context, sqlx.ExecerContext, string) error) (Draft, error) {
	if _, err := s.Draft(ctx, id); err != nil {
		return Draft{}, err
	}
	if err := move(ctx, s.db, id); err != nil {
		return Draft{}, fmt.Errorf("survey draft %s: %w", id, err)
	}
	return s.Draft(ctx, id)
}

// Problematic says that a draft cannot be asked yet, and why.
type Problematic struct {
	Problems []authoring.Problem
	fault    *fault.Fault
}

func (e *Problematic) Error() string { return e.fault.Error() }

// Unwrap makes it a fault of kind Invalid for whoever does not look closer.
func (e *Problematic) Unwrap() error { return e.fault }

// Test makes a version of the draft as it stands: it can be previewed, sent to oneself, and is locked
// when a campaign goes out with it. With something missing it is refused with *Problematic.
func (s *Service) Test(ctx context.Context, id string) (Version, error) {
	d, err := s.Draft(ctx, id)
	if err != nil {
		return Version{}, err
	}
	def, problems := d.Content.Compile()
	if len(problems) > 0 {
		return Version{}, fmt.Errorf("test survey draft %s: %w", id, &Problematic{Problems: problems,
			fault: fault.New(fault.Invalid, "authoring.error_problems", "Count", len(problems))})
	}
	v, _, err := s.Register(ctx, def, draftSource)
	if err != nil {
		return Version{}, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := markTested(ctx, tx, d, v.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventDraftTested, Subject: "survey_draft", SubjectID: id,
			Detail: map[string]any{"survey": d.SurveyID, "version": v.Number}})
	})
	if err != nil {
		return Version{}, fmt.Errorf("test survey draft %s: %w", id, err)
	}
	return v, nil
}

// draftSource is what stands as the source of a version that was made in the editor.
const draftSource = "editor"

// RemoveDraft throws the draft away; for some time it can be taken back. Versions made of it stay.
func (s *Service) RemoveDraft(ctx context.Context, id string) error {
	d, err := s.Draft(ctx, id)
	if err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := forgetDrafts(ctx, tx, s.now().Add(-keptRemoved)); err != nil {
			return err
		}
		now := s.now()
		if err := setRemoved(ctx, tx, id, &now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventDraftRemoved, Subject: "survey_draft", SubjectID: id,
			Detail: map[string]any{"survey": d.SurveyID}})
	})
	if err != nil {
		return fmt.Errorf("remove survey draft %s: %w", id, err)
	}
	return nil
}

// RestoreDraft takes a removed draft back, unless another has begun of the same survey.
func (s *Service) RestoreDraft(ctx context.Context, id string) (Draft, error) {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := setRemoved(ctx, tx, id, nil); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventDraftRestored, Subject: "survey_draft", SubjectID: id})
	})
	if err != nil {
		return Draft{}, fmt.Errorf("restore survey draft %s: %w", id, err)
	}
	return s.Draft(ctx, id)
}

// Edition finds a version of a survey by its number.
func (s *Service) Edition(ctx context.Context, surveyID string, number int) (Version, error) {
	id, err := s.versionID(ctx, surveyID, number)
	if err != nil {
		return Version{}, fmt.Errorf("version %d of survey %s: %w", number, surveyID, err)
	}
	return s.Version(ctx, id)
}

// Compare tells how two versions of a survey differ.
func (s *Service) Compare(ctx context.Context, surveyID string, from, to int) ([]authoring.Change, error) {
	var defs [2]*questionnaire.Definition
	for i, number := range []int{from, to} {
		v, err := s.Edition(ctx, surveyID, number)
		if err != nil {
			return nil, err
		}
		defs[i] = v.Definition
	}
	return authoring.Compare(defs[0], defs[1]), nil
}
