package register

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/policy"
)

// Whoever reads does not wait for whoever writes, however long that takes.
func TestReadersDoNotWait(t *testing.T) {
	r := &Register{}
	grant := policy.Grant{Key: "key_1", Digest: [32]byte{7}}
	v := &View{State: articles.State{ID: "agr_1"}, policy: &policy.Policy{Agreement: "agr_1", Grants: []policy.Grant{grant}, Routes: map[string]*policy.Route{"chat": {}}}}
	r.Publish(v)
	r.mu.Lock() // somebody publishes
	defer r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		got, err := r.View("agr_1")
		if err != nil || got != v || len(r.Views()) != 1 {
			t.Errorf("the view is %v (%v)", got, err)
		}
		if _, err := r.View("agr_2"); err != ErrUnknown {
			t.Errorf("an agreement that nobody opened: %v", err)
		}
		if p, g := r.Grant([32]byte{7}); p != v.policy || g == nil || g.Key != "key_1" {
			t.Errorf("the grant is %v of %v", g, p)
		}
		if p := r.Offers("chat"); p != v.policy {
			t.Errorf("chat is offered by %v", p)
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("a reader waits for a writer")
	}
}

// Where two agreements offer a component by the same name, neither is named, whatever comes after.
func TestOffers(t *testing.T) {
	r := &Register{}
	publish := func(id agreement.ID, size int64, names ...string) {
		p := &policy.Policy{Agreement: id, Routes: map[string]*policy.Route{}}
		for _, name := range names {
			p.Routes[name] = &policy.Route{}
		}
		r.Publish(&View{State: articles.State{ID: id}, Size: size, policy: p})
	}
	offers := func(name string) agreement.ID {
		if p := r.Offers(name); p != nil {
			return p.Agreement
		}
		return ""
	}
	publish("agr_1", 1, "chat", "embed")
	publish("agr_2", 1, "chat", "search")
	publish("agr_1", 2, "chat", "embed", "later")
	for name, want := range map[string]agreement.ID{"chat": "", "embed": "agr_1", "search": "agr_2", "later": "agr_1", "none": ""} {
		if got := offers(name); got != want {
			t.Errorf("%s is offered by %q, want %q", name, got, want)
		}
	}
	publish("agr_1", 1, "chat") // too late
	if v, _ := r.View("agr_1"); v.Size != 2 || len(r.Views()) != 2 {
		t.Errorf("an old view came back: %d entries of %d agreements", v.Size, len(r.Views()))
	}
}
