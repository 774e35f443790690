package public

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/strategy"
)

// current is the newest published snapshot, the regional one first; nil before
// anything is published.
func (f *Face) current(ctx context.Context) (*report.Snapshot, error) {
	for _, kind := range []report.Kind{report.Regional, report.National} {
		s, err := f.Reports.Current(ctx, kind)
		if err == nil {
			return s, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	return nil, nil
}

type startPage struct {
	httpd.Page
	Areas    []strategy.Area
	Snapshot *report.Snapshot
	Figures  []document.KeyFigure
	Who      string
	Reports  []report.Edition
}

// start is what the project is, its three areas and its current numbers.
func (f *Face) start(c *gin.Context) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	p := &startPage{Page: httpd.Page{Title: i18n.T(lang, "public.start_title")}, Areas: strategy.Areas}
	var err error
	if p.Snapshot, err = f.current(ctx); err != nil {
		return err
	}
	if p.Snapshot != nil {
		p.Invented = p.Snapshot.Invented
		p.Figures, p.Who = p.Snapshot.KeyFigures(lang), p.Snapshot.WhoAnswered(lang)
	}
	editions, err := f.Reports.ListPublished(ctx)
	if err != nil {
		return err
	}
	p.Reports = newest(editions, lang)
	return httpd.Render(c, http.StatusOK, "public/start", p)
}

type areaListPage struct {
	httpd.Page
	Areas []strategy.Area
}

func (f *Face) areaList(c *gin.Context) error {
	return httpd.Render(c, http.StatusOK, "public/area_list", &areaListPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "public.areas_title")}, Areas: strategy.Areas})
}

type areaShowPage struct {
	httpd.Page
	Area            strategy.Area
	Themes          []strategy.Theme
	Recommendations []report.Recommendation
}

// areaShow is one area: what it is about and what is recommended.
func (f *Face) areaShow(c *gin.Context) error {
	n, err := strconv.Atoi(c.Param("area"))
	area, ok := strategy.AreaByNumber(n)
	if err != nil || !ok {
		return fault.New(fault.NotFound, "error.not_found")
	}
	p := &areaShowPage{Page: httpd.Page{Title: area.Name.In(httpd.Lang(c))}, Area: area}
	for _, t := range strategy.ThemesOf(n) {
		if t.Area == n {
			p.Themes = append(p.Themes, t)
		}
	}
	s, err := f.current(httpd.Context(c))
	if err != nil {
		return err
	}
	if s != nil {
		p.Invented = s.Invented
		for _, r := range s.Recommendations {
			if r.Area == n {
				p.Recommendations = append(p.Recommendations, r)
			}
		}
	}
	return httpd.Render(c, http.StatusOK, "public/area_show", p)
}
