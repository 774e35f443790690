package respondent

import (
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
)

// How a response relates to a person. Each has words of its own for what the pages promise.
const (
	modeConfidential = "confidential"
	modeAnonymous    = "anonymous"
	modeOpen         = "open" // anonymous, and nobody was asked by name
)

func modeOf(k response.Key) string {
	switch {
	case !k.Anonymous():
		return modeConfidential
	case k.Source == response.OpenLink:
		return modeOpen
	}
	return modeAnonymous
}

// moment is when something happened to the response, as exactly as it is stored.
func moment(lang i18n.Lang, k response.Key, t time.Time) string {
	if k.Anonymous() {
		return i18n.DateLong(lang, t)
	}
	return i18n.DateTime(lang, t)
}
