package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/klauspost/compress/gzip"
)

// client is one respondent's connection. It does what a browser does on the wire and little else: the
// clients share the processors with what they measure, and net/http's client would cost as much as the
// service itself.
type client struct {
	address string
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
	cookie  string // "r=…", which opens the person's response
}

// reply is what came back. The body is as it was sent; pages come compressed, as to any browser.
type reply struct {
	status   int
	location string
	body     []byte
	packed   bool
}

// text is the body as it is read.
func (r reply) text() (string, error) {
	if !r.packed {
		return string(r.body), nil
	}
	unpack, err := gzip.NewReader(bytes.NewReader(r.body))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(unpack)
	return string(text), err
}

// wait is how long an answer may take.
const wait = time.Minute

func (c *client) post(path string, form url.Values) (reply, error) {
	return c.send(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

func (c *client) get(path string) (reply, error) { return c.send(http.MethodGet, path, "", "") }

// send makes one request on the connection, which is opened at the first and kept.
func (c *client) send(method, path, kind, body string) (r reply, err error) {
	if c.conn == nil {
		if c.conn, err = net.DialTimeout("tcp", c.address, wait); err != nil {
			return r, err
		}
		c.in = bufio.NewReader(c.conn)
	}
	if r, err = c.exchange(method, path, kind, body); err != nil {
		c.close()
		return r, fmt.Errorf("%s %.40s: %w", method, path, err)
	}
	return r, nil
}

func (c *client) exchange(method, path, kind, body string) (r reply, err error) {
	c.out = fmt.Appendf(c.out[:0], "%s %s HTTP/1.1\r\nHost: bench.example\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n", method, path)
	if c.cookie != "" {
		c.out = fmt.Appendf(c.out, "Cookie: %s\r\n", c.cookie)
	}
	if method == http.MethodPost {
		c.out = fmt.Appendf(c.out, "Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))
	}
	c.out = append(append(c.out, "\r\n"...), body...)
	if err := c.conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return r, err
	}
	if _, err := c.conn.Write(c.out); err != nil {
		return r, err
	}
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return r, err
	}
	r = reply{status: res.StatusCode, location: res.Header.Get("Location"), packed: res.Header.Get("Content-Encoding") == "gzip"}
	for _, set := range res.Cookies() {
		if set.Name == "r" {
			c.cookie = "r=" + set.Value
		}
	}
	r.body, err = io.ReadAll(res.Body)
	return r, err
}

func (c *client) close() {
	if c.conn != nil {
		_ = c.conn.Close() // nothing is on its way
		c.conn = nil
	}
}
