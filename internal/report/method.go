package report

import (
	"slices"
	"sort"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/region"
)

// namesPlace tells whether a text names one of the county's municipalities,
// which the national edition must not.
func namesPlace(text string) bool {
	for _, m := range region.Municipalities {
		if strings.Contains(text, m.Name) {
			return true
		}
	}
	return false
}

// placesIn are the numbers of recommendations whose words in the national
// edition would name a municipality.
func (s *Snapshot) placesIn() []string {
	var numbers []string
	for _, r := range s.Recommendations {
		for _, t := range []i18n.Text{r.Title, r.Wording, r.FirstStep, r.Effect, r.Reuse} {
			if namesPlace(t.Sv) || namesPlace(t.En) {
				numbers = append(numbers, r.Number)
				break
			}
		}
	}
	return numbers
}

// constantFacts are the method fields that the product's own way of working
// answers; "pretest" is absent because nothing records it, and prints as
// missing.
var constantFacts = map[string]bool{"sponsor": true, "funder": true, "purpose": true, "population": true, "frame": true,
	"mode": true, "languages": true, "precision": true, "processing": true,
	"legal_basis": true, "voluntary": true, "randomisation": true, "adaptive": true, "review": true,
	"duplicates": true, "quotes": true, "visitors": true, "participation": true}

// methodFields is the order of the disclosure: AAPOR's list, then CHERRIES.
var methodFields = []string{"sponsor", "funder", "purpose", "population", "frame", "recruitment", "mode", "dates", "instrument",
	"languages", "sample_size", "coding", "precision", "weighting", "processing", "frame_against", "nonresponse", "early_late", "bias", "suppression", "legal_basis",
	"confidentiality", "voluntary", "pretest", "randomisation", "adaptive", "review", "visitors", "participation",
	"completion", "duplicates", "quotes", "limitations"}

func (g *gatherer) method() []Fact {
	facts := make([]Fact, len(methodFields))
	for i, key := range methodFields {
		facts[i].Key = key
		switch {
		case constantFacts[key]:
			facts[i].Value = both(func(l i18n.Lang) string { return i18n.T(l, "report.says_"+key) })
		case key == "recruitment":
			facts[i].Value = both(g.recruitment)
		case key == "confidentiality":
			facts[i].Value = both(g.confidentiality)
		case key == "dates":
			facts[i].Value = both(g.dates)
		case key == "instrument":
			facts[i].Value = both(g.instruments)
		case key == "sample_size":
			facts[i].Value = both(g.sampleSize)
		case key == "coding":
			facts[i].Value = both(g.coding)
		case key == "nonresponse":
			facts[i].Value = both(g.itemNonResponse)
		case key == "weighting":
			facts[i].Value = both(g.weighting)
		case key == "frame_against":
			facts[i].Value = both(g.against)
		case key == "early_late":
			facts[i].Value, facts[i].Surveys = both(g.earlyLate), g.earlyLateTold()
		case key == "bias":
			facts[i].Value, facts[i].Surveys = both(g.bias), []string{g.s.Indicator.Survey}
		case key == "limitations":
			facts[i].Value = both(g.limitations)
		case key == "completion":
			facts[i].Value = both(g.completion)
		case key == "suppression":
			facts[i].Value = both(func(l i18n.Lang) string {
				return i18n.T(l, "report.says_suppression", "Min", i18n.Int(l, g.minBase))
			})
		}
	}
	return facts
}

// recruitment says how people were asked. Nobody knows how many saw an open link.
func (g *gatherer) recruitment(l i18n.Lang) string {
	text := i18n.T(l, "report.says_recruitment")
	if g.open > 0 {
		text += ". " + i18n.T(l, "report.says_open", "Count", i18n.Int(l, g.open))
	}
	return text
}

// confidentiality says what was promised, in each of the ways that it was.
func (g *gatherer) confidentiality(l i18n.Lang) string {
	text := ""
	if g.modes[distribution.Confidential] || len(g.modes) == 0 {
		text = i18n.T(l, "report.says_confidentiality") + " "
	}
	if g.modes[distribution.Anonymous] || g.open > 0 {
		text += i18n.T(l, "report.says_anonymity") + " "
	}
	return text + i18n.T(l, "report.says_secrecy")
}

func (g *gatherer) dates(l i18n.Lang) string {
	held := slices.DeleteFunc(slices.Clone(g.s.Surveys), func(s Survey) bool { return s.Opened == "" })
	return strings.Join(alike(l, held, func(s Survey, names string) string {
		key := "report.says_dates"
		if s.Open {
			key = "report.says_dates_open"
		}
		return i18n.T(l, key, "Survey", names, "From", s.Opened, "To", s.Closes)
	}), "; ")
}

// alike says of each survey what say says; what is the same of several is said once, with all their names.
func alike(l i18n.Lang, surveys []Survey, say func(s Survey, names string) string) []string {
	var parts []string
	for i, s := range surveys {
		same := func(other Survey) bool { return say(other, "") == say(s, "") }
		if slices.ContainsFunc(surveys[:i], same) {
			continue
		}
		var names []string
		for _, other := range surveys[i:] {
			if same(other) {
				names = append(names, strings.ToUpper(other.ID))
			}
		}
		parts = append(parts, say(s, join(l, names)))
	}
	return parts
}

// coding says from which shares of answers a response was partial or complete, and what became of
// those that came late.
func (g *gatherer) coding(l i18n.Lang) string {
	coded := slices.DeleteFunc(slices.Clone(g.s.Surveys), func(s Survey) bool { return len(g.coded[s.ID]) == 0 })
	return strings.Join(alike(l, coded, func(s Survey, names string) string {
		var parts []string
		say := func(text string) {
			if !slices.Contains(parts, text) {
				parts = append(parts, text)
			}
		}
		for _, c := range g.coded[s.ID] {
			say(i18n.T(l, "report.says_coding", "Survey", names, "Partial", c.Cut.PartialFrom, "Complete", c.Cut.CompleteAbove))
			switch {
			case c.LateCounted:
				say(i18n.T(l, "report.says_late_counted"))
			case c.LateUntil != nil:
				say(i18n.T(l, "report.says_late_left_out"))
			}
		}
		return strings.Join(parts, " ")
	}), " ")
}

func (g *gatherer) instruments(l i18n.Lang) string {
	var parts []string
	for _, s := range g.s.Surveys {
		hash := s.VersionHash
		if len(hash) > 12 {
			hash = hash[:12]
		}
		said := i18n.T(l, "report.says_instrument", "Survey", strings.ToUpper(s.ID), "Title", s.Title.In(l), "Version", s.Version, "Hash", hash)
		if s.Wave > 1 {
			said += ", " + recommendation.Counted(l, s.Wave, s.Begun, false)
		}
		if len(s.Reworded) > 0 {
			var ids []string
			for _, r := range s.Reworded {
				ids = append(ids, code(l, s.ID, r.Question))
			}
			said += ", " + i18n.T(l, "report.says_reworded", "Count", len(ids), "Questions", strings.Join(ids, ", "))
		}
		parts = append(parts, said)
	}
	return strings.Join(parts, "; ")
}

// sampleSize is empty while a group is hidden: the totals would reveal it.
func (g *gatherer) sampleSize(l i18n.Lang) string {
	invited, answered := g.s.cases()
	if invited == 0 {
		return ""
	}
	partial := 0
	for _, s := range g.s.Surveys {
		for _, r := range s.Rates {
			partial += r.Cases.Partial
		}
	}
	return i18n.T(l, "report.says_sample", "Invited", i18n.Int(l, invited), "Complete", i18n.Int(l, answered-partial), "Partial", i18n.Int(l, partial))
}

// completion is the submitted share of the questionnaires begun; empty while a
// group is hidden.
func (g *gatherer) completion(l i18n.Lang) string {
	if invited, _ := g.s.cases(); invited == 0 || g.started == 0 {
		return ""
	}
	return i18n.T(l, "report.says_completion", "Answered", i18n.Int(l, g.submitted), "Started", i18n.Int(l, g.started),
		"Share", i18n.Number(l, 100*float64(g.submitted)/float64(g.started), 0))
}

// itemNonResponse names the questions that more than a tenth of a shown group
// saw and left empty.
func (g *gatherer) itemNonResponse(l i18n.Lang) string {
	seen := map[string]bool{}
	for _, s := range g.s.Surveys {
		for _, q := range s.Questions {
			for _, r := range q.Results {
				if r.Numbers != nil && itemMissing(r.Numbers) > 0.1 {
					seen[code(l, s.ID, q.ID)] = true
				}
			}
		}
	}
	if len(g.s.Surveys) == 0 {
		return ""
	}
	if len(seen) == 0 {
		return i18n.T(l, "report.says_nonresponse_none")
	}
	ids := make([]string, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return i18n.T(l, "report.says_nonresponse", "N", len(ids), "Questions", strings.Join(ids, ", "))
}

func itemMissing(n *analysis.Numbers) float64 {
	shown := n.Base
	for _, kind := range []int{n.Unknown, n.NotApplicable, n.Declined, n.Unanswered} {
		shown += max(0, kind) // what is withheld is too few to matter
	}
	if shown == 0 {
		return 0
	}
	return float64(max(0, n.Unanswered)) / float64(shown)
}
