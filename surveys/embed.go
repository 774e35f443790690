// Package surveys carries the questionnaires as files. To change one, edit its YAML, run
// `upphandlingsdialog survey lint surveys/*.yaml` and load it: that makes a new version.
package surveys

import "embed"

// Files holds the questionnaires and the shared folder with the parts that they have in common.
//
//go:embed *.yaml shared/*.yaml
var Files embed.FS

// Names lists the questionnaires among Files, in order of area.
var Names = []string{"s5.yaml", "s6.yaml", "s7.yaml"}
