package questionnaire

// Finding is one fault in a questionnaire file.
type Finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // what is wrong
	Fix      string   `json:"fix"`     // what to write instead
}

// Severity says whether a finding stops the file from being loaded.
type Severity string

// The two severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)
