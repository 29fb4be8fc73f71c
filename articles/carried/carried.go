// Package carried is an agreement as people carry it away: the bundle of its ledger, and in it one page
// that verifies the bundle in a browser, on any machine, without a server or a network.
//
// The page holds the data and the code. It says in words what `entente verify` says of signatures,
// entries, confirmations and documents, and what it does not check. It cannot vouch for itself: its code has
// one digest for each release, which is published, and whoever compares it knows what code judges.
package carried

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"entente/ledger/bundle"
)

// MostWithin is how many bytes of documents a page holds, the smallest first. The others are named there, and
// stand in the bundle.
const MostWithin = 32 << 20

var (
	//go:embed page.html
	frame string
	//go:embed page.css
	style string
	//go:embed hash.js
	hashCode string
	//go:embed ed25519.js
	ed25519Code string
	//go:embed ledger.js
	ledgerCode string
	//go:embed passkey.js
	passkeyCode string
	//go:embed statement.js
	statementCode string
	//go:embed agreement.js
	agreementCode string
	//go:embed show.js
	showCode string
)

var code = "\n'use strict';\n" + strings.Join([]string{hashCode, ed25519Code, ledgerCode, passkeyCode, statementCode, agreementCode, showCode}, "\n")

// Code is the digest of the page's code, as content security policies write it. A browser runs no other
// code in the page than what has the digest in its fourth line.
func Code() string { return policy(code) }

// Policy is the content security policy that a page names itself, for whoever sends one: a header that allows less would stop it.
func Policy() string {
	return "default-src 'none'; script-src '" + Code() + "'; style-src '" + policy(style) + "'; base-uri 'none'; form-action 'none'"
}

func policy(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Everything that is put into the page is ours, or JSON in which no "<" stands.
var page = template.Must(template.New("page").Parse(frame))

type contents struct {
	Agreement   string     `json:"agreement"`
	Keys        []string   `json:"keys"`
	Entries     [][]byte   `json:"entries"`
	Checkpoints [][]byte   `json:"checkpoints"`
	Documents   []document `json:"documents"`
}

type document struct {
	Digest    string `json:"digest"`
	MediaType string `json:"media_type"`
	Data      []byte `json:"data"` // null where the page has no room for it
}

// Page is the page of a bundle. The same bundle gives the same bytes.
func Page(b bundle.Bundle) ([]byte, error) {
	c := contents{Agreement: b.Agreement, Keys: []string{}, Entries: [][]byte{}, Checkpoints: [][]byte{}, Documents: []document{}}
	for _, k := range b.Keys {
		c.Keys = append(c.Keys, k.String())
	}
	for _, leaf := range b.Leaves {
		c.Entries = append(c.Entries, leaf)
	}
	c.Checkpoints = append(c.Checkpoints, b.Checkpoints...)
	room := MostWithin
	for _, d := range slices.SortedFunc(slices.Values(b.Documents), bySize) {
		one := document{Digest: d.Digest.String(), MediaType: d.MediaType}
		if room -= len(d.Data); room >= 0 {
			one.Data = slices.Concat([]byte{}, d.Data) // of an empty one not nil
		}
		c.Documents = append(c.Documents, one)
	}
	data, err := json.Marshal(c) // escapes "<"
	if err != nil {
		return nil, fmt.Errorf("writing the page of %s: %w", b.Agreement, err)
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]string{"Script": Code(), "Style": policy(style), "CSS": style, "Data": string(data), "Code": code})
	return out.Bytes(), err
}

func bySize(x, y bundle.Document) int {
	return cmp.Or(cmp.Compare(len(x.Data), len(y.Data)), bytes.Compare(x.Digest[:], y.Digest[:]))
}

// Write writes a bundle with its page.
func Write(w io.Writer, b bundle.Bundle) error {
	var err error
	if b.Page, err = Page(b); err != nil {
		return err
	}
	return bundle.Write(w, b)
}

// Judge says of a bundle's page whether it is the one that this release makes of the bundle. What the page
// itself says is worth no more than that. A bundle of an earlier release has none.
func Judge(b bundle.Bundle) []bundle.Verdict {
	const subject = "The page verify.html"
	fresh, err := Page(b)
	named := scriptOf.FindSubmatch(b.Page)
	switch {
	case b.Page == nil:
		return nil
	case err != nil:
		return []bundle.Verdict{{Subject: subject, Why: err.Error() + "."}}
	case bytes.Equal(fresh, b.Page):
		return []bundle.Verdict{{Subject: subject, OK: true, Why: "It is what this release makes of the bundle; its code has the digest " + Code() + "."}}
	case named == nil || string(named[1]) == Code():
		return []bundle.Verdict{{Subject: subject, Why: "Somebody changed it: it is not what this release makes of the bundle. Nothing else that is said here rests on it."}}
	}
	return []bundle.Verdict{{Subject: subject, OK: true, Why: fmt.Sprintf("Its code is not of this release: it has the digest %s. Compare it with the one published for the release that made the page. It was not run, and nothing that is said here rests on it.", named[1])}}
}

// scriptOf finds the digest of the code that the fourth line of a page allows.
var scriptOf = regexp.MustCompile(`\A(?:[^\n]*\n){3}<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '(sha256-[A-Za-z0-9+/]{43}=)'`)
