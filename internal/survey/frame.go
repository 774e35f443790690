package survey

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
)

// Names of audit events about the frame.
const (
	EventFrameLoaded  = "survey.frame_loaded"
	EventFrameRemoved = "survey.frame_removed"
)

// Margin is how many firms of the frame there are by the answers to one single-choice question.
type Margin struct {
	Question string
	Units    map[int]int // by answer code; every answer is there
	Source   string      // the file that it came from
	LoadedAt time.Time
}

// Total is the number of firms in the frame.
func (m Margin) Total() int {
	sum := 0
	for _, n := range m.Units {
		sum += n
	}
	return sum
}

// FrameFault is one thing to mend in a file of frame counts.
type FrameFault struct {
	Line int // of the file, from 1
	Key  string
	Args map[string]any
}

// Text says what to mend.
func (f FrameFault) Text(lang i18n.Lang) string { return i18n.TMap(lang, f.Key, f.Args) }

// The limits of a file of frame counts: more than any question can fill.
const (
	MaxFrameFile   = 1 << 20 // bytes
	maxFrameFaults = 100
	mostUnits      = 10_000_000
)

// frameGroup is the only group that is weighted: the others are asked in full, and one of them may buy
// for many municipalities, so that no weight by population means anything.
const frameGroup = "business"

// frameTypes are the types of question that have one code an answer.
var frameTypes = []questionnaire.Type{questionnaire.Single, questionnaire.YesNoUnknown, questionnaire.Municipality, questionnaire.Likert5}

// ReadFrame reads a CSV file with the columns question, answer (a code or the answer's text in Swedish
// or English) and units, with commas or semicolons: one line for each answer that firms can give to each
// question that the file counts, 0 where there are none. Margins are only to be used when there is no fault.
func ReadFrame(in io.Reader, def *questionnaire.Definition) ([]Margin, []FrameFault, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxFrameFile+1))
	if err != nil {
		return nil, nil, err
	}
	if len(data) > MaxFrameFile {
		return nil, []FrameFault{{Line: 1, Key: "frame.fault_large", Args: fault.Args("MB", MaxFrameFile>>20)}}, nil
	}
	r := &frameReader{def: def, lines: map[string]map[int]int{}, first: map[string]int{}}
	r.read(data)
	return r.margins, r.faults, nil
}

type frameReader struct {
	def     *questionnaire.Definition
	margins []Margin
	lines   map[string]map[int]int // line by question and code
	first   map[string]int         // first line by question
	faults  []FrameFault
}

func (r *frameReader) fault(line int, key string, args ...any) {
	if len(r.faults) < maxFrameFaults {
		r.faults = append(r.faults, FrameFault{Line: line, Key: "frame.fault_" + key, Args: fault.Args(args...)})
	}
}

func (r *frameReader) read(data []byte) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	lines := csv.NewReader(bufio.NewReader(bytes.NewReader(data)))
	lines.FieldsPerRecord, lines.TrimLeadingSpace = -1, true
	head, _, _ := bytes.Cut(data, []byte("\n"))
	if bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		lines.Comma = ';'
	}
	place := map[string]int{}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			r.fault(broken.Line, "csv")
			return
		}
		line, _ := lines.FieldPos(0)
		if len(place) == 0 {
			if !r.header(record, line, place) {
				return
			}
			continue
		}
		if strings.TrimSpace(strings.Join(record, "")) != "" {
			r.line(line, record, place)
		}
	}
	r.finish()
}

// header finds the three columns.
func (r *frameReader) header(record []string, line int, place map[string]int) bool {
	names := map[string]string{"question": "question", "fråga": "question", "answer": "answer", "svar": "answer",
		"code": "answer", "kod": "answer", "units": "units", "antal": "units"}
	for i, cell := range record {
		name, known := names[strings.ToLower(strings.TrimSpace(cell))]
		if !known {
			continue
		}
		if _, twice := place[name]; twice {
			r.fault(line, "header")
			return false
		}
		place[name] = i
	}
	if len(place) != 3 {
		r.fault(line, "header")
		return false
	}
	return true
}

func (r *frameReader) line(line int, record []string, place map[string]int) {
	cell := func(name string) string {
		if i := place[name]; i < len(record) {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	id := cell("question")
	q, ok := r.def.Question(id)
	switch {
	case !ok:
		r.fault(line, "question", "Question", id)
		return
	case !slices.Contains(frameTypes, q.Type):
		r.fault(line, "many", "Question", id, "Text", q.Text)
		return
	case !q.AskedOf(frameGroup):
		r.fault(line, "group", "Question", id, "Text", q.Text)
		return
	}
	code, ok := answerOf(q, cell("answer"))
	if !ok {
		r.fault(line, "answer", "Question", id, "Text", q.Text, "Answer", cell("answer"), "Answers", answersOf(q, nil))
		return
	}
	units, err := strconv.Atoi(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(cell("units")))
	if err != nil || units < 0 || units > mostUnits {
		r.fault(line, "units", "Units", cell("units"), "Max", mostUnits)
		return
	}
	if before, twice := r.lines[id][code]; twice {
		r.fault(line, "twice", "Question", id, "Text", q.Text, "Answer", answersOf(q, func(c int) bool { return c == code }), "Line", before)
		return
	}
	if r.lines[id] == nil {
		r.lines[id], r.first[id] = map[int]int{}, line
		r.margins = append(r.margins, Margin{Question: id, Units: map[int]int{}})
	}
	r.lines[id][code] = line
	for i := range r.margins {
		if r.margins[i].Question == id {
			r.margins[i].Units[code] = units
		}
	}
}

// answerOf finds an answer by its code or by its text.
func answerOf(q *questionnaire.Question, cell string) (code int, ok bool) {
	for _, o := range q.ForGroup(frameGroup).Options {
		if cell == strconv.Itoa(o.Code) || cell != "" && (strings.EqualFold(cell, o.Text.Sv) || strings.EqualFold(cell, o.Text.En)) {
			return o.Code, true
		}
	}
	return 0, false
}

// answersOf lists answers that firms can give, with their codes; of nil all.
func answersOf(q *questionnaire.Question, of func(code int) bool) i18n.Text {
	options := q.ForGroup(frameGroup).Options
	if of != nil {
		options = slices.DeleteFunc(slices.Clone(options), func(o questionnaire.Option) bool { return !of(o.Code) })
	}
	return questionnaire.NamedOptions(options)
}

// finish looks for what only the whole file tells.
func (r *frameReader) finish() {
	if len(r.margins) == 0 && len(r.faults) == 0 {
		r.fault(1, "empty")
	}
	if len(r.faults) > 0 {
		return // an answer that could not be read is not missing too
	}
	for _, m := range r.margins {
		q, _ := r.def.Question(m.Question)
		missing := answersOf(q, func(code int) bool { _, ok := m.Units[code]; return !ok })
		switch {
		case !missing.IsZero():
			r.fault(r.first[m.Question], "missing", "Question", m.Question, "Text", q.Text, "Answers", missing)
		case m.Total() == 0:
			r.fault(r.first[m.Question], "nobody", "Question", m.Question, "Text", q.Text)
		}
	}
}

// ImportFrame reads frame counts for a survey, all of the file or, with any fault, nothing; the questions
// are those of its newest version. Margins of other questions stay. With dry set nothing is stored.
func (s *Service) ImportFrame(ctx context.Context, surveyID, source string, in io.Reader, dry bool) ([]Margin, []FrameFault, error) {
	v, err := s.Latest(ctx, surveyID)
	if err != nil {
		return nil, nil, err
	}
	margins, faults, err := ReadFrame(in, v.Definition)
	if err != nil || len(faults) > 0 {
		return nil, faults, err
	}
	for i := range margins {
		margins[i].Source, margins[i].LoadedAt = source, s.now()
	}
	if dry {
		return margins, nil, nil
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, m := range margins {
			if err := putMargin(ctx, tx, surveyID, m); err != nil {
				return err
			}
			if err := audit.Record(ctx, tx, audit.Event{Name: EventFrameLoaded, Subject: "survey", SubjectID: surveyID,
				Detail: map[string]any{"question": m.Question, "units": m.Total(), "source": source}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("import the frame of survey %s: %w", surveyID, err)
	}
	return margins, nil, nil
}

// Frame lists the margins of a survey's frame of firms, by question; none when nothing was loaded.
func (s *Service) Frame(ctx context.Context, surveyID string) ([]Margin, error) {
	list, err := listMargins(ctx, s.db, surveyID)
	if err != nil {
		return nil, fmt.Errorf("frame of survey %s: %w", surveyID, err)
	}
	return list, nil
}

// RemoveMargin takes the counts of one question away. NotFound when there are none.
func (s *Service) RemoveMargin(ctx context.Context, surveyID, question string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		there, err := deleteMargin(ctx, tx, surveyID, question)
		if err != nil {
			return err
		}
		if !there {
			return fault.New(fault.NotFound, "frame.error_not_found")
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventFrameRemoved, Subject: "survey", SubjectID: surveyID,
			Detail: map[string]any{"question": question}})
	})
	if err != nil {
		return fmt.Errorf("remove margin %s of survey %s: %w", question, surveyID, err)
	}
	return nil
}
