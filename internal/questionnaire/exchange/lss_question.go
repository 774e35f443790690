package exchange

import (
	"fmt"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// kindNames are LimeSurvey's types that have no counterpart.
var kindNames = map[string]string{
	"1": "array with two scales", ":": "array of numbers", ";": "array of texts", "H": "array by column", "K": "several numbers",
	"Q": "several short texts", "D": "date", "|": "file upload", "I": "language switch", "*": "equation",
}

// drop lists a question that is not taken over with all that belongs to it.
func (l *lime) drop(r limeRow, subs [][]limeRow) {
	answers := 0
	for _, a := range l.tables["answers"] {
		if a.values["qid"] == r.values["qid"] {
			answers++
		}
	}
	l.lost(r.at, "the question %s of LimeSurvey's type %q (%s), with %d rows and %d answers",
		r.values["title"], r.values["type"], first(kindNames[r.values["type"]], "unknown here"), len(subs), answers)
	for _, s := range subs {
		l.lost(s[0].at, "the row %s of it: %s", s[0].values["title"], clip(words(s[0].values["question"]), 60))
	}
}

func (l *lime) pages() error {
	for _, g := range l.things("groups", "gid", "group_order", func(limeRow) bool { return true }) {
		gid, relevance := g[0].values["gid"], g[0].values["grelevance"]
		name := first(g[0].values["group_name"], "group")
		l.section(g[0].at, "g"+gid, l.both(g[0].at, l.text(g, "group_name", "language"), name))
		if words(g[0].values["description"]) != "" {
			l.lost(g[0].at, "the description of the group %s", clip(name, 60))
		}
		if v := g[0].values["randomization_group"]; v != "" {
			l.lost(g[0].at, "the random order of groups %q", clip(v, 40))
		}
		mine := func(r limeRow) bool { return r.values["gid"] == gid && r.values["parent_qid"] == "0" }
		for _, q := range l.things("questions", "qid", "question_order", mine) {
			if err := l.ask(q, relevance); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask takes one question over, as one or, for a table whose columns are no five-point scale, as one
// for each row.
func (l *lime) ask(rows []limeRow, page string) error {
	r := rows[0]
	kind, title := r.values["type"], r.values["title"]
	label := l.text(rows, "question", "language")
	if kind == "X" {
		if !label.IsZero() {
			l.keep(r.at, l.both(r.at, label, title))
			l.warn(r.at, "", "the text %s became the help of the next question", title)
		}
		return nil
	}
	subs := l.things("subquestions", "qid", "question_order", func(s limeRow) bool { return s.values["parent_qid"] == r.values["qid"] })
	if !strings.Contains("L!OMPNSTURY5GFABCE", kind) || kind == "" {
		l.drop(r, subs)
		return nil
	}
	q := questionnaire.Question{ID: l.id(r.at, title, "q_", l.taken), Help: l.text(rows, "help", "language")}
	q.Text = l.both(r.at, label, q.ID)
	if !q.Help.IsZero() {
		q.Help = l.both(r.at, q.Help, "the help of "+q.ID)
	}
	if r.values["mandatory"] == "Y" {
		l.lost(r.at, "mandatory: answers are voluntary, and an empty one brings a reminder")
	}
	list, err := l.body(r, &q, subs)
	if err != nil {
		return err
	}
	l.names[title] = q.ID
	l.names[r.values["sid"]+"X"+r.values["gid"]+"X"+r.values["qid"]] = q.ID
	l.settings(r, subs, list)
	for _, q := range list {
		for _, relevance := range []string{l.relevance(r), page} {
			if relevance != "" {
				l.pending = append(l.pending, pending{r.at, q.ID, relevance})
			}
		}
		if err := l.put(r.at, q); err != nil {
			return err
		}
	}
	return nil
}

func (l *lime) body(r limeRow, q *questionnaire.Question, subs [][]limeRow) ([]questionnaire.Question, error) {
	answers := l.things("answers", "code", "sortorder", func(a limeRow) bool { return a.values["qid"] == r.values["qid"] })
	if max(len(answers), len(subs)) > MaxOptions {
		return nil, fmt.Errorf("%s, questions row %d: more than %d options", l.file, r.at.row, MaxOptions)
	}
	kind := r.values["type"]
	switch kind {
	case "L", "!", "O":
		q.Type = questionnaire.Single
		l.options(r, q, answers, "code", "answer")
	case "M", "P":
		q.Type = questionnaire.Multiple
		l.options(r, q, subs, "title", "question")
	case "R":
		q.Type = questionnaire.Ranking
		if len(answers) > 0 {
			l.options(r, q, answers, "code", "answer")
		} else { // from version 6.16 on
			l.options(r, q, subs, "title", "question")
		}
		q.Top = min(len(q.Options), 20)
	case "N":
		q.Type, q.Min, q.Max, q.Decimals = questionnaire.Numeric, 0, 1000000, 2
		l.warn(r.at, "write the limits that fit", "%s became a number from 0 to 1000000 with two decimals", q.ID)
	case "S", "T", "U":
		q.Type = questionnaire.FreeText
	case "Y":
		l.yesNo(q)
	case "5":
		rate(q, 5)
	case "G":
		q.Type, q.Options = questionnaire.Single, fixed("Kvinna", "Female", "Man", "Male")
		l.codes[q.ID] = map[string]int{"F": 1, "M": 2}
	default:
		return l.table(r, q, subs, answers), nil
	}
	if kind == "O" || kind == "P" {
		l.lost(r.at, "the comments to the answers of %s", q.ID)
	}
	return []questionnaire.Question{*q}, nil
}

func fixed(texts ...string) []questionnaire.Option {
	var list []questionnaire.Option
	for i := 0; i+1 < len(texts); i += 2 {
		list = append(list, questionnaire.Option{Code: i/2 + 1, Text: i18n.Text{Sv: texts[i], En: texts[i+1]}})
	}
	return list
}

func rate(q *questionnaire.Question, top int) {
	q.Type, q.Min, q.Max = questionnaire.Rating, 1, float64(top)
	q.MinLabel, q.MaxLabel = i18n.Text{Sv: "1", En: "1"}, i18n.Text{Sv: strconv.Itoa(top), En: strconv.Itoa(top)}
}

func (l *lime) yesNo(q *questionnaire.Question) {
	q.Type, q.Options = questionnaire.YesNoUnknown, yesNo()
	q.Specials = []questionnaire.Special{{Code: questionnaire.Unknown, Text: kinds[0].text}}
	l.codes[q.ID] = map[string]int{"Y": 1, "N": 2}
}

// options reads options from answers or from the rows of a multiple choice.
func (l *lime) options(r limeRow, q *questionnaire.Question, things [][]limeRow, code, field string) {
	taken := map[int]bool{}
	names := map[string]int{}
	for _, t := range things {
		name := t[0].values[code]
		n := codeOf(name, taken)
		if questionnaire.IsSpecial(n) {
			n = codeOf("", taken)
		}
		taken[n], names[name] = true, n
		q.Options = append(q.Options, questionnaire.Option{Code: n, Text: l.both(t[0].at, l.text(t, field, "language"), first(name, "an option"))})
	}
	if r.values["other"] == "Y" && q.Type != questionnaire.Ranking {
		n := codeOf("", taken)
		names["-oth-"] = n
		q.Options = append(q.Options, questionnaire.Option{Code: n, Text: i18n.Text{Sv: "Annat", En: "Other"}, OtherText: true, FixedLast: true})
	}
	l.codes[q.ID] = names
}

// table reads an array: as a matrix when it has five points, else as one question for each row.
func (l *lime) table(r limeRow, q *questionnaire.Question, subs, answers [][]limeRow) []questionnaire.Question {
	kind := r.values["type"]
	if kind == "A" || (kind == "F" && len(answers) == 5) {
		q.Type = questionnaire.Matrix
		l.scale++
		q.Scale = fmt.Sprintf("imported%d", l.scale)
		q.Options = fixed("1", "1", "2", "2", "3", "3", "4", "4", "5", "5")
		if kind == "F" {
			for i, a := range answers {
				q.Options[i].Text = l.both(a[0].at, l.text(a, "answer", "language"), "an answer")
			}
		}
		taken := map[string]bool{"other": true, "special": true}
		for _, s := range subs {
			id := l.id(s[0].at, s[0].values["title"], "r", taken)
			q.Rows = append(q.Rows, questionnaire.Row{ID: id, Text: l.both(s[0].at, l.text(s, "question", "language"), id)})
		}
		return []questionnaire.Question{*q}
	}
	l.warn(r.at, "", "the table %s has no five-point scale; each row became a question", q.ID)
	var list []questionnaire.Question
	for _, s := range subs {
		row := l.both(s[0].at, l.text(s, "question", "language"), "a row")
		one := questionnaire.Question{
			ID: l.id(s[0].at, q.ID+"_"+strings.ToLower(s[0].values["title"]), "q_", l.taken), Help: q.Help,
			Text: i18n.Text{Sv: q.Text.Sv + " " + row.Sv, En: q.Text.En + " " + row.En},
		}
		switch kind {
		case "B":
			rate(&one, 10)
		case "C":
			l.yesNo(&one)
		case "E":
			one.Type, one.Options = questionnaire.Single, fixed("Öka", "Increase", "Oförändrat", "Same", "Minska", "Decrease")
		default:
			one.Type = questionnaire.Single
			l.options(limeRow{}, &one, answers, "code", "answer")
		}
		list = append(list, one)
	}
	return list
}
