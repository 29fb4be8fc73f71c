package negotiation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/cli/desk"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/cli/visit"
)

// Submit brings an agreement to a node, or signatures made elsewhere.
var Submit = terminal.Command{
	Name: "submit", Args: "FILE --data DIR | --node URL [--agreement ID | --new]", Help: "put an agreement, or signatures made elsewhere, on a node",
	Long: `
Checks FILE and sends it with its attachments and, if there is one, its signed package
(FILE.signed.json). Signatures in the package count at once; with both, the agreement is in force
from its effective date.

The node's operator opens agreements. A person of an agreement proposes the file as its next version,
and so does the operator with --agreement ID; with --new, a signatory or legal contact opens another
agreement, whose clause 7.1 has to name them by the address that their own agreement has for them. The text that the node has already is not proposed
again while it is before the parties: submitting it brings the signatures that were added to the package
since. An earlier text comes back as an answer only (entente negotiate counter). So a signature made
with a key of your own (entente sign) reaches the node: its signatory submits the file with a token of
their own, or the operator does as long as the parties have signed nothing.`,
	Flags: func(f *flag.FlagSet) {
		visit.Flags(f)
		f.Bool("new", false, "open an agreement of its own, instead of the next version of yours")
	},
	Run: runSubmit,
}

func runSubmit(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	return handIn(ctx, env, f, func(articles.Agreement, map[string]any) error { return nil })
}

// handIn sends a file to a node, with what else is to be said of it.
func handIn(ctx context.Context, env *terminal.Env, f *flag.FlagSet, say func(articles.Agreement, map[string]any) error) (err error) {
	if len(env.Args) != 1 || env.Args[0] == "-" {
		return terminal.Misusef("name one agreement file")
	}
	a, body, enclosed, err := submission(env, env.Args[0])
	if err == nil {
		err = say(a, body)
	}
	if err != nil {
		return err
	}
	v, err := visit.Dial(ctx, env, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	path, err := counterOf(ctx, f, v)
	if err != nil {
		return err
	}
	var answer struct {
		ID       string
		Version  int
		Manifest string
		Already  bool
		SignedBy []agreement.Party `json:"signed_by"`
		Notes    []string
	}
	if err := v.Call(ctx, http.MethodPost, path, body, &answer); err != nil {
		return err
	}
	what := "put before the parties"
	if answer.Already {
		what = "was there already"
	}
	fmt.Fprintf(env.Stdout, "%s version %d, manifest %s: %s; signed by %s\n", answer.ID, answer.Version, answer.Manifest, what, labels(answer.SignedBy))
	for _, note := range answer.Notes {
		fmt.Fprintf(env.Stderr, "entente: note: %s\n", terminal.Flatly(note))
	}
	for _, p := range enclosed {
		if !slices.Contains(answer.SignedBy, p) {
			fmt.Fprintf(env.Stderr, "entente: the signature of %s was not taken: its signatory has to submit the file, with a token of their own\n", p.Label())
		}
	}
	return nil
}

// submission is the agreement of a file, what is sent of it, and the parties whose signatures are in it.
func submission(env *terminal.Env, name string) (a articles.Agreement, body map[string]any, enclosed []agreement.Party, err error) {
	file, content, err := desk.Sound(env, name)
	if err != nil {
		return a, nil, nil, err
	}
	if err := signed.Attached(file.Agreement, filepath.Dir(name)); err != nil {
		return a, nil, nil, err
	}
	body = map[string]any{"file": string(content), "name": filepath.Base(name)}
	whole, enclosed, err := signed.Enclosed(name)
	if err != nil {
		return a, nil, nil, err
	}
	if whole != nil {
		body["package"] = json.RawMessage(whole)
	}
	body["attachments"], err = encodedAttachments(file.Agreement, filepath.Dir(name))
	return file.Agreement, body, enclosed, err
}

// counterOf is where a visitor hands in a file: the operator opens an agreement unless they name one, a
// person proposes to their own.
func counterOf(ctx context.Context, f *flag.FlagSet, v *visit.Visitor) (string, error) {
	id := terminal.Text(f, "agreement")
	if terminal.Text(f, "new") == "true" {
		return "/api/v1/agreements", nil
	}
	if id == "" {
		var me struct{ Agreement string }
		if err := v.Call(ctx, http.MethodGet, "/api/v1/me", nil, &me); err != nil {
			return "", err
		}
		id = me.Agreement
	}
	if id == "" {
		return "/api/v1/agreements", nil
	}
	return "/api/v1/agreements/" + id + "/versions", nil
}

func labels(parties []agreement.Party) string {
	var names []string
	for _, p := range parties {
		names = append(names, p.Label())
	}
	if names == nil {
		return "nobody yet"
	}
	return strings.Join(names, " and ")
}

func encodedAttachments(a articles.Agreement, dir string) (map[string]string, error) {
	all := map[string]string{}
	for _, at := range a.Agreement.Attachments {
		b, err := os.ReadFile(filepath.Join(dir, at.File))
		if err != nil {
			return nil, err
		}
		all[at.Name] = base64.StdEncoding.EncodeToString(b)
	}
	return all, nil
}
