package receipt

import (
	"errors"
	"fmt"
	"time"

	"entente/articles/commerce"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/ledger/tree"

	"golang.org/x/mod/sumdb/tlog"
)

// Verify checks a receipt. The log's key is the one that the verifier knows from elsewhere; zero, if
// none. The verdicts after the first that fails would say nothing, and are left out.
func (r Receipt) Verify(log seal.VKey) []bundle.Verdict {
	v := verification{receipt: r, log: log}
	var verdicts []bundle.Verdict
	for _, step := range []struct {
		subject string
		check   func() (string, error)
	}{
		{"The ledger’s keys", v.keys},
		{"The statement", v.statement},
		{"The call", v.record},
		{"The confirmation", v.confirmed},
	} {
		why, err := step.check()
		if err != nil {
			return append(verdicts, bundle.Verdict{Subject: step.subject, Why: sentence(err)})
		}
		verdicts = append(verdicts, bundle.Verdict{Subject: step.subject, OK: true, Why: why})
	}
	return verdicts
}

func sentence(err error) string { return err.Error() + "." }

type verification struct {
	receipt Receipt
	log     seal.VKey
	keyring ledger.Keyring
	opened  ledger.Opened
	signed  tree.SignedCheckpoint
	entry   ledger.Entry
	sealed  commerce.UsageSealed
}

// keys reads the opening entry, which is signed by the host that it names, and pins the log's key.
func (v *verification) keys() (string, error) {
	opening, err := ledger.Open([]byte(v.receipt.Opening.Leaf))
	if err != nil {
		return "", err
	}
	if err := v.keyring.Admit(0, opening); err != nil {
		return "", err
	}
	v.opened, _ = v.keyring.Opened()
	if v.log != (seal.VKey{}) && v.log != v.opened.Log {
		return "", fmt.Errorf("the log’s key is %s, and you named %s", v.opened.Log, v.log)
	}
	if _, err := v.check(v.receipt.Opening, 0); err != nil {
		return "", err
	}
	if v.log == (seal.VKey{}) {
		return fmt.Sprintf("The log is %s; compare its key with the one you know: --log %s.", v.opened.Origin, v.opened.Log), nil
	}
	return "The log’s key is the one that you named.", nil
}

// check verifies that an entry is in the log; at is its place if that is known, else -1.
func (v *verification) check(e Entry, at int64) (tree.SignedCheckpoint, error) {
	var p tree.Proof
	if err := p.UnmarshalText([]byte(e.Proof)); err != nil {
		return tree.SignedCheckpoint{}, err
	}
	if at >= 0 && p.Index != at {
		return tree.SignedCheckpoint{}, fmt.Errorf("the proof is about entry %d and not about entry %d", p.Index, at)
	}
	return p.Check(e.Leaf, v.opened.Log, v.opened.Witness(ledger.PartyA), v.opened.Witness(ledger.PartyB))
}

func (v *verification) statement() (string, error) {
	var err error
	if v.signed, err = v.check(v.receipt.Statement, -1); err != nil {
		return "", err
	}
	opened, err := ledger.Open([]byte(v.receipt.Statement.Leaf))
	if err != nil {
		return "", err
	}
	v.entry = opened.Entry
	sealed, ok := statementOf(v.entry)
	switch {
	case !ok || v.entry.Party != ledger.Host:
		return "", fmt.Errorf("the entry is %s by %s, and no statement of the host", v.entry.Type, v.entry.Party)
	case sealed.Form != Form:
		return "", fmt.Errorf("its records have form %d, and this release knows form %d", sealed.Form, Form)
	}
	v.sealed = sealed
	return fmt.Sprintf("The ledger holds the statement of %s in %s from %s to %s: %d calls.", sealed.Component, sealed.Environment,
		sealed.From.Format(time.RFC3339), sealed.To.Format(time.RFC3339), sealed.Records), nil
}

// record checks that the record is among those of the statement, as it stands.
func (v *verification) record() (string, error) {
	var record Record
	if err := canonical.Decode(v.receipt.Record, &record); err != nil {
		return "", fmt.Errorf("reading the record: %w", err)
	}
	if record.Agreement != v.entry.Agreement || record.Component != v.sealed.Component || record.Environment != string(v.sealed.Environment) {
		return "", errors.New("the record belongs to another agreement, component or environment than the statement")
	}
	root, err := tlog.ParseHash(v.sealed.Root)
	if err != nil {
		return "", fmt.Errorf("reading the statement’s root: %w", err)
	}
	var proof tlog.RecordProof
	for _, text := range v.receipt.Hashes {
		h, err := canonical.DecodeBase64(text, tlog.HashSize)
		if err != nil {
			return "", fmt.Errorf("reading the proof: %w", err)
		}
		proof = append(proof, tlog.Hash(h))
	}
	if tree.CheckInclusion(proof, v.sealed.Records, root, v.receipt.Index, v.receipt.Record) != nil {
		return "", errors.New("the record is not among those that the statement covers: it was changed, or the proof is another’s")
	}
	return fmt.Sprintf("%s, opened %s, is number %d of them, as it stands.", record.ID, record.Opened, v.receipt.Index+1), nil
}

// confirmed checks that both parties cosigned.
func (v *verification) confirmed() (string, error) {
	for _, p := range []ledger.Party{ledger.PartyA, ledger.PartyB} {
		if _, ok := v.signed.CosignedBy(v.opened.Witness(p)); !ok {
			return "", fmt.Errorf("the checkpoint of %d entries is not cosigned by party %s", v.signed.Size, p)
		}
	}
	return "Both parties cosigned the checkpoint that covers it.", nil
}
