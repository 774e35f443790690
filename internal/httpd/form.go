package httpd

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

var shape = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("form") })
	return v
}()

// Bind reads the posted form into dst, a pointer to a struct with form and validate tags. Fault:
// Invalid with one field for each value of the wrong shape.
func Bind(c *gin.Context, dst any) error {
	err := c.Request.ParseForm() // ParseMultipartForm would hide its error
	if err == nil {
		err = c.Request.ParseMultipartForm(DefaultMaxBody)
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return fault.New(fault.Invalid, "error.invalid").Wrap(err)
	}
	form := c.Request.PostForm
	for name, values := range form {
		for i, v := range values {
			values[i] = strings.ToValidUTF8(strings.ReplaceAll(v, "\x00", ""), "\uFFFD")
		}
		form[name] = values
	}
	fields := mapFields(dst, form)
	if len(fields) == 0 {
		fields = checkShape(dst)
	}
	if len(fields) > 0 {
		return fault.InvalidFields("error.invalid", fields...)
	}
	return nil
}

// mapFields fills dst one form field at a time, so that a value of the wrong type is named.
func mapFields(dst any, form map[string][]string) []fault.Field {
	var fields []fault.Field
	t := reflect.TypeOf(dst).Elem()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("form")
		values, sent := form[name]
		if name == "" || !sent {
			continue
		}
		if err := binding.MapFormWithTag(dst, map[string][]string{name: values}, "form"); err != nil {
			key := "error.field"
			switch {
			case f.Type == reflect.TypeFor[time.Time]():
				key = "error.date"
			case isNumber(f.Type.Kind()):
				key = "error.number"
			}
			fields = append(fields, fault.Field{Name: name, Key: key})
		}
	}
	return fields
}

func isNumber(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }

func checkShape(dst any) []fault.Field {
	var bad validator.ValidationErrors
	if err := shape.Struct(dst); !errors.As(err, &bad) {
		return nil
	}
	fields := make([]fault.Field, 0, len(bad))
	for _, e := range bad {
		f := fault.Field{Name: e.Field(), Key: "error.field"}
		switch e.Tag() {
		case "required":
			f.Key = "error.required"
		case "email":
			f.Key = "error.email"
		case "oneof":
			f.Key = "error.choice"
		case "max", "min":
			n, err := strconv.Atoi(e.Param())
			if err == nil && e.Kind() == reflect.String {
				f.Key, f.Args = "error.too_long", fault.Args("Max", n)
				if e.Tag() == "min" {
					f.Key, f.Args = "error.too_short", fault.Args("Min", n)
				}
			}
		}
		fields = append(fields, f)
	}
	return fields
}

// Problems turns an Invalid fault into lines for the error summary. For any other error it is nil,
// and the handler returns that error as it is.
func Problems(c *gin.Context, err error) []Problem {
	f, ok := fault.Of(err)
	if !ok || f.Kind != fault.Invalid {
		return nil
	}
	lang := Lang(c)
	if len(f.Fields) == 0 {
		return []Problem{{Text: i18n.Fault(lang, f)}}
	}
	list := make([]Problem, len(f.Fields))
	for i, field := range f.Fields {
		list[i] = Problem{Field: field.Name, Text: i18n.TMap(lang, field.Key, field.Args)}
	}
	return list
}

// Upload reads the posted file of the given field, at most the route's MaxBody. Fault: Invalid when
// there is none.
func Upload(c *gin.Context, field string) (multipart.File, string, error) {
	file, header, err := c.Request.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, "", fault.InvalidFields("error.invalid", fault.Field{Name: field, Key: "error.required"})
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, "", err
	}
	if err != nil {
		return nil, "", fault.New(fault.Invalid, "error.invalid").Wrap(fmt.Errorf("upload: %w", err))
	}
	return file, header.Filename, nil
}
