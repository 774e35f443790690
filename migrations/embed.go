// Package migrations carries the database's schema as numbered SQL files. They go forward only and
// are never edited after they have landed: a change is a new file. Gaps in the numbers are fine.
package migrations

import "embed"

// Files holds every NNNN_package.sql of this folder.
//
//go:embed *.sql
var Files embed.FS
