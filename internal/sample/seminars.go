package sample

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml"

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

// SeminarYear is an invented year in the form that `seminar import` reads: four training seminars and
// six learning seminars in the year of now. The earlier ones have been held, with attendance and some
// advice afterwards; the last two of the training and two of the learning seminars are still to come.
func SeminarYear(now time.Time) ([]byte, error) {
	free := 0
	file := yearFile{Invented: true, Price: &free}
	held := []int{}
	for i, p := range trainingYear {
		day, past := spreadOver(now, i, 2, len(trainingYear))
		file.Seminars = append(file.Seminars, p.item(now, "fortbildning-", "training", day))
		if past {
			last := &file.Seminars[len(file.Seminars)-1]
			last.Registrations = trainees(i, p.municipality)
		}
	}
	for i, p := range learningYear {
		day, past := spreadOver(now, i, 4, len(learningYear))
		file.Seminars = append(file.Seminars, p.item(now, "larseminarium-", "learning", day))
		file.Seminars[len(file.Seminars)-1].Registrations = firmsAt(i, p.municipality, past)
		if past {
			held = append(held, len(file.Seminars)-1)
		}
	}
	for n, at := range held {
		file.Advice = append(file.Advice, adviceAfter(now, n, file.Seminars[at])...)
	}
	text, err := yaml.Marshal(file)
	if err != nil {
		return nil, fmt.Errorf("sample year of seminars: %w", err)
	}
	return append([]byte("# Påhittade seminarier, personer och företag. Invented seminars, persons and firms.\n"), text...), nil
}

func (p plannedSeminar) item(now time.Time, prefix, kind string, day time.Time) yearItem {
	return yearItem{Ref: fmt.Sprintf("%s%s-%d", prefix, p.slug, now.Year()), Kind: kind, Title: p.title,
		About: p.about, Area: p.area, Theme: p.theme, Date: day.Format(time.DateOnly), Starts: p.starts, Ends: p.ends,
		Municipality: p.municipality, Place: p.place, Capacity: p.capacity}
}

// spreadOver gives seminar i of n its day: the first `past` of them between the year's start and a
// week ago, the others between ten days from now and the year's end, on weekdays. Early in January
// and late in December there is not room for all in the year, and they spill into the next.
func spreadOver(now time.Time, i, past, n int) (day time.Time, held bool) {
	from := time.Date(now.Year(), 1, 10, 0, 0, 0, 0, time.UTC)
	to := now.AddDate(0, 0, -7)
	if i >= past {
		from, to = now.AddDate(0, 0, 10), time.Date(now.Year(), 12, 18, 0, 0, 0, 0, time.UTC)
		i, n = i-past, n-past
	} else {
		n, held = past, true
	}
	if to.Before(from) {
		if held {
			from = to.AddDate(0, 0, -7*n)
		} else {
			to = from.AddDate(0, 0, 7*n)
		}
	}
	step := to.Sub(from) / time.Duration(n)
	day = from.Add(step*time.Duration(i) + step/2)
	if !held && day.Before(from) {
		day = from
	}
	return weekday(day), held
}

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
