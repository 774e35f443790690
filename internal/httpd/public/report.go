package public

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	docHTML "upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

// newest keeps the newest edition of each kind, in the reader's language when
// it exists in it.
func newest(editions []report.Edition, lang i18n.Lang) []report.Edition {
	var out []report.Edition
	for _, e := range editions {
		last := len(out) - 1
		switch {
		case last < 0 || out[last].Kind != e.Kind:
			out = append(out, e)
		case out[last].Number == e.Number && e.Lang == string(lang):
			out[last] = e
		}
	}
	return out
}

type reportListPage struct {
	httpd.Page
	Newest  []report.Edition
	Earlier []report.Edition
}

func (f *Face) reportList(c *gin.Context) error {
	lang := httpd.Lang(c)
	editions, err := f.Reports.ListPublished(httpd.Context(c))
	if err != nil {
		return err
	}
	p := &reportListPage{Page: httpd.Page{Title: i18n.T(lang, "public.reports_title")}, Newest: newest(editions, lang)}
	shown := map[string]bool{}
	for _, e := range p.Newest {
		shown[e.ID] = true
	}
	for _, e := range editions {
		if !shown[e.ID] {
			p.Earlier = append(p.Earlier, e)
		}
	}
	return httpd.Render(c, http.StatusOK, "public/report_list", p)
}

type reportShowPage struct {
	httpd.Page
	Edition  report.Edition
	Subtitle string
	Langs    []report.Edition // the same edition in other languages
	Earlier  []report.Edition
	Later    *report.Edition
	Errata   []report.Erratum
	Papers   []report.Paper
	Address  string
	Dnr      string
	Imprint  report.Imprint
	Year     string
	Figures  int    // recommendations
	First    string // chapter
	Linked   template.JS
}

// Kilobytes is the size of the PDF.
func (p *reportShowPage) Kilobytes() int { return (p.Edition.PDFBytes + 1023) / 1024 }

// reportShow is the stable page of one edition: where to read it, how to check
// it, how to cite it, and which editions came before and after.
func (f *Face) reportShow(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.FindPublished(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	s, err := f.Reports.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return err
	}
	all, err := f.Reports.ListPublished(ctx)
	if err != nil {
		return err
	}
	p := &reportShowPage{Page: httpd.Page{Title: e.Title, Invented: s.Invented}, Edition: e, Subtitle: s.Outline.Subtitle.In(i18n.Lang(e.Lang)),
		Address: s.Address + e.Path(), Dnr: s.Dnr, Imprint: s.Imprint, Year: s.Date[:4], Figures: len(s.Recommendations)}
	if p.Errata, err = f.Reports.Errata(ctx, e.ID); err != nil {
		return err
	}
	if p.Papers, err = f.Reports.Papers(ctx, e.ID); err != nil {
		return err
	}
	linked, err := s.LinkedData(e)
	if err != nil {
		return err
	}
	p.Linked = template.JS(linked) //nolint:gosec // encoded as JSON with every < escaped; data, which no browser runs
	chapters, err := f.Reports.Chapters(ctx, e)
	if err != nil {
		return err
	}
	p.First = chapters[0].ID
	for i, other := range all {
		switch {
		case other.Kind != e.Kind:
		case other.Number == e.Number && other.Lang != e.Lang:
			p.Langs = append(p.Langs, other)
		case other.Number < e.Number && other.Lang == e.Lang:
			p.Earlier = append(p.Earlier, other)
		case other.Number > e.Number && other.Lang == e.Lang && p.Later == nil:
			p.Later = &all[i]
		}
	}
	return httpd.Render(c, http.StatusOK, "public/report_show", p)
}

type reportReadPage struct {
	httpd.Page
	Edition report.Edition
	Errata  int
	Body    template.HTML
}

// reportRead is the whole edition as a web page.
func (f *Face) reportRead(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.FindPublished(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	body, err := f.Reports.HTML(ctx, e.ID)
	if err != nil {
		return err
	}
	errata, err := f.Reports.Errata(ctx, e.ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "public/report_read", &reportReadPage{Page: httpd.Page{Title: e.Title}, Edition: e, Errata: len(errata),
		Body: template.HTML(body)}) //nolint:gosec // written by document/html, which escapes every text
}

type reportChapterPage struct {
	httpd.Page
	Edition       report.Edition
	Chapters      []docHTML.Chapter
	Chapter       docHTML.Chapter
	Before, After *docHTML.Chapter
}

// reportChapter is one chapter of an edition as a page of its own.
func (f *Face) reportChapter(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.FindPublished(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	list, err := f.Reports.Chapters(ctx, e)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(ch docHTML.Chapter) bool { return ch.ID == c.Param("chapter") })
	if at < 0 {
		return fault.New(fault.NotFound, "error.not_found")
	}
	p := &reportChapterPage{Page: httpd.Page{Title: list[at].Title + " – " + e.Title}, Edition: e, Chapters: list, Chapter: list[at]}
	if at > 0 {
		p.Before = &list[at-1]
	}
	if at+1 < len(list) {
		p.After = &list[at+1]
	}
	return httpd.Render(c, http.StatusOK, "public/report_chapter", p)
}

// reportPDF serves the file; ranges and the checksum as ETag let a reader go on
// with a broken download.
func (f *Face) reportPDF(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.FindPublished(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	file, err := f.Reports.PDF(ctx, e.ID)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "public, max-age=86400")
	return httpd.PDF(c, "upphandlingsdialog-"+e.Slug+".pdf", e.PDFSHA256, e.ReadableFrom(), file)
}

type paperPage struct {
	httpd.Page
	Edition report.Edition
	Paper   report.Paper
	Errata  int
	Body    template.HTML
}

func (f *Face) paper(c *gin.Context) (e report.Edition, p report.Paper, err error) {
	ctx := httpd.Context(c)
	if e, err = f.Reports.FindPublished(ctx, c.Param("slug")); err == nil {
		p, err = f.Reports.Paper(ctx, e.ID, c.Param("name"))
	}
	return e, p, err
}

// paperShow is one of an edition's short papers as a web page.
func (f *Face) paperShow(c *gin.Context) error {
	e, p, err := f.paper(c)
	if err != nil {
		return err
	}
	errata, err := f.Reports.Errata(httpd.Context(c), e.ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "public/report_paper", &paperPage{Page: httpd.Page{Title: p.Title}, Edition: e, Paper: p, Errata: len(errata),
		Body: template.HTML(p.HTML)}) //nolint:gosec // written by document/html, which escapes every text
}

func (f *Face) paperPDF(c *gin.Context) error {
	e, p, err := f.paper(c)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "public, max-age=86400")
	return httpd.PDF(c, "upphandlingsdialog-"+e.Slug+"-"+p.Name+".pdf", p.PDFSHA256, e.ReadableFrom(), p.PDF)
}

// reportFeed is what is published, for readers of feeds.
func (f *Face) reportFeed(c *gin.Context) error {
	feed, err := f.Reports.Feed(httpd.Context(c), httpd.Lang(c))
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/atom+xml; charset=utf-8", feed)
	return nil
}

// reportMetadata is an edition's record for libraries and legal deposit.
func (f *Face) reportMetadata(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.FindPublished(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	record, err := f.Reports.Metadata(ctx, e)
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/xml; charset=utf-8", record)
	return nil
}

// reportData is an edition's open data package.
func (f *Face) reportData(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.FindPublished(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	body, err := f.Reports.DataPackage(ctx, e)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="upphandlingsdialog-`+e.Slug+`-data.zip"`)
	c.Data(http.StatusOK, "application/zip", body)
	return nil
}
