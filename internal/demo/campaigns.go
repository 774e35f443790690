package demo

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// makeCampaign fills in the form for a new mailing to all groups and returns its address on the site.
func (d *Demo) makeCampaign(ctx context.Context, area int) (string, error) {
	p, err := d.open(ctx, "/team/campaigns/new")
	if err != nil {
		return "", err
	}
	f, err := p.formTo("/team/campaigns")
	if err != nil {
		return "", err
	}
	version := f.control("version_id")
	if version == nil || len(version.options) < area-4 {
		return "", fmt.Errorf("the form offers no questionnaire of area %d", area)
	}
	for i, label := range version.labels {
		if strings.Contains(label, "s"+strconv.Itoa(area)) || strings.Contains(label, titles[area]) {
			f.values.Set("version_id", version.options[i])
		}
	}
	f.values.Set("name", "Område "+strconv.Itoa(area)+", alla grupper")
	p, err = d.team.submit(ctx, f, "")
	if err != nil {
		return "", err
	}
	return p.at.Path, nil
}

var titles = map[int]string{5: "Nya lösningar", 6: "Miljöhänsyn", 7: "Socialt ansvar"}

var firstNumber = regexp.MustCompile(`\d+`)

// told is the number in the sentence that a page shows after an act.
func told(p *page) (int, error) {
	for n := range p.root.Descendants() {
		if hasClass(n, "flash") {
			return strconv.Atoi(firstNumber.FindString(textOf(n)))
		}
	}
	return 0, fmt.Errorf("%s says nothing of what was done", p.at.Path)
}

// launchCampaign previews, launches and returns how many invitations the page says there are.
func (d *Demo) launchCampaign(ctx context.Context, path string) (int, error) {
	p, err := d.press(ctx, path+"/preview", "/launch", nil)
	if err != nil {
		return 0, err
	}
	return told(p)
}

func (d *Demo) remindCampaign(ctx context.Context, path string) (int, error) {
	p, err := d.press(ctx, path, "/remind", nil)
	if err != nil {
		return 0, err
	}
	return told(p)
}

func (d *Demo) close(ctx context.Context) error {
	for _, c := range d.campaigns {
		if _, err := d.press(ctx, c.id, "/close", nil); err != nil {
			return err
		}
	}
	return nil
}
