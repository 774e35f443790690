# make demo    see the whole thing happen on this machine, from the first mail to the published reports
# make test    run every test        make lint   formatting, vet, staticcheck
# make build   bin/upphandlingsdialog   make bench  measure how fast people are served

ARGS ?=

.PHONY: build demo test race lint bench setup pictures

build:
	go build -o bin/upphandlingsdialog ./cmd/upphandlingsdialog

# For example: make demo ARGS="--exit --out out --respondents 400 --seed 7"
demo:
	@.ci/setup postgres
	@$(MAKE) --no-print-directory build
	@exec bin/upphandlingsdialog demo $(ARGS)

setup:
	@.ci/setup

test: setup
	go vet ./...
	go test -shuffle=on -timeout 20m ./...

# The race detector needs a C compiler.
race: setup
	go test -race -shuffle=on -timeout 30m ./...

lint:
	.ci/lint

# Submissions and page saves; for example: make bench ARGS="--json", or BENCH=open for the first page.
BENCH ?= submit
bench:
	@.ci/setup postgres
	@go run ./cmd/bench $(BENCH) $(ARGS)

# The README's pictures, taken from a running demonstration.
pictures: setup
	PICTURES=$(CURDIR)/docs/pictures go test -count=1 -run TestTheDemonstration ./internal/journey
