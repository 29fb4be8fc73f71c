package notary_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/term"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
	"entente/sqlite"
)

// A street is a node on a real store with many agreements in force.
type street struct {
	notary   *notary.Notary
	ids      []agreement.ID
	security []articles.Actor // of party A, by agreement
}

func newStreet(t testing.TB, agreements int) *street {
	t.Helper()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "entente.db"))
	ok(t, err)
	t.Cleanup(func() { store.Close() })
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	ok(t, err)
	documents := &notarytest.Documents{}
	r := &register.Register{Journal: store, Library: documents, Now: time.Now}
	s := &street{notary: &notary.Notary{Journal: store, Documents: documents, Register: r, Keys: access.SealedKeys{Vault: store, Sealer: sealer},
		Sealer: sealer, Now: time.Now, Rand: rand.Reader, Name: "tests.example"}}
	for range agreements {
		s.settle(t)
	}
	return s
}

func (s *street) settle(t testing.TB) {
	t.Helper()
	id, err := s.notary.Open(t.Context())
	ok(t, err)
	_, err = s.notary.Propose(t.Context(), notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, firstProposal())
	ok(t, err)
	for _, person := range []string{"mara-voss", "aoife-kearney"} {
		_, err := s.notary.SignHere(t.Context(), notary.Order{Agreement: id, Actor: s.actor(t, id, person)}, firstProposal().Package.Digest().String())
		ok(t, err)
	}
	s.ids, s.security = append(s.ids, id), append(s.security, s.actor(t, id, "nele-brandt"))
}

func (s *street) actor(t testing.TB, id agreement.ID, person string) articles.Actor {
	t.Helper()
	v, err := s.notary.Register.View(id)
	ok(t, err)
	m, known := v.Member(person)
	if !known {
		t.Fatalf("%s is not known", person)
	}
	return articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}
}

// act suspends the i-th agreement, or lets it go on.
func (s *street) act(i, n int) error {
	who := s.security[i]
	var command any = term.Suspend{Party: who.Party, By: who.ID, Reason: "an incident"}
	if n%2 == 1 {
		command = term.Resume{Party: who.Party, By: who.ID}
	}
	key := fmt.Sprintf("act %d", n)
	_, err := s.notary.Do(context.Background(), notary.Order{Agreement: s.ids[i], Actor: who, Key: key, Request: seal.Sum([]byte(key)), Command: command,
		Respond: func(notary.Receipt) ([]byte, error) { return []byte("done"), nil }})
	return err
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Agreements do not wait for each other: acts of all 64 are under way at the same moment. Each
// writer has an agreement of its own.
func TestAgreementsGoOnSideBySide(t *testing.T) {
	s := newStreet(t, 8)
	held := s.notary.Hold(s.ids[0]) // somebody acts under the first, and takes long
	defer held()
	done := make(chan error)
	for i := 1; i < len(s.ids); i++ {
		go func() { done <- s.act(i, 0) }()
	}
	for range s.ids[1:] {
		select {
		case err := <-done:
			ok(t, err)
		case <-time.After(30 * time.Second):
			t.Fatal("an agreement waits for another")
		}
	}
	if v, err := s.notary.Register.View(s.ids[0]); err != nil || v.State.Life.InForce != 1 {
		t.Errorf("the view of the first cannot be read meanwhile: %v", err)
	}
}

// One act after the other under one agreement, and under 64 at once.
func BenchmarkActs(b *testing.B) {
	for _, agreements := range []int{1, 64} {
		b.Run(fmt.Sprintf("agreements=%d", agreements), func(b *testing.B) {
			s := newStreet(b, agreements)
			var named atomic.Int64
			b.SetParallelism(max(1, agreements/2)) // times GOMAXPROCS
			acts := func(next func() bool) {
				i := int(named.Add(1)-1) % agreements
				for n := 0; next(); n++ {
					if err := s.act(i, n); err != nil {
						b.Error(err)
						return
					}
				}
			}
			if agreements == 1 {
				acts(b.Loop)
				return
			}
			b.RunParallel(func(pb *testing.PB) { acts(pb.Next) })
		})
	}
}

// Reading views of 64 agreements, while nobody writes and while all of them change.
func BenchmarkView(b *testing.B) {
	for _, writing := range []bool{false, true} {
		b.Run(fmt.Sprintf("writing=%t", writing), func(b *testing.B) {
			s := newStreet(b, 64)
			stop := make(chan struct{})
			defer close(stop)
			for i := range s.ids {
				if !writing {
					break
				}
				go func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
							s.act(i, n)
						}
					}
				}()
			}
			var slowest time.Duration
			i := 0
			for b.Loop() {
				began := time.Now()
				if _, err := s.notary.Register.View(s.ids[i%64]); err != nil {
					b.Fatal(err)
				}
				slowest = max(slowest, time.Since(began))
				i++
			}
			b.ReportMetric(float64(slowest.Microseconds()), "slowest-µs")
		})
	}
}

// One act under an agreement that has lived for long: of every fifty entries one issues a key.
func BenchmarkActAfter(b *testing.B) {
	for _, entries := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			s := newStreet(b, 1)
			notarytest.Live(b, s.notary, s.ids[0], entries, notarytest.Acts)
			ok(b, s.notary.Register.Load(b.Context()))
			late := time.Now().Add(time.Duration(entries) * time.Second)
			began := time.Now()
			s.notary.Now = func() time.Time { return late.Add(time.Since(began)) }
			n := 0
			for b.Loop() {
				ok(b, s.act(0, n))
				n++
			}
		})
	}
}
