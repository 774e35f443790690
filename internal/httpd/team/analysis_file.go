package team

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/chart/raster"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

// chartFile is the name of a picture: the number of the figure on the page, from 1.
var chartFile = regexp.MustCompile(`^figure-([1-9][0-9]{0,2})\.(svg|png)$`)

// analysisFile takes a view out as a file: table.csv, table.xlsx, figure-1.svg, figure-1.png. What leaves is
// judged with all that has left before, and noted: so it is asked for by a button. It holds what the page
// shows, or less.
func (f *Face) analysisFile(c *gin.Context) error {
	results, err := f.waveOf(c)
	if err != nil {
		return err
	}
	v, err := exhibit.Parse(results.Data, c.Param("question"), c.Request.URL.Query())
	if err != nil {
		return err
	}
	e, err := exhibit.Compute(sourceOf(results), v)
	if err != nil {
		return err
	}
	w, ok := wantedOf(httpd.Lang(c), e, c.Param("file"))
	if !ok {
		return fault.New(fault.NotFound, "error.not_found") // and nothing is noted
	}
	err = f.Reports.Take(httpd.Context(c), results, func(release analysis.Releaser) error {
		source := sourceOf(results)
		source.Release = release
		if e, err = exhibit.Compute(source, v); err != nil {
			return err
		}
		return w.leaves(httpd.Lang(c), e)
	})
	if err != nil {
		return err
	}
	body, kind, err := f.fileOf(httpd.Lang(c), results, e, w)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s-%s"`, results.Version.SurveyID, v.Question, c.Param("file")))
	c.Header("Cache-Control", "private, no-store")
	c.Data(200, kind, body)
	return nil
}

// wantedFile is a file of a view: its table, or the figure of that title in a block.
type wantedFile struct {
	as     string // csv, xlsx, svg, png
	block  string
	figure string
}

// wantedOf finds what a name stands for, figures by their number on the page; false when the view has no such file.
func wantedOf(lang i18n.Lang, e exhibit.Exhibit, name string) (wantedFile, bool) {
	m := chartFile.FindStringSubmatch(name)
	if m == nil {
		as, table := strings.CutPrefix(name, "table.")
		return wantedFile{as: as}, table && (as == "csv" || as == "xlsx")
	}
	number, _ := strconv.Atoi(m[1]) // three digits
	for _, b := range e.Blocks {
		for _, figure := range e.Figures(lang, b) {
			if number--; number == 0 {
				return wantedFile{as: m[2], block: b.ID, figure: figure.Title}, true
			}
		}
	}
	return wantedFile{}, false
}

// leaves says whether what may leave has anything of the file: a figure whose results must all be hidden is refused.
func (w wantedFile) leaves(lang i18n.Lang, e exhibit.Exhibit) error {
	if w.block == "" {
		return nil
	}
	if _, ok := plateOf(lang, e, w); !ok {
		return fault.New(fault.Conflict, "exhibit.error_picture")
	}
	return nil
}

// fileOf makes a file of what may leave.
func (f *Face) fileOf(lang i18n.Lang, results recommendation.Results, e exhibit.Exhibit, w wantedFile) (file []byte, kind string, err error) {
	var body bytes.Buffer
	switch w.as {
	case "csv":
		kind, err = "text/csv; charset=utf-8", e.SheetOf(lang, results.Version.Number, results.Wave.Number).CSV(&body)
	case "xlsx":
		kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", e.SheetOf(lang, results.Version.Number, results.Wave.Number).XLSX(&body)
	default:
		kind, err = picture(&body, lang, f, results, e, w)
	}
	return body.Bytes(), kind, err
}

// picture draws one figure of the view with its words.
func picture(body *bytes.Buffer, lang i18n.Lang, f *Face, results recommendation.Results, e exhibit.Exhibit, w wantedFile) (kind string, err error) {
	plate, ok := plateOf(lang, e, w)
	if !ok {
		return "", fmt.Errorf("figure %q of %s is gone", w.figure, w.block)
	}
	plate.Source = i18n.T(lang, "exhibit.source", "Survey", results.Version.Definition.Title.In(lang), "Version", results.Version.Number,
		"Date", i18n.Date(lang, f.Now()))
	frame, err := raster.Frame()
	if err != nil {
		return "", err
	}
	if w.as == "svg" {
		return "image/svg+xml", plate.WriteSVG(body, lang, frame)
	}
	return "image/png", raster.PNG(body, plate.Layout(lang, frame), raster.Scale)
}

// plateOf finds a figure of the page in what may leave; false when nothing of it may.
func plateOf(lang i18n.Lang, e exhibit.Exhibit, w wantedFile) (chart.Plate, bool) {
	for _, b := range e.Blocks {
		for _, figure := range e.Figures(lang, b) {
			if b.ID != w.block || figure.Title != w.figure {
				continue
			}
			question := e.Question.ForGroup(e.View.Group).Text.In(lang)
			if row := b.Label.In(lang); row != "" {
				question += " " + row
			}
			if figure.Title != "" {
				question += " (" + figure.Title + ")"
			}
			return chart.Plate{Title: e.Finding(lang, b), Question: question, Base: e.Base(lang, b), Chart: figure.Chart}, true
		}
	}
	return chart.Plate{}, false
}
