package questionnaire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Finding is one fault in a questionnaire file.
type Finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // what is wrong
	Fix      string   `json:"fix"`     // what to write instead
}

// Severity says whether a finding stops the file from being loaded.
type Severity string

// The two severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// String is the finding in the form that editors jump from.
func (f Finding) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Severity, f.Message)
	if f.Fix != "" {
		s += " (" + f.Fix + ")"
	}
	return s
}

// Errors tells whether a finding is an error and not only a warning.
func Errors(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Severity == Error })
}

// Schema is the version of the file format; every file names it.
const Schema = "udd-survey/1"

// Load reads questionnaire files together with the parts that they share: every shared/*.yaml
// beside a file. It reports all faults at once, in order of file and line. A file with an error, in
// itself or in a shared part, gives no definition. The error is for files that cannot be read.
func Load(fsys fs.FS, files ...string) ([]*Definition, []Finding, error) {
	l := &loader{fsys: fsys, folders: map[string]*shared{}}
	var list []*Definition
	seen := map[string]string{}
	for _, file := range files {
		parts, err := l.shared(path.Join(path.Dir(file), "shared"))
		if err != nil {
			return nil, nil, err
		}
		src, root, err := l.read(file)
		if err != nil {
			return nil, nil, err
		}
		if root == nil {
			continue
		}
		d, idNode := (&reader{source: src, shared: parts.copy()}).definition(root)
		if first, ok := seen[d.ID]; ok && d.ID != "" {
			src.fail(idNode, "give it an id of its own, or lint one of the two files", "survey id %q is already used in %s", d.ID, first)
		}
		seen[d.ID] = file
		if !l.broken(file, path.Join(path.Dir(file), "shared")+"/") {
			list = append(list, d)
		}
	}
	return list, l.sorted(), nil
}

// The most that a questionnaire may hold. They keep a small file from becoming a large questionnaire:
// a shared set of options stands in every question that uses it.
const (
	MaxQuestions  = 1000
	MaxOptions    = 1000  // of a question
	MaxAllOptions = 20000 // of all questions together
	maxFindings   = 1000  // told; the rest come when these are mended
)

// Lists are the scales and the sets of options that a folder's files offer to every questionnaire, by name.
type Lists struct {
	Scales map[string]Scale
	Sets   map[string][]Option
}

// Scale is five points, low to high; a bipolar one goes from one side over a middle to the other.
type Scale struct {
	Bipolar bool
	Points  []Option
}

// LoadLists reads the lists in the folder's files. Faults are reported as Load reports them.
func LoadLists(fsys fs.FS, folder string) (Lists, []Finding, error) {
	l := &loader{fsys: fsys, folders: map[string]*shared{}}
	s, err := l.shared(folder)
	if err != nil {
		return Lists{}, nil, err
	}
	lists := Lists{Scales: map[string]Scale{}, Sets: s.sets}
	for name, one := range s.scales {
		lists.Scales[name] = Scale{Bipolar: one.bipolar, Points: one.points}
	}
	return lists, l.sorted(), nil
}

type loader struct {
	fsys     fs.FS
	findings []Finding
	folders  map[string]*shared // parts by folder
}

// broken tells whether the file, or one in the folder of shared parts, has an error.
func (l *loader) broken(file, folder string) bool {
	return slices.ContainsFunc(l.findings, func(f Finding) bool {
		return f.Severity == Error && (f.File == file || strings.HasPrefix(f.File, folder))
	})
}

// sorted gives each finding once: a fault in a shared part is met by every questionnaire that uses
// it, with advice that may differ by area; the last, from a questionnaire, is kept.
func (l *loader) sorted() []Finding {
	list := slices.Clone(l.findings)
	slices.SortStableFunc(list, func(a, b Finding) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		if a.Column != b.Column {
			return a.Column - b.Column
		}
		return strings.Compare(a.Message, b.Message)
	})
	var once []Finding
	for _, f := range list {
		if n := len(once); n > 0 && once[n-1].File == f.File && once[n-1].Line == f.Line &&
			once[n-1].Column == f.Column && once[n-1].Message == f.Message {
			once[n-1] = f
			continue
		}
		once = append(once, f)
	}
	return once
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// read parses one file. A nil node means that it is no YAML; the finding says where.
func (l *loader) read(file string) (source, *yaml.Node, error) {
	src := source{file: file, findings: &l.findings}
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return src, nil, fmt.Errorf("read questionnaire: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	var doc, more yaml.Node
	err = dec.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || (err == nil && len(doc.Content) == 0):
		src.at(1, 1, Error, "write a questionnaire, see README.md in surveys/", "the file is empty")
		return src, nil, nil
	case err != nil:
		line, message := 1, err.Error()
		if m := yamlLine.FindStringSubmatch(message); m != nil {
			message = m[2]
			if n, err := strconv.Atoi(m[1]); err == nil {
				line = n
			}
		}
		src.at(line, 1, Error, "correct the YAML; a text with a colon, a comma or # stands in quotes", "not readable as YAML: %s", message)
		return src, nil, nil
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		src.at(max(more.Line, 1), 1, Error, "put the second document in a file of its own", "the file holds more than one document")
		return src, nil, nil
	}
	root := doc.Content[0]
	if !src.noAliases(root) {
		return src, nil, nil
	}
	return src, root, nil
}

// shared reads the parts in a folder, once. A folder that does not exist has none.
func (l *loader) shared(folder string) (*shared, error) {
	if s, ok := l.folders[folder]; ok {
		return s, nil
	}
	s := newShared()
	l.folders[folder] = s
	files, err := fs.Glob(l.fsys, folder+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read shared parts: %w", err)
	}
	for _, file := range files {
		src, root, err := l.read(file)
		if err != nil {
			return nil, err
		}
		if root == nil {
			continue
		}
		r := &reader{source: src, shared: s}
		f := r.fields(root, "a shared file", append([]string{"schema"}, sharedKeys...)...)
		r.schema(root, f)
		r.parts(f)
	}
	for name, b := range s.blocks {
		// Also a block that no questionnaire uses yet is checked; what it needs of others is not known here.
		(&reader{source: b.source, shared: s, taken: map[string]bool{}}).block(name, b)
	}
	return s, nil
}
