package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"upphandlingsdialog/internal/sample"
)

// importNotes brings in the notes of the meetings from files, then approves some quotes by hand.
func (d *Demo) importNotes(ctx context.Context) error {
	for _, m := range sample.Meetings(time.Now()) {
		file, err := d.write("meetings/"+m.Name, m.Body)
		if err != nil {
			return err
		}
		if _, err := d.command(ctx, "", "notes", "import", file); err != nil {
			return err
		}
		d.seen.Meetings++
	}
	approved, err := d.approveQuotes(ctx)
	d.note("%d meetings, %d quotes approved", d.seen.Meetings, approved)
	return err
}

// approveQuotes opens every meeting and approves what it offers for approval, as it stands.
func (d *Demo) approveQuotes(ctx context.Context) (int, error) {
	list, err := d.open(ctx, "/team/meetings")
	if err != nil {
		return 0, err
	}
	n := 0
	for _, meeting := range distinct(list.links("/team/meetings/")) {
		p, err := d.team.get(ctx, meeting)
		if err != nil {
			return n, err
		}
		for _, f := range p.forms() {
			if !strings.HasSuffix(f.action.Path, "/approve") {
				continue
			}
			if _, err := d.team.submit(ctx, f, ""); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func distinct(links []string) []string {
	seen := map[string]bool{}
	var list []string
	for _, l := range links {
		if !seen[l] && !strings.HasSuffix(l, "/new") {
			seen[l] = true
			list = append(list, l)
		}
	}
	return list
}

var quartersInYear = regexp.MustCompile(`(?m)^ +quarters: (\d+)$`)

// holdSeminars imports the year, of which some seminars have been held, and lets three people
// register for a coming one over the public calendar.
func (d *Demo) holdSeminars(ctx context.Context) error {
	year, err := sample.SeminarYear(time.Now())
	if err != nil {
		return err
	}
	file, err := d.write("seminars.yaml", year)
	if err != nil {
		return err
	}
	if _, err := d.command(ctx, "", "seminar", "import", file); err != nil {
		return err
	}
	for _, m := range quartersInYear.FindAllStringSubmatch(string(year), -1) {
		n, _ := strconv.Atoi(m[1]) // digits
		d.planned += n
	}
	d.seen.AdviceQuarters = d.planned
	calendar, err := newBrowser(d.transport, "sv").get(ctx, d.Base+"/calendar")
	if err != nil {
		return err
	}
	links := distinct(calendar.links("/calendar/"))
	for address, name := range map[string]string{"kajsa": "Kajsa Påhittad", "olle": "Olle Påhittad", "angla": "Ängla Påhittad"} {
		if err := d.register(ctx, links, name, address+"@snickeri.example"); err != nil {
			return err
		}
	}
	letters, err := d.newMail(ctx, registrationLink, d.seen.Registrations)
	if err != nil {
		return err
	}
	d.seen.Letters["registration"] = len(letters)
	d.note("%d registrations confirmed by mail", len(letters))
	return nil
}

// register fills in the form of the first seminar that takes registrations.
func (d *Demo) register(ctx context.Context, links []string, name, email string) error {
	for _, link := range links {
		b := newBrowser(d.transport, "sv")
		p, err := b.get(ctx, link)
		if err != nil {
			return err
		}
		f, err := p.formTo("/register")
		if err != nil {
			continue // full, past or called off
		}
		f.values.Set("name", name)
		f.values.Set("email", email)
		f.values.Set("organisation", strings.Fields(name)[0]+"s Snickeri")
		for _, c := range f.controls {
			if (c.kind == "radio" || c.kind == "checkbox" || c.kind == "select") && len(c.options) > 0 {
				f.values.Set(c.name, c.options[len(c.options)-1])
			}
		}
		if _, err := b.submit(ctx, f, ""); err != nil {
			return err
		}
		d.seen.Registrations++
		return nil
	}
	return errors.New("the calendar offers no seminar to register for")
}

// giveAdvice logs quarter hours for a firm that attended a learning seminar until the ledger refuses,
// which it must do at five hours.
func (d *Demo) giveAdvice(ctx context.Context) error {
	list, err := d.open(ctx, "/team/advice")
	if err != nil {
		return err
	}
	for _, firm := range distinct(list.links("/team/advice/")) {
		p, err := d.team.get(ctx, firm)
		if err != nil {
			return err
		}
		f := p.formAsking("quarters")
		if f == nil {
			continue
		}
		for f.values.Set("note", "Genomgång av ett anbud"); ; d.seen.AdviceQuarters++ {
			f.values.Set("quarters", "1")
			last, err := d.team.submit(ctx, f, "")
			if last != nil && (last.status == http.StatusUnprocessableEntity || last.status == http.StatusConflict) {
				break
			}
			if err != nil {
				return err
			}
			if d.seen.AdviceQuarters > d.planned+20 {
				return fmt.Errorf("%s: more than five hours were taken", firm)
			}
		}
		d.note("%.2f hours, the next quarter refused", float64(d.seen.AdviceQuarters)/4)
		return nil
	}
	return errors.New("no firm may have advice")
}
