package demo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var (
	followUpLink = regexp.MustCompile(`https?://\S+/follow-up/[\w-]+`)
	answerName   = regexp.MustCompile(`^answer-(\d\.\d+)$`)
)

// asked are the bodies that get the question, by what the recommendations call them.
var asked = []struct {
	addressee string
	bodies    []string
}{
	{"politicians", []string{
		"Kommunstyrelsen i Falun;Falun;kommunstyrelsen@falun.example",
		"Kommunstyrelsen i Mora;Mora;kommunstyrelsen@mora.example",
		"Kommunstyrelsen i Ludvika;Ludvika;kommunstyrelsen@ludvika.example",
		"Kommunstyrelsen i Älvdalen;Älvdalen;kommunstyrelsen@alvdalen.example",
		"Kommunstyrelsen i Avesta;Avesta;kommunstyrelsen@avesta.example",
	}},
	{"authorities", []string{
		"Upphandlingscentrum;Borlänge;upphandling@borlange.example",
		"Inköpsenheten i Mora;Mora;inkop@mora.example",
		"Ludvika bostadsbolag;Ludvika;inkop@ludvikabostader.example",
		"Regionens upphandlingsenhet;Dalarna;upphandling@region.example",
	}},
}

// takenUp is what a body answers, one for each recommendation in turn. An empty answer leaves it for later.
var takenUp = []struct {
	answer string
	months int // until it is done
}{{"adopt", 5}, {"adapt", 10}, {"adopt", 8}, {"decline", 0}, {"", 0}, {"adopt", 14}, {"adapt", 12}}

// reasons are why, by answer and in turn. Who adopts what is recommended need not say why.
var reasons = map[string][]string{
	"adopt": {"", "Beslutet är fattat, och arbetet börjar efter sommaren.", "", "Vi har redan börjat, i en upphandling som annonseras i vår."},
	"adapt": {
		"Vi gör det tillsammans med grannkommunerna, eftersom ingen av oss har folk nog att göra det själv.",
		"Vi prövar det i två upphandlingar först och bestämmer sedan om det ska gälla alla.",
		"Vi skriver in det i den vägledning som alla inköpare redan använder, i stället för i ett nytt dokument.",
		"Det får gälla ramavtalen. Direktupphandlingarna är för små för att bära arbetet.",
	},
	"decline": {
		"Vi har nyligen antagit en policy som säger något annat och gäller mandatperioden ut.",
		"Det kräver ett system som vi inte har pengar till före 2029.",
		"Frågan ligger hos en gemensam nämnd, som inte har tagit ställning.",
	},
}

// followUp asks bodies what they do with what was recommended to them. Most answer, one in five never does,
// and a new edition of the regional report tells what became of the recommendations.
func (d *Demo) followUp(ctx context.Context) error {
	var letters []letter
	for _, a := range asked {
		if err := d.ask(ctx, a.addressee, a.bodies); err != nil {
			return fmt.Errorf("%s: %w", a.addressee, err)
		}
		got, err := d.newMail(ctx, followUpLink, len(a.bodies))
		if err != nil {
			return err
		}
		letters = append(letters, got...)
	}
	d.seen.Letters["follow-up"] = len(letters)
	for i, l := range letters {
		if i%5 == 4 {
			continue
		}
		if err := d.takeUp(ctx, followUpLink.FindString(l.Text), i); err != nil {
			return fmt.Errorf("%s: %w", l.To[0], err)
		}
	}
	d.note("%d of %d bodies gave %d answers", len(letters)-len(letters)/5, len(letters), d.seen.TakenUp)
	return d.edition(ctx, "regional", "sv")
}

// ask looks at who would be written to and confirms.
func (d *Demo) ask(ctx context.Context, addressee string, bodies []string) error {
	preview, err := d.press(ctx, "/team/follow-up", "/follow-up", map[string]string{
		"addressee": addressee, "bodies": strings.Join(bodies, "\n"), "deadline": time.Now().AddDate(0, 2, 0).Format(time.DateOnly)})
	if err != nil {
		return err
	}
	f, err := preview.formWith("/follow-up", "confirm", "true")
	if err != nil {
		return err
	}
	_, err = d.team.submit(ctx, f, "confirm")
	return err
}

// takeUp follows a body's own link and answers as the nth of them.
func (d *Demo) takeUp(ctx context.Context, link string, n int) error {
	b := newBrowser(d.transport, "sv")
	p, err := b.get(ctx, link)
	if err != nil {
		return err
	}
	f, err := p.formTo(link[strings.LastIndex(link, "/"):])
	if err != nil {
		return err
	}
	given := 0
	for _, c := range f.controls {
		m := answerName.FindStringSubmatch(c.name)
		if m == nil {
			continue
		}
		r := takenUp[(3*n+given)%len(takenUp)]
		if given++; r.answer == "" {
			continue
		}
		f.values.Set(c.name, r.answer)
		f.values.Set("reason-"+m[1], reasons[r.answer][(n+given)%len(reasons[r.answer])])
		if r.months > 0 {
			f.values.Set("due-"+m[1], time.Now().AddDate(0, r.months, 0).Format(time.DateOnly))
		}
		d.seen.TakenUp++
	}
	if given == 0 {
		return errors.New("the page asks about nothing")
	}
	_, err = b.submit(ctx, f, "")
	return err
}
