package report

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// Outcome is what a check came to.
type Outcome int

// A check that could not be made says nothing against the file.
const (
	Agrees Outcome = iota
	Differs
	NotChecked
)

// Sentence is a message in either language.
type Sentence struct {
	Key  string
	Args []any
}

// In is the sentence in a language.
func (s Sentence) In(l i18n.Lang) string { return i18n.T(l, s.Key, s.Args...) }

// Check is one thing that was looked at, with the first differences found.
type Check struct {
	Outcome Outcome
	Says    Sentence
	Details []Sentence
}

// Verification is what is known of a file that claims to be an edition.
type Verification struct {
	Slug, Hash string // as the file says
	Checks     []Check
}

// Agrees says that nothing differs.
func (v *Verification) Agrees() bool {
	for _, c := range v.Checks {
		if c.Outcome == Differs {
			return false
		}
	}
	return true
}

// Stored is an edition as this installation keeps it.
type Stored struct {
	Edition  Edition
	Snapshot []byte
}

// mostDetails is how many differences of one check are named; mostAttached is the size of a file inside the file that
// is still read.
const (
	mostDetails  = 5
	mostAttached = 8 << 20
)

// Verify compares a file with the edition it claims to be: what it says of itself, the numbers it carries, counted
// again, and itself, made again from the snapshot. Without stored that is the snapshot it carries.
func Verify(file []byte, stored *Stored) *Verification {
	v := &verifier{file: file, stored: stored, v: &Verification{}}
	c, err := pdf.Read(file)
	if err != nil || c.Identifier == "" || !strings.HasPrefix(c.Source, SourcePrefix) {
		v.differs(say("report.verify_no_edition"))
		return v.v
	}
	v.c = c
	v.v.Slug, v.v.Hash = c.Identifier, strings.TrimPrefix(c.Source, SourcePrefix)
	v.source()
	if v.snapshot != nil {
		v.name()
		v.data()
		v.cited()
		v.method()
		v.drawing()
	}
	v.copy()
	return v.v
}

type verifier struct {
	file     []byte
	stored   *Stored
	c        *pdf.Content
	v        *Verification
	body     []byte
	snapshot *Snapshot
	figures  []figure
}

func say(key string, args ...any) Sentence { return Sentence{key, args} }

func (v *verifier) add(o Outcome, says Sentence, details []Sentence) {
	v.v.Checks = append(v.v.Checks, Check{o, says, details[:min(len(details), mostDetails)]})
}

func (v *verifier) agrees(says Sentence)                    { v.add(Agrees, says, nil) }
func (v *verifier) differs(says Sentence, more ...Sentence) { v.add(Differs, says, more) }
func (v *verifier) verdict(more []Sentence, yes, no Sentence) {
	if len(more) == 0 {
		v.agrees(yes)
		return
	}
	v.differs(no, more...)
}

// source finds the snapshot to compare with: the stored one, else the one that the file carries and names.
func (v *verifier) source() {
	carried := v.c.Files[EditionFile]
	switch {
	case v.stored != nil:
		v.body = v.stored.Snapshot
		if v.v.Hash != v.stored.Edition.SnapshotHash {
			v.differs(say("report.verify_other_hash", "Says", v.v.Hash, "Is", v.stored.Edition.SnapshotHash))
		} else if !bytes.Equal(carried, v.body) {
			v.differs(say("report.verify_carried_differs", "File", EditionFile))
		} else {
			v.agrees(say("report.verify_source", "Hash", v.v.Hash))
		}
	case len(carried) == 0 || len(carried) > mostAttached:
		v.differs(say("report.verify_lacks", "File", EditionFile))
	default:
		if is := Hash(carried); is != v.v.Hash {
			v.differs(say("report.verify_other_hash", "Says", v.v.Hash, "Is", is))
		} else {
			v.agrees(say("report.verify_source", "Hash", v.v.Hash))
		}
		v.body = carried
	}
	if v.body == nil {
		return
	}
	s, err := Decode(v.body)
	if err != nil {
		v.differs(say("report.verify_unreadable", "File", EditionFile))
		return
	}
	v.snapshot = s
}

func (v *verifier) lang() string { return v.v.Slug[strings.LastIndex(v.v.Slug, "-")+1:] }

func (v *verifier) name() {
	want := Slug(v.snapshot.Kind, v.snapshot.Number, v.lang())
	if v.v.Slug != want || i18n.Lang(v.lang()) != i18n.Sv && i18n.Lang(v.lang()) != i18n.En {
		v.differs(say("report.verify_other_name", "Says", v.v.Slug, "Is", want))
	} else {
		v.agrees(say("report.verify_name", "Slug", v.v.Slug))
	}
}

// data reads the attached table, compares each number with the snapshot's, and counts every share and interval again.
func (v *verifier) data() {
	body := v.c.Files[DataFile]
	if len(body) == 0 || len(body) > mostAttached {
		v.differs(say("report.verify_lacks", "File", DataFile))
		return
	}
	list, err := v.snapshot.decodeFigures(body)
	if err != nil {
		v.differs(say("report.verify_unreadable", "File", DataFile))
		return
	}
	v.figures = list
	want := v.snapshot.figures()
	part := func(f figure) bool { return isPart(f.Group) }
	if !slices.ContainsFunc(list, part) { // until edition.json alone held these
		want = slices.DeleteFunc(want, part)
	}
	var other, wrong []Sentence
	counted, columns := 0, v.snapshot.figureColumns()
	for i := range list {
		f := &list[i]
		if i >= len(want) || !slices.Equal(f.record()[:columns], want[i].record()[:columns]) {
			other = append(other, v.at(f, want, i))
		}
		checked, agrees := f.recomputes()
		if checked {
			counted++
		}
		if !agrees {
			wrong = append(wrong, say("report.verify_not_counted", "Where", f.where(), "Number", f.number()))
		}
	}
	if len(list) < len(want) {
		other = append(other, say("report.verify_rows", "Has", len(list), "Wants", len(want)))
	}
	v.verdict(other, say("report.verify_data", "File", DataFile, "Count", len(list)), say("report.verify_data_differs", "File", DataFile, "Count", len(other)))
	v.verdict(wrong, say("report.verify_counted", "Count", counted), say("report.verify_counted_differs", "Count", len(wrong)))
}

func (v *verifier) at(f *figure, want []figure, i int) Sentence {
	is := ""
	if i < len(want) {
		is = want[i].number()
	}
	return say("report.verify_number", "Where", f.where(), "Has", f.number(), "Is", is)
}

// where names the figure's place as the table does: codes, so that it can be found.
func (f *figure) where() string {
	parts := []string{f.Survey, f.Question, f.Group, f.Measure}
	if f.Code != "" {
		parts = append(parts, f.Code)
	}
	return strings.Join(parts, " ")
}

func (f *figure) number() string {
	switch {
	case f.Hidden:
		return suppressed
	case f.HasCount:
		return fmt.Sprintf("%d/%d = %.6g", f.Count, f.Base, f.Share.Share)
	}
	return fmt.Sprintf("%.6g (%d)", f.Share.Share, f.Base)
}

// cited counts the figures that recommendations rest on, from the attached table. In an edition whose data do not hold
// them all, those of part of a group, of an earlier wave or with weights are left to the drawing.
func (v *verifier) cited() {
	if v.figures == nil {
		return
	}
	var wrong []Sentence
	counted := 0
	for _, r := range v.snapshot.Recommendations {
		for _, e := range r.Evidence {
			if e.Value == nil || e.aside() && !v.snapshot.Placed {
				continue
			}
			got, ok := cite(v.figures, &e)
			if !ok {
				continue
			}
			counted++
			if got.Base != e.Value.Base || got.HasCount && got.Count != e.Value.Count || !same(got.Share.Share, e.Value.Value) {
				wrong = append(wrong, say("report.verify_cited_number", "Number", r.Number, "Where", got.where(), "Has", got.number(),
					"Is", fmt.Sprintf("%.6g (%d)", e.Value.Value, e.Value.Base)))
			}
		}
	}
	v.verdict(wrong, say("report.verify_cited", "Count", counted), say("report.verify_cited_differs", "Count", len(wrong)))
}

// cite counts a cited figure from the table; several answers to one question are summed.
func cite(list []figure, e *Evidence) (figure, bool) {
	measure := map[analysis.Measure]string{analysis.MeasureShare: "answer"}[e.Measure]
	if measure == "" {
		measure = string(e.Measure)
	}
	var sum figure
	found := 0
	for _, f := range list {
		if f.Survey != e.Survey || f.Question != e.Question || f.Group != columnGroup(e.filter()) || f.Measure != measure || f.Hidden ||
			f.Weighted != (len(e.Weights) > 0) || e.Wave > 0 && f.Wave > 0 && f.Wave != e.Wave {
			continue
		}
		if len(e.Codes) > 0 && f.Code != "" && !hasCode(e.Codes, f.Code) {
			continue
		}
		if found++; found == 1 {
			sum = f
			continue
		}
		sum.Count += f.Count
		if sum.Share.Share += f.Share.Share; !f.Weighted {
			sum.Share.Share = float64(sum.Count) / float64(sum.Base)
		}
	}
	return sum, found == max(len(e.Codes), 1) || found == 1
}

func hasCode(codes []int, code string) bool {
	for _, c := range codes {
		if itoa(c) == code {
			return true
		}
	}
	return false
}

func (v *verifier) method() {
	want, err := v.snapshot.methodRecord(Hash(v.body))
	if err != nil || !bytes.Equal(v.c.Files[MethodFile], want) {
		v.differs(say("report.verify_carried_differs", "File", MethodFile))
		return
	}
	v.agrees(say("report.verify_method", "File", MethodFile))
}

// drawing makes the edition again and compares what its pages say, then every byte.
func (v *verifier) drawing() {
	again, err := v.again()
	if err != nil {
		v.differs(say("report.verify_unreadable", "File", EditionFile))
		return
	}
	made, err := pdf.Read(again)
	if err != nil {
		v.differs(say("report.verify_unreadable", "File", EditionFile))
		return
	}
	published := v.stored != nil && Hash(v.file) == v.stored.Edition.PDFSHA256
	var other []Sentence
	for i := range max(len(made.Pages), len(v.c.Pages)) {
		if d, differs := pageDifference(v.c.Pages, made.Pages, i); differs {
			other = append(other, d)
		}
	}
	switch {
	case bytes.Equal(again, v.file):
		v.agrees(say("report.verify_text", "Count", len(made.Pages)))
		v.agrees(say("report.verify_bytes", "Bytes", len(v.file)))
	case published: // the bytes are those that were published; this program has learned to draw otherwise since
		v.add(NotChecked, say("report.verify_drawn_otherwise"), nil)
	case len(other) > 0:
		v.differs(say("report.verify_text_differs", "Count", len(other)), other...)
	default:
		v.agrees(say("report.verify_text", "Count", len(made.Pages)))
		v.differs(say("report.verify_bytes_differ"))
	}
}

// again draws the snapshot. One from a file may be anything that can be decoded, so that a panic is an error.
func (v *verifier) again() (b []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("draw the snapshot: %v", r)
		}
	}()
	d, err := Document(v.snapshot, i18n.Lang(v.lang()))
	if err != nil {
		return nil, err
	}
	return pdf.Render(d)
}

// pageDifference is the first piece of text in which two versions of a page differ.
func pageDifference(have, want []string, i int) (Sentence, bool) {
	var a, b []string
	if i < len(have) {
		a = strings.Split(have[i], "\n")
	}
	if i < len(want) {
		b = strings.Split(want[i], "\n")
	}
	for k := range max(len(a), len(b)) {
		x, y := "", ""
		if k < len(a) {
			x = strings.TrimSpace(a[k])
		}
		if k < len(b) {
			y = strings.TrimSpace(b[k])
		}
		if x != y {
			return say("report.verify_page", "Page", i+1, "Has", x, "Is", y), true
		}
	}
	return Sentence{}, false
}

// copy compares the file's bytes with those that were stored when the edition was rendered.
func (v *verifier) copy() {
	switch {
	case v.stored == nil:
		v.add(NotChecked, say("report.verify_not_stored"), nil)
	case Hash(v.file) == v.stored.Edition.PDFSHA256:
		v.agrees(say("report.verify_stored", "Hash", v.stored.Edition.PDFSHA256))
	default:
		v.differs(say("report.verify_stored_differs", "Has", Hash(v.file), "Is", v.stored.Edition.PDFSHA256))
	}
}

// Verify compares a file with the edition of its name that find finds: FindPublished for readers, FindSlug for the
// team. A file that names no such edition differs.
func (s *Service) Verify(ctx context.Context, file []byte, find func(context.Context, string) (Edition, error)) (*Verification, error) {
	c, err := pdf.Read(file)
	if err != nil || c.Identifier == "" {
		return Verify(file, nil), nil
	}
	e, err := find(ctx, c.Identifier)
	if fault.Is(err, fault.NotFound) {
		return &Verification{Slug: c.Identifier, Hash: strings.TrimPrefix(c.Source, SourcePrefix),
			Checks: []Check{{Outcome: Differs, Says: say("report.verify_unknown", "Slug", c.Identifier)}}}, nil
	}
	if err != nil {
		return nil, err
	}
	body, err := snapshotBody(ctx, s.db, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	return Verify(file, &Stored{Edition: e, Snapshot: body}), nil
}

// FindSlug returns any edition by its name, published or not.
func (s *Service) FindSlug(ctx context.Context, slug string) (Edition, error) {
	return editionBySlug(ctx, s.db, slug)
}
