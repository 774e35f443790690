package team

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

// maxUpload leaves room for the form around the largest file.
const maxUpload = people.MaxFile + 1<<16

type contactImportPage struct {
	httpd.Page
	FileName string
	Preview  *people.Preview // of a file that has rows to mend; nil before the first upload
}

func (f *Face) contactImportForm(c *gin.Context) error {
	return httpd.Render(c, http.StatusOK, "team/contact_import", &contactImportPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "people.import_title")}})
}

// contactUpload keeps a file that can be imported and goes to its preview; a
// file with faults is not kept, and the page names them.
func (f *Face) contactUpload(c *gin.Context) error {
	page := &contactImportPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "people.import_title")}}
	file, name, err := httpd.Upload(c, "file")
	if err == nil {
		defer file.Close()
		var id string
		var preview people.Preview
		id, preview, err = f.People.KeepFile(httpd.Context(c), name, file)
		if err == nil && id != "" {
			return httpd.Redirect(c, "/team/people/import/"+id)
		}
		if err == nil {
			page.FileName, page.Preview = name, &preview
			page.Problems = []httpd.Problem{{Field: "faults",
				Text: i18n.T(httpd.Lang(c), "people.error_rows", "Count", len(preview.Faults))}}
		}
	}
	if problems := httpd.Problems(c, err); problems != nil {
		for i := range problems {
			problems[i].Field = "file"
		}
		page.Problems = problems
	} else if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusUnprocessableEntity, "team/contact_import", page)
}

type contactPreviewPage struct {
	httpd.Page
	ID, FileName string
	Preview      people.Preview
	Changes      []people.Change // those that change something, as many as fit a page
	More         int             // those beyond
}

// shown is how many changes the preview lists one by one.
const shown = 100

func (f *Face) contactPreview(c *gin.Context) error {
	name, preview, err := f.People.KeptFile(httpd.Context(c), c.Param("file"))
	if err != nil {
		return err
	}
	page := &contactPreviewPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "people.import_preview_title")},
		ID: c.Param("file"), FileName: name, Preview: preview}
	for _, change := range preview.Changes {
		switch {
		case change.Kind == people.Same:
		case len(page.Changes) < shown:
			page.Changes = append(page.Changes, change)
		default:
			page.More++
		}
	}
	return httpd.Render(c, http.StatusOK, "team/contact_preview", page)
}

func (f *Face) contactConfirm(c *gin.Context) error {
	p, err := f.People.ConfirmFile(httpd.Context(c), c.Param("file"))
	if err != nil {
		return err
	}
	if n := p.Count(people.Added) + p.Count(people.Changed); n > 0 {
		httpd.Flash(c, "people.import_done", "Count", n)
	} else {
		httpd.Flash(c, "people.import_same")
	}
	return httpd.Redirect(c, "/team/people")
}

func (f *Face) contactDrop(c *gin.Context) error {
	if err := f.People.DropFile(httpd.Context(c), c.Param("file")); err != nil {
		return err
	}
	httpd.Flash(c, "people.import_dropped")
	return httpd.Redirect(c, "/team/people/import")
}
