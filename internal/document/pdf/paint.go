package pdf

import (
	"bytes"
	"fmt"

	"github.com/jung-kurt/gofpdf"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document/pdf/layout"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
)

// fontNames are the families the faces have in the drawing engine.
var fontNames = [typeset.FaceCount]string{"sans", "sansbold", "sansitalic", "serifbold", "signs"}

// painter draws layout operations with gofpdf and writes the marked content
// operators between them. The structure is written later, by finish.
type painter struct {
	pdf    *gofpdf.Fpdf
	used   [typeset.FaceCount]map[rune]bool
	pages  []tagged.Page
	face   typeset.Face
	size   float64
	colour *chart.Colour
	fill   *chart.Colour
	stroke *chart.Colour
	open   int // marked content sequences not closed
}

// paint draws all pages and returns the engine's file.
func paint(res *layout.Result) (*painter, []byte, error) {
	f := gofpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCompression(false) // finish packs better
	f.SetAutoPageBreak(false, 0)
	p := &painter{pdf: f}
	p.fonts(res)
	for i, page := range res.Pages {
		f.AddPage()
		p.face, p.colour, p.fill, p.stroke = -1, nil, nil, nil
		p.pages = append(p.pages, tagged.Page{})
		for _, op := range page.Ops {
			p.draw(op, i+1)
		}
		if p.open != 0 {
			return nil, nil, fmt.Errorf("pdf: page %d: %d marks left open", i+1, p.open)
		}
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, nil, fmt.Errorf("pdf: %w", err)
	}
	return p, out.Bytes(), nil
}

// fonts notes the characters of each face and loads the faces in use. The
// engine writes into the bytes it is given, so it gets copies.
func (p *painter) fonts(res *layout.Result) {
	for _, page := range res.Pages {
		for _, op := range page.Ops {
			t, ok := op.(layout.Text)
			if !ok {
				continue
			}
			if p.used[t.Face] == nil {
				p.used[t.Face] = map[rune]bool{}
			}
			for _, r := range t.S {
				p.used[t.Face][r] = true
			}
		}
	}
	for f := range typeset.FaceCount {
		if p.used[f] != nil {
			p.pdf.AddUTF8FontFromBytes(fontNames[f], "", bytes.Clone(f.Data()))
		}
	}
}

func (p *painter) draw(op layout.Op, page int) {
	f := p.pdf
	switch o := op.(type) {
	case layout.Begin:
		p.begin(o, page)
	case layout.Artifact:
		s := "/Artifact <</Type /" + o.Kind
		if o.Sub != "" {
			s += " /Subtype /" + o.Sub
		}
		f.RawWriteStr(s + ">> BDC")
		p.open++
	case layout.End:
		f.RawWriteStr("EMC")
		p.open--
	case layout.Text:
		p.text(o)
	case layout.Rect:
		p.setFill(o.Colour)
		f.Rect(o.X, o.Y, o.W, o.H, "F")
	case layout.Line:
		p.setStroke(o.Colour)
		f.SetLineWidth(o.Width)
		f.Line(o.X1, o.Y1, o.X2, o.Y2)
	case layout.Dot:
		p.setFill(o.Ground)
		how := "F"
		if o.Rim > 0 {
			p.setStroke(o.Colour)
			f.SetLineWidth(o.Rim)
			how = "FD"
		}
		f.Circle(o.X, o.Y, o.R, how)
	case layout.Polygon:
		p.polygon(o)
	case layout.Link:
		p.link(o, page)
	}
}

func (p *painter) polygon(o layout.Polygon) {
	points := make([]gofpdf.PointType, len(o.Points))
	for i, at := range o.Points {
		points[i] = gofpdf.PointType{X: at[0], Y: at[1]}
	}
	p.setFill(o.Colour)
	how := "F"
	if o.Width > 0 {
		p.setStroke(o.Edge)
		p.pdf.SetLineWidth(o.Width)
		how = "FD"
	}
	p.pdf.Polygon(points, how)
}

func (p *painter) begin(o layout.Begin, page int) {
	pt := &p.pages[page-1]
	id := len(pt.Owners)
	pt.Owners = append(pt.Owners, o.Elem)
	o.Content.Page, o.Content.MCID = page, id
	p.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", o.Elem.Type, id))
	p.open++
}

func (p *painter) text(o layout.Text) {
	if p.face != o.Face || p.size != o.Size {
		p.pdf.SetFont(fontNames[o.Face], "", o.Size)
		p.face, p.size = o.Face, o.Size
	}
	if p.colour == nil || *p.colour != o.Colour {
		p.pdf.SetTextColor(int(o.Colour[0]), int(o.Colour[1]), int(o.Colour[2]))
		p.colour = &o.Colour
	}
	p.pdf.Text(o.X, o.Y, o.S)
}

func (p *painter) setFill(c chart.Colour) {
	if p.fill == nil || *p.fill != c {
		p.pdf.SetFillColor(int(c[0]), int(c[1]), int(c[2]))
		p.fill = &c
	}
}

func (p *painter) setStroke(c chart.Colour) {
	if p.stroke == nil || *p.stroke != c {
		p.pdf.SetDrawColor(int(c[0]), int(c[1]), int(c[2]))
		p.stroke = &c
	}
}

const (
	pageHeight = 297.0
	perMM      = 1 / typeset.MM
)

func (p *painter) link(o layout.Link, page int) {
	pt := &p.pages[page-1]
	l := tagged.Link{Elem: o.Elem, URL: o.URL, Contents: o.Contents,
		Rect: [4]float64{o.X * perMM, (pageHeight - o.Y - o.H) * perMM, (o.X + o.W) * perMM, (pageHeight - o.Y) * perMM}}
	if o.To != nil {
		place := placeOf(o.To)
		l.Dest = &place
	}
	o.Object.Page, o.Object.Link = page, len(pt.Links)
	pt.Links = append(pt.Links, l)
}

// placeOf is a little above the anchor, so that it stands clear of the window's
// edge.
func placeOf(a *layout.Anchor) tagged.Place {
	return tagged.Place{Page: a.Page, Y: (pageHeight - a.Y + 5) * perMM}
}
