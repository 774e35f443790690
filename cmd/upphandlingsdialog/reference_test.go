package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
)

// referenceRun is one call of analyse whose every figure R has to find again.
type referenceRun struct {
	name, survey, by, only string
	wave                   int // 0: the newest
	weights                []string
	gaps                   string // two groups, "procurer-business"
	least                  int    // figures that must have been compared
}

var referenceRuns = []referenceRun{
	{name: "s5-group", survey: "s5", by: "group", least: 1000},
	{name: "s6-group", survey: "s6", by: "group", least: 1000},
	{name: "s7-group", survey: "s7", by: "group", least: 1000},
	{name: "s5-first", survey: "s5", by: "group", wave: 1, least: 1000},
	{name: "s5-post", survey: "s5", by: "bg_bids", only: "business", wave: 1, weights: []string{"size_class"}, least: 1000},
	{name: "s5-waves", survey: "s5", by: "wave", only: "business", least: 1000},
	{name: "s6-raked", survey: "s6", by: "bg_bids", only: "business", weights: []string{"size_class", "sector"}, least: 1000},
	{name: "s5-gaps", survey: "s5", by: "group", wave: 1, gaps: "procurer-business", least: 60},
	{name: "s6-gaps", survey: "s6", by: "group", gaps: "politician-business", least: 60},
}

// referenceKinds stand in the names of figures of every kind that is shown, each of which has to be compared.
var referenceKinds = []string{",answer.", ",top2.", ",bottom2.", ",band.", ",first.", ",ranked.", ",score.", ",median", ",q1", ",interpolated", ",mean",
	",unknown_share", ",deff", ".chi_square.", ".fisher.", ".odds_ratio", ".fisher_simulated.", ".mann_whitney.", ".kruskal_wallis.", ".rao_scott.",
	".adjusted", ".cramers_v", ".superiority", ".epsilon_squared", ",option.", ",pair.", ",diff.share.", ",diff.top2.", ",diff.mean.", ",gap.share.",
	",gap.ranked.", ",gap.top2.", ",gap.mean.", ",mean.value", ",alpha"}

// args are the call of analyse.
func (r referenceRun) args() []string {
	args := []string{"--by", r.by, "--test"}
	if r.only != "" {
		args = append(args, "--filter", "group = "+r.only)
	}
	if len(r.weights) > 0 {
		args = append(args, "--weights", strings.Join(r.weights, ","))
	}
	if r.wave > 0 {
		args = append(args, "--wave", strconv.Itoa(r.wave))
	}
	if r.gaps != "" {
		args = append(args, "--gaps", strings.ReplaceAll(r.gaps, "-", ","))
	}
	return args
}

// A statistician who takes the exported answers, the codebook and the printed weighting, and counts with R's
// survey package (testdata/survey.R), gets the figure in every cell that is shown: counts, shares,
// intervals, medians, means, design effects, tests and effect sizes of all questions, of one wave or of waves
// side by side with their change, the list of differences between two groups, and the indices.
func TestAStatisticianWithRGetsTheSameFigures(t *testing.T) {
	rscript := statistician(t)
	dir := answered(t)
	shown, least := map[string]map[string]float64{}, map[string]int{}
	runs, margins := [][]string{{"run", "survey", "wave", "by", "only", "weighted", "min_base", "gaps"}}, [][]string{{"run", "question", "class", "code", "frame"}}
	population := map[string]string{}
	for _, r := range referenceRuns {
		covered := analyseSurvey(t, dir, r.survey, r.args()...)
		whole := analyseSurvey(t, dir, r.survey, append(r.args(), "--no-suppression", "--as", "leda@example.org")...)
		shown[r.name], shown[r.name+"-all"] = figuresOf(covered), figuresOf(whole)
		for _, out := range []struct {
			name string
			analysed
		}{{r.name, covered}, {r.name + "-all", whole}} {
			if least[out.name] = r.least; out.name == r.name && len(r.weights) > 0 {
				least[out.name] /= 2 // many weighted shares are told to nobody else
			}
			runs = append(runs, []string{out.name, r.survey, strconv.Itoa(r.wave), r.by, r.only, strconv.Itoa(min(1, len(r.weights))), strconv.Itoa(out.MinBase), r.gaps})
			margins = append(margins, marginsOf(t, out.name, out.Weights)...)
		}
		for _, table := range whole.Tables {
			for _, p := range table.Parts {
				if n := p.Result.Numbers; n != nil && r.by == "group" {
					population[r.survey+","+p.Part.ID] = strconv.Itoa(n.Population)
				}
			}
		}
	}
	indices := [][]string{{"survey", "index", "item", "low", "high"}}
	for _, def := range definitions(t) {
		figures, items := indexFigures(t, dir, def)
		name := def.ID + "-index"
		shown[name], least[name], indices = figures, 50, append(indices, items...)
		runs = append(runs, []string{name, def.ID, "0", "index", "", "0", strconv.Itoa(analysis.DefaultMinBase), ""})
	}
	units := [][]string{{"survey", "group", "units"}}
	for key, n := range population {
		units = append(units, append(strings.Split(key, ","), n))
	}
	for name, table := range map[string][][]string{"runs.csv": runs, "margins.csv": margins, "population.csv": units, "questions.csv": codebook(t), "indices.csv": indices} {
		writeCSV(t, filepath.Join(dir, name), table)
	}
	script, err := exec.Command(rscript, "--vanilla", filepath.Join("testdata", "survey.R"), dir).CombinedOutput()
	if err != nil {
		t.Fatalf("R: %v\n%s", err, script)
	}
	found := readFigures(t, filepath.Join(dir, "figures.csv"))
	for _, kind := range referenceKinds {
		if !slices.ContainsFunc(slices.Collect(maps.Values(shown)), func(figures map[string]float64) bool {
			return slices.ContainsFunc(slices.Collect(maps.Keys(figures)), func(key string) bool { return strings.Contains(key, kind) })
		}) {
			t.Errorf("no figure %q was shown, so none was compared", kind)
		}
	}
	for run, figures := range shown {
		agree(t, run, least[run], figures, found[run])
	}
}

// statistician finds R with its survey package.
func statistician(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("Rscript")
	if err == nil {
		err = exec.Command(program, "--vanilla", "-e", "library(survey)").Run()
	}
	switch {
	case err != nil && os.Getenv("CI") != "":
		t.Fatalf("the figures are not compared with R: %v; install the Debian package r-cran-survey", err)
	case err != nil:
		t.Skip("SKIPPED: the figures are not compared with R: Rscript or its survey package is missing (Debian package r-cran-survey)")
	}
	return program
}

func analyseSurvey(t *testing.T, dir, survey string, args ...string) analysed {
	t.Helper()
	var out analysed
	code, text := command(t, append([]string{"analyse", survey, "--json", "--data", dir}, args...)...)
	if err := json.Unmarshal([]byte(text), &out); code != 0 || err != nil {
		t.Fatalf("%s %v: exit code %d, %v\n%s", survey, args, code, err, text)
	}
	return out
}

// agree compares the figures of a run: to 1e-6, and simulated p-values to what 10 000 draws can say.
func agree(t *testing.T, run string, least int, shown, found map[string]float64) {
	t.Helper()
	weighted := map[string]bool{}
	for _, r := range referenceRuns {
		weighted[r.name] = len(r.weights) > 0
	}
	differ, simulated := 0, map[string]bool{}
	for key := range shown {
		if at := strings.Index(key, ".fisher_simulated.p"); at >= 0 {
			question, _, _ := strings.Cut(key, ",")
			simulated[question] = true
		}
	}
	for key, v := range shown {
		want, ok := found[key]
		tolerance := 1e-6 * math.Max(1, math.Abs(want))
		question, _, _ := strings.Cut(key, ",")
		switch {
		case strings.HasSuffix(key, ".fisher_simulated.p"):
			tolerance = 6*math.Sqrt(want*(1-want)/analysis.DefaultDraws) + 3.0/analysis.DefaultDraws
		case strings.HasSuffix(key, ".adjusted") && simulated[question]: // rests on simulated ones of its family
			tolerance = 0.2
		case !strings.HasSuffix(run, "-all"): // ADR 185: told beside a rare step, a mean is rounded
			tolerance = max(tolerance, rounded(key, v))
			if weighted[run] {
				tolerance = max(tolerance, coarse(key, v))
			}
		}
		if !ok || !(math.Abs(v-want) <= tolerance) {
			if differ++; differ <= 12 {
				t.Errorf("%s: %s is shown as %v, R has %v", run, key, v, map[bool]any{true: want, false: "nothing"}[ok])
			}
		}
	}
	if len(shown) < least {
		t.Errorf("%s: only %d figures were compared", run, len(shown))
	}
	if differ > 0 {
		t.Errorf("%s: %d of %d figures differ", run, differ, len(shown))
	}
}

// rounded is by how much a mean, its interval or deviation may be off that stands with as few decimals as
// one that is told beside a rare step, and 0 for any other figure.
func rounded(key string, v float64) float64 {
	decimals := 2.0
	if _, difference, ok := strings.Cut(key, ",,"); ok { // of two means, or of their intervals
		if mean := strings.HasPrefix(difference, "diff.mean.") || strings.HasPrefix(difference, "gap.mean."); mean && !strings.Contains(difference, ".mann_whitney") {
			return 0.03
		}
	}
	switch {
	case strings.HasSuffix(key, ",sd"):
		decimals = 1
	case !strings.HasSuffix(key, ",mean") && !strings.HasSuffix(key, ",mean.lower") && !strings.HasSuffix(key, ",mean.upper"):
		return 0
	}
	unit := math.Pow(10, -decimals)
	if math.Abs(v-math.Round(v/unit)*unit) > 1e-9 {
		return 0
	}
	return unit/2 + 1e-9
}

// coarse is by how much a figure may be off that leaves the system with weights (ADR 206): shares in whole per cent
// with the interval that these give, design effects with two decimals and effective bases with none, P with two
// figures.
func coarse(key string, v float64) float64 {
	const edge = 1e-9
	switch {
	case strings.HasSuffix(key, ".share"):
		return analysis.WholePercent/2 + edge
	case strings.HasSuffix(key, ".lower") || strings.HasSuffix(key, ".upper"):
		return 2*analysis.WholePercent + edge // of a rounded share and design effect, and rounded
	case strings.HasSuffix(key, ",deff"):
		return 0.005 + edge
	case strings.HasSuffix(key, ",effective"):
		return 0.5 + 0.005*v + edge
	case strings.Contains(key, ".rao_scott.") || strings.HasSuffix(key, ".adjusted"):
		return 0.05*v + edge
	}
	return 0
}

func readFigures(t *testing.T, path string) map[string]map[string]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]float64{}
	for _, r := range rows[1:] {
		v, err := strconv.ParseFloat(r[4], 64)
		if err != nil {
			t.Fatalf("%v: %v", r, err)
		}
		if out[r[0]] == nil {
			out[r[0]] = map[string]float64{}
		}
		out[r[0]][strings.Join(r[1:4], ",")] = v
	}
	return out
}

func writeCSV(t *testing.T, path string, rows [][]string) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
