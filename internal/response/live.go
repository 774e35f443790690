package response

import (
	"context"
	"sync"
	"time"

	"upphandlingsdialog/internal/distribution"
)

// liveAge is for how long all who watch a campaign see the same counting of it.
const liveAge = 10 * time.Second

// watch keeps the last counting of each campaign for those who watch.
type watch struct {
	turn sync.Mutex // one counting at a time
	last map[string]watched
}

type watched struct {
	campaign distribution.Campaign
	status   distribution.Status
}

// Live is a campaign with its status as it was at most ten seconds ago. However many watch, the
// database counts once in that time.
func (s *Service) Live(ctx context.Context, campaignID string) (distribution.Campaign, distribution.Status, error) {
	w := &s.watch
	w.turn.Lock()
	defer w.turn.Unlock()
	now := s.now()
	if l, ok := w.last[campaignID]; ok {
		if age := now.Sub(l.status.At); age >= 0 && age < liveAge {
			return l.campaign, l.status, nil
		}
	}
	c, err := s.distribution.Find(ctx, campaignID)
	if err != nil {
		return distribution.Campaign{}, distribution.Status{}, err
	}
	st, err := s.Status(ctx, c)
	if err != nil {
		return distribution.Campaign{}, distribution.Status{}, err
	}
	for id, l := range w.last {
		if now.Sub(l.status.At) > time.Hour { // nobody has watched it lately
			delete(w.last, id)
		}
	}
	w.last[campaignID] = watched{c, st}
	return c, st, nil
}
