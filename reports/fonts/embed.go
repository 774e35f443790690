// Package fonts holds the typefaces of printed documents: Noto Sans and Noto
// Serif, with Noto Sans Math for arrows and signs. Licence: OFL.txt.
package fonts

import _ "embed"

// TrueType files, whole. They are shared: whoever writes into font bytes must
// work on a copy.
var (
	//go:embed NotoSans-Regular.ttf
	Regular []byte
	//go:embed NotoSans-Bold.ttf
	Bold []byte
	//go:embed NotoSans-Italic.ttf
	Italic []byte
	//go:embed NotoSerif-Bold.ttf
	Display []byte
	//go:embed NotoSansMath-Regular.ttf
	Signs []byte
)

// Licence is the SIL Open Font License that the fonts are under.
//
//go:embed OFL.txt
var Licence string
