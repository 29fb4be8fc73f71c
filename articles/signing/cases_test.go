package signing_test

import (
	"testing"

	"entente/articles/signing/signingtest"
)

// What a party signed holds in every form, and nothing that somebody made of it does, the operator of the node included
// who holds the key that carries it.
func TestStatementsThatWereChanged(t *testing.T) {
	for _, c := range signingtest.Cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			if _, err := c.Package.VerifySignature(c.Signed); (err == nil) != c.Holds {
				t.Errorf("it holds: %t (%v)", err == nil, err)
			}
		})
	}
}
