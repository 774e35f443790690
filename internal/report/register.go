package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
)

// RegisterChoice is whom of the register a distribution list takes in.
type RegisterChoice struct {
	Groups       []string
	Kinds        []string // of organisation; none for all, and for those who stand for nobody else
	Municipality int      // SCB code; 0 for everywhere
}

// RegisterFit is what a choice would do to a list.
type RegisterFit struct {
	New     []Member // by address
	Already int      // stand on the list
	Stopped int      // have stopped mail from us, or their address bounces: they are left out
}

func (c RegisterChoice) check() error {
	var fields []fault.Field
	if len(c.Groups) == 0 {
		fields = append(fields, fault.Field{Name: "groups", Key: "report.register_none"})
	}
	for _, g := range c.Groups {
		if !slices.Contains(people.Groups, g) {
			fields = append(fields, fault.Field{Name: "groups", Key: "error.choice"})
			break
		}
	}
	for _, k := range c.Kinds {
		if !slices.Contains(people.Kinds, k) {
			fields = append(fields, fault.Field{Name: "kinds", Key: "error.choice"})
			break
		}
	}
	if _, ok := region.MunicipalityByCode(c.Municipality); !ok && c.Municipality != 0 {
		fields = append(fields, fault.Field{Name: "municipality", Key: "error.choice"})
	}
	if fields != nil {
		return fault.InvalidFields("error.invalid", fields...)
	}
	return nil
}

// FitRegister says whom a choice would add to a list. It writes nothing. Faults: Invalid by field.
func (s *Service) FitRegister(ctx context.Context, listID string, c RegisterChoice) (RegisterFit, error) {
	var fit RegisterFit
	if err := c.check(); err != nil {
		return fit, err
	}
	members, err := s.Members(ctx, listID)
	if err != nil {
		return fit, err
	}
	has := map[string]bool{}
	for _, m := range members {
		normalised, err := people.NormaliseEmail(m.Email)
		if err != nil {
			return fit, err
		}
		has[normalised] = true
	}
	err = s.sources.People.InGroups(ctx, c.Groups, func(p people.Person) error {
		switch {
		case c.Municipality != 0 && p.MunicipalityCode != c.Municipality, len(c.Kinds) > 0 && !slices.Contains(c.Kinds, p.Kind):
		case p.Suppression != nil:
			fit.Stopped++
		case has[p.EmailNormalised]:
			fit.Already++
		default:
			has[p.EmailNormalised] = true
			fit.New = append(fit.New, Member{Email: p.Email, Name: p.Name, Lang: string(cmp.Or(p.Language, i18n.Sv))})
		}
		return nil
	})
	if err != nil {
		return fit, fmt.Errorf("persons for list %s: %w", listID, err)
	}
	return fit, nil
}

// AddFromRegister adds whom FitRegister names at this moment, and returns how many.
func (s *Service) AddFromRegister(ctx context.Context, listID string, c RegisterChoice) (added int, err error) {
	fit, err := s.FitRegister(ctx, listID, c)
	if err != nil {
		return 0, err
	}
	return s.AddMembers(ctx, listID, fit.New)
}
