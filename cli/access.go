package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/files"
)

var accessLink = asking("access link", "PERSON --data DIR", "make a one-time link by which a person enters the console",
	"\nPERSON is the person's id in clause 7.1 of the agreement. Only the node's operator makes links.", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one person by the id in clause 7.1")
		}
		var answer struct{ Link string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/links", map[string]string{"agreement": id, "person": env.Args[0]}, &answer); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, c.door+"/enter/"+answer.Link)
		return nil
	})

var accessBegin = Command{
	Name: "access begin", Args: "ADDRESS --data DIR", Help: "make a one-time link by which somebody begins an agreement in the console",
	Long: `
Whoever has no agreement on the node yet writes and opens one there. Its clause 7.1 has to name their
e-mail ADDRESS. Give the link to them alone: whoever has it is taken for whoever has the address. Only the
node's operator makes links.`,
	Flags: ledgerFlags,
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) (err error) {
		if len(env.Args) != 1 {
			return misusef("name one e-mail address")
		}
		c, err := dial(ctx, env, f)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.close()) }()
		var answer struct{ Link string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/beginnings", map[string]string{"address": env.Args[0]}, &answer); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, c.door+"/enter/"+answer.Link)
		return nil
	},
}

var accessToken = asking("access token", "PERSON [--label TEXT] [--access read] [--parts LIST] [--expires-in P30D] -o FILE --data DIR", "make an API token for a person",
	"\nWithout more it may what the person may, for 90 days. A program that only reads needs --access read; one that\nonly bills, --parts usage. A token makes no other that goes further than itself.", func(f *flag.FlagSet) {
		secretFlags(f, "token")
		limitFlags(f)
	}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one person by the id in clause 7.1")
		}
		if err := secretPlace(f); err != nil {
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
		return secretOut(env, f, answer.Secret)
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
	body := map[string]any{"label": text(f, "label"), "access": text(f, "access"), "expires_in": text(f, "expires-in")}
	if parts := text(f, "parts"); parts != "" {
		body["parts"] = listed(parts)
	}
	return body
}

func secretFlags(f *flag.FlagSet, what string) {
	f.String("o", "", "the "+what+" `file`; without it the "+what+" is printed")
	f.Bool("force", false, "with -o: overwrite a file that is there")
}

// secretPlace refuses to lose another secret, before one is made that is shown once.
func secretPlace(f *flag.FlagSet) error {
	name := text(f, "o")
	if name == "" || text(f, "force") == "true" {
		return nil
	}
	if err := absent(name); err != nil {
		return fmt.Errorf("%w, or --force to overwrite it", err)
	}
	return nil
}

// secretOut writes a secret that is shown once to a file of its own, or prints it.
func secretOut(env *Env, f *flag.FlagSet, secret string) error {
	name := text(f, "o")
	if name == "" {
		fmt.Fprintln(env.Stdout, secret)
		return nil
	}
	return files.WriteFile(name, []byte(secret+"\n"), 0o600)
}

var accessList = asking("access list", "", "list your tokens, links and sessions; the operator's list is of a whole agreement", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		return table(ctx, env, c, "/api/v1/credentials?agreement="+url.QueryEscape(id), "id", "kind", "person", "name", "state", "access", "parts", "expires", "label")
	})

var accessRevoke = asking("access revoke", "CREDENTIAL", "end a token, link or session at once", "\nCREDENTIAL is the id in `entente access list`. A person ends their own, the operator any.", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one token, link or session by its id: cred_…")
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/credentials/"+url.PathEscape(env.Args[0]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s opens nothing any more\n", env.Args[0])
		return nil
	})

var accessPasskeys = asking("access passkeys", "", "list your passkeys, which are made in the console", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		return table(ctx, env, c, "/api/v1/passkeys", "id", "name", "created", "used", "key")
	})

var accessForget = asking("access forget", "PASSKEY", "remove a passkey of yours at once", "\nPASSKEY is the id in `entente access passkeys`. What was signed with it stays signed.", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one passkey by its id: pk_…")
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/passkeys/"+url.PathEscape(env.Args[0]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s opens nothing any more\n", env.Args[0])
		return nil
	})

var accessInvite = asking("access invite", "PERSON", "send a person of your own party a one-time link, by e-mail",
	"\nPERSON is the person's id in clause 7.1 of the agreement, which also has the address. Signatories and members of the steering\ncommittee invite the people of their own party; the node's operator anybody. Nobody but the addressee sees the link.", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one person by the id in clause 7.1")
		}
		var answer struct{ Expires time.Time }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/invitations", map[string]string{"agreement": id, "person": env.Args[0]}, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is sent a link; it works once, until %s\n", env.Args[0], answer.Expires.Format(time.DateOnly))
		return nil
	})

var accessErase = asking("access erase", "PERSON", "erase what says who a person is", `
PERSON is the person's id in clause 7.1, or the pseudonym in the ledger. A party's signatory or legal
contact has its own people erased, the operator anyone; not the last signatory of a party. Their tokens,
links, sessions and passkeys end with it. The ledger still verifies: it names the pseudonym alone. Take the
person out of clause 7.1 in the next version too, or it makes them known again. What is kept, and why, is
printed.`, nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one person by the id in clause 7.1, or by pseudonym")
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
		fmt.Fprintf(env.Stdout, "%s of %s was erased at %s: entry %d\n", receipt.Person, receipt.Agreement, instant(receipt.At), receipt.Entry)
		for _, what := range receipt.Erased {
			fmt.Fprintf(env.Stdout, "deleted: %s\n", what)
		}
		for _, k := range receipt.Kept {
			fmt.Fprintf(env.Stdout, "kept: %s. %s\n", k.What, k.Why)
		}
		return nil
	})
