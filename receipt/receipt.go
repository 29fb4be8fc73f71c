package receipt

import (
	"encoding/json"
	"errors"
	"fmt"

	"entente/articles/commerce"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/tree"
	"entente/meter"

	"golang.org/x/mod/sumdb/tlog"
)

// Format is what a receipt says that it is.
const Format = "entente-receipt/1"

// A Receipt shows that a call is in the statement of its hour, and that the statement is in the
// ledger. It needs nothing beside it; who wants to be sure of the ledger's key knows it from elsewhere.
type Receipt struct {
	Format    string          `json:"format"`
	Record    json.RawMessage `json:"record"` // in its canonical form
	Index     int64           `json:"index,string"`
	Hashes    []string        `json:"hashes"`    // from the record's neighbour up to the statement's root, in base64
	Statement Entry           `json:"statement"` // commerce.usage_sealed
	Opening   Entry           `json:"opening"`   // ledger.opened, which names the keys
}

// An Entry is an entry of the ledger with the proof that it is there.
type Entry struct {
	Leaf  json.RawMessage `json:"leaf"`
	Proof string          `json:"proof"` // C2SP tlog-proof
}

// Make makes the receipt of a record that a statement covers: the statement is entry n of the
// ledger, hashes are those of its records, and checkpoint is a signed one that covers n.
func Make(r meter.Record, hashes []tlog.Hash, n int64, source ledger.Source, checkpoint []byte) (Receipt, error) {
	leaf, err := Hash(r)
	if err != nil {
		return Receipt{}, err
	}
	record, err := Of(r).Bytes()
	if err != nil {
		return Receipt{}, err
	}
	at, proof, err := prove(leaf, hashes)
	if err != nil {
		return Receipt{}, fmt.Errorf("proving %s: %w", r.ID, err)
	}
	out := Receipt{Format: Format, Record: record, Index: at, Hashes: []string{}}
	for _, h := range proof {
		out.Hashes = append(out.Hashes, h.String())
	}
	if out.Statement, err = entry(n, source, checkpoint); err != nil {
		return Receipt{}, err
	}
	out.Opening, err = entry(0, source, checkpoint)
	return out, err
}

func entry(n int64, source ledger.Source, checkpoint []byte) (Entry, error) {
	leaves, err := source.Leaves(n, n+1)
	if err != nil {
		return Entry{}, err
	}
	proof, err := tree.NewProof(n, checkpoint, source)
	if err != nil {
		return Entry{}, fmt.Errorf("proving entry %d: %w", n, err)
	}
	text, err := proof.MarshalText()
	return Entry{json.RawMessage(leaves[0]), string(text)}, err
}

// Find is the position of the statement of a window in a ledger. Entries are in the order of their
// times, so it looks where the first after the window's end is, and on from there.
func Find(w commerce.Window, source ledger.Source) (int64, error) {
	size, err := source.Size()
	if err != nil {
		return 0, err
	}
	low, high := int64(0), size
	for low < high {
		middle := (low + high) / 2
		e, err := read(source, middle)
		if err != nil {
			return 0, err
		}
		if e.Time.Before(w.To) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	for ; low < size; low++ {
		e, err := read(source, low)
		if err != nil {
			return 0, err
		}
		if sealed, ok := statementOf(e); ok && sealed.Component == w.Component && sealed.Environment == w.Environment && sealed.From.Equal(w.From) {
			return low, nil
		}
	}
	return 0, ErrUnsealed
}

// ErrUnsealed means that no statement covers the record yet.
var ErrUnsealed = errors.New("no statement covers the call yet: hours are stated when they are over")

func read(source ledger.Source, n int64) (ledger.Entry, error) {
	leaves, err := source.Leaves(n, n+1)
	if err != nil {
		return ledger.Entry{}, err
	}
	sealed, err := ledger.Open(leaves[0])
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("reading entry %d: %w", n, err)
	}
	return sealed.Entry, nil
}

// Statements reads the statement that a leaf of a ledger is: a commerce.UsageSealed or a
// commerce.DaySealed; nil if it is neither.
func Statements(leaf ledger.Leaf) (any, error) {
	sealed, err := ledger.Open(leaf)
	if err != nil {
		return nil, fmt.Errorf("reading the entry: %w", err)
	}
	if sealed.Entry.Party != ledger.Host {
		return nil, nil
	}
	if s, ok := statementOf(sealed.Entry); ok {
		return s, nil
	}
	if sealed.Entry.Type == dayType {
		var day commerce.DaySealed
		err := json.Unmarshal(sealed.Entry.Body, &day)
		return day, err
	}
	return nil, nil
}

// The types of the entries that are statements of an hour and of a day.
const (
	hourType = "commerce.usage_sealed/1"
	dayType  = "commerce.day_sealed/1"
)

func statementOf(e ledger.Entry) (commerce.UsageSealed, bool) {
	if e.Type != hourType {
		return commerce.UsageSealed{}, false
	}
	var s commerce.UsageSealed
	err := json.Unmarshal(e.Body, &s)
	return s, err == nil
}

// Parse reads a receipt, however its JSON is laid out.
func Parse(b []byte) (Receipt, error) {
	form, err := canonical.JSON(b)
	if err != nil {
		return Receipt{}, fmt.Errorf("reading the receipt: %w", err)
	}
	var r Receipt
	if err := canonical.Decode(form, &r); err != nil {
		return Receipt{}, fmt.Errorf("reading the receipt: %w", err)
	}
	if r.Format != Format {
		return Receipt{}, fmt.Errorf("the format is %.40q, and this release reads %s", r.Format, Format)
	}
	return r, nil
}

// Bytes are the receipt in canonical JSON.
func (r Receipt) Bytes() ([]byte, error) { return canonical.Marshal(r) }
