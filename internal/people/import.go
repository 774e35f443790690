package people

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// What an import does with one person.
const (
	Added   = "added"
	Changed = "changed"
	Same    = "same"
)

// Change is what an import does with one person.
type Change struct {
	Person Person
	Kind   string   // Added, Changed or Same
	Fields []string // names of the columns that change, for Changed
}

// Merge is several rows about one address that become one person.
type Merge struct {
	Email string
	Lines []int
	// Differs names the columns where the rows disagree; the first row stands.
	Differs []string
}

// Preview is exactly what an import of a file would do.
type Preview struct {
	Encoding string
	// Delimiter between the columns: "," ";" or a tab.
	Delimiter string
	Ignored   []string // columns that nobody knows
	Rows      int      // rows of the file, without header and empty lines
	Faults    []RowFault
	Merges    []Merge
	Changes   []Change // one for each person, in the order of their first lines
	// Suppressed counts persons of the file who get no mail whatever the file says.
	Suppressed int

	entries []entry
}

// Count is how many persons are treated in one way: Added, Changed or Same.
func (p Preview) Count(kind string) int {
	n := 0
	for _, c := range p.Changes {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// OK tells whether the file can be imported.
func (p Preview) OK() bool { return len(p.Faults) == 0 && p.Rows > 0 }

// Decoded tells that the file was not in UTF-8, so that å, ä and ö need a look.
func (p Preview) Decoded() bool { return p.Encoding != "UTF-8" }

// ImportPreview reads a file and says what Import would do. It writes nothing.
func (s *Service) ImportPreview(ctx context.Context, r io.Reader) (Preview, error) {
	p, err := parse(r)
	if err != nil {
		return p, err
	}
	return p, s.compare(ctx, s.db, &p)
}

// parse reads the file, names every bad row and merges rows about one address.
func parse(r io.Reader) (Preview, error) {
	f, err := readFile(r)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Encoding: f.encoding, Delimiter: f.delimiter, Rows: len(f.rows), Faults: f.faults}
	for i, name := range f.fields {
		if name == "" {
			p.Ignored = append(p.Ignored, f.headers[i])
		}
	}
	at := map[string]int{}
	for _, c := range f.rows {
		e, faults := readRow(f, c)
		p.Faults = append(p.Faults, faults...)
		if len(faults) > 0 {
			continue
		}
		if i, seen := at[e.person.EmailNormalised]; seen {
			p.merge(&p.entries[i], e)
			continue
		}
		at[e.person.EmailNormalised] = len(p.entries)
		p.entries = append(p.entries, e)
	}
	if p.Rows == 0 && len(p.Faults) == 0 {
		return p, fault.New(fault.Invalid, "people.error_file_empty")
	}
	slices.SortStableFunc(p.Faults, func(a, b RowFault) int { return cmp.Compare(a.Line, b.Line) })
	return p, nil
}

// merge adds what a later row says about an address that was met before. Roles
// and municipalities add up; for the rest the first row stands.
func (p *Preview) merge(into *entry, e entry) {
	into.lines = append(into.lines, e.lines...)
	differs := fillPerson(&into.person, e.person)
	into.person.Groups = inOrder(append(into.person.Groups, e.person.Groups...))
	if into.organisation.Name == "" {
		into.organisation = e.organisation
	} else if normaliseName(into.organisation.Name) == normaliseName(e.organisation.Name) {
		into.organisation.Municipalities = union(into.organisation.Municipalities, e.organisation.Municipalities)
	}
	for i := range p.Merges {
		if p.Merges[i].Email == into.person.EmailNormalised {
			p.Merges[i].Lines = into.lines
			p.Merges[i].Differs = union(p.Merges[i].Differs, differs)
			return
		}
	}
	p.Merges = append(p.Merges, Merge{Email: into.person.EmailNormalised, Lines: into.lines, Differs: differs})
}

// fillPerson fills what is missing in p and names the columns where both say
// something and not the same.
func fillPerson(p *Person, from Person) (differs []string) {
	if p.Name != from.Name {
		differs = append(differs, colName)
	}
	fillText(&p.Organisation, from.Organisation, colOrganisation, &differs)
	fillText((*string)(&p.Language), string(from.Language), colLanguage, &differs)
	fillInt(&p.MunicipalityCode, from.MunicipalityCode, colMunicipality, &differs)
	fillInt(&p.SizeClass, from.SizeClass, colSize, &differs)
	fillInt(&p.Sector, from.Sector, colSector, &differs)
	if p.Invented != from.Invented {
		differs = append(differs, colInvented)
		p.Invented = true // a doubtful person is rather shown as invented than as real
	}
	return differs
}

func fillText(into *string, from, column string, differs *[]string) {
	if *into == "" {
		*into = from
	} else if from != "" && from != *into {
		*differs = append(*differs, column)
	}
}

func fillInt(into *int, from int, column string, differs *[]string) {
	if *into == 0 {
		*into = from
	} else if from != 0 && from != *into {
		*differs = append(*differs, column)
	}
}

func union[T cmp.Ordered](a, b []T) []T {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// compare finds out what changes for each person of the file.
func (s *Service) compare(ctx context.Context, q sqlx.QueryerContext, p *Preview) error {
	known, err := findByEmails(ctx, q, p.addresses())
	if err != nil {
		return err
	}
	organisations, err := organisationsByName(ctx, q, p.organisationNames())
	if err != nil {
		return err
	}
	p.Changes, p.Suppressed = nil, 0
	for i := range p.entries {
		e := &p.entries[i]
		old, exists := known[e.person.EmailNormalised]
		change := Change{Person: e.person, Kind: Added}
		if exists {
			change = update(old, e.person)
			if old.Suppression != nil {
				p.Suppressed++
			}
		}
		if e.organisation.Name != "" && organisationGrows(organisations, e.organisation) && change.Kind == Same {
			change.Kind, change.Fields = Changed, []string{colOrganisation}
		}
		p.Changes = append(p.Changes, change)
	}
	return nil
}

// update applies a row to a known person: what the row says replaces, what it
// leaves empty stays, roles add up.
func update(old, from Person) Change {
	now := old
	var fields []string
	text := func(into *string, value, column string) {
		if value != "" && value != *into {
			*into = value
			fields = append(fields, column)
		}
	}
	number := func(into *int, value int, column string) {
		if value != 0 && value != *into {
			*into = value
			fields = append(fields, column)
		}
	}
	text(&now.Name, from.Name, colName)
	text(&now.Email, from.Email, colEmail)
	text((*string)(&now.Language), string(from.Language), colLanguage)
	number(&now.MunicipalityCode, from.MunicipalityCode, colMunicipality)
	number(&now.SizeClass, from.SizeClass, colSize)
	number(&now.Sector, from.Sector, colSector)
	if from.Organisation != "" && normaliseName(from.Organisation) != normaliseName(now.Organisation) {
		now.Organisation = from.Organisation
		fields = append(fields, colOrganisation)
	}
	if from.Invented && !now.Invented {
		now.Invented = true
		fields = append(fields, colInvented)
	}
	if groups := inOrder(slices.Concat(now.Groups, from.Groups)); len(groups) != len(now.Groups) {
		now.Groups = groups
		fields = append(fields, colGroup)
	}
	if len(fields) == 0 {
		return Change{Person: old, Kind: Same}
	}
	return Change{Person: now, Kind: Changed, Fields: fields}
}

// organisationGrows tells whether a row says something about an organisation
// that the register does not hold yet.
func organisationGrows(known map[string]Organisation, o Organisation) bool {
	old, exists := known[organisationKey(o)]
	if !exists {
		return true
	}
	newNumber := o.LegalNumber != "" && o.LegalNumber != old.LegalNumber
	newDates := differentDay(o.ValidFrom, old.ValidFrom) || differentDay(o.ValidTo, old.ValidTo)
	return newNumber || newDates || len(union(old.Municipalities, o.Municipalities)) != len(old.Municipalities)
}

func differentDay(now, old *time.Time) bool {
	return now != nil && (old == nil || now.Format(time.DateOnly) != old.Format(time.DateOnly))
}

func organisationKey(o Organisation) string { return o.Kind + "\x00" + normaliseName(o.Name) }

func (p *Preview) addresses() []string {
	all := make([]string, len(p.entries))
	for i, e := range p.entries {
		all[i] = e.person.EmailNormalised
	}
	return all
}

func (p *Preview) organisationNames() []string {
	var all []string
	for _, e := range p.entries {
		if e.organisation.Name != "" {
			all = append(all, normaliseName(e.organisation.Name))
		}
	}
	return union(all, nil)
}

// Import stores a file, all of it or nothing. The same file a second time
// changes nothing. A file with bad rows is refused with every one of them named.
func (s *Service) Import(ctx context.Context, r io.Reader) (Preview, error) {
	p, err := parse(r)
	if err != nil {
		return p, err
	}
	if !p.OK() {
		return p, fault.New(fault.Invalid, "people.error_rows", "Count", len(p.Faults))
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.importIn(ctx, tx, &p) })
	if err != nil {
		return p, fmt.Errorf("import %d persons: %w", len(p.entries), err)
	}
	return p, nil
}

func (s *Service) importIn(ctx context.Context, tx *sqlx.Tx, p *Preview) error {
	if err := lockImports(ctx, tx); err != nil {
		return err
	}
	if err := s.compare(ctx, tx, p); err != nil {
		return err
	}
	if p.Count(Added)+p.Count(Changed) == 0 {
		return nil
	}
	ids, err := storeOrganisations(ctx, tx, s.now(), p.organisations())
	if err != nil {
		return err
	}
	var fresh, altered []Person
	for i, c := range p.Changes {
		person := c.Person
		if o := p.entries[i].organisation; o.Name != "" {
			person.OrganisationID = ids[organisationKey(o)]
		}
		switch c.Kind {
		case Added:
			fresh = append(fresh, person)
		case Changed:
			altered = append(altered, person)
		}
	}
	if err := insertPersons(ctx, tx, s.now(), fresh); err != nil {
		return err
	}
	if err := updatePersons(ctx, tx, s.now(), altered); err != nil {
		return err
	}
	if err := addGroups(ctx, tx, append(fresh, altered...)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventImported, Subject: "people",
		Detail: map[string]int{"new": len(fresh), "changed": len(altered), "merged": len(p.Merges)}})
}

// organisations lists the organisations of the file, each once.
func (p *Preview) organisations() []Organisation {
	at := map[string]int{}
	var all []Organisation
	for _, e := range p.entries {
		if e.organisation.Name == "" {
			continue
		}
		key := organisationKey(e.organisation)
		i, seen := at[key]
		if !seen {
			at[key] = len(all)
			all = append(all, e.organisation)
			continue
		}
		all[i].Municipalities = union(all[i].Municipalities, e.organisation.Municipalities)
		if all[i].LegalNumber == "" {
			all[i].LegalNumber = e.organisation.LegalNumber
		}
	}
	return all
}

// KeepFile previews a file and, when it can be imported, keeps it for
// ConfirmFile. The id is empty when there is something to mend first.
func (s *Service) KeepFile(ctx context.Context, name string, r io.Reader) (id string, p Preview, err error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return "", p, err
	}
	if p, err = s.ImportPreview(ctx, bytes.NewReader(raw)); err != nil || !p.OK() {
		return "", p, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err = keepFile(ctx, tx, name, raw, s.now())
		return err
	})
	return id, p, err
}

// KeptFile previews a kept file again: the register may have changed meanwhile.
func (s *Service) KeptFile(ctx context.Context, id string) (name string, p Preview, err error) {
	name, raw, err := findFile(ctx, s.db, id)
	if err != nil {
		return "", p, err
	}
	p, err = s.ImportPreview(ctx, bytes.NewReader(raw))
	return name, p, err
}

// ConfirmFile imports a kept file and forgets it in the same transaction.
func (s *Service) ConfirmFile(ctx context.Context, id string) (Preview, error) {
	var p Preview
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		raw, err := takeFile(ctx, tx, id)
		if err != nil {
			return err
		}
		if p, err = parse(bytes.NewReader(raw)); err != nil {
			return err
		}
		return s.importIn(ctx, tx, &p)
	})
	return p, err
}

// DropFile forgets a kept file without importing it.
func (s *Service) DropFile(ctx context.Context, id string) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		_, err := takeFile(ctx, tx, id)
		return err
	})
}
