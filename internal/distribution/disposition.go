package distribution

import (
	"math"
	"slices"
)

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

// Cut is where the lines go between breaking off, a partial and a complete answer, in percent of the
// questions that a person was shown. It is the campaign's own, and printed with every result.
type Cut struct {
	PartialFrom   int `json:"partial_from"`   // partial from here on
	CompleteAbove int `json:"complete_above"` // complete above this
}

// DefaultCut is the usual one (methods 1.1): fewer than half is a break-off, more than four fifths complete.
var DefaultCut = Cut{PartialFrom: 50, CompleteAbove: 80}

func (c Cut) valid() bool {
	return c.PartialFrom >= 1 && c.CompleteAbove >= c.PartialFrom && c.CompleteAbove <= 99
}

// Disposition is the one code of a case, from what has happened to it: of several acts the last one
// decides. mailState is the state of the mail that carried the invitation. An answer that was never
// submitted is a break-off however long it is: it is not used.
func Disposition(inv Invitation, mailState string, cut Cut) string {
	ineligible := inv.ManualCode != "" && inv.ManualCode[0] == '4'
	switch {
	case ineligible:
		return inv.ManualCode
	case inv.AnsweredAt != nil:
		return answered(inv.AnsweredShare, cut)
	case inv.refused():
		return CodeRefused
	case inv.LateAt != nil:
		return CodeLate
	case inv.StartedAt != nil:
		if inv.AnsweredShare == nil || *inv.AnsweredShare == 0 {
			return CodeLoggedOn
		}
		return CodeBreakOff
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

// Code is the Disposition of one case. It is empty for an invitation of an anonymous campaign of which
// nothing came back: it may have been answered.
func (i Invitation) Code(mailState string, cut Cut) string {
	code := Disposition(i, mailState, cut)
	if i.Mode == Anonymous && code == CodeNoReply {
		return ""
	}
	return code
}

// refused tells whether the last that the person said was no: who comes too late after a no wanted to
// answer after all.
func (i Invitation) refused() bool {
	last := i.DeclinedAt
	if u := i.UnsubscribedAt; last == nil || u != nil && u.After(*last) {
		last = u
	}
	return last != nil && (i.LateAt == nil || !i.LateAt.After(*last))
}

func answered(share *float64, cut Cut) string {
	if share == nil {
		return CodeComplete
	}
	switch percent := math.Round(*share*1000) / 10; { // as exact as it is stored
	case percent > float64(cut.CompleteAbove):
		return CodeComplete
	case percent >= float64(cut.PartialFrom):
		return CodePartial
	case percent == 0:
		return CodeLoggedOn
	}
	return CodeBreakOff
}
