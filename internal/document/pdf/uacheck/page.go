package uacheck

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// page reads one page's annotations and content.
func (c *checker) page(no, obj int, d types.Dict) {
	key := number(d["StructParents"])
	if key < 0 {
		c.fail("structparents", "page %d has no key into the parent tree", no)
	}
	if fmt.Sprint(d["Tabs"]) != "S" {
		c.fail("tabs", "page %d: tab order is not that of the structure", no)
	}
	for _, e := range c.array(c.parents[key]) {
		c.owner[obj] = append(c.owner[obj], number(e))
	}
	for _, a := range c.array(d["Annots"]) {
		c.annotation(no, a)
	}
	p := &pageReader{c: c, no: no, obj: obj, fonts: c.dict(c.dict(d["Resources"])["Font"]), text: map[int]string{}, last: -1}
	c.text[obj], c.divided[obj] = p.text, map[int]bool{}
	p.read(string(c.contents(d["Contents"])))
	c.report.Lowest = append(c.report.Lowest, p.lowest)
	if len(p.text) != len(c.owner[obj]) {
		c.fail("mcid", "page %d: %d pieces of content, %d owners", no, len(p.text), len(c.owner[obj]))
	}
}

func (c *checker) annotation(no int, a types.Object) {
	d := c.dict(a)
	c.link(no, a, d)
	if c.str(d["Contents"]) == "" {
		c.fail("annot", "page %d: a link does not say where it leads", no)
	}
	if number(d["F"])&4 == 0 {
		c.fail("annot", "page %d: a link is not printed", no)
	}
	key := number(d["StructParent"])
	if key < 0 || c.parents[key] == nil {
		c.fail("annot", "page %d: a link is not in the parent tree", no)
		return
	}
	c.annots[number(a)] = number(c.parents[key])
	if e := c.dict(c.parents[key]); fmt.Sprint(e["S"]) != "Link" {
		c.fail("annot", "page %d: a link belongs to %v", no, e["S"])
	}
}

func (c *checker) contents(o types.Object) []byte {
	parts, ok := c.deref(o).(types.Array)
	if !ok {
		return c.stream(o)
	}
	var all []byte
	for _, p := range parts {
		all = append(append(all, c.stream(p)...), '\n')
	}
	return all
}

// mark is an open marked content sequence; mcid is -1 for none.
type mark struct {
	artifact bool
	mcid     int
}

// pageReader follows the operators of one page.
type pageReader struct {
	c       *checker
	no, obj int
	fonts   types.Dict
	font    font
	open    []mark
	text    map[int]string // by MCID
	last    int            // MCID of the text shown last, -1 for none
	y       float64        // of the text to come, in millimetres below the upper edge
	lowest  float64        // of the text so far
}

const softHyphen = "\u00ad"

var (
	tokens = regexp.MustCompile(`(?s)\((?:\\.|[^\\()])*\)|<<.*?>>|<[0-9A-Fa-f\s]*>|\[|\]|/[^\s/\[\]()<>]+|[^\s/\[\]()<>]+`)
	mcidOf = regexp.MustCompile(`/MCID\s+(\d+)`)
)

func (p *pageReader) read(content string) {
	var operands []string
	for _, t := range tokens.FindAllString(content, -1) {
		if strings.ContainsRune("/(<[]0123456789-.", rune(t[0])) {
			operands = append(operands, t)
			continue
		}
		p.operator(t, operands)
		operands = operands[:0]
	}
	if len(p.open) != 0 {
		p.c.fail("balance", "page %d: %d sequences left open", p.no, len(p.open))
	}
}

func (p *pageReader) operator(op string, operands []string) {
	switch op {
	case "BDC", "BMC":
		p.begin(operands)
	case "EMC":
		if len(p.open) == 0 {
			p.c.fail("balance", "page %d: a sequence ends that none began", p.no)
			return
		}
		p.open = p.open[:len(p.open)-1]
	case "Td":
		if v, err := strconv.ParseFloat(operands[len(operands)-1], 64); err == nil {
			p.y = pageHeight - v/perMM
		}
	case "Tf":
		if len(operands) >= 2 {
			p.font = p.c.font(p.fonts[strings.TrimPrefix(operands[len(operands)-2], "/")])
		}
	case "Tj", "TJ":
		p.paint(op)
		for _, o := range operands {
			if o[0] == '(' {
				p.show(unescape(o))
			}
		}
	case "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh":
		p.paint(op)
	}
}

func (p *pageReader) begin(operands []string) {
	m := mark{mcid: -1}
	defer func() { p.open = append(p.open, m) }()
	if len(operands) == 0 {
		return
	}
	m.artifact = operands[0] == "/Artifact"
	found := mcidOf.FindStringSubmatch(operands[len(operands)-1])
	if found == nil {
		return
	}
	m.mcid, _ = strconv.Atoi(found[1])
	if _, twice := p.text[m.mcid]; twice {
		p.c.fail("mcid", "page %d: content %d stands twice", p.no, m.mcid)
	}
	p.text[m.mcid] += ""
	owners := p.c.owner[p.obj]
	if m.mcid >= len(owners) {
		p.c.fail("mcid", "page %d: content %d has no owner", p.no, m.mcid)
		return
	}
	if e := p.c.dict(*types.NewIndirectRef(owners[m.mcid], 0)); "/"+fmt.Sprint(e["S"]) != operands[0] {
		p.c.fail("owner", "page %d: content %d is %s on the page, %v in the structure", p.no, m.mcid, operands[0], e["S"])
	}
}

// state says whether the place is inside an artifact and in which content.
func (p *pageReader) state() (artifact bool, mcid int) {
	mcid = -1
	for _, m := range p.open {
		artifact = artifact || m.artifact
		if m.mcid >= 0 {
			mcid = m.mcid
		}
	}
	return artifact, mcid
}

func (p *pageReader) paint(op string) {
	artifact, mcid := p.state()
	if !artifact && mcid < 0 {
		p.c.fail("unmarked", "page %d: %s outside of marked content", p.no, op)
	}
	if artifact && mcid >= 0 {
		p.c.fail("nested", "page %d: artifact and content inside each other", p.no)
	}
}

func (p *pageReader) show(codes []byte) {
	_, mcid := p.state()
	for i := 0; i+1 < len(codes); i += 2 {
		code := uint16(codes[i])<<8 | uint16(codes[i+1])
		s, ok := p.font.unicode[code]
		if !ok {
			p.c.fail("tounicode", "page %d: code %04X means no character", p.no, code)
		}
		for _, r := range s {
			if (r >= 0xE000 && r < 0xF900) || r == 0xFEFF || r == 0xFFFE || r == 0 {
				p.c.fail("tounicode", "page %d: U+%04X", p.no, r)
			}
		}
		g := p.font.glyphs
		if at := int(code) * 2; g != nil && (at+1 >= len(g) || (g[at] == 0 && g[at+1] == 0)) {
			p.c.fail("notdef", "page %d: U+%04X has no glyph", p.no, code)
		}
		switch {
		case mcid >= 0:
			p.text[mcid] += s
			p.last = mcid
			p.lowest = max(p.lowest, p.y)
		case s == softHyphen && p.last >= 0:
			p.c.divided[p.obj][p.last] = true
		default:
			p.last = -1
		}
		if mcid >= 0 && s == softHyphen {
			p.c.fail("hyphen", "page %d: the hyphen of a divided word is part of the text", p.no)
		}
	}
}

func unescape(s string) []byte {
	s = s[1 : len(s)-1]
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			switch s[i] {
			case 'r':
				b = append(b, '\r')
				continue
			case 'n':
				b = append(b, '\n')
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

// font is what codes mean and which glyphs they show.
type font struct {
	unicode map[uint16]string
	glyphs  []byte
}

var bfchar = regexp.MustCompile(`(?m)^<([0-9A-F]{4})> <([0-9A-F]+)>$`)

func (c *checker) font(o types.Object) font {
	if f, ok := c.fonts[number(o)]; ok {
		return f
	}
	f := font{unicode: map[uint16]string{}}
	d := c.dict(o)
	kids := c.array(d["DescendantFonts"])
	if len(kids) != 1 {
		c.fail("font", "%v is no composite font", d["BaseFont"])
		return f
	}
	cid := c.dict(kids[0])
	if fd := c.dict(cid["FontDescriptor"]); fd["FontFile2"] == nil {
		c.fail("font", "%v is not embedded", d["BaseFont"])
	}
	for _, m := range bfchar.FindAllStringSubmatch(string(c.stream(d["ToUnicode"])), -1) {
		code, _ := strconv.ParseUint(m[1], 16, 16)
		var units []uint16
		for i := 0; i+3 < len(m[2]); i += 4 {
			u, _ := strconv.ParseUint(m[2][i:i+4], 16, 16)
			units = append(units, uint16(u))
		}
		f.unicode[uint16(code)] = string(utf16.Decode(units))
	}
	f.glyphs = c.stream(cid["CIDToGIDMap"])
	c.fonts[number(o)] = f
	return f
}
