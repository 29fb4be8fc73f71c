package sso

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/access/token"
	"entente/agreement"
	"entente/register"

	"github.com/go-json-experiment/json"
)

// Bounds of a sign-in.
const (
	Patience = 10 * time.Minute // how long a person may take at the issuer
	Life     = 24 * time.Hour   // of a session: whom a company lets go is out within a day
)

// A Pending sign-in is what the browser keeps meanwhile, sealed: so that the answer counts in the browser alone that
// asked, once.
type Pending struct {
	Text    string // for the browser to keep
	Address string // of the issuer's, to go to
}

// pending is what is sealed.
type pending struct {
	Agreement agreement.ID    `json:"agreement"`
	Party     agreement.Party `json:"party"`
	Issuer    string          `json:"issuer"`
	State     string          `json:"state"`
	Nonce     string          `json:"nonce"`
	Verifier  string          `json:"verifier"` // RFC 7636
	Until     int64           `json:"until"`
}

const pendingName = "sso/pending"

// Begin begins a sign-in with the provider of a side. The error is register.ErrUnknown if it has none, ErrNoSite,
// or wraps ErrProvider if the issuer cannot be asked.
func (d *Desk) Begin(ctx context.Context, id agreement.ID, party agreement.Party) (Pending, error) {
	if !d.Accounts.HasPasskeys() {
		return Pending{}, ErrNoSite
	}
	p, found, err := d.Of(ctx, id, party)
	if err != nil || !found {
		return Pending{}, errors.Join(err, register.ErrUnknown)
	}
	m, err := d.known(ctx, p.Issuer)
	if err != nil {
		return Pending{}, err
	}
	w := pending{Agreement: id, Party: party, Issuer: p.Issuer, Until: d.Now().Add(Patience).Unix()}
	for _, one := range []*string{&w.State, &w.Nonce, &w.Verifier} {
		if *one, err = d.draw(); err != nil {
			return Pending{}, err
		}
	}
	text, err := json.Marshal(w)
	if err != nil {
		return Pending{}, err
	}
	sealed, err := d.Sealer.Seal(pendingName, access.NewSecret(string(text)))
	if err != nil {
		return Pending{}, err
	}
	challenge := sha256.Sum256([]byte(w.Verifier))
	to, err := url.Parse(m.Authorize)
	if err != nil {
		return Pending{}, fmt.Errorf("%w: its issuer says no address", ErrProvider)
	}
	q := to.Query()
	for name, value := range map[string]string{"response_type": "code", "client_id": p.Client, "redirect_uri": d.Back(id, party), "scope": "openid email", "state": w.State, "nonce": w.Nonce,
		"code_challenge": base64.RawURLEncoding.EncodeToString(challenge[:]), "code_challenge_method": "S256"} {
		q.Set(name, value)
	}
	to.RawQuery = q.Encode()
	return Pending{sealed, to.String()}, nil
}

// Door is where the people of a side begin, below the node's address.
func Door(id agreement.ID, party agreement.Party) string {
	return "/sso/" + string(id) + "/" + string(party)
}

// Back is the address to which the issuer sends people of a side: one for each provider, so that no issuer gets
// another's codes.
func (d *Desk) Back(id agreement.ID, party agreement.Party) string {
	return d.Accounts.Site.Origin + Door(id, party) + "/back"
}

func (d *Desk) draw() (string, error) {
	random := make([]byte, 32)
	if _, err := io.ReadFull(d.Rand, random); err != nil {
		return "", fmt.Errorf("drawing randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(random), nil
}

// End begins a session for whom the issuer vouches for; where says in which browser. Everything that does not hold
// is ErrRefused, whatever it is: the log says more.
func (d *Desk) End(ctx context.Context, id agreement.ID, party agreement.Party, kept string, q url.Values, where string) (access.Key, access.Caller, error) {
	session, c, err := d.enter(ctx, id, party, kept, q, where)
	if err == nil {
		return session, c, nil
	}
	d.Log.Warn("a company's sign-in was refused", "agreement", id, "party", party, "why", err)
	if ctx.Err() != nil {
		return access.Key{}, access.Caller{}, ctx.Err()
	}
	return access.Key{}, access.Caller{}, ErrRefused
}

// enter looks at the provider once more when the session is there: whoever removes a provider ends the sessions that
// they find, and this one may have begun since.
func (d *Desk) enter(ctx context.Context, id agreement.ID, party agreement.Party, kept string, q url.Values, where string) (session access.Key, c access.Caller, err error) {
	w, err := d.asked(ctx, kept, q)
	switch {
	case err != nil:
		return session, c, err
	case w.Agreement != id || w.Party != party:
		return session, c, errors.New("the answer is to another side's question")
	}
	p, found, err := d.Of(ctx, id, party)
	switch {
	case err != nil:
		return session, c, err
	case !found || p.Issuer != w.Issuer:
		return session, c, errReplaced
	}
	address, err := d.vouched(ctx, p, w, q)
	if err != nil {
		return session, c, err
	}
	if session, c, err = d.Accounts.EnterSeat(ctx, address, id, party, began+where, Life); err != nil {
		return session, c, err
	}
	now, found, err := d.Of(ctx, id, party)
	if err == nil && (!found || !now.same(p)) {
		err = errReplaced
	}
	if err != nil {
		return session, c, errors.Join(err, d.Accounts.Door.Store.RevokeCredential(context.WithoutCancel(ctx), c.Credential, d.Now()))
	}
	return session, c, nil
}

var errReplaced = errors.New("the sign-in has been replaced meanwhile")

// vouched is the address for which the issuer vouches.
func (d *Desk) vouched(ctx context.Context, p Provider, w pending, q url.Values) (string, error) {
	m, err := d.known(ctx, p.Issuer)
	if err != nil {
		return "", err
	}
	if says := q.Get("iss"); says != p.Issuer && (says != "" || m.Says) {
		return "", errors.New("another issuer has answered")
	}
	raw, err := d.exchange(ctx, p, m, q.Get("code"), w.Verifier)
	if err != nil {
		return "", err
	}
	i, err := token.ParseIdentity(raw)
	if err == nil {
		err = d.Keys.VerifyIdentity(ctx, m.Keys, i, p.Issuer, p.Client, w.Nonce)
	}
	if err == nil {
		err = p.vouches(i)
	}
	if err != nil {
		return "", err
	}
	return i.Email, nil
}

// vouches is why what the provider says of a person does not count; nil if it does.
func (p Provider) vouches(i *token.Identity) error {
	switch domain := domainOf(i.Email); {
	case !i.Verified:
		return errors.New("the issuer does not say that the address is theirs")
	case !slices.Contains(p.Domains, domain):
		return errors.New("the address is of a domain that the issuer does not speak for")
	case p.Issuer == everybody && i.Hosted != domain:
		return errors.New("the account is a private one, with an address of the company")
	}
	return nil
}

// everybody is an issuer with which anybody can have an account, whose address was theirs on the day when they made
// it. It says of accounts that a company has, and can take away, of which domain they are.
const everybody = "https://accounts.google.com"

// asked is the question that an answer belongs to, once.
func (d *Desk) asked(ctx context.Context, kept string, q url.Values) (w pending, err error) {
	if len(kept) > 4096 {
		return w, errors.New("what the browser has kept is too long")
	}
	text, err := d.Sealer.Open(pendingName, kept)
	if err == nil {
		err = json.Unmarshal([]byte(text.Reveal()), &w)
	}
	until := time.Unix(w.Until, 0)
	switch {
	case err != nil:
		return w, errors.New("the browser has not asked")
	case !access.NewSecret(w.State).Equal(access.NewSecret(q.Get("state"))):
		return w, errors.New("the answer is not to this browser's question")
	case !d.Now().Before(until):
		return w, errors.New("it took too long")
	case q.Get("error") != "" || q.Get("code") == "":
		return w, errors.New("the issuer gave no code")
	}
	times, err := d.Accounts.Spent.Count(ctx, "sso/"+w.State, d.Now(), until)
	if err == nil && times > 1 {
		err = errors.New("the answer was used before")
	}
	return w, err
}

// exchange gives the code for an ID token.
func (d *Desk) exchange(ctx context.Context, p Provider, m metadata, code, verifier string) (string, error) {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {d.Back(p.Agreement, p.Party)}, "code_verifier": {verifier}}
	basic := len(m.Methods) == 0 || slices.Contains(m.Methods, "client_secret_basic")
	if !basic {
		form.Set("client_id", p.Client)
		form.Set("client_secret", p.Secret.Reveal())
	}
	r, err := http.NewRequest(http.MethodPost, m.Token, strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("%w: its issuer says no address", ErrProvider)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if basic {
		r.SetBasicAuth(url.QueryEscape(p.Client), url.QueryEscape(p.Secret.Reveal()))
	}
	var answer struct {
		Identity string `json:"id_token"`
	}
	err = d.ask(ctx, r, &answer)
	return answer.Identity, err
}
