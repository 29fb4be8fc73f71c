package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"strconv"

	"entente/agreement"
	"entente/articles"
	"entente/cli/signed"
	"entente/document"
	"entente/ledger/canonical"
)

var negotiateRedline = asking("negotiate redline", "[OLD NEW] [-o OUT.html|.docx|.md] [--author NAME] [--date DATE]", "compare two versions that were proposed, by clause and by word",
	`
Without numbers it compares the version proposed last with the last one before it that the other
party proposed or that both signed. The words are those that were proposed, not made anew. The outputs are those of
`+"`entente diff`"+`.`, redlineFlags,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		by, err := authorOf(env, f)
		if err != nil {
			return err
		}
		from, to, err := twoVersions(ctx, env, c, id)
		if err != nil {
			return err
		}
		old, err := c.proposed(ctx, id, from)
		if err != nil {
			return err
		}
		new, err := c.proposed(ctx, id, to)
		if err != nil {
			return err
		}
		return compare(old.text(), new.text()).put(env, text(f, "o"), by, new.File)
	})

// twoVersions are the numbers that are named, or those of the last version and of what it is compared with.
func twoVersions(ctx context.Context, env *Env, c *visitor, id string) (from, to int, err error) {
	switch len(env.Args) {
	case 0:
		n, err := standing(ctx, c, id)
		if err == nil && n.Base == 0 {
			err = errors.New("there is nothing yet to compare; name two versions")
		}
		return n.Base, n.Version, err
	case 2:
		from, err = strconv.Atoi(env.Args[0])
		if err == nil {
			to, err = strconv.Atoi(env.Args[1])
		}
		if err == nil {
			return from, to, nil
		}
	}
	return 0, 0, misusef("name two versions by their numbers, the old one and the new one, or none")
}

// A versionText is a version that was proposed, as a node keeps it.
type versionText struct {
	agreement.Version
	Library articles.Library
	File    []byte
	Terms   articles.Agreement
	Wording document.Document // under its label
}

// text is what the version says.
func (t versionText) text() signed.Text {
	return signed.Text{Terms: t.Terms, Wording: t.Wording, File: t.File}
}

// proposed is a version that was proposed. Its documents come from the node one by one, by their digests.
func (v *visitor) proposed(ctx context.Context, id string, number int) (out versionText, err error) {
	var a struct {
		Versions []struct {
			Documents  []agreement.Document
			Signatures []agreement.Signature
		}
	}
	if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id, nil, &a); err != nil {
		return out, err
	}
	if number < 1 || number > len(a.Versions) {
		return out, fmt.Errorf("there is no version %d; the last is version %d", number, len(a.Versions))
	}
	of := a.Versions[number-1]
	out.Version = agreement.Version{Number: number, Documents: of.Documents, Signatures: of.Signatures}
	out.Library = nodeLibrary(func(digest string) (b []byte, err error) {
		err = v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/documents/"+digest, nil, &b)
		return b, err
	})
	parts := map[string][]byte{"agreement.yaml": nil, "terms.json": nil, "wording.json": nil}
	for _, d := range of.Documents {
		if _, wanted := parts[d.Name]; !wanted {
			continue
		}
		if parts[d.Name], err = out.Library.Document(d.Digest); err != nil {
			return out, fmt.Errorf("fetching %s of version %d: %w", d.Name, number, err)
		}
	}
	terms, err := articles.ParseTerms(parts["terms.json"])
	if err != nil {
		return out, fmt.Errorf("version %d: %w", number, err)
	}
	out.File, out.Terms = parts["agreement.yaml"], *terms
	if err := canonical.Decode(parts["wording.json"], &out.Wording); err != nil {
		return out, fmt.Errorf("reading the wording of version %d: %w", number, err)
	}
	out.Wording = articles.Label{Version: number, Signed: out.Signed()}.On(out.Wording)
	return out, nil
}

// A nodeLibrary is the documents of an agreement on a node.
type nodeLibrary func(digest string) ([]byte, error)

// Document fetches one.
func (l nodeLibrary) Document(digest string) ([]byte, error) { return l(digest) }
