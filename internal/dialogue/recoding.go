package dialogue

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/strategy"
)

// FewestRecoded is how many excerpts two coders must have coded before their agreement is told: of fewer, chance decides.
const FewestRecoded = 20

// FewestOfTheme is how many of them must have the theme by either coder: kappa of a theme that was used once is 0 or 1.
const FewestOfTheme = 5

// Agreement is how far two coders agree, over excerpts that both have coded.
type Agreement struct {
	Excerpts int
	Left     int // excerpts that the second coder has not coded
	Themes   []ThemeAgreement
}

// ThemeAgreement is that of one theme: each excerpt has it or not by each coder.
type ThemeAgreement struct {
	Theme         string
	First, Second int // how many excerpts have it by each
	Both          int
	Kappa         analysis.Kappa
	Absent        analysis.Absence // why there is no kappa
}

// Enough tells whether anything may be said of the agreement.
func (a Agreement) Enough() bool { return a.Excerpts >= FewestRecoded }

// recoded is an excerpt with both codings.
type recoded struct{ First, Second []string }

// agreementOf counts the themes that either coder has used, in the order of the strategy.
func agreementOf(list []recoded) []ThemeAgreement {
	var out []ThemeAgreement
	for _, theme := range strategy.Themes {
		var table [2][2]int
		for _, r := range list {
			table[place(r.First, theme.Code)][place(r.Second, theme.Code)]++
		}
		t := ThemeAgreement{Theme: theme.Code, Both: table[0][0], First: table[0][0] + table[0][1], Second: table[0][0] + table[1][0]}
		if t.First+t.Second == 0 {
			continue
		}
		k, err := analysis.CohenKappa([][]int{table[0][:], table[1][:]})
		t.Kappa = k
		if len(list) < FewestRecoded || t.First+t.Second-t.Both < FewestOfTheme {
			t.Absent = analysis.TooFew
		} else if !errors.As(err, &t.Absent) && err != nil {
			t.Absent = analysis.Invalid
		}
		out = append(out, t)
	}
	return out
}

// place is 0 where an excerpt has the theme.
func place(themes []string, theme string) int {
	if slices.Contains(themes, theme) {
		return 0
	}
	return 1
}

// NextToRecode is an excerpt that the coder has not coded, in an order that says nothing of meetings or themes. Its
// own coding is left out, so that it cannot be copied. Fault: NotFound when there is none left.
func (s *Service) NextToRecode(ctx context.Context, coder string) (Excerpt, error) {
	id, err := nextToRecode(ctx, s.db, coder)
	if err != nil {
		return Excerpt{}, err
	}
	return s.blind(ctx, id)
}

func (s *Service) blind(ctx context.Context, id string) (Excerpt, error) {
	e, err := s.Excerpt(ctx, id)
	e.Themes, e.Kind = nil, ""
	return e, err
}

// ToRecode is one excerpt without its own coding.
func (s *Service) ToRecode(ctx context.Context, id string) (Excerpt, error) { return s.blind(ctx, id) }

// Recode notes what a second coder says that an excerpt is about. The last word counts. Faults: Invalid on "themes",
// NotFound when the excerpt is gone.
func (s *Service) Recode(ctx context.Context, excerptID, coder string, themes []string) error {
	themes = slices.Compact(slices.Sorted(slices.Values(themes)))
	known := !slices.ContainsFunc(themes, func(code string) bool { _, ok := strategy.ThemeByCode(code); return !ok })
	if len(themes) == 0 || len(themes) > maxThemes || !known {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "themes", Key: "dialogue.error_recode", Args: fault.Args("Max", maxThemes)})
	}
	e, err := s.Excerpt(ctx, excerptID)
	if err != nil {
		return err
	}
	if e.Removed {
		return fault.New(fault.NotFound, "error.not_found")
	}
	if err := putRecoding(ctx, s.db, e.ID, coder, themes, s.now()); err != nil {
		return fmt.Errorf("recode excerpt %s: %w", e.ID, err)
	}
	return nil
}

// AgreementWith is how far a second coder agrees with the coding that counts.
func (s *Service) AgreementWith(ctx context.Context, coder string) (Agreement, error) {
	list, left, err := recodings(ctx, s.db, coder)
	if err != nil {
		return Agreement{}, fmt.Errorf("agreement of coders: %w", err)
	}
	return Agreement{Excerpts: len(list), Left: left, Themes: agreementOf(list)}, nil
}

// Recoders are the ids of those who have coded a second time.
func (s *Service) Recoders(ctx context.Context) ([]string, error) {
	ids, err := recoders(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("second coders: %w", err)
	}
	return ids, nil
}
