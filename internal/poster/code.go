// Package poster makes what hangs on a wall: a code to open with a phone, alone as a picture or on a
// page with the address in words.
package poster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// MaxURL is the longest address that a code may hold: with more the modules become too small for a
// phone at arm's length.
const MaxURL = 300

// Code is the QR code of an address: its dark modules by row. Quiet zone not included.
func Code(url string) ([][]bool, error) {
	if url == "" || len(url) > MaxURL {
		return nil, fmt.Errorf("poster: an address of %d bytes: 1 to %d make a code", len(url), MaxURL)
	}
	picture, err := qr.Encode(url, qr.M, qr.Auto) // M: readable with an eighth of it torn or dirty
	if err != nil {
		return nil, fmt.Errorf("poster: %w", err)
	}
	size := picture.Bounds().Dx()
	rows := make([][]bool, size)
	for y := range rows {
		rows[y] = make([]bool, size)
		for x := range rows[y] {
			shade, _, _, _ := picture.At(x, y).RGBA()
			rows[y][x] = shade == 0
		}
	}
	return rows, nil
}

// quiet is the white around a code, in modules, that readers need.
const quiet = 4

// PNG is the code as a picture, scale pixels a module.
func PNG(code [][]bool, scale int) ([]byte, error) {
	side := (len(code) + 2*quiet) * scale
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			r, c := y/scale-quiet, x/scale-quiet
			if r >= 0 && c >= 0 && r < len(code) && c < len(code) && code[r][c] {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, picture)
	return out.Bytes(), err
}

// SVG is the code as a drawing of any size, with words for who cannot see it.
func SVG(code [][]bool, alt string) []byte {
	side := len(code) + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"><title>%s</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`,
		side, side, escape.Replace(alt), side, side)
	for r, row := range code {
		for c, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", c+quiet, r+quiet)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String())
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
