package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger/seal"
	"entente/register"
)

// A Credential stands for a person of one agreement, or for a founder, who begins one. The node keeps its digest, never its secret.
type Credential struct {
	ID        string // public: names the credential in lists and logs
	Kind      Kind
	Digest    KeyDigest
	Agreement agreement.ID // empty for a founder's
	Person    string       // pseudonymous id; a founder's e-mail address
	Label     string
	Scope     Scope  // of a token
	Proven    string // stands for the address at which its holder has shown to read mail; empty where nobody asked
	Created   time.Time
	Expires   time.Time
	Used      time.Time // of a link: when it was used; zero before
	Seen      time.Time // of a session: when it was last used, to some minutes; zero before
	Revoked   time.Time // zero while it lives
}

// State says how a credential stands: live, used, expired or revoked.
func (c Credential) State(now time.Time) string {
	switch {
	case !c.Revoked.IsZero():
		return "revoked"
	case c.Kind == Link && !c.Used.IsZero():
		return "used"
	case !now.Before(c.Expires), c.Kind == Session && !now.Before(c.seen().Add(SessionIdle)):
		return "expired"
	}
	return "live"
}

// seen is when a session was last used, or began.
func (c Credential) seen() time.Time {
	if c.Seen.IsZero() {
		return c.Created
	}
	return c.Seen
}

// An Answer is the response to a write, kept so that a retry is the same operation.
type Answer struct {
	Scope    string // whose key it is: a party of an agreement ("agr_…/a"), or the node's operator
	Key      string
	Request  seal.Digest // of what was asked for
	Response []byte      // sealed: it may hold a secret that is shown once
	At       time.Time
}

// A Store keeps credentials.
type Store interface {
	// KeepCredential stores a new credential durably, with the answer to whoever asked for it if the
	// answer's key is not empty: both or neither.
	KeepCredential(ctx context.Context, c Credential, a Answer) error
	// Credentials are those of a person of an agreement, oldest first; of all its people if none is said.
	Credentials(ctx context.Context, id agreement.ID, person string) ([]Credential, error)
	// FindCredential returns the credential with a digest, and false if there is none.
	FindCredential(ctx context.Context, digest KeyDigest) (Credential, bool, error)
	// UseCredential marks a credential as used; it reports true to exactly one caller.
	UseCredential(ctx context.Context, digest KeyDigest, at time.Time) (bool, error)
	// SeeCredential notes that a session was used.
	SeeCredential(ctx context.Context, digest KeyDigest, at time.Time) error
	// RevokeCredential ends a credential; revoking it again changes nothing.
	RevokeCredential(ctx context.Context, id string, at time.Time) error
}

// A Vault keeps sealed secrets by name.
type Vault interface {
	// KeepSecret stores a sealed secret durably, in place of an earlier one of the name.
	KeepSecret(ctx context.Context, name string, sealed []byte) error
	// SealedSecret returns the sealed secret of a name, or ErrNoSecret.
	SealedSecret(ctx context.Context, name string) ([]byte, error)
}

// The errors that callers branch on.
var (
	ErrNoSecret = errors.New("there is no secret of this name")
	ErrNoEntry  = errors.New("the credential is unknown, used, expired or revoked")
)

// A Caller is who asks: a person of a party under one agreement, the node's operator, who has no role in any
// agreement, or a founder, who has none yet.
type Caller struct {
	Operator   bool
	Agreement  agreement.ID
	Actor      articles.Actor
	Credential string // the credential's id
	Kind       Kind
	Scope      Scope
	Proven     string // as of their credential
}

// In reports whether the caller belongs to the agreement. The operator belongs to none, and sees
// each from outside.
func (c Caller) In(id agreement.ID) bool { return c.Agreement == id && c.Actor.ID != "" }

// A Door makes callers from secrets, and secrets for callers.
type Door struct {
	Store    Store
	Register *register.Register
	Now      func() time.Time
	Rand     io.Reader
	Operator KeyDigest // the digest of the operator's token
}

// Enter says whose secret this is.
func (d *Door) Enter(ctx context.Context, secret string, kinds ...Kind) (Caller, error) {
	caller, c, err := d.look(ctx, secret, kinds)
	if now := d.Now(); err == nil && c.Kind == Session && now.Sub(c.seen()) > seenEvery {
		if err := d.Store.SeeCredential(ctx, c.Digest, now); err != nil {
			return Caller{}, fmt.Errorf("noting that a session is used: %w", err)
		}
	}
	return caller, err
}

// Look is Enter for what a program does by itself: a session does not count as used, so that a page that is
// left open does not keep it alive.
func (d *Door) Look(ctx context.Context, secret string, kinds ...Kind) (Caller, error) {
	caller, _, err := d.look(ctx, secret, kinds)
	return caller, err
}

// look finds the live credential of a secret and whom it stands for; the operator has none.
func (d *Door) look(ctx context.Context, secret string, kinds []Kind) (Caller, Credential, error) {
	k, err := ParseKey(secret)
	if err != nil {
		return Caller{}, Credential{}, ErrNoEntry
	}
	digest := k.Digest()
	if subtle.ConstantTimeCompare(digest[:], d.Operator[:]) == 1 {
		return Caller{Operator: true, Kind: API, Credential: "operator", Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, Credential{}, nil
	}
	return d.find(ctx, digest, kinds)
}

// Known is for whom a credential stands whose holder has shown something else than its secret, such as a signature.
func (d *Door) Known(ctx context.Context, digest KeyDigest, kinds ...Kind) (Caller, error) {
	caller, _, err := d.find(ctx, digest, kinds)
	return caller, err
}

// find is the live credential with a digest, and whom it stands for.
func (d *Door) find(ctx context.Context, digest KeyDigest, kinds []Kind) (Caller, Credential, error) {
	c, ok, err := d.Store.FindCredential(ctx, digest)
	switch {
	case err != nil:
		return Caller{}, Credential{}, fmt.Errorf("looking for a credential: %w", err)
	case !ok || subtle.ConstantTimeCompare(digest[:], c.Digest[:]) != 1 || !slices.Contains(kinds, c.Kind):
		return Caller{}, Credential{}, ErrNoEntry
	case c.State(d.Now()) != "live":
		return Caller{}, Credential{}, ErrNoEntry
	}
	caller, err := d.caller(c)
	return caller, c, err
}

// seenEvery is how often it is noted that a session is used.
const seenEvery = 5 * time.Minute

// caller reads the person's roles from the agreement as it stands now: who is no longer named in
// it has none, and whom an assignment has left behind does not enter.
func (d *Door) caller(c Credential) (Caller, error) {
	if c.Agreement == "" {
		return Caller{Kind: c.Kind, Credential: c.ID, Actor: articles.Actor{ID: c.Person}}, nil
	}
	v, err := d.Register.View(c.Agreement)
	if err != nil {
		return Caller{}, ErrNoEntry
	}
	m, ok := v.State.Members[c.Person]
	if !ok || !v.State.Acts(m, d.Now()) {
		return Caller{}, ErrNoEntry
	}
	return Caller{Agreement: c.Agreement, Kind: c.Kind, Credential: c.ID, Scope: c.Scope, Proven: c.Proven,
		Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: roles(v, m)}}, nil
}

// roles are those of the text that says who acts for the member's party: the version in force, else the
// last that both have signed. A proposal gives and takes none, or one party could make itself the
// other's signatory, or leave the other with nobody who may answer. Only before anything is signed do the
// roles of the latest text count that the party itself proposed or that both were brought.
func roles(v *register.View, m agreement.Member) []agreement.Role {
	person, _ := Person(v, m)
	return person.Roles
}

// Person is a member as the text describes them that says who acts for their party: their name, their
// address and their roles are what their own party stands by, and not what the other one proposes.
func Person(v *register.View, m agreement.Member) (agreement.Person, bool) {
	n := v.State.Life.Negotiator(m.Party)
	if n == 0 || n > len(v.State.Texts) {
		return agreement.Person{}, false
	}
	person, ok := v.State.Texts[n-1].Frame().Person(v.People[m.ID])
	return person, ok && person.Party == m.Party
}

// Lifetimes of credentials, where nothing else is said.
const (
	LinkLife    = 7 * 24 * time.Hour
	SessionLife = 7 * 24 * time.Hour
	SessionIdle = 12 * time.Hour // a session that is not used for so long ends
	TokenLife   = 90 * 24 * time.Hour
	FeedLife    = 400 * 24 * time.Hour
)

// Issue makes a credential for a person of an agreement. The key is shown once.
func (d *Door) Issue(ctx context.Context, kind Kind, id agreement.ID, person, label string, life time.Duration) (Key, Credential, error) {
	return d.Give(ctx, Grant{Kind: kind, Agreement: id, Person: person, Label: label, Life: life})
}

// Give is Issue for what a grant says more of.
func (d *Door) Give(ctx context.Context, g Grant) (Key, Credential, error) {
	return d.IssueOnce(ctx, g, func(Key, Credential) (Answer, error) { return Answer{}, nil })
}

// A Grant is what a new credential is to be.
type Grant struct {
	Kind      Kind
	Agreement agreement.ID
	Person    string // pseudonymous id
	Label     string
	Life      time.Duration
	Scope     Scope
	Proven    string
}

// IssueOnce is Issue for whoever may have to ask again: the answer is kept together with the
// credential, so that there is no credential whose key nobody was told.
func (d *Door) IssueOnce(ctx context.Context, g Grant, answer func(Key, Credential) (Answer, error)) (Key, Credential, error) {
	k, err := Mint(g.Kind, d.Rand)
	if err != nil {
		return Key{}, Credential{}, err
	}
	now := d.Now().UTC()
	c := Credential{ID: "cred_" + k.ID(), Kind: g.Kind, Digest: k.Digest(), Agreement: g.Agreement, Person: g.Person, Label: g.Label, Scope: g.Scope, Proven: g.Proven, Created: now, Expires: now.Add(g.Life)}
	a, err := answer(k, c)
	if err != nil {
		return Key{}, Credential{}, fmt.Errorf("making the answer: %w", err)
	}
	if err := d.Store.KeepCredential(ctx, c, a); err != nil {
		return Key{}, Credential{}, fmt.Errorf("keeping the credential: %w", err)
	}
	return k, c, nil
}

// Redeem turns a one-time link into a session, whose label says where it is. A second visit by the same
// link is refused.
func (d *Door) Redeem(ctx context.Context, link, label string) (Key, Caller, error) {
	caller, err := d.Enter(ctx, link, Link)
	if err != nil {
		return Key{}, Caller{}, err
	}
	k, err := ParseKey(link)
	if err != nil {
		return Key{}, Caller{}, ErrNoEntry
	}
	first, err := d.Store.UseCredential(ctx, k.Digest(), d.Now())
	switch {
	case err != nil:
		return Key{}, Caller{}, fmt.Errorf("using the link: %w", err)
	case !first:
		return Key{}, Caller{}, ErrNoEntry
	}
	session, c, err := d.Give(ctx, Grant{Kind: Session, Agreement: caller.Agreement, Person: caller.Actor.ID, Label: label, Life: SessionLife, Proven: caller.Proven})
	caller.Kind, caller.Credential = Session, c.ID
	return session, caller, err
}

// EndOthers ends a person's sessions but the one that they use now, and says how many there were.
func (d *Door) EndOthers(ctx context.Context, c Caller) (ended int, err error) {
	all, err := d.Store.Credentials(ctx, c.Agreement, c.Actor.ID)
	if err != nil {
		return 0, fmt.Errorf("reading the sessions: %w", err)
	}
	now := d.Now()
	for _, one := range all {
		if one.Kind != Session || one.ID == c.Credential || one.State(now) != "live" {
			continue
		}
		if err := d.Store.RevokeCredential(ctx, one.ID, now); err != nil {
			return ended, fmt.Errorf("ending a session: %w", err)
		}
		ended++
	}
	return ended, nil
}
