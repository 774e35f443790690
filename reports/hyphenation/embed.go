// Package hyphenation holds where Swedish words may be divided: the patterns of the Swedish dictionary of
// LibreOffice, hyph_sv.dic, converted to UTF-8. Copyright 2013 Niklas Johansson. Licence: MPL-2.0.txt.
package hyphenation

import _ "embed"

// Swedish is one pattern a line, as Liang's algorithm reads them: letters with the weights between them.
//
//go:embed sv.txt
var Swedish string

// Own is what is added to them, in the same form; # begins a line of comment.
//
//go:embed own.txt
var Own string
