// Package service is how a party's programs come in by themselves (OAuth 2.0 client credentials, RFC 6749, section 4.4).
//
// A service account acts under one agreement for the person who made it, within the scope that they gave it, as long as
// the agreement lets that person act: it never goes further than they could. It shows who it is by a secret, by what it
// signs with a key of its own (RFC 7523), or by the key pair of its TLS connection (RFC 8705), and is given an access
// token for ten minutes. A token is bound to its account: when the account ends, or its person may no longer act, the
// token opens nothing from that moment on. It makes no other credentials, and there are no refresh tokens.
package service

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"entente/access"
	"entente/access/keyset"
	"entente/access/token"
	"entente/agreement"
	"entente/articles"
	"entente/register"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The errors that callers branch on.
var (
	ErrClient   = errors.New("the client is not known, has ended, or has not shown that it is the one")
	ErrScope    = errors.New("the scope goes further than the account")
	ErrTooOften = errors.New("too many attempts from this network have failed; wait an hour")
	ErrAccount  = errors.New("the service account cannot be made")
	ErrNoOrigin = errors.New("this node does not say under which address it is reached, so that programs cannot name it")
)

// A Method is how an account shows who it is, as OAuth calls it.
type Method string

// The methods.
const (
	BySecret      Method = "client_secret_basic"
	ByKey         Method = "private_key_jwt"
	ByCertificate Method = "self_signed_tls_client_auth"
)

// Methods are all methods.
var Methods = []Method{BySecret, ByKey, ByCertificate}

// Spent counts things by name, over a restart and for all processes of a node, until a time.
type Spent interface {
	Count(ctx context.Context, name string, now, until time.Time) (times int, err error)
}

// A Desk keeps service accounts, and lets them in. All fields are needed; where Origin is empty there are none.
type Desk struct {
	Door   *access.Door
	Vault  access.Vault
	Sealer *access.Sealer
	Spent  Spent
	Keys   *keyset.Book // also says where published keys may be
	Origin string       // of the node, as programs reach it: it is who issues the tokens
	Log    *slog.Logger
	Made   func(context.Context, access.Credential) // tells its person that an account was made; nil tells nobody

	pinned atomic.Bool // an account shows who it is by a certificate
	once   sync.Once
}

// Asks reports whether callers are to be asked for a certificate of theirs: some account shows who it is by one, or has
// since the node started.
func (d *Desk) Asks() bool {
	d.once.Do(func() {
		for _, v := range d.Door.Register.Views() {
			for _, p := range []agreement.Party{agreement.A, agreement.B} {
				all, err := d.Of(context.Background(), access.Caller{Agreement: v.State.ID, Actor: articles.Actor{Party: p}})
				if err != nil {
					d.Log.Error("reading who shows a certificate", "agreement", v.State.ID, "error", err)
				}
				if slices.ContainsFunc(all, func(a Account) bool { return a.Method == ByCertificate && a.State(d.Door.Now()) == "live" }) {
					d.pinned.Store(true)
				}
			}
		}
	})
	return d.pinned.Load()
}

// Roles are those of clause 7.1 whose holders make and end the accounts of their party.
var Roles = []agreement.Role{agreement.Signatory, agreement.Committee, agreement.Technical}

// LongestLife is how long an account lives at most.
const LongestLife = 366 * 24 * time.Hour

// A Wanted account is one that somebody asks for. At most one of Keys, Address and Certificate says by what it shows
// who it is; without any it has a secret.
type Wanted struct {
	Label       string
	Scope       access.Scope
	Life        time.Duration // LongestLife at most
	Keys        []byte        // a key set (RFC 7517)
	Address     string        // where it publishes its key set
	Certificate string        // a certificate or public key in PEM
}

// An Account is a program's, of one party under one agreement.
type Account struct {
	access.Credential // its ID is the client id
	Method            Method
	Pin               string // of the key pair, in hexadecimal
	Address           string // of its key set
}

// kept is how an account shows who it is, as it is sealed.
type kept struct {
	Digest  string         `json:"digest"` // under which its credential is found
	Keys    jsontext.Value `json:"keys,omitzero"`
	Address string         `json:"address,omitzero"`
	Pin     string         `json:"pin,omitzero"`
}

func (k kept) method() Method {
	switch {
	case k.Pin != "":
		return ByCertificate
	case k.Keys != nil || k.Address != "":
		return ByKey
	}
	return BySecret
}

func nameOf(id string) string { return "service/" + id }

// Make makes an account that acts for the caller. The answer is kept with it; the secret is empty unless that is how
// the account shows who it is. The error wraps ErrAccount, ErrNoOrigin, or is a refusal.
func (d *Desk) Make(ctx context.Context, c access.Caller, w Wanted, answer func(secret access.Secret, a Account) (access.Answer, error)) (Account, error) {
	if d.Origin == "" {
		return Account{}, ErrNoOrigin
	}
	if err := may("make a service account", c); err != nil {
		return Account{}, err
	}
	k, err := d.proof(w)
	if err == nil && (w.Life <= 0 || w.Life > LongestLife) {
		err = errors.New("it lives for a year at most")
	}
	if err != nil {
		return Account{}, fmt.Errorf("%w: %w", ErrAccount, err)
	}
	var made Account
	g := access.Grant{Kind: access.Service, Agreement: c.Agreement, Person: c.Actor.ID, Label: w.Label, Scope: w.Scope, Life: w.Life}
	_, _, err = d.Door.IssueOnce(ctx, g, func(key access.Key, one access.Credential) (access.Answer, error) {
		made = Account{one, k.method(), k.Pin, k.Address}
		k.Digest = hex.EncodeToString(one.Digest[:])
		if err := d.keep(ctx, one.ID, k); err != nil { // before the account is there: by itself it opens nothing
			return access.Answer{}, err
		}
		secret := access.Secret{}
		if k.method() == BySecret {
			secret = key.Text()
		}
		return answer(secret, made)
	})
	if err != nil || made.ID == "" {
		return made, err
	}
	if made.Method == ByCertificate {
		d.pinned.Store(true)
	}
	if d.Made != nil {
		d.Made(ctx, made.Credential)
	}
	return made, nil
}

func may(act string, c access.Caller) error {
	if !slices.ContainsFunc(Roles, func(r agreement.Role) bool { return slices.Contains(c.Actor.Roles, r) }) {
		return agreement.Refuse(act, "7.1", "only the signatory, a member of the steering committee or the technical lead may")
	}
	return nil
}

// proof reads by what an account will show who it is.
func (d *Desk) proof(w Wanted) (k kept, err error) {
	said := 0
	for _, one := range []bool{len(w.Keys) > 0, w.Address != "", w.Certificate != ""} {
		if one {
			said++
		}
	}
	switch {
	case said > 1:
		return k, errors.New("name a key set, the address of one, or a certificate: one of them")
	case len(w.Keys) > 0:
		k.Keys = jsontext.Value(w.Keys)
		_, err = token.ParseKeys(w.Keys)
	case w.Address != "":
		k.Address = w.Address
		if d.Keys.Check(w.Address) != nil || len(w.Address) > 2000 {
			err = errors.New("the address of a key set is https and public")
		}
	case w.Certificate != "":
		var pin access.Pin
		pin, err = access.ParsePin(w.Certificate)
		k.Pin = pin.String()
	}
	return k, err
}

func (d *Desk) keep(ctx context.Context, id string, k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	sealed, err := d.Sealer.Seal(nameOf(id), access.NewSecret(string(text)))
	if err != nil {
		return err
	}
	return d.Vault.KeepSecret(ctx, nameOf(id), []byte(sealed))
}

// known is how an account shows who it is; the error is access.ErrNoSecret if there is none of this id.
func (d *Desk) known(ctx context.Context, id string) (k kept, err error) {
	sealed, err := d.Vault.SealedSecret(ctx, nameOf(id))
	if err != nil {
		return k, err
	}
	text, err := d.Sealer.Open(nameOf(id), string(sealed))
	if err == nil {
		err = json.Unmarshal([]byte(text.Reveal()), &k)
	}
	if err != nil {
		return k, fmt.Errorf("reading a service account: %w", err)
	}
	return k, nil
}

// Of are the accounts of the caller's party under the caller's agreement, oldest first; ended ones, too.
func (d *Desk) Of(ctx context.Context, c access.Caller) ([]Account, error) {
	v, err := d.Door.Register.View(c.Agreement)
	if err != nil {
		return nil, err
	}
	all, err := d.Door.Store.Credentials(ctx, c.Agreement, "")
	if err != nil {
		return nil, fmt.Errorf("reading the service accounts: %w", err)
	}
	var own []Account
	for _, one := range all {
		if one.Kind != access.Service || v.State.Members[one.Person].Party != c.Actor.Party {
			continue
		}
		k, err := d.known(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		own = append(own, Account{one, k.method(), k.Pin, k.Address})
	}
	return own, nil
}

// End ends an account of the caller's party at once, with its tokens, and says when that was. The error is
// register.ErrUnknown if the party has none of this id, or a refusal.
func (d *Desk) End(ctx context.Context, c access.Caller, id string) (time.Time, error) {
	if err := may("end a service account", c); err != nil {
		return time.Time{}, err
	}
	all, err := d.Of(ctx, c)
	if err != nil {
		return time.Time{}, err
	}
	i := slices.IndexFunc(all, func(a Account) bool { return a.ID == id })
	switch {
	case i < 0:
		return time.Time{}, register.ErrUnknown
	case !all[i].Revoked.IsZero():
		return all[i].Revoked, nil
	}
	now := d.Door.Now().UTC()
	return now, d.Door.Store.RevokeCredential(ctx, id, now)
}
