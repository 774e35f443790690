package distribution

import (
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Placeholders that the texts of a campaign may hold, as {{name}}.
var Placeholders = []string{"name", "survey", "minutes", "closes", "organisation", "group", "owner", "contact"}

// DefaultTexts are the texts that a new campaign starts with. They say who
// asks, why this person, how long it takes, that it is voluntary and when it
// closes; what the law demands is added to every letter by itself.
func DefaultTexts() Campaign {
	return Campaign{
		Language: i18n.Sv,
		Mode:     Confidential,
		Invites:  true,
		Minutes:  8,
		Subject: i18n.Text{
			Sv: "Vad fungerar i offentliga inköp? {{survey}}",
			En: "What works in public purchasing? {{survey}}",
		},
		Body: i18n.Text{
			Sv: `{{owner}} vill veta hur offentliga inköp fungerar i Dalarna, för den som köper, den som beslutar och den som säljer. Den här gången gäller det {{survey}}.

Vi frågar dig i din roll som {{group}}. Din erfarenhet behövs också om du sällan har med upphandling att göra: det säger oss något i sig.

Det tar omkring {{minutes}} minuter och går bra på telefonen. Du kan göra uppehåll och fortsätta från samma länk. Det är frivilligt att svara. Enkäten stänger {{closes}}.

Svaren blir underlag för rekommendationer till kommunerna, regionen och de statliga myndigheterna i länet.`,
			En: `{{owner}} wants to know how public purchasing works in Dalarna, for those who buy, those who decide and those who sell. This time it is about {{survey}}.

We ask you in your role as {{group}}. Your experience is needed even if you seldom deal with procurement: that in itself tells us something.

It takes about {{minutes}} minutes and works well on a phone. You can pause and continue from the same link. Answering is voluntary. The survey closes on {{closes}}.

The answers become the basis for recommendations to the municipalities, the region and the central government agencies in the county.`,
		},
		ReminderSubject: i18n.Text{
			Sv: "Påminnelse: {{survey}}",
			En: "Reminder: {{survey}}",
		},
		ReminderBody: i18n.Text{
			Sv: `För en tid sedan frågade vi dig om {{survey}}. Vi har inte fått något svar från dig än. Har du just svarat behöver du inte göra något mer: ett svar räcker.

Det tar omkring {{minutes}} minuter och är frivilligt. Enkäten stänger {{closes}}. Länken är samma som förra gången.

Det här är den enda påminnelsen. Vänliga hälsningar från {{owner}}.`,
			En: `Some time ago we asked you about {{survey}}. We have not had an answer from you yet. If you have just answered there is nothing more to do: one answer is enough.

It takes about {{minutes}} minutes and is voluntary. The survey closes on {{closes}}. The link is the same as last time.

This is the only reminder. Kind regards from {{owner}}.`,
		},
	}
}

// anonymousReminder is the standard reminder where nobody knows who has answered. Before it stands, in
// every letter, that we cannot see it.
var anonymousReminder = i18n.Text{
	Sv: `För en tid sedan frågade vi dig om {{survey}}. Enkäten är fortfarande öppen, och varje svar behövs.

Det tar omkring {{minutes}} minuter och är frivilligt. Enkäten stänger {{closes}}. Länken är samma som förra gången.

Det här är den enda påminnelsen. Vänliga hälsningar från {{owner}}.`,
	En: `Some time ago we asked you about {{survey}}. The survey is still open, and every answer is needed.

It takes about {{minutes}} minutes and is voluntary. The survey closes on {{closes}}. The link is the same as last time.

This is the only reminder. Kind regards from {{owner}}.`,
}

// fill puts values in the places of placeholders. One that is not known, or has
// no value, is an error: the letter must not leave.
func fill(text string, values map[string]string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		name = strings.TrimSpace(name)
		if !closed {
			return "", fmt.Errorf("a placeholder {{%.20s is not closed with }}", name)
		}
		value := values[name]
		if !slices.Contains(Placeholders, name) {
			return "", fmt.Errorf("the placeholder {{%s}} is not known, use one of %s", name, strings.Join(Placeholders, ", "))
		}
		if value == "" {
			return "", fmt.Errorf("the placeholder {{%s}} has no value", name)
		}
		b.WriteString(value)
		text = after
	}
}

// paragraphs splits a text at its empty lines.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
