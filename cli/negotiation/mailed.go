package negotiation

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"entente/articles/signing"
	"entente/cli/terminal"
	"entente/cli/visit"
	"entente/client"
	"entente/files"
)

var code = visit.Asking("negotiate code", "--version N [-o FILE]", "have a code sent to you by which you sign",
	`
The code goes to the e-mail address that the agreement names for you, where the agreement allows simple
electronic signatures (general.signatures.simple). FILE (entente-code.ticket) is needed with it: see
`+"`entente negotiate sign`"+`.`,
	func(f *flag.FlagSet) {
		f.Int("version", 0, "the `version` that you have read")
		f.String("o", "entente-code.ticket", "the `file` with which alone the code counts")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		manifest, err := manifestOf(ctx, f, c, id)
		if err != nil {
			return err
		}
		var sent struct {
			Ticket    string
			SentTo    string `json:"sent_to"`
			Reference string
			Until     time.Time
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/signing-codes", map[string]any{"manifest": manifest}, &sent); err != nil {
			return err
		}
		if err := files.WriteFile(terminal.Text(f, "o"), []byte(sent.Ticket+"\n"), 0o600); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "sent a code to %s, which counts until %s; the letter's reference is %s\n", terminal.Flatly(sent.SentTo), terminal.Instant(sent.Until), terminal.Flatly(sent.Reference))
		return nil
	})

var sign = visit.Asking("negotiate sign", "--version N --code CODE --name NAME --title TITLE --authority --consent [--ticket FILE]", "sign a version by a code that was sent to you",
	`
The node signs what you say here, with a key that it keeps for your party: a simple electronic signature. It
counts where the agreement allows it. To sign with a key that you hold yourself, use `+"`entente sign`"+`.

--authority says: `+signing.Authority+`
--consent says: `+signing.Consent,
	func(f *flag.FlagSet) {
		f.Int("version", 0, "the `version` that you have read")
		f.String("ticket", "entente-code.ticket", "the `file` that `entente negotiate code` wrote")
		f.String("code", "", "the `code` from the letter")
		f.String("name", "", "your `name`, as the agreement has it")
		f.String("title", "", "your `title`, as the agreement has it")
		f.Bool("authority", false, "you are authorised to sign for your party")
		f.Bool("consent", false, "you agree to sign electronically, by the code")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		manifest, err := manifestOf(ctx, f, c, id)
		if err != nil {
			return err
		}
		for _, name := range []string{"code", "name", "title"} {
			if terminal.Text(f, name) == "" {
				return terminal.Misusef("say --%s", name)
			}
		}
		for _, name := range []string{"authority", "consent"} {
			if terminal.Text(f, name) != "true" {
				return terminal.Misusef("say --%s; `entente help negotiate sign` has its words", name)
			}
		}
		ticket, err := os.ReadFile(terminal.Text(f, "ticket"))
		if err != nil {
			return terminal.Misusef("--ticket: %v; `entente negotiate code` writes it", err)
		}
		body := map[string]any{"manifest": manifest, "by_code": map[string]any{"ticket": strings.TrimSpace(string(ticket)), "code": terminal.Text(f, "code"),
			"name": terminal.Text(f, "name"), "title": terminal.Text(f, "title"), "authority": true, "consent": true}}
		var done struct {
			Version, Entry int
			Stage          string
			SignedBy       []string `json:"signed_by"`
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/signatures", body, &done); err != nil {
			return notTaken(err)
		}
		if err := os.Remove(terminal.Text(f, "ticket")); err != nil { // the code has counted, once
			return err
		}
		fmt.Fprintf(env.Stdout, "signed version %d by a code; %d of 2 signatures, entry %d, the agreement is %s\n", done.Version, len(done.SignedBy), done.Entry, terminal.Flatly(done.Stage))
		return nil
	})

// notTaken says what to do where a code was not taken.
func notTaken(err error) error {
	var p *client.Problem
	if errors.As(err, &p) && len(p.Errors) == 1 && p.Errors[0].Location == "body.by_code.code" {
		return fmt.Errorf("%s; type it as the letter has it, with the file that came with it, or ask for another: `entente negotiate code`", p.Errors[0].Message)
	}
	return err
}

// manifestOf is that of the version that --version names.
func manifestOf(ctx context.Context, f *flag.FlagSet, v *visit.Visitor, id string) (string, error) {
	version, err := read(f)
	if err != nil {
		return "", err
	}
	var has struct {
		Versions []struct {
			Version  int
			Manifest string
		}
	}
	if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id, nil, &has); err != nil {
		return "", err
	}
	for _, one := range has.Versions {
		if one.Version == version {
			return one.Manifest, nil
		}
	}
	return "", fmt.Errorf("%s has no version %d", id, version)
}
