// Package exhibit is one view of a survey's answers, as an address asks for it: which question, of
// whom, side by side how. It computes what may be shown and says it in every form that leaves the
// system: words, charts, a table and a sheet for other programs. All of them come from the same
// released result, so none can show what another withholds.
package exhibit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/questionnaire"
)

// Whole is the value of by for one result, side by side with nothing.
const Whole = "none"

// The values of weights: firms are weighted to the frame's counts by size class, or by everything that was counted
// of the frame, as editions do.
const (
	WeightsBySize  = "size_class"
	WeightsByFrame = "frame"
)

// View is what is looked at. Its address is canonical: the same view has the same address.
type View struct {
	Question string           // a question's id; a matrix is shown with all its rows
	By       string           // id of a split of the dataset, or Whole
	Group    string           // a reporting group, or empty: all
	Where    []analysis.Where // every condition holds; by question, with sorted codes
	Weights  string           // empty, WeightsBySize or WeightsByFrame
	Wave     int              // number of the wave, 0: the newest that was answered
}

// Parse reads a view of a question from an address. What it cannot read is Invalid, with one field for
// each fault; an unknown question is NotFound. Where nobody was asked both the question and what it is to be
// split by, the nearest view that somebody can have answered comes with the fault; conditions that nobody
// meets for that reason are said in the view itself, with the way to remove them.
func Parse(d *analysis.Dataset, question string, values url.Values) (View, error) {
	def := d.Definition()
	q, ok := def.Question(question)
	if !ok {
		return View{}, fault.New(fault.NotFound, "analysis.error_question")
	}
	v := View{Question: question, Group: values.Get("group"), By: values.Get("by"), Weights: values.Get("weights")}
	var bad []fault.Field
	if err := v.readGroup(def); err != nil {
		bad = append(bad, *err)
	}
	if err := v.readBy(d, q); err != nil {
		bad = append(bad, *err)
	}
	for _, text := range values["where"] {
		if err := v.readWhere(def, text); err != nil {
			bad = append(bad, *err)
		}
	}
	switch {
	case v.Group != "":
	case v.BelowCounty(d):
		v.Group = firstBelowCounty(q)
	case v.ByWave() && len(q.Groups) > 0: // how many of each group answered differs between the waves
		v.Group = q.Groups[0]
	}
	slices.SortFunc(v.Where, func(a, b analysis.Where) int { return strings.Compare(a.Question, b.Question) })
	switch {
	case v.Weights == "":
	case v.Weights != WeightsBySize && v.Weights != WeightsByFrame:
		bad = append(bad, fault.Field{Name: "weights", Key: "exhibit.error_weights"})
	case v.ByWave():
		bad = append(bad, fault.Field{Name: "weights", Key: "exhibit.error_wave_weights"})
	}
	if text := values.Get("wave"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			bad = append(bad, fault.Field{Name: "wave", Key: "exhibit.error_wave"})
		}
		v.Wave = n
	}
	if v.ByWave() {
		v.Wave = 0 // all of them
	}
	if len(bad) == 0 {
		if err := Unasked(d, q, v.By, analysis.Filter{Group: v.Group}); err != nil {
			return v.Nearest(d), fault.InvalidFields("exhibit.error_view", *err)
		}
	}
	if len(bad) > 0 {
		return View{}, fault.InvalidFields("exhibit.error_view", bad...)
	}
	return v, nil
}

func (v *View) readGroup(def *questionnaire.Definition) *fault.Field {
	asked := v.Group
	if asked == analysis.GroupAssociation {
		asked = "business"
	}
	switch {
	case asked == "":
	case !def.HasGroup(asked):
		return &fault.Field{Name: "group", Key: "exhibit.error_group", Args: fault.Args("Group", clip(v.Group))}
	}
	return nil
}

func (v *View) readBy(d *analysis.Dataset, q *questionnaire.Question) *fault.Field {
	switch v.By {
	case "":
		v.By = analysis.SplitByGroup
	case Whole:
	case analysis.SourceQuestion:
		if !HasWaves(d, q.ID) {
			return &fault.Field{Name: "by", Key: "exhibit.error_one_wave", Args: fault.Args("Question", q.Text)}
		}
	default:
		if _, err := d.SplitBy(v.By); err != nil || v.By == v.Question {
			return &fault.Field{Name: "by", Key: "exhibit.error_by", Args: fault.Args("By", clip(v.By))}
		}
	}
	if v.By == analysis.SplitByGroup && v.Group != "" {
		v.By = Whole
	}
	return nil
}

// readWhere reads "bg_size:1,2,3". Conditions on one question are one condition with the codes of all.
func (v *View) readWhere(def *questionnaire.Definition, text string) *fault.Field {
	if text == "" { // an empty choice of a menu
		return nil
	}
	id, list, _ := strings.Cut(text, ":")
	q, ok := def.Question(id)
	if !ok || !Filterable(q) || id == analysis.SourceQuestion {
		var named any = clip(id)
		if ok && !q.Text.IsZero() {
			named = q.Text
		}
		return &fault.Field{Name: "where", Key: "exhibit.error_condition", Args: fault.Args("Question", named)}
	}
	at := slices.IndexFunc(v.Where, func(w analysis.Where) bool { return w.Question == id })
	if at < 0 {
		at = len(v.Where)
		v.Where = append(v.Where, analysis.Where{Question: id})
	}
	w := &v.Where[at]
	for _, s := range strings.Split(list, ",") {
		code, err := strconv.Atoi(strings.TrimSpace(s))
		if _, known := q.Option(code); err != nil || !known {
			return &fault.Field{Name: "where", Key: "exhibit.error_code", Args: fault.Args("Question", q.Text, "Code", clip(s))}
		}
		if !slices.Contains(w.Codes, code) {
			w.Codes = append(w.Codes, code)
		}
	}
	slices.Sort(w.Codes)
	return nil
}

// ParseCondition reads "bg_size:1,2,3" without asking whether there is such a question.
func ParseCondition(text string) (w analysis.Where, ok bool) {
	id, list, ok := strings.Cut(text, ":")
	if !ok || id == "" {
		return w, false
	}
	w.Question = id
	for _, s := range strings.Split(list, ",") {
		code, err := strconv.Atoi(s)
		if err != nil {
			return w, false
		}
		w.Codes = append(w.Codes, code)
	}
	return w, true
}

// Filterable tells whether answers to the question can be a condition: those with codes to choose from.
func Filterable(q *questionnaire.Question) bool {
	switch q.Type {
	case questionnaire.Single, questionnaire.YesNoUnknown, questionnaire.Municipality, questionnaire.Likert5, questionnaire.Multiple:
		return true
	}
	return false
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Query is the view's address, without the question: canonical, with nothing that is as it would be anyway.
func (v View) Query() url.Values {
	q := url.Values{}
	if v.By == Whole && v.Group == "" || v.By != Whole && v.By != analysis.SplitByGroup {
		q.Set("by", v.By)
	}
	if v.Group != "" {
		q.Set("group", v.Group)
	}
	for _, w := range v.Where {
		q.Add("where", conditionText(w))
	}
	if v.Weights != "" {
		q.Set("weights", v.Weights)
	}
	if v.Wave != 0 {
		q.Set("wave", strconv.Itoa(v.Wave))
	}
	return q
}

func conditionText(w analysis.Where) string {
	codes := make([]string, len(w.Codes))
	for i, c := range w.Codes {
		codes[i] = strconv.Itoa(c)
	}
	return w.Question + ":" + strings.Join(codes, ",")
}

// Encode is the address as text, "" for the plain view.
func (v View) Encode() string { return v.Query().Encode() }

// Of is the same view of another question.
func (v View) Of(question string) View {
	v.Question = question
	if v.By == question {
		v.By = analysis.SplitByGroup
	}
	return v
}

// With is the view side by side by something else.
func (v View) With(by string) View {
	v.By = by
	switch by {
	case analysis.SplitByGroup:
		v.Group = ""
	case analysis.SourceQuestion:
		v.Weights, v.Wave = "", 0
	}
	return v
}

// Without is the view without its condition on a question.
func (v View) Without(question string) View {
	v.Where = slices.DeleteFunc(slices.Clone(v.Where), func(w analysis.Where) bool { return w.Question == question })
	return v
}

// Has tells whether a condition keeps a code, for marking what is chosen.
func (v View) Has(question string, code int) bool {
	for _, w := range v.Where {
		if w.Question == question {
			return slices.Contains(w.Codes, code)
		}
	}
	return false
}

// Narrowed tells whether the view is of fewer than all who were asked.
func (v View) Narrowed() bool { return v.Group != "" || len(v.Where) > 0 }

// BelowCounty tells whether the view sets municipalities or groups of them side by side.
func (v View) BelowCounty(d *analysis.Dataset) bool {
	by, ok := d.Definition().Question(v.By)
	return v.By == analysis.SplitByMunicipalityGroup || ok && by.Type == questionnaire.Municipality
}

// firstBelowCounty is the group that municipalities are compared of where somebody was asked who is reported
// for the county alone: firms before politicians. Empty: nobody must be left out, or nobody is left.
func firstBelowCounty(q *questionnaire.Question) string {
	if !slices.ContainsFunc(q.Groups, analysis.CountyOnly) {
		return ""
	}
	if q.AskedOf("business") {
		return "business"
	}
	if at := slices.IndexFunc(q.Groups, func(g string) bool { return !analysis.CountyOnly(g) }); at >= 0 {
		return q.Groups[at]
	}
	return ""
}
