// Package exchange brings questionnaires in from other programs and out to them: self-contained YAML,
// XLSForm (.xlsx) and LimeSurvey's .lss, which is only read.
//
// YAML loses nothing. An XLSForm that we write keeps, when it is read again, the ids of sections,
// questions, rows and options, the types, both languages, options with their marks, limits, groups
// and themes of questions and options, scales and conditions; what XLSForm has no place for stands in columns whose
// names begin with udd_, which other programs ignore. Not kept: wording by group, own wording of "don't know" and its like on
// numbers, texts and rankings, and conditions on such an answer to a number or a ranking; the
// writer lists each. Two ways to write the same condition become one.
//
// What a reader does not take over is a finding with the sheet or table and the row, never dropped
// silently. All readers work in memory and refuse what is larger than the limits below.
package exchange

import "upphandlingsdialog/internal/questionnaire"

// The limits of what is read. With them one reading takes less than 300 MB, as the tests measure.
const (
	MaxBytes    = 8 << 20  // of a file as it comes
	MaxYAML     = 2 << 20  // of a YAML file, whose values weigh much in memory
	MaxUnpacked = 32 << 20 // of a workbook when unpacked
	MaxRows     = 20000    // of a sheet, or of a table in a .lss file
	maxColumns  = 300
	maxCell     = 20000 // bytes of one text

	maxTableColumns = 2000 // of answers: a questionnaire can have many rows and options
)

// What a questionnaire may hold.
const (
	MaxOptions   = questionnaire.MaxOptions
	MaxQuestions = questionnaire.MaxQuestions
)
