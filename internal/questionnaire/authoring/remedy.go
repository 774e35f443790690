package authoring

import (
	"slices"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// Remedy is the one edit that mends a finding about a question, when there is one that asks for no
// choice of words. Finding is the kind of a methodologist's advice, or the key of a Problem; ok is false
// when somebody has to think. The words of a remedy stand under its Key.
func (d Draft) Remedy(question, finding string) (r Remedy, ok bool) {
	q, _, found := d.Question(question)
	if !found {
		return Remedy{}, false
	}
	changed := SetQuestion{Question: *q}
	changed.Question.Question = clone(q.Question)
	switch finding {
	case string(questionnaire.MissingUnknown):
		changed.Specials = append(changed.Specials, questionnaire.Special{Code: questionnaire.Unknown, Text: SpecialText(questionnaire.Unknown)})
		return Remedy{"authoring.remedy_unknown", changed}, true
	case string(questionnaire.FixedOrder):
		return Remedy{"authoring.remedy_randomize", d.shuffled(changed)}, true
	case string(questionnaire.OtherNotLast):
		return Remedy{"authoring.remedy_other_last", changed.otherLast()}, len(q.Options) > 0
	case string(questionnaire.DoubleBarrelled):
		return Remedy{"authoring.remedy_split", DuplicateQuestion{question}}, true
	case "authoring.problem_no_group":
		changed.Groups = groupIDs()
		return Remedy{"authoring.remedy_groups", changed}, true
	case "authoring.problem_theme":
		changed.Theme = ""
		return Remedy{"authoring.remedy_theme", changed}, true
	case "authoring.problem_condition_forward":
		return d.moveAfterTargets(q)
	case "authoring.problem_condition_group":
		return d.onlyGroupsOfTargets(changed)
	case string(questionnaire.Unreachable), "authoring.problem_condition_gone", "authoring.problem_condition_op", "authoring.problem_condition_value":
		changed.ShowIf = nil
		return Remedy{"authoring.remedy_always", changed}, true
	}
	return Remedy{}, false
}

// Remedy is an edit with the key of the words on its button.
type Remedy struct {
	Key  string
	Edit Edit
}

// shuffled lets the options stand in an order of chance, but for those that belong last.
func (d *Draft) shuffled(e SetQuestion) SetQuestion {
	e.Randomize = true
	for i := range e.Question.Options {
		o := &e.Question.Options[i]
		o.FixedLast = o.FixedLast || o.IsOther() || o.Exclusive
	}
	return e
}

// otherLast puts the option for one's own words after the others.
func (e SetQuestion) otherLast() SetQuestion {
	slices.SortStableFunc(e.Question.Options, func(a, b questionnaire.Option) int { return lateness(a) - lateness(b) })
	return e
}

func lateness(o questionnaire.Option) int {
	switch {
	case o.Exclusive:
		return 2
	case o.IsOther():
		return 1
	}
	return 0
}

// moveAfterTargets puts the question right after the last one that its condition asks about.
func (d Draft) moveAfterTargets(q *Question) (Remedy, bool) {
	last, move := -1, MoveQuestion{ID: q.ID}
	targets := Targets(q.ShowIf)
	n := 0
	for _, s := range d.Sections {
		place := 0
		for _, other := range s.Questions {
			if other.ID == q.ID {
				n++
				continue
			}
			place++
			if slices.Contains(targets, other.ID) {
				last, move.Section, move.To = n, s.ID, place
			}
			n++
		}
	}
	return Remedy{"authoring.remedy_move", move}, last >= 0
}

// onlyGroupsOfTargets asks the question only of the groups that get what its condition asks about.
func (d Draft) onlyGroupsOfTargets(e SetQuestion) (Remedy, bool) {
	e.Groups = nil
	for _, g := range region.TargetGroups {
		asked := slices.ContainsFunc(Targets(e.ShowIf), func(id string) bool {
			target, _, ok := d.Question(id)
			return ok && !target.AskedOf(g.ID)
		})
		if old, _, _ := d.Question(e.ID); old.AskedOf(g.ID) && !asked {
			e.Groups = append(e.Groups, g.ID)
		}
	}
	return Remedy{"authoring.remedy_same_groups", e}, len(e.Groups) > 0
}
