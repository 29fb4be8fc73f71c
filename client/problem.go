package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A Problem is the node's refusal (RFC 9457).
type Problem struct {
	Type       string
	Title      string
	Status     int
	Detail     string
	Agreement  string
	Version    int
	Clause     string // the clause that refuses; empty if the agreement does not
	ClauseText string `json:"clause_text"`
	Errors     []Fault
	Findings   []Finding
}

// A Fault is one thing that is wrong with a request.
type Fault struct{ Location, Message string }

// A Finding is one thing that is wrong with an agreement file.
type Finding struct {
	Line, Column                          int
	Severity, Clause, Rule, Message, Hint string
}

// Error says what is wrong, where, and what to do; more than one thing as a list.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Detail)
	if p.Detail == "" {
		b.WriteString(p.Title)
	}
	if len(p.Errors) > 1 || p.Detail == "" {
		for _, e := range p.Errors {
			fmt.Fprintf(&b, "\n  %s: %s", e.Location, e.Message)
		}
	}
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "\n  %d:%d: %s: clause %s: %s [%s]", f.Line, f.Column, f.Severity, f.Clause, f.Message, f.Rule)
	}
	return b.String()
}

// problem reads a refusal; what is not a problem, as of a proxy on the way, is told by its status.
func problem(answer *http.Response, b []byte) *Problem {
	p := &Problem{}
	if json.Unmarshal(b, p) != nil || p.Title+p.Detail == "" {
		return &Problem{Status: answer.StatusCode, Title: "the node answered " + answer.Status}
	}
	p.Status = answer.StatusCode
	return p
}
