package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"entente/articles/policy"
	"entente/quota"
)

// A problem is a refusal as the caller reads it: RFC 9457, with the clause that decides and its
// words, and the error object that OpenAI's and Anthropic's clients look for in any body.
type problem struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Status   int      `json:"status"`
	Detail   string   `json:"detail"`
	Instance string   `json:"instance"` // the request's id
	Code     string   `json:"code"`
	Violated []string `json:"violated-policies,omitempty"`
	Pointer  string   `json:"pointer,omitempty"` // what in the body is wrong

	Agreement   string `json:"agreement,omitempty"`
	Number      string `json:"agreement_number,omitempty"`
	Version     int    `json:"version,omitempty"`
	Policy      string `json:"policy,omitempty"`
	Clause      string `json:"clause,omitempty"`
	ClauseTitle string `json:"clause_title,omitempty"`
	ClauseText  string `json:"clause_text,omitempty"`

	Error any `json:"error,omitempty"` // as the protocol's clients look for it

	message string // in one sentence, with the clause
}

type problemError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Code    string  `json:"code"`
	Param   *string `json:"param"`
}

// quotaProblem is the registered type of problem for a limit that is reached.
const quotaProblem = "https://iana.org/assignments/http-problem-types#quota-exceeded"

// problem words a refusal. The policy is nil where no agreement is known; the partnership's own
// number is for those who have shown a key of it.
func (r *refusal) problem(request string, p *policy.Policy, known bool) problem {
	kind := kinds[r.code]
	status := r.statusCode()
	b := problem{Type: "urn:entente:problem:" + string(r.code), Title: kind.title, Status: status, Detail: r.why, Instance: request, Code: string(r.code), Pointer: r.pointer}
	if r.limit != "" {
		b.Type, b.Violated = quotaProblem, []string{r.limit}
	}
	message := r.why
	if p != nil {
		b.Agreement, b.Version, b.Policy = string(p.Agreement), p.Version, p.Digest
		if known {
			b.Number = p.Number
		}
		if r.clause != "" {
			b.Clause, b.ClauseTitle, b.ClauseText = string(r.clause), r.clause.Title(), p.Words(r.clause)
			message += " (" + r.clause.Cite() + " of agreement " + b.Agreement + ", version " + strconv.Itoa(b.Version) + ")"
		}
	}
	b.message, b.Error = message, problemError{Message: message, Type: kind.class, Code: string(r.code)}
	return b
}

// inOneLine is JSON as a body and as the data of an event.
func inOneLine(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // a struct of texts and numbers always encodes
	return bytes.TrimRight(out.Bytes(), "\n")
}

// say answers with a refusal and nothing else.
func (c *call) say(s wording, r *refusal) {
	c.out.Set("Content-Type", s.media)
	c.out.Set("Cache-Control", "no-store")
	if s.status == http.StatusUnauthorized {
		c.out.Set("Www-Authenticate", "Bearer")
	}
	if r.retry > 0 {
		c.out.Set("Retry-After", strconv.FormatInt(quota.Seconds(r.retry), 10))
	}
	c.out.Set("Content-Length", strconv.Itoa(len(s.body)))
	c.writeHeader(s.status)
	_, _ = c.w.Write(s.body) // a caller who has left reads nothing
}
