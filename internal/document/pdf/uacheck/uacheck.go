// Package uacheck reads a finished PDF with another library than the one that
// wrote it and looks for what would hinder a reader who listens. Only tests use
// it. It knows the way this project writes (two-byte codes, bfchar maps) and is
// no general validator.
package uacheck

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Finding is a breach of one rule.
type Finding struct{ Rule, Text string }

func (f Finding) String() string { return f.Rule + ": " + f.Text }

// Report is what a check found, and the document as a reader hears it: one line
// an element, indented, with its text in structure order.
type Report struct {
	Findings []Finding
	Outline  string
	Text     string // all text in structure order, elements parted by newlines
	Pages    int
	Links    []Link    // by page
	Lowest   []float64 // by page: where its lowest text stands, in millimetres below the upper edge; headers and footers aside
	Chapters []Place   // bookmarks of the first level
	Headings []Place   // all bookmarks, in order
}

// Rules lists the names of the rules broken, each once.
func (r Report) Rules() map[string]bool {
	rules := map[string]bool{}
	for _, f := range r.Findings {
		rules[f.Rule] = true
	}
	return rules
}

// perRule is how many findings of one rule are kept.
const perRule = 3

type checker struct {
	ctx    *model.Context
	report Report
	count  map[string]int

	parents map[int]types.Object   // parent tree: key to value
	text    map[int]map[int]string // page object and MCID to text, taken out when an element holds it
	divided map[int]map[int]bool   // page object and MCID of text that ends within a word: a soft hyphen follows it
	owner   map[int][]int          // page object: structure element by MCID
	annots  map[int]int            // annotation object to structure element
	ids     map[string]bool        // IDs of header cells
	wanted  []string               // IDs that cells refer to
	roles   map[string]string
	level   int // of the last heading
	outline strings.Builder
	words   strings.Builder
	fonts   map[int]font
	pages   []int       // page objects
	links   map[int]int // annotation object to position in the report's links
}

// Check reads the file.
func Check(b []byte) (Report, error) {
	api.DisableConfigDir()
	ctx, err := api.ReadAndValidate(bytes.NewReader(b), model.NewDefaultConfiguration())
	if err != nil {
		return Report{}, fmt.Errorf("uacheck: %w", err)
	}
	c := &checker{ctx: ctx, count: map[string]int{}, parents: map[int]types.Object{}, text: map[int]map[int]string{}, divided: map[int]map[int]bool{},
		owner: map[int][]int{}, annots: map[int]int{}, ids: map[string]bool{}, fonts: map[int]font{}, links: map[int]int{}}
	c.report.Pages = ctx.PageCount
	if !bytes.HasPrefix(b, []byte("%PDF-1.7\n%\xe2")) {
		c.fail("header", "no version and binary marker")
	}
	catalogue, err := ctx.Catalog()
	if err != nil {
		return Report{}, fmt.Errorf("uacheck: %w", err)
	}
	c.catalogue(catalogue)
	root := c.dict(catalogue["StructTreeRoot"])
	if root == nil {
		c.fail("structure", "no structure tree")
		return c.report, nil
	}
	c.numbers(root["ParentTree"])
	c.readRoles(root)
	for i := 1; i <= ctx.PageCount; i++ {
		_, ref, _, err := ctx.PageDict(i, false)
		if err != nil {
			return Report{}, fmt.Errorf("uacheck: page %d: %w", i, err)
		}
		c.pages = append(c.pages, ref.ObjectNumber.Value())
	}
	c.bookmarks(c.dict(catalogue["Outlines"]))
	for i := 1; i <= ctx.PageCount; i++ {
		d, ref, _, err := ctx.PageDict(i, false)
		if err != nil {
			return Report{}, fmt.Errorf("uacheck: page %d: %w", i, err)
		}
		c.page(i, ref.ObjectNumber.Value(), d)
	}
	c.element(node{object: root["K"], parent: number(catalogue["StructTreeRoot"])})
	c.leftovers(root)
	c.report.Outline, c.report.Text = c.outline.String(), c.words.String()
	return c.report, nil
}

func (c *checker) fail(rule, format string, args ...any) {
	c.count[rule]++
	if c.count[rule] <= perRule {
		c.report.Findings = append(c.report.Findings, Finding{rule, fmt.Sprintf(format, args...)})
	}
}

var (
	languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]+)*$`)
	xmpTitle    = regexp.MustCompile(`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">[^<]+</rdf:li>`)
)

func (c *checker) catalogue(d types.Dict) {
	if m := c.dict(d["MarkInfo"]); m == nil || fmt.Sprint(m["Marked"]) != "true" {
		c.fail("markinfo", "the file does not say that it is marked")
	}
	if l := c.str(d["Lang"]); !languageTag.MatchString(l) {
		c.fail("lang", "the file's language is %q", l)
	}
	if v := c.dict(d["ViewerPreferences"]); v == nil || fmt.Sprint(v["DisplayDocTitle"]) != "true" {
		c.fail("doctitle", "the window does not show the title")
	}
	part := c.attachments(d)
	xmp := string(c.stream(d["Metadata"]))
	for _, want := range []string{"<pdfuaid:part>1</pdfuaid:part>", fmt.Sprintf("<pdfaid:part>%d</pdfaid:part>", part), "<pdfaid:conformance>A</pdfaid:conformance>",
		"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"} {
		if !strings.Contains(xmp, want) {
			c.fail("xmp", "the metadata lacks %s", want)
		}
	}
	if !xmpTitle.MatchString(xmp) {
		c.fail("xmp", "the metadata lacks a title")
	}
	if len(c.array(d["OutputIntents"])) == 0 {
		c.fail("outputintent", "no output intent")
	}
	if c.dict(d["Outlines"]) == nil {
		c.fail("outlines", "no bookmarks")
	}
}

// attachments checks the files inside the file and says which part of PDF/A they make it.
func (c *checker) attachments(catalogue types.Dict) (part int) {
	named := c.array(c.dict(c.dict(catalogue["Names"])["EmbeddedFiles"])["Names"])
	listed := map[int]bool{}
	for _, a := range c.array(catalogue["AF"]) {
		listed[number(a)] = true
	}
	if len(named) == 0 && len(listed) == 0 {
		return 2
	}
	for i := 1; i < len(named); i += 2 {
		spec := c.dict(named[i])
		file := c.dict(c.dict(spec["EF"])["F"])
		name := c.str(named[i-1])
		switch relation := fmt.Sprint(spec["AFRelationship"]); {
		case !listed[number(named[i])]:
			c.fail("attachment", "%s is not listed as belonging to the document", name)
		case relation != "Data" && relation != "Source":
			c.fail("attachment", "%s does not say what it is to the document", name)
		case c.str(spec["F"]) == "" || c.str(spec["UF"]) == "" || c.str(spec["Desc"]) == "":
			c.fail("attachment", "%s lacks a name or a description", name)
		case file["Subtype"] == nil:
			c.fail("attachment", "%s has no media type", name)
		}
	}
	if len(named) != 2*len(listed) {
		c.fail("attachment", "%d files by name, %d listed", len(named)/2, len(listed))
	}
	return 3
}

func (c *checker) readRoles(root types.Dict) {
	c.roles = map[string]string{}
	for k, v := range c.dict(root["RoleMap"]) {
		if n, ok := v.(types.Name); ok {
			c.roles[k] = string(n)
		}
	}
}

// numbers reads a number tree.
func (c *checker) numbers(o types.Object) {
	d := c.dict(o)
	a := c.array(d["Nums"])
	for i := 0; i+1 < len(a); i += 2 {
		c.parents[number(a[i])] = a[i+1]
	}
	for _, k := range c.array(d["Kids"]) {
		c.numbers(k)
	}
}

// leftovers finds content that no element holds and IDs that lead nowhere.
func (c *checker) leftovers(root types.Dict) {
	for page, owners := range c.owner {
		for id := range owners {
			if _, ok := c.text[page][id]; ok {
				c.fail("order", "page object %d: content %d stands in no element", page, id)
			}
		}
	}
	for _, id := range c.wanted {
		if !c.ids[id] {
			c.fail("headers", "a cell refers to %q, which no header is called", id)
		}
	}
	found := map[string]bool{}
	c.nameTree(root["IDTree"], found)
	for id := range c.ids {
		if !found[id] {
			c.fail("idtree", "%q is not in the tree of IDs", id)
		}
	}
}

func (c *checker) nameTree(o types.Object, found map[string]bool) {
	d := c.dict(o)
	names := c.array(d["Names"])
	for i := 0; i+1 < len(names); i += 2 {
		found[c.str(names[i])] = true
	}
	for _, k := range c.array(d["Kids"]) {
		c.nameTree(k, found)
	}
}

// The readers below give zero values for what is missing or of another type.

func (c *checker) deref(o types.Object) types.Object {
	v, err := c.ctx.Dereference(o)
	if err != nil {
		return nil
	}
	return v
}

func (c *checker) dict(o types.Object) types.Dict {
	switch v := c.deref(o).(type) {
	case types.Dict:
		return v
	case types.StreamDict:
		return v.Dict
	}
	return nil
}

func (c *checker) array(o types.Object) types.Array {
	a, _ := c.deref(o).(types.Array)
	return a
}

func (c *checker) str(o types.Object) string {
	v := c.deref(o)
	if v == nil {
		return ""
	}
	s, err := types.StringOrHexLiteral(v)
	if err != nil || s == nil {
		return ""
	}
	return *s
}

func (c *checker) stream(o types.Object) []byte {
	sd, _, err := c.ctx.DereferenceStreamDict(o)
	if err != nil || sd == nil || sd.Decode() != nil {
		return nil
	}
	return sd.Content
}

// number is an integer's value or a reference's object number, -1 for neither.
func number(o types.Object) int {
	switch v := o.(type) {
	case types.Integer:
		return v.Value()
	case types.IndirectRef:
		return v.ObjectNumber.Value()
	}
	return -1
}
