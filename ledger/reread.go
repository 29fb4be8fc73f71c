package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	"entente/ledger/seal"
	"entente/ledger/tree"

	jsonv2 "github.com/go-json-experiment/json"
)

// CheckLeaves says whether leaves are, byte for byte, all the entries that a
// signed checkpoint covers, and whether the log signed it. A log signs only
// what it has admitted, so a node that reads its own ledger back need not
// verify each signature again: what passes here is what was verified then, and
// can be read with Reread and Follow. Whoever does not trust the log audits.
func CheckLeaves(leaves []Leaf, signed []byte, log seal.VKey) error {
	c, err := tree.OpenCheckpoint(signed, log)
	switch {
	case err != nil:
		return err
	case c.Size != int64(len(leaves)):
		return fmt.Errorf("the checkpoint covers %d entries, and there are %d", c.Size, len(leaves))
	case c.Root != tree.RootOf(leaves):
		return fmt.Errorf("the %d entries are not those that the checkpoint covers: at least one was changed, exchanged or removed", len(leaves))
	}
	return nil
}

// Reread reads a leaf that Open has read before, in one pass: its entry and the
// id of the key that signed it. It is for leaves that CheckLeaves has passed;
// that they are canonical and their members well formed is not checked again.
func Reread(leaf Leaf) (Entry, string, error) {
	var w struct {
		Entry struct {
			V         int             `json:"v"`
			Agreement string          `json:"agreement"`
			Clause    string          `json:"clause"`
			Type      string          `json:"type"`
			Time      string          `json:"time"`
			Party     Party           `json:"party"`
			Actor     string          `json:"actor"`
			Custody   Custody         `json:"custody"`
			Key       string          `json:"key"`
			Body      json.RawMessage `json:"body"`
		} `json:"entry"`
		Key       string `json:"key"`
		Signature string `json:"signature"`
	}
	if err := jsonv2.Unmarshal(leaf, &w, jsonv2.RejectUnknownMembers(true)); err != nil {
		return Entry{}, "", fmt.Errorf("reading the leaf: %w", err)
	}
	e := w.Entry
	at, err := time.Parse(timeForm, e.Time)
	switch {
	case err != nil:
		return Entry{}, "", fmt.Errorf("the time %.40q is not written like %s", e.Time, timeForm)
	case e.V != EntryVersion:
		return Entry{}, "", fmt.Errorf("the entry's form is version %d, and this release reads version %d", e.V, EntryVersion)
	}
	return Entry{e.V, e.Agreement, e.Clause, e.Type, at, e.Party, e.Actor, e.Custody, e.Key, e.Body}, w.Key, nil
}
