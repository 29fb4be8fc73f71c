package access

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var link = visit.Asking("access link", "PERSON --data DIR", "make a one-time link by which a person enters the console",
	"\nPERSON is the person's id in clause 7.1 of the agreement. Only the node's operator makes links.", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one person by the id in clause 7.1")
		}
		var answer struct{ Link string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/links", map[string]string{"agreement": id, "person": env.Args[0]}, &answer); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, c.Door+"/enter/"+answer.Link)
		return nil
	})

var begin = terminal.Command{
	Name: "access begin", Args: "ADDRESS --data DIR", Help: "make a one-time link by which somebody begins an agreement in the console",
	Long: `
Whoever has no agreement on the node yet writes and opens one there. Its clause 7.1 has to name their
e-mail ADDRESS. Give the link to them alone: whoever has it is taken for whoever has the address. Only the
node's operator makes links.`,
	Flags: visit.Flags,
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) (err error) {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one e-mail address")
		}
		c, err := visit.Dial(ctx, env, f)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		var answer struct{ Link string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/beginnings", map[string]string{"address": env.Args[0]}, &answer); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, c.Door+"/enter/"+answer.Link)
		return nil
	},
}

var token = visit.Asking("access token", "PERSON [--label TEXT] [--access read] [--parts LIST] [--expires-in P30D] -o FILE --data DIR", "make an API token for a person",
	"\nWithout more it may what the person may, for 90 days. A program that only reads needs --access read; one that\nonly bills, --parts usage. A token makes no other that goes further than itself.", func(f *flag.FlagSet) {
		terminal.SecretFlags(f, "token")
		limitFlags(f)
	}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one person by the id in clause 7.1")
		}
		if err := terminal.SecretPlace(f); err != nil {
			return err
		}
		var answer struct {
			ID, Secret string
			Expires    time.Time
		}
		body := limited(f)
		body["agreement"], body["person"] = id, env.Args[0]
		if err := c.Call(ctx, http.MethodPost, "/api/v1/tokens", body, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "made %s, a token for %s until %s; it is not shown again\n", answer.ID, env.Args[0], answer.Expires.Format(time.DateOnly))
		return terminal.GiveSecret(env, f, answer.Secret)
	})

// limitFlags say how far and how long what a program comes in by goes.
func limitFlags(f *flag.FlagSet) {
	f.String("access", "act", "read: it changes nothing; act: what the person may")
	f.String("parts", "", "comma-separated `tags` of the API for which alone it is, as usage,ledger")
	f.String("expires-in", "", "its life, at most 90 days, as a `duration` like P30D")
	f.String("label", "", "what it is for")
}

// limited is a request with those limits.
func limited(f *flag.FlagSet) map[string]any {
	body := map[string]any{"label": terminal.Text(f, "label"), "access": terminal.Text(f, "access"), "expires_in": terminal.Text(f, "expires-in")}
	if parts := terminal.Text(f, "parts"); parts != "" {
		body["parts"] = terminal.Listed(parts)
	}
	return body
}

var list = visit.Asking("access list", "", "list your tokens, links and sessions; the operator's list is of a whole agreement", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/credentials?agreement="+url.QueryEscape(id), "id", "kind", "person", "name", "state", "access", "parts", "expires", "label")
	})

var revoke = visit.Asking("access revoke", "CREDENTIAL", "end a token, link or session at once", "\nCREDENTIAL is the id in `entente access list`. A person ends their own, the operator any.", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one token, link or session by its id: cred_…")
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/credentials/"+url.PathEscape(env.Args[0]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s opens nothing any more\n", env.Args[0])
		return nil
	})

var passkeys = visit.Asking("access passkeys", "", "list your passkeys, which are made in the console", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/passkeys", "id", "name", "created", "used", "key")
	})

var forget = visit.Asking("access forget", "PASSKEY", "remove a passkey of yours at once", "\nPASSKEY is the id in `entente access passkeys`. What was signed with it stays signed.", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one passkey by its id: pk_…")
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/passkeys/"+url.PathEscape(env.Args[0]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s opens nothing any more\n", env.Args[0])
		return nil
	})

var invite = visit.Asking("access invite", "PERSON", "send a person of your own party a one-time link, by e-mail",
	"\nPERSON is the person's id in clause 7.1 of the agreement, which also has the address. Signatories and members of the steering\ncommittee invite the people of their own party; the node's operator anybody. Nobody but the addressee sees the link.", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one person by the id in clause 7.1")
		}
		var answer struct{ Expires time.Time }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/invitations", map[string]string{"agreement": id, "person": env.Args[0]}, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is sent a link; it works once, until %s\n", env.Args[0], answer.Expires.Format(time.DateOnly))
		return nil
	})

var erase = visit.Asking("access erase", "PERSON", "erase what says who a person is", `
PERSON is the person's id in clause 7.1, or the pseudonym in the ledger. A party's signatory or legal
contact has its own people erased, the operator anyone; not the last signatory of a party. Their tokens,
links, sessions and passkeys end with it. The ledger still verifies: it names the pseudonym alone. Take the
person out of clause 7.1 in the next version too, or it makes them known again. What is kept, and why, is
printed.`, nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one person by the id in clause 7.1, or by pseudonym")
		}
		var receipt struct {
			Agreement, Person string
			Entry             int
			At                time.Time
			Erased            []string
			Kept              []struct{ What, Why string }
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/erasures", map[string]string{"agreement": id, "person": env.Args[0]}, &receipt); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s of %s was erased at %s: entry %d\n", receipt.Person, receipt.Agreement, terminal.Instant(receipt.At), receipt.Entry)
		for _, what := range receipt.Erased {
			fmt.Fprintf(env.Stdout, "deleted: %s\n", what)
		}
		for _, k := range receipt.Kept {
			fmt.Fprintf(env.Stdout, "kept: %s. %s\n", k.What, k.Why)
		}
		return nil
	})
