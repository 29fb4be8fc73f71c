package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"entente/access"
	"entente/access/signature"
	"entente/agreement"
	"entente/articles/source"
	"entente/egress"
	"entente/meter"
	"entente/notary"
	"entente/register"

	"github.com/danielgtaylor/huma/v2"
)

// A Problem says why a request was not carried out (RFC 9457). What was sent is never repeated in it.
type Problem struct {
	Type     string `json:"type" doc:"The kind of problem: urn:entente:problem: and a code."`
	Title    string `json:"title" doc:"The kind of problem in words."`
	Status   int    `json:"status" doc:"The HTTP status."`
	Detail   string `json:"detail,omitempty" doc:"What is wrong this time, and what to do."`
	Instance string `json:"instance,omitempty" doc:"The request's id, as in Entente-Request-Id."`

	Agreement   agreement.ID     `json:"agreement,omitempty" doc:"The agreement that refuses."`
	Version     int              `json:"version,omitzero" doc:"Its version that binds, or was proposed last."`
	Clause      agreement.Clause `json:"clause,omitempty" doc:"The clause that refuses."`
	ClauseTitle string           `json:"clause_title,omitempty" doc:"What the clause is about."`
	ClauseText  string           `json:"clause_text,omitempty" doc:"What the clause says, shortened."`

	Errors   []Fault   `json:"errors,omitempty" doc:"What is wrong with the request, one by one."`
	Findings []Finding `json:"findings,omitempty" doc:"What is wrong with the agreement file, one by one."`

	header http.Header
}

// A Fault is one thing that is wrong with a request.
type Fault struct {
	Location string `json:"location" doc:"Where: body.purpose, query.limit, header.Idempotency-Key."`
	Message  string `json:"message" doc:"What is wrong there."`
}

// A Finding is one thing that checking an agreement file has to say.
type Finding struct {
	Line     int                `json:"line" doc:"Where it is in the file: the line, from 1."`
	Column   int                `json:"column" doc:"And the character of the line, from 1."`
	Severity agreement.Severity `json:"severity" enum:"error,warning" doc:"An error keeps the file from being taken; a warning does not."`
	Clause   agreement.Clause   `json:"clause"`
	Rule     string             `json:"rule" doc:"The rule's name; entente explain says more about it."`
	Message  string             `json:"message" doc:"What is wrong."`
	Hint     string             `json:"hint,omitempty" doc:"How to mend it."`
	Path     string             `json:"path,omitempty" doc:"Where in the terms."`
}

func NewProblem(status int, code, title, detail string) *Problem {
	return &Problem{Type: "urn:entente:problem:" + code, Title: title, Status: status, Detail: detail}
}

func Absent() *Problem {
	return NewProblem(http.StatusNotFound, "not-found", "There is nothing here", "it does not exist, or it is not yours")
}

func Internal() *Problem {
	return NewProblem(http.StatusInternalServerError, "internal", "The node failed", "this is not your fault; the node's log says more under the request's id")
}

// Beyond is that a token does not go so far, though its person might.
func Beyond(detail string) *Problem {
	return NewProblem(http.StatusForbidden, "beyond-scope", "The token does not go so far", detail)
}

// Malformed is one fault in a request that could not be read.
func Malformed(location, message string) *Problem {
	return NewProblem(http.StatusBadRequest, "malformed", "The request is malformed", "").with(Fault{location, message})
}

// Invalid is one fault in a request that was read.
func Invalid(location, message string) *Problem {
	return NewProblem(http.StatusUnprocessableEntity, "invalid", "The request does not say what is needed", "").with(Fault{location, message})
}

// with adds what is wrong with the request; the detail says the first of it.
func (p *Problem) with(faults ...Fault) *Problem {
	p.Errors = append(p.Errors, faults...)
	if len(p.Errors) == 0 {
		return p
	}
	p.Detail = p.Errors[0].Location + ": " + p.Errors[0].Message
	if more := len(p.Errors) - 1; more > 0 {
		p.Detail += fmt.Sprintf(" (and %d more)", more)
	}
	return p
}

// Unsound is an agreement file that does not check.
func Unsound(f *source.File, found agreement.Findings) *Problem {
	p := NewProblem(http.StatusUnprocessableEntity, "unsound-agreement", "The agreement does not check", "mend the errors; warnings do not count")
	for _, l := range f.Lines(found) {
		if l.Severity == agreement.Note {
			continue
		}
		p.Findings = append(p.Findings, Finding{l.Line, l.Column, l.Severity, l.Clause, l.Rule, l.Message, l.Hint, l.Path})
	}
	return p
}

// Error is the problem in a sentence.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus, GetHeaders and ContentType are how huma writes a problem.
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) GetHeaders() http.Header   { return p.header }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// write answers with the problem, where huma is not reached.
func (p *Problem) write(w http.ResponseWriter) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	p.Instance = w.Header().Get("Entente-Request-Id")
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = strictJSON.Marshal(w, p) // the caller may have left
}

// asProblem gives every error one form, whoever found it, and takes out what the caller sent.
func asProblem(ctx huma.Context, _ string, v any) (any, error) {
	id := requestID(ctx)
	switch e := v.(type) {
	case *Problem:
		e.Instance = id
	case *huma.ErrorModel:
		p := NewProblem(e.Status, "invalid", "The request does not say what is needed", "")
		switch {
		case e.Status >= http.StatusInternalServerError:
			p = Internal()
		case e.Status != http.StatusUnprocessableEntity:
			p = NewProblem(e.Status, "malformed", "The request is malformed", e.Detail)
		}
		for _, detail := range e.Errors {
			p.with(faultAt(detail.Location, detail.Message))
		}
		p.Instance = id
		return p, nil
	}
	return v, nil
}

// problem is the one place where errors become answers.
func (d *Desk) problem(ctx context.Context, v Visit, err error) *Problem {
	var known *Problem
	var refusal *agreement.Refusal
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		return d.refused(v, refusal)
	case errors.Is(err, register.ErrUnknown):
		return Absent()
	case errors.Is(err, access.ErrNoEntry):
		p := NewProblem(http.StatusUnauthorized, "unauthorized", "No token, or one that is not known", "send Authorization: Bearer and an API token that has not expired")
		p.header = http.Header{"Www-Authenticate": {`Bearer realm="entente"`}}
		return p
	case errors.Is(err, signature.ErrSignature):
		return unsigned(err.Error())
	case errors.Is(err, notary.ErrKeyReused):
		return NewProblem(http.StatusUnprocessableEntity, "key-reused", "The idempotency key belongs to another request", "draw a new key for a new request")
	case errors.Is(err, notary.ErrClock):
		return Unavailable("clock", err.Error())
	case errors.Is(err, notary.ErrReadOnly):
		return NewProblem(http.StatusServiceUnavailable, "read-only", "The agreement is read-only", err.Error()+"; the operator of the node must put that right")
	case errors.Is(err, meter.ErrCursor):
		return Invalid("query.after", "this is no cursor; take next of the page before")
	case errors.Is(err, egress.ErrUpstream):
		return NewProblem(http.StatusUnprocessableEntity, "upstream", "This upstream cannot be set", strings.TrimPrefix(err.Error(), egress.ErrUpstream.Error()+": "))
	case ctx.Err() != nil:
		return Unavailable("broken-off", "the request broke off")
	}
	d.Logger().Error("a request failed", "error", err, "agreement", v.ID)
	return Internal()
}

func Unavailable(code, detail string) *Problem {
	p := NewProblem(http.StatusServiceUnavailable, code, "The node cannot do this now", detail)
	p.header = http.Header{"Retry-After": {"30"}}
	return p
}

// refused is the agreement's own no: 403 where clause 7.1 does not give the act to the visitor, 409
// where the agreement as it stands does not allow it.
func (d *Desk) refused(v Visit, r *agreement.Refusal) *Problem {
	p := NewProblem(http.StatusConflict, "refused", "The agreement does not allow this as it stands", r.Error())
	if r.Clause == "7.1" {
		p = NewProblem(http.StatusForbidden, "no-authority", "This is not yours to do", r.Error())
	}
	p.Clause, p.ClauseTitle = r.Clause, r.Clause.Title()
	view, err := d.house.Register.View(v.ID)
	if err != nil || v.Operator {
		return p // the operator sees nothing of what an agreement says
	}
	p.Agreement = v.ID
	p.ClauseText = view.Policy().Words(r.Clause)
	if current, ok := view.State.Life.Current(); ok {
		p.Version = current.Number
	}
	return p
}
