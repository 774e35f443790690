package seminar

import (
	"context"
	"slices"
	"strings"
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
)

// Plan is a year's plan against what is done.
type Plan struct {
	Year     int
	Training Progress // seminars
	Learning Progress // different municipalities with a learning seminar
	// Left are the municipalities without a learning seminar this year, done or coming.
	Left     []region.Municipality
	Warnings []Warning
}

// Progress counts towards a goal.
type Progress struct{ Done, Coming, Goal int }

// Missing is how many are neither done nor planned.
func (p Progress) Missing() int { return max(0, p.Goal-p.Done-p.Coming) }

// Warning is a sentence about the plan. Its arguments may be texts in both languages, or lists of them.
type Warning struct {
	Key  string
	Args map[string]any
}

// Text is the warning in a language.
func (w Warning) Text(l i18n.Lang) string {
	args := make(map[string]any, len(w.Args))
	for name, v := range w.Args {
		switch v := v.(type) {
		case i18n.Text:
			args[name] = v.In(l)
		case []i18n.Text:
			args[name] = joined(v, l)
		default:
			args[name] = v
		}
	}
	return i18n.TMap(l, w.Key, args)
}

// Plan compares the year's seminars with the goals.
func (s *Service) Plan(ctx context.Context, year int) (Plan, error) {
	all, err := s.List(ctx, year)
	if err != nil {
		return Plan{}, err
	}
	return planOf(year, all, s.cfg.TrainingGoal, s.cfg.LearningGoal, s.now()), nil
}

// planOf applies R8 and R9: a seminar is done when it has been held with somebody present; one that
// has begun with nobody checked in is neither done nor coming, and is warned about.
func planOf(year int, seminars []Seminar, trainingGoal, learningGoal int, now time.Time) Plan {
	p := Plan{Year: year, Training: Progress{Goal: trainingGoal}, Learning: Progress{Goal: learningGoal}}
	done, planned := map[int]bool{}, map[int]int{}
	for _, s := range seminars {
		held, coming := s.Held(now), s.Open(now)
		if s.CancelledAt == nil && !held && !coming {
			p.warn("seminar.warn_attendance", "Title", s.Title)
		}
		if !held && !coming {
			continue
		}
		if s.Kind == Training {
			if held {
				p.Training.Done++
			} else {
				p.Training.Coming++
			}
			continue
		}
		planned[s.Municipality]++
		done[s.Municipality] = done[s.Municipality] || held
	}
	for _, d := range done {
		if d {
			p.Learning.Done++
		} else {
			p.Learning.Coming++
		}
	}
	p.spread(planned)
	return p
}

func (p *Plan) warn(key string, args ...any) {
	w := Warning{Key: key, Args: map[string]any{}}
	for i := 0; i+1 < len(args); i += 2 {
		w.Args[args[i].(string)] = args[i+1]
	}
	p.Warnings = append(p.Warnings, w)
}

// spread warns of repeats within the year, and of a reporting group with several municipalities
// while another has none.
func (p *Plan) spread(planned map[int]int) {
	perGroup := map[string][]string{}
	for _, m := range region.Municipalities {
		switch n := planned[m.Code]; {
		case n == 0:
			p.Left = append(p.Left, m)
			continue
		case n > 1:
			p.warn("seminar.warn_repeat", "Municipality", m.Name, "Count", n)
		}
		perGroup[m.Group] = append(perGroup[m.Group], m.Name)
	}
	var empty []i18n.Text
	for _, g := range region.ReportingGroups {
		if len(perGroup[g.ID]) == 0 {
			empty = append(empty, g.Name)
		}
	}
	for _, g := range region.ReportingGroups {
		if names := perGroup[g.ID]; len(names) > 1 && len(empty) > 0 {
			slices.Sort(names)
			p.warn("seminar.warn_cluster", "Group", g.Name, "Count", len(names), "Empty", empty)
		}
	}
}

func joined(texts []i18n.Text, l i18n.Lang) string {
	names := make([]string, len(texts))
	for i, t := range texts {
		names[i] = t.In(l)
	}
	return strings.Join(names, ", ")
}
