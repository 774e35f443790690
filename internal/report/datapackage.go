package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/region"
)

// Names of the files of an open data package besides DataFile and MethodFile.
const (
	PackageFile   = "datapackage.json"
	CodebookFile  = "codebook.csv"
	FollowUpFile  = "follow-up.csv" // of a yearly edition
	ChecksumsFile = "SHA256SUMS"
)

// DataPackage is the edition's results as open data, a Frictionless Data Package (v1): the released
// figures and nothing else, what their codes mean, the questionnaires, how the figures came about, and
// checksums, as one zip. The same edition gives the same bytes.
func (s *Service) DataPackage(ctx context.Context, e Edition) ([]byte, error) {
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	files, err := s.dataFiles(ctx, e, snapshot)
	if err != nil {
		return nil, fmt.Errorf("data package %s: %w", e.Slug, err)
	}
	at, err := time.Parse(time.DateOnly, snapshot.Date)
	if err != nil {
		return nil, fmt.Errorf("snapshot date: %w", err)
	}
	return pack(files, at)
}

func (s *Service) dataFiles(ctx context.Context, e Edition, snapshot *Snapshot) ([]archived, error) {
	defs, err := s.counted(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	data, err := snapshot.encodeFigures()
	if err != nil {
		return nil, err
	}
	method, err := snapshot.methodRecord(e.SnapshotHash)
	if err != nil {
		return nil, err
	}
	codes, err := codebook(snapshot, defs)
	if err != nil {
		return nil, err
	}
	taken, err := followUpAnswers(snapshot.Uptake)
	if err != nil {
		return nil, err
	}
	files := []archived{
		{DataFile, "text/csv", i18n.T(i18n.En, "report.file_data"), data},
		{CodebookFile, "text/csv", "What questions and codes mean", codes},
		{MethodFile, "application/json", i18n.T(i18n.En, "report.file_method"), method},
	}
	if taken != nil {
		files = append(files, archived{FollowUpFile, "text/csv", "What bodies answer to the recommendations of an earlier edition", taken})
	}
	for i, counted := range snapshot.told() {
		body, err := exchange.YAML(defs[i])
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s-version-%d.yaml", counted.ID, counted.Version)
		if !slices.ContainsFunc(files, func(f archived) bool { return f.name == name }) { // waves may share a version
			files = append(files, archived{name, "application/yaml", counted.Title.En, body})
		}
	}
	about, err := json.MarshalIndent(describe(e, snapshot, files), "", "  ")
	if err != nil {
		return nil, err
	}
	files = append([]archived{{PackageFile, "application/json", "Frictionless Data Package", append(about, '\n')}}, files...)
	var sums strings.Builder
	for _, f := range files {
		fmt.Fprintf(&sums, "%s  %s\n", Hash(f.body), f.name)
	}
	return append(files, archived{ChecksumsFile, "text/plain", "SHA-256 of each file", []byte(sums.String())}), nil
}

// counted are the questionnaires that the snapshot's answers belong to, in its order.
func (s *Service) counted(ctx context.Context, snapshot *Snapshot) ([]*questionnaire.Definition, error) {
	list, err := s.sources.Surveys.List(ctx)
	if err != nil {
		return nil, err
	}
	told := snapshot.told()
	defs := make([]*questionnaire.Definition, len(told))
	for i, want := range told {
		for _, one := range list {
			for _, v := range one.Versions {
				if one.Latest.SurveyID == want.ID && v.Hash == want.VersionHash {
					if defs[i], err = s.sources.Surveys.Definition(ctx, v.ID); err != nil {
						return nil, err
					}
				}
			}
		}
		if defs[i] == nil {
			return nil, fmt.Errorf("version %d of survey %s is gone", want.Version, want.ID)
		}
	}
	return defs, nil
}

var codebookHead = []string{"survey", "version", "question", "type", "groups", "theme", "text_sv", "text_en", "code", "label_sv", "label_en",
	"wave", "reworded", "reworded_sv", "reworded_en"}

func (s *Snapshot) codebookColumns() int {
	if s.tellsWaves() {
		return len(codebookHead)
	}
	return len(codebookHead) - 4
}

// codebook has a line for each code of each question, and one for a question without codes. A matrix
// has its rows as questions, "q5_05.a", as the data have.
func codebook(snapshot *Snapshot, defs []*questionnaire.Definition) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	columns := snapshot.codebookColumns()
	_ = w.Write(codebookHead[:columns]) // a buffer takes everything; Error says the rest
	for i, survey := range snapshot.told() {
		of := []string{survey.ID, strconv.Itoa(survey.Version)}
		for _, q := range defs[i].Questions() {
			if survey.ofEarlier() && !survey.cites(q.ID) {
				continue
			}
			wave := survey.waveCells(q.ID)
			rows := []questionnaire.Row{{}}
			if len(q.Rows) > 0 {
				rows = q.Rows
			}
			for _, row := range rows {
				id, text := q.ID, q.Text
				if row.ID != "" {
					id, text = id+"."+row.ID, i18n.Text{Sv: text.Sv + " " + row.Text.Sv, En: text.En + " " + row.Text.En}
				}
				about := slices.Concat(of, []string{id, string(q.Type), strings.Join(q.Groups, " "), q.Theme, text.Sv, text.En})
				if len(q.Options) == 0 {
					_ = w.Write(slices.Concat(about, []string{"", "", ""}, wave)[:columns])
				}
				for _, o := range q.Options {
					_ = w.Write(slices.Concat(about, []string{strconv.Itoa(o.Code), o.Text.Sv, o.Text.En}, wave)[:columns])
				}
			}
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cites says whether anything is told of a question or a row of it, of a wave of which no more is told than that.
func (s *Survey) cites(question string) bool {
	return slices.ContainsFunc(s.Also, func(f analysis.Frequency) bool {
		id, _, _ := strings.Cut(f.Question, ".")
		return id == question
	})
}

// waveCells are what the codebook says of a question's wave: its number, and how the question was put otherwise before.
func (s *Survey) waveCells(question string) []string {
	cells := []string{"", s.flag(question), "", ""}
	if s.Wave > 0 {
		cells[0] = strconv.Itoa(s.Wave)
	}
	for _, r := range s.Reworded {
		if r.Question != question {
			continue
		}
		for i, l := range []i18n.Lang{i18n.Sv, i18n.En} {
			parts := []string{i18n.T(l, "report.package_before", "Wave", r.Before)}
			for _, c := range r.Changes {
				parts = append(parts, c.In(l))
			}
			cells[2+i] = strings.Join(parts, " ")
		}
	}
	return cells
}

var followUpHead = []string{"edition", "recommendation", "title_sv", "title_en", "municipality_code", "municipality", "organisation", "answer",
	"due", "answered"}

// followUpAnswers has a line for each recommendation to each body; nil when the edition follows none up. Reasons
// are the bodies' own words, and stand in the report alone.
func followUpAnswers(u *Uptake) ([]byte, error) {
	if u == nil {
		return nil, nil
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(followUpHead) // a buffer takes everything; Error says the rest
	for _, r := range u.Advice {
		for _, body := range u.Bodies {
			if !slices.Contains(body.Numbers, r.Number) {
				continue
			}
			place := "Dalarna"
			if m, ok := region.MunicipalityByCode(body.Municipality); ok {
				place = m.Name
			}
			line := []string{u.Edition, r.Number, r.Title.Sv, r.Title.En, strconv.Itoa(body.Municipality), place, body.Organisation, "", "", ""}
			if a := body.answer(r.Number); a != nil {
				line[7], line[8], line[9] = a.Answer, a.Due, a.At
			}
			_ = w.Write(line)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

type packageDescription struct {
	Profile     string            `json:"profile"`
	Name        string            `json:"name"`
	ID          string            `json:"id"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Homepage    string            `json:"homepage"`
	Version     string            `json:"version"`
	Created     string            `json:"created"`
	Licenses    []licence         `json:"licenses"`
	Contributor []contributor     `json:"contributors"`
	Resources   []packageResource `json:"resources"`
}

// licence is what may be done with the data.
type licence struct {
	Name  string `json:"name"` // Open Definition's and SPDX's id
	Path  string `json:"path"`
	Title string `json:"title"`
}

// DataLicence is the licence of open data and questionnaires (ADR 187).
var DataLicence = licence{"CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "Creative Commons Zero 1.0 Universal"}

type contributor struct {
	Title string `json:"title"`
	Role  string `json:"role"`
}

type packageResource struct {
	Name        string       `json:"name"`
	Path        string       `json:"path"`
	Profile     string       `json:"profile"`
	Title       string       `json:"title"`
	Format      string       `json:"format"`
	MediaType   string       `json:"mediatype"`
	Encoding    string       `json:"encoding"`
	Bytes       int          `json:"bytes"`
	Hash        string       `json:"hash"`
	TableSchema *tableSchema `json:"schema,omitempty"`
}

type tableSchema struct {
	Fields        []tableField `json:"fields"`
	MissingValues []string     `json:"missingValues"`
}

type tableField struct {
	Name        string         `json:"name"`
	Type        string         `json:"type"`
	Description string         `json:"description"`
	Constraints map[string]any `json:"constraints,omitempty"`
}

var required = map[string]any{"required": true}

// schemas say what the columns of the tables are.
var schemas = map[string]tableSchema{
	DataFile: {MissingValues: []string{""}, Fields: []tableField{
		{"survey", "string", "Survey id", required},
		{"version", "integer", "Version of the questionnaire", required},
		{"question", "string", "Question id; of a matrix with the row, q5_05.a", required},
		{"group", "string", "Target group; empty for all together; with the answers that choose part of it, business:bg_size=1|2", nil},
		{"measure", "string", "What value is: base, unknown, answer, top2, bottom2, band, first, ranked, score, mean, median, q1, q3", required},
		{"code", "string", "Answer code, where the measure is of one; see the codebook", nil},
		{"label_sv", "string", "The answer in Swedish", nil},
		{"label_en", "string", "The answer in English", nil},
		{"count", "integer", "Respondents who gave the answer", nil},
		{"base", "integer", "Respondents who answered; missing where the line is withheld", nil},
		{"population", "integer", "Units in the frame, for the interval; 0 for a large population", nil},
		{"value", "number", "Share 0-1, or the mean, median, quartile or score", nil},
		{"lower", "number", "Lower end of the 95 % interval (Wilson for shares, t for means)", nil},
		{"upper", "number", "Upper end of the 95 % interval", nil},
		{"weighted", "boolean", "Whether firms were weighted to the frame", required},
		{"wave", "integer", "Which time the survey was put, from 1; method.json says when it began", required},
		{"reworded", "string", "Whether the question was put otherwise in the wave before: words, or codes where those mean other answers, so that the two must not be compared; the codebook says how",
			map[string]any{"enum": []string{"words", "codes"}}},
	}},
	FollowUpFile: {MissingValues: []string{""}, Fields: []tableField{
		{"edition", "string", "Edition whose recommendations were asked about", required},
		{"recommendation", "string", "Number of the recommendation", required},
		{"title_sv", "string", "Its title in Swedish", nil}, {"title_en", "string", "Its title in English", nil},
		{"municipality_code", "string", "Statistics Sweden's code of the body's municipality; 20 for a body of the whole county", required},
		{"municipality", "string", "Name of the municipality or the county", required},
		{"organisation", "string", "The body that was asked", required},
		{"answer", "string", "adopt: does it; adapt: does it in another way; decline: does not do it; missing: no answer",
			map[string]any{"enum": []string{"adopt", "adapt", "decline"}}},
		{"due", "date", "Day by which it is done, as the body states it", nil},
		{"answered", "date", "Day of the answer, the latest one", nil},
	}},
	CodebookFile: {MissingValues: []string{""}, Fields: []tableField{
		{"survey", "string", "Survey id", required}, {"version", "integer", "Version of the questionnaire", required},
		{"question", "string", "Question id, of a matrix with the row", required}, {"type", "string", "Type of question", required},
		{"groups", "string", "Groups that were asked", nil}, {"theme", "string", "Main theme", nil},
		{"text_sv", "string", "The question in Swedish", nil}, {"text_en", "string", "The question in English", nil},
		{"code", "integer", "Answer code", nil}, {"label_sv", "string", "The answer in Swedish", nil}, {"label_en", "string", "The answer in English", nil},
		{"wave", "integer", "Which time the survey was put", nil},
		{"reworded", "string", "Whether the question was put otherwise in the wave before", map[string]any{"enum": []string{"words", "codes"}}},
		{"reworded_sv", "string", "How, in Swedish", nil}, {"reworded_en", "string", "How, in English", nil},
	}},
}

// describe is the package's description (specs.frictionlessdata.io, Data Package v1).
func describe(e Edition, s *Snapshot, files []archived) packageDescription {
	d := packageDescription{Profile: "data-package", Name: "upphandlingsdialog-" + e.Slug, ID: s.Address + e.Path(), Title: e.Title,
		Description: i18n.T(i18n.En, "report.package_about", "Min", s.MinBase), Homepage: s.Address + e.Path(), Version: fmt.Sprintf("%d.0.0", s.Number),
		Created: s.Date + "T00:00:00Z", Licenses: []licence{DataLicence}, Contributor: []contributor{{i18n.T(i18n.En, "report.publisher"), "publisher"}}}
	if s.Invented {
		d.Description += " " + i18n.T(i18n.En, "report.mail_invented")
	}
	if slices.ContainsFunc(s.Surveys, func(v Survey) bool { return len(v.Reworded) > 0 }) {
		d.Description += " " + i18n.T(i18n.En, "report.package_reworded")
	}
	for _, f := range files {
		name, format, _ := strings.Cut(f.name, ".")
		r := packageResource{Name: name, Path: f.name, Profile: "data-resource", Title: f.what, Format: format, MediaType: f.kind, Encoding: "utf-8",
			Bytes: len(f.body), Hash: "sha256:" + Hash(f.body)}
		if schema, ok := schemas[f.name]; ok {
			if columns, cut := map[string]int{DataFile: s.figureColumns(), CodebookFile: s.codebookColumns()}[f.name]; cut {
				schema.Fields = schema.Fields[:columns]
			}
			r.Profile, r.TableSchema = "tabular-data-resource", &schema
		}
		d.Resources = append(d.Resources, r)
	}
	return d
}
