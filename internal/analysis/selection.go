package analysis

import (
	"fmt"

	"upphandlingsdialog/internal/questionnaire"
)

// Selection is the respondents that a filter keeps: the one set of positions
// that every number of a table is counted from. It holds until the dataset
// changes.
type Selection struct {
	filter Filter
	rows   bitmap
	whole  bitmap // the filter's group without its conditions
	absent Absence
	places []*questionnaire.Question // those of municipality among the conditions
}

// Select makes the selection of a filter. It fails on a question that the
// questionnaire lacks. A condition on a question that the group was not asked
// keeps nobody, and the results say so.
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
		if f.Group != "" && !askedOf(c.question, f.Group) {
			s.absent = FilterNotAsked
		}
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

// askedOf knows that trade associations answer the firms' version.
func askedOf(q *questionnaire.Question, group string) bool {
	if group == GroupAssociation {
		group = groupBusiness
	}
	return q.AskedOf(group)
}
