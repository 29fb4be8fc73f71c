package access

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var serviceMake = visit.Asking("access service make", "LABEL [--access read] [--parts LIST] [--jwks FILE|--jwks-url URL|--certificate FILE] [-o FILE]", "make an account for a program that comes in by OAuth 2.0 client credentials",
	"\nThe program acts for you, within the scope that you give it. It shows who it is by a secret, written to FILE, or by\nwhat it signs with a key of its own (--jwks, --jwks-url: private_key_jwt), or by the key pair of its TLS connection\n(--certificate). A signatory, a member of the steering committee or the technical lead makes it.", func(f *flag.FlagSet) {
		terminal.SecretFlags(f, "secret")
		f.String("access", "act", "read: it changes nothing; act: what you may")
		f.String("parts", "", "comma-separated `tags` of the API for which alone it is, as usage,ledger")
		f.String("expires-in", "", "its life, at most 366 days, as a `duration` like P90D")
		f.String("jwks", "", "a `file` with its public keys, a JSON Web Key Set")
		f.String("jwks-url", "", "the `address` at which it publishes them")
		f.String("certificate", "", "a `file` with its certificate or public key, in PEM")
	}, makeService)

func makeService(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("say in one text what the program is")
	}
	if err := terminal.SecretPlace(f); err != nil {
		return err
	}
	body := map[string]any{"label": env.Args[0], "access": terminal.Text(f, "access")}
	for member, name := range map[string]string{"jwks_uri": "jwks-url", "expires_in": "expires-in"} {
		if value := terminal.Text(f, name); value != "" {
			body[member] = value
		}
	}
	if parts := terminal.Listed(terminal.Text(f, "parts")); len(parts) > 0 {
		body["parts"] = parts
	}
	for member, name := range map[string]string{"jwks": "jwks", "certificate": "certificate"} {
		if terminal.Text(f, name) == "" {
			continue
		}
		b, err := os.ReadFile(terminal.Text(f, name))
		if err != nil {
			return fmt.Errorf("reading --%s: %w", name, err)
		}
		if body[member] = string(b); member == "jwks" {
			body[member] = json.RawMessage(b)
		}
	}
	var made struct {
		ID, Method string
		Secret     string `json:"client_secret"`
	}
	if err := c.Call(ctx, http.MethodPost, "/api/v1/service-accounts", body, &made); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "client id %s (%s); tokens are had at %s/oauth/token\n", made.ID, made.Method, c.Door)
	if made.Secret == "" {
		return nil
	}
	return terminal.GiveSecret(env, f, made.Secret)
}

var serviceList = visit.Asking("access service list", "", "list the accounts of your party's programs", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		return visit.Table(ctx, env, c, "/api/v1/service-accounts", "id", "state", "method", "access", "parts", "expires", "label")
	})

var serviceEnd = visit.Asking("access service end", "CLIENT", "end an account of a program at once, with its tokens", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one account by its client id")
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/service-accounts/"+env.Args[0], nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintln(env.Stdout, "it opens nothing any more")
		return err
	})
