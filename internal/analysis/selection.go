package analysis

import (
	"fmt"
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// Selection is the respondents that a filter keeps: the one set of positions
// that every number of a table is counted from. It holds until the dataset
// changes.
type Selection struct {
	filter     Filter
	rows       bitmap
	whole      bitmap                    // the filter's group without its conditions
	conditions []*questionnaire.Question // what the conditions are on
	places     []*questionnaire.Question // those of municipality among them
}

// Select makes the selection of a filter. It fails on a question that the
// questionnaire lacks. A condition on a question that the group was not asked
// keeps nobody, and the results say so: see Unasked.
func (d *Dataset) Select(f Filter) (*Selection, error) {
	s := &Selection{filter: f, whole: d.everyone(f.Group)}
	s.rows = s.whole
	if len(f.Where) == 0 {
		return s, nil
	}
	s.rows = append(bitmap(nil), s.whole...)
	for _, w := range f.Where {
		c := d.columns[w.Question]
		if c == nil {
			return nil, fmt.Errorf("filter: questionnaire %s has no question %q", d.def.ID, w.Question)
		}
		s.conditions = append(s.conditions, c.question)
		if c.question.Type == questionnaire.Municipality {
			s.places = append(s.places, c.question)
		}
		c.keep(s.rows, w.Codes)
	}
	return s, nil
}

// Len returns how many respondents are kept, whatever they answered. It is not
// for showing: a result's base is.
func (s *Selection) Len() int { return s.rows.count() }

// Unasked says why nobody can have answered a question within a filter: NotAsked
// where the group ("" = all) was not asked it, FilterNotAsked where no group was
// asked both it and everything that the conditions are on. Empty: somebody was.
func Unasked(q *questionnaire.Question, group string, conditions ...*questionnaire.Question) Absence {
	if group != "" && !askedOf(q, group) {
		return NotAsked
	}
	for _, g := range q.Groups {
		other := func(c *questionnaire.Question) bool { return !c.AskedOf(g) }
		if (group == "" || g == versionOf(group)) && !slices.ContainsFunc(conditions, other) {
			return ""
		}
	}
	return FilterNotAsked
}

func (s *Selection) unasked(q *questionnaire.Question) Absence {
	return Unasked(q, s.filter.Group, s.conditions...)
}

// askedOf knows that trade associations answer the firms' version.
func askedOf(q *questionnaire.Question, group string) bool { return q.AskedOf(versionOf(group)) }

// versionOf is the group whose version of the questionnaire a reported group answers.
func versionOf(group string) string {
	if group == GroupAssociation {
		return groupBusiness
	}
	return group
}
