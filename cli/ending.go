package cli

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

var suspend = asking("suspend", "[COMPONENT] --reason TEXT", "suspend a component, or the whole agreement", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	body := map[string]string{"reason": text(f, "reason")}
	if len(env.Args) > 0 {
		body["component"] = env.Args[0]
	}
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/suspensions", body, nil); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s is suspended\n", scope(env.Args))
	return nil
})

var resume = asking("resume", "[COMPONENT]", "lift a suspension", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
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

var terminate = asking("terminate", "--ground notice|material_breach|insolvency|material_change [--breach ID] [--reason TEXT]", "end the agreement under Article 12", "", func(f *flag.FlagSet) {
	f.String("ground", "", "`why` it ends")
	f.String("breach", "", "the notified `breach`, where that is the ground")
	f.String("reason", "", "the `reason` in words; needed for a cause")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	body := map[string]string{"ground": text(f, "ground")}
	for _, name := range []string{"breach", "reason"} {
		if v := text(f, name); v != "" {
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
	fmt.Fprintf(env.Stdout, "the agreement is %s; it ends on %s\n", answer.Stage, answer.Ending.Ends.UTC().Format("2006-01-02 15:04 UTC"))
	return nil
})
