package calls

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var explain = visit.Asking("explain-call", "CALL [--json]", "show how a call was decided, clause by clause, and what came of it",
	"\nCALL is the usage id of a metered call (use_…, from Entente-Usage-Id) or the request id of a refused one (req_…,\nfrom Entente-Request-Id). The agreement is read as it was then, and decides again; the policy’s digest shows\nwhether it is the very one. Refused calls are kept for 30 days; of more than 200 at once, some are counted only.",
	func(f *flag.FlagSet) { f.Bool("json", false, "print JSON") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one call: use_… or req_…")
		}
		var e explained
		shown, err := c.Show(ctx, env, f, http.MethodGet, "/api/v1/usage/"+url.PathEscape(env.Args[0]), nil, &e)
		if err == nil && !shown {
			e.print(env.Stdout)
		}
		return err
	})

// An explained call is what the API says of it.
type explained struct {
	ID, Kind string
	At       time.Time
	Decision decision
	Upstream string
	Held     heldTokens
	Record   struct {
		State, Outcome, Operation, Model, Item, Key, Basis string
		Status                                             int
		Input                                              int64 `json:"input_tokens"`
		Output                                             int64 `json:"output_tokens"`
	}
	Refused struct {
		Component, Environment, Purpose, Operation, Model, Item, Key, Limit string
		Status                                                              int
	}
}

func (e explained) print(w io.Writer) {
	same := "the very policy that decided"
	if !e.Decision.Replayed {
		same = "NOT the policy that decided, whose digest differs"
	}
	fmt.Fprintf(w, "%s, %s at %s\npolicy %s, %s\n", e.ID, e.Kind, e.At.Format(time.RFC3339Nano), e.Decision.Policy, same)
	if r := e.Refused; e.Kind == "refused" {
		fmt.Fprintf(w, "asked for %s of %s in %s for %s, key %s; answered with status %d\n", called(r.Operation, r.Item), named(r.Component), named(r.Environment), named(r.Purpose), named(r.Key), r.Status)
		if r.Limit != "" {
			fmt.Fprintf(w, "the limit %s refused\n", r.Limit)
		}
	}
	e.Decision.print(w)
	if r := e.Record; e.Kind == "metered" {
		fmt.Fprintf(w, "held at most %d tokens in, %d out, %d bytes\npassed to %s: %s, %s %s, status %d, %d tokens in, %d out%s\n", e.Held.Input, e.Held.Output, e.Held.Bytes,
			e.Upstream, called(r.Operation, r.Item), r.State, r.Outcome, r.Status, r.Input, r.Output, bases[r.Basis])
	}
}

var decide = visit.Asking("decide", "--component NAME --environment ENV --purpose PURPOSE --operation NAME [--model NAME] [--key KEY] [--bytes N] [--max-tokens N]", "say how a call would be decided, without making it",
	"\nThe agreement answers as it stands now, by the same code as the gateway. Schedule C’s limits say what is left and\nwhat the call would hold, for a request of --bytes whose answer has at most --max-tokens; nothing is held. The exit\nstatus is 1 if the call would be refused.",
	func(f *flag.FlagSet) {
		for _, o := range decideOptions {
			f.String(o[0], "", o[1])
		}
		f.Int64("bytes", 0, "how `long` the request is, in bytes")
		f.Int64("max-tokens", 0, "the most `tokens` that the request lets its answers have together; 0 if it does not say")
		f.Bool("json", false, "print JSON")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		body := map[string]any{}
		for _, o := range decideOptions {
			if v := terminal.Text(f, o[0]); v != "" {
				body[o[0]] = v
			}
		}
		for flag, member := range map[string]string{"bytes": "request_bytes", "max-tokens": "max_tokens"} {
			if n, _ := strconv.ParseInt(terminal.Text(f, flag), 10, 64); n != 0 { // the flag has parsed it
				body[member] = n
			}
		}
		var d decision
		shown, err := c.Show(ctx, env, f, http.MethodPost, "/api/v1/agreements/"+id+"/decisions", body, &d)
		if err != nil {
			return err
		}
		if !shown {
			d.print(env.Stdout)
		}
		if !d.OK {
			return terminal.ErrFailed
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
