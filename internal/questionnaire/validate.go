package questionnaire

// Problem is one thing that must be mended in an answer. Key is a message key of the topic
// "survey", Args its placeholders. Row names the row of a matrix or the rank of a ranking ("2"),
// so that Question and Row together name the form field.
type Problem struct {
	Question string         `json:"question"`
	Row      string         `json:"row,omitempty"`
	Key      string         `json:"key"`
	Args     map[string]any `json:"args,omitempty"`
}
