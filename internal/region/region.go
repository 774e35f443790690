// Package region is Dalarna as the project needs it: its municipalities and their reporting groups,
// the four target groups, and the classes that firms are counted by.
package region

import (
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"upphandlingsdialog/internal/i18n"
)

// County is SCB's county code of Dalarna; as an answer it means "the whole county".
const County = 20

// PopulationDate is the date of the population figures. They come from SCB by way of a secondary
// source: show them as approximate.
const PopulationDate = "2019-12-31"

// Municipality is one of the county's fifteen municipalities.
type Municipality struct {
	Code       int    // SCB's four digits
	Name       string // the same in both languages
	Formal     string // the "X kommun" form, e.g. Falu kommun
	Population int    // at PopulationDate
	Group      string // reporting group, G1-G6
}

// Municipalities lists the fifteen in Swedish order of name (å, ä, ö after z).
var Municipalities = []Municipality{
	{2084, "Avesta", "Avesta kommun", 23178, "G6"},
	{2081, "Borlänge", "Borlänge kommun", 52590, "G3"},
	{2080, "Falun", "Falu kommun", 59406, "G3"},
	{2026, "Gagnef", "Gagnefs kommun", 10304, "G2"},
	{2083, "Hedemora", "Hedemora kommun", 15491, "G6"},
	{2029, "Leksand", "Leksands kommun", 15807, "G2"},
	{2085, "Ludvika", "Ludvika kommun", 26898, "G4"},
	{2023, "Malung-Sälen", "Malung-Sälens kommun", 10138, "G1"},
	{2062, "Mora", "Mora kommun", 20470, "G5"},
	{2034, "Orsa", "Orsa kommun", 6911, "G5"},
	{2031, "Rättvik", "Rättviks kommun", 10950, "G2"},
	{2061, "Smedjebacken", "Smedjebackens kommun", 10894, "G4"},
	{2082, "Säter", "Säters kommun", 11093, "G6"},
	{2021, "Vansbro", "Vansbro kommun", 6805, "G1"},
	{2039, "Älvdalen", "Älvdalens kommun", 7031, "G1"},
}

// MunicipalityByCode finds a municipality by SCB's code.
func MunicipalityByCode(code int) (Municipality, bool) {
	for _, m := range Municipalities {
		if m.Code == code {
			return m, true
		}
	}
	return Municipality{}, false
}

// FindMunicipality reads a name as people write it: "Falun", "falu kommun", "MORA".
func FindMunicipality(name string) (Municipality, bool) {
	name = strings.ToLower(strings.Join(strings.Fields(name), " "))
	for _, m := range Municipalities {
		if name == strings.ToLower(m.Name) || name == strings.ToLower(m.Formal) {
			return m, true
		}
	}
	return Municipality{}, false
}

// SortNames puts names in Swedish order, in place.
func SortNames(names []string) { collate.New(language.Swedish).SortStrings(names) }

// ReportingGroup is the smallest geography in which firms are reported.
type ReportingGroup struct {
	ID   string
	Name i18n.Text
}

// ReportingGroups lists the six groups of municipalities. Their members come from a public
// analysis of Dalarna, their names are the project's own.
var ReportingGroups = []ReportingGroup{
	{"G1", i18n.Text{Sv: "Västra", En: "Western"}},
	{"G2", i18n.Text{Sv: "Siljan södra", En: "Southern Siljan"}},
	{"G3", i18n.Text{Sv: "Falun-Borlänge", En: "Falun-Borlänge"}},
	{"G4", i18n.Text{Sv: "Västerbergslagen", En: "Västerbergslagen"}},
	{"G5", i18n.Text{Sv: "Siljan norra", En: "Northern Siljan"}},
	{"G6", i18n.Text{Sv: "Södra", En: "Southern"}},
}

// The ids of the four target groups, who answer the surveys and take part in the meetings.
const (
	Procurer   = "procurer"
	Politician = "politician"
	Business   = "business"
	Developer  = "developer"
)

// TargetGroup is one of the four groups that the project works with.
type TargetGroup struct {
	ID    string
	Name  i18n.Text // full name
	Frame i18n.Text // who is in it
}

// TargetGroups lists the four in the order in which everything shows them.
var TargetGroups = []TargetGroup{
	{
		Procurer,
		i18n.Text{Sv: "Upphandlare, inköpare och beställare", En: "Procurers, purchasers and internal clients"},
		i18n.Text{
			Sv: "Kommuner, kommunala bolag, landsting/region och statliga myndigheter i Dalarna",
			En: "Municipalities, municipal companies, county council/region and state agencies in Dalarna",
		},
	},
	{
		Politician,
		i18n.Text{Sv: "Politiska beslutsfattare", En: "Political decision makers"},
		i18n.Text{
			Sv: "Förtroendevalda i kommuner och landsting/region",
			En: "Elected representatives in municipalities and county council/region",
		},
	},
	{
		Business,
		i18n.Text{Sv: "Företag och branschorganisationer", En: "Businesses and trade associations"},
		i18n.Text{
			Sv: "Små och medelstora företag, sociala företag, nystartade företag, branschorganisationer",
			En: "Small and medium-sized firms, social enterprises, start-ups, trade associations",
		},
	},
	{
		Developer,
		i18n.Text{Sv: "Kommunernas näringslivsutvecklare", En: "Municipal business developers"},
		i18n.Text{
			Sv: "Näringslivskontor eller motsvarande i de 15 kommunerna",
			En: "Business offices or the like in the 15 municipalities",
		},
	},
}

// TargetGroupByID finds a target group.
func TargetGroupByID(id string) (TargetGroup, bool) {
	for _, g := range TargetGroups {
		if g.ID == id {
			return g, true
		}
	}
	return TargetGroup{}, false
}
