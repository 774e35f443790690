package finish

import (
	"sort"

	"upphandlingsdialog/internal/document/pdf/tagged"
)

// structure writes the structure tree and returns the number of its root.
func (f *file) structure() int {
	root := f.add(nil)
	f.number(f.in.Root)
	ids := map[string]int{}
	f.element(f.in.Root, root, ids)
	parents, next := f.parentTree()
	d := newDict("Type", name("StructTreeRoot"), "K", ref(f.nums[f.in.Root]), "ParentTree", ref(parents), "ParentTreeNextKey", next)
	if len(ids) > 0 {
		d.set("IDTree", ref(f.idTree(ids)))
	}
	if len(f.in.Roles) > 0 {
		roles := newDict()
		for _, r := range f.in.Roles {
			roles.set(name(r[0]), name(r[1]))
		}
		d.set("RoleMap", roles)
	}
	f.objs[root].value = d
	return root
}

func (f *file) number(e *tagged.Elem) {
	f.nums[e] = f.add(nil)
	for _, k := range e.Kids {
		if c, ok := k.(*tagged.Elem); ok {
			f.number(c)
		}
	}
}

func (f *file) element(e *tagged.Elem, parent int, ids map[string]int) {
	number := f.nums[e]
	d := newDict("S", name(e.Type), "P", ref(parent))
	page := 0
	for _, k := range e.Kids {
		if m, ok := k.(*tagged.MCR); ok {
			page = m.Page
			d.set("Pg", ref(pageObject(page)))
			break
		}
	}
	var kids array
	for _, k := range e.Kids {
		switch k := k.(type) {
		case *tagged.Elem:
			kids = append(kids, ref(f.nums[k]))
		case *tagged.MCR:
			if k.Page == page {
				kids = append(kids, k.MCID)
			} else {
				kids = append(kids, newDict("Type", name("MCR"), "Pg", ref(pageObject(k.Page)), "MCID", k.MCID))
			}
		case *tagged.OBJR:
			kids = append(kids, newDict("Type", name("OBJR"), "Pg", ref(pageObject(k.Page)), "Obj", ref(f.annots[k.Page-1][k.Link])))
		}
	}
	switch len(kids) {
	case 0:
	case 1:
		d.set("K", kids[0])
	default:
		d.set("K", kids)
	}
	f.attributes(e, d)
	if e.ID != "" {
		ids[e.ID] = number
	}
	f.objs[number].value = d
	for _, k := range e.Kids {
		if c, ok := k.(*tagged.Elem); ok {
			f.element(c, number, ids)
		}
	}
}

func (f *file) attributes(e *tagged.Elem, d *dict) {
	for _, s := range []struct {
		key   name
		value string
	}{{"Alt", e.Alt}, {"Lang", e.Lang}, {"ID", e.ID}} {
		if s.value != "" {
			d.set(s.key, text(s.value))
		}
	}
	switch {
	case e.Scope != "":
		d.set("A", newDict("O", name("Table"), "Scope", name(e.Scope)))
	case len(e.Headers) > 0:
		var h array
		for _, id := range e.Headers {
			h = append(h, text(id))
		}
		d.set("A", newDict("O", name("Table"), "Headers", h))
	case e.Numbers != "":
		d.set("A", newDict("O", name("List"), "ListNumbering", name(e.Numbers)))
	case e.Print != "":
		a := newDict("O", name("PrintField"), "Role", name(e.Print))
		if e.Print != "tv" {
			a.set("checked", name("off"))
		}
		d.set("A", a)
	case e.BBox != nil:
		b := e.BBox
		d.set("A", newDict("O", name("Layout"), "Placement", name("Block"), "BBox", array{b[0], b[1], b[2], b[3]}))
	}
}

const leafSize = 64

// parentTree leads from marked content and annotations back to their elements:
// pages first, then annotations. It returns its number and the next free key.
func (f *file) parentTree() (number, next int) {
	var values []any
	for _, p := range f.in.Pages {
		a := array{}
		for _, e := range p.Owners {
			a = append(a, ref(f.nums[e]))
		}
		values = append(values, ref(f.add(a)))
	}
	for _, p := range f.in.Pages {
		for _, l := range p.Links {
			values = append(values, ref(f.nums[l.Elem]))
		}
	}
	var kids array
	for lo := 0; lo < len(values); lo += leafSize {
		hi := min(lo+leafSize, len(values))
		nums := array{}
		for i := lo; i < hi; i++ {
			nums = append(nums, i, values[i])
		}
		kids = append(kids, ref(f.add(newDict("Limits", array{lo, hi - 1}, "Nums", nums))))
	}
	return f.add(newDict("Kids", kids)), len(values)
}

// idTree finds elements by their ID.
func (f *file) idTree(ids map[string]int) int {
	names := make([]string, 0, len(ids))
	for id := range ids {
		names = append(names, id)
	}
	sort.Strings(names)
	var kids array
	for lo := 0; lo < len(names); lo += leafSize {
		part := names[lo:min(lo+leafSize, len(names))]
		list := array{}
		for _, id := range part {
			list = append(list, text(id), ref(ids[id]))
		}
		kids = append(kids, ref(f.add(newDict("Limits", array{text(part[0]), text(part[len(part)-1])}, "Names", list))))
	}
	return f.add(newDict("Kids", kids))
}
