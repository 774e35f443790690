package sample

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Respondent answers questions as an invented person of a group would: each group leans its own way
// on the questions that matter, each person a little differently, some questions are left empty and
// some answered with "don't know". The same seed gives the same answers to the same questions.
type Respondent struct {
	group string
	lean  float64 // this person's own tilt on five-point scales, in scale points
	rng   *rand.Rand
}

// NewRespondent makes a respondent of one of the four groups.
func NewRespondent(group string, seed uint64) *Respondent {
	rng := rand.New(rand.NewPCG(seed, 0x5eed))
	return &Respondent{group: group, lean: rng.NormFloat64() * 0.7, rng: rng}
}

const (
	skipShare    = 0.03 // of questions left empty
	unknownShare = 0.06 // of answers "don't know", where offered
	otherSpecial = 0.03 // of answers with another special code, where offered
	rankSpread   = 1.5  // of a person's preferences about those of the group, which lie from -1 to 1
)

// scaleMean is where a group stands on a five-point scale; questions not listed have 3.
var scaleMean = map[string]map[string]float64{
	"q5_01": {"procurer": 3.5, "politician": 2.8, "business": 1.9, "developer": 3.1},
	"q5_05": {"procurer": 3.7, "business": 2.9},
	"q5_06": {"procurer": 3.1, "business": 2.0},
	"q5_11": {"procurer": 2.9, "politician": 3.0, "business": 1.9, "developer": 2.2},
	"q6_01": {"procurer": 4.1, "politician": 4.3, "business": 3.6, "developer": 3.9},
	"q6_05": {"procurer": 2.2},
	"q6_09": {"procurer": 2.6, "business": 2.3},
	"q6_14": {"procurer": 2.1},
	"q6_15": {"procurer": 2.8, "politician": 3.1, "business": 2.1, "developer": 2.4},
	"q7_01": {"procurer": 3.8, "politician": 3.2, "business": 2.3, "developer": 3.0},
	"q7_08": {"business": 2.9},
	"q7_10": {"procurer": 3.0, "politician": 3.3, "business": 2.3, "developer": 2.6},
	"q7_14": {"business": 2.2},
}

// firstShare is the share of a group that takes the first option of a question; the rest spread
// evenly. The 15 % of firms that bid is the project's own baseline.
var firstShare = map[string]map[string]float64{
	"q5_02":     {"procurer": 0.42, "politician": 0.35, "developer": 0.30},
	"q5_07":     {"procurer": 0.33},
	"q5_08":     {"business": 0.61},
	"q6_02":     {"procurer": 0.48, "politician": 0.52, "developer": 0.34},
	"q6_07":     {"business": 0.44},
	"q6_13":     {"politician": 0.38},
	"q7_02":     {"procurer": 0.55, "politician": 0.46, "developer": 0.32},
	"q7_04":     {"procurer": 0.18},
	"q7_06":     {"business": 0.07},
	"q7_15":     {"politician": 0.24},
	"bg_bids":   {"business": 0.78},
	"bg_size":   {"business": 0.46},
	"bg_org":    {"procurer": 0.62},
	"bg_office": {"politician": 0.40},
}

// Skips tells whether this question is left empty.
func (r *Respondent) Skips() bool { return r.rng.Float64() < skipShare }

// Choose takes one of the codes offered, which stand in the order of the form.
func (r *Respondent) Choose(question string, codes []string) string {
	proper, special := split(codes)
	if len(special) > 0 && len(proper) > 0 {
		p := r.rng.Float64()
		if slices.Contains(special, "98") && p < unknownShare {
			return "98"
		}
		if s := special[0]; s != "98" && p > 1-otherSpecial {
			return s
		}
	}
	switch {
	case len(proper) == 0:
		return codes[0]
	case len(proper) == 11: // 0-10
		return proper[r.scale(11, 5.5+2*r.groupTilt(question), 2.2)]
	}
	base, _, _ := strings.Cut(question, ".")
	if share, ok := firstShare[base][r.group]; ok {
		if r.rng.Float64() < share || len(proper) == 1 {
			return proper[0]
		}
		return proper[1+r.rng.IntN(len(proper)-1)]
	}
	if len(proper) == 5 {
		mean := 3.0
		if m, ok := scaleMean[base][r.group]; ok {
			mean = m
		}
		return proper[r.scale(5, mean-1+r.lean, 0.9)]
	}
	return proper[r.rng.IntN(len(proper))]
}

// scale draws a place 0..n-1 around mean.
func (r *Respondent) scale(n int, mean, spread float64) int {
	return max(0, min(n-1, int(mean+r.rng.NormFloat64()*spread+0.5)))
}

// groupTilt is a fixed lean of the group on a question, from -1 to 1, so that groups differ.
func (r *Respondent) groupTilt(question string) float64 {
	h := uint32(2166136261)
	for _, c := range []byte(question + r.group) {
		h = (h ^ uint32(c)) * 16777619
	}
	return float64(h%2001)/1000 - 1
}

// kindShare is how many firms are young, social enterprises or trade associations; the rest are none
// of these.
var kindShare = map[string]float64{"1": 0.10, "2": 0.05, "3": 0.04}

// Several takes up to limit of the codes, at least one. Early options are taken more often, and an
// exclusive last one ("none of these") alone or not at all.
func (r *Respondent) Several(question string, codes []string, limit int, exclusive string) []string {
	proper, _ := split(codes)
	if question == "bg_kind" {
		for _, c := range proper {
			if r.rng.Float64() < kindShare[c] {
				return []string{c}
			}
		}
		return []string{exclusive}
	}
	if exclusive != "" {
		proper = slices.DeleteFunc(proper, func(c string) bool { return c == exclusive })
		if r.rng.Float64() < 0.2 {
			return []string{exclusive}
		}
	}
	if limit <= 0 || limit > len(proper) {
		limit = len(proper)
	}
	var taken []string
	for _, c := range proper {
		n, _ := strconv.Atoi(c)
		p := 0.5 - 0.045*float64(n) + 0.12*r.groupTilt(question+c)
		if len(taken) < limit && r.rng.Float64() < p {
			taken = append(taken, c)
		}
	}
	if len(taken) == 0 && len(proper) > 0 {
		taken = []string{proper[r.rng.IntN(len(proper))]}
	}
	return taken
}

// Rank takes up to top of the codes in order of preference.
func (r *Respondent) Rank(question string, codes []string, top int) []string {
	proper, _ := split(codes)
	score := map[string]float64{}
	for _, c := range proper {
		score[c] = r.groupTilt(question+"#"+c) + r.rng.NormFloat64()*rankSpread
	}
	slices.SortFunc(proper, func(a, b string) int {
		if score[a] > score[b] {
			return -1
		}
		return 1
	})
	return proper[:min(top, len(proper))]
}

// Number is a count or a percentage as people write it.
func (r *Respondent) Number(question string) string {
	switch {
	case strings.HasPrefix(question, "q6_10"):
		return strconv.Itoa(10 * r.rng.IntN(9))
	case r.group == "procurer":
		return strconv.Itoa(r.rng.IntN(9))
	}
	if r.rng.Float64() < 0.55 {
		return "0"
	}
	return strconv.Itoa(1 + r.rng.IntN(4))
}

// Words is an answer in the respondent's own words, or nothing: most leave such a field empty.
func (r *Respondent) Words(question string) string {
	if r.rng.Float64() > 0.35 {
		return ""
	}
	for prefix, texts := range words {
		if strings.HasPrefix(question, prefix) {
			return texts[r.rng.IntN(len(texts))]
		}
	}
	return ""
}

func split(codes []string) (proper, special []string) {
	for _, c := range codes {
		switch c {
		case "":
		case "97", "98", "99":
			special = append(special, c)
		default:
			proper = append(proper, c)
		}
	}
	return proper, special
}

var words = map[string][]string{
	"q5_18": {
		"Bjud in oss innan kraven är skrivna, inte efter.",
		"Beskriv vad som ska fungera i stället för exakt hur det ska byggas.",
		"En gemensam kalender över kommande upphandlingar i hela länet.",
		"Våga pröva i liten skala först. En pilot på en skola räcker långt.",
		"Mandat från ledningen att lägga tid på dialog.",
		"Kortare underlag. Vi är fyra anställda och hinner inte läsa åttio sidor.",
		"Dela upp stora avtal så att lokala företag kan lämna anbud på en del.",
		"Låt alternativa utföranden vara tillåtna som regel.",
	},
	"q6_18": {
		"Ställ samma miljökrav i alla kommuner så att vi bara behöver ta fram underlagen en gång.",
		"Följ upp kraven. Annars vinner den som lovar mest.",
		"Mer återbrukade möbler i skolor och kontor.",
		"Räkna på hela livslängden, inte bara inköpspriset.",
		"Samordnade leveranser till äldreboenden och förskolor.",
		"Godta egna intyg från små företag när certifiering saknas.",
		"Utbilda beställarna i vad miljökraven kostar och ger.",
	},
	"q7_18": {
		"Anpassa praktikkravet efter hur stort uppdraget är.",
		"En kontaktperson på kommunen som hjälper till att hitta rätt person.",
		"Fler reserverade upphandlingar av enklare tjänster.",
		"Kontrollera arbetsvillkoren på plats, inte bara på papper.",
		"Politiken behöver sätta mål som går att mäta.",
		"Låt sociala företag lämna anbud tillsammans med andra.",
		"Betala handledaren. Det är där tiden går åt.",
	},
}
