package main

import (
	"fmt"
	"math/rand/v2"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// sixty is a questionnaire of sixty questions of every type that is counted, in about the shares that ours have.
func sixty() *questionnaire.Definition {
	text := func(s string) i18n.Text { return i18n.Text{Sv: s, En: s} }
	def := &questionnaire.Definition{ID: "sixty", Area: 5, Title: text("Sextio frågor")}
	for _, g := range people.Groups {
		def.Groups = append(def.Groups, questionnaire.Group{ID: g, Name: text(g)})
	}
	options := func(n int) (list []questionnaire.Option) {
		for c := 1; c <= n; c++ {
			list = append(list, questionnaire.Option{Code: c, Text: text(fmt.Sprint("Svar ", c))})
		}
		return list
	}
	section := questionnaire.Section{ID: "all", Title: text("Allt")}
	add := func(id string, t questionnaire.Type, change func(q *questionnaire.Question)) {
		q := questionnaire.Question{ID: id, Type: t, Groups: people.Groups, Text: text("Fråga " + id),
			Specials: []questionnaire.Special{{Code: questionnaire.Unknown, Text: text("Vet ej")}}}
		change(&q)
		section.Questions = append(section.Questions, q)
	}
	add("bg_size", questionnaire.Single, func(q *questionnaire.Question) { q.Options = options(9) })
	add("bg_municipality", questionnaire.Municipality, func(q *questionnaire.Question) {
		for _, m := range region.Municipalities {
			q.Options = append(q.Options, questionnaire.Option{Code: m.Code, Text: text(m.Name)})
		}
	})
	for _, kind := range []struct {
		id     string
		number int
		t      questionnaire.Type
		change func(q *questionnaire.Question)
	}{
		{"likert", 26, questionnaire.Likert5, func(q *questionnaire.Question) { q.Options = options(5) }},
		{"single", 14, questionnaire.Single, func(q *questionnaire.Question) { q.Options = options(4) }},
		{"multiple", 8, questionnaire.Multiple, func(q *questionnaire.Question) { q.Options = options(8) }},
		{"ranking", 3, questionnaire.Ranking, func(q *questionnaire.Question) { q.Options, q.Top = options(6), 3 }},
		{"rating", 4, questionnaire.Rating, func(q *questionnaire.Question) { q.Max = 10 }},
		{"numeric", 3, questionnaire.Numeric, func(q *questionnaire.Question) { q.Max = 500 }},
	} {
		for i := range kind.number {
			add(fmt.Sprint(kind.id, i), kind.t, kind.change)
		}
	}
	def.Sections = []questionnaire.Section{section}
	return def
}

// anyAnswers answers every question, one in ten with "don't know".
func anyAnswers(chance *rand.Rand, def *questionnaire.Definition) questionnaire.Answers {
	answers := questionnaire.Answers{}
	for _, q := range def.Questions() {
		var a questionnaire.Answer
		switch {
		case chance.IntN(10) == 0:
			code := questionnaire.Unknown
			a.Code = &code
		case q.Type == questionnaire.Multiple || q.Type == questionnaire.Ranking:
			for _, i := range chance.Perm(len(q.Options))[:3] {
				a.Codes = append(a.Codes, q.Options[i].Code)
			}
		case q.Type == questionnaire.Rating || q.Type == questionnaire.Numeric:
			n := float64(chance.IntN(int(q.Max) + 1))
			a.Number = &n
		default:
			code := q.Options[chance.IntN(len(q.Options))].Code
			a.Code = &code
		}
		answers[q.ID] = a
	}
	return answers
}
