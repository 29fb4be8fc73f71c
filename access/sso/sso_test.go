package sso_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/keyset"
	"entente/access/sso"
	"entente/access/sso/ssotest"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/egress"
	"entente/files"
	"entente/ledger/passkey"
	"entente/notary"
	"entente/register"
	"entente/sqlite"
)

var start = time.Date(2026, 11, 23, 13, 30, 0, 0, time.UTC)

// A house is a node with two agreements of the same companies, and an issuer.
type house struct {
	t         *testing.T
	desk      *sso.Desk
	register  *register.Register
	notary    *notary.Notary
	issuer    *ssotest.Issuer
	log       bytes.Buffer
	now       time.Time
	id, other agreement.ID
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, now: start, issuer: ssotest.Start(t, start)}
	clock := func() time.Time { return h.now }
	h.issuer.Now = clock
	dir := t.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "entente.db"))
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	sealer, err := access.NewSealer(bytes.Repeat([]byte{7}, access.KEKBytes), rand.Reader)
	must(t, err)
	documents := &files.Store{Dir: filepath.Join(dir, "documents")}
	log := slog.New(slog.NewTextHandler(&h.log, nil))
	h.register = &register.Register{Journal: store, Library: documents, Now: clock}
	h.notary = &notary.Notary{Journal: store, Documents: documents, Register: h.register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: store, Sealer: sealer}, Now: clock, Rand: rand.Reader, Name: "node.example"}
	door := &access.Door{Store: store, Register: h.register, Now: clock, Rand: rand.Reader}
	book := &account.Book{Passkeys: store, Vault: store, Spent: store, Door: door, Sealer: sealer, Site: passkey.Site{Origin: "https://node.example"}, Log: log}
	h.desk = &sso.Desk{Vault: store, Sealer: sealer, Accounts: book, Now: clock, Rand: rand.Reader, Log: log,
		Keys: &keyset.Book{Policy: egress.Policy{Allow: []string{strings.TrimPrefix(h.issuer.URL, "https://")}, Roots: h.issuer.Roots}, Now: clock, Log: log}}
	h.id, h.other = h.propose("CT-1"), h.propose("CT-2")
	return h
}

func (h *house) propose(number string) agreement.ID {
	a := draft.Example(calendar.DateOf(start))
	a.Agreement.Number, a.Agreement.Attachments = number, nil
	id, err := h.notary.Open(h.t.Context())
	must(h.t, err)
	p, err := signing.Bind(a, nil)
	must(h.t, err)
	_, err = h.notary.Propose(h.t.Context(), notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, notary.Proposal{File: draft.Write(a), Package: p})
	must(h.t, err)
	return id
}

func (h *house) as(id agreement.ID, person string) access.Caller {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	m, ok := v.Member(person)
	if !ok {
		h.t.Fatalf("there is no %s", person)
	}
	return access.Caller{Agreement: id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}
}

func (h *house) provider() sso.Provider {
	return sso.Provider{Issuer: h.issuer.URL, Client: ssotest.ClientID, Secret: access.NewSecret(ssotest.ClientSecret), Domains: []string{"calluna.example"}}
}

// set names the issuer for Party A of the first agreement.
func (h *house) set() {
	h.t.Helper()
	must(h.t, h.desk.Set(h.t.Context(), h.as(h.id, "mara-voss"), h.provider()))
}

func (h *house) begin() sso.Pending {
	h.t.Helper()
	p, err := h.desk.Begin(h.t.Context(), h.id, agreement.A)
	must(h.t, err)
	return p
}

func (h *house) end(p sso.Pending, q url.Values) (access.Caller, error) {
	_, c, err := h.desk.End(h.t.Context(), h.id, agreement.A, p.Text, q, "test")
	return c, err
}

func TestACompanySignsItsPeopleIn(t *testing.T) {
	h := newHouse(t)
	h.set()
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		h.now = h.now.Add(sso.Fresh)
		h.issuer.Meta = map[string]any{"token_endpoint_auth_methods_supported": []string{method}}
		p := h.begin()
		asked, err := url.Parse(p.Address)
		must(t, err)
		q := asked.Query()
		if q.Get("tenant") != "1" || q.Get("response_type") != "code" || q.Get("redirect_uri") != "https://node.example/sso/"+string(h.id)+"/a/back" || q.Get("nonce") == q.Get("state") || strings.Contains(p.Text, q.Get("state")) || strings.Contains(p.Address, ssotest.ClientSecret) {
			t.Errorf("it asks %s", p.Address)
		}
		c, err := h.end(p, h.issuer.Confirms(p.Address))
		if err != nil || c.Actor.ID != h.as(h.id, "mara-voss").Actor.ID || c.Agreement != h.id || c.Kind != access.Session {
			t.Fatalf("%s: entered %+v: %v: %s", method, c, err, h.log.String())
		}
		if all := h.desk.Accounts.Seats(c); len(all) != 1 || h.desk.Accounts.Proven(c) {
			t.Errorf("it opens %+v", all)
		}
		if _, err := h.desk.Accounts.At(c, h.other); !errors.Is(err, register.ErrUnknown) {
			t.Errorf("it opens another agreement: %v", err)
		}
	}
}

// Whatever does not hold is refused, in the same words.
func TestWhatAnIssuerMayNotSay(t *testing.T) {
	h := newHouse(t)
	h.set()
	claims := func(all map[string]any) func(*sso.Pending, *url.Values) {
		return func(*sso.Pending, *url.Values) { h.issuer.Claims = all }
	}
	for name, change := range map[string]func(p *sso.Pending, q *url.Values){
		"somebody of the other party":     claims(map[string]any{"email": "aoife.kearney@tidewater.example"}),
		"nobody whom the agreement names": claims(map[string]any{"email": "nobody@calluna.example"}),
		"a domain within the domain":      claims(map[string]any{"email": "mara.voss@sub.calluna.example"}),
		"an address with two domains":     claims(map[string]any{"email": "mara.voss@tidewater.example@calluna.example"}),
		"an address that is not verified": claims(map[string]any{"email_verified": false}),
		"verified, in words":              claims(map[string]any{"email_verified": "true"}),
		"no address":                      claims(map[string]any{"email": nil}),
		"another issuer":                  claims(map[string]any{"iss": "https://evil.example"}),
		"another client":                  claims(map[string]any{"aud": "another"}),
		"two clients, made for the other": claims(map[string]any{"aud": []string{ssotest.ClientID, "another"}, "azp": "another"}),
		"two clients, made for nobody":    claims(map[string]any{"aud": []string{ssotest.ClientID, "another"}}),
		"another nonce":                   claims(map[string]any{"nonce": "x"}),
		"no nonce":                        claims(map[string]any{"nonce": ""}),
		"an old token":                    claims(map[string]any{"exp": start.Add(-3 * time.Minute).Unix(), "iat": start.Add(-9 * time.Minute).Unix()}),
		"verified, in Entra's words":      claims(map[string]any{"email_verified": false, "xms_edov": "1"}),
		"a token of tomorrow":             claims(map[string]any{"iat": start.Add(time.Hour).Unix(), "exp": start.Add(2 * time.Hour).Unix()}),
		"a token for ever":                claims(map[string]any{"exp": start.AddDate(1, 0, 0).Unix()}),
		"no end":                          claims(map[string]any{"exp": nil}),
		"without a signature":             func(*sso.Pending, *url.Values) { h.issuer.Alg = "none" },
		"signed with a secret":            func(*sso.Pending, *url.Values) { h.issuer.Alg = "HS256" },
		"an error":                        func(_ *sso.Pending, q *url.Values) { q.Set("error", "access_denied") },
		"no code":                         func(_ *sso.Pending, q *url.Values) { q.Del("code") },
		"another code":                    func(_ *sso.Pending, q *url.Values) { q.Set("code", "x") },
		"another state":                   func(_ *sso.Pending, q *url.Values) { q.Set("state", "x") },
		"another issuer answers":          func(_ *sso.Pending, q *url.Values) { q.Set("iss", "https://evil.example") },
		"a browser that did not ask":      func(p *sso.Pending, _ *url.Values) { p.Text = "" },
		"another browser's question":      func(p *sso.Pending, _ *url.Values) { *p = h.begin() },
		"after ten minutes":               func(*sso.Pending, *url.Values) { h.now = start.Add(10 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			h.issuer.Claims, h.issuer.Alg, h.now = nil, "ES256", start
			p := h.begin()
			q := h.issuer.Confirms(p.Address)
			change(&p, &q)
			if c, err := h.end(p, q); !errors.Is(err, sso.ErrRefused) || err.Error() != sso.ErrRefused.Error() || c.Actor.ID != "" {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
	if strings.Contains(h.log.String(), ssotest.ClientSecret) || strings.Contains(h.log.String(), "@calluna.example") {
		t.Errorf("the log says %s", h.log.String())
	}
}

// An issuer that says who answers is taken at its word: an answer that does not say so is none of its.
func TestWhoAnswers(t *testing.T) {
	h := newHouse(t)
	h.issuer.Meta = map[string]any{"authorization_response_iss_parameter_supported": true}
	h.set()
	for says, want := range map[string]error{"": sso.ErrRefused, "https://evil.example": sso.ErrRefused, h.issuer.URL: nil} {
		p := h.begin()
		q := h.issuer.Confirms(p.Address)
		q.Set("iss", says)
		if _, err := h.end(p, q); !errors.Is(err, want) {
			t.Errorf("%q answers: %v", says, err)
		}
	}
}

// Whoever opens the door again and again has the issuer asked once in ten minutes, or in one if it does not answer.
func TestAnIssuerIsAskedSeldom(t *testing.T) {
	h := newHouse(t)
	h.set()
	asked := func(want int) {
		t.Helper()
		if h.issuer.Asked != want {
			t.Errorf("it was asked %d times, want %d", h.issuer.Asked, want)
		}
	}
	asked(1)
	for range 5 {
		p := h.begin()
		if _, err := h.end(p, h.issuer.Confirms(p.Address)); err != nil {
			t.Fatal(err)
		}
	}
	asked(2)
	h.now = h.now.Add(sso.Fresh)
	h.issuer.Meta = map[string]any{"issuer": "https://evil.example"}
	for range 5 {
		if _, err := h.desk.Begin(t.Context(), h.id, agreement.A); !errors.Is(err, sso.ErrProvider) {
			t.Errorf("it calls itself another: %v", err)
		}
	}
	asked(3)
	h.issuer.Meta = nil
	h.now = h.now.Add(sso.Floor)
	h.begin()
	asked(4)
}

// A session ends with the provider that began it, and no other does.
func TestSessionsEndWithTheirProvider(t *testing.T) {
	h := newHouse(t)
	mara := h.as(h.id, "mara-voss")
	door := h.desk.Accounts.Door
	enter := func() string {
		t.Helper()
		p := h.begin()
		session, _, err := h.desk.End(t.Context(), h.id, agreement.A, p.Text, h.issuer.Confirms(p.Address), "test")
		must(t, err)
		return session.Text().Reveal()
	}
	other := func(id agreement.ID, person, label string) string {
		t.Helper()
		key, _, err := door.Give(t.Context(), access.Grant{Kind: access.Session, Agreement: id, Person: h.as(id, person).Actor.ID, Label: label, Life: time.Hour})
		must(t, err)
		return key.Text().Reveal()
	}
	stay := []string{other(h.id, "mara-voss", "by passkey"), other(h.id, "aoife-kearney", "by company sign-in, elsewhere"), other(h.other, "mara-voss", "by company sign-in, elsewhere")}
	for name, ends := range map[string]func() error{
		"another is named": func() error { return h.desk.Set(t.Context(), mara, h.provider()) },
		"it is removed":    func() error { _, err := h.desk.Drop(t.Context(), mara); return err },
	} {
		h.set()
		session := enter()
		if _, err := door.Enter(t.Context(), session, access.Session); err != nil {
			t.Errorf("%s: before: %v", name, err)
		}
		must(t, ends())
		if _, err := door.Enter(t.Context(), session, access.Session); !errors.Is(err, access.ErrNoEntry) {
			t.Errorf("%s: it goes on: %v", name, err)
		}
	}
	for i, session := range stay {
		if _, err := door.Enter(t.Context(), session, access.Session); err != nil {
			t.Errorf("session %d, which it did not begin, has ended: %v", i, err)
		}
	}
	h.set()
	h.issuer.Hook = func() { // while the issuer is asked who it is
		if _, err := h.desk.Drop(t.Context(), mara); err != nil {
			t.Error(err)
		}
	}
	p := h.begin()
	if _, err := h.end(p, h.issuer.Confirms(p.Address)); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("it was removed meanwhile: %v", err)
	}
	all, err := door.Store.Credentials(t.Context(), h.id, mara.Actor.ID)
	must(t, err)
	for _, one := range all {
		if one.State(h.now) == "live" && strings.HasPrefix(one.Label, "by company sign-in") {
			t.Errorf("a session has outlived its provider: %+v", one)
		}
	}
}

// An answer counts once, for the side that asked, and clocks may be apart a little.
func TestAnAnswerCountsOnce(t *testing.T) {
	h := newHouse(t)
	h.set()
	p := h.begin()
	q := h.issuer.Confirms(p.Address)
	if _, _, err := h.desk.End(t.Context(), h.id, agreement.B, p.Text, q, ""); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("at the other side: %v", err)
	}
	p = h.begin()
	h.issuer.Claims = map[string]any{"iat": start.Add(time.Minute).Unix()}
	q = h.issuer.Confirms(p.Address)
	if _, err := h.end(p, q); err != nil {
		t.Fatalf("a clock that is a minute ahead: %v, %s", err, h.log.String())
	}
	if _, err := h.end(p, q); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("again: %v", err)
	}
}

func TestAnIssuerReplacesItsKeys(t *testing.T) {
	h := newHouse(t)
	h.set()
	for i, kid := range []string{"first", "second"} {
		if i > 0 {
			h.issuer.Rotate(kid)
			h.now = h.now.Add(keyset.Floor)
		}
		p := h.begin()
		if _, err := h.end(p, h.issuer.Confirms(p.Address)); err != nil {
			t.Errorf("with its %s key: %v, %s", kid, err, h.log.String())
		}
	}
	p := h.begin()
	q := h.issuer.Confirms(p.Address)
	h.issuer.Claims = map[string]any{"iss": h.issuer.URL}
	stolen := ssotest.Start(t, start) // signs with a key that bears the published one's name
	stolen.Kid = "second"
	h.issuer.Signer = stolen
	if _, err := h.end(p, q); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("with another key of the same name: %v", err)
	}
}

// Who may name an issuer, and what one can be.
func TestWhoMayNameAnIssuer(t *testing.T) {
	h := newHouse(t)
	var refusal *agreement.Refusal
	if err := h.desk.Set(t.Context(), h.as(h.id, "finn-petersen"), h.provider()); !errors.As(err, &refusal) || refusal.Clause != "7.1" {
		t.Errorf("without the role: %v", err)
	}
	if err := h.desk.Set(t.Context(), h.as(h.id, "aoife-kearney"), h.provider()); !errors.Is(err, sso.ErrProvider) || !strings.Contains(err.Error(), "gives nobody of Party B an address at calluna.example") {
		t.Errorf("the other party's domain: %v", err)
	}
	for name, change := range map[string]func(*sso.Provider){
		"no domain":                   func(p *sso.Provider) { p.Domains = nil },
		"every domain":                func(p *sso.Provider) { p.Domains = []string{"*.example"} },
		"capitals":                    func(p *sso.Provider) { p.Domains = []string{"Calluna.example"} },
		"a private address":           func(p *sso.Provider) { p.Issuer = "https://10.0.0.1" },
		"no TLS":                      func(p *sso.Provider) { p.Issuer = "http://issuer.example" },
		"with a query":                func(p *sso.Provider) { p.Issuer += "?x=1" },
		"no secret":                   func(p *sso.Provider) { p.Secret = access.Secret{} },
		"no client":                   func(p *sso.Provider) { p.Client = "" },
		"an issuer of another name":   func(p *sso.Provider) { p.Issuer += "/" },
		"an issuer that is not there": func(p *sso.Provider) { p.Issuer += "/nowhere" },
	} {
		p := h.provider()
		change(&p)
		if err := h.desk.Set(t.Context(), h.as(h.id, "mara-voss"), p); !errors.Is(err, sso.ErrProvider) || strings.Contains(err.Error(), ssotest.ClientSecret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.issuer.Meta = map[string]any{"token_endpoint": "https://10.0.0.1/token"}
	if err := h.desk.Set(t.Context(), h.as(h.id, "mara-voss"), h.provider()); !errors.Is(err, sso.ErrProvider) {
		t.Errorf("an issuer that leads elsewhere: %v", err)
	}
	h.issuer.Meta = nil
	h.set()
	if _, found, err := h.desk.Of(t.Context(), h.id, agreement.B); found || err != nil {
		t.Errorf("the other side has it too: %v", err)
	}
	if _, err := h.desk.Begin(t.Context(), h.id, agreement.B); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("the other side signs in by it: %v", err)
	}
	if _, err := h.desk.Begin(t.Context(), h.other, agreement.A); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("another agreement's people sign in by it: %v", err)
	}
	p := h.begin()
	q := h.issuer.Confirms(p.Address)
	if found, err := h.desk.Drop(t.Context(), h.as(h.id, "mara-voss")); !found || err != nil {
		t.Errorf("dropping it: %v", err)
	}
	if found, err := h.desk.Drop(t.Context(), h.as(h.id, "mara-voss")); found || err != nil {
		t.Errorf("dropping it again: %v", err)
	}
	if _, err := h.end(p, q); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("it was dropped meanwhile: %v", err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
