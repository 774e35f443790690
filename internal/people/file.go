package people

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"upphandlingsdialog/internal/fault"
)

// MaxFile is the most bytes that a contact file may have.
const MaxFile = 10 << 20

// file is a contact file split in cells, before anybody asks what they mean.
type file struct {
	encoding  string // "UTF-8", "UTF-16" or "Windows-1252"
	delimiter string
	fields    []string // what each column holds: a field name, "" when not known
	headers   []string // as written
	rows      []cells
	faults    []RowFault
}

// cells is one row of a file.
type cells struct {
	line   int // in the file, the header is line 1
	values []string
}

// get is the cell of a field, trimmed; "" when the file has no such column.
func (f *file) get(c cells, field string) string {
	for i, name := range f.fields {
		if name == field && i < len(c.values) {
			return strings.TrimSpace(c.values[i])
		}
	}
	return ""
}

// header is the column's name as it stands in the file.
func (f *file) header(field string) string {
	if i := slices.Index(f.fields, field); i >= 0 {
		return f.headers[i]
	}
	return field
}

// readFile decodes and splits a file. Faults of single rows are collected; an
// error means that nothing of the file can be used.
func readFile(r io.Reader) (*file, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxFile {
		return nil, fault.New(fault.Invalid, "people.error_file_large", "Max", MaxFile>>20)
	}
	f := &file{}
	text, err := f.decode(raw)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, fault.New(fault.Invalid, "people.error_file_empty")
	}
	comma := sniff(text)
	f.delimiter = string(comma)
	return f, f.split(text, comma)
}

// decode turns the bytes into text. Excel writes three encodings, and only one
// of them is what people believe they have saved.
func (f *file) decode(raw []byte) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}), bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		f.encoding = "UTF-16"
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return "", fault.New(fault.Invalid, "people.error_file_unreadable").Wrap(err)
		}
		return string(text), nil
	case bytes.IndexByte(raw, 0) >= 0, bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return "", fault.New(fault.Invalid, "people.error_file_not_csv")
	case utf8.Valid(raw):
		f.encoding = "UTF-8"
		return strings.TrimPrefix(string(raw), "\uFEFF"), nil
	}
	f.encoding = "Windows-1252"
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", fault.New(fault.Invalid, "people.error_file_unreadable")
	}
	return string(text), nil
}

// sniff picks the delimiter that the header line has most of, outside quotes.
func sniff(text string) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range text {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

func (f *file) split(text string, comma rune) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, -1
	header, err := r.Read()
	if err != nil {
		return fault.New(fault.Invalid, "people.error_file_unreadable").Wrap(err)
	}
	f.headers = header
	for _, h := range header {
		field := columnNames[foldHeader(h)]
		if field != "" && slices.Contains(f.fields, field) {
			return fault.New(fault.Invalid, "people.error_column_twice", "Column", h)
		}
		f.fields = append(f.fields, field)
	}
	for _, need := range []string{colName, colEmail} {
		if !slices.Contains(f.fields, need) {
			return fault.New(fault.Invalid, "people.error_column_missing", "Column", need,
				"Found", strings.Join(header, ", "))
		}
	}
	return f.readRows(r)
}

func (f *file) readRows(r *csv.Reader) error {
	for {
		values, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var pe *csv.ParseError
		if errors.As(err, &pe) { // quoting is broken: where the next row begins is a guess
			f.faults = append(f.faults, RowFault{Line: pe.Line, Key: "people.row_quotes"})
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		if strings.TrimSpace(strings.Join(values, "")) == "" {
			continue
		}
		if len(values) > len(f.headers) {
			f.faults = append(f.faults, RowFault{Line: line, Key: "people.row_cells",
				Args: fault.Args("Found", len(values), "Expected", len(f.headers))})
			continue
		}
		f.rows = append(f.rows, cells{line, values})
	}
}

// foldHeader makes two ways of writing a column's name the same.
func foldHeader(s string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", "(", "", ")", "", ".", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// Fields that a column can hold.
const (
	colName         = "name"
	colEmail        = "email"
	colGroup        = "group"
	colOrganisation = "organisation"
	colKind         = "organisation_kind"
	colLegalNumber  = "organisation_number"
	colValidFrom    = "organisation_from"
	colValidTo      = "organisation_to"
	colServes       = "organisation_municipalities"
	colMunicipality = "municipality"
	colLanguage     = "language"
	colSize         = "size_class"
	colSector       = "sector"
	colInvented     = "invented"
)

// Columns lists the fields in the order in which files are written.
var Columns = []string{colName, colEmail, colGroup, colOrganisation, colKind, colLegalNumber, colValidFrom, colValidTo,
	colServes, colMunicipality, colLanguage, colSize, colSector, colInvented}

var columnNames = map[string]string{
	"name": colName, "namn": colName, "fullname": colName, "kontaktperson": colName, "contact": colName,
	"email": colEmail, "epost": colEmail, "epostadress": colEmail, "mail": colEmail, "mejl": colEmail, "mejladress": colEmail, "mailadress": colEmail, "emailaddress": colEmail,
	"group": colGroup, "groups": colGroup, "grupp": colGroup, "grupper": colGroup, "målgrupp": colGroup, "roll": colGroup, "role": colGroup,
	"organisation": colOrganisation, "organization": colOrganisation, "företag": colOrganisation, "company": colOrganisation, "arbetsgivare": colOrganisation,
	"organisationkind": colKind, "organisationskind": colKind, "organisationstyp": colKind, "organisationtype": colKind, "organisationsslag": colKind, "typavorganisation": colKind,
	"organisationnumber": colLegalNumber, "organisationsnummer": colLegalNumber, "orgnr": colLegalNumber, "orgnummer": colLegalNumber,
	"organisationfrom": colValidFrom, "organisationenfrån": colValidFrom, "giltigfrån": colValidFrom, "validfrom": colValidFrom,
	"organisationto": colValidTo, "organisationentill": colValidTo, "giltigtill": colValidTo, "validto": colValidTo,
	"organisationmunicipalities": colServes, "organisationenskommuner": colServes, "kommuner": colServes, "municipalities": colServes,
	"municipality": colMunicipality, "municipalitycode": colMunicipality, "kommun": colMunicipality, "kommunkod": colMunicipality,
	"language": colLanguage, "språk": colLanguage,
	"sizeclass": colSize, "storleksklass": colSize, "employees": colSize, "anställda": colSize, "antalanställda": colSize, "storlek": colSize,
	"sector": colSector, "bransch": colSector, "sektor": colSector, "industry": colSector,
	"invented": colInvented, "påhittad": colInvented, "exempel": colInvented,
}
