package main

import (
	"errors"
	"fmt"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/recommendation"
)

// weightsMade are weights as they are printed, or why there are none.
type weightsMade struct {
	*analysis.Weights
	Absent analysis.Absence `json:"absent,omitempty"`
	Joined int              `json:"joined"` // classes that were joined to a neighbour
}

// weigh makes the weights of margins; that there are none is an answer too.
func weigh(r recommendation.Results, names ...string) (weightsMade, error) {
	w, err := r.Weigh(names...)
	var why analysis.Absence
	if errors.As(err, &why) {
		return weightsMade{Absent: why}, nil
	}
	if err != nil {
		return weightsMade{}, err
	}
	out := weightsMade{Weights: w}
	for _, m := range w.Margins {
		for _, class := range m.Classes {
			out.Joined += len(class.Codes) - 1
		}
	}
	return out, nil
}

// String is one line: how many firms answered, what they are worth, and how far the weights go.
func (w weightsMade) String() string {
	if w.Weights == nil {
		return "no weights: " + whyAbsent(w.Absent)
	}
	d := w.Design
	return fmt.Sprintf("n %d, effective %.1f, deff %.4f, weights %.4f to %.4f, %d classes joined, %d trimmed, %d without an answer weigh 1",
		d.N, d.Effective, d.Deff, d.Min, d.Max, w.Joined, w.Trimmed, w.Unplaced)
}
