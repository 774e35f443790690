package report

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// archived is one file of an archive package.
type archived struct {
	name, kind, what string
	body             []byte
}

// manifest is what an archive package says of itself and its files (ArchiveManifest is its file).
type manifest struct {
	Format    string          `json:"format"` // "udd-archive/1"
	Edition   string          `json:"edition"`
	Title     string          `json:"title"`
	Lang      string          `json:"lang"`
	Publisher string          `json:"publisher"`
	Dnr       string          `json:"dnr"`
	Imprint   Imprint         `json:"imprint,omitzero"`
	Date      string          `json:"date"`
	Published string          `json:"published"`
	Snapshot  string          `json:"snapshot_sha256"`
	Invented  bool            `json:"invented"`
	Files     []manifestEntry `json:"files"`
	Errata    []Erratum       `json:"errata,omitempty"`
}

type manifestEntry struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	What   string `json:"what"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ArchiveManifest is the file of an archive package that lists the others.
const ArchiveManifest = "manifest.json"

// Archive packs everything that must outlive the program with an edition into one zip (L14-L15): the
// PDF/A and its short papers, the same as web pages, the frozen snapshot, the open data, the
// minutes of the meetings, the catalogue record, and a manifest with the SHA-256 of each. The same
// edition in the same state gives the same bytes. Fault: Conflict before it is published.
func (s *Service) Archive(ctx context.Context, editionID string) ([]byte, error) {
	e, err := s.Find(ctx, editionID)
	if err != nil {
		return nil, err
	}
	if e.State != Published {
		return nil, fault.New(fault.Conflict, "report.error_not_published")
	}
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	m := manifest{Format: "udd-archive/1", Edition: e.Slug, Title: e.Title, Lang: e.Lang, Publisher: i18n.T(i18n.Lang(e.Lang), "report.publisher"),
		Dnr: snapshot.Dnr, Imprint: snapshot.Imprint, Date: snapshot.Date, Published: stamp(*e.PublishedAt), Snapshot: e.SnapshotHash, Invented: snapshot.Invented}
	if m.Errata, err = s.Errata(ctx, e.ID); err != nil {
		return nil, err
	}
	var files []archived
	for _, part := range []func(context.Context, Edition, *Snapshot) ([]archived, error){s.archiveReport, s.archivePapers, s.archiveData, s.archiveMinutes} {
		some, err := part(ctx, e, snapshot)
		if err != nil {
			return nil, fmt.Errorf("archive %s: %w", e.Slug, err)
		}
		files = append(files, some...)
	}
	return packArchive(m, files, *e.PublishedAt)
}

func (s *Service) archiveReport(ctx context.Context, e Edition, snapshot *Snapshot) ([]archived, error) {
	file, err := s.PDF(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	d, err := Document(snapshot, i18n.Lang(e.Lang))
	if err != nil {
		return nil, err
	}
	page, err := html.Page(d, html.Options{})
	if err != nil {
		return nil, err
	}
	body, err := snapshotBody(ctx, s.db, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	record, err := s.Metadata(ctx, e)
	return []archived{
		{"edition.pdf", "application/pdf", "the edition, PDF/A and PDF/UA", file},
		{"edition.html", "text/html; charset=utf-8", "the same as a web page", page},
		{"snapshot.json", "application/json", "the frozen material that the edition was made from", body},
		{"metadata.xml", "application/xml", "catalogue record, Dublin Core", record},
	}, err
}

func (s *Service) archivePapers(ctx context.Context, e Edition, _ *Snapshot) (out []archived, err error) {
	papers, err := s.Papers(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range papers {
		full, err := s.Paper(ctx, e.ID, p.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, archived{"papers/" + p.Name + ".pdf", "application/pdf", p.Title, full.PDF})
	}
	return out, nil
}

// archiveData is the open data package's files in a folder of their own.
func (s *Service) archiveData(ctx context.Context, e Edition, snapshot *Snapshot) ([]archived, error) {
	files, err := s.dataFiles(ctx, e, snapshot)
	for i := range files {
		files[i].name = "data/" + files[i].name
	}
	return files, err
}

// archiveMinutes writes the notes of every meeting that the edition counts.
func (s *Service) archiveMinutes(ctx context.Context, _ Edition, snapshot *Snapshot) (out []archived, err error) {
	all, err := s.sources.Dialogue.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if !slices.ContainsFunc(snapshot.Meetings, func(x Meeting) bool { return x.Ref == m.Ref }) {
			continue
		}
		whole, err := s.sources.Dialogue.Find(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, archived{"minutes/" + m.Ref + ".md", "text/markdown; charset=utf-8", m.Title, minutes(whole)})
	}
	return out, nil
}

// minutes are a meeting's notes as plain text with headings: no names but those of organisations.
func minutes(m dialogue.Meeting) []byte {
	var b strings.Builder
	place := m.Place
	if mun, ok := municipality(m.Municipality); ok {
		place += ", " + mun.Name
	}
	fmt.Fprintf(&b, "# %s\n\n%s, %s\n\n", m.Title, m.Date.Format(time.DateOnly), place)
	for _, a := range m.Attendance {
		fmt.Fprintf(&b, "- %s: %d", groupName(i18n.Sv, a.Group), a.Count)
		if a.Organisation != "" {
			fmt.Fprintf(&b, " (%s)", a.Organisation)
		}
		b.WriteByte('\n')
	}
	for _, n := range m.Notes {
		fmt.Fprintf(&b, "\n## %d. %s\n\n%s\n", n.No, n.Agenda, strings.TrimSpace(n.Text))
	}
	return []byte(b.String())
}

func packArchive(m manifest, files []archived, at time.Time) ([]byte, error) {
	slices.SortFunc(files, func(a, b archived) int { return strings.Compare(a.name, b.name) })
	for _, f := range files {
		m.Files = append(m.Files, manifestEntry{f.name, f.kind, f.what, len(f.body), Hash(f.body)})
	}
	list, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return pack(append([]archived{{ArchiveManifest, "", "", append(list, '\n')}}, files...), at)
}

// pack writes a zip whose bytes follow from its files and the time alone.
func pack(files []archived, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.body); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
