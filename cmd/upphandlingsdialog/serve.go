package main

import (
	"context"

	"upphandlingsdialog/internal/app"
)

type serveCmd struct{}

// Run serves until the context ends (Ctrl-C), then lets requests finish and stops cleanly.
func (serveCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		return a.Serve(ctx, func(addr string) { e.printf("Serving on %s\nStop with Ctrl-C.\n", addr) })
	})
}

type migrateCmd struct{}

func (migrateCmd) Run(ctx context.Context, e *env) error {
	if err := app.Migrate(ctx, e.Config, e.Log); err != nil {
		return err
	}
	e.printf("The database has the schema that this version needs.\n")
	return nil
}
