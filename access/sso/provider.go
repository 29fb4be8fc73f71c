// Package sso lets a company's own sign-in (OpenID Connect) open the agreement to the company's people.
//
// A signatory or a member of the steering committee says, for their own side of one agreement, which issuer vouches for
// whom: for addresses of named domains, and of these for the people of that side alone. So an issuer never opens the
// other side, another agreement, or an address of another domain, whatever it claims; who sits elsewhere under the
// same address has shown nothing of it there. The sign-in begins at an address of that side's own, so that
// nobody who types an address is led to an issuer that somebody else has named.
package sso

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/keyset"
	"entente/agreement"
	"entente/register"

	"github.com/go-json-experiment/json"
)

// The errors that callers branch on.
var (
	ErrProvider = errors.New("the sign-in cannot be used")
	ErrRefused  = errors.New("your company's sign-in did not open this agreement to you")
	ErrNoSite   = errors.New("this node does not say under which address people reach it, so that no sign-in can lead back to it")
)

// A Provider is who vouches for the people of one side of an agreement.
type Provider struct {
	Agreement agreement.ID
	Party     agreement.Party
	Issuer    string
	Client    string // the id under which the issuer knows this node
	Secret    access.Secret
	Domains   []string // of the addresses that it vouches for
}

// A Desk knows the providers, and brings people in by them. All fields are needed.
type Desk struct {
	Vault    access.Vault
	Sealer   *access.Sealer
	Accounts *account.Book
	Keys     *keyset.Book // also says where issuers may be
	Now      func() time.Time
	Rand     io.Reader
	Log      *slog.Logger

	issuers directory
}

// MostDomains is how many domains a provider can have.
const MostDomains = 20

var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// kept is a provider as it is sealed; empty once it was removed.
type kept struct {
	Issuer  string   `json:"issuer,omitzero"`
	Client  string   `json:"client,omitzero"`
	Secret  string   `json:"secret,omitzero"`
	Domains []string `json:"domains,omitzero"`
}

func nameOf(id agreement.ID, p agreement.Party) string { return "sso/" + string(id) + "/" + string(p) }

// Of is the provider of a side; false if it has none.
func (d *Desk) Of(ctx context.Context, id agreement.ID, p agreement.Party) (Provider, bool, error) {
	name := nameOf(id, p)
	sealed, err := d.Vault.SealedSecret(ctx, name)
	if errors.Is(err, access.ErrNoSecret) {
		return Provider{}, false, nil
	}
	if err != nil {
		return Provider{}, false, fmt.Errorf("reading a sign-in: %w", err)
	}
	text, err := d.Sealer.Open(name, string(sealed))
	var k kept
	if err == nil {
		err = json.Unmarshal([]byte(text.Reveal()), &k)
	}
	if err != nil {
		return Provider{}, false, fmt.Errorf("reading a sign-in: %w", err)
	}
	return Provider{id, p, k.Issuer, k.Client, access.NewSecret(k.Secret), k.Domains}, k.Issuer != "", nil
}

// Set names the provider of the caller's side, in place of an earlier one, whose sessions end. It asks the issuer
// what it is. The error wraps ErrProvider where the provider cannot be one, or is a refusal.
func (d *Desk) Set(ctx context.Context, c access.Caller, p Provider) error {
	p.Agreement, p.Party = c.Agreement, c.Actor.Party
	if err := may(c); err != nil {
		return err
	}
	if err := d.check(c, p); err != nil {
		return err
	}
	if _, err := d.discover(ctx, p.Issuer); err != nil {
		return err
	}
	if err := d.keep(ctx, p); err != nil {
		return err
	}
	return d.out(ctx, c.Agreement, c.Actor.Party)
}

// Drop forgets the provider of the caller's side, ends the sessions that it began, and says whether there was one.
func (d *Desk) Drop(ctx context.Context, c access.Caller) (bool, error) {
	if err := may(c); err != nil {
		return false, err
	}
	_, found, err := d.Of(ctx, c.Agreement, c.Actor.Party)
	if err == nil && found {
		err = d.keep(ctx, Provider{Agreement: c.Agreement, Party: c.Actor.Party})
	}
	if err != nil {
		return false, err
	}
	return found, d.out(ctx, c.Agreement, c.Actor.Party) // also where an earlier attempt got no further
}

// began is how the labels of sessions begin that a company's sign-in began.
const began = "by company sign-in, "

// out ends the sessions of a side that its company's sign-in began.
func (d *Desk) out(ctx context.Context, id agreement.ID, party agreement.Party) error {
	door := d.Accounts.Door
	v, err := door.Register.View(id)
	if err != nil {
		return err
	}
	all, err := door.Store.Credentials(ctx, id, "")
	if err != nil {
		return fmt.Errorf("reading the sessions: %w", err)
	}
	now := d.Now()
	for _, one := range all {
		if one.Kind != access.Session || !strings.HasPrefix(one.Label, began) || v.State.Members[one.Person].Party != party || one.State(now) != "live" {
			continue
		}
		if err := door.Store.RevokeCredential(ctx, one.ID, now); err != nil {
			return fmt.Errorf("ending a session: %w", err)
		}
	}
	return nil
}

func (d *Desk) keep(ctx context.Context, p Provider) error {
	text, err := json.Marshal(kept{p.Issuer, p.Client, p.Secret.Reveal(), p.Domains})
	if err != nil {
		return err
	}
	name := nameOf(p.Agreement, p.Party)
	sealed, err := d.Sealer.Seal(name, access.NewSecret(string(text)))
	if err != nil {
		return err
	}
	return d.Vault.KeepSecret(ctx, name, []byte(sealed))
}

func may(c access.Caller) error {
	if !slices.ContainsFunc(account.Inviters, func(r agreement.Role) bool { return slices.Contains(c.Actor.Roles, r) }) {
		return agreement.Refuse("name your company's sign-in", "7.1", "only the signatory or a member of the steering committee may")
	}
	return nil
}

// check refuses what no provider is: a domain in which nobody of the side has an address is not the side's to name.
func (d *Desk) check(c access.Caller, p Provider) error {
	v, err := d.Accounts.Door.Register.View(c.Agreement)
	if err != nil {
		return register.ErrUnknown
	}
	u, err := url.Parse(p.Issuer)
	switch {
	case err != nil || u.RawQuery+u.Fragment != "" || u.User != nil || len(p.Issuer) > 500 || d.Keys.Check(p.Issuer) != nil:
		return fmt.Errorf("%w: the issuer is an https address that is public, without query or fragment", ErrProvider)
	case p.Client == "" || p.Secret.IsZero():
		return fmt.Errorf("%w: it needs the id and the secret under which the issuer knows this node", ErrProvider)
	case len(p.Domains) == 0 || len(p.Domains) > MostDomains:
		return fmt.Errorf("%w: name 1 to %d domains", ErrProvider, MostDomains)
	}
	for _, domain := range p.Domains {
		if !domainForm.MatchString(domain) || len(domain) > 253 {
			return fmt.Errorf("%w: %.60q is not a domain in small letters, as company.example is one", ErrProvider, domain)
		}
		named := false
		for _, m := range v.State.Members {
			person, known := access.Person(v, m)
			named = named || known && m.Party == c.Actor.Party && domainOf(string(person.Email)) == domain
		}
		if !named {
			return fmt.Errorf("%w: clause 7.1 gives nobody of %s an address at %s", ErrProvider, c.Actor.Party.Label(), domain)
		}
	}
	return nil
}

// domainOf is the domain of an address, as domains are compared.
func domainOf(address string) string {
	return strings.ToLower(strings.TrimSpace(address[strings.LastIndexByte(address, '@')+1:]))
}

// same reports whether sessions that one provider began may go on under another.
func (p Provider) same(q Provider) bool {
	return p.Issuer == q.Issuer && p.Client == q.Client && slices.Equal(p.Domains, q.Domains)
}
