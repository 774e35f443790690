package distribution

import "slices"

// AAPOR disposition codes for internet surveys of named persons (Standard
// Definitions, 10th edition 2023).
const (
	CodeComplete    = "1.1"
	CodePartial     = "1.2"
	CodeRefused     = "2.111"
	CodeLoggedOn    = "2.1121" // started, no question answered
	CodeBreakOff    = "2.12"
	CodeAway        = "2.26"
	CodeLate        = "2.27"
	CodeOther       = "2.30"
	CodeLanguage    = "2.33"
	CodeNotSent     = "3.11"
	CodeNoReply     = "3.19"
	CodeUndelivered = "3.30"
	CodeForwarded   = "3.40"
	CodeScreenedOut = "4.10"
	CodeDuplicate   = "4.81"
	CodeIneligible  = "4.90"
)

// Codes lists every code that a case can have, in the order of the standard.
var Codes = []string{CodeComplete, CodePartial, CodeRefused, CodeLoggedOn, CodeBreakOff, CodeAway, CodeLate, CodeOther,
	CodeLanguage, CodeNotSent, CodeNoReply, CodeUndelivered, CodeForwarded, CodeScreenedOut, CodeDuplicate, CodeIneligible}

// ManualCodes are those that only a person can know, from a reply by mail or a
// telephone call.
var ManualCodes = []string{CodeAway, CodeOther, CodeLanguage, CodeForwarded, CodeScreenedOut, CodeDuplicate, CodeIneligible}

func manual(code string) bool { return slices.Contains(ManualCodes, code) }

// The cut between break-off, partial and complete as shares of the applicable
// questions that have an answer. Printed in the report's method section.
const (
	PartialFrom  = 0.5
	CompleteFrom = 0.8
)

// Disposition is the one code of a case, from what has happened to it.
// mailState is the state of the mail that carried the invitation. An answer
// that was never submitted is a break-off however long it is: it is not used.
func Disposition(inv Invitation, mailState string) string {
	ineligible := inv.ManualCode != "" && inv.ManualCode[0] == '4'
	switch {
	case ineligible:
		return inv.ManualCode
	case inv.AnsweredAt != nil:
		return answered(inv.AnsweredShare)
	case inv.DeclinedAt != nil, inv.UnsubscribedAt != nil:
		return CodeRefused
	case inv.StartedAt != nil:
		if inv.AnsweredShare == nil || *inv.AnsweredShare == 0 {
			return CodeLoggedOn
		}
		return CodeBreakOff
	case inv.LateAt != nil:
		return CodeLate
	case inv.ManualCode != "":
		return inv.ManualCode
	}
	switch mailState {
	case Sent, Unknown: // whether an unknown one arrived is not known: nothing came back
		return CodeNoReply
	case Failed, Bounced:
		return CodeUndelivered
	}
	return CodeNotSent
}

func answered(share *float64) string {
	switch {
	case share == nil || *share >= CompleteFrom:
		return CodeComplete
	case *share >= PartialFrom:
		return CodePartial
	case *share == 0:
		return CodeLoggedOn
	}
	return CodeBreakOff
}
