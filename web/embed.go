// Package web holds what the browser gets: HTML templates, one stylesheet and a few optional
// scripts. Nothing here is built or generated; everything works with scripts switched off.
package web

import "embed"

// Templates are the pages, by face: layout, respondent, public and team.
//
//go:embed templates
var Templates embed.FS

// Static are the files that browsers fetch by name.
//
//go:embed static
var Static embed.FS
