package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
)

// Names of the files that are attached to an edition's PDF.
const (
	DataFile    = "data.csv"
	MethodFile  = "method.json"
	EditionFile = "edition.json"
)

// files are what an edition's PDF carries, so that who has it can count again: the results as a table, how they came
// about, and the frozen snapshot that the edition was made from. All three follow from the snapshot.
func (w *writer) files(body []byte) ([]document.File, error) {
	data, err := w.s.encodeFigures()
	if err != nil {
		return nil, err
	}
	method, err := w.s.methodRecord(Hash(body))
	if err != nil {
		return nil, err
	}
	return []document.File{
		{Name: DataFile, MIME: "text/csv", Description: w.t("report.file_data"), Data: data},
		{Name: EditionFile, MIME: "application/json", Description: w.t("report.file_edition"), Source: true, Data: body},
		{Name: MethodFile, MIME: "application/json", Description: w.t("report.file_method"), Data: method},
	}, nil
}

// figure is one number of one group, as a line of the attached table. A hidden one has no numbers.
type figure struct {
	Survey, Question, Group string
	Version, Wave           int
	Reworded                string // whether the question was put otherwise in the wave before: "words", "codes" or empty
	Measure                 string // base, unknown, answer, top2, bottom2, band, first, ranked, score, mean, median, q1, q3
	Code                    string // of the answer, for measures that are about one
	Label                   i18n.Text
	Population              int // in the frame, for the interval; 0 = infinite
	Weighted, Hidden        bool
	HasCount, HasInterval   bool
	analysis.Share
}

var figureHead = []string{"survey", "version", "question", "group", "measure", "code", "label_sv", "label_en",
	"count", "base", "population", "value", "lower", "upper", "weighted", "wave", "reworded"}

// olderHead are the columns of an edition whose data do not tell the wave.
const olderHead = 15

func (s *Snapshot) figureColumns() int {
	if s.tellsWaves() {
		return len(figureHead)
	}
	return olderHead
}

func (f *figure) record() []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	r := []string{f.Survey, strconv.Itoa(f.Version), f.Question, f.Group, f.Measure, f.Code, f.Label.Sv, f.Label.En,
		"", "", "", "", "", "", strconv.FormatBool(f.Weighted), "", f.Reworded}
	if f.Wave > 0 {
		r[15] = strconv.Itoa(f.Wave)
	}
	if f.Hidden {
		return r
	}
	if f.HasCount {
		r[8] = strconv.Itoa(f.Count)
	}
	r[9], r[10], r[11] = strconv.Itoa(f.Base), strconv.Itoa(f.Population), number(f.Share.Share)
	if f.HasInterval {
		r[12], r[13] = number(f.Lower), number(f.Upper)
	}
	return r
}

// recomputes says whether count, base and population give the value and its interval. What is weighted, or no share,
// cannot be counted from them and is compared with the snapshot alone.
func (f *figure) recomputes() (checked, agrees bool) {
	if f.Hidden || f.Weighted || !f.HasCount || !f.HasInterval {
		return false, true
	}
	share, lower, upper, ok := analysis.Wilson(f.Count, f.Base, f.Population)
	return true, ok && same(share, f.Share.Share) && same(lower, f.Lower) && same(upper, f.Upper)
}

// columnGroup is whose answers a line counts: "business", or of part of a group with the answers that choose it,
// "business:bg_size=1|2".
func columnGroup(of analysis.Filter) string {
	s := of.Group
	for _, w := range of.Where {
		codes := make([]string, len(w.Codes))
		for i, c := range w.Codes {
			codes[i] = strconv.Itoa(c)
		}
		s += ":" + w.Question + "=" + strings.Join(codes, "|")
	}
	return s
}

// isPart says whether columnGroup named part of a group.
func isPart(group string) bool { return strings.Contains(group, ":") }

func same(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }

// encodeFigures is the attached table.
func (s *Snapshot) encodeFigures() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	columns := s.figureColumns()
	_ = w.Write(figureHead[:columns]) // a buffer takes everything; Error says the rest
	for _, f := range s.figures() {
		_ = w.Write(f.record()[:columns])
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// decodeFigures reads what encodeFigures wrote.
func (s *Snapshot) decodeFigures(b []byte) ([]figure, error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	if want := figureHead[:s.figureColumns()]; len(rows) == 0 || !slices.Equal(rows[0], want) {
		return nil, fmt.Errorf("the table has other columns than %v", want)
	}
	list := make([]figure, len(rows)-1)
	for i, r := range rows[1:] {
		if list[i], err = decodeFigure(r); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
	}
	return list, nil
}

func decodeFigure(r []string) (figure, error) {
	f := figure{Survey: r[0], Question: r[2], Group: r[3], Measure: r[4], Code: r[5], Label: i18n.Text{Sv: r[6], En: r[7]}, Hidden: r[9] == "",
		HasCount: r[8] != "", HasInterval: r[12] != ""}
	var first error
	whole := func(s string) (n int) {
		n, err := strconv.Atoi(s)
		if s != "" && err != nil && first == nil {
			first = err
		}
		return n
	}
	number := func(s string) (v float64) {
		v, err := strconv.ParseFloat(s, 64)
		if s != "" && err != nil && first == nil {
			first = err
		}
		return v
	}
	f.Version, f.Count, f.Base, f.Population = whole(r[1]), whole(r[8]), whole(r[9]), whole(r[10])
	f.Share.Share, f.Lower, f.Upper = number(r[11]), number(r[12]), number(r[13])
	f.Weighted = r[14] == "true"
	if len(r) > olderHead {
		f.Wave, f.Reworded = whole(r[15]), r[16]
	}
	return f, first
}

// figures are all results of the snapshot, in its order; those of part of a group come after, then firms' weighted ones,
// and what is cited of earlier waves.
func (s *Snapshot) figures() []figure {
	var list []figure
	for i := range s.Surveys {
		survey := &s.Surveys[i]
		for _, q := range survey.Questions {
			for _, r := range q.Results {
				list = appendResult(list, survey, r)
				for _, part := range r.Parts {
					list = appendResult(list, survey, part)
				}
			}
		}
	}
	for i := range s.Surveys {
		for _, r := range s.Surveys[i].Also {
			list = appendResult(list, &s.Surveys[i], r)
		}
	}
	if !s.Placed {
		return list
	}
	for i := range s.Surveys {
		for _, q := range s.Surveys[i].Questions {
			if q.Weighted != nil {
				list = appendResult(list, &s.Surveys[i], *q.Weighted)
			}
		}
	}
	for i := range s.Earlier {
		for _, r := range s.Earlier[i].Also {
			list = appendResult(list, &s.Earlier[i], r)
			for _, part := range r.Parts {
				list = appendResult(list, &s.Earlier[i], part)
			}
		}
	}
	return list
}

func appendResult(list []figure, s *Survey, r analysis.Frequency) []figure {
	f := figure{Survey: s.ID, Version: s.Version, Wave: s.Wave, Reworded: s.flag(r.Question), Question: r.Question, Group: columnGroup(r.Filter)}
	n := r.Numbers
	if n == nil {
		f.Measure, f.Hidden, f.Weighted = "base", true, r.Unweighted != ""
		return append(list, f)
	}
	f.Population, f.Weighted = n.Population, n.Weighting != nil
	add := func(measure, code string, label i18n.Text, hidden, interval bool, v analysis.Share) {
		g := f
		g.Measure, g.Code, g.Label, g.Hidden, g.HasCount, g.HasInterval, g.Share = measure, code, label, hidden, true, interval, v
		list = append(list, g)
	}
	value := func(measure string, v analysis.Share, interval bool) {
		g := f
		v.Base = n.Base
		g.Measure, g.HasInterval, g.Share = measure, interval, v
		list = append(list, g)
	}
	none := i18n.Text{}
	value("base", analysis.Share{Share: float64(n.Base)}, false)
	if !f.Weighted { // how many did not know is told unweighted
		add("unknown", "", none, n.Unknown == analysis.Withheld, false, analysis.Share{Count: n.Unknown, Base: n.Base + n.Unknown, Share: n.UnknownShare})
	}
	for _, row := range n.Rows {
		add("answer", strconv.Itoa(row.Code), row.Label, row.Hidden, true, row.Share)
	}
	for _, b := range n.Bands {
		add("band", strconv.Itoa(b.Code), b.Label, b.Hidden, true, b.Share)
	}
	if n.Top2 != nil {
		add("top2", "", none, false, true, *n.Top2)
	}
	if n.Bottom2 != nil {
		add("bottom2", "", none, false, true, *n.Bottom2)
	}
	for _, o := range n.Ranking {
		code := strconv.Itoa(o.Code)
		add("first", code, o.Label, o.Hidden, true, o.First)
		add("ranked", code, o.Label, o.Hidden, true, o.Top)
		if o.Score != nil && !o.Hidden {
			g := f
			g.Measure, g.Code, g.Label, g.Share = "score", code, o.Label, analysis.Share{Base: n.Base, Share: *o.Score}
			list = append(list, g)
		}
	}
	if m := n.Summary; m != nil {
		value("median", analysis.Share{Share: m.Median}, false)
		value("q1", analysis.Share{Share: m.Q1}, false)
		value("q3", analysis.Share{Share: m.Q3}, false)
		if m.Mean != nil {
			value("mean", analysis.Share{Share: m.Mean.Value, Lower: m.Mean.Lower, Upper: m.Mean.Upper}, true)
		}
	}
	return list
}

// methodRecord is how the results came about, for a program to read.
func (s *Snapshot) methodRecord(hash string) ([]byte, error) {
	type changed struct {
		Question string      `json:"question"`
		Before   int         `json:"before"` // wave
		Recoded  bool        `json:"recoded,omitempty"`
		Changes  []i18n.Text `json:"changes"`
	}
	type survey struct {
		ID          string    `json:"id"`
		Area        int       `json:"area"`
		Title       i18n.Text `json:"title"`
		Version     int       `json:"version"`
		VersionHash string    `json:"version_sha256"`
		Wave        int       `json:"wave,omitempty"`
		Begun       string    `json:"wave_begun,omitempty"`
		Reworded    []changed `json:"reworded,omitempty"`
		Opened      string    `json:"opened,omitempty"`
		Closes      string    `json:"closes,omitempty"`
		Rates       []Rate    `json:"rates"`
	}
	record := struct {
		Schema   string               `json:"schema"`
		Kind     Kind                 `json:"kind"`
		Number   int                  `json:"number"`
		Date     string               `json:"date"`
		Snapshot string               `json:"snapshot_sha256"`
		MinBase  int                  `json:"smallest_base"`
		Invented bool                 `json:"invented,omitempty"`
		Surveys  []survey             `json:"surveys"`
		Earlier  []survey             `json:"earlier,omitempty"` // waves of which the data hold no more than what is cited
		Method   map[string]i18n.Text `json:"method"`
	}{Schema: "udd-method/1", Kind: s.Kind, Number: s.Number, Date: s.Date, Snapshot: hash, MinBase: s.MinBase, Invented: s.Invented, Method: map[string]i18n.Text{}}
	for _, v := range s.Surveys {
		one := survey{ID: v.ID, Area: v.Area, Title: v.Title, Version: v.Version, VersionHash: v.VersionHash, Opened: v.Opened, Closes: v.Closes, Rates: v.Rates}
		if s.tellsWaves() {
			one.Wave, one.Begun = v.Wave, v.Begun
		}
		for _, r := range v.Reworded {
			one.Reworded = append(one.Reworded, changed(r))
		}
		record.Surveys = append(record.Surveys, one)
	}
	for _, v := range s.told()[len(s.Surveys):] {
		record.Earlier = append(record.Earlier, survey{ID: v.ID, Area: v.Area, Title: v.Title, Version: v.Version, VersionHash: v.VersionHash,
			Wave: v.Wave, Begun: v.Begun, Opened: v.Opened, Rates: []Rate{}})
	}
	for _, f := range s.Method {
		record.Method[f.Key] = f.Value
	}
	b, err := json.MarshalIndent(record, "", " ")
	if err != nil {
		return nil, fmt.Errorf("method record: %w", err)
	}
	return append(b, '\n'), nil
}
