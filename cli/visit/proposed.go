package visit

import (
	"context"
	"fmt"
	"net/http"

	"entente/agreement"
	"entente/articles"
	"entente/cli/signed"
	"entente/document"
	"entente/ledger/canonical"
)

// Proposer is who brought a version.
func Proposer(p agreement.Party) string {
	switch p {
	case agreement.Host:
		return "whoever brought it"
	case "":
		return "one of the parties"
	}
	return p.Label()
}

// A Proposed is a version that was proposed, as a node keeps it.
type Proposed struct {
	agreement.Version
	Library articles.Library
	File    []byte
	Terms   articles.Agreement
	Wording document.Document // under its label
}

// Text is what the version says.
func (t Proposed) Text() signed.Text {
	return signed.Text{Terms: t.Terms, Wording: t.Wording, File: t.File}
}

// Proposed is a version that was proposed. Its documents come from the node one by one, by their digests.
func (v *Visitor) Proposed(ctx context.Context, id string, number int) (out Proposed, err error) {
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
