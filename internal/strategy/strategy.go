// Package strategy is the part of the national procurement strategy of 2016 that the project works
// with: areas 5, 6 and 7, their theme codes, and what a recommendation may be for.
package strategy

import (
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Area is one of the strategy's goals 5, 6 and 7.
type Area struct {
	Number int
	Name   i18n.Text // official name in the strategy
	Short  i18n.Text // the project's own short name, also accepted in search
	Colour string    // class name in the stylesheet and name in charts: a5, a6, a7
	also   []string  // other names in use
}

// Areas lists the three areas in order.
var Areas = []Area{
	{
		Number: 5, Colour: "a5",
		Name: i18n.Text{
			Sv: "En offentlig upphandling som främjar innovationer och alternativa lösningar",
			En: "Public procurement that promotes innovation and alternative solutions",
		},
		Short: i18n.Text{Sv: "Upphandling som främjar innovationer", En: "Procurement that promotes innovation"},
		also:  []string{"innovation", "innovationer"},
	},
	{
		Number: 6, Colour: "a6",
		Name: i18n.Text{
			Sv: "En miljömässigt ansvarsfull offentlig upphandling",
			En: "Environmentally responsible public procurement",
		},
		Short: i18n.Text{Sv: "En miljömässigt ansvarsfull upphandling", En: "Environmentally responsible procurement"},
		also:  []string{"En miljömässig upphandling", "miljö", "environment"},
	},
	{
		Number: 7, Colour: "a7",
		Name: i18n.Text{
			Sv: "Offentlig upphandling som bidrar till ett socialt hållbart samhälle",
			En: "Public procurement that contributes to a socially sustainable society",
		},
		Short: i18n.Text{
			Sv: "Upphandling som bidrar till ett socialt hållbart samhälle",
			En: "Procurement that contributes to a socially sustainable society",
		},
		also: []string{"socialt ansvar", "social", "social responsibility"},
	},
}

// AreaByNumber finds an area by 5, 6 or 7.
func AreaByNumber(n int) (Area, bool) {
	for _, a := range Areas {
		if a.Number == n {
			return a, true
		}
	}
	return Area{}, false
}

// FindArea reads what people write for an area: "5", "a5", "mål 5", "goal 5", the official name or a short
// one, in either language, whatever the case.
func FindArea(s string) (Area, bool) {
	s = fold(s)
	for _, prefix := range []string{"område ", "mål ", "area ", "goal ", "a"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && len(rest) == 1 {
			s = rest
		}
	}
	for _, a := range Areas {
		names := append([]string{strconv.Itoa(a.Number), a.Name.Sv, a.Name.En, a.Short.Sv, a.Short.En}, a.also...)
		for _, name := range names {
			if fold(name) == s {
				return a, true
			}
		}
	}
	return Area{}, false
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Theme is what a question, an excerpt or a recommendation is about.
type Theme struct {
	Code string // I01-I12 area 5, M01-M12 area 6, S01-S12 area 7, X01-X08 all areas
	Area int    // 5, 6 or 7; 0 cuts across all
	Name i18n.Text
}

// ThemeByCode finds a theme.
func ThemeByCode(code string) (Theme, bool) {
	for _, t := range Themes {
		if t.Code == code {
			return t, true
		}
	}
	return Theme{}, false
}

// ThemesOf lists the themes of an area and those that cut across, in order.
func ThemesOf(area int) []Theme {
	var list []Theme
	for _, t := range Themes {
		if t.Fits(area) {
			list = append(list, t)
		}
	}
	return list
}

// Fits tells whether the theme may be used in the area.
func (t Theme) Fits(area int) bool { return t.Area == 0 || t.Area == area }

// Purpose is what a recommendation is for.
type Purpose struct {
	ID   string
	Name i18n.Text
}

// The purposes that the project's plan allows for a recommendation, and no other.
const (
	PurposeSimplify   = "simplify"
	PurposeAuthority  = "open_authority"
	PurposeBusiness   = "open_business"
	PurposeGuidelines = "guidelines"
)

// Purposes lists them in the order of the plan.
var Purposes = []Purpose{
	{PurposeSimplify, i18n.Text{Sv: "Förenkla upphandlingen", En: "Simplify the procedure"}},
	{PurposeAuthority, i18n.Text{Sv: "Öppna möjligheter för den upphandlande myndigheten", En: "Open possibilities for the authority"}},
	{PurposeBusiness, i18n.Text{Sv: "Öppna möjligheter för företaget", En: "Open possibilities for the firm"}},
	{PurposeGuidelines, i18n.Text{Sv: "Hjälpa myndigheten eller företaget att införa interna riktlinjer", En: "Help the authority or the firm implement internal guidelines"}},
}

// PurposeByID finds a purpose.
func PurposeByID(id string) (Purpose, bool) {
	for _, p := range Purposes {
		if p.ID == id {
			return p, true
		}
	}
	return Purpose{}, false
}
