package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/surveys"
)

type surveyCmd struct {
	Lint surveyLintCmd `cmd:"" help:"Check questionnaire files: every fault with file, line and what to write instead, and advice on how well the questions measure. Advice alone is no failure. Needs no database, and counts the groups where there is one."`
	Load surveyLoadCmd `cmd:"" help:"Register questionnaire files. A changed file becomes a new version, an unchanged one does nothing."`
	List surveyListCmd `cmd:"" help:"List the registered questionnaires and their versions."`

	Import surveyImportCmd `cmd:"" help:"Register a questionnaire from a file: our YAML, an XLSForm workbook (.xlsx) or LimeSurvey's .lss. What is not taken over is listed."`
	Export surveyExportCmd `cmd:"" help:"Write the latest version of a questionnaire to a file that others can read."`
}

type surveyLintCmd struct {
	Register bool     `help:"Also warn of groups too small to be reported, by the contacts register. Done by itself when --database-url is set."`
	Files    []string `arg:"" optional:"" help:"Files such as surveys/*.yaml. None: the questionnaires that the program came with."`
}

func (c surveyLintCmd) Run(ctx context.Context, e *env) error {
	definitions, err := e.readSurveys(c.Files)
	if err != nil {
		return err
	}
	frame, err := c.frame(ctx, e)
	if err != nil {
		return err
	}
	c.advise(e, definitions, frame)
	for _, d := range definitions {
		e.printf("%s: %s (%d questions)\n", d.ID, d.Title.In(i18n.Sv), len(d.Questions()))
		for _, g := range d.Groups {
			e.printf("    %-11s about %s min\n", g.ID, i18n.Number(i18n.En, d.Minutes(g.ID, i18n.Sv), 0))
		}
	}
	return nil
}

// frame is the number of persons in each group; nil when it is not known or the register is empty. A
// database that was not asked for with --register and does not answer is no failure of lint.
func (c surveyLintCmd) frame(ctx context.Context, e *env) (frame map[string]int, err error) {
	if !c.Register && e.Config.DatabaseURL == "" {
		return nil, nil
	}
	err = e.with(ctx, func(a *app.App) error {
		frame, err = a.People.FrameCounts(ctx)
		return err
	})
	if err != nil && !c.Register {
		e.printf("The groups were not counted: %s\n", explain(err))
		return nil, nil
	}
	for _, n := range frame {
		if n > 0 {
			return frame, err
		}
	}
	return nil, err
}

// advise prints what a methodologist would say, in the form of the findings, in order of file and
// line. What several questionnaires share is said once.
func (c surveyLintCmd) advise(e *env, definitions []*questionnaire.Definition, frame map[string]int) {
	said := map[questionnaire.Finding]bool{}
	for i, d := range definitions {
		dir := "surveys"
		if len(c.Files) > 0 {
			dir = filepath.Dir(c.Files[i])
		}
		for _, a := range questionnaire.Lint(d, frame) {
			at, _ := d.Place(a.Question)
			f := questionnaire.Finding{
				File: filepath.Join(dir, filepath.FromSlash(at.File)), Line: at.Line, Column: at.Column, Severity: a.Severity,
				Message: strings.TrimSpace(a.Question + " " + a.What(i18n.En) + " " + a.Why(i18n.En)), Fix: strings.TrimSuffix(a.Fix(i18n.En), "."),
			}
			if !said[f] {
				e.printf("%s\n", f)
			}
			said[f] = true
		}
	}
}

type surveyLoadCmd struct {
	Files []string `arg:"" optional:"" help:"Files such as surveys/*.yaml. None: the questionnaires that the program came with."`
}

func (c surveyLoadCmd) Run(ctx context.Context, e *env) error {
	definitions, err := e.readSurveys(c.Files)
	if err != nil {
		return err
	}
	return e.with(ctx, func(a *app.App) error {
		for i, d := range definitions {
			source := filepath.Base(d.ID + ".yaml")
			if len(c.Files) > 0 {
				source = filepath.Base(c.Files[i])
			}
			v, created, err := a.Surveys.Register(ctx, d, source)
			if err != nil {
				return err
			}
			if created {
				e.printf("%s: version %d registered\n", v.SurveyID, v.Number)
			} else {
				e.printf("%s: unchanged, still version %d\n", v.SurveyID, v.Number)
			}
		}
		return nil
	})
}

type surveyListCmd struct{}

func (surveyListCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		list, err := a.Surveys.List(ctx)
		for _, s := range list {
			for _, v := range s.Versions {
				state := "not used"
				if v.LockedAt != nil {
					state = "in use since " + i18n.Date(i18n.En, *v.LockedAt)
				}
				e.printf("%-6s version %-3d %s  %-24s %s  %s\n", v.SurveyID, v.Number, v.CreatedAt.Format("2006-01-02 15:04"),
					state, v.Hash[:12], v.Definition.Title.In(i18n.Sv))
			}
		}
		return err
	})
}

// readSurveys reads the files, or those that the program came with, prints every finding, and fails
// when one of them is an error.
func (e *env) readSurveys(files []string) ([]*questionnaire.Definition, error) {
	var all []*questionnaire.Definition
	var findings []questionnaire.Finding
	load := func(fsys fs.FS, prefix string, names []string) error {
		definitions, found, err := questionnaire.Load(fsys, names...)
		for i := range found {
			found[i].File = filepath.Join(prefix, filepath.FromSlash(found[i].File))
		}
		all, findings = append(all, definitions...), append(findings, found...)
		return err
	}
	if len(files) == 0 {
		if err := load(surveys.Files, "surveys", surveys.Names); err != nil {
			return nil, err
		}
	}
	for _, folder := range byFolder(files) {
		if err := load(os.DirFS(folder.path), folder.path, folder.names); err != nil {
			return nil, err
		}
	}
	errors := 0
	for _, f := range findings {
		e.printf("%s\n", f)
		if f.Severity == questionnaire.Error {
			errors++
		}
	}
	if errors > 0 {
		return nil, fmt.Errorf("%d %s in the questionnaires", errors, plural(errors, "error", "errors"))
	}
	return all, nil
}

type folder struct {
	path  string
	names []string
}

// byFolder groups files by folder, both in the order given: the shared parts stand beside each.
func byFolder(files []string) []folder {
	var list []folder
	for _, f := range files {
		dir, name := filepath.Split(f)
		if dir == "" {
			dir = "."
		}
		dir = filepath.Clean(dir)
		if n := len(list); n == 0 || list[n-1].path != dir {
			list = append(list, folder{path: dir})
		}
		last := &list[len(list)-1]
		last.names = append(last.names, name)
	}
	return list
}

func plural(n int, one, other string) string {
	if n == 1 {
		return one
	}
	return other
}
