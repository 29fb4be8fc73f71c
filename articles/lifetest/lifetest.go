// Package lifetest is the life of an agreement under test: the example, proposed, signed and lived through
// by people who may act for the parties.
package lifetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/policy"
	"entente/articles/signing"
	"entente/calendar"
	"entente/ledger/seal"
)

// Day is the day of the example; tests do not read the clock.
var Day = calendar.Date{Year: 2027, Month: time.March, Day: 15}

// Noon is when it is noon on that day where the agreement is at home.
var Noon = time.Date(2027, time.March, 15, 11, 0, 0, 0, time.UTC)

// Shelf is a library held in memory.
type Shelf map[string][]byte

// Document is a text of the library by its digest.
func (s Shelf) Document(digest string) ([]byte, error) {
	b, ok := s[digest]
	if !ok {
		return nil, fmt.Errorf("no document %s", digest)
	}
	return b, nil
}

// A Life is an agreement under test: commands go through Decide, events through Evolve.
type Life struct {
	State   articles.State
	Library Shelf
	Events  []any       // what has happened, in order
	Times   []time.Time // when it did

	t *testing.T
}

// Who act: a technical lead and a signatory of each party, and the host's clock.
var (
	LeadA   = articles.Actor{Party: agreement.A, ID: "per_jonas", Roles: []agreement.Role{agreement.Technical}}
	LeadB   = articles.Actor{Party: agreement.B, ID: "per_declan", Roles: []agreement.Role{agreement.Technical}}
	SignerA = articles.Actor{Party: agreement.A, ID: "per_mara", Roles: []agreement.Role{agreement.Signatory, agreement.Committee}}
	SignerB = articles.Actor{Party: agreement.B, ID: "per_aoife", Roles: []agreement.Role{agreement.Signatory, agreement.Committee}}
	Host    = articles.Clock
)

// Do decides a command and applies what follows from it.
func (l *Life) Do(who articles.Actor, command any, at time.Time) error {
	l.t.Helper()
	events, err := articles.Decide(l.State, who, command, at)
	if err != nil {
		return err
	}
	for _, e := range events {
		if l.State, err = l.State.Evolve(e, at, l.Library); err != nil {
			l.t.Fatal(err)
		}
		l.Events, l.Times = append(l.Events, e), append(l.Times, at)
	}
	return nil
}

// Must is Do for a command that nothing speaks against.
func (l *Life) Must(who articles.Actor, command any, at time.Time) {
	l.t.Helper()
	if err := l.Do(who, command, at); err != nil {
		l.t.Fatalf("%T: %v", command, err)
	}
}

// Refused expects a refusal that cites a clause and says a word.
func (l *Life) Refused(who articles.Actor, command any, at time.Time, clause agreement.Clause, word string) {
	l.t.Helper()
	err := l.Do(who, command, at)
	var r *agreement.Refusal
	if !errors.As(err, &r) || r.Clause != clause || !strings.Contains(r.Why, word) {
		l.t.Errorf("%T: got %v, want a refusal under %s about %q", command, err, clause.Cite(), word)
	}
}

// Proposed is the example, changed, and put before the parties.
func Proposed(t *testing.T, change func(*articles.Agreement)) (*Life, seal.Digest) {
	t.Helper()
	a := draft.Example(Day)
	if change != nil {
		change(&a)
	}
	l := &Life{t: t, State: articles.State{ID: "agr_aaaaaaaaaaaaaaaa"}, Library: Shelf{}}
	return l, l.Propose(a, nil)
}

// Fork is a life that has been the same so far, and goes on by itself.
func (l *Life) Fork() *Life {
	next := *l
	next.Events, next.Times = slices.Clip(l.Events), slices.Clip(l.Times)
	return &next
}

// Propose puts a text before the parties that follows a previous one, if there is any.
func (l *Life) Propose(a articles.Agreement, previous *seal.Digest) seal.Digest {
	l.t.Helper()
	p, err := signing.Bind(a, previous)
	if err != nil {
		l.t.Fatal(err)
	}
	terms := seal.Sum(p.Terms).String()
	l.Library[terms] = p.Terms
	c := agreement.Propose{Manifest: p.Digest().String(), Terms: terms, Effective: a.Frame().Applies().In(a.Frame().Zone()).UTC()}
	if previous != nil {
		c.Previous = previous.String()
	}
	l.Must(articles.Actor{Party: agreement.Host, ID: "operator"}, c, Noon)
	return p.Digest()
}

// Sign signs for both.
func (l *Life) Sign(manifest seal.Digest, at time.Time) {
	l.t.Helper()
	for _, who := range []articles.Actor{SignerA, SignerB} {
		l.Must(who, agreement.Sign{Party: who.Party, Manifest: manifest.String(), Signer: who.ID, Statement: "sha256:00", Key: "k", Custody: "node"}, at)
	}
}

// InForce is the example, changed, and signed by both at Noon.
func InForce(t *testing.T, change func(*articles.Agreement)) *Life {
	l, manifest := Proposed(t, change)
	l.Sign(manifest, Noon)
	return l
}

// KeyFor is the command that issues a key for customer data.
func KeyFor(component string, party agreement.Party, e agreement.Environment, p agreement.Purpose) integration.IssueKey {
	return integration.IssueKey{ID: "key_" + component + string(e) + string(p), Digest: strings.Repeat("ab", 32), Party: party, Component: component, Environment: e,
		Purpose: p, Class: agreement.CustomerData, By: "per_declan", Expires: Noon.AddDate(0, 0, 90)}
}

// Decided is the verdict on a call under the first key.
func (l *Life) Decided(c policy.Call, at time.Time) policy.Verdict {
	p := policy.Compile(l.State, at)
	c.At = at.UnixNano()
	return p.Decide(&p.Grants[0], c)
}
