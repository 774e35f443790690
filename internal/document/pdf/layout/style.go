package layout

import (
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document/pdf/typeset"
)

// The page is A4. Text stands in a column of about 70 letters; the margin
// column to its left holds numbers and labels; tables and figures may take both.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	edge       = 24.0  // left edge of the margin column
	column     = 56.0  // left edge of the text column
	right      = 186.0 // right edge of both
	top        = 28.0
	bottom     = 276.0 // lowest text
	fullWidth  = right - edge
	textWidth  = right - column
	mm         = typeset.MM
)

// style is how a text is set: size in points, line height in millimetres.
type style struct {
	face   typeset.Face
	size   float64
	lead   float64
	colour chart.Colour
}

var (
	bodyText    = style{typeset.Regular, 10, 5.1, chart.Ink}
	leadText    = style{typeset.Regular, 11.5, 6, chart.Ink}
	smallText   = style{typeset.Regular, 8.4, 4.2, chart.Quiet}
	cellText    = style{typeset.Regular, 8.6, 4.2, chart.Ink}
	headText    = style{typeset.Bold, 8.2, 4, chart.Quiet}
	denseText   = style{typeset.Regular, 7.8, 3.7, chart.Ink}
	denseHead   = style{typeset.Bold, 7.6, 3.6, chart.Quiet}
	captionText = style{typeset.Bold, 10.5, 5.2, chart.Ink}
	labelText   = style{typeset.Bold, 8.8, 5.2, chart.Falu}
	quoteText   = style{typeset.Italic, 10.2, 5.2, chart.Ink}
	boxTitle    = style{typeset.Display, 13, 6.4, chart.Ink}
	bigNumber   = style{typeset.Display, 25, 10.5, chart.Ink}
	recNumber   = style{typeset.Display, 19, 7.4, chart.Falu}
	recSentence = style{typeset.Display, 11, 5.2, chart.Ink}
	recText     = style{typeset.Regular, 8.9, 4.15, chart.Ink}
)

// heading is a style with the space above and below.
type heading struct {
	style
	above, below float64
}

// headings are the styles by level.
var headings = [5]heading{
	1: {style{typeset.Display, 22, 9.4, chart.Ink}, 12, 4},
	2: {style{typeset.Display, 14, 6.8, chart.Ink}, 8, 2.2},
	3: {style{typeset.Bold, 11.5, 5.8, chart.Ink}, 6.5, 1.4},
	4: {style{typeset.Bold, 10, 5.2, chart.Quiet}, 4.5, 0.8},
}

// minorHeading is that of an appendix.
var minorHeading = heading{style{typeset.Display, 16, 7.2, chart.Ink}, 10, 3}

var (
	faluWash  = chart.Colour{0xf9, 0xee, 0xeb}
	ochreWash = chart.Colour{0xfb, 0xf3, 0xdf}
	paper     = chart.Colour{0xf6, 0xf3, 0xee}
	cream     = chart.Colour{0xfb, 0xea, 0xe7}
	mapArea   = chart.Colour{0x9c, 0x35, 0x30} // white text on either can be read
	mapMarked = chart.Colour{0xb2, 0x51, 0x4b}
)

const paragraphGap = 2.6

// chapterRoom is what a chapter that begins on a page under way must find below its heading.
const chapterRoom = 60.0

// appendixRoom is the same for an appendix, which begins with a few plain lines.
const appendixRoom = 30.0
