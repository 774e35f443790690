// Package specimen is an invented report with every kind of block, for tests and
// for looking at the design.
package specimen

import (
	"fmt"
	"time"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
)

// Report is a short regional report in Swedish.
func Report() document.Document {
	d := document.Document{
		ID: "regional-sv", Title: "Så blir det lättare att lämna anbud i Dalarna",
		Subtitle: "Rekommendationer från upphandlare, politiker, företag och näringslivsutvecklare om innovation, miljö och social hänsyn",
		Subject:  "Resultat och rekommendationer", Author: "Upphandlingsdialog Dalarna", Edition: "Regional utgåva 1",
		Lang: "sv", Created: time.Date(2019, 5, 23, 8, 0, 0, 0, time.UTC), Invented: true,
	}
	d.Blocks = append(d.Blocks, front()...)
	d.Blocks = append(d.Blocks, results()...)
	d.Blocks = append(d.Blocks, advice()...)
	d.Blocks = append(d.Blocks, appendix()...)
	return d
}

func front() []document.Block {
	return []document.Block{
		document.Cover{Kicker: "Rapport · regional utgåva", Area: "Områdena 5 Innovation, 6 Miljö och 7 Social hänsyn", Dnr: "304-1234-2019",
			Date: "2019-05-23", Edition: "1", Funder: "Europeiska socialfonden och Region Dalarna", Publisher: "Upphandlingsdialog Dalarna"},
		document.Heading{Level: 1, ID: "sammanfattning", Text: "Sammanfattning"},
		document.Paragraph{Lead: true, Runs: document.Text("Företagen vill lämna anbud men når inte fram till samtalet före upphandlingen. Upphandlarna vill ha det samtalet men saknar tid och vana.")},
		document.Callout{Kind: document.Decision, Level: 2, Title: "Det här ber vi er besluta", Blocks: []document.Block{document.List{Ordered: true, Items: []document.Item{
			{Runs: []document.Run{{Text: "Kommunstyrelsen", Bold: true}, {Text: " bör besluta att varje upphandling över tröskelvärdet föregås av en öppen dialog, "}, {Text: "rekommendation 5.1", Link: "#rec-5-1"}, {Text: "."}}},
			{Runs: []document.Run{{Text: "Upphandlande myndigheter", Bold: true}, {Text: " bör dela upp avtal så att företag med färre än tio anställda kan lämna anbud på en del."}}},
			{Runs: []document.Run{{Text: "Branschorganisationer", Bold: true}, {Text: " bör samla företagens frågor inför varje dialogmöte."}}},
		}}}},
		document.KeyFigures{Items: []document.KeyFigure{
			{Value: "38,7\u00a0%", Label: "svarsfrekvens (RR2)", Note: document.Text("232 av 600"), Group: chart.Procurer},
			{Value: "61\u00a0%", Label: "av upphandlarna svarade", Note: append(document.Text("68 av 112"), document.Cite("#tab-bortfall")), Group: chart.Politician},
			{Value: "29\u00a0%", Label: "av företagen svarade", Note: document.Text("109 av 376"), Group: chart.Business},
			{Value: "9 av 14", Label: "näringslivsutvecklare vill ha mer dialog", Note: document.Text("för få för procent"), Group: chart.Developer},
		}},
		document.Heading{Level: 2, ID: "fynd", Text: "De tre starkaste resultaten"},
		document.List{Items: []document.Item{
			{Runs: []document.Run{{Text: "Dialog före upphandling är ovanlig. Av 84 företag svarar 14 procent"}, document.Cite("#rad-f3"), {Text: " att de blivit tillfrågade, se "}, {Text: "figur 1", Link: "#fig-dialog"}, {Text: "."}}},
			{Runs: document.Text("Kraven uppfattas olika. Upphandlarna anser att kraven är rimliga, företagen att de är svåra att visa.")},
			{Runs: document.Text("Tiden är kort. Hälften av företagen behöver mer än fyra veckor."), Sub: &document.List{Items: []document.Item{
				{Runs: document.Text("Bygg och anläggning behöver längst tid.")}, {Runs: document.Text("Tjänsteföretag klarar sig med tre veckor.")}}}},
		}},
		document.TOC{Depth: 2},
	}
}

func results() []document.Block {
	long := "Sammanlagt 232 personer besvarade enkäterna mellan den 4 februari och den 22 mars. Svaren vägs inte ihop mellan grupperna, eftersom grupperna är olika stora och fick frågan på olika sätt. Skillnader på färre än tio procentenheter ska läsas med försiktighet; ”1\u202f234 anbud” är ett exempel på hur tal skrivs. Den som vill räkna själv hittar frågorna, kodboken och tabellerna på projektets webbplats. "
	stacked := chart.StackedBar{
		Levels: []string{"Instämmer inte alls", "Instämmer inte", "Varken eller", "Instämmer", "Instämmer helt"}, Bipolar: true,
		Rows: []chart.StackedRow{
			{Label: "Upphandlare", Group: chart.Procurer, Base: 64, Counts: []int{2, 6, 12, 28, 16}, Unknown: 4},
			{Label: "Politiker", Group: chart.Politician, Base: 39, Counts: []int{1, 7, 11, 14, 6}, Unknown: 2},
			{Label: "Företag", Group: chart.Business, Base: 84, Counts: []int{22, 26, 14, 16, 6}, Unknown: 8},
			{Label: "Näringslivsutvecklare", Group: chart.Developer, Base: 14, Counts: []int{1, 4, 3, 4, 2}},
			{Label: "Branschorganisationer", Suppressed: true},
		}}
	return []document.Block{
		document.Heading{Level: 1, ID: "resultat", Number: "1", Text: "Resultat per målgrupp"},
		document.Plain(long + long),
		document.Heading{Level: 2, ID: "dialog", Number: "1.1", Text: "Företagen känner sig inte tillfrågade"},
		document.Paragraph{Runs: []document.Run{{Text: "Frågan ställdes till alla fyra grupperna. Resultatet är "}, {Text: "statistiskt säkerställt", Bold: true}, {Text: " för företag och upphandlare, men "}, {Text: "inte", Italic: true}, {Text: " för politiker. Begreppet "}, {Text: "pre-procurement market consultation", Lang: "en", Italic: true}, {Text: " motsvaras av "}, {Text: "Upphandlingsmyndighetens vägledning om marknadsundersökning", Link: "https://www.upphandlingsmyndigheten.se/"}, {Text: "."}}},
		document.Figure{ID: "fig-dialog", Source: "#rad-f3", Chart: stacked, Title: "Fyra av tio upphandlare men var fjärde företagare tycker att dialogen fungerar",
			Subtitle: "”Dialogen före upphandling fungerar bra i min kommun.” Procent av dem som tagit ställning.", Base: "Bas: 64 upphandlare, 39 politiker, 84 företag, 14 näringslivsutvecklare. Vet ej redovisas för sig."},
		document.Plain(long),
		document.Heading{Level: 2, ID: "hinder", Number: "1.2", Text: "Tiden och kraven är de största hindren"},
		document.Plain(long),
		document.Figure{ID: "fig-hinder", Group: chart.Business, Title: "Varannan företagare hinner inte",
			Subtitle: "”Vilka hinder har ni mött när ni velat lämna anbud?” Flera svar möjliga.", Base: "Bas: 84 företag. Vet ej 9 %.",
			Chart: chart.Bar{Measure: "andel av företagen som har mött hindret", Group: chart.Business, Base: 84, Rows: []chart.BarRow{
				{Label: "Tiden från annons till sista anbudsdag är för kort", Count: 43, Value: 43.0 / 84},
				{Label: "Kraven går inte att visa med de intyg vi har", Count: 38, Value: 38.0 / 84},
				{Label: "Avtalet är för stort för oss", Count: 31, Value: 31.0 / 84},
				{Label: "Vi fick inte veta att upphandlingen fanns", Count: 12, Value: 12.0 / 84},
				{Label: "Annat", Suppressed: true}}}},
		document.Figure{ID: "fig-andel", Title: "Upphandlarna är mest nöjda, företagen minst", Subtitle: "Andel som instämmer helt eller delvis, med 95 % konfidensintervall.",
			Base: "Bas enligt tabellen.", Chart: chart.DotInterval{Measure: "instämmer helt eller delvis", Reference: &chart.Reference{Share: 0.32, Label: "Riket 2018"}, Rows: []chart.DotRow{
				{Label: "Upphandlare", Group: chart.Procurer, Base: 64, Count: 44, Share: 44.0 / 64, Lower: 0.60, Upper: 0.77},
				{Label: "Politiker", Group: chart.Politician, Base: 39, Count: 20, Share: 20.0 / 39, Lower: 0.38, Upper: 0.65},
				{Label: "Företag", Group: chart.Business, Base: 84, Count: 22, Share: 22.0 / 84, Lower: 0.19, Upper: 0.35},
				{Label: "Näringslivsutvecklare", Group: chart.Developer, Base: 14, Count: 6, Share: 6.0 / 14, Lower: 0.23, Upper: 0.65}}}},
		document.Heading{Level: 2, ID: "roster", Number: "1.3", Text: "Röster från dialogmötena"},
		document.Quote{ID: "citat-mora", Text: "”Vi får veta att upphandlingen finns när den redan är skriven. Då är det för sent att säga att man hade kunnat göra det billigare och bättre på ett annat sätt.”", Source: "Företag, dialogmöte i Mora, 2019-03-12", Group: chart.Business},
		document.Quote{Text: "”Jag vågar inte ringa ett företag. Jag är rädd att göra fel.”", Source: "Upphandlare, dialogmöte i Borlänge, 2019-02-20", Group: chart.Procurer},
	}
}

func advice() []document.Block {
	return []document.Block{
		document.PageBreak{},
		document.Heading{Level: 1, ID: "rekommendationer", Number: "2", Text: "Rekommendationer"},
		document.Paragraph{Lead: true, Runs: document.Text("Varje rekommendation vilar på minst två slags underlag. Siffrorna är räknade ur enkätsvaren.")},
		document.Heading{Level: 2, ID: "innovation", Number: "2.1", Text: "Område 5: Innovation"},
		document.Recommendation{ID: "rec-5-1", Area: 5, Number: "5.1", Sentence: "Kommunstyrelsen bör besluta att varje upphandling över tröskelvärdet föregås av en öppen dialog",
			Addressees: []string{"Kommunstyrelser", "Upphandlande myndigheter"}, Tags: []string{"På remiss", "Starkt underlag (A)", "Liten insats"},
			Why: []document.Evidence{
				{Runs: document.Text("Av 84 företag svarar 26 procent att dialogen före upphandling fungerar bra."), Source: "Enkät S5, fråga F3", Link: "#fig-dialog", Row: "#rad-f3"},
				{Runs: document.Text("Företag i Mora berättar att de får veta för sent."), Source: "Dialogmöte i Mora", Link: "#citat-mora"}},
			FirstStep: document.Text("Upphandlingschefen lägger fram en mall för dialogmöten och en plan för de tre nästa upphandlingarna."),
			Facts: []document.Fact{{Label: "Effekt för små företag", Value: document.Text("Fler känner till upphandlingen innan den annonseras")}, {Label: "Insats", Value: document.Text("Liten: två arbetsdagar per upphandling")},
				{Label: "Indikator", Value: document.Text("Andel små företag som lämnar anbud, utgångsläge 32\u00a0%")}, {Label: "Ansvarig", Value: document.Text("Upphandlingschef")}, {Label: "Klart", Value: document.Text("2019-12-31")}}},
		document.Recommendation{ID: "rec-5-2", Area: 6, Number: "5.2", Sentence: "Upphandlande myndigheter bör ge minst sex veckor från annons till sista anbudsdag",
			Addressees: []string{"Upphandlande myndigheter"}, Tags: []string{"Utkast", "Underlag B"},
			Why:       []document.Evidence{{Runs: document.Text("Varannan företagare hinner inte lämna anbud."), Source: "Enkät S5, fråga F7", Row: "#rad-f7"}},
			FirstStep: document.Text("Lägg in sex veckor i mallen för tidplan."), Facts: []document.Fact{{Label: "Effekt", Value: document.Text("Fler anbud")}, {Label: "Ansvarig", Value: document.Text("Upphandlingschef")}}},
		document.Heading{Level: 2, ID: "politiker", Number: "2.2", Text: "Till politiker"},
		document.Requests{Items: []document.Request{
			{Area: 5, Number: "5.1", Sentence: "Besluta att varje upphandling över tröskelvärdet föregås av en öppen dialog.",
				Why: document.Text("Av 84 företag svarar 26 procent att dialogen före upphandling fungerar bra."), Due: "Klart senast 2019-12-31"},
			{Number: "5.2", Sentence: "Ge minst sex veckor från annons till sista anbudsdag."}}},
	}
}

func appendix() []document.Block {
	t := document.Table{ID: "tab-bortfall", Caption: "Utskick och svar per kommun", RowHeader: true, Note: ".. betyder färre än sju svarande.",
		Head: []document.Column{{Text: "Kommun"}, {Text: "Utskickade", Align: document.Right}, {Text: "Svar", Align: document.Right}, {Text: "Svarsfrekvens", Align: document.Right}}}
	places := []string{"Avesta", "Borlänge", "Falun", "Gagnef", "Hedemora", "Leksand", "Ludvika", "Malung-Sälen", "Mora", "Orsa", "Rättvik", "Smedjebacken", "Säter", "Vansbro", "Älvdalen"}
	for i := range 45 {
		name := places[i%15]
		if i >= 15 {
			name += fmt.Sprintf(", omgång %d", i/15+1)
		}
		t.Rows = append(t.Rows, document.Row(name, fmt.Sprint(20+i*7%31), fmt.Sprint(8+i*5%11), fmt.Sprintf("%d\u00a0%%", 31+i*3%40)))
	}
	return []document.Block{
		document.Heading{Level: 1, ID: "bilaga", Number: "A", Text: "Bilaga: svarsfrekvens och ordlista"},
		t,
		document.Table{ID: "tab-fragor", Caption: "Frågorna bakom siffrorna", RowHeader: true, Dense: true, UsedIn: 2,
			Head:    []document.Column{{Text: "Fråga"}, {Text: "Mått"}, {Text: "Företag", Align: document.Right}, {Text: "Rad i data", Align: document.Right}},
			Rows:    [][]document.Cell{document.Row("F3. Fungerar dialogen före upphandling?", "”instämmer”", "26\u00a0% (84)", "2–33"), document.Row("F7. Vilka hinder har ni mött?", "", "51\u00a0% (84)", "34–48"), document.Row("F8. Något annat?", "”ja”", "..", "49")},
			Anchors: []document.RowAnchor{{ID: "rad-f3", Name: "F3"}, {ID: "rad-f7", Name: "F7"}}},
		document.Callout{Kind: document.Note, Title: "Läs siffrorna så här", Blocks: []document.Block{document.Plain("Vid en bas under 20 skrivs antal i stället för procent. En differens på −3 procentenheter → ingen säker skillnad.")}},
		document.Heading{Level: 2, ID: "ordlista", Text: "Ordlista"},
		document.Terms{Items: []document.Term{
			{Word: "Dialogmöte", Runs: document.Text("Möte före upphandling där myndighet och företag pratar om behov och möjligheter.")},
			{Word: "RR2", Runs: document.Text("Svarsfrekvens enligt AAPOR där delvis besvarade enkäter räknas som svar.")}}},
	}
}
