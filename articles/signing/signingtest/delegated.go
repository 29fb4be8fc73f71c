package signingtest

import (
	"entente/agreement"
	"entente/articles/signing"
	"entente/ledger/passkey/passkeytest"
)

// byDelegate are statements of form 5: somebody signs for a signatory.
func (p *pad) byDelegate() []Case {
	mara := p.pen(agreement.A, p.key)
	pen := mara
	pen.Name, pen.Title = "Tobias Reuter", "General Counsel"
	pen.Delegated = &signing.Delegated{By: mara.Name, Title: mara.Title, Delegation: "del_1", Entry: 3}
	s, coded := p.sign(pen), p.mailedBy(pen, "tobias.reuter@calluna.example")
	cases := []Case{{"for another, a key", p.p, s, true}, {"for another, a passkey", p.p, p.confirmedBy(passkeytest.New(-8), pen), true}, {"for another, a code", p.p, coded, true},
		{"for another, a code sent to the signatory", p.p, p.again(coded, set("email", "mailbox", "mara.voss@calluna.example")), false},
		{"for another, a code where a person has the key", p.p, p.again(coded, set("", "custody", "person")), false}}
	for name, change := range map[string]func(m Members){
		"no name of theirs":             set("delegated", "by", ""),
		"a title that they do not have": set("delegated", "title", "King"),
		"one who is no signatory": func(m Members) {
			m["delegated"].(Members)["by"], m["delegated"].(Members)["title"] = "Jonas Lindqvist", "Head of Engineering"
		},
		"the other party's signatory": func(m Members) {
			m["delegated"].(Members)["by"], m["delegated"].(Members)["title"] = "Aoife Kearney", "Chief Executive Officer"
		},
		"no delegation":              set("delegated", "delegation", ""),
		"no entry":                   set("delegated", "entry", 0),
		"an entry that is a text":    set("delegated", "entry", "3"),
		"a member that nobody knows": set("delegated", "also", "so"),
		"nobody":                     set("", "delegated", nil),
		"another form":               set("", "format", "entente-signature/2"),
		"a signer whom nobody knows": set("", "name", "Eve"),
		"a passkey that is none":     set("", "passkey", Members{}),
	} {
		cases = append(cases, Case{"for another, signed again with " + name, p.p, p.again(s, change), false})
	}
	return cases
}
