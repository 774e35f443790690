package team

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

type analysisListPage struct {
	httpd.Page
	Surveys []analysisSurvey
}

// analysisSurvey is one survey with its outcome so far.
type analysisSurvey struct {
	ID    string
	Area  int
	Title i18n.Text
	Rates []analysisRate
}

// analysisRate is one group's outcome; Group is empty for all together.
type analysisRate struct {
	Group       string
	Cases       int
	Complete    int
	Partial     int
	Refused     int
	Unknown     int
	RR2, RR4, E string
}

// analysisList shows every survey with its response rates by group.
func (f *Face) analysisList(c *gin.Context) error {
	surveys, err := f.Surveys.List(httpd.Context(c))
	if err != nil {
		return err
	}
	campaigns, err := f.Distribution.List(httpd.Context(c))
	if err != nil {
		return err
	}
	page := &analysisListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "analysis.title")}}
	for _, s := range surveys {
		wave, err := f.Recommendations.Current(httpd.Context(c), s.Latest.SurveyID)
		if err != nil {
			return err
		}
		one, err := f.outcome(c, campaigns, wave.ID)
		if err != nil {
			return err
		}
		page.Surveys = append(page.Surveys, analysisSurvey{
			ID: s.Latest.SurveyID, Area: s.Latest.Definition.Area, Title: s.Latest.Definition.Title, Rates: one})
	}
	return httpd.Render(c, http.StatusOK, "team/analysis_list", page)
}

// outcome adds up the cases of every campaign of a wave.
func (f *Face) outcome(c *gin.Context, campaigns []distribution.Campaign, waveID string) ([]analysisRate, error) {
	codes := map[string]map[string]int{}
	var groups []string
	for _, campaign := range campaigns {
		if campaign.WaveID != waveID || campaign.LaunchedAt == nil {
			continue
		}
		status, err := f.Responses.Status(httpd.Context(c), campaign)
		if err != nil {
			return nil, err
		}
		status = status.Released(f.Distribution.MinBase())
		for _, g := range append(status.Groups, status.Total) {
			if g.Hidden {
				continue
			}
			if codes[g.Group] == nil {
				codes[g.Group] = map[string]int{}
				groups = append(groups, g.Group)
			}
			for code, n := range g.Codes {
				codes[g.Group][code] += n
			}
		}
	}
	var rates []analysisRate
	for _, g := range groups {
		r, err := rateOf(httpd.Lang(c), g, codes[g])
		if err != nil {
			return nil, err
		}
		rates = append(rates, r)
	}
	return rates, nil
}

func rateOf(lang i18n.Lang, group string, codes map[string]int) (analysisRate, error) {
	d, err := analysis.CountDispositions(codes)
	if err != nil {
		return analysisRate{}, err
	}
	r := analysis.ResponseRates(d)
	show := func(v analysis.Rate) string {
		if !v.Exists {
			return "-"
		}
		return i18n.Percent(lang, v.Value, d.Cases())
	}
	return analysisRate{Group: group, Cases: d.Cases(), Complete: d.Complete, Partial: d.Partial, Refused: d.Refusal,
		Unknown: d.Unknown, RR2: show(r.RR2), RR4: show(r.RR4), E: show(r.E)}, nil
}

type analysisShowPage struct {
	httpd.Page
	Survey    analysisSurvey
	Version   int
	Responses int
	Sections  []questionnaire.Section
	Notes     map[string]int // by question
}

// analysisShow lists a survey's questions.
func (f *Face) analysisShow(c *gin.Context) error {
	results, err := f.Recommendations.Results(httpd.Context(c), c.Param("survey"))
	if err != nil {
		return err
	}
	campaigns, err := f.Distribution.List(httpd.Context(c))
	if err != nil {
		return err
	}
	rates, err := f.outcome(c, campaigns, results.Wave.ID)
	if err != nil {
		return err
	}
	def := results.Version.Definition
	notes, err := f.Annotations.Count(httpd.Context(c), def.ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/analysis_show", &analysisShowPage{
		Page:    httpd.Page{Title: def.Title.In(httpd.Lang(c))},
		Survey:  analysisSurvey{ID: def.ID, Area: def.Area, Title: def.Title, Rates: rates},
		Version: results.Version.Number, Responses: results.Data.Len(), Sections: def.Sections, Notes: notes,
	})
}
