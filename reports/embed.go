// Package reports holds what people edit in the reports without writing Go: which chapters an
// edition has, their words in Swedish and English, and numbers from outside with their sources.
package reports

import "embed"

// Files are editions.yaml, facts.yaml, glossary.yaml and text/.
//
//go:embed editions.yaml facts.yaml glossary.yaml text/*.md
var Files embed.FS
