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
	"entente/egress"
	"entente/register"

	"github.com/go-json-experiment/json"
)

// Bounds of a sign-in.
const (
	Patience  = 10 * time.Minute // how long a person may take at the issuer
	Life      = 24 * time.Hour   // of a session: whom a company lets go is out within a day
	wait      = 5 * time.Second  // for the issuer's answer
	mostBytes = 64 << 10         // of an answer
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

// metadata is what an issuer says of itself (OpenID Connect Discovery 1.0).
type metadata struct {
	Issuer    string   `json:"issuer"`
	Authorize string   `json:"authorization_endpoint"`
	Token     string   `json:"token_endpoint"`
	Keys      string   `json:"jwks_uri"`
	Methods   []string `json:"token_endpoint_auth_methods_supported"`
	Says      bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
}

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
	m, err := d.discover(ctx, p.Issuer)
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

// End begins a session for whom the issuer vouches for; the label says where. Everything that does not hold is
// ErrRefused, whatever it is: the log says more.
func (d *Desk) End(ctx context.Context, id agreement.ID, party agreement.Party, kept string, q url.Values, label string) (access.Key, access.Caller, error) {
	address, err := d.vouched(ctx, id, party, kept, q)
	if err == nil {
		var session access.Key
		var c access.Caller
		if session, c, err = d.Accounts.EnterSeat(ctx, address, id, party, label, Life); err == nil {
			return session, c, nil
		}
	}
	d.Log.Warn("a company's sign-in was refused", "agreement", id, "party", party, "why", err)
	if ctx.Err() != nil {
		return access.Key{}, access.Caller{}, ctx.Err()
	}
	return access.Key{}, access.Caller{}, ErrRefused
}

// vouched is the address for which the issuer vouches.
func (d *Desk) vouched(ctx context.Context, id agreement.ID, party agreement.Party, kept string, q url.Values) (string, error) {
	w, err := d.asked(ctx, kept, q)
	switch {
	case err != nil:
		return "", err
	case w.Agreement != id || w.Party != party:
		return "", errors.New("the answer is to another side's question")
	}
	p, found, err := d.Of(ctx, id, party)
	switch {
	case err != nil:
		return "", err
	case !found || p.Issuer != w.Issuer:
		return "", errors.New("the sign-in has been replaced meanwhile")
	}
	m, err := d.discover(ctx, p.Issuer)
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
	switch {
	case err != nil:
		return "", err
	case !i.Verified:
		return "", errors.New("the issuer does not say that the address is theirs")
	case !slices.Contains(p.Domains, domainOf(i.Email)):
		return "", errors.New("the address is of a domain that the issuer does not speak for")
	}
	return i.Email, nil
}

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

// discover is what an issuer says of itself.
func (d *Desk) discover(ctx context.Context, issuer string) (m metadata, err error) {
	r, err := http.NewRequest(http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return m, fmt.Errorf("%w: the issuer is no address", ErrProvider)
	}
	if err := d.ask(ctx, r, &m); err != nil {
		return m, err
	}
	if m.Issuer != issuer {
		return m, fmt.Errorf("%w: the issuer calls itself %.100q", ErrProvider, m.Issuer)
	}
	for _, address := range []string{m.Authorize, m.Token, m.Keys} {
		if d.Keys.Check(address) != nil {
			return m, fmt.Errorf("%w: its issuer names an address that is not https, or not public", ErrProvider)
		}
	}
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, "client_secret_basic") && !slices.Contains(m.Methods, "client_secret_post") {
		return m, fmt.Errorf("%w: its issuer takes no client secret", ErrProvider)
	}
	return m, nil
}

// ask reads an issuer's answer, within bounds, following it nowhere.
func (d *Desk) ask(ctx context.Context, r *http.Request, out any) error {
	policy := d.Keys.Policy
	policy.Connect, policy.TLS, policy.Header, policy.Idle = wait, wait, wait, wait
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	r = r.WithContext(ctx)
	r.Close = true
	r.Header.Set("Accept", "application/json")
	answer, err := policy.Client().Do(r)
	if err != nil {
		return fmt.Errorf("%w: asking its issuer: %w", ErrProvider, egress.Hide(err))
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	switch {
	case err != nil:
		return fmt.Errorf("%w: asking its issuer: %w", ErrProvider, egress.Hide(err))
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("%w: its issuer answered with status %d", ErrProvider, answer.StatusCode)
	case len(b) > mostBytes || json.Unmarshal(b, out) != nil:
		return fmt.Errorf("%w: its issuer's answer is too long, or no JSON that can be read", ErrProvider)
	}
	return nil
}
