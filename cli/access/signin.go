package access

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"

	"entente/cli/terminal"
	"entente/cli/visit"
)

// A signIn is a company's own, as the node tells it.
type signIn struct {
	Issuer   string   `json:"issuer"`
	Client   string   `json:"client_id"`
	Door     string   `json:"door"`
	Redirect string   `json:"redirect_uri"`
	Domains  []string `json:"domains"`
}

func (s signIn) print(env *terminal.Env, c *visit.Visitor) error {
	_, err := fmt.Fprintf(env.Stdout, "issuer    %s\nclient    %s\ndomains   %s\nredirect  %s\nenter at  %s%s\n", s.Issuer, s.Client, strings.Join(s.Domains, ", "), s.Redirect, strings.TrimSuffix(c.Door, "/"), s.Door)
	return err
}

var signInSet = visit.Asking("access sign-in set", "ISSUER --client ID --secret-file FILE --domains LIST", "let your company's own sign-in (OpenID Connect) open the agreement to its people",
	"\nIt vouches for people of your party alone, with addresses of the domains named. A signatory or a member of the steering\ncommittee sets it.", func(f *flag.FlagSet) {
		f.String("client", "", "the `id` under which the issuer knows this node")
		f.String("secret-file", "", "a `file` with the secret that the issuer gave")
		f.String("domains", "", "comma-separated `domains` of the addresses that it vouches for")
	}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if len(env.Args) != 1 || terminal.Text(f, "client") == "" || terminal.Text(f, "secret-file") == "" || terminal.Text(f, "domains") == "" {
			return terminal.Misusef("name the issuer's address, --client, --secret-file and --domains")
		}
		secret, err := os.ReadFile(terminal.Text(f, "secret-file"))
		if err != nil {
			return fmt.Errorf("reading the secret: %w", err)
		}
		var s signIn
		body := map[string]any{"issuer": env.Args[0], "client_id": terminal.Text(f, "client"), "client_secret": strings.TrimSpace(string(secret)), "domains": terminal.Listed(terminal.Text(f, "domains"))}
		if err := c.Call(ctx, http.MethodPut, "/api/v1/sign-in", body, &s); err != nil {
			return err
		}
		return s.print(env, c)
	})

var signInShow = visit.Asking("access sign-in show", "", "show your company's own sign-in", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		var s signIn
		if err := c.Call(ctx, http.MethodGet, "/api/v1/sign-in", nil, &s); err != nil {
			return err
		}
		return s.print(env, c)
	})

var signInRemove = visit.Asking("access sign-in remove", "", "forget your company's own sign-in", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/sign-in", nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintln(env.Stdout, "it opens nothing any more; the sessions that it began have ended")
		return err
	})
