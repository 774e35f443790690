// Package followup asks those whom published recommendations are directed to what became of them: each
// body gets a personal link, answers adopt, adapt or decline with reasons and a date, and may change its
// answer; the latest counts, the earlier ones stand. What is answered is public, by recommendation and
// municipality.
package followup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/region"
)

// Answer is what a body does with a recommendation.
type Answer string

// The answers.
const (
	Adopt   Answer = "adopt"   // does it, by a date
	Adapt   Answer = "adapt"   // does it in another way, which the reason tells, by a date
	Decline Answer = "decline" // does not, for a reason
)

// Answers lists them in the order in which they are shown.
var Answers = []Answer{Adopt, Adapt, Decline}

// FollowUp is one round of asking about the recommendations of a published edition.
type FollowUp struct {
	ID        string    `db:"id"`
	EditionID string    `db:"edition_id"`
	Deadline  time.Time `db:"deadline"` // date, the last day to answer; answers are taken after it too
	OpenedAt  time.Time `db:"opened_at"`
	OpenedBy  string    `db:"opened_by"`
}

// Body is an organisation to be asked, in the capacity that recommendations name.
type Body struct {
	Organisation string
	Municipality int // SCB code; region.County for a body of the whole county
	Addressee    string
	Email        string
	Lang         i18n.Lang
}

// Request is a body that has been asked, with its latest replies by recommendation number.
type Request struct {
	Body
	ID         string
	FollowUpID string
	AskedAt    time.Time
	Reminders  int
	RemindedAt *time.Time
	Numbers    []string // of the recommendations that are directed to it
	Replies    map[string]Reply
}

// Reply is one answer to one recommendation.
type Reply struct {
	Number    string     `db:"number"`
	Answer    Answer     `db:"answer"`
	Reason    string     `db:"reason"`
	Due       *time.Time `db:"due"` // date: done by; nil of a decline
	RepliedAt time.Time  `db:"replied_at"`
}

// Silent says whether a recommendation that is directed to the body has no reply.
func (r Request) Silent() bool {
	return slices.ContainsFunc(r.Numbers, func(n string) bool { _, ok := r.Replies[n]; return !ok })
}

// State is the answer to a recommendation, "silent" while there is none, and empty of one that is not directed to
// the body.
func (r Request) State(number string) string {
	if reply, ok := r.Replies[number]; ok {
		return string(reply.Answer)
	}
	if slices.Contains(r.Numbers, number) {
		return "silent"
	}
	return ""
}

// Reachable says whether the body has an address that somebody answers to: one that was erased leads nowhere.
func (b Body) Reachable() bool { return !people.Nameless(b.Email) }

// Answered counts the recommendations that have a reply.
func (r Request) Answered() int { return len(r.Replies) }

// Place is where the body works, in words.
func (b Body) Place(lang i18n.Lang) string {
	if m, ok := region.MunicipalityByCode(b.Municipality); ok {
		return m.Name
	}
	return i18n.T(lang, "followup.county")
}

// order puts bodies by the name of their municipality, those of the whole county last.
func (b Body) order() int {
	if i := slices.IndexFunc(region.Municipalities, func(m region.Municipality) bool { return m.Code == b.Municipality }); i >= 0 {
		return i
	}
	return len(region.Municipalities)
}

const maxReason = 2000

// check finds what keeps a reply from being stored; its fields are named after the recommendation.
func (r Reply) check() (fields []fault.Field) {
	bad := func(name, key string) {
		fields = append(fields, fault.Field{Name: name + "-" + r.Number, Key: key, Args: fault.Args("Number", r.Number)})
	}
	switch {
	case !slices.Contains(Answers, r.Answer):
		bad("answer", "followup.error_choice")
	case r.Answer == Decline && r.Reason == "":
		bad("reason", "followup.error_why_not")
	case r.Answer == Adapt && r.Reason == "":
		bad("reason", "followup.error_how")
	case r.Answer != Decline && r.Due == nil:
		bad("due", "followup.error_due")
	}
	if len(r.Reason) > maxReason {
		bad("reason", "followup.error_long")
	}
	return fields
}

// The day by which something is done is at most a year ago, when it was done already, and ten years ahead.
const yearsBack, yearsAhead = 1, 10

// checkDue finds a day that must be a slip of the pen.
func (r Reply) checkDue(now time.Time) []fault.Field {
	from, to := now.AddDate(-yearsBack, 0, 0), now.AddDate(yearsAhead, 0, 0)
	if r.Due == nil || !r.Due.Before(from) && !r.Due.After(to) {
		return nil
	}
	return []fault.Field{{Name: "due-" + r.Number, Key: "followup.error_due_far",
		Args: fault.Args("Number", r.Number, "From", from.Format(time.DateOnly), "To", to.Format(time.DateOnly))}}
}

// ParseBodies reads a pasted list, one body a line: organisation; municipality (or Dalarna); address.
// Tabs do as well as semicolons, so that cells copied from a sheet are read too. Faults: Invalid on the
// field "bodies", naming each line that cannot be read.
func ParseBodies(pasted, addressee string, lang i18n.Lang) ([]Body, error) {
	var out []Body
	var fields []fault.Field
	if !slices.Contains(recommendation.Addressees, addressee) {
		fields = append(fields, fault.Field{Name: "addressee", Key: "error.choice"})
	}
	seen := map[string]int{}
	for i, line := range strings.Split(strings.ReplaceAll(pasted, "\r", ""), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		b, key := parseBody(line)
		b.Addressee, b.Lang = addressee, lang
		if key == "" && seen[b.Organisation] > 0 {
			key = "followup.error_twice"
		}
		if key != "" {
			fields = append(fields, fault.Field{Name: "bodies", Key: key, Args: fault.Args("Line", i+1, "Text", shorten(line), "Other", seen[b.Organisation])})
			continue
		}
		seen[b.Organisation] = i + 1
		out = append(out, b)
	}
	if len(fields) == 0 && len(out) == 0 {
		fields = append(fields, fault.Field{Name: "bodies", Key: "error.required"})
	}
	if len(fields) > 0 {
		return nil, fault.InvalidFields("error.invalid", fields...)
	}
	return out, nil
}

func parseBody(line string) (b Body, problem string) {
	cells := strings.FieldsFunc(line, func(r rune) bool { return r == ';' || r == '\t' })
	if len(cells) != 3 {
		return b, "followup.error_cells"
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	b = Body{Organisation: cells[0], Email: cells[2], Municipality: place(cells[1])}
	switch {
	case b.Organisation == "" || len(b.Organisation) > 200:
		return b, "followup.error_organisation"
	case b.Municipality == 0:
		return b, "followup.error_municipality"
	}
	if _, err := people.NormaliseEmail(b.Email); err != nil {
		return b, "followup.error_address"
	}
	return b, ""
}

// place reads a municipality's name, in either form, or the county's; 0 when it is none.
func place(s string) int {
	for _, m := range region.Municipalities {
		if strings.EqualFold(s, m.Name) || strings.EqualFold(s, m.Formal) || s == fmt.Sprint(m.Code) {
			return m.Code
		}
	}
	if strings.EqualFold(s, "Dalarna") || strings.EqualFold(s, "länet") {
		return region.County
	}
	return 0
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
