package life

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var suspend = visit.Asking("suspend", "[COMPONENT] --reason TEXT", "suspend a component, or the whole agreement", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	body := map[string]string{"reason": terminal.Text(f, "reason")}
	if len(env.Args) > 0 {
		body["component"] = env.Args[0]
	}
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/suspensions", body, nil); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s is suspended\n", scope(env.Args))
	return nil
})

var resume = visit.Asking("resume", "[COMPONENT]", "lift a suspension", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		which := "all"
		if len(env.Args) > 0 {
			which = env.Args[0]
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/agreements/"+id+"/suspensions/"+url.PathEscape(which), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is no longer suspended\n", scope(env.Args))
		return nil
	})

// scope is what a suspension is of.
func scope(args []string) string {
	if len(args) == 0 {
		return "the agreement"
	}
	return args[0]
}

// A notice is what a node answers about one of clause 12.2.
type notice struct {
	Breach struct {
		ID     string
		CureBy time.Time `json:"cure_by"`
	}
	Change struct {
		ID    string
		Until time.Time
	}
}

var breachNotify = visit.Asking("breach notify", "--what TEXT", "give notice of a material breach, and start the time to cure it (clause 12.2)", "", func(f *flag.FlagSet) {
	f.String("what", "", "what the other party's `breach` is")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if terminal.Text(f, "what") == "" {
		return terminal.Misusef("say --what the breach is")
	}
	var answer notice
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/breaches", map[string]string{"what": terminal.Text(f, "what")}, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "notice %s is given; the breach must be cured by %s\n", answer.Breach.ID, visit.By(ctx, c, id, answer.Breach.CureBy))
	return nil
})

var breachCure = visit.Asking("breach cure", "NOTICE", "say that a breach of which your party gave notice is cured", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return closeNotice(ctx, env, c, "/api/v1/agreements/"+id+"/breaches/%s/cure", "cured")
	})

var changeNotify = visit.Asking("change notify", "--what TEXT [--kind control|law|technology|business]", "give notice of a material change, and start the time to negotiate (clause 12.2)", "", func(f *flag.FlagSet) {
	f.String("what", "", "what has `changed`")
	f.String("kind", "", "which `kind` of change; needed where clause 12.2 lists them")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if terminal.Text(f, "what") == "" {
		return terminal.Misusef("say --what has changed")
	}
	body := map[string]string{"what": terminal.Text(f, "what")}
	if kind := terminal.Text(f, "kind"); kind != "" {
		body["kind"] = kind
	}
	var answer notice
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/changes", body, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "notice %s is given; the parties negotiate until %s\n", answer.Change.ID, visit.By(ctx, c, id, answer.Change.Until))
	return nil
})

var changeSettle = visit.Asking("change settle", "NOTICE", "say that the parties have agreed about a change of which your party gave notice", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return closeNotice(ctx, env, c, "/api/v1/agreements/"+id+"/changes/%s/settlement", "settled")
	})

func closeNotice(ctx context.Context, env *terminal.Env, c *visit.Visitor, path, done string) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("name one notice by its id")
	}
	if err := c.Call(ctx, http.MethodPost, fmt.Sprintf(path, url.PathEscape(env.Args[0])), nil, nil); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s is %s\n", env.Args[0], done)
	return nil
}

var terminate = visit.Asking("terminate", "--ground notice|material_breach|insolvency|material_change|service_levels [--breach ID] [--change ID] [--reason TEXT]", "end the agreement under Article 12", "", func(f *flag.FlagSet) {
	f.String("ground", "", "`why` it ends")
	f.String("breach", "", "the notified `breach`, where that is the ground")
	f.String("change", "", "your notice of `change`, where that is the ground")
	f.String("reason", "", "the `reason` in words; needed for a cause")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	body := map[string]string{"ground": terminal.Text(f, "ground")}
	for _, name := range []string{"breach", "change", "reason"} {
		if v := terminal.Text(f, name); v != "" {
			body[name] = v
		}
	}
	var answer struct {
		Stage  string
		Ending struct{ Ends time.Time }
	}
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/termination", body, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "the agreement is %s; the last day of its full use is %s\n", answer.Stage, visit.By(ctx, c, id, answer.Ending.Ends.Add(-1)))
	return nil
})
