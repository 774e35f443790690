package team

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"

	"github.com/gin-gonic/gin"

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
	if !hasFile(httpd.Lang(c), e, c.Param("file")) {
		return fault.New(fault.NotFound, "error.not_found") // and nothing is noted
	}
	source := sourceOf(results)
	source.Release = f.Reports.Taken(httpd.Context(c), results)
	if e, err = exhibit.Compute(source, v); err != nil {
		return err
	}
	name := c.Param("file")
	body, kind, err := f.fileOf(httpd.Lang(c), results, e, name)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s-%s"`, results.Version.SurveyID, v.Question, name))
	c.Header("Cache-Control", "private, no-store")
	c.Data(200, kind, body)
	return nil
}

// fileOf makes the file of a view that has one of the name.
func (f *Face) fileOf(lang i18n.Lang, results recommendation.Results, e exhibit.Exhibit, name string) (file []byte, kind string, err error) {
	var body bytes.Buffer
	switch m := chartFile.FindStringSubmatch(name); {
	case m != nil:
		kind, err = picture(&body, lang, f, results, e, m[1], m[2])
	case name == "table.csv":
		kind, err = "text/csv; charset=utf-8", e.SheetOf(lang, results.Version.Number, results.Wave.Number).CSV(&body)
	default:
		kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", e.SheetOf(lang, results.Version.Number, results.Wave.Number).XLSX(&body)
	}
	return body.Bytes(), kind, err
}

// hasFile says whether a view has a file of the name.
func hasFile(lang i18n.Lang, e exhibit.Exhibit, name string) bool {
	m := chartFile.FindStringSubmatch(name)
	if m == nil {
		return name == "table.csv" || name == "table.xlsx"
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return false
	}
	_, ok := plateOf(lang, e, n)
	return ok
}

// picture draws one figure of the view with its words.
func picture(body *bytes.Buffer, lang i18n.Lang, f *Face, results recommendation.Results, e exhibit.Exhibit, number, as string) (kind string, err error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return "", err
	}
	plate, ok := plateOf(lang, e, n)
	if !ok {
		return "", fault.New(fault.NotFound, "error.not_found")
	}
	plate.Source = i18n.T(lang, "exhibit.source", "Survey", results.Version.Definition.Title.In(lang), "Version", results.Version.Number,
		"Date", i18n.Date(lang, f.Now()))
	frame, err := raster.Frame()
	if err != nil {
		return "", err
	}
	if as == "svg" {
		return "image/svg+xml", plate.WriteSVG(body, lang, frame)
	}
	return "image/png", raster.PNG(body, plate.Layout(lang, frame), raster.Scale)
}

// plateOf finds the figure of a number, counted over the blocks as the page does.
func plateOf(lang i18n.Lang, e exhibit.Exhibit, number int) (chart.Plate, bool) {
	for _, b := range e.Blocks {
		for _, figure := range e.Figures(lang, b) {
			if number--; number > 0 {
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
