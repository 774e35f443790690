package questionnaire

import (
	"slices"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// The model of how long an answer takes, for somebody who gets every question that the group has:
// the words that are read, and the time to think and give the answer by type of question. The
// constants are set to the common rule of three closed questions a minute; a pilot corrects them.
const (
	wordsPerMinute = 150.0 // reading a question to understand it, slower than reading a story

	secondsPage       = 5.0  // to turn a page and find one's place
	secondsChoice     = 8.0  // to decide on a scale or in a list
	secondsYesNo      = 5.0  // to decide between yes and no
	secondsNumber     = 20.0 // to recall or look up a number and write it
	secondsText       = 60.0 // two short sentences on a phone
	secondsPerOption  = 1.5  // to decide for each option of a multiple question
	secondsPerRank    = 8.0  // to compare and place each rank
	secondsPerRow     = 6.0  // to decide for each row of a matrix
	secondsFromRecord = 3.0  // to confirm what the register has filled in

	maxMinutes = 10 // longer, and people leave or stop thinking
	maxTexts   = 2  // free texts in one group's version
)

// MinPublished is the smallest number of answers that a group is published with. A group with fewer
// persons in the frame can never be shown by itself.
const MinPublished = 7

// Minutes estimates how long the group needs for all its questions in the language, by the model of
// this package: reading at 150 words a minute and a fixed time for each type of question.
func (d *Definition) Minutes(group string, lang i18n.Lang) float64 {
	seconds := 0.0
	read := func(t i18n.Text) { seconds += 60 / wordsPerMinute * float64(len(strings.Fields(t.In(lang)))) }
	read(d.Intro)
	for _, page := range d.Pages(group) {
		seconds += secondsPage
		read(page.Title)
		for i := range page.Questions {
			q := &page.Questions[i]
			read(q.Text)
			read(q.Help)
			if q.Prefill != "" {
				seconds += secondsFromRecord
				continue
			}
			for _, t := range q.answerTexts() {
				read(t)
			}
			seconds += q.secondsToAnswer()
		}
	}
	return seconds / 60
}

// secondsToAnswer is the time beside reading.
func (q *Question) secondsToAnswer() float64 {
	switch q.Type {
	case Single, Likert5, Rating, Municipality:
		return secondsChoice
	case YesNoUnknown:
		return secondsYesNo
	case Multiple:
		return secondsPerOption * float64(len(q.Options))
	case Ranking:
		return secondsPerRank * float64(q.Top)
	case Matrix:
		return secondsPerRow * float64(len(q.Rows))
	case Numeric:
		return secondsNumber
	case FreeText:
		return secondsText
	}
	return 0
}

// group applies the rules about one group's version as a whole.
func (l *linter) group(id string, frame map[string]int) {
	if minutes := max(l.d.Minutes(id, i18n.Sv), l.d.Minutes(id, i18n.En)); minutes > maxMinutes {
		l.add(Advice{Kind: TooLong, Group: id, Args: map[string]any{"Minutes": minutes, "Max": maxMinutes}})
	}
	texts := 0
	for _, q := range l.d.view(id).questions {
		if q.Type == FreeText {
			texts++
		}
	}
	if texts > maxTexts {
		l.add(Advice{Kind: TooManyTexts, Group: id, Args: map[string]any{"Number": texts, "Max": maxTexts}})
	}
	if n := frame[id]; frame != nil && n < MinPublished {
		l.add(Advice{Kind: SmallGroup, Group: id, Args: map[string]any{"Number": n, "Max": MinPublished}})
	}
}

// answerTexts are the texts to choose among: rows, points, options and special codes.
func (q *Question) answerTexts() []i18n.Text {
	var list []i18n.Text
	for _, r := range q.Rows {
		list = append(list, r.Text)
	}
	for _, o := range q.Options {
		list = append(list, o.Text)
	}
	for _, s := range q.Specials {
		list = append(list, s.Text)
	}
	return append(list, q.MinLabel, q.MaxLabel)
}

// texts are all texts of a question.
func (q *Question) texts() []i18n.Text {
	list := []i18n.Text{q.Text, q.Help}
	for _, g := range q.Groups {
		list = append(list, q.TextByGroup[g])
	}
	for _, s := range q.Specials {
		for _, g := range q.Groups {
			list = append(list, s.TextByGroup[g])
		}
	}
	return append(list, q.answerTexts()...)
}

// ownTexts are the texts that belong to no question.
func (d *Definition) ownTexts() []i18n.Text {
	list := []i18n.Text{d.Title, d.Intro}
	for _, s := range d.Sections {
		list = append(list, s.Title)
	}
	return list
}

// sameWords is how many words a text may have that is alike in both languages: names mostly.
const sameWords = 4

// translation notes a text that stands in one language only, or is the same in both.
func (l *linter) translation(question string, texts []i18n.Text) {
	for _, t := range texts {
		one := (strings.TrimSpace(t.Sv) == "") != (strings.TrimSpace(t.En) == "")
		copied := t.Sv == t.En && len(words(t.Sv)) > sameWords
		if one || copied {
			l.add(Advice{Kind: MissingTranslation, Question: question, Words: t})
			return
		}
	}
}

// reach notes a question that a group can never see.
func (l *linter) reach(q *Question) {
	if q.ShowIf == nil {
		return
	}
	var never []string
	for _, g := range q.Groups {
		if !l.d.reachable(q, g) {
			never = append(never, g)
		}
	}
	if len(never) > 0 && len(never) == len(q.Groups) {
		never = []string{""}
	}
	for _, g := range never {
		l.add(Advice{Kind: Unreachable, Question: q.ID, Group: g})
	}
}

// maxTries limits how many combinations of answers are tried; beyond it a question counts as
// reachable.
const maxTries = 20000

// reachable tells whether some answers of the group let the question show. It tries those that can
// make a difference: for each question that the condition rests on, directly or through another
// condition, every answer that a comparison can tell apart.
func (d *Definition) reachable(q *Question, group string) bool {
	questions := d.view(group).questions
	at := slices.IndexFunc(questions, func(v *Question) bool { return v.ID == q.ID })
	if at < 0 {
		return true
	}
	needed := map[string]bool{}
	leaves := comparisons(q.ShowIf)
	for i := 0; i < len(leaves); i++ {
		id := leaves[i].Q
		if needed[id] {
			continue
		}
		needed[id] = true
		if j := slices.IndexFunc(questions[:at], func(v *Question) bool { return v.ID == id }); j >= 0 {
			leaves = append(leaves, comparisons(questions[j].ShowIf)...)
		}
	}
	var steps []*Question
	for _, v := range questions[:at] {
		if needed[v.ID] {
			steps = append(steps, v)
		}
	}
	s := &search{steps: steps, leaves: leaves, goal: q.ShowIf, answers: Answers{}}
	return s.try(0)
}

// search tries answers to the steps, in order, until the goal holds.
type search struct {
	steps   []*Question
	leaves  []Condition
	goal    *Condition
	answers Answers
	tries   int
}

func (s *search) try(step int) bool {
	if s.tries++; s.tries > maxTries {
		return true
	}
	if step == len(s.steps) {
		return s.goal.Holds(s.answers)
	}
	q := s.steps[step]
	if q.ShowIf.Holds(s.answers) {
		for _, a := range telling(q, s.leaves) {
			s.answers[q.ID] = a
			if s.try(step + 1) {
				return true
			}
		}
		delete(s.answers, q.ID)
	}
	return s.try(step + 1)
}

// comparisons are the comparisons of a condition.
func comparisons(c *Condition) []Condition {
	if c == nil {
		return nil
	}
	if len(c.All)+len(c.Any) == 0 {
		return []Condition{*c}
	}
	var list []Condition
	for i := range c.All {
		list = append(list, comparisons(&c.All[i])...)
	}
	for i := range c.Any {
		list = append(list, comparisons(&c.Any[i])...)
	}
	return list
}

// maxSubsets is for how many codes of a multiple question all combinations are tried.
const maxSubsets = 5

// telling are answers to the question of which each group of alike ones, seen through the
// comparisons, has one.
func telling(q *Question, leaves []Condition) []Answer {
	var list []Answer
	code := func(c int) { list = append(list, Answer{Code: &c}) }
	var values []float64
	for _, c := range leaves {
		if c.Q == q.ID {
			values = append(values, c.Values...)
		}
	}
	switch q.Type {
	case FreeText:
		list = append(list, Answer{Text: "x"})
	case Matrix:
		list = append(list, Answer{Rows: map[string]int{"x": 1}})
	case Numeric, Rating:
		list = append(list, numbers(q, values)...)
	case Multiple, Ranking:
		list = append(list, choices(q, values)...)
	default:
		for _, o := range q.Options {
			code(o.Code)
		}
	}
	for _, s := range q.Specials {
		code(s.Code)
	}
	return list
}

func numbers(q *Question, values []float64) []Answer {
	step := 1.0
	for range min(max(q.Decimals, 0), 6) {
		step /= 10
	}
	var list []Answer
	for _, v := range append([]float64{q.Min, q.Max}, values...) {
		for _, near := range []float64{v - step, v, v + step} {
			if near >= q.Min && near <= q.Max {
				list = append(list, Answer{Number: &near})
			}
		}
	}
	return list
}

func choices(q *Question, values []float64) []Answer {
	limit := len(q.Options)
	if q.MaxChoices > 0 {
		limit = q.MaxChoices
	}
	if q.Type == Ranking && q.Top > 0 {
		limit = q.Top
	}
	var list []Answer
	var mentioned []int
	for _, o := range q.Options {
		list = append(list, Answer{Codes: []int{o.Code}})
		if slices.Contains(values, float64(o.Code)) && !o.Exclusive && len(mentioned) < maxSubsets {
			mentioned = append(mentioned, o.Code)
		}
	}
	for set := range 1 << len(mentioned) {
		var codes []int
		for i, c := range mentioned {
			if set>>i&1 == 1 {
				codes = append(codes, c)
			}
		}
		if len(codes) > 1 && len(codes) <= limit {
			list = append(list, Answer{Codes: codes})
		}
	}
	return list
}
