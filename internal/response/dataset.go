package response

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/questionnaire"
)

// shelf keeps the submitted answers of each survey ready to be counted. Several processes share one
// database, so nothing is taken on trust: every look asks the database what has changed since the last.
type shelf struct {
	mu   sync.Mutex
	kept map[string]*kept // by survey id
}

// kept is the answers to one survey and how far they follow the database.
type kept struct {
	busy     chan struct{}                // holds one token while somebody brings it up to date
	position string                       // see position; empty before the first load
	data     map[string]counted           // by wave
	shown    map[string]*analysis.Dataset // snapshots, none of a dataset that has changed since
	sums     map[string]string            // of anonymous campaigns: see ballotSums
	ballots  map[string]map[string]ballotOf
}

// counted is the answers of a wave, and what reads those that come.
type counted struct {
	*analysis.Dataset
	reader *questionnaire.AnswerReader
}

// ballotOf is an anonymous response as it was last read.
type ballotOf struct {
	revision int
	wave     string
}

func (s *shelf) of(surveyID string) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[surveyID]
	if k == nil {
		k = &kept{busy: make(chan struct{}, 1)}
		s.kept[surveyID] = k
	}
	return k
}

// Datasets returns the submitted answers to a survey by the id of the wave, as they are in the database now; a
// wave that nobody has answered is absent. They never change: who wants to see what comes later asks
// again, which costs little when little has changed.
func (s *Service) Datasets(ctx context.Context, surveyID string) (map[string]*analysis.Dataset, error) {
	k := s.shelf.of(surveyID)
	select {
	case k.busy <- struct{}{}:
		defer func() { <-k.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Who goes away leaves a finished job for the next one.
	err := asOf(context.WithoutCancel(ctx), s.db, func(tx *sqlx.Tx) error {
		return s.follow(context.WithoutCancel(ctx), tx, surveyID, k)
	})
	if err != nil {
		k.position = "" // half done: begin anew
		return nil, fmt.Errorf("answers to survey %s: %w", surveyID, err)
	}
	for wave, d := range k.data {
		switch {
		case d.Len() == 0:
			delete(k.shown, wave)
		case k.shown[wave] == nil:
			k.shown[wave] = d.Snapshot()
		}
	}
	return maps.Clone(k.shown), nil
}

// Answered are how many submitted responses each wave of a survey has; a wave that nobody has answered is absent.
func (s *Service) Answered(ctx context.Context, surveyID string) (map[string]int, error) {
	counts, err := numbers(ctx, s.db, surveyID)
	if err != nil {
		return nil, fmt.Errorf("count responses of survey %s: %w", surveyID, err)
	}
	return counts, nil
}

// follow brings the answers to where tx sees the database.
func (s *Service) follow(ctx context.Context, tx *sqlx.Tx, surveyID string, k *kept) error {
	reached, err := position(ctx, tx)
	if err != nil {
		return err
	}
	put := func(c change) error { return s.put(ctx, k, c) }
	if k.position == "" {
		k.data, k.shown = map[string]counted{}, map[string]*analysis.Dataset{}
		k.ballots = map[string]map[string]ballotOf{}
		if err = s.prepare(ctx, tx, surveyID, k); err != nil {
			return err
		}
		if err = submitted(ctx, tx, surveyID, put); err == nil {
			k.sums, err = ballotSums(ctx, tx, surveyID)
		}
	} else if err = changedSince(ctx, tx, surveyID, k.position, put); err == nil {
		err = s.followBallots(ctx, tx, surveyID, k)
	}
	k.position = reached
	return err
}

// prepare makes a dataset for each wave that was answered, with room for its responses.
func (s *Service) prepare(ctx context.Context, tx *sqlx.Tx, surveyID string, k *kept) error {
	counts, err := numbers(ctx, tx, surveyID)
	if err != nil {
		return err
	}
	waves, err := s.surveys.Waves(ctx, surveyID)
	if err != nil {
		return err
	}
	for _, w := range waves {
		n := counts[w.ID]
		if n == 0 {
			continue
		}
		d, err := s.dataset(ctx, k, w.ID, w.VersionID)
		if err != nil {
			return err
		}
		d.Reserve(n)
	}
	return nil
}

// dataset is the one that a wave's answers go to.
func (s *Service) dataset(ctx context.Context, k *kept, wave, version string) (counted, error) {
	d, ok := k.data[wave]
	if !ok {
		def, err := s.Questionnaire(ctx, version)
		if err != nil {
			return counted{}, err
		}
		d = counted{analysis.NewDataset(def), questionnaire.NewAnswerReader(def)}
		k.data[wave] = d
	}
	return d, nil
}

// followBallots looks for anonymous campaigns whose responses have changed, and reads those again that did.
func (s *Service) followBallots(ctx context.Context, tx *sqlx.Tx, surveyID string, k *kept) error {
	sums, err := ballotSums(ctx, tx, surveyID)
	if err != nil {
		return err
	}
	for id := range k.ballots {
		if _, ok := sums[id]; !ok {
			sums[id] = "" // none is left
		}
	}
	for campaign, sum := range sums {
		if k.sums[campaign] == sum {
			continue
		}
		now, err := ballotRevisions(ctx, tx, surveyID, campaign)
		if err != nil {
			return err
		}
		var again []string
		for id, revision := range now {
			if k.ballots[campaign][id].revision != revision {
				again = append(again, id)
			}
		}
		for id, was := range k.ballots[campaign] {
			if _, ok := now[id]; !ok {
				k.remove(was.wave, id)
				delete(k.ballots[campaign], id)
			}
		}
		for ids := range slices.Chunk(again, 1000) {
			if err := submittedByID(ctx, tx, ids, func(c change) error { return s.put(ctx, k, c) }); err != nil {
				return err
			}
		}
	}
	k.sums = sums
	return nil
}

// put takes one change in.
func (s *Service) put(ctx context.Context, k *kept, c change) error {
	if !c.Counts {
		if c.WaveID != "" {
			k.remove(c.WaveID, c.ID)
			return nil
		}
		for wave := range k.data {
			k.remove(wave, c.ID)
		}
		return nil
	}
	if c.CampaignID != "" {
		if k.ballots[c.CampaignID] == nil {
			k.ballots[c.CampaignID] = map[string]ballotOf{}
		}
		k.ballots[c.CampaignID][c.ID] = ballotOf{c.Revision, c.WaveID}
	}
	d, err := s.dataset(ctx, k, c.WaveID, c.VersionID)
	if err != nil {
		return err
	}
	answers, err := d.reader.Read(c.Answers)
	if err != nil {
		return fmt.Errorf("read answers of response %s: %w", c.ID, err)
	}
	delete(k.shown, c.WaveID)
	return d.PutList(c.ID, c.Group, answers)
}

func (k *kept) remove(wave, id string) {
	if d, ok := k.data[wave]; ok && d.Remove(id) {
		delete(k.shown, wave)
	}
}
