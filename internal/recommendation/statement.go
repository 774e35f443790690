package recommendation

import (
	"context"

	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
)

// statements are the experts' statements by id.
func (s *Service) statements(ctx context.Context) (map[string]expert.Statement, error) {
	list, err := s.experts.List(ctx, "")
	if err != nil {
		return nil, err
	}
	byID := make(map[string]expert.Statement, len(list))
	for _, st := range list {
		byID[st.ID] = st
	}
	return byID, nil
}

// standOn takes the statement's words, if it still says what was cited and has not been withdrawn.
func (e *Evidence) standOn(now expert.Statement) {
	if now.Hash == e.SourceHash && !now.Withdrawn {
		*e.Statement, e.Stale, e.StaleReason = now, false, ""
		return
	}
	e.Stale, e.StaleReason = true, ReasonSource
}

func (s *Service) settleStatement(ctx context.Context, e *Evidence) (*problem, error) {
	now, err := s.experts.Find(ctx, e.Statement.ID)
	if fault.Is(err, fault.NotFound) || err == nil && now.Withdrawn {
		return wrong("recommendation.cite_statement"), nil
	}
	if err != nil {
		return nil, err
	}
	e.Statement, e.SourceHash, e.Channel = &now, now.Hash, Expert
	return nil, nil
}
