package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// A decision is how the agreement answers, as the API says it.
type decision struct {
	OK       bool
	Version  int
	Policy   string
	Replayed bool
	Code     string
	Clause   string
	Why      string
	Words    string `json:"clause_text"`
	Steps    []struct {
		Clause, Title, Asked, Why string
		OK                        bool
	}
}

func (d decision) print(w io.Writer) {
	for _, s := range d.Steps {
		mark := "yes"
		if !s.OK {
			mark = "NO "
		}
		fmt.Fprintf(w, "  %s  %-5s %s", mark, s.Clause, s.Asked)
		if s.Why != "" {
			fmt.Fprintf(w, ": %s", s.Why)
		}
		fmt.Fprintln(w)
	}
	if d.OK {
		fmt.Fprintf(w, "permitted under version %d\n", d.Version)
		return
	}
	fmt.Fprintf(w, "refused under version %d, %s", d.Version, d.Code)
	if d.Clause != "" {
		fmt.Fprintf(w, ", clause %s", d.Clause)
	}
	fmt.Fprintf(w, ": %s\n", d.Why)
	if d.Words != "" {
		fmt.Fprintf(w, "  “%s”\n", d.Words)
	}
}

var explainCall = asking("explain-call", "CALL [--json]", "show how a call was decided, clause by clause, and what came of it",
	"\nCALL is the usage id of a metered call (use_…, from Entente-Usage-Id) or the request id of a refused one (req_…,\nfrom Entente-Request-Id). The agreement is read as it was then, and decides again; the policy’s digest shows\nwhether it is the very one. Refused calls are kept for 30 days; of more than 200 at once, some are counted only.",
	func(f *flag.FlagSet) { f.Bool("json", false, "print JSON") },
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, _ string) error {
		if len(env.Args) != 1 {
			return misusef("name one call: use_… or req_…")
		}
		var b []byte
		if err := c.Call(ctx, http.MethodGet, "/api/v1/usage/"+url.PathEscape(env.Args[0]), nil, &b); err != nil {
			return err
		}
		if text(f, "json") == "true" {
			_, err := fmt.Fprintf(env.Stdout, "%s\n", b)
			return err
		}
		var e explained
		if err := json.Unmarshal(b, &e); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		e.print(env.Stdout)
		return nil
	})

// An explained call is what the API says of it.
type explained struct {
	ID, Kind string
	At       time.Time
	Decision decision
	Upstream string
	Held     struct {
		Input  int64 `json:"input_tokens"`
		Output int64 `json:"output_tokens"`
		Bytes  int64
	}
	Record struct {
		State, Outcome, Operation, Model, Key string
		Status                                int
		Input                                 int64 `json:"input_tokens"`
		Output                                int64 `json:"output_tokens"`
	}
	Refused struct {
		Component, Environment, Purpose, Operation, Model, Key, Limit string
		Status                                                        int
	}
}

func (e explained) print(w io.Writer) {
	same := "the very policy that decided"
	if !e.Decision.Replayed {
		same = "NOT the policy that decided, whose digest differs"
	}
	fmt.Fprintf(w, "%s, %s at %s\npolicy %s, %s\n", e.ID, e.Kind, e.At.Format(time.RFC3339Nano), e.Decision.Policy, same)
	if r := e.Refused; e.Kind == "refused" {
		fmt.Fprintf(w, "asked for %s of %s in %s for %s, key %s; answered with status %d\n", named(r.Operation), named(r.Component), named(r.Environment), named(r.Purpose), named(r.Key), r.Status)
		if r.Limit != "" {
			fmt.Fprintf(w, "the limit %s refused\n", r.Limit)
		}
	}
	e.Decision.print(w)
	if r := e.Record; e.Kind == "metered" {
		fmt.Fprintf(w, "held at most %d tokens in, %d out, %d bytes\npassed to %s: %s %s, status %d, %d tokens in, %d out\n", e.Held.Input, e.Held.Output, e.Held.Bytes,
			e.Upstream, r.State, r.Outcome, r.Status, r.Input, r.Output)
	}
}

func named(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

var decide = asking("decide", "--component NAME --environment ENV --purpose PURPOSE --operation NAME [--model NAME] [--key KEY]", "say how a call would be decided, without making it",
	"\nThe agreement answers as it stands now, by the same code as the gateway. Schedule C’s limits are not asked: they\ndepend on what has been used when the call comes. The exit status is 1 if the call would be refused.",
	func(f *flag.FlagSet) {
		for _, o := range decideOptions {
			f.String(o[0], "", o[1])
		}
		f.Bool("json", false, "print JSON")
	},
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		body := map[string]string{}
		for _, o := range decideOptions {
			if v := text(f, o[0]); v != "" {
				body[o[0]] = v
			}
		}
		var b []byte
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/decisions", body, &b); err != nil {
			return err
		}
		var d decision
		if err := json.Unmarshal(b, &d); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		if text(f, "json") == "true" {
			fmt.Fprintf(env.Stdout, "%s\n", b)
		} else {
			d.print(env.Stdout)
		}
		if !d.OK {
			return errFailed
		}
		return nil
	})

// decideOptions are the flags of decide, which are members of what is sent.
var decideOptions = [][2]string{
	{"component", "the component’s `name` in clause 1.2"}, {"environment", "test or production"}, {"purpose", "`what` the call is for (clause 3.2)"},
	{"class", "the `class` of data that it carries (clause 3.4)"}, {"operation", "the operation’s `name` in Schedule A"}, {"model", "the model’s `name`"},
	{"tool", "the tool’s `name`"}, {"resource", "the resource’s `address`"}, {"prompt", "the prompt’s `name`"},
	{"customer", "`whom` the caller serves"}, {"key", "a key’s `id`, instead of environment and purpose"},
}
