package demo

import (
	"context"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/sync/errgroup"

	"upphandlingsdialog/internal/sample"
)

func (d *Demo) loadSurveys(ctx context.Context) error {
	if _, err := d.command(ctx, "", "survey", "lint"); err != nil {
		return err
	}
	out, err := d.command(ctx, "", "survey", "load")
	d.note("%d versions", strings.Count(out, "registered"))
	return err
}

func (d *Demo) importContacts(ctx context.Context) error {
	file := filepath.Join(d.Out, "people.csv")
	_, err := d.command(ctx, "", "contacts", "sample", "--seed", strconv.FormatUint(d.Seed, 10),
		"-n", strconv.Itoa(d.Respondents), "-o", file)
	if err != nil {
		return err
	}
	if _, err := d.command(ctx, "", "contacts", "import", file); err != nil {
		return err
	}
	rows, err := readCSV(file)
	if err != nil {
		return err
	}
	for _, r := range rows {
		email := strings.ToLower(r["email"])
		if _, twice := d.people[email]; !twice {
			d.people[email] = r["group"]
		}
	}
	d.seen.Contacts = len(d.people)
	d.note("%d persons in %d rows", len(d.people), len(rows))
	return nil
}

// countFrame tells how many firms there are of each size, so that those who answer can be weighted.
func (d *Demo) countFrame(ctx context.Context) error {
	file, err := d.write("firms.csv", []byte(sample.Frame()))
	if err != nil {
		return err
	}
	for _, survey := range []string{"s5", "s6", "s7"} {
		if _, err := d.command(ctx, "", "frame", "import", survey, file); err != nil {
			return err
		}
	}
	return nil
}

func readCSV(file string) ([]map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	lines, err := r.ReadAll()
	if err != nil || len(lines) == 0 {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// task is one mailed link and what its reader will do with it.
type task struct {
	to, link string
	how      conduct
	late     bool // answers only after the reminder
}

// plan decides from the seed what each reader of an invitation does. Groups differ: business
// developers nearly all answer, firms a good third.
func (d *Demo) plan(letters []letter, survey int) []task {
	share := map[string]float64{"procurer": 0.62, "politician": 0.46, "business": 0.40, "developer": 0.78}
	var tasks []task
	stopped := false
	for _, l := range letters {
		t := task{to: l.To[0], link: surveyLink.FindString(l.Text)}
		rng := rand.New(rand.NewPCG(d.Seed, seedOf(t.to)+uint64(survey)))
		group := d.group(t.to)
		p := rng.Float64()
		switch answered := share[group]; {
		case p < answered-0.02:
			t.how = answers
		case p < answered:
			t.how = twice
		case p < answered+0.06:
			t.how = halfway
		case survey == 0 && !stopped && group == "business":
			t.how, stopped = unwilling, true
		default:
			t.how = silent
		}
		t.late = t.how == answers && rng.Float64() < 0.3
		tasks = append(tasks, t)
	}
	return tasks
}

// group is the first of a person's groups.
func (d *Demo) group(address string) string {
	return strings.FieldsFunc(d.people[strings.ToLower(address)]+" ", func(r rune) bool { return !unicode.IsLetter(r) })[0]
}

func seedOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// launch makes and sends one campaign for each questionnaire, and reads the mails that come of it.
func (d *Demo) launch(ctx context.Context) error {
	for i, area := range []int{5, 6, 7} {
		id, err := d.makeCampaign(ctx, area)
		if err != nil {
			return err
		}
		want, err := d.launchCampaign(ctx, id)
		if err != nil {
			return err
		}
		letters, err := d.newMail(ctx, surveyLink, want)
		if err != nil {
			return err
		}
		d.seen.Letters["invitation"] += len(letters)
		d.campaigns = append(d.campaigns, campaign{id: id, tasks: d.plan(letters, i)})
		if i == 0 {
			if err := d.stopMail(ctx, letters); err != nil {
				return err
			}
		}
	}
	d.note("%d invitations", d.seen.Letters["invitation"])
	return nil
}

// stopMail lets the unwilling follow the link in the foot of the mail: a page, then a button.
func (d *Demo) stopMail(ctx context.Context, letters []letter) error {
	for _, t := range d.campaigns[0].tasks {
		if t.how != unwilling {
			continue
		}
		for _, l := range letters {
			if l.To[0] != t.to {
				continue
			}
			b := newBrowser(d.transport, "sv")
			p, err := b.get(ctx, unsubscribeLink.FindString(l.Text))
			if err != nil {
				return err
			}
			forms := p.forms()
			if len(forms) == 0 {
				return fmt.Errorf("the page for stopping mail has no button: %s", p.problem())
			}
			if _, err := b.submit(ctx, forms[0], ""); err != nil {
				return err
			}
			d.seen.Unsubscribed++
		}
	}
	return nil
}

func (d *Demo) firstAnswers(ctx context.Context) error { return d.answer(ctx, false) }

// answer lets everybody whose turn it is follow their link, some at a time.
func (d *Demo) answer(ctx context.Context, late bool) error {
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxInFlight)
	for s, c := range d.campaigns {
		for _, t := range c.tasks {
			if t.how == silent || t.how == unwilling || t.late != late {
				continue
			}
			group.Go(func() error {
				who := sample.NewRespondent(d.group(t.to), d.Seed^seedOf(t.to)+uint64(s))
				lang := "sv"
				out, err := respond(ctx, d.transport, t.link, lang, who, t.how)
				if err != nil {
					return fmt.Errorf("%s: %w", t.to, err)
				}
				mu.Lock()
				defer mu.Unlock()
				d.seen.Started++
				switch {
				case out.receipt != "":
					d.seen.Receipts++
				default:
					d.seen.Halfway++
				}
				if t.how == twice {
					d.seen.OpenedTwice++
				}
				return nil
			})
		}
	}
	err := group.Wait()
	d.note("%d receipts, %d left half-way", d.seen.Receipts, d.seen.Halfway)
	return err
}

// remind sends the one reminder; only those who have not answered may get it.
func (d *Demo) remind(ctx context.Context) error {
	for _, c := range d.campaigns {
		silentOnes := map[string]bool{}
		for _, t := range c.tasks {
			if t.how == silent || t.how == halfway || t.late {
				silentOnes[t.link] = true
			}
		}
		want, err := d.remindCampaign(ctx, c.id)
		if err != nil {
			return err
		}
		letters, err := d.newMail(ctx, surveyLink, want)
		if err != nil {
			return err
		}
		for _, l := range letters {
			if !silentOnes[surveyLink.FindString(l.Text)] {
				return fmt.Errorf("%s has answered or stopped all mail and was reminded", l.To[0])
			}
		}
		d.seen.Letters["reminder"] += len(letters)
	}
	d.note("%d reminders", d.seen.Letters["reminder"])
	return d.answer(ctx, true)
}
