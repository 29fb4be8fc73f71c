package signingtest

import (
	"bytes"
	"strings"

	"entente/agreement"
	"entente/articles/signing"
	"entente/ledger/ledgertest"
	"entente/ledger/passkey"
	"entente/ledger/passkey/passkeytest"
)

// byPasskey are statements of form 3.
func (p *pad) byPasskey() []Case {
	s := p.confirmedBy(p.device, p.pen(agreement.A, p.key))
	cases := []Case{{"a passkey of ES256", p.p, s, true},
		{"a passkey of Ed25519", p.p, p.confirmedBy(passkeytest.New(-8), p.pen(agreement.A, p.key)), true},
		{"a passkey of RS256", p.p, p.confirmedBy(passkeytest.New(-257), p.pen(agreement.A, p.key)), true},
		{"the passkey with which the other party signed", p.p.With(p.confirmedBy(p.device, p.pen(agreement.B, ledgertest.Key("a node for Party B")))), s, false}}
	for name, a := range p.assertions(s) {
		bent := s
		bent.Assertion = a
		cases = append(cases, Case{"a passkey, " + name, p.p, bent, strings.HasPrefix(name, "although")})
	}
	for name, change := range map[string]func(m Members){
		"another name":                   set("", "name", "Sara Voss"),
		"custody of the node":            set("", "custody", "node"),
		"the form of a code":             set("", "format", "entente-signature/4"),
		"the form of a key":              set("", "format", "entente-signature/2"),
		"no passkey":                     set("", "passkey", nil),
		"a code as well":                 set("", "email", Members{}),
		"no nonce":                       set("passkey", "nonce", ""),
		"an address in the open":         set("passkey", "address", "192.0.2.1"),
		"a browser in the open":          set("passkey", "agent", "Mozilla/5.0"),
		"another origin":                 set("passkey", "origin", "https://evil.example"),
		"a member that nobody knows":     set("passkey", "also", "so"),
		"a key of the other party's":     set("passkey", "key", []byte(passkeytest.New(-7).Key())),
		"a key that goes on":             set("passkey", "key", append([]byte(p.device.Key()), 0)),
		"a key of an unknown kind":       set("passkey", "key", bytes.Replace(p.device.Key(), []byte{0x03, 0x26}, []byte{0x03, 0x27}, 1)),
		"a key that is no point":         set("passkey", "key", offCurve(p.device.Key())),
		"a key under which anyone signs": set("passkey", "key", append([]byte{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 32, 1}, make([]byte, 31)...)),
	} {
		bent := p.again(s, change)
		signed := p.device.Confirm(Site, Challenge(bent.Statement))
		bent.Assertion = &signed
		holds := name == "another name" // who confirms it with the passkey may say so: a form 3 does not rest on clause 7.1
		cases = append(cases, Case{"a passkey that confirmed " + name, p.p, bent, holds})
		cases = append(cases, Case{"a passkey, and afterwards " + name, p.p, p.again(s, change), false})
	}
	return cases
}

// offCurve is a key of P-256 whose point is none.
func offCurve(k passkey.Key) []byte {
	b := bytes.Clone(k)
	b[len(b)-1] ^= 1
	return b
}

// assertions are answers that a device or a browser might bring, by what is wrong with them; "although" begins the
// name of those with which nothing is.
func (p *pad) assertions(s signing.SignedStatement) map[string]*passkey.Assertion {
	asked := Challenge(s.Statement)
	good := p.device.Confirm(Site, asked)
	say := func(data, client string) *passkey.Assertion {
		a := p.device.Say([]byte(data), []byte(client))
		return &a
	}
	bent := func(change func(d *passkeytest.Device, site *passkey.Site, challenge *[]byte)) *passkey.Assertion {
		d, site, challenge := *p.device, Site, bytes.Clone(asked)
		change(&d, &site, &challenge)
		a := d.Confirm(site, challenge)
		return &a
	}
	signature := func(b ...byte) *passkey.Assertion {
		return &passkey.Assertion{AuthenticatorData: good.AuthenticatorData, ClientData: good.ClientData, Signature: b}
	}
	data, client := string(good.AuthenticatorData), string(good.ClientData)
	flagged := func(flag byte, more string) string {
		return data[:32] + string([]byte{data[32] | flag}) + data[33:] + more
	}
	flipped := bytes.Clone(good.Signature)
	flipped[len(flipped)-1] ^= 1
	return map[string]*passkey.Assertion{
		"taken away":                           nil,
		"on another statement":                 bent(func(_ *passkeytest.Device, _ *passkey.Site, c *[]byte) { *c = Challenge([]byte("{}")) }),
		"asked at another address of the host": bent(func(_ *passkeytest.Device, s *passkey.Site, _ *[]byte) { s.Origin = "https://node.example" }),
		"asked at another site":                bent(func(_ *passkeytest.Device, s *passkey.Site, _ *[]byte) { s.Origin = "https://evil.example:8443" }),
		"asked from within another page":       bent(func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { d.Cross = true }),
		"with nobody there":                    bent(func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { d.Flags = 0x04 }),
		"with a user who was not verified":     bent(func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { d.Flags = 0x01 }),
		"of another device":                    bent(func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { *d = *passkeytest.New(-7) }),
		"from the making of a passkey":         say(data, strings.Replace(client, "webauthn.get", "webauthn.create", 1)),
		"for the site of another host":         say(string(Challenge(nil))+data[32:], client),
		"within a page of a named site":        say(data, strings.Replace(client, `{`, `{"topOrigin":"https://evil.example",`, 1)),
		"with a member twice":                  say(data, strings.Replace(client, `{`, `{"type":"webauthn.get",`, 1)),
		"with no JSON":                         say(data, client+"}"),
		"with no text":                         say(data, client[:len(client)-1]+",\"\xff\":1}"),
		"with its data cut short":              say(data[:36], client),
		"with its data going on":               say(data+"x", client),
		"with extensions that are none":        say(flagged(0x80, "\xff"), client),
		"with a credential that is none":       say(flagged(0x40, strings.Repeat("x", 18)), client),
		"although it has extensions":           say(flagged(0x80, "\xa1\x63uvi\xf5"), client),
		"although it names its credential":     say(flagged(0x40, strings.Repeat("\x00", 17)+"\x02ab"+string(p.device.Key())), client),
		"although the browser says more":       say(data, strings.Replace(client, `{`, `{"other":[{"type":1},{"type":2,"x":"}{\""}],`, 1)),
		"with a changed signature":             signature(flipped...),
		"with its signature going on":          signature(append(bytes.Clone(good.Signature), 0)...),
		"with no signature":                    signature(),
		"with a signature of two noughts":      signature(0x30, 6, 2, 1, 0, 2, 1, 0),
		"with a number that is spelled longer": signature(longer(good.Signature)...),
		"with other data under its signature":  {AuthenticatorData: append(bytes.Clone(good.AuthenticatorData[:33]), 0, 0, 0, 9), ClientData: good.ClientData, Signature: good.Signature},
	}
}

// longer is a signature in DER whose first number begins with a nought that it does not need.
func longer(der []byte) []byte {
	out := append([]byte{0x30, der[1] + 1, 2, der[3] + 1, 0}, der[4:]...)
	return out
}
