package recommendation

import (
	"context"
	"slices"
	"strings"

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

// statementsOf settles the statements of a file.
func (s *Service) statementsOf(ctx context.Context, spoken []said) (list []expert.Entry, findings []Finding, err error) {
	for _, one := range spoken {
		e, err := s.experts.Entry(ctx, one.Statement)
		if f, ok := fault.Of(err); ok {
			findings = append(findings, one.findings(f.Fields)...)
			if len(f.Fields) == 0 {
				findings = append(findings, Finding{Line: one.item, Key: f.Key, Args: f.Args})
			}
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(list, e.Twice) {
			findings = append(findings, Finding{Line: one.item, Key: "recommendation.import_said_twice", Args: fault.Args("Expert", e.Role)})
		}
		list = append(list, e)
	}
	return list, findings, nil
}

// resolveStatement finds a standing statement, or one of the file, by the role of who made it and, where the file
// says so, by theme and words.
func (s *Service) resolveStatement(ctx context.Context, fe fileEvidence, statements []expert.Entry) (Evidence, *problem, error) {
	if fe.Meeting != "" || fe.Kind != "" || fe.Group != "" {
		return Evidence{}, wrong("recommendation.import_both"), nil
	}
	standing, err := s.experts.List(ctx, "")
	if err != nil {
		return Evidence{}, nil, err
	}
	all := make([]expert.Statement, 0, len(statements)+len(standing))
	for _, e := range statements {
		all = append(all, e.Statement)
	}
	for _, st := range standing {
		if !slices.ContainsFunc(statements, func(e expert.Entry) bool { return e.ID == st.ID }) { // the file says it anew
			all = append(all, st)
		}
	}
	for _, st := range all {
		if !st.Withdrawn && plain(st.Role) == plain(fe.Expert) && strings.Contains(plain(st.Text), plain(fe.Contains)) &&
			(fe.Theme == "" || slices.Contains(st.Themes, fe.Theme)) {
			return Evidence{Channel: Expert, Statement: &st, SourceHash: st.Hash}, nil, nil
		}
	}
	return Evidence{}, wrong("recommendation.import_statement", "Expert", fe.Expert), nil
}
