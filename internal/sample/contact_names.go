package sample

// givenNames and familyNames are common in Sweden; together they make persons who
// do not exist.
var givenNames = []string{
	"Anna", "Åsa", "Märta", "Karin", "Ingrid", "Eva", "Kerstin", "Lena", "Elin", "Malin", "Sofia", "Ulla", "Birgitta", "Gunnel",
	"Jenny", "Maja", "Sara", "Hanna", "Ylva", "Annika", "Camilla", "Solveig", "Emelie", "Linnéa", "Gunilla", "Therese", "Astrid", "Zahra",
	"Amina", "Leila", "Lars", "Mats", "Per", "Anders", "Erik", "Göran", "Björn", "Håkan", "Sören", "Åke", "Jörgen", "Karl", "Olof",
	"Nils", "Johan", "Fredrik", "Mikael", "Stefan", "Daniel", "Jonas", "Tomas", "Hans", "Bengt", "Roland", "Rune", "Kjell", "Pär",
	"Torbjörn", "Sixten", "Ali", "Mohamed", "Yusuf",
}

var familyNames = []string{
	"Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Larsson", "Olsson", "Persson", "Svensson", "Gustafsson",
	"Hedlund", "Öberg", "Åkerlund", "Sjöberg", "Björklund", "Lindström", "Bergström", "Mattsson", "Hansson", "Jonsson",
	"Dalberg", "Myrén", "Hällgren", "Lövgren", "Strömberg", "Forsgren", "Näsman", "Åslund", "Östling", "Ängström",
	"Skoglund", "Kvarnström", "Rönnqvist", "Täpp", "Hed", "Finn", "Backlund", "Hagström", "Norlén", "Sundin",
	"Wiklund", "Höglund", "Tägtström", "Liss", "Dahlén", "Kallur", "Skålberg", "Rättvall", "Gärdin", "Höök",
	"Ahmed", "Hassan", "Nguyen", "Novak", "Kovač",
}

// firmNames are words that no firm in a register is named by alone.
var firmNames = []string{
	"Påhittade", "Exempelbyns", "Dikten", "Sagodalens", "Fabelåns", "Lekskogens", "Provbäckens", "Tänkta", "Skissvikens", "Övningshedens",
	"Modellåsens", "Utkastets", "Fantasins", "Berättelsens", "Mönsterforsens", "Prototypens", "Försöksbergets", "Ritningens", "Låtsassjöns", "Demoholmens",
}

// firmTrade is a word for a firm and its sector (region.Sectors).
type firmTrade struct {
	word   string
	sector int
}

var firmTrades = []firmTrade{
	{"Bygg", 4}, {"Måleri", 4}, {"El och Rör", 4}, {"Snickeri", 4}, {"Anläggning", 4},
	{"Verkstad", 2}, {"Trävaror", 2}, {"Plåt", 2}, {"Livsmedel", 2},
	{"Skog och Mark", 1}, {"Gård", 1}, {"Återvinning", 3}, {"Fjärrvärmeservice", 3},
	{"Handel", 5}, {"Kontorsvaror", 5}, {"Bilverkstad", 5}, {"Åkeri", 6}, {"Budservice", 6},
	{"Restaurang", 7}, {"Fjällhotell", 7}, {"Data", 8}, {"Webb", 8}, {"Redovisning", 9}, {"Fastighetsförvaltning", 9},
	{"Konsult", 10}, {"Arkitekter", 10}, {"Teknik", 10}, {"Städ", 11}, {"Bemanning", 11}, {"Utbildning", 12},
	{"Omsorg", 13}, {"Hälsa", 13}, {"Kultur", 14}, {"Upplevelser", 14},
}
