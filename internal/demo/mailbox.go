package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// letter is a caught mail as the catcher's interface gives it.
type letter struct {
	ID      string            `json:"id"`
	To      []string          `json:"to"`
	Subject string            `json:"subject"`
	Text    string            `json:"text"`
	Header  map[string]string `json:"header"`
}

var (
	surveyLink       = regexp.MustCompile(`https?://\S+/s/[\w-]+`)
	unsubscribeLink  = regexp.MustCompile(`https?://\S+/u/[\w-]+`)
	registrationLink = regexp.MustCompile(`https?://\S+/registrations/[\w-]+`)
	reportLink       = regexp.MustCompile(`https?://\S+/reports/[\w-]+`)
)

// newMail waits until so many further mails that hold the link have been caught, and returns them,
// oldest first. It gives up when none comes for a while.
func (d *Demo) newMail(ctx context.Context, link *regexp.Regexp, want int) ([]letter, error) {
	const patience = 30 * time.Second
	var found []letter
	last := time.Now()
	for len(found) < want {
		var all []letter
		if err := d.fetch(ctx, "/api/messages", &all); err != nil {
			return found, err
		}
		for _, brief := range all {
			if d.read[brief.ID] {
				continue
			}
			var full letter
			if err := d.fetch(ctx, "/api/messages/"+brief.ID, &full); err != nil {
				return found, err
			}
			d.read[brief.ID] = true
			if link.MatchString(full.Text) {
				found = append(found, full)
				last = time.Now()
			}
		}
		if len(found) >= want {
			break
		}
		if time.Since(last) > patience {
			return found, fmt.Errorf("%d mails came, %d were expected", len(found), want)
		}
		select {
		case <-ctx.Done():
			return found, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	if len(found) > want {
		return found, fmt.Errorf("%d mails came, %d were expected", len(found), want)
	}
	return found, nil
}

func (d *Demo) fetch(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.Mail+path, nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Transport: d.transport}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the mail catcher answered %s with %d", path, resp.StatusCode)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}
