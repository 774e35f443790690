// Package hyphenation holds where words may be divided. Swedish: the patterns of the Swedish dictionary of LibreOffice,
// hyph_sv.dic, converted to UTF-8. Copyright 2013 Niklas Johansson. Licence: MPL-2.0.txt. English as the British spell
// it: the patterns of hyph-en-gb.tex of the hyph-utf8 package. Copyright 1992-2016 Dominik Wujastyk, Graham Toal.
// Licence: MIT-en.txt.
package hyphenation

import _ "embed"

// Swedish is one pattern a line, as Liang's algorithm reads them: letters with the weights between them.
//
//go:embed sv.txt
var Swedish string

// English is the same for English.
//
//go:embed en.txt
var English string

// Own is what is added to the Swedish ones, in the same form; # begins a line of comment.
//
//go:embed own.txt
var Own string

// OwnEnglish is what is added to the English ones.
//
//go:embed own-en.txt
var OwnEnglish string
