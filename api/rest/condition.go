package rest

import (
	"net/http"
	"slices"
	"strings"

	"entente/ledger/seal"
)

// A Condition is what a write that replaces something takes, so that nobody replaces what they have not
// read (RFC 9110, 13.1).
type Condition struct {
	Match string `header:"If-Match" maxLength:"200" doc:"The etag of what you have read; or *, for whatever is there. If something else is there, nothing is done and the answer is 412."`
	None  string `header:"If-None-Match" enum:"*" doc:"Only if nothing is there yet."`
}

// Check refuses a write where its condition does not hold; the tag is of what is there, empty if nothing is.
func (c Condition) Check(tag string) error {
	switch {
	case c.None != "" && tag != "":
		return NewProblem(http.StatusPreconditionFailed, "there-already", "There is something already", "read it, and name its etag in If-Match to replace it")
	case c.Match == "", c.Match == "*" && tag != "", tag != "" && slices.Contains(strings.Split(strings.ReplaceAll(c.Match, " ", ""), ","), tag):
		return nil
	}
	return NewProblem(http.StatusPreconditionFailed, "changed", "It is not what you have read", "somebody has changed it since, or it is not there; read it again")
}

// TagOf names something as it is by all that it is made of, as an ETag is written.
func TagOf(parts ...string) string {
	b, err := Encode(parts)
	if err != nil {
		panic("rest: texts that cannot be written as JSON: " + err.Error()) // they were read from JSON
	}
	return `"` + strings.TrimPrefix(seal.Sum(b).String(), "sha256:")[:32] + `"`
}
