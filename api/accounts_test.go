package api_test

import (
	"context"
	"testing"

	"entente/access"
	"entente/ledger/passkey/passkeytest"
)

// device makes a passkey of a person.
func (h *house) device(p partnership, person string) *passkeytest.Device {
	h.t.Helper()
	ctx := context.Background()
	caller, err := h.door.Enter(ctx, p.people[person], access.API)
	must(h.t, err)
	q, _, err := h.accounts.AskToMake(ctx, caller)
	must(h.t, err)
	d := passkeytest.New(-7)
	_, err = h.accounts.Made(ctx, caller, q.Text, d.Make(h.accounts.Site, q.Challenge), "Laptop")
	must(h.t, err)
	return d
}

func TestPasskeysByTheAPI(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	d := h.device(p, signatoryA)
	type item struct{ ID, Name, Key string }
	var all struct{ Items []item }
	h.ok(p.people[signatoryA], "GET", "/api/v1/passkeys", nil, &all)
	if len(all.Items) != 1 || all.Items[0].Name != "Laptop" || all.Items[0].Key != d.Key().String() {
		t.Fatalf("%+v", all)
	}
	path := "/api/v1/passkeys/" + all.Items[0].ID
	var others struct{ Items []item }
	h.ok(p.people[signatoryB], "GET", "/api/v1/passkeys", nil, &others)
	if len(others.Items) != 0 {
		t.Errorf("the other party sees %+v", others)
	}
	h.refused(404, "", p.people[signatoryB], "PUT", path, map[string]string{"name": "Mine"})
	h.refused(404, "", p.people[signatoryB], "DELETE", path, nil)
	h.refused(422, "", p.people[signatoryA], "PUT", path, map[string]string{"name": "two\nlines"})
	h.once(p, p.people[signatoryA], "PUT", path, map[string]string{"name": "Phone"})
	h.once(p, p.people[signatoryA], "DELETE", path, nil)
	h.refused(404, "", p.people[signatoryA], "DELETE", path, nil)
}
