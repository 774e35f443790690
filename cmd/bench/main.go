// Command bench measures the program through its public doors, on the real database with fsync on.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type cli struct {
	Submit submitCmd `cmd:"" help:"Durable submissions a second through HTTP, beside what this machine's database and net/http can do at most."`
	Open   openCmd   `cmd:"" help:"How long the first page takes that a mailed link leads to, at an even pace."`
	Export exportCmd `cmd:"" help:"How long it takes, and how much memory, to take out many answers in each format."`

	Analysis analysisCmd `cmd:"" help:"How long it takes to load, refresh, count, cross and show many answers, beside the same in SQL."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	parser, err := kong.New(&cli{}, kong.Name("bench"), kong.UsageOnError(),
		kong.Description("Timing of the real thing: HTTP and a database that waits for the disk. For this machine only."))
	if err != nil {
		return err
	}
	kctx, err := parser.Parse(args)
	if err != nil {
		return err
	}
	kctx.BindTo(ctx, (*context.Context)(nil))
	kctx.BindTo(out, (*io.Writer)(nil))
	return kctx.Run()
}
