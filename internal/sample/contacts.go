package sample

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/region"
)

// Contact is one invented contact, as a row of a contact file.
type Contact struct {
	Name, Email  string
	Groups       []string
	Organisation string
	Kind         string
	Serves       []string // municipalities of an organisation that works for several
	Municipality string
	Language     string
	SizeClass    string // "1-4"; firms only
	Sector       int    // 1-14; firms only
}

// Contacts invents n contacts over the four groups and the fifteen
// municipalities. The same seed and number give the same contacts. Every
// address ends in .example, which no mail can reach (RFC 2606), and every
// person is marked as invented in the file.
func Contacts(seed uint64, n int) []Contact {
	g := &generator{r: rand.New(rand.NewPCG(seed, 0x5eed)), used: map[string]bool{}}
	all := make([]Contact, 0, n)
	// Shares like the real frames: many firms, small censuses of the others.
	shares := []struct {
		group string
		share float64
		make  func(i int) Contact
	}{
		{region.Procurer, 0.150, g.procurer},
		{region.Politician, 0.225, g.politician},
		{region.Developer, 0.075, g.developer},
	}
	for _, s := range shares {
		count := max(int(s.share*float64(n)+0.5), min(20, n/4))
		for i := range count {
			all = append(all, s.make(i))
		}
	}
	for i := 0; len(all) < n; i++ {
		all = append(all, g.business(i))
	}
	// A council member who also owns a firm has two roles and one address.
	for _, i := range []int{n / 4, n / 3} {
		if n >= 80 && all[i].Groups[0] == region.Politician {
			all[i].Groups = append(all[i].Groups, region.Business)
			all[i].SizeClass, all[i].Sector = "0", 10
		}
	}
	return all
}

type generator struct {
	r    *rand.Rand
	used map[string]bool
}

func pick[T any](g *generator, from []T) T { return from[g.r.IntN(len(from))] }

// person invents a name that nobody else has here.
func (g *generator) person() string {
	for {
		name := pick(g, givenNames) + " " + pick(g, familyNames)
		if g.used[name] {
			name = pick(g, givenNames) + " " + pick(g, familyNames) + " " + pick(g, familyNames)
		}
		if !g.used[name] {
			g.used[name] = true
			return name
		}
	}
}

// municipality goes round the fifteen first, so that every one is met, and then
// follows the population.
func (g *generator) municipality(i int) region.Municipality {
	if i < len(region.Municipalities) {
		return region.Municipalities[i]
	}
	total := 0
	for _, m := range region.Municipalities {
		total += m.Population
	}
	at := g.r.IntN(total)
	for _, m := range region.Municipalities {
		if at -= m.Population; at < 0 {
			return m
		}
	}
	return region.Municipalities[0]
}

func (g *generator) language() string {
	if g.r.IntN(25) == 0 {
		return "en"
	}
	return ""
}

// jointUnit is the purchasing unit of six municipalities: one procurer there
// answers for all of them.
var jointUnit = Contact{Organisation: "Exempelinköp Dalarna", Kind: "joint_unit",
	Serves: []string{"Falun", "Borlänge", "Ludvika", "Gagnef", "Säter", "Hedemora"}}

func (g *generator) procurer(i int) Contact {
	m := g.municipality(i)
	c := Contact{Organisation: m.Formal, Kind: "municipality"}
	switch {
	case i < len(region.Municipalities):
	case i%5 == 0:
		c = jointUnit
	case i%5 == 1:
		c.Organisation, c.Kind = m.Name+"s Exempelbostäder AB", "municipal_company"
	case i%5 == 2:
		c.Organisation, c.Kind = "Region Dalarna", "region"
	case i%5 == 3:
		c.Organisation, c.Kind = pick(g, agencies), "state_agency"
	}
	return g.finish(c, region.Procurer, m)
}

var agencies = []string{"Exempelverket i Borlänge", "Exempelstyrelsen i Falun"}

func (g *generator) politician(i int) Contact {
	m := g.municipality(i)
	c := Contact{Organisation: m.Formal, Kind: "municipality"}
	if i >= len(region.Municipalities) && i%9 == 0 {
		c.Organisation, c.Kind = "Region Dalarna", "region"
	}
	return g.finish(c, region.Politician, m)
}

func (g *generator) developer(i int) Contact {
	m := g.municipality(i % (2 * len(region.Municipalities)))
	if i < 2*len(region.Municipalities) { // one or two in each municipality
		m = region.Municipalities[i%len(region.Municipalities)]
	}
	return g.finish(Contact{Organisation: m.Formal, Kind: "municipality"}, region.Developer, m)
}

// sizes are weighted towards small firms, but less than all firms in Sweden
// are: a list of those who may bid has fewer without employees.
var sizes = []string{"0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "1-4", "1-4", "1-4", "1-4", "1-4", "5-9", "5-9", "10-19", "20-49", "50-99"}

func (g *generator) business(i int) Contact {
	m := g.municipality(i)
	t := firmTrades[i%len(firmTrades)]
	name := fmt.Sprintf("%s %s AB", pick(g, firmNames), t.word)
	kind := "business"
	size := pick(g, sizes)
	switch {
	case i%23 == 7:
		name, kind, size = m.Name+"s Arbetskooperativ", "social_enterprise", "5-9"
	case i%71 == 11:
		name, kind, size = "Branschföreningen "+t.word+" i Dalarna", "trade_association", "1-4"
	}
	c := Contact{Organisation: name, Kind: kind, SizeClass: size, Sector: t.sector}
	return g.finish(c, region.Business, m)
}

// finish gives a contact its person and address. Organisations of a
// municipality share a domain, firms have their own.
func (g *generator) finish(c Contact, group string, m region.Municipality) Contact {
	c.Name = g.person()
	c.Groups = []string{group}
	c.Municipality = m.Name
	c.Language = g.language()
	domain := ascii(c.Organisation)
	if len(domain) > 40 {
		domain = domain[:40]
	}
	c.Email = ascii(strings.ReplaceAll(c.Name, " ", ".")) + "@" + strings.Trim(domain, "-.") + ".example"
	return c
}

// ascii writes Swedish words as people write them in addresses.
func ascii(s string) string {
	s = strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e", "č", "c", " ", "-").Replace(strings.ToLower(s))
	return strings.Trim(s, "-")
}

// contactColumns are the columns of the file, named as the import reads them.
var contactColumns = []string{"name", "email", "group", "organisation", "organisation_kind", "organisation_municipalities",
	"municipality", "language", "size_class", "sector", "invented"}

// WriteContacts writes contacts as a CSV file that the contact import reads.
func WriteContacts(w io.Writer, all []Contact) error {
	out := csv.NewWriter(w)
	if err := out.Write(contactColumns); err != nil {
		return err
	}
	for _, c := range all {
		sector := ""
		if c.Sector != 0 {
			sector = strconv.Itoa(c.Sector)
		}
		err := out.Write([]string{c.Name, c.Email, strings.Join(c.Groups, "|"), c.Organisation, c.Kind,
			strings.Join(c.Serves, "|"), c.Municipality, c.Language, c.SizeClass, sector, "ja"})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// GroupCounts counts contacts by group; one with two roles counts in both.
func GroupCounts(all []Contact) map[string]int {
	n := map[string]int{}
	for _, c := range all {
		for _, g := range slices.Compact(slices.Sorted(slices.Values(c.Groups))) {
			n[g]++
		}
	}
	return n
}
