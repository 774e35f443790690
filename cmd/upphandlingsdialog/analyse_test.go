package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// counting is a database with the answers of methods' fixture F5a (firms by size class: those who know
// the word best of all who answered), and 40 procurers.
func counting(t *testing.T) (dir string) {
	t.Helper()
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir = t.TempDir()
	file := "ref,group,bg_size,q5_01\n"
	for i, class := range []struct{ n, yes int }{{120, 30}, {96, 40}, {54, 31}, {30, 21}} {
		for k := range class.n {
			file += fmt.Sprintf("%d-%d,business,%d,%d\n", i, k, i+1, map[bool]int{true: 5, false: 1 + k%2}[k < class.yes])
		}
	}
	for k := range 40 {
		file += fmt.Sprintf("p%d,procurer,,%d\n", k, 1+k%5)
	}
	frame := "question,answer,units\n"
	for i, n := range []int{12400, 2900, 600, 100, 0, 0, 0, 0, 0} {
		frame += fmt.Sprintf("bg_size,%d,%d\n", i+1, n)
	}
	for name, content := range map[string]string{"answers.csv": file, "frame.csv": frame} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, call := range []string{"survey load", "responses import s5 " + dir + "/answers.csv --source=paper", "frame import s5 " + dir + "/frame.csv"} {
		if code, out := command(t, append(strings.Fields(call), "--data", dir)...); code != 0 {
			t.Fatalf("%s: %s", call, out)
		}
	}
	return dir
}

func analyse(t *testing.T, dir string, args ...string) (out analysed) {
	t.Helper()
	code, text := command(t, append([]string{"analyse", "s5", "--json", "--data", dir}, args...)...)
	if err := json.Unmarshal([]byte(text), &out); code != 0 || err != nil {
		t.Fatalf("%v: exit code %d, %v\n%s", args, code, err, text)
	}
	return out
}

// member adds somebody to the team.
func member(t *testing.T, dir, address, role string) {
	t.Helper()
	args := []string{"user", "add", address, "--name", "Leda Ledarsson", "--role", role, "--data", dir}
	if code := run(t.Context(), args, strings.NewReader("tolv-gravlaxar-i-Siljan\n"), os.Stderr, os.Stderr); code != 0 {
		t.Fatalf("%v: exit code %d", args, code)
	}
}

func TestEveryFigureOfThePageComesFromTheCommandLine(t *testing.T) {
	dir := counting(t)
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	weigh := []string{"-q", "q5_01", "--weights", "size_class", "--test", "--filter", "group = business"}
	weighted := analyse(t, dir, weigh...)
	if len(weighted.Tables) != 1 || weighted.Responses != 340 || weighted.Weights == nil {
		t.Fatalf("%+v", weighted)
	}
	n := weighted.Tables[0].Parts[0].Result.Numbers
	top := n.Rows[4]
	near("weighted share as it is told", top.Share.Share, 0.30)
	near("its lower bound", top.Lower, 0.24)
	near("its upper bound", top.Upper, 0.37)
	if top.Count != 122 || n.Base != 300 || weighted.Weights.Design.N != 300 {
		t.Errorf("%d of %d", top.Count, n.Base)
	}
	member(t, dir, "leda@example.org", "leader")
	whole := analyse(t, dir, append(weigh, "--no-suppression", "--as", "leda@example.org")...).Tables[0].Parts[0].Result.Numbers
	near("weighted share", whole.Rows[4].Share.Share, 0.295174)
	near("lower", whole.Rows[4].Lower, 0.234311)
	near("upper", whole.Rows[4].Upper, 0.364323)
	near("deff", whole.Weighting.Deff, 1.6124268)
	near("effective n", whole.Weighting.Effective, 186.054963)
	plain := analyse(t, dir, "-q", "q5_01", "--by", "bg_size", "--test", "--filter", "bg_size in 1,2,3")
	table := plain.Tables[0]
	near("unweighted share of the smallest", table.Parts[0].Result.Numbers.Rows[4].Share.Share, 0.25)
	if table.Compared.Overall == nil || table.Compared.Overall.Method != analysis.KruskalWallisTest || len(table.Compared.Overall.Effects) == 0 {
		t.Errorf("%+v", table.Compared)
	}
	if n := analyse(t, dir, "-q", "q5_01", "--by", "all", "--filter", "bg_size in 1,2").Tables[0].Parts[0].Result.Numbers; n == nil || n.Base != 216 {
		t.Errorf("filtered: %+v", n)
	}
	if gaps := analyse(t, dir, "--gaps", "procurer,business").Gaps; gaps == nil || len(gaps.Gaps) != 1 || gaps.Gaps[0].Question != "q5_01" || gaps.Gaps[0].Test == nil {
		t.Errorf("%+v", gaps)
	}
	if absent := analyse(t, dir, "-q", "q5_01", "--weights", "sector"); absent.Weights.Absent != analysis.FrameMissing {
		t.Errorf("%+v", absent.Weights)
	}
	code, out := command(t, "analyse", "s5", "-q", "q5_01", "--weights", "size_class", "--test", "--lang", "en", "--data", dir)
	for _, want := range []string{"s5 version 1, 340 responses", "deff 1.6124", "effective n 186, deff 1.61", "n = 300", "30\u00a0%", "mann_whitney", "p "} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("the table has no %q\n%s", want, out)
		}
	}
}

func TestBelowTheCountyTheCommandLineCountsNoProcurer(t *testing.T) {
	dir := counting(t)
	for _, args := range [][]string{
		{"-q", "q5_01", "--by", "municipality_group", "--filter", "group = procurer"},
		{"-q", "q5_01", "--by", "all", "--filter", "group = procurer and bg_municipality in 2080"},
		{"-q", "bg_municipality", "--by", "all", "--filter", "group = procurer"},
	} {
		for _, p := range analyse(t, dir, args...).Tables[0].Parts {
			if p.Result.Numbers != nil || p.Result.Absent != analysis.BelowCounty {
				t.Errorf("%v: %+v", args, p.Result)
			}
		}
		if _, out := command(t, append([]string{"analyse", "s5", "--data", dir}, args...)...); !strings.Contains(out, "reported for the whole county only") {
			t.Errorf("%v says\n%s", args, out)
		}
	}
}

// The reasons are those that the package of the counting declares.
func TestWhyThereIsNoNumberIsSaidInWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../internal/analysis/absence.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			value, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			reasons = append(reasons, value)
		}
		return true
	})
	if len(reasons) < 10 {
		t.Fatalf("found %v", reasons)
	}
	for _, r := range reasons {
		if words := whyAbsent(analysis.Absence(r)); !strings.Contains(words, " ") || strings.Contains(words, "_") {
			t.Errorf("%s is said as %q", r, words)
		}
	}
	dir := counting(t)
	for args, want := range map[string]string{
		"-q q5_11 --by group --filter q5_08=1":                    "the condition is on a question that the group was not asked",
		"-q q5_01 --by group --weights sector":                    "no weights: no frame counts are loaded",
		"-q q5_08 --by q5_07 --lang en":                           "No group was asked all of these questions: “In the last 24",
		"-q q5_01 --by bg_size --filter group=procurer --lang en": "The group was not asked “How many",
		"-q q5_08 --by group --filter group=procurer --lang en":   "The group was not asked “In the last 24",
	} {
		if code, out := command(t, append([]string{"analyse", "s5", "--data", dir}, strings.Fields(args)...)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d\n%s", args, code, out)
		}
	}
}

func TestTheCommandLineSetsWavesSideBySide(t *testing.T) {
	dir := counting(t)
	ask := []string{"-q", "q5_01", "--by", "wave", "--filter", "group = business"}
	if code, out := command(t, append([]string{"analyse", "s5", "--data", dir}, ask...)...); code == 0 || !strings.Contains(out, "one wave only") {
		t.Fatalf("one wave: exit code %d, %s", code, out)
	}
	again := filepath.Join(dir, "surveys")
	if err := os.CopyFS(again, surveys.Files); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(again, "s5.yaml")
	yaml, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(yaml), "title: {sv: \"", "title: {sv: \"Andra gången: ", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	answers := "ref,group,q5_01\n"
	for i := range 200 {
		answers += fmt.Sprintf("n%d,business,%d\n", i, map[bool]int{true: 5, false: 1 + i%2}[i < 160])
	}
	if err := os.WriteFile(filepath.Join(dir, "new.csv"), []byte(answers), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{"survey load " + file, "responses import s5 " + dir + "/new.csv --source=paper"} {
		if code, out := command(t, append(strings.Fields(call), "--data", dir)...); code != 0 {
			t.Fatalf("%s: %s", call, out)
		}
	}
	out := analyse(t, dir, append(ask, "--test")...)
	if len(out.Changes) != 1 || len(out.Tables[0].Parts) != 2 || out.Tables[0].Compared.Overall == nil {
		t.Fatalf("%+v", out)
	}
	// Newcombe's interval of 160 of 200 minus 122 of 300.
	c := out.Changes[0]
	if c.Was.Count != 122 || c.Is.Count != 160 || math.Abs(c.Diff.Value-(0.8-122.0/300)) > 1e-9 || c.Diff.Lower < 0.3 || c.Diff.Upper > 0.5 {
		t.Errorf("%+v", c)
	}
	if code, out := command(t, append([]string{"analyse", "s5", "--data", dir}, ask...)...); code != 0 || !strings.Contains(out, "1 to 2") {
		t.Errorf("exit code %d, %s", code, out)
	}
	if code, out := command(t, append([]string{"analyse", "s5", "--data", dir, "--weights", "size_class"}, ask...)...); code == 0 || !strings.Contains(out, "unweighted") {
		t.Errorf("weighted waves: exit code %d, %s", code, out)
	}
}

func TestAWrongQuestionToTheAnswersIsPointedAt(t *testing.T) {
	dir := counting(t)
	for call, want := range map[string]string{
		"--filter=bg_size=1,2":           "at character 10",
		"--filter=bg_sise=1":             `no question "bg_sise"`,
		"--by=shoes":                     `no single-choice question "shoes"`,
		"--wave=7":                       "no such wave",
		"--gaps=procurer":                "two different groups",
		"--gaps=procurer,kings":          "two different groups",
		"--no-suppression":               "--as",
		"--no-suppression --as=x@y.test": "no member of the team",
	} {
		if code, out := command(t, append([]string{"analyse", "s5", "-q", "q5_01", "--data", dir}, strings.Fields(call)...)...); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d\n%s", call, code, out)
		}
	}
}

func TestOnlyWhoMaySeesWhatIsWithheldAndItIsLogged(t *testing.T) {
	dir := counting(t)
	few := "group = business and bg_size = 4 and q5_01 in 1,2" // nine firms
	for address, role := range map[string]string{"leda@example.org": "leader", "lasse@example.org": "reader"} {
		member(t, dir, address, role)
	}
	shown := analyse(t, dir, "-q", "q5_01", "--by", "all", "--filter", few).Tables[0].Parts[0].Result.Numbers
	if shown != nil && !shown.Rows[1].Hidden {
		t.Errorf("four firms are shown: %+v", shown.Rows)
	}
	all := analyse(t, dir, "-q", "q5_01", "--by", "all", "--filter", few, "--no-suppression", "--as", "LEDA@example.org")
	if n := all.Tables[0].Parts[0].Result.Numbers; n == nil || n.Rows[0].Count+n.Rows[1].Count != 9 || n.Rows[1].Hidden {
		t.Errorf("%+v", n)
	}
	if code, out := command(t, "analyse", "s5", "--no-suppression", "--as", "lasse@example.org", "--data", dir); code != 1 || !strings.Contains(out, "may not see") {
		t.Errorf("a reader: exit code %d\n%s", code, out)
	}
	db, err := postgres.Open(t.Context(), os.Getenv("DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	noted := func() (n int) {
		if err := db.GetContext(t.Context(), &n, `SELECT count(*) FROM disclosure_release WHERE kind = 'download'`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := noted()
	analyse(t, dir, "-q", "q5_01", "--by", "all", "--no-suppression", "--as", "leda@example.org")
	if noted() != before {
		t.Error("what one person alone may see is noted as public")
	}
	analyse(t, dir, "-q", "q5_01", "--by", "all")
	if noted() != before+1 {
		t.Errorf("%d tables noted, then %d: what the command tells has left", before, noted())
	}
	entries, err := audit.NewReader(db).List(t.Context(), 0, 100)
	seen := 0
	for _, e := range entries {
		if e.Name == recommendation.EventUncovered && e.ActorName == "Leda Ledarsson" && strings.Contains(string(e.Detail), "q5_01") {
			seen++
		}
	}
	if err != nil || seen != 2 {
		t.Errorf("%d events in the log, want 2: %v", seen, err)
	}
}

// What no number can be made of is a sentence, in words and in JSON: never NaN, a zero for what is not known, or a failure.
func TestTheCommandSaysWhyDataGiveNoNumber(t *testing.T) {
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir := t.TempDir()
	load := func(what string, lines ...string) {
		t.Helper()
		file := filepath.Join(dir, what+".csv")
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		call := "frame import s5 " + file
		if what == "answers" {
			call = "responses import s5 " + file + " --source=paper"
		}
		if code, out := command(t, append(strings.Fields(call), "--data", dir)...); code != 0 {
			t.Fatalf("%s: %s", call, out)
		}
	}
	says := func(args, want string) {
		t.Helper()
		for _, form := range [][]string{{"--lang=en", "--test"}, {"--json", "--test"}} {
			code, out := command(t, slices.Concat([]string{"analyse", "s5", "--data", dir}, strings.Fields(args), form)...)
			if code != 0 || form[0] == "--lang=en" && !strings.Contains(out, want) {
				t.Errorf("%s: exit code %d without %q\n%s", args, code, want, out)
			}
			for _, never := range []string{"NaN", "Inf", "%!", "panic"} {
				if strings.Contains(strings.ReplaceAll(out, "Information", ""), never) {
					t.Errorf("%s says %s\n%s", args, never, out)
				}
			}
		}
	}
	frame := func(units func(code int) int) (lines []string) {
		lines = []string{"question,answer,units"}
		for code := 1; code <= 9; code++ {
			lines = append(lines, fmt.Sprintf("bg_size,%d,%d", code, units(code)))
		}
		return lines
	}
	if code, out := command(t, "survey", "load", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	const few = "too few answered for a figure to be shown"
	says("-q q5_11", few)
	says("", few)
	says("--gaps procurer,business", few)
	load("answers", "ref,group,bg_size,q5_11", "a,business,2,4")
	says("-q q5_11", few)
	answers := []string{"ref,group,bg_size,q5_11"}
	for i := range 20 {
		answers = append(answers, fmt.Sprintf("b%d,business,2,4", i))
	}
	load("answers", answers...)
	says("-q q5_11 --by all", "n = 21")
	says("-q q5_11 --by group", few) // of the other groups nobody answered
	says("-q q5_01", few)            // asked and left empty
	says("-q q5_11 --by bg_size", few)
	says("-q q5_13 --by group", few)
	says("-q q5_11 --by all --filter group=procurer", few)
	load("frame", frame(func(code int) int { return map[bool]int{true: 0, false: 1000}[code == 2] })...)
	says("-q q5_11 --by all --filter group=business --weights size_class", "the frame has units where nobody answered, or none where somebody did")
	load("frame", frame(func(int) int { return 1 })...)
	says("-q q5_11 --by all --filter group=business --weights size_class", "more answered than the frame says there are")
}
