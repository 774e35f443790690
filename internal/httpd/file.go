package httpd

import (
	"bytes"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
)

// PDF sends a file for reading in the browser, with ranges so that a broken download can go on. The
// bytes are never compressed on the way: ranges and checksum are of the file itself. sum is its
// SHA-256 in hexadecimal, name what a saved copy is called. Who may keep a copy of it the caller says
// in Cache-Control.
func PDF(c *gin.Context, name, sum string, changed time.Time, body []byte) error {
	c.Header(gzhttp.HeaderNoCompression, "1")
	c.Header("Content-Type", "application/pdf")
	c.Header("Content-Disposition", `inline; filename="`+name+`"`)
	c.Header("ETag", `"`+sum+`"`)
	http.ServeContent(c.Writer, c.Request, "", changed, bytes.NewReader(body))
	return nil
}
