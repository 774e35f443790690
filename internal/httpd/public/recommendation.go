package public

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/strategy"
)

type recommendationListPage struct {
	httpd.Page
	Areas []areaRecommendations
}

type areaRecommendations struct {
	Area            strategy.Area
	Recommendations []report.Recommendation
}

// recommendationList shows what is published, by area.
func (f *Face) recommendationList(c *gin.Context) error {
	p := &recommendationListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "public.recommendations_title")}}
	s, err := f.current(httpd.Context(c))
	if err != nil {
		return err
	}
	if s != nil {
		p.Invented = s.Invented
		for _, area := range strategy.Areas {
			group := areaRecommendations{Area: area}
			for _, r := range s.Recommendations {
				if r.Area == area.Number {
					group.Recommendations = append(group.Recommendations, r)
				}
			}
			if len(group.Recommendations) > 0 {
				p.Areas = append(p.Areas, group)
			}
		}
	}
	return httpd.Render(c, http.StatusOK, "public/recommendation_list", p)
}

type recommendationShowPage struct {
	httpd.Page
	R         *report.Recommendation
	Area      strategy.Area
	To        string
	Purpose   string
	Strength  string
	Why       string
	FirstStep string
	Facts     []document.Fact
	Reasons   []reason
}

// reason is a piece of evidence with its chart drawn and the same numbers as a
// table.
type reason struct {
	report.Reason
	SVG  template.HTML
	Twin chart.Twin
}

// recommendationShow is one recommendation with everything it rests on.
func (f *Face) recommendationShow(c *gin.Context) error {
	lang := httpd.Lang(c)
	s, err := f.current(httpd.Context(c))
	if err != nil {
		return err
	}
	if s == nil {
		return fault.New(fault.NotFound, "error.not_found")
	}
	r, err := s.FindRecommendation(c.Param("number"))
	if err != nil {
		return err
	}
	area, _ := strategy.AreaByNumber(r.Area)
	p := &recommendationShowPage{Page: httpd.Page{Title: r.Title.In(lang), Invented: s.Invented}, R: r, Area: area, To: r.Addressed(lang),
		Purpose: r.PurposeName(lang), Strength: r.StrengthName(lang), Facts: s.Facts(r, lang),
		Why: r.Says(r.Why, lang), FirstStep: r.Says(r.FirstStep, lang)}
	for i, one := range s.Reasons(r, lang) {
		shown := reason{Reason: one}
		if one.Chart != nil {
			shown.SVG = chart.SVG(one.Chart, lang, "c"+strconv.Itoa(i+1))
			shown.Twin = chart.Table(one.Chart, lang)
		}
		p.Reasons = append(p.Reasons, shown)
	}
	return httpd.Render(c, http.StatusOK, "public/recommendation_show", p)
}
