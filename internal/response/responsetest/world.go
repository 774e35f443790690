// Package responsetest builds, through the public doors of the packages, the
// small world in which a survey can be answered: registered questionnaires, a
// few invited persons and a launched campaign. It is imported from tests only.
package responsetest

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/internal/token"
	"upphandlingsdialog/surveys"
)

// World is a launched campaign and everything around it.
type World struct {
	testing.TB
	DB           *sqlx.DB
	Clock        *testkit.FakeClock
	Key          token.Key
	People       *people.Service
	Surveys      *survey.Service
	Distribution *distribution.Service
	Responses    *response.Service
	Definition   *questionnaire.Definition
	Campaign     distribution.Campaign
	KeyFolder    string // of anonymous campaigns
	Post         *Post
	// Invited are the invitations by the person's address.
	Invited map[string]distribution.Invitation
}

// Addresses of the invited persons, one for each group, and one who reads English.
const (
	Procurer   = "petra@leksand.example"
	Politician = "pelle@rattvik.example"
	Business   = "berit@snickeri.example"
	Developer  = "dag@alvdalen.example"
	English    = "emma@timber.example"
)

const contacts = `name,email,group,organisation,organisation_kind,municipality,language,size_class,sector
Petra Persdotter,` + Procurer + `,procurer,Leksands kommun,municipality,2029,sv,,
Pelle Larsson,` + Politician + `,politician,Rättviks kommun,municipality,2031,sv,,
Berit Åkerman,` + Business + `,business,Åkermans snickeri,business,2031,sv,2,4
Dag Älvegård,` + Developer + `,developer,Älvdalens kommun,municipality,2039,sv,,
Emma Holt,` + English + `,business,Holt Timber,business,2062,en,3,2
`

// Post takes every letter and keeps it.
type Post struct {
	mu      sync.Mutex
	letters []mail.Letter
}

// Send takes a letter.
func (p *Post) Send(_ context.Context, l mail.Letter) mail.Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, l)
	return mail.Result{Outcome: mail.Delivered, Code: 250}
}

// Domain is the right part of message ids.
func (p *Post) Domain() string { return "dialog.example" }

// Letters are those taken so far.
func (p *Post) Letters() []mail.Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.letters)
}

// New launches a confidential campaign of the questionnaire with the given id ("s5").
func New(t testing.TB, surveyID string) *World {
	t.Helper()
	return With(t, surveyID, contacts, func(*distribution.Campaign) {})
}

// Anonymous is New with an anonymous campaign that also has an open link.
func Anonymous(t testing.TB, surveyID string) *World {
	t.Helper()
	return With(t, surveyID, contacts, func(c *distribution.Campaign) { c.Mode, c.OpenLink = distribution.Anonymous, true })
}

// With is New with other contacts (a file as people.Import reads it, the address second) and a campaign
// that change has changed before it is launched.
func With(t testing.TB, surveyID, contacts string, change func(*distribution.Campaign)) *World {
	t.Helper()
	w := &World{TB: t, DB: testkit.DB(t), Clock: testkit.Clock(time.Date(2019, 3, 4, 8, 0, 0, 0, time.UTC)),
		Key: token.Key{1, 2, 3}, KeyFolder: t.TempDir(), Post: &Post{}, Invited: map[string]distribution.Invitation{}}
	w.People = people.New(w.DB, w.Clock.Now)
	w.Surveys = survey.New(w.DB, w.Clock.Now)
	w.Distribution = distribution.New(w.DB, w.Clock.Now, w.People, w.Surveys, w.Post, distribution.Config{
		BaseURL: "https://dialog.example", Key: w.Key, KeyFolder: w.KeyFolder, Contact: "dialog@lansstyrelsen.example",
		Owner: i18n.Text{Sv: "Länsstyrelsen i Dalarnas län", En: "The County Board of Dalarna"}})
	w.Responses = response.New(w.DB, w.Clock.Now, w.Surveys, w.Distribution, w.People)
	w.invite(surveyID, contacts, change)
	return w
}

func (w *World) invite(surveyID, contacts string, change func(*distribution.Campaign)) {
	w.Helper()
	ctx := w.Context()
	if p, err := w.People.Import(ctx, strings.NewReader(contacts)); err != nil || !p.OK() {
		w.Fatalf("import contacts: %v %+v", err, p.Faults)
	}
	definitions, findings, err := questionnaire.Load(surveys.Files, surveyID+".yaml")
	if err != nil || len(definitions) != 1 {
		w.Fatalf("load %s: %v %v", surveyID, err, findings)
	}
	version, _, err := w.Surveys.Register(ctx, definitions[0], surveyID+".yaml")
	w.Must(err)
	w.Definition = version.Definition
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Groups = "Vår 2019 "+surveyID, version.ID, people.Groups
	c.ClosesAt = w.Clock.Now().AddDate(0, 0, 24)
	change(&c)
	c, err = w.Distribution.Create(ctx, c)
	w.Must(err)
	_, err = w.Distribution.Launch(ctx, c.ID)
	w.Must(err)
	w.Campaign, err = w.Distribution.Find(ctx, c.ID)
	w.Must(err)
	for _, line := range strings.Split(strings.TrimSpace(contacts), "\n")[1:] {
		address := strings.Split(line, ",")[1]
		person, err := w.People.FindByEmail(ctx, address)
		w.Must(err)
		list, err := w.Distribution.InvitationsOf(ctx, person.ID)
		w.Must(err)
		if len(list) > 0 {
			w.Invited[address] = list[0].Invitation
		}
	}
}

// Must ends the test on an error.
func (w *World) Must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// Token is the secret of the link that was mailed to the address.
func (w *World) Token(address string) string {
	w.Helper()
	id := w.Invited[address].ID
	if w.Campaign.Mode == distribution.Confidential {
		return w.Distribution.AnswerToken(id)
	}
	key, err := token.ReadKey(w.KeyFile())
	w.Must(err)
	return key.Derive("invitation", id)
}

// KeyFile is the file with the key of the campaign, if it is anonymous and under way.
func (w *World) KeyFile() string { return filepath.Join(w.KeyFolder, w.Campaign.ID+".key") }

// Start opens the draft of the person with the address.
func (w *World) Start(address string) response.Response {
	w.Helper()
	inv, c, err := w.Distribution.InvitationByToken(w.Context(), w.Token(address))
	w.Must(err)
	if c.Mode == distribution.Anonymous {
		r, err := w.Responses.StartAnonymous(w.Context(), w.Token(address), c, inv.Group, inv.Language)
		w.Must(err)
		return r
	}
	r, err := w.Responses.Start(w.Context(), inv, c, inv.Language)
	w.Must(err)
	return r
}
