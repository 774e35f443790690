package sample

import (
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/region"
)

// The file that `seminar import` reads, as it is written here.
type (
	yearFile struct {
		Invented bool         `yaml:"invented"`
		Price    *int         `yaml:"advice_price"`
		Seminars []yearItem   `yaml:"seminars"`
		Advice   []yearAdvice `yaml:"advice"`
	}
	yearItem struct {
		Ref           string       `yaml:"ref"`
		Kind          string       `yaml:"kind"`
		Title         string       `yaml:"title"`
		About         string       `yaml:"about"`
		Area          int          `yaml:"area,omitempty"`
		Theme         string       `yaml:"theme,omitempty"`
		Date          string       `yaml:"date"`
		Starts        string       `yaml:"starts"`
		Ends          string       `yaml:"ends"`
		Municipality  string       `yaml:"municipality"`
		Place         string       `yaml:"place"`
		Capacity      int          `yaml:"capacity"`
		Registrations []yearPerson `yaml:"registrations,omitempty"`
	}
	yearPerson struct {
		Name         string   `yaml:"name"`
		Email        string   `yaml:"email"`
		Group        string   `yaml:"group"`
		Organisation string   `yaml:"organisation,omitempty"`
		Municipality string   `yaml:"municipality"`
		Needs        []string `yaml:"needs,omitempty"`
		Attended     bool     `yaml:"attended,omitempty"`
	}
	yearAdvice struct {
		Ref      string `yaml:"ref"`
		Firm     string `yaml:"firm"`
		Date     string `yaml:"date"`
		Quarters int    `yaml:"quarters"`
		Note     string `yaml:"note"`
	}
)

var seminarNeeds = []string{"e_commerce", "sustainability_reporting", "bidding"}

type plannedSeminar struct {
	slug, title, about, theme, municipality, place, starts, ends string
	area, capacity                                               int
}

// trainingYear are the year's four training seminars, for all groups.
var trainingYear = []plannedSeminar{
	{"innovation", "Fråga marknaden först: tidig dialog och funktionskrav",
		"En eftermiddag om hur behov beskrivs som funktion och hur en öppen dialog före annonsering går till i praktiken.",
		"", "Falun", "Länsresidensets hörsal", "13:00", "16:30", 5, 60},
	{"miljo", "Miljökrav som gör skillnad och går att visa",
		"Kriterier på tre nivåer, bevis som räknas som likvärdiga och återbruk i ramavtal. Vi arbetar med deltagarnas egna underlag.",
		"", "Borlänge", "Galaxen, sal 2", "09:00", "12:00", 6, 50},
	{"socialt", "Sociala krav i rimlig storlek",
		"Sysselsättningskrav, reserverad upphandling och uppföljning. Med exempel från kommuner och sociala företag.",
		"", "Avesta", "Visentparkens konferens", "13:00", "16:00", 7, 50},
	{"lag", "Nyheter i lagen och vanliga överprövningar",
		"Genomgång av årets ändringar och av vad domstolarna har sagt. För alla grupper.",
		"Ändrad lagstiftning", "Leksand", "Kulturhuset", "09:00", "12:00", 0, 60},
}

// learningYear are the learning seminars: six municipalities, one in each reporting group.
var learningYear = []plannedSeminar{
	{"mora", "Första anbudet: lärseminarium i Mora",
		"För dig som driver ett litet företag och inte har lämnat anbud förut. Vi gör ett anbud tillsammans.",
		"", "Mora", "Företagshuset", "17:30", "20:00", 0, 20},
	{"rattvik", "Anbud och e-handel: lärseminarium i Rättvik",
		"Så hittar du upphandlingarna, fyller i dem och skickar e-faktura. Ta med egen dator.",
		"", "Rättvik", "Folkets hus", "17:30", "20:00", 0, 18},
	{"ludvika", "Visa ert miljöarbete: lärseminarium i Ludvika",
		"En enkel hållbarhetsredovisning som duger i ett anbud, och hur ni visar att ett miljökrav är uppfyllt.",
		"", "Ludvika", "Kulturhuset Kulturen", "08:30", "11:00", 0, 20},
	{"malung", "Små företag i stora avtal: lärseminarium i Malung",
		"Gå ihop om ett anbud, bli underleverantör och läs ett ramavtal. För små företag i alla branscher.",
		"", "Malung-Sälen", "Bystugan", "17:30", "20:00", 0, 16},
	{"hedemora", "Anbud utan krångel: lärseminarium i Hedemora",
		"Steg för steg från annons till inskickat anbud, med tid för egna frågor.",
		"", "Hedemora", "Gamla rådhuset", "17:30", "20:00", 0, 20},
	{"borlange", "E-handel med kommunen: lärseminarium i Borlänge",
		"Kataloger, beställningar och e-faktura för den som säljer till det offentliga för första gången.",
		"", "Borlänge", "Tunets konferens", "08:30", "11:00", 0, 24},
}

// nextYear is the learning seminar to register for when the year has no room left for any.
var nextYear = plannedSeminar{"orsa", "Ditt första anbud: lärseminarium i Orsa",
	"För dig som vill sälja till kommunen och inte vet var du ska börja. Vi går igenom en upphandling tillsammans.",
	"", "Orsa", "Folkets hus", "17:30", "20:00", 0, 16}

// SeminarYear is an invented year in the form that `seminar import` reads: four training seminars and
// six learning seminars in the year of now. The earlier ones have been held, with attendance and some
// advice afterwards; as a rule the last two of each kind are still to come. In the first days of
// January all are to come. In the last weeks of December all have been held, and a learning seminar in
// the next year is added, so that there always is one to register for.
func SeminarYear(now time.Time) ([]byte, error) {
	text, err := yaml.Marshal(seminarYear(now))
	if err != nil {
		return nil, fmt.Errorf("sample year of seminars: %w", err)
	}
	return append([]byte("# Påhittade seminarier, personer och företag. Invented seminars, persons and firms.\n"), text...), nil
}

func seminarYear(now time.Time) yearFile {
	free := 0
	file := yearFile{Invented: true, Price: &free}
	days, past := spreadOver(now, len(trainingYear), 2)
	for i, p := range trainingYear {
		item := p.item("fortbildning-", "training", days[i])
		if i < past {
			item.Registrations = trainees(i, p.municipality)
		}
		file.Seminars = append(file.Seminars, item)
	}
	learning := learningYear
	days, past = spreadOver(now, len(learning), 4)
	if past == len(learning) {
		learning = append(slices.Clone(learning), nextYear)
		days = append(days, weekday(time.Date(now.Year()+1, 1, 27, 0, 0, 0, 0, time.UTC)))
	}
	for i, p := range learning {
		item := p.item("larseminarium-", "learning", days[i])
		item.Registrations = firmsAt(i, p.municipality, i < past)
		file.Seminars = append(file.Seminars, item)
		if i < past {
			file.Advice = append(file.Advice, adviceAfter(now, i, item)...)
		}
	}
	return file
}

func (p plannedSeminar) item(prefix, kind string, day time.Time) yearItem {
	return yearItem{Ref: fmt.Sprintf("%s%s-%d", prefix, p.slug, day.Year()), Kind: kind, Title: p.title,
		About: p.about, Area: p.area, Theme: p.theme, Date: day.Format(time.DateOnly), Starts: p.starts, Ends: p.ends,
		Municipality: p.municipality, Place: p.place, Capacity: p.capacity}
}

// spreadOver gives n seminars their weekdays in the year of now, and says how many of them are past.
// The wanted number is held between 10 January and a week ago, the rest comes between ten days from now
// and 18 December, at most one a week; where the year has no room on one side of now for so many, more
// stand on the other.
func spreadOver(now time.Time, n, wanted int) (days []time.Time, past int) {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	first, last := time.Date(now.Year(), 1, 10, 0, 0, 0, 0, time.UTC), today.AddDate(0, 0, -7)
	next, end := today.AddDate(0, 0, 10), time.Date(now.Year(), 12, 18, 0, 0, 0, 0, time.UTC)
	past = min(max(wanted, n-weeks(next, end)), weeks(first, last))
	for i := range n {
		from, to, k, of := first, last, i, past
		if i >= past {
			from, to, k, of = next, end, i-past, n-past
		}
		step := to.Sub(from) / time.Duration(of)
		days = append(days, weekday(from.Add(step*time.Duration(k)+step/2)))
	}
	return days, past
}

// weeks is how many seminars there is room for from one day to another, one a week.
func weeks(from, to time.Time) int { return max(0, int(to.Sub(from).Hours())/(7*24)) }

var seminarFirst = []string{"Åsa", "Erik", "Märta", "Jonas", "Fatima", "Olle", "Karin", "Ali", "Britta", "Henrik", "Sofia", "Göran"}
var seminarLast = []string{"Exempelsson", "Påhittdotter", "Provberg", "Testlund", "Modellgren", "Mallström"}
var seminarTrades = []string{"Snickeri", "Måleri", "Städ", "Åkeri", "Trädgård", "Redovisning", "Elteknik", "Catering"}

func seminarPerson(n int) string {
	return seminarFirst[n%len(seminarFirst)] + " " + seminarLast[n%len(seminarLast)]
}

// trainees are 12 who came and 3 who did not, from all four groups.
func trainees(seed int, town string) []yearPerson {
	var all []yearPerson
	for j := range 15 {
		n := seed*15 + j
		group := region.TargetGroups[j%len(region.TargetGroups)].ID
		organisation := town + "s exempelförvaltning"
		if group == region.Business {
			organisation = fmt.Sprintf("%s %s Exempel %d AB", town, seminarTrades[n%len(seminarTrades)], n+1)
		}
		all = append(all, yearPerson{Name: seminarPerson(n), Email: fmt.Sprintf("deltagare%d@seminarium.example", n+1),
			Group: group, Organisation: organisation, Municipality: town, Attended: j%5 != 4})
	}
	return all
}

// firmsAt are eight firms that registered; all but two came if the seminar is past.
func firmsAt(seed int, town string, past bool) []yearPerson {
	var all []yearPerson
	for j := range 8 {
		n := seed*8 + j
		needs := []string{seminarNeeds[n%3]}
		if j%3 == 0 {
			needs = append(needs, seminarNeeds[(n+1)%3])
		}
		all = append(all, yearPerson{Name: seminarPerson(n + 100), Email: fmt.Sprintf("foretag%d@laraanbud.example", n+1),
			Group: region.Business, Organisation: fmt.Sprintf("%s %s Exempel AB", town, seminarTrades[j]), Municipality: town,
			Needs: needs, Attended: past && j%4 != 3})
	}
	return all
}

var adviceNotes = []string{
	"Genomgång av ett förfrågningsunderlag som företaget vill svara på.",
	"Inlogg och första anbudet i upphandlingssystemet.",
	"Enkel hållbarhetsredovisning för företagets eget behov.",
	"Prisbilaga och rimlighetskontroll av anbudet.",
}

// adviceAfter is advice to three firms from the seminar, some days after it; one of the firms uses all
// of its five hours.
func adviceAfter(now time.Time, n int, item yearItem) []yearAdvice {
	day, err := time.Parse(time.DateOnly, item.Date)
	if err != nil {
		panic("sample: " + err.Error()) // formatted above
	}
	quarters := [][]int{{6, 4}, {13}, {2}}
	if n == 0 {
		quarters[0] = []int{8, 8, 4}
	}
	var all []yearAdvice
	for firm, visits := range quarters {
		for v, q := range visits {
			on := day.AddDate(0, 0, 1+v+firm)
			if on.After(now) {
				continue
			}
			all = append(all, yearAdvice{Ref: fmt.Sprintf("rad-%s-%d-%d", item.Ref, firm+1, v+1),
				Firm: item.Registrations[firm].Organisation, Date: on.Format(time.DateOnly), Quarters: q,
				Note: adviceNotes[(n+firm+v)%len(adviceNotes)]})
		}
	}
	return all
}
