package ledger

import (
	"strings"
	"testing"
)

func TestKeyring(t *testing.T) {
	next := key("a2")
	add := KeyAdded{PartyA, next.Public(), HeldByPerson}
	type step struct {
		by   Party
		with PrivateKey
		typ  string
		body any
		held Custody // of the signing key; empty for what the house uses
		says string  // in the refusal; empty if admitted
	}
	const act = "integration.milestone_completed/1"
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"each party signs with its own key", []step{
			{by: PartyA, with: key("a"), typ: act}, {by: PartyB, with: key("b"), typ: act}, {by: Host, with: key("host"), typ: act}}},
		{"a party cannot sign with the other's key", []step{
			{by: PartyA, with: key("b"), typ: act, says: "belongs to party b"}}},
		{"the host cannot sign for a party", []step{
			{by: PartyA, with: key("host"), typ: act, says: "belongs to party host"}}},
		{"a stranger cannot sign", []step{
			{by: PartyA, with: key("eve"), typ: act, says: "not known to this ledger"}}},
		{"the entry tells the truth about custody", []step{
			{by: PartyA, with: key("a"), typ: act, held: HeldByNode, says: "in the custody of the node"}}},
		{"a named key signs from then on", []step{
			{by: PartyA, with: next, typ: act, held: HeldByPerson, says: "not known"},
			{by: PartyA, with: key("a"), typ: TypeKeyAdded, body: add},
			{by: PartyA, with: next, typ: act, held: HeldByPerson}}},
		{"a party names keys for itself only", []step{
			{by: PartyB, with: key("b"), typ: TypeKeyAdded, body: add, says: "cannot name a key of party a"}}},
		{"a key is named once", []step{
			{by: PartyA, with: key("a"), typ: TypeKeyAdded, body: add},
			{by: PartyA, with: key("a"), typ: TypeKeyAdded, body: add, says: "already in use"}}},
		{"a party cannot take over the other's key", []step{
			{by: PartyB, with: key("b"), typ: TypeKeyAdded, body: KeyAdded{PartyB, key("a").Public(), HeldByNode}, says: "already in use"}}},
		{"a witness's key does not sign entries", []step{
			{by: PartyB, with: key("b"), typ: TypeKeyAdded, body: KeyAdded{PartyB, key("wa").Public(), HeldByNode}, says: "already in use"}}},
		{"a revoked key signs its own end and nothing after", []step{
			{by: PartyA, with: key("a"), typ: TypeKeyAdded, body: add},
			{by: PartyA, with: key("a"), typ: TypeKeyRevoked, body: KeyRevoked{PartyA, key("a").Public().ID(), "rotation"}},
			{by: PartyA, with: key("a"), typ: act, says: "was revoked by entry 2"},
			{by: PartyA, with: next, typ: act, held: HeldByPerson}}},
		{"the last key stays", []step{
			{by: PartyA, with: key("a"), typ: TypeKeyRevoked, body: KeyRevoked{PartyA, key("a").Public().ID(), ""}, says: "last one of party a"}}},
		{"a party revokes its own keys only", []step{
			{by: PartyB, with: key("b"), typ: TypeKeyRevoked, body: KeyRevoked{PartyA, key("a").Public().ID(), ""}, says: "cannot revoke a key of party a"}}},
		{"a ledger is opened once", []step{
			{by: Host, with: key("host"), typ: TypeOpened, body: newHouse(t).opened, says: "a second time"}}},
		{"an unknown entry about the ledger stops the reader", []step{
			{by: Host, with: key("host"), typ: "ledger.key_revoked/2", says: "not known to this release"}}},
		{"a malformed body is refused", []step{
			{by: PartyA, with: key("a"), typ: TypeKeyAdded, body: map[string]int{"x": 1}, says: "/x"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			var ring Keyring
			first, _ := Open(h.leaves[0])
			if err := ring.Admit(0, first); err != nil {
				t.Fatal(err)
			}
			for i, s := range c.steps {
				if s.body == nil {
					s.body = struct{}{}
				}
				e := h.entry(s.by, s.typ, s.body)
				if s.held != "" {
					e.Custody = s.held
				}
				leaf, err := Seal(e, s.with)
				if err != nil {
					t.Fatal(err)
				}
				sealed, err := Open(leaf)
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
		change func(*Opened)
		says   string
	}{
		"one key for two purposes":   {func(o *Opened) { o.Host = o.Parties.A.Entries }, "are the same key"},
		"one key for both parties":   {func(o *Opened) { o.Parties.B.Entries = o.Parties.A.Entries }, "parties.a.entries and parties.b.entries"},
		"a log of another name":      {func(o *Opened) { o.Log.Origin = "x/" + testAgreement }, "log is not"},
		"a log with a witness's key": {func(o *Opened) { o.Log.Kind = WitnessKind }, "log is not"},
		"a witness with a log's key": {func(o *Opened) { o.Parties.A.Witness.Kind = LogKind }, "two cosigning keys"},
		"witnesses of one name":      {func(o *Opened) { o.Parties.A.Witness.Origin = o.Parties.B.Witness.Origin }, "two names"},
		"another agreement's origin": {func(o *Opened) { o.Origin, o.Log.Origin = "x/y", "x/y" }, "does not end with"},
		"no custody":                 {func(o *Opened) { o.Parties.A.Custody = "" }, "custody"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c.change(&h.opened)
			leaf, err := Seal(h.entry(Host, TypeOpened, h.opened), key("host"))
			if err != nil {
				t.Fatal(err)
			}
			s, _ := Open(leaf)
			if err := new(Keyring).Admit(0, s); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v; want an error with %q", err, c.says)
			}
		})
	}
	h := newHouse(t)
	leaf, _ := Seal(h.entry(Host, TypeOpened, h.opened), key("eve"))
	s, _ := Open(leaf)
	if err := new(Keyring).Admit(0, s); err == nil {
		t.Error("a ledger opened by a stranger is admitted")
	}
}

// Validity is by position, at both ends and for earlier positions too.
func TestKeyringAnswersByPosition(t *testing.T) {
	h := newHouse(t)
	added := h.add(h.entry(PartyA, TypeKeyAdded, KeyAdded{PartyA, key("a2").Public(), HeldByParty}), key("a"))
	h.act(PartyB, struct{}{})
	revoked := h.add(h.entry(PartyA, TypeKeyRevoked, KeyRevoked{PartyA, key("a").Public().ID(), ""}), key("a"))
	r := audit(t, h, Anchors{})
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
		_, err := r.Keys.Find(PartyA, key(c.key).Public().ID(), c.position)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s at %d: got %v, want %q", c.key, c.position, err, c.says)
		}
	}
}
