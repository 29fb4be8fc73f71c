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
	"entente/articles/changes"
	"entente/document"
	"entente/document/redline"
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
		old, err := c.version(ctx, id, from)
		if err != nil {
			return err
		}
		new, err := c.version(ctx, id, to)
		if err != nil {
			return err
		}
		changed := comparison{redline.Compare(old.wording, new.wording), changes.Between(old.terms, new.terms)}
		return changed.put(env, text(f, "o"), by, new.file)
	})

// twoVersions are the numbers that are named, or those of the last version and of what it is compared with.
func twoVersions(ctx context.Context, env *Env, c *visitor, id string) (from, to int, err error) {
	switch len(env.Args) {
	case 0:
		n, err := c.negotiation(ctx, id)
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
	file    []byte
	terms   articles.Agreement
	wording document.Document
	signed  bool // by both parties
}

// version fetches a version with its words as they were proposed.
func (v *visitor) version(ctx context.Context, id string, number int) (out versionText, err error) {
	var a struct {
		Versions []struct {
			Version    int
			Documents  []agreement.Document
			Signatures []struct{}
		}
	}
	if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id, nil, &a); err != nil {
		return out, err
	}
	if number < 1 || number > len(a.Versions) {
		return out, fmt.Errorf("there is no version %d; the last is version %d", number, len(a.Versions))
	}
	out.signed = len(a.Versions[number-1].Signatures) == len(agreement.Both)
	kept := map[string][]byte{}
	for _, d := range a.Versions[number-1].Documents {
		if d.Name != "agreement.yaml" && d.Name != "terms.json" && d.Name != "wording.json" {
			continue
		}
		var b []byte
		if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/documents/"+d.Digest, nil, &b); err != nil {
			return out, fmt.Errorf("fetching %s of version %d: %w", d.Name, number, err)
		}
		kept[d.Name] = b
	}
	terms, err := articles.ParseTerms(kept["terms.json"])
	if err != nil {
		return out, fmt.Errorf("version %d: %w", number, err)
	}
	out.file, out.terms = kept["agreement.yaml"], *terms
	if err := canonical.Decode(kept["wording.json"], &out.wording); err != nil {
		return out, fmt.Errorf("reading the wording of version %d: %w", number, err)
	}
	return out, nil
}
