package quota

import (
	"fmt"
	"time"

	"entente/articles/policy"
)

// Full says why a call is refused: of the rule's unit it may use Need, and no more than Left can be held.
type Full struct {
	Rule       *Rule
	Need, Left int64
	Wait       time.Duration // before there may be room; zero if no wait helps
}

// The codes of refusals by a limit.
const (
	RateExceeded  policy.Code = "rate-exceeded"
	QuotaExceeded policy.Code = "quota-exceeded"
	TooManyOpen   policy.Code = "too-many-open-calls"
)

// Code is the kind of the refusal.
func (f *Full) Code() policy.Code {
	switch {
	case f.Rule.Unit == Open:
		return TooManyOpen
	case f.Rule.Rolling():
		return RateExceeded
	}
	return QuotaExceeded
}

// Why says which limit has no room for the call, and what would fit.
func (f *Full) Why() string {
	r := f.Rule
	why := fmt.Sprintf("Schedule C allows %s, counted by %s: this call may use %s, and %s can still be held.", r.Words(), r.Per, r.Say(f.Need), r.Say(f.Left))
	if f.Wait == 0 {
		why += " No wait helps: ask for less at once, or state a lower maximum for the answer."
	}
	return why
}
