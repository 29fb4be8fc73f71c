package sso

import (
	"testing"

	"entente/access/token"
)

// An address of the company in an account that is not the company's to close does not count.
func TestAPrivateAccountIsNotTheCompanys(t *testing.T) {
	for name, c := range map[string]struct {
		issuer, hosted string
		counts         bool
	}{
		"a private account":            {everybody, "", false},
		"another company's":            {everybody, "evil.example", false},
		"the company's":                {everybody, "calluna.example", true},
		"an issuer of the company's":   {"https://login.calluna.example", "", true},
		"which says something like it": {"https://login.calluna.example", "evil.example", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := Provider{Issuer: c.issuer, Domains: []string{"calluna.example"}}
			if err := p.vouches(&token.Identity{Email: "Mara.Voss@Calluna.Example", Verified: true, Hosted: c.hosted}); (err == nil) != c.counts {
				t.Errorf("it counts: %v", err)
			}
		})
	}
}
