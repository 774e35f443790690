package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"upphandlingsdialog/internal/sample"
)

// recommend imports the nine recommendations, whose figures are computed from the answers, sends them
// out for consultation, tries some with a panel, and takes each to a decision.
func (d *Demo) recommend(ctx context.Context) error {
	file, err := d.write("recommendations.yaml", sample.Recommendations(time.Now()))
	if err != nil {
		return err
	}
	if _, err := d.command(ctx, "", "recommendation", "import", file); err != nil {
		return err
	}
	if err := d.hearExpert(ctx); err != nil {
		return fmt.Errorf("statement: %w", err)
	}
	list, err := d.open(ctx, "/team/recommendations")
	if err != nil {
		return err
	}
	waiting := 0
	var out []string
	for _, link := range distinct(list.links("/team/recommendations/")) {
		if strings.HasSuffix(link, "/import") {
			continue
		}
		d.seen.Recommended++
		sent, err := d.move(ctx, link, "consultation")
		if err != nil {
			return err
		}
		if sent {
			out = append(out, link)
		} else {
			waiting++
		}
	}
	if len(out) > 0 {
		if err := d.consult(ctx); err != nil {
			return fmt.Errorf("consultation: %w", err)
		}
	}
	for _, link := range out {
		decided, err := d.move(ctx, link, "decided")
		if err != nil {
			return err
		}
		if !decided {
			waiting++
		}
	}
	d.note("%d recommendations", d.seen.Recommended)
	if waiting > 0 {
		d.note("%d rest on too few answers and wait", waiting)
	}
	if waiting == d.seen.Recommended {
		return errors.New("no recommendation has enough answers: invite more people with --respondents")
	}
	return nil
}

// hearExpert records what a procurement lawyer says and lets the first recommendation rest on it, from the
// panel beside the form as a writer does.
func (d *Demo) hearExpert(ctx context.Context) error {
	said, err := d.press(ctx, "/team/experts/new", "/experts", sample.Statement(time.Now()))
	if err != nil {
		return err
	}
	id := path.Base(said.at.Path)
	list, err := d.open(ctx, "/team/recommendations")
	if err != nil {
		return err
	}
	links := slices.DeleteFunc(distinct(list.links("/team/recommendations/")), func(l string) bool { return strings.HasSuffix(l, "/import") })
	if len(links) == 0 {
		return errors.New("there is no recommendation")
	}
	p, err := d.team.get(ctx, links[0]+"/edit")
	if err != nil {
		return err
	}
	for _, step := range []struct{ find, press string }{{sample.StatementWords, "act=find"}, {"", "act=cite expert:" + id}, {"", ""}} {
		f := p.formAsking("find")
		if f == nil {
			return fmt.Errorf("%s has no panel of evidence", p.at.Path)
		}
		if f.values.Set("note", "Ett utlåtande har kommit in"); step.find != "" {
			f.values.Set("find", step.find)
		}
		if step.press == "" { // the button that saves has no name
			f.buttons = nil
		} else if name, value, _ := strings.Cut(step.press, "="); !slices.ContainsFunc(f.buttons, func(b control) bool { return b.name == name && b.value == value }) {
			return fmt.Errorf("%s offers no %q", p.at.Path, step.press)
		}
		if p, err = d.team.submit(ctx, f, step.press); err != nil {
			return err
		}
	}
	d.note("a lawyer's statement is cited")
	return nil
}

// move takes a recommendation to its next status. The product refuses one whose figures too few have
// answered for; then it stays where it is.
func (d *Demo) move(ctx context.Context, link, to string) (bool, error) {
	p, err := d.team.get(ctx, link)
	if err != nil {
		return false, err
	}
	f, err := p.formWith("/status", "to", to)
	if err != nil {
		return false, err
	}
	p, err = d.team.submit(ctx, f, "to="+to)
	if p != nil && p.status == http.StatusConflict {
		return false, nil
	}
	return err == nil, err
}

// report makes the editions, waits for the printing, publishes, mails and fetches them.
func (d *Demo) report(ctx context.Context) error {
	for _, e := range []struct{ kind, lang string }{{"regional", "sv"}, {"national", "sv"}, {"national", "en"}} {
		if err := d.edition(ctx, e.kind, e.lang); err != nil {
			return fmt.Errorf("%s %s: %w", e.kind, e.lang, err)
		}
	}
	d.note("%d editions, %d mails", len(d.seen.Editions), d.seen.Letters["report"])
	return nil
}

func (d *Demo) edition(ctx context.Context, kind, lang string) error {
	p, err := d.press(ctx, "/team/reports", "/team/reports", map[string]string{"kind": kind, "lang": lang})
	if err != nil {
		return err
	}
	edition := p.at.Path
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		if p, err = d.open(ctx, edition); err != nil {
			return err
		}
		if _, err := p.formTo("/publish"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s was not made: %s", edition, p.problem())
		}
	}
	if _, err = d.send(ctx, p, "/publish", nil); err != nil {
		return err
	}
	return d.spread(ctx, edition, kind, lang)
}

// spread mails the edition to its list and reads it the way a recipient does.
func (d *Demo) spread(ctx context.Context, edition, kind, lang string) error {
	if d.lists[kind] == "" {
		if err := d.makeList(ctx, kind); err != nil {
			return err
		}
	}
	p, err := d.press(ctx, edition+"/distribute?list="+d.lists[kind], "/distribute", map[string]string{"list": d.lists[kind]})
	if err != nil {
		return err
	}
	want, err := told(p)
	if err != nil {
		return err
	}
	letters, err := d.newMail(ctx, reportLink, want)
	if err != nil {
		return err
	}
	d.seen.Letters["report"] += len(letters)
	if len(letters) == 0 {
		return fmt.Errorf("nobody got the report")
	}
	public, err := newBrowser(d.transport, lang).get(ctx, reportLink.FindString(letters[0].Text))
	if err != nil {
		return err
	}
	for _, link := range public.links(".pdf") {
		return d.keepPDF(ctx, public, link, path.Base(path.Dir(link))+".pdf")
	}
	return fmt.Errorf("%s links to no PDF", public.at.Path)
}

// keepPDF fetches the PDF and compares it with the checksum on its page.
func (d *Demo) keepPDF(ctx context.Context, public *page, link, name string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Transport: d.transport}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %d %w", link, resp.StatusCode, err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if !strings.Contains(textOf(public.root), hash) {
		return fmt.Errorf("the checksum on %s is not that of the PDF", public.at.Path)
	}
	file, err := d.write(name, body)
	d.seen.Editions[file] = hash
	return err
}

// makeList makes a distribution list of the edition's kind with some invented readers.
func (d *Demo) makeList(ctx context.Context, kind string) error {
	members := map[string]string{
		"regional": "Kommunstyrelsen i Falun <kommunstyrelsen@falun.example>\nKommunstyrelsen i Mora <kommunstyrelsen@mora.example>\nUpphandlingscentrum <upphandling@borlange.example>\nFöretagarna <dalarna@foretagarna.example>",
		"national": "Upphandlingsmyndigheten <registrator@upphandling.example>\nSveriges Kommuner och Regioner <info@skr.example>\nLänsstyrelsen i Jämtland <jamtland@lst.example>",
	}[kind]
	p, err := d.press(ctx, "/team/lists", "/lists", map[string]string{"name": "Mottagare, " + kind, "kind": kind})
	if err != nil {
		return err
	}
	d.lists[kind] = path.Base(p.at.Path)
	_, err = d.send(ctx, p, "/members", map[string]string{"addresses": members})
	return err
}
