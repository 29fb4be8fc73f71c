package keyset

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/access/token"
	"entente/egress"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// An issuer publishes keys, and says how often it was asked.
type issuer struct {
	t    *testing.T
	book *Book
	url  string
	log  bytes.Buffer
	keys map[string]ed25519.PrivateKey // all that it ever had, by name

	mu     sync.Mutex
	now    time.Time
	set    string
	answer http.HandlerFunc // nil answers with the set
	asked  int
}

func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t, now: noon, keys: map[string]ed25519.PrivateKey{}}
	srv := httptest.NewTLSServer(i)
	t.Cleanup(srv.Close)
	i.url = srv.URL + "/keys?tenant=secret"
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	i.book = &Book{Policy: egress.Policy{Allow: []string{strings.TrimPrefix(srv.URL, "https://")}, Roots: roots}, Now: i.clock, Log: slog.New(slog.NewTextHandler(&i.log, nil))}
	return i
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked++
	answer, set := i.answer, i.set
	i.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	fmt.Fprint(w, set)
}

func (i *issuer) clock() time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.now
}

func (i *issuer) pass(d time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.now = i.now.Add(d)
}

func (i *issuer) answers(f http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = f
}

// publishes has the issuer publish these keys and no others.
func (i *issuer) publishes(names ...string) {
	var set []any
	for _, name := range names {
		if i.keys[name] == nil {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				i.t.Fatal(err)
			}
			i.keys[name] = key
		}
		set = append(set, map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": name, "x": b64(i.keys[name].Public().(ed25519.PublicKey))})
	}
	b, err := json.Marshal(map[string]any{"keys": set})
	if err != nil {
		i.t.Fatal(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.set = string(b)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token is signed by a key of the issuer, and names a key (which may be another, or none if empty).
func (i *issuer) token(by, names string) *token.Token {
	i.t.Helper()
	header := map[string]string{"typ": "at+jwt", "alg": "EdDSA"}
	if names != "" {
		header["kid"] = names
	}
	head, _ := json.Marshal(header)
	at := i.clock().Unix()
	payload, _ := json.Marshal(map[string]any{"iss": "https://id.example", "client_id": "c", "aud": "here", "iat": at, "exp": at + 300})
	text := b64(head) + "." + b64(payload)
	t, err := token.Parse(text + "." + b64(ed25519.Sign(i.keys[by], []byte(text))))
	if err != nil {
		i.t.Fatal(err)
	}
	return t
}

// often does not say how often: a connection that breaks is tried again.
const often = -1

// believed tells how a token fares, and how often the issuer was asked so far.
func (i *issuer) believed(t *token.Token, want bool, asked int) {
	i.t.Helper()
	_, err := i.book.Verify(context.Background(), i.url, t, "here")
	i.mu.Lock()
	defer i.mu.Unlock()
	if (err == nil) != want || i.asked != asked && asked != often {
		i.t.Errorf("believed %v (%v), want %v; the issuer was asked %d times, want %d", err == nil, err, want, i.asked, asked)
	}
}

// settled waits until nothing is being read.
func (i *issuer) settled() {
	i.t.Helper()
	s := i.book.set(i.url)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		s.mu.Lock()
		under := s.under
		s.mu.Unlock()
		if under == nil {
			return
		}
	}
	i.t.Fatal("a reading does not end")
}

// An issuer replaces its keys whenever it likes: a new one is believed when it is first seen, an old
// one until the set is read again.
func TestRotation(t *testing.T) {
	i := newIssuer(t)
	i.publishes("a")
	i.believed(i.token("a", "a"), true, 1)
	i.believed(i.token("a", "a"), true, 1)
	i.believed(i.token("a", ""), true, 1) // it names no key, and it was too early to ask again
	i.publishes("a", "b")
	i.believed(i.token("b", "b"), false, 1) // within the floor
	i.pass(Floor)
	i.believed(i.token("b", "b"), true, 2)
	i.publishes("b")
	i.pass(Floor)
	i.believed(i.token("a", "a"), true, 2)
	i.pass(Fresh)
	if err := i.token("a", "a").Verify(i.book.Current(i.url), "here", i.clock()); err != nil {
		t.Errorf("what is known is used once more, while the set is read: %v", err)
	}
	i.settled()
	i.believed(i.token("a", "a"), false, 3)
	i.believed(i.token("b", "b"), true, 3)
}

// However many tokens name keys that do not exist, the issuer is asked once in a floor.
func TestTheFloor(t *testing.T) {
	i := newIssuer(t)
	i.publishes("a")
	i.believed(i.token("a", "a"), true, 1)
	for round := 1; round <= 3; round++ {
		i.pass(Floor)
		var all sync.WaitGroup
		for n := range 50 {
			strange := i.token("a", fmt.Sprintf("none-%d", n))
			all.Go(func() {
				if _, err := i.book.Verify(context.Background(), i.url, strange, "here"); err == nil {
					t.Error("a key that does not exist was believed")
				}
			})
		}
		all.Wait()
		i.believed(i.token("a", "a"), true, 1+round)
	}
	forged := i.token("a", "a")
	i.publishes("a2")
	i.pass(Floor)
	i.keys["a"] = i.keys["a2"]
	i.believed(forged, true, 4)
	i.believed(i.token("a", "a"), false, 4) // it names a key that is known, so that nobody is asked
}

// An issuer that cannot be reached is believed by its last keys for a day, and then not.
func TestAnIssuerThatIsDown(t *testing.T) {
	i := newIssuer(t)
	i.publishes("a")
	for name, answer := range map[string]http.HandlerFunc{
		"says no":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"resets":          func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"publishes none":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys":[]}`) },
		"publishes much":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, i.set, strings.Repeat(" ", 1<<20)) },
		"says go there":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"says it is HTML": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>sorry") },
	} {
		i.answers(nil)
		i.pass(Kept) // whatever was known is not used any more
		i.believed(i.token("a", "a"), true, often)
		i.answers(answer)
		i.pass(Fresh)
		i.book.Current(i.url)
		i.settled()
		i.believed(i.token("a", "a"), true, often)
		i.pass(Kept - Fresh - time.Second)
		i.book.Current(i.url)
		i.settled()
		i.believed(i.token("a", "a"), true, often)
		i.pass(time.Second)
		if _, err := i.book.Verify(context.Background(), i.url, i.token("a", "a"), "here"); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s for a day: %v", name, err)
		}
	}
	if log := i.log.String(); strings.Contains(log, "tenant") || strings.Count(log, "cannot be read") != 6 || strings.Count(log, "can be read again") != 5 {
		t.Error(log)
	}
}

// Whoever has a key that is known waits for nobody: not for another key of the issuer, and not for
// another issuer.
func TestNobodyWaitsForOthers(t *testing.T) {
	i := newIssuer(t)
	i.publishes("a", "b")
	i.publishes("a")
	i.believed(i.token("a", "a"), true, 1)
	i.pass(Floor)
	hang, arrived := make(chan bool), make(chan bool)
	defer close(hang)
	i.answers(func(http.ResponseWriter, *http.Request) { close(arrived); <-hang })
	ctx, leave := context.WithCancel(context.Background())
	left := make(chan error)
	go func() {
		_, err := i.book.Verify(ctx, i.url, i.token("b", "b"), "here")
		left <- err
	}()
	<-arrived
	began := time.Now()
	i.believed(i.token("a", "a"), true, 2)
	i.pass(Fresh)
	i.believed(i.token("a", "a"), true, 2)
	other := newIssuer(t)
	other.publishes("a")
	i.book.Policy = other.book.Policy // the first reading has its own client already
	other.book.sets = i.book.sets
	other.believed(other.token("a", "a"), true, 1)
	if took := time.Since(began); took > Wait/2 {
		t.Errorf("others waited %v", took)
	}
	leave() // a caller who leaves does not wait either
	if err := <-left; err == nil || time.Since(began) > Wait/2 {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

// An issuer that takes too long is given up.
func TestAnIssuerThatIsSlow(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	i.publishes("a")
	i.answers(func(w http.ResponseWriter, r *http.Request) {
		for range 100 { // it is never silent for long
			fmt.Fprint(w, " ")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	})
	began := time.Now()
	_, err := i.book.Verify(context.Background(), i.url, i.token("a", "a"), "here")
	if took := time.Since(began); !errors.Is(err, ErrUnknown) || took < Wait/2 || took > 2*Wait {
		t.Errorf("%v after %v", err, took)
	}
}

// Keys come by https from public addresses, unless the operator allows others.
func TestWhereKeysAreRead(t *testing.T) {
	i := newIssuer(t)
	i.publishes("a")
	i.book.Policy.Allow = nil
	i.believed(i.token("a", "a"), false, 0)
	b := &Book{Policy: egress.Policy{Allow: []string{"10.20.0.0/16", "127.0.0.1:7001"}}, Now: i.clock}
	for address, want := range map[string]bool{
		"https://id.company.example/keys":     true,
		"https://10.20.1.2/keys":              true,
		"http://127.0.0.1:7001/keys":          true,
		"http://id.company.example/keys":      false,
		"http://id.company.example:443/keys":  false,
		"http://10.20.1.2:443/keys":           false,
		"https://10.21.1.2/keys":              false,
		"https://127.0.0.1/keys":              false,
		"https://169.254.169.254/keys":        false,
		"https://[::1]/keys":                  false,
		"https://id.internal/keys":            false,
		"https://id.company.example:8443/":    false,
		"https://user:pw@id.company.example/": false,
		"https://0x7f.1/":                     false,
		"file:///etc/passwd":                  false,
		"":                                    false,
	} {
		if err := b.Check(address); (err == nil) != want || err != nil && !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// However many issuers there are, a book remembers a bounded number of them: those that somebody asks for.
func TestABookForgets(t *testing.T) {
	now := noon
	book := &Book{Now: func() time.Time { return now }}
	address := func(n int) string { return fmt.Sprintf("https://id%d.example/keys", n) }
	for n := range Most {
		now = now.Add(time.Second)
		book.set(address(n))
	}
	first := book.set(address(0)) // somebody asks for it again
	now = now.Add(time.Second)
	book.set(address(Most))
	if len(book.sets) != Most || book.sets[address(0)] != first || book.sets[address(1)] != nil || book.sets[address(Most)] == nil {
		t.Errorf("%d addresses are remembered, want %d without the one that nobody has asked for the longest", len(book.sets), Most)
	}
	now = now.Add(Kept)
	book.set(address(Most + 1))
	if len(book.sets) != 1 {
		t.Errorf("%d addresses are remembered after a day in which nobody asked for them", len(book.sets)-1)
	}
}
