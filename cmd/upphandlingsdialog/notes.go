package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/sample"
)

type notesCmd struct {
	Import notesImportCmd `cmd:"" help:"Read meeting notes written by hand in Markdown: all of a file or nothing. The same file twice changes nothing."`
	Sample notesSampleCmd `cmd:"" help:"Write the four invented meetings into a folder. Needs no database."`
}

type notesImportCmd struct {
	Files []string `arg:"" help:"Notes files. '-' reads standard input."`
}

func (c notesImportCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		for _, name := range c.Files {
			if err := e.fromFile(name, func(r io.Reader) error {
				in, err := a.Dialogue.ImportMarkdown(ctx, r)
				switch {
				case err != nil:
				case in.Unchanged:
					e.printf("%s: %s was read before; nothing changed.\n", name, in.Meeting.Ref)
				default:
					e.printf("%s: %s has %d items; excerpts: %d new, %d kept, %d gone.\n", name, in.Meeting.Ref, len(in.Meeting.Notes),
						in.Added, in.Kept, in.Removed)
				}
				return err
			}); err != nil {
				e.printf("%s was not read.\n", name)
				return err
			}
		}
		return nil
	})
}

// fromFile hands the named file, or standard input for "-", to fn.
func (e *env) fromFile(name string, fn func(io.Reader) error) error {
	if name == "-" {
		return fn(e.In)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return fn(f)
}

type notesSampleCmd struct {
	Folder string `arg:"" help:"Folder to write to; made if it is not there."`
}

func (c notesSampleCmd) Run(e *env) error {
	if err := os.MkdirAll(c.Folder, 0o755); err != nil {
		return err
	}
	for _, m := range sample.Meetings(time.Now()) {
		name := filepath.Join(c.Folder, m.Name)
		if err := os.WriteFile(name, m.Body, 0o644); err != nil {
			return err
		}
		e.printf("%s\n", name)
	}
	return nil
}
