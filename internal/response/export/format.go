package export

import (
	"fmt"
	"io"
)

// Format is a kind of file.
type Format string

// The formats that can be asked for.
const (
	FormatXLSX     Format = "xlsx"
	FormatCSV      Format = "csv"
	FormatJSON     Format = "json"
	FormatSAV      Format = "sav"
	FormatCodebook Format = "codebook"
)

// Formats lists the formats in the order in which a form offers them.
var Formats = []Format{FormatXLSX, FormatCSV, FormatJSON, FormatSAV, FormatCodebook}

// Extension is the ending of the file's name, with its dot.
func (f Format) Extension() string {
	if f == FormatCodebook {
		return ".md"
	}
	return "." + string(f)
}

// MediaType is the Content-Type of the file.
func (f Format) MediaType() string {
	switch f {
	case FormatXLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case FormatCSV:
		return "text/csv; charset=utf-8"
	case FormatJSON:
		return "application/json"
	case FormatSAV:
		return "application/x-spss-sav"
	}
	return "text/markdown; charset=utf-8"
}

// Write writes the table in the format. A codebook needs no rows and reads none.
func Write(w io.Writer, f Format, d Data, o Options) error {
	switch f {
	case FormatXLSX:
		return XLSX(w, d, o)
	case FormatCSV:
		return CSV(w, d, o)
	case FormatJSON:
		return JSON(w, d, o)
	case FormatSAV:
		return SAV(w, d, o)
	case FormatCodebook:
		return Codebook(w, d.Definition, o)
	}
	return fmt.Errorf("export: unknown format %q", f)
}
