package distribution

import (
	"maps"
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
)

// placedGroups may be counted by municipality. There are one to three procurers or developers in one,
// and a procurer may serve several: they are never shown below the county.
var placedGroups = []string{people.Politician, people.Business}

// PlaceColumns name the counts of a place; see Place.Counts.
var PlaceColumns = []string{"complete", "partial", "refused", "rest"}

type placeCount [4]int

func placeColumn(code string) int {
	switch code {
	case CodeComplete:
		return 0
	case CodePartial:
		return 1
	case CodeRefused, CodeLoggedOn, CodeBreakOff:
		return 2
	}
	return 3
}

func (s *Status) place(one Case, code string) {
	if !slices.Contains(placedGroups, one.Group) {
		return
	}
	places := s.places[one.Group]
	if places == nil {
		places = map[int]*placeCount{}
		s.places[one.Group] = places
	}
	where := one.Municipality
	if _, ok := region.MunicipalityByCode(where); !ok {
		where = 0 // the whole county, or not known
	}
	if places[where] == nil {
		places[where] = &placeCount{}
	}
	places[where][placeColumn(code)]++
}

// GroupPlaces is one group by municipality.
type GroupPlaces struct {
	Group  string
	Places []Place
}

// Place is one municipality, or several that are too small to stand alone.
type Place struct {
	Municipalities []int // SCB codes; 0 is the whole county or not known
	Invited        int
	// Counts are by PlaceColumns; nil where a number would tell about fewer than the limit, or give
	// such a number away.
	Counts []*int
}

// Places counts the groups that may be told by municipality as it may be shown, with everything else
// that is Released published beside it.
func (s Status) Places(limit int) []GroupPlaces {
	var out []GroupPlaces
	for _, group := range placedGroups {
		i := slices.IndexFunc(s.Groups, func(g GroupStatus) bool { return g.Group == group })
		if i < 0 || s.Groups[i].Invited < limit || s.places[group] == nil {
			continue
		}
		out = append(out, GroupPlaces{Group: group, Places: releasePlaces(s.places[group], limit)})
	}
	return out
}

// releasePlaces puts the smallest municipalities together until no place is too small, and hides every
// count from which, with all totals known, fewer than limit could be told.
func releasePlaces(counts map[int]*placeCount, limit int) []Place {
	var places []Place
	var tables [][]int
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		row, sum := counts[code][:], 0
		for _, n := range row {
			sum += n
		}
		places = append(places, Place{Municipalities: []int{code}, Invited: sum})
		tables = append(tables, slices.Clone(row))
	}
	pooled := -1
	for len(places) > 1 {
		small := smallest(places, pooled)
		if places[small].Invited >= limit && (pooled < 0 || places[pooled].Invited >= limit) {
			break
		}
		if pooled < 0 {
			pooled = small
			if len(places) > 1 {
				small = smallest(places, pooled)
			}
		}
		places[pooled].Invited += places[small].Invited
		places[pooled].Municipalities = append(places[pooled].Municipalities, places[small].Municipalities...)
		for j, n := range tables[small] {
			tables[pooled][j] += n
		}
		places, tables = slices.Delete(places, small, small+1), slices.Delete(tables, small, small+1)
		if small < pooled {
			pooled--
		}
	}
	hidden := analysis.Mask(tables, limit, analysis.Totals{Rows: true, Columns: true})
	for i := range places {
		for j, n := range tables[i] {
			if hidden[i][j] {
				places[i].Counts = append(places[i].Counts, nil)
			} else {
				places[i].Counts = append(places[i].Counts, &n)
			}
		}
	}
	return ordered(places)
}

// smallest is the place with the fewest invited, but for one.
func smallest(places []Place, but int) int {
	best := -1
	for i := range places {
		if i != but && (best < 0 || places[i].Invited < places[best].Invited) {
			best = i
		}
	}
	return best
}

// ordered puts the municipalities in Swedish order, those that stand together last.
func ordered(places []Place) []Place {
	rank := func(p Place) int {
		if len(p.Municipalities) > 1 {
			return len(region.Municipalities) + 1
		}
		return municipalityRank(p.Municipalities[0])
	}
	for i := range places {
		slices.SortFunc(places[i].Municipalities, func(a, b int) int { return municipalityRank(a) - municipalityRank(b) })
	}
	slices.SortStableFunc(places, func(a, b Place) int { return rank(a) - rank(b) })
	return places
}

func municipalityRank(code int) int {
	i := slices.IndexFunc(region.Municipalities, func(m region.Municipality) bool { return m.Code == code })
	if i < 0 {
		return len(region.Municipalities)
	}
	return i
}
