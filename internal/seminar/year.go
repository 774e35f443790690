package seminar

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/region"
)

// YearFile is a year of seminars as it stands in a YAML file: the plan, who registered and came, and
// the advice that was given. Times are Swedish.
type YearFile struct {
	Invented bool         `yaml:"invented"`
	Price    *int         `yaml:"advice_price"` // kronor an hour from the year's first day; 0 is free
	Seminars []YearItem   `yaml:"seminars"`
	Advice   []YearAdvice `yaml:"advice"`
}

// YearItem is one seminar of a year file.
type YearItem struct {
	Ref           string       `yaml:"ref"`
	Kind          string       `yaml:"kind"` // training or learning
	Title         string       `yaml:"title"`
	About         string       `yaml:"about"`
	Area          int          `yaml:"area,omitempty"`
	Theme         string       `yaml:"theme,omitempty"`
	Date          string       `yaml:"date"`   // 2026-03-12
	Starts        string       `yaml:"starts"` // "13:00"
	Ends          string       `yaml:"ends"`
	Municipality  string       `yaml:"municipality"`
	Place         string       `yaml:"place"`
	Capacity      int          `yaml:"capacity"`
	Registrations []YearPerson `yaml:"registrations,omitempty"`
}

// YearPerson is one registration of a year file.
type YearPerson struct {
	Name         string   `yaml:"name"`
	Email        string   `yaml:"email"`
	Group        string   `yaml:"group"`
	Organisation string   `yaml:"organisation,omitempty"`
	Municipality string   `yaml:"municipality"`
	Needs        []string `yaml:"needs,omitempty"`
	Attended     bool     `yaml:"attended,omitempty"`
}

// YearAdvice is one entry of the ledger in a year file.
type YearAdvice struct {
	Ref      string `yaml:"ref"`
	Firm     string `yaml:"firm"`
	Date     string `yaml:"date"`
	Quarters int    `yaml:"quarters"`
	Note     string `yaml:"note"`
}

// YearImported says how much of a year file was new.
type YearImported struct{ Seminars, Registrations, Advice int }

const maxYearFile = 4 << 20

// ImportYear reads a year of seminars, all of it or nothing. What is there already, known by its ref
// or its address, stays as it is, so reading the file again adds nothing. No letters are sent. Faults:
// Invalid with the place in the file for each fault.
func (s *Service) ImportYear(ctx context.Context, r io.Reader) (YearImported, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxYearFile))
	if err != nil {
		return YearImported{}, fmt.Errorf("read year of seminars: %w", err)
	}
	file, err := readYear(raw)
	if err != nil {
		return YearImported{}, err
	}
	imp := &yearImport{s: s, file: file, lines: linesOf(raw), firms: map[string]string{}}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		imp.did, imp.faults = YearImported{}, nil
		if err := imp.run(ctx, tx); err != nil {
			return err
		}
		if len(imp.faults) > 0 {
			return fault.InvalidFields("seminar.file_has_faults", imp.faults...)
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventYearImported, Subject: "seminar", SubjectID: "year",
			Detail: imp.did})
	})
	if err != nil {
		return YearImported{}, fmt.Errorf("import year of seminars: %w", err)
	}
	return imp.did, nil
}

// goType is what the parser adds to a name it does not know; it helps no reader of the message.
var goType = regexp.MustCompile(` in type [\w.]+| into [\w.]+`)

// readYear reads the YAML. A fault has the line where it stands.
func readYear(raw []byte) (YearFile, error) {
	var file YearFile
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		if errors.Is(err, io.EOF) {
			return file, fault.New(fault.Invalid, "seminar.file_empty")
		}
		reason := goType.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "")
		return file, fault.New(fault.Invalid, "seminar.file_yaml", "Reason", reason)
	}
	return file, nil
}

// yearLines are the lines and the words of a year file by the way to them: "seminars.0.registrations.2.email".
type yearLines map[string]struct {
	line int
	word string
}

func linesOf(raw []byte) yearLines {
	var root yaml.Node
	lines := yearLines{}
	if err := yaml.Unmarshal(raw, &root); err == nil && len(root.Content) > 0 { // it has been read once
		lines.add("", root.Content[0])
	}
	return lines
}

func (l yearLines) add(way string, n *yaml.Node) {
	step := func(name string, at, value *yaml.Node) {
		below := strings.TrimPrefix(way+"."+name, ".")
		l[below] = struct {
			line int
			word string
		}{at.Line, value.Value}
		l.add(below, value)
	}
	for i, value := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			step(strconv.Itoa(i), value, value)
		case n.Kind == yaml.MappingNode && i%2 == 1:
			step(n.Content[i-1].Value, n.Content[i-1], value)
		}
	}
}

// at is the line of a field, or of what it is missing in.
func (l yearLines) at(way, field string) int {
	if here, ok := l[way+"."+field]; ok {
		return here.line
	}
	return l[way].line
}

// yearFields are the names in the file of what a form calls otherwise.
var yearFields = map[string]string{"free_theme": "theme"}

// yearChoices are what may stand in a field with few answers.
func yearChoices(field string) string {
	var list []string
	switch field {
	case "municipality":
		for _, m := range region.Municipalities {
			list = append(list, m.Name)
		}
	case "group":
		for _, g := range region.TargetGroups {
			list = append(list, g.ID)
		}
	case "kind":
		list = []string{Training, Learning}
	case "area":
		list = []string{"5", "6", "7"}
	case "needs":
		list = Needs
	}
	return strings.Join(list, ", ")
}

type yearImport struct {
	s      *Service
	file   YearFile
	lines  yearLines
	firms  map[string]string // name -> organisation id
	did    YearImported
	faults []fault.Field
}

// yearPlace is where something of a year file stands: the way to it, and what a reader calls it.
type yearPlace struct{ way, name string }

// bad keeps a fault of the input with its line and what it is of; any other error ends the import.
func (y *yearImport) bad(place yearPlace, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Kind != fault.Invalid {
		return err
	}
	if len(f.Fields) == 0 {
		y.faults = append(y.faults, fault.Field{Name: fmt.Sprintf("line %d, %s", y.lines.at(place.way, ""), place.name), Key: f.Key, Args: f.Args})
	}
	for _, field := range f.Fields {
		key := cmp.Or(yearFields[field.Name], field.Name)
		if choices := yearChoices(key); field.Key == "error.choice" && choices != "" {
			field.Key, field.Args = "seminar.file_choice", fault.Args("Value", y.lines[place.way+"."+key].word, "Choices", choices)
		}
		y.faults = append(y.faults, fault.Field{Name: fmt.Sprintf("line %d, %s, %s", y.lines.at(place.way, key), place.name, key), Key: field.Key, Args: field.Args})
	}
	return nil
}

func (y *yearImport) run(ctx context.Context, tx *sqlx.Tx) error {
	for i, item := range y.file.Seminars {
		place := yearPlace{fmt.Sprint("seminars.", i), "“" + cmp.Or(item.Title, item.Ref) + "”"}
		if err := y.seminar(ctx, tx, place, item); err != nil {
			if err = y.bad(place, err); err != nil {
				return err
			}
		}
	}
	if len(y.faults) > 0 {
		return nil // the ledger rests on the seminars
	}
	if y.file.Price != nil && len(y.file.Seminars) > 0 {
		first, _ := time.Parse(time.DateOnly, y.file.Seminars[0].Date)
		from := time.Date(first.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		if err := insertPrice(ctx, tx, from, *y.file.Price, audit.ActorOf(ctx).Name, y.s.now()); err != nil {
			return err
		}
	}
	for i, a := range y.file.Advice {
		place := yearPlace{fmt.Sprint("advice.", i), "advice to “" + cmp.Or(a.Firm, a.Ref) + "”"}
		if err := y.advice(ctx, tx, a); err != nil {
			if err = y.bad(place, err); err != nil {
				return err
			}
			return nil // a refused entry has aborted the transaction
		}
	}
	return nil
}

// draft turns what is written into a plan. Date and times that cannot be read become a zero time,
// which the plan's own check refuses.
func (i YearItem) draft(invented bool) Draft {
	town, _ := region.FindMunicipality(i.Municipality)
	d := Draft{Ref: i.Ref, Kind: i.Kind, Title: i.Title, About: i.About, Area: i.Area, FreeTheme: i.Theme,
		Municipality: town.Code, Place: i.Place, Capacity: i.Capacity, Invented: invented}
	d.StartsAt, _ = At(i.Date, i.Starts)
	d.EndsAt, _ = At(i.Date, i.Ends)
	return d
}

// At is a Swedish date and time of day ("2026-03-12", "13:00" or "13.00").
func At(date, clock string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15.04"} {
		if t, err := time.ParseInLocation(layout, date+" "+clock, i18n.Stockholm); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("not a date and a time of day: " + date + " " + clock)
}

func (y *yearImport) seminar(ctx context.Context, tx *sqlx.Tx, place yearPlace, item YearItem) error {
	draft := item.draft(y.file.Invented)
	if err := draft.check(); err != nil {
		return err
	}
	sem, err := findByRef(ctx, tx, item.Ref)
	if fault.Is(err, fault.NotFound) {
		var id string
		if id, err = y.s.insert(ctx, tx, draft); err == nil {
			y.did.Seminars++
			sem, err = findSeminar(ctx, tx, id)
		}
	}
	if err != nil {
		return err
	}
	for j, p := range item.Registrations {
		at := yearPlace{fmt.Sprint(place.way, ".registrations.", j), place.name + ", registration of " + cmp.Or(p.Name, p.Email)}
		if err := y.person(ctx, tx, sem, p); err != nil {
			if err = y.bad(at, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (y *yearImport) person(ctx context.Context, tx *sqlx.Tx, sem Seminar, p YearPerson) error {
	town, _ := region.FindMunicipality(p.Municipality)
	f := Form{Name: p.Name, Email: p.Email, Group: p.Group, Organisation: p.Organisation, Municipality: town.Code,
		Needs: p.Needs, Language: i18n.Sv, Invented: y.file.Invented}
	normalised, err := f.check(sem.Kind)
	if err != nil {
		return err
	}
	var attended *time.Time
	if p.Attended {
		if sem.StartsAt.After(y.s.now()) {
			return fault.InvalidFields("error.invalid", fault.Field{Name: "attended", Key: "seminar.error_check_in"})
		}
		attended = &sem.EndsAt
	}
	if _, err := findByEmail(ctx, tx, sem.ID, normalised); err == nil {
		return nil
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	sem, err = findSeminar(ctx, tx, sem.ID)
	if err != nil {
		return err
	}
	state := Registered
	if sem.Seats() == 0 && attended == nil {
		state = Waiting
	}
	_, err = y.s.insertRegistration(ctx, tx, sem, f, normalised, state, attended)
	if err == nil {
		y.did.Registrations++
	}
	return err
}

func (y *yearImport) advice(ctx context.Context, tx *sqlx.Tx, a YearAdvice) error {
	if !refShape.MatchString(a.Ref) {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "ref", Key: "seminar.error_ref"})
	}
	has, err := hasEntry(ctx, tx, a.Ref)
	if err != nil || has {
		return err
	}
	date, err := time.Parse(time.DateOnly, a.Date)
	if err != nil {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "date", Key: "error.date"})
	}
	id, known := y.firms[a.Firm]
	if !known {
		if id, err = y.s.firms.EnsureFirm(ctx, tx, a.Firm, 0, y.file.Invented); err != nil {
			return err
		}
		y.firms[a.Firm] = id
	}
	if _, err := y.s.post(ctx, tx, a.Ref, id, a.Quarters, date, a.Note); err != nil {
		return err
	}
	y.did.Advice++
	return nil
}
