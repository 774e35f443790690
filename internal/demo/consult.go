package demo

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	ballotLink = regexp.MustCompile(`https?://\S+/c/[\w-]+`)
	ballotItem = regexp.MustCompile(`/c/[\w-]+/\d+$`)
	letterSent = regexp.MustCompile(`(\d+) brev`)
)

// panelGroups are those that the demonstration asks, and panelSize how many of each.
var panelGroups = []string{"procurer", "politician", "business"}

const (
	panelSize  = 10
	panelItems = 3
)

// consult tries some of the drafts with a panel of three groups: one round by mail, proposals that are
// answered, and an account in the report. With too few people in the register there is no panel.
func (d *Demo) consult(ctx context.Context) error {
	addresses := d.panel()
	if len(addresses) < len(panelGroups)*panelSize {
		d.note("too few people for a panel")
		return nil
	}
	list, err := d.open(ctx, "/team/consultations")
	if err != nil {
		return err
	}
	f, err := list.formTo("/team/consultations")
	if err != nil {
		return err
	}
	f.values.Set("name", "Remiss om utkasten")
	f.values["groups"] = panelGroups
	f.values.Set("addresses", strings.Join(addresses, "\n"))
	f.values.Set("method", "threshold")
	f.values.Set("min_base", "7")
	planned, err := d.team.submit(ctx, f, "")
	if err != nil {
		return err
	}
	letters, err := d.openRound(ctx, planned)
	if err != nil {
		return err
	}
	for i, l := range letters {
		if err := d.rateAll(ctx, ballotLink.FindString(l.Text), i); err != nil {
			return err
		}
	}
	path := planned.at.Path
	if _, err := d.press(ctx, path, "/close", nil); err != nil {
		return err
	}
	if err := d.answerProposals(ctx, path); err != nil {
		return err
	}
	if _, err := d.press(ctx, path, "/conclude", nil); err != nil {
		return err
	}
	d.note("a panel of %d gave %d ratings", len(letters), d.seen.Rated)
	return nil
}

// panel chooses addresses of those who have one role.
func (d *Demo) panel() []string {
	left := map[string]int{}
	var list []string
	for _, address := range slices.Sorted(maps.Keys(d.people)) {
		group := d.people[address]
		if slices.Contains(panelGroups, group) && left[group] < panelSize {
			left[group]++
			list = append(list, address)
		}
	}
	return list
}

// openRound looks at the preview, opens the round and returns the letters.
func (d *Demo) openRound(ctx context.Context, planned *page) ([]letter, error) {
	f, err := planned.formTo("/open")
	if err != nil {
		return nil, err
	}
	query := url.Values{"closes": {time.Now().AddDate(0, 0, 14).Format(time.DateOnly)}}
	items := f.control("items").options
	for i := range min(panelItems, len(items)) {
		query.Add("items", items[i*len(items)/panelItems])
	}
	preview, err := d.open(ctx, planned.at.Path+"/open?"+query.Encode())
	if err != nil {
		return nil, err
	}
	if f, err = preview.formTo("/open"); err != nil {
		return nil, err
	}
	f.values["items"] = query["items"]
	opened, err := d.team.submit(ctx, f, "")
	if err != nil {
		return nil, err
	}
	m := letterSent.FindStringSubmatch(textOf(opened.root))
	if m == nil {
		return nil, fmt.Errorf("%s does not say how many letters there are", opened.at.Path)
	}
	want, err := strconv.Atoi(m[1])
	if err != nil {
		return nil, err
	}
	letters, err := d.newMail(ctx, ballotLink, want)
	d.seen.Letters["consultation"] += len(letters)
	return letters, err
}

// What the panel says: most agree and find the drafts important, and differ about whether they can be done.
var (
	agreement   = []string{"8", "7", "9", "8", "7", "6", "8", "9", "7", "4"}
	importance  = []string{"9", "8", "7", "8", "9", "7", "6", "8", "7", "9"}
	feasibility = []string{"7", "4", "6", "8", "3", "7", "5", "7", "8", "2"}
	remarks     = []string{
		"Vi gör redan något liknande, men utan stöd från ledningen.",
		"För ett litet företag är det tiden som avgör, inte viljan.",
		"Det måste följas upp, annars blir det bara ord.",
	}
)

// rateAll follows a personal link and answers each recommendation as somebody would, the nth of the panel.
func (d *Demo) rateAll(ctx context.Context, link string, n int) error {
	b := newBrowser(d.transport, "sv")
	ballot, err := b.get(ctx, link)
	if err != nil {
		return err
	}
	items := slices.DeleteFunc(distinct(ballot.links("/c/")), func(a string) bool { return !ballotItem.MatchString(a) })
	for i, address := range items {
		p, err := b.get(ctx, address)
		if err != nil {
			return err
		}
		f, err := p.formTo("/" + strconv.Itoa(i+1))
		if err != nil {
			return err
		}
		at := (n*3 + i*7) % len(agreement)
		f.values.Set("agreement", agreement[at])
		f.values.Set("importance", importance[(at+n)%len(importance)])
		f.values.Set("feasibility", feasibility[(at+2*n)%len(feasibility)])
		if n%7 == 0 {
			f.values.Set("comment", remarks[(n/7+i)%len(remarks)])
		}
		if n == 4 && i == 0 {
			f.values.Set("proposal", "Skriv att kommunen bör pröva frågan innan den beslutar.")
		}
		if n == 9 && i == 1 {
			f.values.Set("reservation", "Vi ser behovet, men kostnaden för de minsta kommunerna är inte belyst.")
			f.values.Set("signed_as", "Påhittad kommun, upphandlingsenheten")
		}
		if _, err := b.submit(ctx, f, ""); err != nil {
			return err
		}
		d.seen.Rated++
	}
	return nil
}

// answerProposals writes what became of each proposal.
func (d *Demo) answerProposals(ctx context.Context, path string) error {
	p, err := d.open(ctx, path+"/proposals")
	if err != nil {
		return err
	}
	for _, f := range p.forms() {
		if !strings.Contains(f.action.Path, "/proposals/") {
			continue
		}
		f.values.Set("outcome", "partly")
		f.values.Set("summary.sv", "Att frågan prövas innan kommunen beslutar.")
		f.values.Set("summary.en", "That the matter is considered before the municipality decides.")
		f.values.Set("answer.sv", "Det första steget är nu att pröva frågan. Beslutet står kvar, så att ansvaret är tydligt.")
		f.values.Set("answer.en", "The first step is now to consider the matter. The decision stands, so that responsibility is clear.")
		if _, err := d.team.submit(ctx, f, ""); err != nil {
			return err
		}
	}
	return nil
}
