package people_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/testkit"
)

func service(t *testing.T) (*people.Service, *sqlx.DB) {
	t.Helper()
	t.Parallel()
	db := testkit.DB(t)
	return people.New(db, testkit.Clock(time.Date(2019, 2, 1, 8, 0, 0, 0, time.UTC)).Now), db
}

var ctx = context.Background()

func mustImport(t *testing.T, s *people.Service, csv string) people.Preview {
	t.Helper()
	p, err := s.Import(ctx, strings.NewReader(csv))
	if err != nil {
		t.Fatalf("%v: %+v", err, p.Faults)
	}
	return p
}

func TestTheSampleImportsAndTheSecondTimeChangesNothing(t *testing.T) {
	s, _ := service(t)
	contacts := sample.Contacts(7, 400)
	var file bytes.Buffer
	if err := sample.WriteContacts(&file, contacts); err != nil {
		t.Fatal(err)
	}
	first := mustImport(t, s, file.String())
	if first.Count(people.Added) != 400 || len(first.Faults) != 0 {
		t.Errorf("added %d with faults %v", first.Count(people.Added), first.Faults)
	}
	second := mustImport(t, s, file.String())
	if second.Count(people.Same) != 400 {
		t.Errorf("second time: %d the same, first change %+v", second.Count(people.Same), second.Changes[0])
	}
	frames, err := s.FrameCounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample.GroupCounts(contacts), frames); diff != "" {
		t.Error(diff)
	}
	page, err := s.List(ctx, people.Filter{Group: people.Procurer, PageSize: 25, Page: 3})
	if err != nil || page.Total != 60 || page.Pages != 3 || len(page.Persons) != 10 || !page.Persons[0].Invented {
		t.Errorf("page %+v %v", page, err)
	}
}

const messy = "Namn;E-post;Grupp;Organisation;Kommun;Språk;Anställda;Bransch;Telefon\r\n" +
	"Åsa Öhrn;Asa@Kommun.example;Upphandlare;Falu kommun;Falun;;;;0243-12 34\r\n" +
	"\"Öhrn, Åsa\";asa@kommun.EXAMPLE;politiker;Falu kommun;2080;en;;;\r\n" +
	";;;;;;;;\r\n" +
	"Per Höök;per@bygg.example;företag;Hööks Bygg AB;Älvdalen;;3;Bygg och anläggning;\r\n"

func TestAMessySpreadsheetIsReadInEveryEncodingExcelWrites(t *testing.T) {
	cp1252, err := charmap.Windows1252.NewEncoder().String(messy)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(messy)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := service(t)
	var first people.Preview
	for name, c := range map[string]struct{ file, encoding string }{
		"plain": {messy, "UTF-8"}, "with byte order mark": {"\uFEFF" + messy, "UTF-8"}, "Windows": {cp1252, "Windows-1252"},
		"UTF-16": {utf16, "UTF-16"}, "commas": {strings.ReplaceAll(messy, ";", ","), "UTF-8"}, "tabs": {strings.ReplaceAll(messy, ";", "\t"), "UTF-8"},
	} {
		p, err := s.ImportPreview(ctx, strings.NewReader(c.file))
		if err != nil || !p.OK() || p.Encoding != c.encoding || p.Rows != 3 || len(p.Changes) != 2 {
			t.Fatalf("%s: %v %+v", name, err, p)
		}
		if first.Changes == nil {
			first = p
		}
		if diff := cmp.Diff(first.Changes, p.Changes); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if want := []people.Merge{{Email: "asa@kommun.example", Lines: []int{2, 3}, Differs: []string{"name"}}}; !cmp.Equal(want, p.Merges) {
			t.Errorf("%s merges: %s", name, cmp.Diff(want, p.Merges))
		}
		if !cmp.Equal([]string{"Telefon"}, p.Ignored) {
			t.Errorf("%s ignores %v", name, p.Ignored)
		}
	}
	want := people.Person{Name: "Åsa Öhrn", Email: "Asa@Kommun.example", EmailNormalised: "asa@kommun.example", Language: "en",
		Groups: []string{people.Procurer, people.Politician}, Organisation: "Falu kommun", MunicipalityCode: 2080}
	if diff := cmp.Diff(want, first.Changes[0].Person); diff != "" {
		t.Error(diff)
	}
	if p := first.Changes[1].Person; p.SizeClass != 2 || p.Sector != 4 || p.MunicipalityCode != 2039 {
		t.Errorf("%+v", p)
	}
}

func TestEveryBadRowIsNamedAndNothingIsStored(t *testing.T) {
	s, _ := service(t)
	file := "name,email,group,municipality,language,size class,sector,invented,organisation,organisation number,organisation from,organisation to\n" +
		"Good,good@a.example,business,Mora,sv,1-4,F,no,A AB,556036-0793,,\n" +
		",noname@a.example,,,,,,,,,,\n" +
		"No At,nobody,,,,,,,,,,\n" +
		"Two Lines,\"two\n@a.example\",,,,,,,,,,\n" +
		"Group,g@a.example,wizard,,,,,,,,,\n" +
		"Place,p@a.example,,Göteborg,,,,,,,,\n" +
		"Tongue,t@a.example,,,fi,,,,,,,\n" +
		"Size,s@a.example,,,,huge,,,,,,\n" +
		"Trade,tr@a.example,,,,,99,,,,,\n" +
		"Maybe,m@a.example,,,,,,maybe,,,,\n" +
		"Sole,sole@a.example,business,,,,,,S,811218-9876,,\n" +
		"Number 19811218 9876,n@a.example,,,,,,,,,,\n" +
		"Firm,f@a.example,,,,,,,F,556036-0790,,\n" +
		"Ends,e@a.example,,,,,,,E,,2019-01-01,2018-01-01\n" +
		"Long,l@a.example,,,,,,,,,,,,,surplus\n"
	p, err := s.ImportPreview(ctx, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"3 people.row_name", "4 people.row_email", "5 people.row_email", "7 people.row_group", "8 people.row_municipality",
		"9 people.row_language", "10 people.row_size", "11 people.row_sector", "12 people.row_yes_no", "13 people.row_personal_number",
		"14 people.row_personal_number", "15 people.row_legal_number", "16 people.row_validity", "17 people.row_cells"}
	var got []string
	for _, f := range p.Faults {
		got = append(got, fmt.Sprint(f.Line, " ", f.Key))
		if text := f.Text("sv"); strings.HasPrefix(text, "[") || strings.Contains(text, "<no value>") {
			t.Errorf("%s: %s", f.Key, text)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Import(ctx, strings.NewReader(file)); !fault.Is(err, fault.Invalid) {
		t.Errorf("import: %v", err)
	}
	if n, err := s.Count(ctx); n != 0 || err != nil {
		t.Errorf("%d persons stored, %v", n, err)
	}
	if id, _, err := s.KeepFile(ctx, "bad.csv", strings.NewReader(file)); id != "" || err != nil {
		t.Errorf("a file with faults was kept: %q %v", id, err)
	}
}

func TestAFileThatIsNoContactListIsRefused(t *testing.T) {
	s, _ := service(t)
	for name, c := range map[string]struct{ file, key string }{
		"empty":          {"", "people.error_file_empty"},
		"only a header":  {"name,email\n", "people.error_file_empty"},
		"a workbook":     {"PK\x03\x04\x14\x00\x06", "people.error_file_not_csv"},
		"no address":     {"name,telephone\nA,1\n", "people.error_column_missing"},
		"no header":      {"A,a@b.example\nB,b@b.example\n", "people.error_column_missing"},
		"a column twice": {"name,email,e-post\nA,a@b.example,a@b.example\n", "people.error_column_twice"},
	} {
		_, err := s.ImportPreview(ctx, strings.NewReader(c.file))
		if f, ok := fault.Of(err); !ok || f.Kind != fault.Invalid || f.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnImportUpdatesWhatItSaysAndLeavesTheRest(t *testing.T) {
	s, _ := service(t)
	mustImport(t, s, "name,email,group,municipality,organisation,municipalities\nEva Hed,eva@x.example,procurer,Mora,Gemensam enhet,Mora|Orsa\n")
	p := mustImport(t, s, "name,email,group,municipality,organisation,municipalities\nEva Hedlund,EVA@x.example,politician,,Gemensam enhet,Älvdalen\n")
	if c := p.Changes[0]; c.Kind != people.Changed || !slices.Equal(c.Fields, []string{"name", "email", "group"}) {
		t.Errorf("%+v", c)
	}
	got, err := s.FindByEmail(ctx, "Eva@X.example")
	if err != nil || got.Name != "Eva Hedlund" || got.MunicipalityCode != 2062 || !slices.Equal(got.Groups, []string{"procurer", "politician"}) {
		t.Errorf("%+v %v", got, err)
	}
	o, err := s.Organisation(ctx, got.OrganisationID)
	if err != nil || !slices.Equal(o.Municipalities, []int{2034, 2039, 2062}) {
		t.Errorf("%+v %v", o, err)
	}
}

func TestAKeptFileIsImportedOnce(t *testing.T) {
	s, _ := service(t)
	id, _, err := s.KeepFile(ctx, "people.csv", strings.NewReader(messy))
	if err != nil || id == "" {
		t.Fatal(err)
	}
	if _, p, err := s.KeptFile(ctx, id); err != nil || p.Count(people.Added) != 2 {
		t.Errorf("%+v %v", p, err)
	}
	if n, _ := s.Count(ctx); n != 0 {
		t.Errorf("the preview stored %d persons", n)
	}
	if _, err := s.ConfirmFile(ctx, id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ConfirmFile(ctx, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("confirmed twice: %v", err)
	}
	if n, _ := s.Count(ctx); n != 2 {
		t.Errorf("%d persons", n)
	}
}

func TestSuppressionFollowsTheAddressAndWhatThePersonSaid(t *testing.T) {
	s, db := service(t)
	mustImport(t, s, messy)
	person, err := s.FindByEmail(ctx, "per@bygg.example")
	if err != nil {
		t.Fatal(err)
	}
	step := func(do func(tx *sqlx.Tx) error, reason string) {
		t.Helper()
		if err := postgres.InTx(ctx, db, do); err != nil {
			t.Fatal(err)
		}
		sup, err := s.Suppressed(ctx, " PER@bygg.example")
		if err != nil || (sup == nil) != (reason == "") || sup != nil && sup.Reason != reason {
			t.Errorf("%+v %v, want %q", sup, err, reason)
		}
	}
	step(func(tx *sqlx.Tx) error { return s.Bounced(ctx, tx, person.Email) }, people.ReasonBounced)
	step(func(tx *sqlx.Tx) error { return s.Suppress(ctx, tx, person.Email, people.ReasonUnsubscribed) }, people.ReasonUnsubscribed)
	step(func(tx *sqlx.Tx) error { return s.Bounced(ctx, tx, person.Email) }, people.ReasonUnsubscribed)
	step(func(tx *sqlx.Tx) error { return s.Unsuppress(ctx, tx, person.Email) }, "")
	if err := s.SetSuppressed(ctx, person.ID, true); err != nil {
		t.Fatal(err)
	}
	page, err := s.List(ctx, people.Filter{Suppressed: true})
	if err != nil || page.Total != 1 || page.Persons[0].Suppression.Reason != people.ReasonObjection {
		t.Errorf("%+v %v", page, err)
	}
	if p := mustImport(t, s, messy); p.Suppressed != 1 {
		t.Errorf("the import saw %d suppressed", p.Suppressed)
	}
}

func TestTheListSearchesAndSortsInSwedish(t *testing.T) {
	s, _ := service(t)
	mustImport(t, s, "name,email,municipality\nÖrjan,o@x.example,Mora\nZäta,z@x.example,\nÅsa,a@x.example,\nÄrla,ae@x.example,\nA_b,ab@x.example,\n")
	page, err := s.List(ctx, people.Filter{})
	var names []string
	for _, p := range page.Persons {
		names = append(names, p.Name)
	}
	if want := []string{"A_b", "Zäta", "Åsa", "Ärla", "Örjan"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%v %v", names, err)
	}
	for search, want := range map[string]int{"örj": 1, "_": 1, "%": 0, "@x.example": 5, "nobody": 0} {
		if page, err := s.List(ctx, people.Filter{Search: search}); err != nil || page.Total != want {
			t.Errorf("%q: %d %v", search, page.Total, err)
		}
	}
	if page, err := s.List(ctx, people.Filter{MunicipalityCode: 2062}); err != nil || page.Total != 1 {
		t.Errorf("%+v %v", page, err)
	}
}

func TestNormalisingAnAddressTwiceIsTheSameAsOnce(t *testing.T) {
	for in, want := range map[string]string{
		" Eva.Hed@Kommun.SE ": "eva.hed@kommun.se", "info@älvdalen.example": "info@xn--lvdalen-4wa.example",
		"åsa@kommun.example": "", "a@b": "", "Eva <e@x.example>": "", "a@b.example,c@d.example": "", "": "",
	} {
		got, err := people.NormaliseEmail(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v, want %q", in, got, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-Za-z0-9.+_-]{1,12}@[A-Za-zåäö0-9-]{1,12}\.[a-z]{2,4}`).Draw(t, "address")
		once, err := people.NormaliseEmail(s)
		if err != nil {
			return
		}
		if twice, err := people.NormaliseEmail(once); err != nil || twice != once {
			t.Fatalf("%q then %q: %v", once, twice, err)
		}
	})
}

// FuzzImport: no bytes make the reader panic, and whatever it accepts has an
// address for every person.
func FuzzImport(f *testing.F) {
	f.Add([]byte(messy))
	f.Add([]byte("name;email\n\"a;b"))
	f.Add([]byte{0xFF, 0xFE, 'n', 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := people.Parse(bytes.NewReader(raw))
		if err != nil {
			return
		}
		for _, m := range p.Merges {
			if len(m.Lines) < 2 || m.Email == "" {
				t.Errorf("merge of %+v", m)
			}
		}
	})
}

func TestWhoIsHeldIsNotErasedMeanwhile(t *testing.T) {
	s, db := service(t)
	mustImport(t, s, "name;email;group\nÅsa;asa@kommun.example;procurer\n")
	p, err := s.FindByEmail(ctx, "asa@kommun.example")
	if err != nil {
		t.Fatal(err)
	}
	later := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	err = postgres.InTx(ctx, db, func(tx *sqlx.Tx) error {
		if err := s.Hold(ctx, tx, []string{p.ID}); err != nil {
			return err
		}
		return postgres.InTx(ctx, db, func(other *sqlx.Tx) error {
			if _, err := other.ExecContext(ctx, `SET LOCAL lock_timeout = '20ms'`); err != nil {
				return err
			}
			if list, err := s.Untouched(ctx, other, later); err == nil {
				t.Errorf("%d persons could be erased while they are held", len(list))
			}
			return errors.New("nothing is kept")
		})
	})
	if err == nil || err.Error() != "nothing is kept" {
		t.Fatal(err)
	}
	err = postgres.InTx(ctx, db, func(tx *sqlx.Tx) error { return s.Erase(ctx, tx, []string{p.ID}) })
	if err != nil {
		t.Fatal(err)
	}
	err = postgres.InTx(ctx, db, func(tx *sqlx.Tx) error { return s.Hold(ctx, tx, []string{p.ID}) })
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("a nameless person is held: %v", err)
	}
}
