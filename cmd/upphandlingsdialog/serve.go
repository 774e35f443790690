package main

import (
	"context"
	"errors"

	"upphandlingsdialog/internal/app"
)

type serveCmd struct{}

// Run serves until the context ends (Ctrl-C), then lets requests finish and stops cleanly.
func (serveCmd) Run(ctx context.Context, e *env) (err error) {
	a, err := app.OpenServer(ctx, e.Config, e.Log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return a.Serve(ctx, func(address string) { e.printf("Serving on %s\nStop with Ctrl-C.\n", address) })
}

type migrateCmd struct{}

func (migrateCmd) Run(ctx context.Context, e *env) error {
	if err := app.Migrate(ctx, e.Config, e.Log); err != nil {
		return err
	}
	e.printf("The database has the schema that this version needs.\n")
	return nil
}
