// Package mail turns a Letter into a message, sends it over SMTP, and catches
// messages where there is no outside server.
package mail

import "upphandlingsdialog/internal/i18n"

// Letter is what a mail says, before it is written as text and as HTML. Both
// forms are made from these same words.
type Letter struct {
	To     string    // one address; a letter never has several recipients
	ToName string    // shown beside the address
	Lang   i18n.Lang // language of the fixed words and of the HTML
	// Subject is one line without line breaks.
	Subject string
	// Greeting is the first line ("Hej Åsa!"), may be empty.
	Greeting string
	// Paragraphs stand before the button, After stands after it. Plain text.
	Paragraphs []string
	Button     *Button
	After      []string
	// Signature is one line for each element: who writes.
	Signature []string
	// Footer is small print; the unsubscribe line is added by Render.
	Footer []string
	// UnsubscribeURL gives the last line of the footer and the headers
	// List-Unsubscribe and List-Unsubscribe-Post (RFC 8058). Empty for letters
	// that the recipient asked for.
	UnsubscribeURL string
	// MessageID is what stands between the angle brackets: "<outbox id>@<domain>".
	MessageID string
	// Invented marks a recipient who does not exist.
	Invented    bool
	Attachments []Attachment
}

// Button is the one clear link of a letter.
type Button struct{ Text, URL string }

// Attachment is a file that goes with the letter, such as a calendar entry.
type Attachment struct {
	Name        string // file name shown to the reader
	ContentType string // "text/calendar; charset=utf-8"
	Data        []byte
}
