package integration

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var keyList = visit.Asking("key list", "", "list the keys of the agreement", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/keys?agreement="+url.QueryEscape(id), "id", "component", "environment", "purpose", "party", "method", "state", "expires", "used", "label")
	})

var keyRevoke = visit.Asking("key revoke", "KEY [--reason TEXT]", "end a key at once", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`; needed if the key is the other party's")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("name one key by its id")
	}
	path := "/api/v1/keys/" + url.PathEscape(env.Args[0])
	if r := terminal.Text(f, "reason"); r != "" {
		path += "?reason=" + url.QueryEscape(r)
	}
	var answer struct{ Component, Environment string }
	if err := c.Call(ctx, http.MethodDelete, path, nil, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s, for %s in %s, opens nothing any more\n", env.Args[0], answer.Component, answer.Environment)
	return nil
})

// keyFlags say what a key is for.
func keyFlags(f *flag.FlagSet) {
	f.String("component", "", "the component's `name` in clause 1.2")
	f.String("environment", "test", "test or production")
	f.String("purpose", "service", "`what` calls are for (clause 3.2): service, improvement, analytics, training")
	f.String("class", "", "the `class` of data that calls carry (clause 3.4): customer, aggregated or synthetic; customer if not said")
	f.String("label", "", "a `note` for yourselves")
	f.String("expires-in", "", "the key's `life` as an ISO 8601 duration; the time of clause B.3 if not said")
	f.String("networks", "", "the `blocks` of addresses from which alone the key is accepted: 203.0.113.0/24,2001:db8::/32")
}

// keyRequest is what the flags ask for.
func keyRequest(f *flag.FlagSet, id string) map[string]any {
	body := map[string]any{"agreement": id}
	if blocks := terminal.Text(f, "networks"); blocks != "" {
		body["networks"] = strings.Split(blocks, ",")
	}
	for name, field := range map[string]string{"component": "component", "environment": "environment", "purpose": "purpose", "class": "class", "label": "label", "expires-in": "expires_in"} {
		if v := terminal.Text(f, name); v != "" {
			body[field] = v
		}
	}
	return body
}

var keyIssue = visit.Asking("key issue", "--component NAME --environment test|production --purpose PURPOSE [-o FILE]", "issue your party a key for the gateway",
	"\nThe technical lead of the consuming party issues keys. The secret is shown once; the node keeps its digest.",
	func(f *flag.FlagSet) {
		keyFlags(f)
		terminal.SecretFlags(f, "key")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if err := terminal.SecretPlace(f); err != nil {
			return err
		}
		var answer struct{ ID, Secret string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/keys", keyRequest(f, id), &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "issued %s; its secret is not shown again\n", answer.ID)
		return terminal.GiveSecret(env, f, answer.Secret)
	})

var keyRegister = visit.Asking("key register", "--component NAME --environment test|production --purpose PURPOSE --issuer URL --client ID (--jwks FILE | --jwks-url URL)",
	"register an OAuth 2.0 client of your own issuer in place of a key",
	"\nThe client's access tokens (RFC 9068, at most 10 minutes) open the component if they are meant for the\naudience that this prints. Registering a client again takes the place of its earlier registration.",
	func(f *flag.FlagSet) {
		keyFlags(f)
		f.String("issuer", "", "what the tokens say in `iss`")
		f.String("client", "", "what the tokens say in `client_id`")
		f.String("jwks", "", "a `file` with the issuer's public keys, as a JSON Web Key Set")
		f.String("jwks-url", "", "instead of --jwks: the `URL` where the issuer publishes them")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		client, err := clientOf(f)
		if err != nil {
			return err
		}
		body := keyRequest(f, id)
		body["oauth2"] = client
		var answer struct{ ID, Audience string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/keys", body, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "registered %s; its access tokens have to be meant for the audience %s\n", answer.ID, answer.Audience)
		return nil
	})

// clientOf is the client that the flags name, with its issuer's keys or where they are published.
func clientOf(f *flag.FlagSet) (map[string]any, error) {
	issuer, client, file, url := terminal.Text(f, "issuer"), terminal.Text(f, "client"), terminal.Text(f, "jwks"), terminal.Text(f, "jwks-url")
	if issuer == "" || client == "" || (file == "") == (url == "") {
		return nil, terminal.Misusef("name the --issuer, the --client, and either the file with its --jwks or the --jwks-url where it publishes them")
	}
	if url != "" {
		return map[string]any{"issuer": issuer, "client_id": client, "jwks_uri": url}, nil
	}
	set, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the issuer's keys: %w", err)
	}
	if !json.Valid(set) {
		return nil, fmt.Errorf("%s is not JSON", file)
	}
	return map[string]any{"issuer": issuer, "client_id": client, "jwks": json.RawMessage(set)}, nil
}

var keyPin = visit.Asking("key pin", "--component NAME --environment test|production --purpose PURPOSE CERTIFICATE",
	"register a client certificate in place of a key",
	"\nCERTIFICATE is a file in PEM: a certificate, or its public key alone. Calls over TLS connections that prove\nto have its key pair (mutual TLS) open the component. Who issued the certificate, for whom and until when does\nnot count; the registration expires as a key does. A key pair is registered once: the next credential has another.",
	keyFlags,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one file with the certificate")
		}
		certificate, err := publicPart(env.Args[0])
		if err != nil {
			return err
		}
		body := keyRequest(f, id)
		body["certificate"] = certificate
		var answer struct{ ID, Pin string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/keys", body, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "registered %s; it is opened by the key pair whose public key has the SHA-256 %s\n", answer.ID, answer.Pin)
		return nil
	})

// publicPart is the first certificate or public key of a file in PEM. Nothing else of it leaves this
// machine: a private key may stand beside it.
func publicPart(name string) (string, error) {
	rest, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("reading the certificate: %w", err)
	}
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return "", fmt.Errorf("%s holds no certificate and no public key in PEM", name)
		}
		if block.Type == "CERTIFICATE" || block.Type == "PUBLIC KEY" {
			return string(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})), nil
		}
	}
}
