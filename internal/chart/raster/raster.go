// Package raster paints a chart's shapes as a PNG, with the typeface of the reports. It draws what the
// chart's geometry says, so that a picture has the same marks as the page and the PDF.
package raster

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/reports/fonts"
)

// Width and Size are those of the pictures that leave the system, in CSS pixels; Scale is how many dots
// each has, so that a slide or a printed page keeps the text sharp.
const (
	Width = 720.0
	Size  = 15.0
	Scale = 2.0
)

// markStep is the distance between the marks of a patterned bar.
const markStep = 6.0

var typefaces = sync.OnceValues(func() ([2]*opentype.Font, error) {
	var out [2]*opentype.Font
	for i, file := range [][]byte{fonts.Regular, fonts.Bold} {
		f, err := opentype.Parse(file)
		if err != nil {
			return out, fmt.Errorf("raster: typeface: %w", err)
		}
		out[i] = f
	}
	return out, nil
})

// brush paints on one picture; its faces are its own, because a face is not for several at once.
type brush struct {
	img   *image.RGBA
	faces map[faceKey]font.Face
	fonts [2]*opentype.Font
}

type faceKey struct {
	bold bool
	size float64
}

func newBrush() (*brush, error) {
	fonts, err := typefaces()
	return &brush{faces: map[faceKey]font.Face{}, fonts: fonts}, err
}

func (b *brush) face(bold bool, size float64) (font.Face, error) {
	key := faceKey{bold, size}
	if f := b.faces[key]; f != nil {
		return f, nil
	}
	i := 0
	if bold {
		i = 1
	}
	f, err := opentype.NewFace(b.fonts[i], &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		return nil, fmt.Errorf("raster: face of %v: %w", size, err)
	}
	b.faces[key] = f
	return f, nil
}

// Frame is the space of a picture, measured with the typeface that it is painted with.
func Frame() (chart.Frame, error) {
	b, err := newBrush()
	if err != nil {
		return chart.Frame{}, err
	}
	if _, err := b.face(true, Size); err != nil {
		return chart.Frame{}, err
	}
	return chart.Frame{Width: Width, Size: Size, Measure: func(size float64, bold bool, s string) float64 {
		f, err := b.face(bold, size)
		if err != nil {
			return size * 0.6 * float64(len(s)) // the face of another size was made: this does not happen
		}
		return float64(font.MeasureString(f, s)) / 64
	}}, nil
}

// PNG paints a drawing, scale dots to a unit.
func PNG(w io.Writer, d chart.Drawing, scale float64) error {
	b, err := newBrush()
	if err != nil {
		return err
	}
	b.img = image.NewRGBA(image.Rect(0, 0, int(math.Ceil(d.Width*scale)), int(math.Ceil(d.Height*scale))))
	draw.Draw(b.img, b.img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, s := range d.Shapes {
		if err := b.paint(s, scale); err != nil {
			return err
		}
	}
	return png.Encode(w, b.img)
}

func (b *brush) paint(s chart.Shape, scale float64) error {
	switch s := s.(type) {
	case chart.Rect:
		b.fill(s.Fill.Ground, rectangle(s.X*scale, s.Y*scale, s.W*scale, s.H*scale))
		for _, mark := range s.Marks(markStep) {
			if err := b.paint(mark, scale); err != nil {
				return err
			}
		}
	case chart.Line:
		b.fill(s.Colour, stroke(s.X1*scale, s.Y1*scale, s.X2*scale, s.Y2*scale, s.Width*scale))
	case chart.Dot:
		b.fill(s.Colour, circle(s.X*scale, s.Y*scale, s.R*scale))
		if s.Hollow {
			b.fill(chart.White, circle(s.X*scale, s.Y*scale, max(0, s.R-1.5)*scale))
		}
	case chart.Text:
		return b.write(s, scale)
	}
	return nil
}

func (b *brush) write(s chart.Text, scale float64) error {
	face, err := b.face(s.Bold, s.Size*scale)
	if err != nil {
		return err
	}
	x, width := s.X*scale, float64(font.MeasureString(face, s.S))/64
	switch s.Anchor {
	case chart.Middle:
		x -= width / 2
	case chart.End:
		x -= width
	}
	d := font.Drawer{Dst: b.img, Src: image.NewUniform(rgba(s.Colour)), Face: face,
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(s.Y * scale * 64)}}
	d.DrawString(s.S)
	return nil
}

func rgba(c chart.Colour) color.RGBA { return color.RGBA{c[0], c[1], c[2], 255} }

// outline is a closed shape, in dots: its box, and its path once the box's corner is at nought.
type outline struct {
	x, y, w, h float64
	path       func(z *vector.Rasterizer, dx, dy float64)
}

// fill paints a shape within its own box, since a picture holds hundreds of small marks.
func (b *brush) fill(c chart.Colour, o outline) {
	box := image.Rect(int(math.Floor(o.x)), int(math.Floor(o.y)), int(math.Ceil(o.x+o.w))+1, int(math.Ceil(o.y+o.h))+1)
	box = box.Intersect(b.img.Bounds())
	if box.Empty() {
		return
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	o.path(z, -float64(box.Min.X), -float64(box.Min.Y))
	z.ClosePath()
	z.Draw(b.img, box, image.NewUniform(rgba(c)), image.Point{})
}

func rectangle(x, y, w, h float64) outline {
	return polygon(x, y, x+w, y, x+w, y+h, x, y+h)
}

// stroke is a line of a width with flat ends.
func stroke(x1, y1, x2, y2, width float64) outline {
	dx, dy := x2-x1, y2-y1
	length := math.Hypot(dx, dy)
	if length == 0 {
		length = 1
	}
	nx, ny := -dy/length*width/2, dx/length*width/2
	return polygon(x1+nx, y1+ny, x2+nx, y2+ny, x2-nx, y2-ny, x1-nx, y1-ny)
}

// polygon takes x and y in turn.
func polygon(points ...float64) outline {
	x0, y0, x1, y1 := points[0], points[1], points[0], points[1]
	for i := 2; i+1 < len(points); i += 2 {
		x0, x1 = min(x0, points[i]), max(x1, points[i])
		y0, y1 = min(y0, points[i+1]), max(y1, points[i+1])
	}
	return outline{x0, y0, x1 - x0, y1 - y0, func(z *vector.Rasterizer, dx, dy float64) {
		z.MoveTo(float32(points[0]+dx), float32(points[1]+dy))
		for i := 2; i+1 < len(points); i += 2 {
			z.LineTo(float32(points[i]+dx), float32(points[i+1]+dy))
		}
	}}
}

// circle is made of four cubic curves.
func circle(x, y, r float64) outline {
	const k = 0.5522847498307936 // control points of a quarter
	return outline{x - r, y - r, 2 * r, 2 * r, func(z *vector.Rasterizer, dx, dy float64) {
		at := func(px, py float64) (float32, float32) { return float32(x + dx + px*r), float32(y + dy + py*r) }
		z.MoveTo(at(1, 0))
		for _, q := range [][6]float64{{1, k, k, 1, 0, 1}, {-k, 1, -1, k, -1, 0}, {-1, -k, -k, -1, 0, -1}, {k, -1, 1, -k, 1, 0}} {
			ax, ay := at(q[0], q[1])
			bx, by := at(q[2], q[3])
			cx, cy := at(q[4], q[5])
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}}
}
