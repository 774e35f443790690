package httpd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/web"
)

// assets are the static files under names that carry a hash of their content, so that browsers may
// keep them for a year and still never show an old one.
type assets struct {
	hashed map[string]string // app.css -> app.1a2b3c4d.css
	body   map[string][]byte // by hashed name
}

func loadAssets() (*assets, error) {
	a := &assets{hashed: map[string]string{}, body: map[string][]byte{}}
	entries, err := fs.ReadDir(web.Static, "static")
	if err != nil {
		return nil, fmt.Errorf("httpd: read static files: %w", err)
	}
	for _, e := range entries {
		body, err := fs.ReadFile(web.Static, "static/"+e.Name())
		if err != nil {
			return nil, fmt.Errorf("httpd: read static files: %w", err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		a.hashed[e.Name()], a.body[name] = name, body
	}
	return a, nil
}

func (a *assets) url(name string) (string, error) {
	h, ok := a.hashed[name]
	if !ok {
		return "", fmt.Errorf("no static file %s", name)
	}
	return "/static/" + h, nil
}

func (a *assets) serve(c *gin.Context) {
	name := c.Param("file")
	body, ok := a.body[name]
	if !ok {
		c.Status(http.StatusNotFound)
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(c.Writer, c.Request, name, time.Time{}, bytes.NewReader(body))
}
