package signingtest

import (
	"strings"

	"entente/agreement"
	"entente/ledger/ledgertest"
)

// byCode are statements of form 4. The node can sign whatever it likes, so only what the signed terms say stands
// against it.
func (p *pad) byCode() []Case {
	s := p.mailed()
	other := ledgertest.Key("a node for Party B")
	strict := p.terms
	strict.General.Signatures.Simple = false
	without := bound(p.t, strict)
	cases := []Case{{"a code", p.p, s, true}, {"a code, and the other party's key", p.p.With(p.sign(p.pen(agreement.B, other))), s, true},
		{"a code, where the terms allow none", without, p.again(s, set("", "manifest", without.Digest().String())), false},
		{"a code, and the key with which the other party signed", p.p.With(p.sign(p.pen(agreement.B, p.key))), s, false}}
	for name, change := range map[string]func(m Members){
		"another name":                         set("", "name", "Sara Voss"),
		"another title":                        set("", "title", "King"),
		"the name of one who is no signatory":  func(m Members) { m["name"], m["title"] = "Jonas Lindqvist", "Head of Engineering" },
		"the name of the other's signatory":    func(m Members) { m["name"], m["title"] = "Aoife Kearney", "Chief Executive Officer" },
		"another manifest":                     set("", "manifest", "sha256:"+strings.Repeat("0", 64)),
		"custody of a person":                  set("", "custody", "person"),
		"custody of the party":                 set("", "custody", "party"),
		"the form of a passkey":                set("", "format", "entente-signature/3"),
		"the form of a key":                    set("", "format", "entente-signature/2"),
		"no code":                              set("", "email", nil),
		"a passkey as well":                    set("", "passkey", Members{}),
		"no PDF":                               set("", "pdf", nil),
		"no document key":                      set("", "document_key", nil),
		"a member that nobody knows":           set("email", "also", "so"),
		"another mailbox":                      set("email", "mailbox", "mara.voss@evil.example"),
		"a mailbox in other letters":           set("email", "mailbox", "Mara.Voss@calluna.example"),
		"no consent":                           set("email", "consent", ""),
		"no letter":                            set("email", "nonce", ""),
		"an address in the open":               set("email", "address", "192.0.2.1"),
		"no address":                           set("email", "address", ""),
		"an address by a digest of no length":  set("email", "address", "sha256:00"),
		"a program in the open":                set("email", "agent", "Mozilla/5.0"),
		"an address that is spelled otherwise": set("email", "address", "sha256:"+strings.Repeat("A", 64)),
	} {
		cases = append(cases, Case{"a code, signed again with " + name, p.p, p.again(s, change), false})
	}
	for name, change := range map[string]func(m Members){
		"another hour of the code":  set("email", "sent", "2026-12-01T08:59:00Z"),
		"another consent":           set("email", "consent", "I agree to more."),
		"another letter":            set("email", "nonce", "tick_2"),
		"another place":             set("email", "origin", "https://other.example"),
		"another time":              set("", "date", "2026-12-02T09:00:00Z"),
		"another place in a ledger": set("", "ledger", "3 entries"),
	} {
		cases = append(cases, Case{"a code, and afterwards " + name, p.p, p.edited(s, change), false})
	}
	return cases
}
