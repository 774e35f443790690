package report

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// Names of the audit events of publication.
const (
	EventApproved = "report.approved"
	EventErratum  = "report.erratum_noted"
	EventImprint  = "report.imprint_set"
)

// Imprint is what an edition says of itself besides its title: the registry number, and the numbers of
// the series (ISSN, ISO 3297) and of the publication in each language (ISBN, ISO 2108). All may be empty.
type Imprint struct {
	Dnr    string `json:",omitempty"`
	ISSN   string `json:",omitempty"` // 1234-567X
	ISBNSv string `json:",omitempty"` // 978-91-87654-32-1, hyphens as they were written
	ISBNEn string `json:",omitempty"`
}

// ISBN is the number of the edition in a language.
func (i Imprint) ISBN(lang string) string {
	if lang == string(i18n.En) {
		return i.ISBNEn
	}
	return i.ISBNSv
}

// numbers are the edition's, as it prints them: "ISSN 1234-5679. ISBN 978-91-87654-32-1".
func (i Imprint) numbers(lang string) string {
	var out []string
	if i.ISSN != "" {
		out = append(out, "ISSN "+i.ISSN)
	}
	if isbn := i.ISBN(lang); isbn != "" {
		out = append(out, "ISBN "+isbn)
	}
	return strings.Join(out, ". ")
}

var (
	issnShape = regexp.MustCompile(`^\d{4}-\d{3}[\dX]$`)
	isbnShape = regexp.MustCompile(`^97[89][-\d]{10,14}$`)
)

// validISSN checks shape and check digit: weights 8 to 2, modulo 11, X for 10.
func validISSN(s string) bool {
	if !issnShape.MatchString(s) {
		return false
	}
	sum := 0
	digits := strings.Replace(s, "-", "", 1)
	for i, weight := 0, 8; i < 7; i, weight = i+1, weight-1 {
		sum += int(digits[i]-'0') * weight
	}
	check := byte('0' + (11-sum%11)%11)
	if check == '0'+10 {
		check = 'X'
	}
	return digits[7] == check
}

// validISBN checks shape and check digit of thirteen: weights 1 and 3 in turn, modulo 10.
func validISBN(s string) bool {
	digits := strings.ReplaceAll(s, "-", "")
	if !isbnShape.MatchString(s) || len(digits) != 13 || strings.Contains(s, "--") || strings.HasSuffix(s, "-") {
		return false
	}
	sum := 0
	for i := range digits {
		weight := 1 + 2*(i%2)
		sum += int(digits[i]-'0') * weight
	}
	return sum%10 == 0
}

// Imprint is what the next edition of the kind will carry.
func (s *Service) Imprint(ctx context.Context, kind Kind) (Imprint, error) {
	i, err := findImprint(ctx, s.db, kind)
	if i.Dnr == "" {
		i.Dnr = s.settings.Dnr
	}
	return i, err
}

// SetImprint changes what the next edition of the kind will carry; editions that are made keep theirs.
// Faults: Invalid, naming the field whose number is none.
func (s *Service) SetImprint(ctx context.Context, kind Kind, i Imprint) error {
	i = Imprint{Dnr: strings.TrimSpace(i.Dnr), ISSN: strings.ToUpper(strings.TrimSpace(i.ISSN)),
		ISBNSv: strings.TrimSpace(i.ISBNSv), ISBNEn: strings.TrimSpace(i.ISBNEn)}
	var fields []fault.Field
	if i.ISSN != "" && !validISSN(i.ISSN) {
		fields = append(fields, fault.Field{Name: "issn", Key: "report.error_issn"})
	}
	for name, isbn := range map[string]string{"isbn_sv": i.ISBNSv, "isbn_en": i.ISBNEn} {
		if isbn != "" && !validISBN(isbn) {
			fields = append(fields, fault.Field{Name: name, Key: "report.error_isbn"})
		}
	}
	if i.ISBNSv != "" && strings.ReplaceAll(i.ISBNSv, "-", "") == strings.ReplaceAll(i.ISBNEn, "-", "") {
		fields = append(fields, fault.Field{Name: "isbn_en", Key: "report.error_isbn_same"})
	}
	if kind != Regional && kind != National {
		fields = append(fields, fault.Field{Name: "kind", Key: "error.choice"})
	}
	if len(fields) > 0 {
		return fault.InvalidFields("error.invalid", fields...)
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := upsertImprint(ctx, tx, kind, i, s.now(), audit.ActorOf(ctx).Name); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventImprint, Subject: "imprint", SubjectID: string(kind),
			Detail: map[string]any{"issn": i.ISSN, "isbn_sv": i.ISBNSv, "isbn_en": i.ISBNEn, "dnr": i.Dnr}})
	})
}

// Approve records who stands for an edition before it is published. With the rule of two persons it
// must be another than the one who made it.
func (s *Service) Approve(ctx context.Context, id string) (Edition, error) {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		e, err := lockEdition(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.approve(ctx, tx, e)
	})
	if err != nil {
		return Edition{}, err
	}
	return s.Find(ctx, id)
}

func (s *Service) approve(ctx context.Context, tx *sqlx.Tx, e Edition) error {
	by := audit.ActorOf(ctx).Name
	switch {
	case e.ApprovedAt != nil:
		return nil
	case e.State == Draft:
		return fault.New(fault.Conflict, "report.error_not_rendered")
	case s.settings.TwoPersons && by == e.MadeBy:
		return fault.New(fault.Conflict, "report.error_two_persons", "Name", e.MadeBy)
	}
	if err := approveEdition(ctx, tx, e.ID, by, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventApproved, Subject: "edition", SubjectID: e.ID,
		Detail: map[string]any{"slug": e.Slug, "pdf_sha256": e.PDFSHA256}})
}

// Embargoed says whether a published edition may not be read yet.
func (e Edition) Embargoed(now time.Time) bool {
	return e.EmbargoUntil != nil && now.Before(*e.EmbargoUntil)
}

// Erratum is one thing that is wrong in a published edition, in the edition's language. It is told
// beside the edition and in the feed; the edition itself never changes.
type Erratum struct {
	Number  int       `db:"number" json:"number"` // from 1 within the edition
	Place   string    `db:"place" json:"place"`   // "sida 7, figur 3"
	Reads   string    `db:"reads" json:"reads"`   // what stands there
	Should  string    `db:"should" json:"should"` // what should
	NotedAt time.Time `db:"noted_at" json:"noted_at"`
	NotedBy string    `db:"noted_by" json:"-"`
}

// NoteErratum tells of a fault in a published edition. It cannot be taken back, only followed by another.
func (s *Service) NoteErratum(ctx context.Context, editionID string, e Erratum) error {
	var fields []fault.Field
	for name, text := range map[string]*string{"place": &e.Place, "reads": &e.Reads, "should": &e.Should} {
		if *text = strings.TrimSpace(*text); *text == "" {
			fields = append(fields, fault.Field{Name: name, Key: "error.required"})
		}
	}
	if e.Reads == e.Should && e.Reads != "" {
		fields = append(fields, fault.Field{Name: "should", Key: "report.error_erratum_same"})
	}
	if len(fields) > 0 {
		return fault.InvalidFields("error.invalid", fields...)
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		edition, err := lockEdition(ctx, tx, editionID)
		if err != nil {
			return err
		}
		if edition.State != Published {
			return fault.New(fault.Conflict, "report.error_erratum_unpublished")
		}
		number, err := insertErratum(ctx, tx, edition.ID, e, s.now(), audit.ActorOf(ctx).Name)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventErratum, Subject: "edition", SubjectID: edition.ID,
			Detail: map[string]any{"slug": edition.Slug, "number": number, "place": e.Place}})
	})
}

// Errata are an edition's, the latest first.
func (s *Service) Errata(ctx context.Context, editionID string) ([]Erratum, error) {
	return listErrata(ctx, s.db, editionID)
}
