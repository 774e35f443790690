package team

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/freetext"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

type themeListPage struct {
	httpd.Page
	Areas []themeArea
}

type themeArea struct {
	Area   int // 0: the themes that cut across
	Themes []themeLine
}

// themeLine is a theme with how many places speak of it.
type themeLine struct {
	Code      string
	Questions int
	Passages  int
	Meetings  int
}

// themeList lists the themes by area with what there is under each.
func (f *Face) themeList(c *gin.Context) error {
	surveys, err := f.Surveys.List(httpd.Context(c))
	if err != nil {
		return err
	}
	excerpts, err := f.Dialogue.Excerpts(httpd.Context(c), dialogue.Filter{})
	if err != nil {
		return err
	}
	page := &themeListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "exhibit.themes")}}
	for _, area := range []int{5, 6, 7, 0} {
		group := themeArea{Area: area}
		for _, t := range strategy.Themes {
			if t.Area != area {
				continue
			}
			line := themeLine{Code: t.Code}
			for _, s := range surveys {
				line.Questions += exhibit.CountOfTheme(s.Latest.Definition, t.Code)
			}
			meetings := map[string]bool{}
			for _, e := range excerpts {
				if slices.Contains(e.Themes, t.Code) {
					line.Passages++
					meetings[e.MeetingID] = true
				}
			}
			line.Meetings = len(meetings)
			group.Themes = append(group.Themes, line)
		}
		page.Areas = append(page.Areas, group)
	}
	return httpd.Render(c, http.StatusOK, "team/theme_list", page)
}

type themeShowPage struct {
	httpd.Page
	Theme    strategy.Theme
	Strength recommendation.Strength
	Surveys  []themeSurvey
	Talks    []themeTalk
	Experts  []expert.Statement
	Texts    []freetext.Spoken
}

type themeSurvey struct {
	ID      string
	Title   i18n.Text
	Results []exhibit.ThemeResult
}

// themeTalk is what one group said in one channel. Notes are no sample: they are counted as meetings and
// parties, never as shares.
type themeTalk struct {
	Channel  recommendation.Channel
	Group    string
	Meetings int
	Excerpts []dialogue.Excerpt
}

// themeShow sets what the surveys say about a theme beside what was said at meetings and seminars.
func (f *Face) themeShow(c *gin.Context) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	theme, ok := strategy.ThemeByCode(c.Param("theme"))
	if !ok {
		return fault.New(fault.NotFound, "exhibit.error_theme")
	}
	page := &themeShowPage{Page: httpd.Page{Title: theme.Name.In(lang)}, Theme: theme}
	surveys, err := f.Surveys.List(ctx)
	if err != nil {
		return err
	}
	base := 0
	for _, s := range surveys {
		if exhibit.CountOfTheme(s.Latest.Definition, theme.Code) == 0 {
			continue
		}
		results, err := f.Recommendations.Results(ctx, s.Latest.SurveyID)
		if err != nil {
			return err
		}
		one := themeSurvey{ID: s.Latest.SurveyID, Title: s.Latest.Definition.Title}
		if one.Results, err = exhibit.OfTheme(lang, exhibit.Source{Data: results.Data, Options: results.Options}, theme.Code); err != nil {
			return err
		}
		for _, r := range one.Results {
			base = max(base, r.Base)
		}
		if len(one.Results) > 0 {
			page.Surveys = append(page.Surveys, one)
		}
	}
	excerpts, err := f.Dialogue.Excerpts(ctx, dialogue.Filter{Theme: theme.Code})
	if err != nil {
		return err
	}
	page.Talks = talksOf(excerpts)
	if page.Experts, err = f.Experts.List(ctx, theme.Code); err != nil {
		return err
	}
	page.Experts = slices.DeleteFunc(page.Experts, func(s expert.Statement) bool { return s.Withdrawn })
	if page.Texts, err = f.FreeTexts.OfTheme(ctx, theme.Code); err != nil {
		return err
	}
	var channels []recommendation.Channel
	if base > 0 {
		channels = append(channels, recommendation.Survey)
	}
	for _, t := range page.Talks {
		if !slices.Contains(channels, t.Channel) {
			channels = append(channels, t.Channel)
		}
	}
	if len(page.Experts) > 0 {
		channels = append(channels, recommendation.Expert)
	}
	page.Strength = recommendation.StrengthOf(channels, base)
	return httpd.Render(c, http.StatusOK, "team/theme_show", page)
}

// talksOf sorts excerpts by channel and group, in the order of the groups.
func talksOf(excerpts []dialogue.Excerpt) []themeTalk {
	var talks []themeTalk
	for _, channel := range []recommendation.Channel{recommendation.Dialogue, recommendation.Seminar} {
		for _, group := range choices.Groups {
			talk := themeTalk{Channel: channel, Group: group}
			meetings := map[string]bool{}
			for _, e := range excerpts {
				if e.Group == group && recommendation.ChannelOf(e) == channel {
					talk.Excerpts = append(talk.Excerpts, e)
					meetings[e.MeetingID] = true
				}
			}
			if talk.Meetings = len(meetings); talk.Meetings > 0 {
				talks = append(talks, talk)
			}
		}
	}
	return talks
}
