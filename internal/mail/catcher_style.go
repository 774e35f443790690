package mail

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
)

//go:embed catcher.css
var catcherCSS string

// styleHash lets the page's own style through its content policy.
func styleHash() string {
	h := sha256.Sum256([]byte(catcherCSS))
	return base64.StdEncoding.EncodeToString(h[:])
}

// Style is the page's style element, written as it is hashed.
func (catcherView) Style() template.HTML {
	return template.HTML("<style>" + catcherCSS + "</style>") //nolint:gosec // our own file
}
