package people

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
)

// RowFault is one thing wrong with one row of a file.
type RowFault struct {
	Line   int    // in the file; the header is line 1
	Column string // as the file names it; empty when the row as a whole is wrong
	Key    string // message key with the reason
	Args   map[string]any
}

// Text is the reason in words.
func (f RowFault) Text(l i18n.Lang) string { return i18n.TMap(l, f.Key, f.Args) }

// entry is what one row, or several rows about one address, say.
type entry struct {
	lines        []int
	person       Person
	organisation Organisation
}

// rowReader reads the cells of one row and collects what is wrong.
type rowReader struct {
	file   *file
	cells  cells
	faults []RowFault
}

func (r *rowReader) bad(field, key string, args ...any) {
	r.faults = append(r.faults, RowFault{Line: r.cells.line, Column: r.file.header(field), Key: key, Args: fault.Args(args...)})
}

// readRow turns a row into an entry.
func readRow(f *file, c cells) (entry, []RowFault) {
	r := &rowReader{file: f, cells: c}
	r.refusePersonalNumbers()
	get := func(field string) string { return f.get(c, field) }
	p := Person{Name: strings.Join(strings.Fields(get(colName)), " "), Email: get(colEmail)}
	if p.Name == "" {
		r.bad(colName, "people.row_name")
	}
	var err error
	if p.EmailNormalised, err = NormaliseEmail(p.Email); err != nil {
		r.bad(colEmail, "people.row_email", "Value", p.Email)
	}
	p.Groups = r.groups(get(colGroup))
	p.Language = r.language(get(colLanguage))
	p.MunicipalityCode = r.municipality(colMunicipality, get(colMunicipality))
	p.SizeClass = r.sizeClass(get(colSize))
	p.Sector = r.sector(get(colSector))
	p.Invented = r.yes(colInvented, get(colInvented))
	o := r.organisation(p.Invented, p.Groups)
	p.Organisation = o.Name
	return entry{lines: []int{c.line}, person: p, organisation: o}, r.faults
}

// refusePersonalNumbers looks at every cell, also those that are not imported:
// the file itself is kept until the import is confirmed.
func (r *rowReader) refusePersonalNumbers() {
	for i, v := range r.cells.values {
		if looksPersonal(v) {
			name := strconv.Itoa(i + 1)
			if i < len(r.file.headers) {
				name = r.file.headers[i]
			}
			r.faults = append(r.faults, RowFault{Line: r.cells.line, Column: name, Key: "people.row_personal_number"})
		}
	}
}

var groupNames = map[string]string{
	"procurer": Procurer, "procurers": Procurer, "upphandlare": Procurer, "inköpare": Procurer, "beställare": Procurer, "purchaser": Procurer,
	"politician": Politician, "politicians": Politician, "politiker": Politician, "förtroendevald": Politician, "förtroendevalda": Politician,
	"business": Business, "businesses": Business, "företag": Business, "företagare": Business, "firm": Business, "firms": Business, "leverantör": Business,
	"developer": Developer, "developers": Developer, "näringslivsutvecklare": Developer,
}

func (r *rowReader) groups(s string) []string {
	var found []string
	for _, part := range several(s) {
		g := groupNames[strings.ToLower(part)]
		if g == "" {
			r.bad(colGroup, "people.row_group", "Value", part)
			continue
		}
		found = append(found, g)
	}
	return inOrder(found)
}

// several splits a cell that holds more than one value.
func several(s string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;|/+", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (r *rowReader) language(s string) i18n.Lang {
	switch strings.ToLower(s) {
	case "":
		return ""
	case "sv", "svenska", "swedish", "sve":
		return i18n.Sv
	case "en", "engelska", "english", "eng":
		return i18n.En
	}
	r.bad(colLanguage, "people.row_language", "Value", s)
	return ""
}

func (r *rowReader) municipality(field, s string) int {
	if s == "" {
		return 0
	}
	folded := strings.ToLower(s)
	for _, m := range region.Municipalities {
		if folded == strings.ToLower(m.Name) || folded == strings.ToLower(m.Formal) || s == strconv.Itoa(m.Code) {
			return m.Code
		}
	}
	if slices.Contains([]string{"20", "dalarna", "hela länet", "dalarnas län"}, folded) {
		return region.County
	}
	r.bad(field, "people.row_municipality", "Value", s)
	return 0
}

// sizeClass reads a class as people write it ("1-4", "250+") or a plain number
// of employees.
func (r *rowReader) sizeClass(s string) int {
	plain := strings.NewReplacer(" ", "", "–", "-", "anställda", "", "employees", "", "ellerfler", "+", "ormore", "+").
		Replace(strings.ToLower(s))
	if plain == "" {
		return 0
	}
	low, high, isRange := strings.Cut(strings.TrimSuffix(plain, "+"), "-")
	n, err := strconv.Atoi(low)
	if err == nil {
		c, ok := region.SizeClassOf(n)
		fits := !isRange || strconv.Itoa(c.Max) == high && c.Min == n
		if ok && fits && (!strings.HasSuffix(plain, "+") || c.Min == n && c.Max == 0) {
			return c.Code
		}
	}
	r.bad(colSize, "people.row_size", "Value", s)
	return 0
}

// sector reads a sector's number, its name or the letter of an SNI section.
func (r *rowReader) sector(s string) int {
	if s == "" {
		return 0
	}
	folded := strings.ToLower(s)
	for _, sec := range region.Sectors {
		letter := len(s) == 1 && strings.Contains(sec.SNI, strings.ToUpper(s))
		if letter || s == strconv.Itoa(sec.Code) || folded == strings.ToLower(sec.Name.Sv) || folded == strings.ToLower(sec.Name.En) {
			return sec.Code
		}
	}
	r.bad(colSector, "people.row_sector", "Value", s)
	return 0
}

func (r *rowReader) yes(field, s string) bool {
	switch strings.ToLower(s) {
	case "", "0", "nej", "no", "false", "n":
		return false
	case "1", "ja", "yes", "true", "x", "j", "y", "påhittad", "invented":
		return true
	}
	r.bad(field, "people.row_yes_no", "Value", s)
	return false
}

var kindNames = map[string]string{
	"kommun": "municipality", "kommunalt bolag": "municipal_company", "gemensam nämnd": "joint_unit", "kommunalförbund": "joint_unit",
	"gemensam enhet": "joint_unit", "region": "region", "landsting": "region", "statlig myndighet": "state_agency", "myndighet": "state_agency",
	"företag": "business", "socialt företag": "social_enterprise", "branschorganisation": "trade_association", "annan": "other", "övrigt": "other",
	"municipal company": "municipal_company", "joint unit": "joint_unit", "state agency": "state_agency", "social enterprise": "social_enterprise",
	"trade association": "trade_association",
}

// organisation reads the columns about the organisation.
func (r *rowReader) organisation(invented bool, groups []string) Organisation {
	get := func(field string) string { return r.file.get(r.cells, field) }
	o := Organisation{Name: strings.Join(strings.Fields(get(colOrganisation)), " "), Invented: invented}
	if kind := strings.ToLower(get(colKind)); kind != "" {
		o.Kind = kindNames[kind]
		if slices.Contains(Kinds, kind) {
			o.Kind = kind
		}
		if o.Kind == "" {
			r.bad(colKind, "people.row_kind", "Value", get(colKind))
		}
	}
	if o.Kind == "" {
		o.Kind = guessKind(o.Name, groups)
	}
	if s := get(colLegalNumber); s != "" && !looksPersonal(s) {
		var ok bool
		if o.LegalNumber, ok = parseLegalNumber(s); !ok {
			r.bad(colLegalNumber, "people.row_legal_number", "Value", s)
		}
	}
	o.ValidFrom = r.date(colValidFrom, get(colValidFrom))
	o.ValidTo = r.date(colValidTo, get(colValidTo))
	if o.ValidFrom != nil && o.ValidTo != nil && !o.ValidFrom.Before(*o.ValidTo) {
		r.bad(colValidTo, "people.row_validity")
	}
	for _, part := range several(get(colServes)) {
		if code := r.municipality(colServes, part); code != 0 && !slices.Contains(o.Municipalities, code) {
			o.Municipalities = append(o.Municipalities, code)
		}
	}
	slices.Sort(o.Municipalities)
	return o
}

func guessKind(name string, groups []string) string {
	folded := strings.ToLower(name)
	switch {
	case strings.HasSuffix(folded, " kommun"):
		return "municipality"
	case strings.HasPrefix(folded, "region "), strings.HasPrefix(folded, "landstinget "):
		return "region"
	case slices.Contains(groups, Business):
		return "business"
	}
	return "other"
}

func (r *rowReader) date(field, s string) *time.Time {
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		r.bad(field, "people.row_date", "Value", s)
		return nil
	}
	return &t
}
