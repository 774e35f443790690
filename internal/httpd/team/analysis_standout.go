package team

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

type analysisStandoutPage struct {
	httpd.Page
	SurveyID      string
	SurveyTitle   i18n.Text
	Area          int
	Groups        []questionnaire.Group
	First, Second string
	Between       exhibit.Standouts
	Firms         *exhibit.Standouts // nil: firms are not asked, or not for their size
	Changes       *exhibit.Standouts // nil: one wave
	Indices       []exhibit.IndexLine
}

// analysisStandout shows what stands out in a survey: ?first= and ?second= choose the groups.
func (f *Face) analysisStandout(c *gin.Context) error {
	results, err := f.Recommendations.Results(httpd.Context(c), c.Param("survey"))
	if err != nil {
		return err
	}
	def, lang := results.Version.Definition, httpd.Lang(c)
	page := &analysisStandoutPage{Page: httpd.Page{Title: i18n.T(lang, "exhibit.standout")}, SurveyID: def.ID, SurveyTitle: def.Title,
		Area: def.Area, Groups: def.Groups}
	if page.First, page.Second, err = pairOfGroups(def, c.Query("first"), c.Query("second")); err != nil {
		return err
	}
	source := exhibit.Source{Data: results.Data, Options: results.Options}
	if page.Second != "" {
		if page.Between, err = exhibit.Between(lang, source, page.First, page.Second); err != nil {
			return err
		}
	}
	if _, sized := def.Question("bg_size"); sized && def.HasGroup("business") {
		firms, err := exhibit.Within(lang, source, "business", analysis.SplitByFirmSize)
		if err != nil {
			return err
		}
		page.Firms = &firms
	}
	together, err := f.Recommendations.Together(httpd.Context(c), c.Param("survey"))
	if err != nil {
		return err
	}
	if exhibit.Joined(together.Data) {
		changes, err := exhibit.Changes(lang, exhibit.Source{Data: together.Data, Options: together.Options})
		if err != nil {
			return err
		}
		page.Changes = &changes
	}
	if page.Indices, err = exhibit.IndexLines(lang, source); err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/analysis_standout", page)
}

// pairOfGroups are the groups to compare: those asked for, else buyers and suppliers, else the first two.
func pairOfGroups(def *questionnaire.Definition, first, second string) (a, b string, err error) {
	for _, g := range []string{first, second} {
		if g != "" && !def.HasGroup(g) {
			return "", "", fault.New(fault.Invalid, "exhibit.error_group", "Group", g)
		}
	}
	if first != "" && first == second {
		return "", "", fault.New(fault.Invalid, "exhibit.error_same_group")
	}
	order := []string{"procurer", "business"}
	for _, g := range def.Groups {
		order = append(order, g.ID)
	}
	a, b = first, second
	for _, g := range order {
		switch {
		case !def.HasGroup(g) || g == a || g == b:
		case a == "":
			a = g
		case b == "":
			b = g
		}
	}
	return a, b, nil
}
