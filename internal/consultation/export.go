package consultation

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/postgres"
)

// withheld stands for every number of a group that is too small.
const withheld = ".."

// exportHead names the columns of WriteCSV: a row a recommendation, group and question.
var exportHead = []string{"consultation", "round", "recommendation", "version", "group", "question", "raters",
	"rated_1", "rated_2", "rated_3", "rated_4", "rated_5", "rated_6", "rated_7", "rated_8", "rated_9", "abstained",
	"median", "p30", "p70", "disagreement_index", "verdict_threshold", "verdict_rand", "agree", "disagree", "pass", "share_agree", "lower", "upper",
	"changed", "cv_change", "class"}

// WriteCSV writes one round's results for the team, UTF-8 with commas. Fault:
// Conflict while they are hidden. That they were taken out is logged.
func (s *Service) WriteCSV(ctx context.Context, w io.Writer, c Consultation, round int) error {
	results, err := s.Results(ctx, c, round, Team)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(exportHead); err != nil {
		return err
	}
	for _, r := range results {
		for _, g := range r.Groups {
			for _, d := range Dimensions {
				row := []string{c.Name, strconv.Itoa(round), r.Item.Number, strconv.Itoa(r.Item.Version), g.Group, string(d), strconv.Itoa(g.N)}
				if err := out.Write(append(row, c.Rule.cells(r, g, d)...)); err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return audit.Record(ctx, tx, audit.Event{Name: EventExported, Subject: "consultation", SubjectID: c.ID,
			Detail: map[string]any{"round": round}})
	})
}

// cells are one row from rated_1 on.
func (r Rule) cells(result Result, g GroupOutcome, d Dimension) []string {
	cells := make([]string, len(exportHead)-7)
	for i := range cells {
		cells[i] = withheld
	}
	cells[len(cells)-1] = string(result.Class)
	q, ok := g.Ratings[d]
	if !ok || !q.Shown {
		return cells
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	for i, n := range q.Counts {
		cells[i] = strconv.Itoa(n)
	}
	threshold, rand := q.Main, q.Other
	if r.Method == RAND {
		threshold, rand = rand, threshold
	}
	copy(cells[9:], []string{strconv.Itoa(q.Abstained), number(q.Rand.Median), number(q.Rand.P30), number(q.Rand.P70), number(q.Rand.DI),
		string(threshold), string(rand)})
	for i := 16; i < len(cells)-1; i++ {
		cells[i] = ""
	}
	if d == Agreement {
		copy(cells[16:], shares(g.Votes, g.Share))
	}
	if q.Stability != nil {
		copy(cells[22:], []string{number(q.Stability.Changed), number(q.Stability.CVChange)})
	}
	return cells
}

func shares(v analysis.Votes, s analysis.Share) []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	return []string{strconv.Itoa(v.Agree), strconv.Itoa(v.Disagree), strconv.Itoa(v.Pass), number(s.Share), number(s.Lower), number(s.Upper)}
}
