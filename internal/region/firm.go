package region

import "upphandlingsdialog/internal/i18n"

// SizeClass is a class of employees. The classes split at 250, where SCB's 200-499 does not, so
// that both SCB's and the European Union's classes can be formed; the latter also look at turnover,
// so a class by employees alone must be footnoted.
type SizeClass struct {
	Code int // 1-9, the option code of the questionnaires
	Min  int // employees
	Max  int // employees; 0 has no upper limit
	Name i18n.Text
}

// SizeClasses lists them from the smallest.
var SizeClasses = []SizeClass{
	{1, 0, 0, i18n.Text{Sv: "0 anställda (soloföretag)", En: "0 employees (solo firm)"}},
	{2, 1, 4, i18n.Text{Sv: "1–4 anställda", En: "1–4 employees"}},
	{3, 5, 9, i18n.Text{Sv: "5–9 anställda", En: "5–9 employees"}},
	{4, 10, 19, i18n.Text{Sv: "10–19 anställda", En: "10–19 employees"}},
	{5, 20, 49, i18n.Text{Sv: "20–49 anställda", En: "20–49 employees"}},
	{6, 50, 99, i18n.Text{Sv: "50–99 anställda", En: "50–99 employees"}},
	{7, 100, 199, i18n.Text{Sv: "100–199 anställda", En: "100–199 employees"}},
	{8, 200, 249, i18n.Text{Sv: "200–249 anställda", En: "200–249 employees"}},
	{9, 250, 0, i18n.Text{Sv: "250 anställda eller fler", En: "250 employees or more"}},
}

// SizeClassByCode finds a size class by its code.
func SizeClassByCode(code int) (SizeClass, bool) {
	for _, c := range SizeClasses {
		if c.Code == code {
			return c, true
		}
	}
	return SizeClass{}, false
}

// SizeClassOf is the class of a firm with n employees. A negative number has none.
func SizeClassOf(n int) (SizeClass, bool) {
	for _, c := range SizeClasses {
		if n >= c.Min && (n <= c.Max || c.Code == len(SizeClasses)) {
			return c, true
		}
	}
	return SizeClass{}, false
}

// SizeShare is the share of active firms in Sweden in one of SCB's classes.
type SizeShare struct {
	Class string // SCB's class
	Share float64
}

// SizeShares is the Swedish split of 2015 over SCB's classes.
var SizeShares = []SizeShare{
	{"0", 0.7345}, {"1-4", 0.1910}, {"5-9", 0.0368}, {"10-19", 0.0197}, {"20-49", 0.0113},
	{"50-99", 0.0034}, {"100-199", 0.0016}, {"200-499", 0.0009}, {"500+", 0.0008},
}

// Sector is a group of SNI 2007 sections, few enough for a phone.
type Sector struct {
	Code int    // 1-14, the option code of the questionnaires
	SNI  string // letters of the sections
	Name i18n.Text
}

// SectorClassification is the version of the classification that the letters belong to.
const SectorClassification = "SNI 2007"

// Sectors lists them in the order of the classification.
var Sectors = []Sector{
	{1, "A", i18n.Text{Sv: "Jordbruk, skogsbruk och fiske", En: "Agriculture, forestry and fishing"}},
	{2, "BC", i18n.Text{Sv: "Utvinning och tillverkning", En: "Mining and manufacturing"}},
	{3, "DE", i18n.Text{Sv: "Energi, vatten, avlopp och avfall", En: "Energy, water, sewage and waste"}},
	{4, "F", i18n.Text{Sv: "Bygg och anläggning", En: "Construction"}},
	{5, "G", i18n.Text{Sv: "Handel och fordonsreparation", En: "Trade and vehicle repair"}},
	{6, "H", i18n.Text{Sv: "Transport och magasinering", En: "Transport and storage"}},
	{7, "I", i18n.Text{Sv: "Hotell och restaurang", En: "Hotels and restaurants"}},
	{8, "J", i18n.Text{Sv: "IT, information och kommunikation", En: "IT, information and communication"}},
	{9, "KL", i18n.Text{Sv: "Finans, försäkring och fastigheter", En: "Finance, insurance and real estate"}},
	{10, "M", i18n.Text{Sv: "Juridik, ekonomi, teknik och annan konsultverksamhet", En: "Legal, financial, technical and other consulting"}},
	{11, "N", i18n.Text{Sv: "Städning, bemanning, fastighetsservice och andra stödtjänster", En: "Cleaning, staffing, facility and other support services"}},
	{12, "OP", i18n.Text{Sv: "Offentlig förvaltning och utbildning", En: "Public administration and education"}},
	{13, "Q", i18n.Text{Sv: "Vård, omsorg och sociala tjänster", En: "Health, care and social services"}},
	{14, "RSTU", i18n.Text{Sv: "Kultur, fritid och annan service", En: "Culture, leisure and other services"}},
}

// SectorByCode finds a sector by its code.
func SectorByCode(code int) (Sector, bool) {
	for _, s := range Sectors {
		if s.Code == code {
			return s, true
		}
	}
	return Sector{}, false
}
