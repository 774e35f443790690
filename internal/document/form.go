package document

// FormHead is the top of a form that is filled in by hand: what it is, whom it is for and where the
// number of the sheet goes. The title is the document's own; it is the form's first heading.
type FormHead struct {
	Kicker string // the line above the title, for example "Enkät · Företag"
	Group  string // respondent group, gives the band its colour and pattern
	Sheet  string // label of the field for the sheet's number
	Note   string // below that label: who writes in it
}

// Mark is how an answer is given on paper.
type Mark int

// One of several is a circle, any of several a square, a rank a box to write a number in.
const (
	Circle Mark = iota
	Square
	Box
)

// Choice is one answer to mark. Code is printed small, for whoever types the sheet in.
type Choice struct {
	Mark  Mark
	Code  string
	Text  string
	Write bool // with a line for the respondent's own words
}

// Rating is a row of numbers with words at its ends.
type Rating struct {
	Points    []Choice // Text is the number
	Low, High string
}

// Matrix is a question whose rows have the same answers.
type Matrix struct {
	Corner string // head of the column of rows
	Rows   []Choice
	Heads  []Choice
}

// Ask is one question of a form that is filled in by hand. Any of the ways to answer may be left out.
type Ask struct {
	ID     string // anchor
	Number string // "7"
	Ref    string // the question's id, printed small
	When   string // who answers and where the others go on, empty when everybody does
	Text   string
	Hints  []string

	Choices []Choice
	Rating  *Rating
	Matrix  *Matrix
	Blank   string // the unit after a short line to write a number on; "-" for none
	Lines   int    // to write on
	Apart   []Choice
}

// Poster fills a page that hangs on a wall: the document's title in large type and a code to open
// with a phone. It is the document's only block.
type Poster struct {
	Kicker  string
	Lead    string // what to do
	Code    [][]bool
	Alt     string // what the code holds, in words
	Address string // the same to type in
	Link    string // where Address leads
	Notes   []string
}

func (FormHead) block() {}
func (Ask) block()      {}
func (Poster) block()   {}

// AskLevel is the heading level of a question's text.
const AskLevel = 3

func (c *checker) ask(b Ask) {
	c.id(b.ID)
	c.heading(AskLevel, b.Text)
	ways := len(b.Choices) + b.Lines
	if b.Rating != nil {
		ways += len(b.Rating.Points)
	}
	if b.Blank != "" {
		ways++
	}
	if b.Matrix != nil {
		ways += min(len(b.Matrix.Rows), len(b.Matrix.Heads))
		if blank(b.Matrix.Corner) {
			c.fail("table", "the rows of %q have no head", b.Text)
		}
	}
	if ways == 0 {
		c.fail("empty", "%q leaves no room for an answer", b.Text)
	}
}

func (c *checker) poster(b Poster) {
	if len(c.d.Blocks) > 1 {
		c.fail("empty", "a poster stands alone")
	}
	if blank(b.Alt) || len(b.Code) == 0 {
		c.fail("alt", "a poster without a code or without words for it")
	}
	for _, row := range b.Code {
		if len(row) != len(b.Code) {
			c.fail("alt", "the code is no square")
			break
		}
	}
	c.link(b.Link)
}
