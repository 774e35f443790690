package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// CSV writes the table in UTF-8 with commas, a header line and decimal points.
func CSV(w io.Writer, d Data, o Options) error {
	columns, err := o.layout(d.Definition)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	if o.BOM {
		_, _ = buffered.WriteString("\ufeff") // a failed write is told by Flush
	}
	out := csv.NewWriter(buffered)
	if err := out.Write(header(columns, o)); err != nil {
		return err
	}
	record := make([]string, len(columns))
	err = d.each(columns, func(cells []cell) error {
		for i, c := range cells {
			if columns[i].Kind == Number {
				record[i] = strconv.FormatFloat(c.number, 'f', -1, 64)
			} else {
				record[i] = calm(c.text, o)
			}
		}
		return out.Write(record)
	})
	if err != nil {
		return err
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffered.Flush()
}

// JSON writes an array with one object a response, or with Options.Lines one object a line. The
// keys are the names of the columns, in their order.
func JSON(w io.Writer, d Data, o Options) error {
	columns, err := o.layout(d.Definition)
	if err != nil {
		return err
	}
	keys := make([][]byte, len(columns))
	for i, name := range header(columns, o) {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		keys[i] = append(key, ':')
	}
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	first := true
	err = d.each(columns, func(cells []cell) error {
		line = line[:0]
		switch {
		case o.Lines:
		case first:
			line = append(line, "[\n"...)
		default:
			line = append(line, ",\n"...)
		}
		first = false
		if line, err = object(line, columns, keys, cells); err != nil {
			return err
		}
		if o.Lines {
			line = append(line, '\n')
		}
		_, err := out.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case o.Lines:
	case first:
		_, _ = out.WriteString("[]\n")
	default:
		_, _ = out.WriteString("\n]\n")
	}
	return out.Flush()
}

func object(line []byte, columns []Column, keys [][]byte, cells []cell) ([]byte, error) {
	for i, c := range cells {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		line = append(append(line, separator), keys[i]...)
		if columns[i].Kind == Number {
			line = strconv.AppendFloat(line, c.number, 'f', -1, 64)
			continue
		}
		text, err := json.Marshal(c.text)
		if err != nil {
			return nil, err
		}
		line = append(line, text...)
	}
	return append(line, '}'), nil
}
