package report_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/testkit"
)

// made is a rendered regional edition in Swedish.
func (w world) made() report.Edition {
	w.Helper()
	w.Decide()
	return w.Print(report.Regional)
}

func TestNothingOfAnEditionIsPublicBeforeItsEmbargoIsOver(t *testing.T) {
	w := newWorld(t)
	e := w.made()
	ctx := t.Context()
	at := w.Clock.Now().Add(3 * time.Hour)
	e, err := w.Reports.Publish(ctx, e.ID, at)
	w.Must(err)

	list, err := w.Reports.CreateList(ctx, "Pressen", report.Regional)
	w.Must(err)
	_, err = w.Reports.AddMembers(ctx, list.ID, []report.Member{{Email: "redaktion@tidning.example"}})
	w.Must(err)
	shown := func() (found, listed, told, current bool) {
		_, err := w.Reports.FindPublished(ctx, e.Slug)
		all, lerr := w.Reports.ListPublished(ctx)
		feed, ferr := w.Reports.Feed(ctx, i18n.Sv)
		_, cerr := w.Reports.Current(ctx, report.Regional)
		w.Must(lerr)
		w.Must(ferr)
		return err == nil, len(all) > 0, strings.Contains(string(feed), e.Slug), cerr == nil
	}
	if a, b, c, d := shown(); a || b || c || d {
		t.Errorf("under embargo: found %t, listed %t, in the feed %t, on the public pages %t", a, b, c, d)
	}
	if _, err := w.Reports.Distribute(ctx, e.ID, list.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("mailed under embargo: %v", err)
	}
	if _, err := w.Reports.SendThanks(ctx, e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("thanked under embargo: %v", err)
	}
	w.Clock.Advance(3 * time.Hour)
	if a, b, c, d := shown(); !a || !b || !c || !d {
		t.Errorf("after the embargo: found %t, listed %t, in the feed %t, on the public pages %t", a, b, c, d)
	}
	if got := e.ReadableFrom(); !got.Equal(at) {
		t.Errorf("readable from %s, want %s", got, at)
	}
	if _, err := w.Reports.Distribute(ctx, e.ID, list.ID); err != nil {
		t.Errorf("after the embargo: %v", err)
	}
}

func TestWithTwoPersonsTheOneWhoMadeAnEditionCannotPublishItAlone(t *testing.T) {
	w := newWorld(t)
	w.Reports.SetTwoPersons(true)
	anna := audit.WithActor(t.Context(), audit.Actor{Kind: "user", Name: "Anna"})
	bo := audit.WithActor(t.Context(), audit.Actor{Kind: "user", Name: "Bo"})
	w.Decide()
	e, err := w.Reports.Make(anna, report.Regional, "sv")
	w.Must(err)
	if _, err := w.Reports.Approve(bo, e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("approved what nobody could read yet: %v", err)
	}
	_, err = w.Reports.Render(anna, e.ID)
	w.Must(err)
	for what, try := range map[string]func() error{
		"approve": func() error { _, err := w.Reports.Approve(anna, e.ID); return err },
		"publish": func() error { _, err := w.Reports.Publish(anna, e.ID, time.Time{}); return err },
	} {
		if err := try(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s by the maker: %v", what, err)
		}
	}
	e, err = w.Reports.Approve(bo, e.ID)
	w.Must(err)
	if e.ApprovedBy != "Bo" || e.State != report.Rendered {
		t.Errorf("approved: %+v", e)
	}
	if e, err = w.Reports.Publish(anna, e.ID, time.Time{}); err != nil || e.ApprovedBy != "Bo" || e.PublishedBy != "Anna" {
		t.Errorf("published: %+v, %v", e, err)
	}
}

func TestAFaultInAPublishedEditionIsToldBesideItAndInTheFeed(t *testing.T) {
	w := newWorld(t)
	e := w.made()
	ctx := t.Context()
	wrong := report.Erratum{Place: "sida 7", Reads: "84 företag.", Should: "48 företag."}
	if err := w.Reports.NoteErratum(ctx, e.ID, wrong); !fault.Is(err, fault.Conflict) {
		t.Errorf("a correction to what is not published: %v", err)
	}
	e, err := w.Reports.Publish(ctx, e.ID, time.Time{})
	w.Must(err)
	before, err := w.Reports.PDF(ctx, e.ID)
	w.Must(err)
	if f, ok := fault.Of(w.Reports.NoteErratum(ctx, e.ID, report.Erratum{Place: " "})); !ok || len(f.Fields) != 3 {
		t.Errorf("an empty correction: %+v", f)
	}
	w.Clock.Advance(time.Hour)
	if f, ok := fault.Of(w.Reports.NoteErratum(ctx, e.ID, report.Erratum{Place: "sida 9", Reads: "a ", Should: " a"})); !ok || len(f.Fields) != 1 {
		t.Errorf("an erratum that changes nothing: %v", f)
	}
	w.Must(w.Reports.NoteErratum(ctx, e.ID, wrong))
	w.Clock.Advance(time.Hour)
	w.Must(w.Reports.NoteErratum(ctx, e.ID, report.Erratum{Place: "sida 9", Reads: "a", Should: "b & <c>"}))
	errata, err := w.Reports.Errata(ctx, e.ID)
	w.Must(err)
	if len(errata) != 2 || errata[0].Number != 2 || errata[1].Place != "sida 7" {
		t.Errorf("errata %+v", errata)
	}
	if after, err := w.Reports.PDF(ctx, e.ID); err != nil || string(after) != string(before) {
		t.Errorf("a correction changed the edition: %v", err)
	}
	var feed struct {
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Summary string `xml:"summary"`
		} `xml:"entry"`
	}
	body, err := w.Reports.Feed(ctx, i18n.Sv)
	w.Must(err)
	w.Must(xml.Unmarshal(body, &feed))
	now := w.Clock.Now().UTC().Format(time.RFC3339)
	ids := map[string]bool{}
	for _, entry := range feed.Entries {
		ids[entry.ID] = true
	}
	if len(feed.Entries) != 3 || len(ids) != 3 || feed.Updated != now || feed.Entries[2].Updated != now || !strings.Contains(feed.Entries[0].Summary, "b & <c>") {
		t.Errorf("feed: %s", body)
	}
}

func TestWhoAnsweredIsThankedOnceForWhatTheirGroupHadAPartIn(t *testing.T) {
	w := newWorld(t)
	e := w.made()
	ctx := t.Context()
	w.DB.MustExec(`UPDATE campaign SET state = 'closed', launched_at = created_at, closed_at = created_at`)
	w.DB.MustExec(`UPDATE invitation SET answered_at = created_at WHERE group_id = 'business'`)
	w.DB.MustExec(`UPDATE invitation SET declined_at = created_at WHERE id IN
		(SELECT id FROM invitation WHERE group_id = 'business' ORDER BY id LIMIT 3)`) // took their answers back
	var readers []string // of the golden letters: two firms that answered one survey
	w.Must(w.DB.Select(&readers, `SELECT p.email FROM invitation i JOIN person p ON p.id = i.person_id JOIN campaign c ON c.id = i.campaign_id
		WHERE c.name LIKE '%s5%' AND i.group_id = 'business' AND i.declined_at IS NULL ORDER BY p.email LIMIT 2`))
	w.DB.MustExec(`UPDATE invitation SET language = 'en' WHERE person_id = (SELECT id FROM person WHERE email = $1)`, readers[1])
	if _, err := w.Reports.SendThanks(ctx, e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("thanked for what is not published: %v", err)
	}
	e, err := w.Reports.Publish(ctx, e.ID, time.Time{})
	w.Must(err)
	first, err := w.Reports.ThanksFor(ctx, e.ID)
	w.Must(err)
	if len(first.New) != 177 {
		t.Fatalf("%d would be thanked, want 60 in each of three surveys but three", len(first.New))
	}
	snapshot, err := w.Reports.Snapshot(ctx, e.SnapshotID)
	w.Must(err)
	for _, number := range first.New[0].Numbers {
		r, err := snapshot.FindRecommendation(number)
		w.Must(err)
		theirs := false
		for _, x := range r.Evidence {
			theirs = theirs || x.Survey != "" && (x.Group == "" || x.Group == "business")
		}
		if !theirs {
			t.Errorf("thanked for %s, which rests on nothing that firms answered", number)
		}
	}
	for range 2 {
		_, err = w.Reports.SendThanks(ctx, e.ID)
		w.Must(err)
		_, err = w.Outbox.Drain(ctx)
		w.Must(err)
	}
	if len(w.Post.Letters) != 177 {
		t.Fatalf("%d letters left, want one to each, once", len(w.Post.Letters))
	}
	again, err := w.Reports.ThanksFor(ctx, e.ID)
	w.Must(err)
	if len(again.New) != 0 || again.Already != 177 {
		t.Errorf("thanked again: %d, already %d", len(again.New), again.Already)
	}
	for _, l := range w.Post.Letters {
		if i := slices.Index(readers, l.To); i >= 0 {
			l.UnsubscribeURL = "https://dialog.example/u/TOKEN"
			testkit.Golden(t, "thanks."+string(l.Lang)+".txt", "Subject: "+l.Subject+"\n\n"+mail.Text(l))
		}
	}
	letter := w.Post.Letters[slices.IndexFunc(w.Post.Letters, func(l mail.Letter) bool { return l.To == first.New[0].Email })]
	text := strings.Join(letter.Paragraphs, "\n")
	if letter.UnsubscribeURL == "" || !strings.Contains(text, "https://dialog.example/recommendations/"+first.New[0].Numbers[0]) {
		t.Errorf("the letter reads %q", text)
	}
}

func TestNumbersOfTheSeriesAndTheBookAreCheckedAndPrinted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for name, c := range map[string]struct {
		imprint report.Imprint
		field   string
	}{
		"ISSN, wrong check digit":       {report.Imprint{ISSN: "0378-5956"}, "issn"},
		"ISSN without hyphen":           {report.Imprint{ISSN: "03785955"}, "issn"},
		"ISBN, wrong check digit":       {report.Imprint{ISBNSv: "978-0-306-40615-8"}, "isbn_sv"},
		"ISBN of ten":                   {report.Imprint{ISBNEn: "0-306-40615-2"}, "isbn_en"},
		"one ISBN for both":             {report.Imprint{ISBNSv: "978-0-306-40615-7", ISBNEn: "9780306406157"}, "isbn_en"},
		"ISSN whose check digit is ten": {report.Imprint{ISSN: "2434-561x"}, ""},
		"all":                           {report.Imprint{Dnr: "304-1-2026", ISSN: "0378-5955", ISBNSv: "978-0-306-40615-7", ISBNEn: "978-91-7000-150-5"}, ""},
	} {
		err := w.Reports.SetImprint(ctx, report.Regional, c.imprint)
		f, _ := fault.Of(err)
		if c.field == "" && err != nil || c.field != "" && (f == nil || len(f.Fields) != 1 || f.Fields[0].Name != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.Must(w.Reports.SetImprint(ctx, report.Regional, report.Imprint{Dnr: "304-1-2026", ISSN: "0378-5955", ISBNSv: "978-0-306-40615-7"}))
	e := w.made()
	e, err := w.Reports.Publish(ctx, e.ID, time.Time{})
	w.Must(err)
	html, err := w.Reports.HTML(ctx, e.ID)
	w.Must(err)
	record, err := w.Reports.Metadata(ctx, e)
	w.Must(err)
	for _, want := range []string{"304-1-2026", "ISSN 0378-5955", "ISBN 978-0-306-40615-7"} {
		if !strings.Contains(html, want) {
			t.Errorf("the edition does not print %s", want)
		}
	}
	for _, want := range []string{"urn:issn:0378-5955", "urn:isbn:978-0-306-40615-7", "urn:sha256:" + e.PDFSHA256, "dnr 304-1-2026", "<dc:language>sv<"} {
		if !strings.Contains(string(record), want) {
			t.Errorf("the record lacks %s:\n%s", want, record)
		}
	}
}
