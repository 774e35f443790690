// Package colour holds the colour profile of printed documents. Licence:
// LICENSE.txt (zlib).
package colour

import _ "embed"

// SRGB is the ICC profile that the documents' RGB values are meant in.
//
//go:embed sRGB.icc
var SRGB []byte
