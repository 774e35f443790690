package finish

import (
	"crypto/md5" //nolint:gosec // the format's own check of a file's bytes (ISO 32000-1, table 46), no secret
	"fmt"
	"slices"
	"strings"
)

// Attachment is a file inside the file. Relation is Data or Source (ISO 19005-3, 6.8).
type Attachment struct {
	Name, MIME, Description, Relation string
	Data                              []byte
}

// attach writes the attachments: the catalogue's list for PDF/A-3, and the names by which viewers list them.
func (f *file) attach(c *dict) {
	if len(f.in.Attachments) == 0 {
		return
	}
	list := slices.Clone(f.in.Attachments)
	slices.SortFunc(list, func(a, b Attachment) int { return strings.Compare(a.Name, b.Name) })
	var all, names array
	for _, a := range list {
		sum := md5.Sum(a.Data) //nolint:gosec // see above
		d := newDict("Type", name("EmbeddedFile"))
		if a.MIME != "" {
			d.set("Subtype", name(strings.ReplaceAll(a.MIME, "/", "#2F")))
		}
		d.set("Params", newDict("Size", len(a.Data), "CheckSum", raw(fmt.Sprintf("<%X>", sum)), "ModDate", date(f.in.Meta.Created)))
		stream := ref(f.addStream(d, a.Data, true))
		spec := ref(f.add(newDict("Type", name("Filespec"), "F", text(a.Name), "UF", text(a.Name), "Desc", text(a.Description),
			"AFRelationship", name(a.Relation), "EF", newDict("F", stream, "UF", stream))))
		all = append(all, spec)
		names = append(names, text(a.Name), spec)
	}
	c.set("AF", all)
	c.set("Names", newDict("EmbeddedFiles", newDict("Names", names)))
}
