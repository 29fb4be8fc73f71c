package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
)

var serviceMake = asking("access service make", "LABEL [--access read] [--parts LIST] [--jwks FILE|--jwks-url URL|--certificate FILE] [-o FILE]", "make an account for a program that comes in by OAuth 2.0 client credentials",
	"\nThe program acts for you, within the scope that you give it. It shows who it is by a secret, written to FILE, or by\nwhat it signs with a key of its own (--jwks, --jwks-url: private_key_jwt), or by the key pair of its TLS connection\n(--certificate). A signatory, a member of the steering committee or the technical lead makes it.", func(f *flag.FlagSet) {
		secretFlags(f, "secret")
		f.String("access", "act", "read: it changes nothing; act: what you may")
		f.String("parts", "", "comma-separated `tags` of the API for which alone it is, as usage,ledger")
		f.String("expires-in", "", "its life, at most 366 days, as a `duration` like P90D")
		f.String("jwks", "", "a `file` with its public keys, a JSON Web Key Set")
		f.String("jwks-url", "", "the `address` at which it publishes them")
		f.String("certificate", "", "a `file` with its certificate or public key, in PEM")
	}, makeService)

func makeService(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, _ string) error {
	if len(env.Args) != 1 {
		return misusef("say in one text what the program is")
	}
	if err := secretPlace(f); err != nil {
		return err
	}
	body := map[string]any{"label": env.Args[0], "access": text(f, "access")}
	for member, name := range map[string]string{"jwks_uri": "jwks-url", "expires_in": "expires-in"} {
		if value := text(f, name); value != "" {
			body[member] = value
		}
	}
	if parts := listed(text(f, "parts")); len(parts) > 0 {
		body["parts"] = parts
	}
	for member, name := range map[string]string{"jwks": "jwks", "certificate": "certificate"} {
		if text(f, name) == "" {
			continue
		}
		b, err := os.ReadFile(text(f, name))
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
	fmt.Fprintf(env.Stderr, "client id %s (%s); tokens are had at %s/oauth/token\n", made.ID, made.Method, c.door)
	if made.Secret == "" {
		return nil
	}
	return secretOut(env, f, made.Secret)
}

var serviceList = asking("access service list", "", "list the accounts of your party's programs", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, _ string) error {
		return table(ctx, env, c, "/api/v1/service-accounts", "id", "state", "method", "access", "parts", "expires", "label")
	})

var serviceEnd = asking("access service end", "CLIENT", "end an account of a program at once, with its tokens", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, _ string) error {
		if len(env.Args) != 1 {
			return misusef("name one account by its client id")
		}
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/service-accounts/"+env.Args[0], nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintln(env.Stdout, "it opens nothing any more")
		return err
	})
