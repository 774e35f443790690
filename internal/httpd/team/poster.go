package team

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/poster"
)

// openCampaign is the campaign of the address with its open link.
func (f *Face) openCampaign(c *gin.Context) (distribution.Campaign, string, error) {
	campaign, err := f.Distribution.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return campaign, "", err
	}
	url := f.Distribution.OpenURL(campaign)
	if url == "" {
		return campaign, "", fault.New(fault.NotFound, "poster.error_no_link")
	}
	return campaign, url, nil
}

// campaignPoster is a page for walls with the open link as a code, ?as= its language.
func (f *Face) campaignPoster(c *gin.Context) error {
	campaign, url, err := f.openCampaign(c)
	if err != nil {
		return err
	}
	v, err := f.Surveys.Version(httpd.Context(c), campaign.VersionID)
	if err != nil {
		return err
	}
	lang, ok := i18n.Parse(c.Query("as"))
	if !ok {
		lang = httpd.Lang(c)
	}
	body, err := poster.PDF(poster.Poster{Title: v.Definition.Title.In(lang), URL: url, Closes: campaign.ClosesAt, Minutes: campaign.Minutes,
		Controller: f.Printed.Controller.In(lang), Contact: f.Printed.Contact, Lang: lang, Invented: f.Printed.Invented, Made: v.CreatedAt})
	if err != nil {
		return fmt.Errorf("poster of campaign %s: %w", campaign.ID, err)
	}
	sum := sha256.Sum256(body)
	c.Header("Cache-Control", "private, no-store")
	return httpd.PDF(c, "poster-"+campaign.OpenSlug+"-"+string(lang)+".pdf", hex.EncodeToString(sum[:]), v.CreatedAt, body)
}

// campaignCodeFile is the code alone, ?as=png or svg, to put into a poster of one's own.
func (f *Face) campaignCodeFile(c *gin.Context) error {
	campaign, url, err := f.openCampaign(c)
	if err != nil {
		return err
	}
	code, err := poster.Code(url)
	if err != nil {
		return err
	}
	kind, ending, body := "image/png", "png", []byte(nil)
	if c.Query("as") == "svg" {
		kind, ending, body = "image/svg+xml", "svg", poster.SVG(code, poster.Alt(url, httpd.Lang(c)))
	} else if body, err = poster.PNG(code, 20); err != nil { // about 700 pixels, sharp at 6 cm
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="qr-`+campaign.OpenSlug+"."+ending+`"`)
	c.Data(http.StatusOK, kind, body)
	return nil
}
