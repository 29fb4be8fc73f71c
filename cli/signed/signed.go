// Package signed is an agreement as it lies in a person's folder: the file, the package of its
// signatures beside it, the documents that it attaches, and the key with which the person signs. It
// signs and verifies without a node, a network or an account.
package signed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// Beside is the name of the signed package of an agreement file.
func Beside(name string) string { return name + ".signed.json" }

// Open is the signed package beside an agreement file, if it is of this text, or a new one without a
// signature. Previous names what holds the version that this one replaces, as Package reads it; empty for
// the first.
func Open(a articles.Agreement, name, previous string) (signing.Package, error) {
	if err := Attached(a, filepath.Dir(name)); err != nil {
		return signing.Package{}, err
	}
	before, err := previousDigest(previous)
	if err != nil {
		return signing.Package{}, err
	}
	b, err := os.ReadFile(Beside(name))
	if errors.Is(err, os.ErrNotExist) {
		return signing.Bind(a, before)
	}
	if err != nil {
		return signing.Package{}, err
	}
	p, err := signing.Parse(b)
	if err != nil {
		return signing.Package{}, fmt.Errorf("%s: %w", Beside(name), err)
	}
	return p, ofFile(p, a, name, before)
}

// ofFile refuses a package that is of other terms than the file, after another version than the one
// named, or that does not say what this release makes of the terms.
func ofFile(p signing.Package, a articles.Agreement, name string, before *seal.Digest) error {
	m, err := p.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", Beside(name), err)
	}
	terms, err := canonical.Marshal(a.Complete())
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if string(terms) != string(p.Terms) {
		return fmt.Errorf("%s was changed after %s was signed: its terms are not those that were signed; delete the signed package to begin again, or restore the file", name, Beside(name))
	}
	if before != nil && (m.Previous == nil || *m.Previous != *before) {
		return fmt.Errorf("%s follows another version than the one given with --previous", Beside(name))
	}
	if p.Foreign() {
		return nil
	}
	fresh, err := signing.Bind(a, m.Previous)
	if err == nil && !p.Restates(fresh) {
		err = fmt.Errorf("%s does not hold the words and pages that this release makes of %s; nothing was signed", Beside(name), name)
	}
	return err
}

func previousDigest(name string) (*seal.Digest, error) {
	if name == "" {
		return nil, nil
	}
	p, err := Package(name)
	if err != nil {
		return nil, fmt.Errorf("reading the version before: %w", err)
	}
	d := p.Digest()
	return &d, nil
}

// Attached refuses an attachment that is missing or is not the file that the front page names.
func Attached(a articles.Agreement, dir string) error {
	for _, at := range a.Agreement.Attachments {
		if !filepath.IsLocal(at.File) {
			return fmt.Errorf("the attachment %q must lie beside the agreement, not at %s", at.Name, at.File)
		}
		b, err := os.ReadFile(filepath.Join(dir, at.File))
		if err != nil {
			return fmt.Errorf("the attachment %q: %w", at.Name, err)
		}
		if got := seal.Sum(b).String(); got != at.Digest {
			return fmt.Errorf("the attachment %q is not the file that the front page names: its digest is %s, the front page says %s", at.Name, got, at.Digest)
		}
	}
	return nil
}

// Enclosed is the signed package beside an agreement file as it lies there, and the parties whose
// signatures are in it; nil if there is none.
func Enclosed(name string) (whole []byte, parties []agreement.Party, err error) {
	b, err := os.ReadFile(Beside(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := signing.Parse(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", Beside(name), err)
	}
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		if err != nil {
			return nil, nil, fmt.Errorf("a signature in %s: %w", Beside(name), err)
		}
		parties = append(parties, st.Party)
	}
	return b, parties, nil
}
