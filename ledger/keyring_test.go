package ledger_test

import (
	"strings"
	"testing"

	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
)

func TestKeyring(t *testing.T) {
	next := ledgertest.Key("a2")
	add := ledger.KeyAdded{ledger.PartyA, next.Public(), ledger.HeldByPerson}
	type step struct {
		by   ledger.Party
		with seal.PrivateKey
		typ  string
		body any
		held ledger.Custody // of the signing key; empty for what the house uses
		says string         // in the refusal; empty if admitted
	}
	const act = "integration.milestone_completed/1"
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"each party signs with its own key", []step{
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: act}, {by: ledger.PartyB, with: ledgertest.Key("b"), typ: act}, {by: ledger.Host, with: ledgertest.Key("host"), typ: act}}},
		{"a party cannot sign with the other's key", []step{
			{by: ledger.PartyA, with: ledgertest.Key("b"), typ: act, says: "belongs to party b"}}},
		{"the host cannot sign for a party", []step{
			{by: ledger.PartyA, with: ledgertest.Key("host"), typ: act, says: "belongs to party host"}}},
		{"a stranger cannot sign", []step{
			{by: ledger.PartyA, with: ledgertest.Key("eve"), typ: act, says: "not known to this ledger"}}},
		{"the entry tells the truth about custody", []step{
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: act, held: ledger.HeldByNode, says: "in the custody of the node"}}},
		{"a named key signs from then on", []step{
			{by: ledger.PartyA, with: next, typ: act, held: ledger.HeldByPerson, says: "not known"},
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyAdded, body: add},
			{by: ledger.PartyA, with: next, typ: act, held: ledger.HeldByPerson}}},
		{"a party names keys for itself only", []step{
			{by: ledger.PartyB, with: ledgertest.Key("b"), typ: ledger.TypeKeyAdded, body: add, says: "cannot name a key of party a"}}},
		{"a key is named once", []step{
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyAdded, body: add},
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyAdded, body: add, says: "already in use"}}},
		{"a party cannot take over the other's key", []step{
			{by: ledger.PartyB, with: ledgertest.Key("b"), typ: ledger.TypeKeyAdded, body: ledger.KeyAdded{ledger.PartyB, ledgertest.Key("a").Public(), ledger.HeldByNode}, says: "already in use"}}},
		{"a witness's key does not sign entries", []step{
			{by: ledger.PartyB, with: ledgertest.Key("b"), typ: ledger.TypeKeyAdded, body: ledger.KeyAdded{ledger.PartyB, ledgertest.Key("wa").Public(), ledger.HeldByNode}, says: "already in use"}}},
		{"a revoked key signs its own end and nothing after", []step{
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyAdded, body: add},
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyRevoked, body: ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), "rotation"}},
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: act, says: "was revoked by entry 2"},
			{by: ledger.PartyA, with: next, typ: act, held: ledger.HeldByPerson}}},
		{"the last key stays", []step{
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyRevoked, body: ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), ""}, says: "last one of party a"}}},
		{"a party revokes its own keys only", []step{
			{by: ledger.PartyB, with: ledgertest.Key("b"), typ: ledger.TypeKeyRevoked, body: ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), ""}, says: "cannot revoke a key of party a"}}},
		{"a ledger is opened once", []step{
			{by: ledger.Host, with: ledgertest.Key("host"), typ: ledger.TypeOpened, body: ledgertest.New(t).Opened, says: "a second time"}}},
		{"an unknown entry about the ledger stops the reader", []step{
			{by: ledger.Host, with: ledgertest.Key("host"), typ: "ledger.key_revoked/2", says: "not known to this release"}}},
		{"a malformed body is refused", []step{
			{by: ledger.PartyA, with: ledgertest.Key("a"), typ: ledger.TypeKeyAdded, body: map[string]int{"x": 1}, says: "/x"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := ledgertest.New(t)
			var ring ledger.Keyring
			first, _ := ledger.Open(h.Entries[0])
			if err := ring.Admit(0, first); err != nil {
				t.Fatal(err)
			}
			for i, s := range c.steps {
				if s.body == nil {
					s.body = struct{}{}
				}
				e := h.Entry(s.by, s.typ, s.body)
				if s.held != "" {
					e.Custody = s.held
				}
				leaf, err := ledger.Seal(e, s.with)
				if err != nil {
					t.Fatal(err)
				}
				sealed, err := ledger.Open(leaf)
				if err != nil {
					t.Fatal(err)
				}
				before := len(ring.Keys())
				err = ring.Admit(int64(i+1), sealed)
				if s.says == "" && err != nil || s.says != "" && (err == nil || !strings.Contains(err.Error(), s.says)) {
					t.Fatalf("step %d: got %v, want %q", i, err, s.says)
				}
				if err != nil && len(ring.Keys()) != before {
					t.Fatalf("step %d changed the keys though it was refused", i)
				}
			}
		})
	}
}

func TestOpenedRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ledger.Opened)
		says   string
	}{
		"one key for two purposes":   {func(o *ledger.Opened) { o.Host = o.Parties.A.Entries }, "are the same key"},
		"one key for both parties":   {func(o *ledger.Opened) { o.Parties.B.Entries = o.Parties.A.Entries }, "parties.a.entries and parties.b.entries"},
		"a log of another name":      {func(o *ledger.Opened) { o.Log.Origin = "x/" + ledgertest.Agreement }, "log is not"},
		"a log with a witness's key": {func(o *ledger.Opened) { o.Log.Kind = seal.WitnessKind }, "log is not"},
		"a witness with a log's key": {func(o *ledger.Opened) { o.Parties.A.Witness.Kind = seal.LogKind }, "two cosigning keys"},
		"witnesses of one name":      {func(o *ledger.Opened) { o.Parties.A.Witness.Origin = o.Parties.B.Witness.Origin }, "two names"},
		"another agreement's origin": {func(o *ledger.Opened) { o.Origin, o.Log.Origin = "x/y", "x/y" }, "does not end with"},
		"no custody":                 {func(o *ledger.Opened) { o.Parties.A.Custody = "" }, "custody"},
	} {
		t.Run(name, func(t *testing.T) {
			h := ledgertest.New(t)
			c.change(&h.Opened)
			leaf, err := ledger.Seal(h.Entry(ledger.Host, ledger.TypeOpened, h.Opened), ledgertest.Key("host"))
			if err != nil {
				t.Fatal(err)
			}
			s, _ := ledger.Open(leaf)
			if err := new(ledger.Keyring).Admit(0, s); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v; want an error with %q", err, c.says)
			}
		})
	}
	h := ledgertest.New(t)
	leaf, _ := ledger.Seal(h.Entry(ledger.Host, ledger.TypeOpened, h.Opened), ledgertest.Key("eve"))
	s, _ := ledger.Open(leaf)
	if err := new(ledger.Keyring).Admit(0, s); err == nil {
		t.Error("a ledger opened by a stranger is admitted")
	}
}

// Validity is by position, at both ends and for earlier positions too.
func TestKeyringAnswersByPosition(t *testing.T) {
	h := ledgertest.New(t)
	added := h.Add(h.Entry(ledger.PartyA, ledger.TypeKeyAdded, ledger.KeyAdded{ledger.PartyA, ledgertest.Key("a2").Public(), ledger.HeldByParty}), ledgertest.Key("a"))
	h.Act(ledger.PartyB, struct{}{})
	revoked := h.Add(h.Entry(ledger.PartyA, ledger.TypeKeyRevoked, ledger.KeyRevoked{ledger.PartyA, ledgertest.Key("a").Public().ID(), ""}), ledgertest.Key("a"))
	r := audit(t, h, ledger.Anchors{})
	if len(r.Findings) > 0 {
		t.Fatal(r.Findings)
	}
	for _, c := range []struct {
		key      string
		position int64
		says     string
	}{
		{"a2", added, "valid only from entry 2 on"}, {"a2", 0, "valid only from"}, {"a2", added + 1, ""}, {"a2", revoked + 9, ""},
		{"a", 0, "valid only from entry 1 on"}, {"a", 1, ""}, {"a", revoked, ""}, {"a", revoked + 1, "was revoked by entry 3"},
	} {
		_, err := r.Keys.Find(ledger.PartyA, ledgertest.Key(c.key).Public().ID(), c.position)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s at %d: got %v, want %q", c.key, c.position, err, c.says)
		}
	}
}
