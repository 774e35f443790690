package analysis

import (
	"fmt"
	"strconv"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// Split is what a table is crossed by: parts that do not overlap, each a filter.
// Who belongs to no part (no size class given, say) is in none of them.
type Split struct {
	ID    string `json:"id"` // "group", a question id, or the id of a classification
	Parts []Part `json:"parts"`
}

// Part is one row or column heading of a crossed table.
type Part struct {
	ID     string    `json:"id"`
	Label  i18n.Text `json:"label"`
	Filter Filter    `json:"filter"`
}

// The ids of splits that are not a question's.
const (
	SplitByGroup             = "group"
	SplitByMunicipalityGroup = "municipality_group"
	SplitByFirmSize          = "firm_size"
	municipalityQuestion     = "bg_municipality"
	sizeQuestion             = "bg_size"
)

// Splits lists what the dataset's tables can be crossed by: group, reporting
// group of municipalities, size of firm, and every single-choice question.
func (d *Dataset) Splits() []string {
	ids := []string{SplitByGroup}
	if d.columns[municipalityQuestion] != nil {
		ids = append(ids, SplitByMunicipalityGroup)
	}
	if d.columns[sizeQuestion] != nil {
		ids = append(ids, SplitByFirmSize)
	}
	for _, c := range d.order {
		if splittable(c) {
			ids = append(ids, c.id())
		}
	}
	return ids
}

func splittable(c *column) bool {
	switch c.question.Type {
	case questionnaire.Single, questionnaire.YesNoUnknown, questionnaire.Municipality, questionnaire.Likert5:
		return true
	}
	return false
}

// SplitBy returns a split by its id. Parts hold their group's or question's own
// filter; a table adds its filter to each.
func (d *Dataset) SplitBy(id string) (Split, error) {
	s := Split{ID: id}
	switch id {
	case SplitByGroup:
		for _, g := range d.def.Groups {
			s.Parts = append(s.Parts, Part{ID: g.ID, Label: g.Name, Filter: Filter{Group: g.ID}})
		}
		return s, nil
	case SplitByMunicipalityGroup:
		for _, g := range region.ReportingGroups {
			var codes []int
			for _, m := range region.Municipalities {
				if m.Group == g.ID {
					codes = append(codes, m.Code)
				}
			}
			s.add(g.ID, g.Name, municipalityQuestion, codes...)
		}
	case SplitByFirmSize:
		for _, f := range firmSizes {
			s.add(f.id, f.name, sizeQuestion, f.codes...)
		}
	default:
		c := d.columns[id]
		if c == nil || !splittable(c) {
			return Split{}, fmt.Errorf("split: questionnaire %s has no single-choice question %q", d.def.ID, id)
		}
		for _, o := range c.question.Options {
			s.add(strconv.Itoa(o.Code), o.Text, id, o.Code)
		}
		return s, nil
	}
	if d.columns[s.Parts[0].Filter.Where[0].Question] == nil {
		return Split{}, fmt.Errorf("split: questionnaire %s does not ask what %s needs", d.def.ID, id)
	}
	return s, nil
}

func (s *Split) add(id string, label i18n.Text, question string, codes ...int) {
	s.Parts = append(s.Parts, Part{ID: id, Label: label, Filter: Filter{Where: []Where{{Question: question, Codes: codes}}}})
}

// firmSizes are the European Union's classes by employees alone: micro, small,
// medium, large.
var firmSizes = []struct {
	id    string
	name  i18n.Text
	codes []int
}{
	{"micro", i18n.Text{Sv: "0–9 anställda", En: "0–9 employees"}, []int{1, 2, 3}},
	{"small", i18n.Text{Sv: "10–49 anställda", En: "10–49 employees"}, []int{4, 5}},
	{"medium", i18n.Text{Sv: "50–249 anställda", En: "50–249 employees"}, []int{6, 7, 8}},
	{"large", i18n.Text{Sv: "250 anställda eller fler", En: "250 employees or more"}, []int{9}},
}

// within adds a table's own filter to a part's: false when both name a group and
// not the same.
func (p Part) within(f Filter) (Filter, bool) {
	out := Filter{Group: f.Group}
	if p.Filter.Group != "" {
		if f.Group != "" && f.Group != p.Filter.Group {
			return Filter{}, false
		}
		out.Group = p.Filter.Group
	}
	out.Where = append(append(out.Where, f.Where...), p.Filter.Where...)
	return out, true
}
