package exchange

import (
	"bytes"

	"upphandlingsdialog/internal/questionnaire"
)

// Read reads a questionnaire of any kind that stands alone in one file; what it is, is seen from its
// content.
func Read(name string, data []byte, o Options) (*questionnaire.Definition, []questionnaire.Finding, error) {
	switch start := data[:min(len(data), 4000)]; {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return XLSForm(name, data, o)
	case bytes.Contains(start, []byte("<LimeSurveyDocType>")):
		return LimeSurvey(name, data, o)
	}
	return ReadYAML(name, data)
}
