package signed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"entente/agreement"
	"entente/articles/carried"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/passkey"
	"entente/ledger/seal"
	"entente/receipt"
)

// Keys name the keys that are known from elsewhere, by party: Ed25519 keys and passkeys.
type Keys map[agreement.Party]string

// String is empty: nothing is known unless it is said.
func (p *Keys) String() string { return "" }

// Set takes a key as a flag gives it: a=ed25519:… or a=passkey:…
func (p *Keys) Set(s string) error {
	party, key, ok := cut(s)
	if !ok || (party != agreement.A && party != agreement.B) {
		return errors.New("write a= or b=, and ed25519:… or passkey:…")
	}
	if err := checkKey(key); err != nil {
		return err
	}
	if *p == nil {
		*p = Keys{}
	}
	(*p)[party] = key
	return nil
}

func checkKey(key string) error {
	if strings.HasPrefix(key, "passkey:") {
		return passkey.CheckName(key)
	}
	_, err := seal.ParsePublicKey(key)
	return err
}

func cut(s string) (agreement.Party, string, bool) {
	if len(s) < 3 || s[1] != '=' {
		return "", "", false
	}
	return agreement.Party(s[:1]), s[2:], true
}

// Verdicts are what verifying a file comes to: an agreement file with its signed package beside it, a
// signed package, a PDF, a ledger bundle or a receipt. Keys and log are known from elsewhere, as far as they are.
func Verdicts(name string, content []byte, keys Keys, log seal.VKey) ([]bundle.Verdict, error) {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return verifyBundle(content, keys, log)
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return verifyPDF(content, keys)
	case isReceipt(content):
		return verifyReceipt(content, log)
	case bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")):
		return verifyPackage(content, keys)
	}
	return verifyFile(name, content, keys)
}

// isReceipt reports whether a JSON file is a receipt, rather than a signed package.
func isReceipt(b []byte) bool {
	var head struct{ Format string }
	return json.NewDecoder(bytes.NewReader(b)).Decode(&head) == nil && head.Format == receipt.Format
}

func verifyReceipt(b []byte, log seal.VKey) ([]bundle.Verdict, error) {
	r, err := receipt.Parse(b)
	if err != nil {
		return nil, err
	}
	return r.Verify(log), nil
}

// verifyFile checks an agreement file against the signed package beside it.
func verifyFile(name string, content []byte, keys Keys) ([]bundle.Verdict, error) {
	p, err := beside(name)
	if err != nil {
		return nil, fmt.Errorf("%w; what is verified is an agreement file with its signed package beside it, a signed package, a PDF, a bundle of the ledger, or a receipt", err)
	}
	file, _ := source.Read(name, content)
	terms, err := canonical.Marshal(file.Agreement.Complete())
	if err != nil {
		return nil, err
	}
	same := bundle.Verdict{Subject: "The agreement file", OK: true, Why: "It says what the signed terms say."}
	if string(terms) != string(p.Terms) {
		same = bundle.Verdict{Subject: "The agreement file", Why: "It was changed since it was signed: its terms are not the signed ones."}
	}
	attached := bundle.Verdict{Subject: "The attachments", OK: true, Why: "Each is the file that the front page names."}
	if err := Attached(file.Agreement, filepath.Dir(name)); err != nil {
		attached.OK, attached.Why = false, err.Error()+"."
	}
	return append([]bundle.Verdict{same, attached}, judgePackage(p, keys)...), nil
}

func verifyPackage(b []byte, keys Keys) ([]bundle.Verdict, error) {
	p, err := signing.Parse(b)
	if err != nil {
		return nil, err
	}
	return judgePackage(p, keys), nil
}

func judgePackage(p signing.Package, keys Keys) []bundle.Verdict {
	return append(p.Verify(), judgeKeys(p, keys)...)
}

// judgeKeys compares the keys that signed with those that the verifier knows from elsewhere.
func judgeKeys(p signing.Package, keys Keys) []bundle.Verdict {
	var verdicts []bundle.Verdict
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		want, known := keys[st.Party]
		if err != nil || !known {
			continue
		}
		v := bundle.Verdict{Subject: "The key of " + st.Party.Label(), OK: st.Signer() == want, Why: "It is the key that you named."}
		if !v.OK {
			v.Why = fmt.Sprintf("%v: %s signed, and you named %s.", signing.ErrWrongKey, st.Signer(), want)
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

func verifyBundle(b []byte, keys Keys, log seal.VKey) ([]bundle.Verdict, error) {
	read, err := readBundle(b)
	if err != nil {
		return nil, err
	}
	return JudgeBundle(read, ledger.Anchors{Agreement: read.Agreement, Log: log}, keys), nil
}

// JudgeBundle holds a ledger bundle to what is known from elsewhere: the ledger itself, then each
// version with its signatures, then that replaying the entries gives a state.
func JudgeBundle(b bundle.Bundle, anchors ledger.Anchors, keys Keys) []bundle.Verdict {
	return bundle.Verify(b, anchors, func(b bundle.Bundle, _ ledger.Report) []bundle.Verdict {
		verdicts := signing.JudgeBundle(b, func(p signing.Package) []bundle.Verdict { return judgeKeys(p, keys) })
		return append(verdicts, carried.Judge(b)...)
	})
}
