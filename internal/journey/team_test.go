package journey

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/sample"
)

// A team member works through a project's year in a browser: contacts, a mailing, a meeting, a seminar
// with its advice, and an edition that reaches its readers.
func TestTheTeamWorksThroughAYear(t *testing.T) {
	t.Parallel()
	s := start(t).loaded(0)
	m := member{tab: open(t, desktop), s: s}
	m.signIn(s, leaderEmail)
	m.importsContacts()
	m.sendsASurvey()
	m.takesNotes()
	m.holdsASeminar()
	s.answered(40) // what people answer in the meantime
	s.advised()
	m.publishes()
	m.signsOut()
}

type member struct {
	*tab
	s *site
}

const save = "main form .btn:not(.plain)"

func (m *member) importsContacts() {
	m.t.Helper()
	var file bytes.Buffer
	m.s.must(sample.WriteContacts(&file, sample.Contacts(3, 12)))
	path := filepath.Join(m.t.TempDir(), "kontakter.csv")
	m.s.must(os.WriteFile(path, file.Bytes(), 0o600))
	m.visit(m.s.base + "/team/people")
	m.press(`a[href="/team/people/import"]`)
	m.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	m.press("main button.btn")
	m.sees("kontakter.csv", "Påhittad")
	m.picture("preview-of-an-import")
	if n, err := m.s.People.Count(m.t.Context()); err != nil || n != 0 {
		m.t.Errorf("the preview imported %d contacts (%v)", n, err)
	}
	m.press(`form[action$="/confirm"] button`)
	m.sees("12 personer importerade")
	m.s.must(os.WriteFile(path, []byte("name;email;group\nKim Utan Adress;ingen adress;upphandlare\n"), 0o600))
	m.visit(m.s.base + "/team/people/import")
	m.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	m.press("main button.btn")
	m.checked("faulty-file")
	if title := m.title(); !strings.HasPrefix(title, "Fel: ") {
		m.t.Errorf("the title of a refused file is %q", title)
	}
}

func (m *member) sendsASurvey() {
	m.t.Helper()
	m.visit(m.s.base + "/team/campaigns")
	m.press(`a[href="/team/campaigns/new"]`)
	m.fill("#name", "Enkäten om innovation")
	for _, g := range []string{"procurer", "politician", "business", "developer"} {
		box := fmt.Sprintf(`input[name="groups"][value=%q]`, g)
		if !m.has(box + ":checked") {
			m.click(box)
		}
	}
	m.fill("#closes_at", time.Now().AddDate(0, 0, 21).Format(time.DateOnly))
	m.press(save)
	m.press(`main a.btn[href$="/preview"]`)
	m.checked("preview-of-a-mailing")
	m.press(`form[action$="/test"] button`)
	m.press(`form[action$="/launch"] button`)
	m.checked("launched")
	first := m.caught("/s/", 12)
	m.visitAgain()
	m.press(`form[action$="/remind"] button`)
	m.sees("påminnelse")
	m.caught("/s/", 2*first)
}

func (m *member) visitAgain() { m.t.Helper(); m.do(chromedp.Reload()) }

// caught waits until at least n mails with such a link have been caught, and returns how many there are.
func (m *member) caught(link string, n int) int {
	m.t.Helper()
	found := 0
	m.s.until(fmt.Sprintf("%d mails with %s", n, link), func() bool {
		found = 0
		for _, c := range m.s.Caught() {
			if strings.Contains(c.Text, m.s.base+link) && !strings.Contains(c.Text, m.s.base+"/s/preview") {
				found++
			}
		}
		return found >= n
	})
	return found
}

func (m *member) takesNotes() {
	m.t.Helper()
	m.visit(m.s.base + "/team/meetings")
	m.press(`main a[href="/team/meetings/new"]`)
	m.fill("#title", "Dialogmöte i Orsa")
	m.fill("#ref", "dialogmote-orsa")
	m.fill("#date", time.Now().AddDate(0, 0, -3).Format(time.DateOnly))
	m.fill("#place", "Biblioteket")
	m.tick(`input[name="areas"][value="5"]`)
	m.write("#participants", "upphandlare, Orsa kommun, två\n")
	m.press(save)
	if title := m.title(); !strings.HasPrefix(title, "Fel: ") {
		m.t.Errorf("the title of a refused form is %q", title)
	}
	m.checked("meeting-fault")
	m.write("#participants", "upphandlare, Orsa kommun, 2\nföretag, Orsa Exempelsnickeri AB, 1\n")
	m.press(save)
	m.fill("#agenda", "När frågar kommunen marknaden?")
	m.fill("#text", "Vi fick reda på upphandlingen först när den var annonserad. Tre veckor räcker inte.")
	m.press(`form[action$="/notes"] button`)
	m.press(`main a[href$="/tag"]`)
	m.fill("#passage", "Tre veckor räcker inte.")
	m.tick(`input[name="kind"][value="problem"]`)
	m.tick(`input[name="group"][value="business"]`)
	m.tick(`input[name="themes"][value="I03"]`)
	m.press(save)
	if marked := ask(m.tab, chromedp.Text(chromedp.CSS("mark"))); marked != "Tre veckor räcker inte." {
		m.t.Errorf("marked: %q", marked)
	}
	m.checked("tagged")
}

func (m *member) holdsASeminar() {
	m.t.Helper()
	m.visit(m.s.base + "/team/seminars")
	m.press(`main a[href="/team/seminars/new"]`)
	m.tick(`input[name="kind"][value="learning"]`)
	m.fill("#title", "Första anbudet")
	m.fill("#ref", "larseminarium-orsa")
	m.fill("#about", "Vi gör ett anbud tillsammans.")
	m.fill("#date", time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
	m.fill("#starts", "17:30")
	m.fill("#ends", "20:00")
	m.fill("#place", "Kommunhuset")
	m.fill("#capacity", "12")
	m.press(save)
	m.checked("seminar-planned")
	page := ask(m.tab, chromedp.Location())
	m.registersAFirm()

	m.letTheDayCome()
	m.visit(page)
	m.sees("Orsa Exempelsnickeri AB")
	m.press(`button[name="came"][value="yes"]`)
	m.checked("attendance")
	m.press(`main td a[href^="/team/advice/"]`)
	m.fill("#quarters", "6")
	m.fill("#note", "Genomgång av ett förfrågningsunderlag.")
	m.press(`form[action^="/team/advice/"] .btn:not(.plain)`)
	m.sees("1,5", "3,5")
	m.checked("advice")
}

// registersAFirm is what happens on somebody's phone: the calendar, the form, the letter, the personal page.
func (m *member) registersAFirm() {
	m.t.Helper()
	b := open(m.t, phone)
	b.visit(m.s.base + "/calendar")
	b.press(`main a[href^="/calendar/"]`)
	b.fill("#name", "Olle Påhittad")
	b.fill("#email", "olle@snickeri.example")
	b.fill("#organisation", "Orsa Exempelsnickeri AB")
	b.press(`form[action$="/register"] button`)
	if !strings.HasPrefix(b.title(), "Fel: ") {
		m.t.Errorf("the title of a refused registration is %q", b.title())
	}
	b.checked("registration-fault")
	b.tick(`input[name="needs"][value="bidding"]`)
	b.fill("#municipality", "2034")
	b.press(`form[action$="/register"] button`)
	if strings.HasPrefix(b.title(), "Fel: ") {
		m.t.Fatalf("the registration is refused:\n%s", b.where())
	}
	b.checked("registered")
	m.caught("/registrations/", 1)
	for _, c := range m.s.Caught() {
		if _, rest, ok := strings.Cut(c.Text, m.s.base+"/registrations/"); ok {
			b.visit(m.s.base + "/registrations/" + strings.Fields(rest)[0])
		}
	}
	b.sees("Olle Påhittad", "Första anbudet")
	b.checked("personal-page")
}

// letTheDayCome moves the seminar to an hour ago.
func (m *member) letTheDayCome() {
	m.t.Helper()
	_, err := m.s.DB.ExecContext(m.t.Context(),
		`UPDATE seminar SET starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour'`)
	m.s.must(err)
}

func (m *member) publishes() {
	m.t.Helper()
	m.visit(m.s.base + "/team/lists")
	m.fill("#name", "Kommunerna")
	m.press(save)
	m.write("#addresses", "Mora kommun <registrator@mora.example>\ninfo@orsa.example")
	m.press(`form[action$="/members"] button`)
	m.sees("2 adresser lades till")
	m.visit(m.s.base + "/team/reports")
	m.press(save)
	edition := ask(m.tab, chromedp.Location())
	m.s.until("the edition is ready", func() bool { m.visit(edition); return m.has(`form[action$="/publish"]`) })
	m.press(`main a[href$="/read"]`)
	m.sees("Dalarna")
	m.visit(edition)
	m.press(`form[action$="/publish"] button`)
	m.sees("Utgåvan är publicerad.")
	m.press(`form[action$="/distribute"] button`)
	m.sees("registrator@mora.example", "info@orsa.example")
	m.press(`form[action$="/distribute"] button`)
	m.sees("2 mejl ligger i kön.")
	m.caught("/reports/", 2)
	m.checked("distributed")
	m.readsTheReport()
}

// readsTheReport follows the mailed link, as its reader does.
func (m *member) readsTheReport() {
	m.t.Helper()
	link := ""
	for _, c := range m.s.Caught() {
		if _, rest, ok := strings.Cut(c.Text, m.s.base+"/reports/"); ok {
			link = m.s.base + "/reports/" + strings.Fields(rest)[0]
		}
	}
	b := open(m.t, phone)
	b.visit(link)
	pdf := ask(b, chromedp.JavascriptAttribute[string](chromedp.CSS(`main a[href$="/report.pdf"]`), "href"))
	b.press(`main a[href$="/read"]`)
	b.sees("Rekommendationer")
	resp, err := http.Get(pdf)
	m.s.must(err)
	defer resp.Body.Close()
	head := make([]byte, 5)
	if _, err := resp.Body.Read(head); err != nil || resp.Header.Get("Content-Type") != "application/pdf" || string(head) != "%PDF-" {
		m.t.Errorf("%s answers %s, %q (%v)", pdf, resp.Header.Get("Content-Type"), head, err)
	}
}

func (m *member) signsOut() {
	m.t.Helper()
	m.visit(m.s.base + "/team")
	m.press(`form[action="/team/sign-out"] button`)
	m.visit(m.s.base + "/team/people")
	if !m.has("#password") {
		m.t.Errorf("signed out and still in\n%s", m.where())
	}
}
