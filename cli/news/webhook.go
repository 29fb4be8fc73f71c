package news

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

const webhooksPath = "/api/v1/webhooks"

var webhookAdd = visit.Asking("webhook add", "URL [--type TYPE]", "have events sent to an address of your party (Standard Webhooks)",
	"\nThe secret is printed this once; verify webhook-signature with it, or with the public key. --type takes\nentente.term.breach_notified.v1, several with commas, or entente.term.* for all of an article.",
	func(f *flag.FlagSet) { f.String("type", "", "only events of these `types`") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one address")
		}
		body := map[string]any{"url": env.Args[0]}
		if kinds := terminal.Listed(terminal.Text(f, "type")); len(kinds) > 0 {
			body["types"] = kinds
		}
		var made struct{ ID, Secret, Key string }
		if err := c.Call(ctx, http.MethodPost, webhooksPath, body, &made); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%s is sent what happens from now on\nsecret (v1)      %s\npublic key (v1a) %s\n", made.ID, made.Secret, made.Key)
		return err
	})

var webhookList = visit.Asking("webhook list", "", "list your party's webhooks", "", nil,
	func(ctx context.Context, env *terminal.Env, _ *flag.FlagSet, c *visit.Visitor, _ string) error {
		return visit.Table(ctx, env, c, webhooksPath, "id", "url", "created", "disabled")
	})

var webhookTest = onWebhook("webhook test", "WEBHOOK", "send a test message to a webhook now", "",
	func(ctx context.Context, env *terminal.Env, _ *flag.FlagSet, c *visit.Visitor, path string) error {
		var t struct{ ID, Said string }
		if err := c.Call(ctx, http.MethodPost, path+"/test", nil, &t); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%s was received: %s\n", t.ID, t.Said)
		return err
	}, nil)

var webhookRotate = onWebhook("webhook rotate", "WEBHOOK", "replace a webhook's secret and key", "\nMessages bear the signatures of before, too, for a day.",
	func(ctx context.Context, env *terminal.Env, _ *flag.FlagSet, c *visit.Visitor, path string) error {
		var made struct {
			ID, Secret, Key string
			Until           time.Time
		}
		if err := c.Call(ctx, http.MethodPost, path+"/secret", nil, &made); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%s has another secret; the one before signs, too, until %s\nsecret (v1)      %s\npublic key (v1a) %s\n", made.ID, made.Until.Format("2006-01-02 15:04 UTC"), made.Secret, made.Key)
		return err
	}, nil)

var webhookDeliveries = onWebhook("webhook deliveries", "WEBHOOK [--state waiting|delivered|dead]", "list how the events for a webhook stand", "",
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, path string) error {
		path += "/deliveries"
		if state := terminal.Text(f, "state"); state != "" {
			path += "?state=" + url.QueryEscape(state)
		}
		return visit.Table(ctx, env, c, path, "event", "state", "attempts", "due", "said")
	}, func(f *flag.FlagSet) { f.String("state", "", "only those that stand `so`: waiting, delivered or dead") })

var webhookReplay = onWebhook("webhook replay", "WEBHOOK [--from EVENT]", "send once more what could not be delivered, or everything from an event on", "",
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, path string) error {
		var answer struct{ Again int }
		if err := c.Call(ctx, http.MethodPost, path+"/replay", map[string]string{"from": terminal.Text(f, "from")}, &answer); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%d events wait to be sent again\n", answer.Again)
		return err
	}, func(f *flag.FlagSet) { f.String("from", "", "the `id` of the event to begin with") })

var webhookPause = onWebhook("webhook pause", "WEBHOOK", "send nothing to a webhook for a time", "\nWhat happens meanwhile is sent when it is resumed.", webhookTurn("/pause", "nothing is sent there until it is resumed"), nil)

var webhookResume = onWebhook("webhook resume", "WEBHOOK", "send to a webhook again", "\nWhat happened meanwhile is sent now. What could not be delivered is sent by replay.", webhookTurn("/resumption", "it is sent what happens again"), nil)

// webhookTurn is an act on a webhook that takes nothing, and what is said when it is done.
func webhookTurn(below, said string) func(context.Context, *terminal.Env, *flag.FlagSet, *visit.Visitor, string) error {
	return func(ctx context.Context, env *terminal.Env, _ *flag.FlagSet, c *visit.Visitor, path string) error {
		if err := c.Call(ctx, http.MethodPost, path+below, nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintln(env.Stdout, said)
		return err
	}
}

var webhookRemove = onWebhook("webhook remove", "WEBHOOK", "send nothing to a webhook any more", "",
	func(ctx context.Context, env *terminal.Env, _ *flag.FlagSet, c *visit.Visitor, path string) error {
		if err := c.Call(ctx, http.MethodDelete, path, nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintln(env.Stdout, "nothing is sent there any more")
		return err
	}, nil)

// onWebhook is a command about one webhook.
func onWebhook(name, args, help, long string, do func(context.Context, *terminal.Env, *flag.FlagSet, *visit.Visitor, string) error, flags func(*flag.FlagSet)) terminal.Command {
	return visit.Asking(name, args, help, long, flags, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one webhook by its id, as `entente webhook list` shows it")
		}
		return do(ctx, env, f, c, webhooksPath+"/"+url.PathEscape(env.Args[0]))
	})
}
