package finish

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"
	"time"

	"upphandlingsdialog/internal/document/pdf/tagged"
)

// Meta is the file's metadata.
type Meta struct {
	Title, Author, Subject, Producer string
	Lang                             string // sv-SE
	Created                          time.Time
	Identifier, Source               string // what the file is called and what it was made from; may be empty
}

// Input is all that a file is made of.
type Input struct {
	Source   []byte // the drawing engine's file
	Root     *tagged.Elem
	Pages    []tagged.Page
	Outlines []tagged.Outline
	Runes    map[string]map[rune]bool // characters in use by the engine's font name
	Roles    [][2]string              // own structure types and the standard ones they stand for
	Profile  []byte                   // ICC profile of the output intent
	Meta     Meta
	// Attachments make the file PDF/A-3; without any it is PDF/A-2.
	Attachments []Attachment
}

// file is a file under way.
type file struct {
	in   Input
	objs []object
	nums map[*tagged.Elem]int // object numbers of structure elements
	// annots are the object numbers of the link annotations, by page.
	annots [][]int
}

// Run makes the final file.
func Run(in Input) ([]byte, error) {
	objs, root, info, err := load(in.Source)
	if err != nil {
		return nil, fmt.Errorf("finish: %w", err)
	}
	f := &file{in: in, objs: objs, nums: map[*tagged.Elem]int{}}
	catalogue, ok := objs[root].value.(*dict)
	if !ok {
		return nil, fmt.Errorf("finish: no catalogue")
	}
	if err := f.pages(); err != nil {
		return nil, fmt.Errorf("finish: %w", err)
	}
	f.compress()
	if err := f.fonts(); err != nil {
		return nil, fmt.Errorf("finish: %w", err)
	}
	f.catalogue(catalogue)
	m := in.Meta
	f.objs[info].value = newDict("Title", text(m.Title), "Author", text(m.Author), "Subject", text(m.Subject),
		"Creator", text(m.Producer), "Producer", text(m.Producer), "CreationDate", date(m.Created), "ModDate", date(m.Created))
	return f.bytes(root, info), nil
}

func date(t time.Time) raw { return raw("(D:" + t.UTC().Format("20060102150405") + "+00'00')") }

func (f *file) add(v any) int {
	f.objs = append(f.objs, object{value: v})
	return len(f.objs) - 1
}

func (f *file) addStream(d *dict, data []byte, packed bool) int {
	if packed {
		data = deflate(data)
		d.set("Filter", name("FlateDecode"))
	}
	d.set("Length", len(data))
	f.objs = append(f.objs, object{value: d, stream: data})
	return len(f.objs) - 1
}

// pageObject is the number of a page's object: the engine writes page and
// content by turns from object 3.
func pageObject(page int) int { return 1 + 2*page }

// pages ties each page to the structure tree and makes its annotations.
func (f *file) pages() error {
	links := 0
	for i, p := range f.in.Pages {
		number := pageObject(i + 1)
		page, ok := f.objs[number].value.(*dict)
		if !ok || page.m["Type"] != name("Page") {
			return fmt.Errorf("object %d is no page", number)
		}
		page.del("Annots")
		page.set("StructParents", i)
		page.set("Tabs", name("S"))
		var nums []int
		var refs array
		for _, l := range p.Links {
			n := f.add(f.annotation(l, number, len(f.in.Pages)+links))
			nums = append(nums, n)
			refs = append(refs, ref(n))
			links++
		}
		f.annots = append(f.annots, nums)
		if len(refs) > 0 {
			page.set("Annots", refs)
		}
	}
	return nil
}

func (f *file) annotation(l tagged.Link, page, parent int) *dict {
	a := newDict("Type", name("Annot"), "Subtype", name("Link"), "Rect", array{l.Rect[0], l.Rect[1], l.Rect[2], l.Rect[3]},
		"F", 4, "Border", array{0, 0, 0}, "Contents", text(l.Contents), "StructParent", parent, "P", ref(page))
	if l.Dest != nil {
		return a.set("Dest", destination(*l.Dest))
	}
	return a.set("A", newDict("S", name("URI"), "URI", text(l.URL)))
}

func destination(p tagged.Place) array {
	return array{ref(pageObject(p.Page)), name("XYZ"), 0, p.Y, raw("null")}
}

// compress packs what the engine left plain.
func (f *file) compress() {
	for i := range f.objs {
		o := &f.objs[i]
		if o.stream == nil {
			continue
		}
		d := o.value.(*dict)
		if d.m["Filter"] == nil && len(o.stream) > 64 {
			o.stream = deflate(o.stream)
			d.set("Filter", name("FlateDecode")).set("Length", len(o.stream))
		}
	}
}

// fonts gives every font a subset name and a map from its codes to Unicode that
// lists the characters in use; the engine's own map covers a range of all.
func (f *file) fonts() error {
	for i := range f.objs {
		d, ok := f.objs[i].value.(*dict)
		if !ok || d.m["Subtype"] != name("Type0") {
			continue
		}
		base, _ := d.m["BaseFont"].(name)
		var runes []rune
		for r := range f.in.Runes[string(base)] {
			runes = append(runes, r)
		}
		slices.Sort(runes)
		tag := subsetTag(string(base), runes)
		kids, _ := d.m["DescendantFonts"].(array)
		if len(kids) != 1 {
			return fmt.Errorf("font %s has %d descendants", base, len(kids))
		}
		cid := f.objs[kids[0].(ref)].value.(*dict)
		descriptor := f.objs[cid.m["FontDescriptor"].(ref)].value.(*dict)
		d.set("BaseFont", tag+base)
		cid.set("BaseFont", tag+base)
		descriptor.set("FontName", tag+base)
		packed := deflate(toUnicode(runes))
		f.objs[d.m["ToUnicode"].(ref)] = object{newDict("Filter", name("FlateDecode"), "Length", len(packed)), packed}
	}
	return nil
}

func subsetTag(base string, runes []rune) name {
	h := sha256.Sum256([]byte(base + string(runes)))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + h[i]%26
	}
	return name(tag) + "+"
}

// toUnicode maps codes to characters. The engine's codes are code points.
func toUnicode(runes []rune) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(runes, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, r := range part {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", r, r)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	return b.Bytes()
}

// part is that of PDF/A: the third allows files of any kind inside.
func (f *file) part() int {
	if len(f.in.Attachments) > 0 {
		return 3
	}
	return 2
}

// catalogue makes the entries that say what kind of file this is.
func (f *file) catalogue(c *dict) {
	c.del("Names")
	f.attach(c)
	if len(f.in.Outlines) > 0 {
		c.set("Outlines", ref(f.outlines()))
		c.set("PageMode", name("UseOutlines"))
	}
	c.set("StructTreeRoot", ref(f.structure()))
	c.set("MarkInfo", newDict("Marked", true))
	c.set("Lang", text(f.in.Meta.Lang))
	c.set("ViewerPreferences", newDict("DisplayDocTitle", true))
	c.set("Metadata", ref(f.addStream(newDict("Type", name("Metadata"), "Subtype", name("XML")), xmp(f.in.Meta, f.part()), false)))
	if f.in.Profile != nil {
		profile := f.addStream(newDict("N", 3), f.in.Profile, true)
		c.set("OutputIntents", array{newDict("Type", name("OutputIntent"), "S", name("GTS_PDFA1"),
			"OutputConditionIdentifier", text("sRGB IEC61966-2.1"), "Info", text("sRGB IEC61966-2.1"), "DestOutputProfile", ref(profile))})
	}
}

// outlines writes the bookmarks as a tree by level and returns its root.
func (f *file) outlines() int {
	o := f.in.Outlines
	root := f.add(nil)
	first := len(f.objs)
	for range o {
		f.add(nil)
	}
	kids := map[int][]int{} // by parent, -1 for the root
	parent := make([]int, len(o))
	var open []int
	for i, x := range o {
		for len(open) > 0 && o[open[len(open)-1]].Level >= x.Level {
			open = open[:len(open)-1]
		}
		parent[i] = -1
		if len(open) > 0 {
			parent[i] = open[len(open)-1]
		}
		kids[parent[i]] = append(kids[parent[i]], i)
		open = append(open, i)
	}
	number := func(i int) ref {
		if i < 0 {
			return ref(root)
		}
		return ref(first + i)
	}
	for i, x := range o {
		d := newDict("Title", text(x.Title), "Parent", number(parent[i]), "Dest", destination(x.Place))
		siblings := kids[parent[i]]
		at := sort.SearchInts(siblings, i)
		if at > 0 {
			d.set("Prev", number(siblings[at-1]))
		}
		if at+1 < len(siblings) {
			d.set("Next", number(siblings[at+1]))
		}
		if k := kids[i]; len(k) > 0 {
			d.set("First", number(k[0])).set("Last", number(k[len(k)-1])).set("Count", -len(k)) // closed
		}
		f.objs[number(i)].value = d
	}
	all := kids[-1]
	f.objs[root].value = newDict("Type", name("Outlines"), "First", number(all[0]), "Last", number(all[len(all)-1]), "Count", len(all))
	return root
}
