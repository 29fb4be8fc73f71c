package register_test

import (
	"database/sql"
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/policy"
	"entente/articles/term"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A start sees what the register of before saw: the same state, keys, people and policy.
func TestLoadSeesWhatWasPublished(t *testing.T) {
	h := newHouse(t)
	var ids []agreement.ID
	for range 3 {
		id := h.settle(t)
		h.live(t, id)
		ids = append(ids, id)
	}
	fresh := h.register()
	must(t, fresh.Load(t.Context()))
	for i, v := range fresh.Views() {
		if v.State.ID != ids[i] {
			t.Errorf("view %d is of %s, want %s", i, v.State.ID, ids[i])
		}
		before, err := h.notary.Register.View(v.State.ID)
		must(t, err)
		same(t, before, v)
	}
}

// live is a few acts through the notary.
func (h *house) live(t testing.TB, id agreement.ID) {
	t.Helper()
	lead, security := h.actor(t, id, agreement.B, agreement.Technical), h.actor(t, id, agreement.A, agreement.Security)
	var made access.Key
	for range 3 {
		h.at = h.at.Add(time.Minute)
		k, _, err := h.notary.IssueKey(t.Context(), notary.Order{Agreement: id, Actor: lead}, notary.KeyRequest{Component: "summarise", Environment: agreement.Test, Purpose: agreement.Service}, nil)
		must(t, err)
		made = k
	}
	for _, c := range []struct {
		who     articles.Actor
		command any
	}{
		{lead, integration.RevokeKey{ID: "key_" + made.ID(), Party: lead.Party, By: lead.ID}},
		{lead, integration.CompleteMilestone{Milestone: "api-development", Party: lead.Party, By: lead.ID, Evidence: []integration.Evidence{{Kind: "link", Ref: "https://example.com"}}}},
		{security, term.Suspend{Component: "summarise", Party: security.Party, By: security.ID, Reason: "an incident"}},
		{security, term.Suspend{Party: security.Party, By: security.ID, Reason: "a larger one"}},
		{security, term.Resume{Component: "summarise", Party: security.Party, By: security.ID}},
	} {
		h.at = h.at.Add(time.Minute)
		_, err := h.notary.Do(t.Context(), notary.Order{Agreement: id, Actor: c.who, Key: "k" + h.at.String(), Request: seal.Sum([]byte("r")), Command: c.command})
		must(t, err)
	}
}

// same holds a view to another of the same agreement.
func same(t testing.TB, want, got *register.View) {
	t.Helper()
	text := cmp.Comparer(func(a, b *articles.Agreement) bool { return string(draft.Write(*a)) == string(draft.Write(*b)) })
	annex := cmp.Comparer(func(a, b *articles.Annex) bool { return reflect.DeepEqual(a, b) })
	if diff := cmp.Diff(want.State, got.State, text, annex, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("state of %s (-want +got):\n%s", want.State.ID, diff)
	}
	if diff := cmp.Diff(want.People, got.People); diff != "" || got.Size != want.Size || !got.Last.Equal(want.Last) || got.Broken != nil {
		t.Errorf("%s: size %d, want %d; last %v, want %v; broken: %v; people (-want +got):\n%s", want.State.ID, got.Size, want.Size, got.Last, want.Last, got.Broken, diff)
	}
	if diff := cmp.Diff(want.Keyring.Keys(), got.Keyring.Keys()); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if want.Policy().Digest != got.Policy().Digest || len(want.Policy().Grants) != len(got.Policy().Grants) {
		t.Errorf("the policies differ: %s and %s", want.Policy().Digest, got.Policy().Digest)
	}
}

// A long life that was written elsewhere is read like one that the notary wrote, and goes on.
func TestALongLifeGoesOn(t *testing.T) {
	h := newHouse(t)
	id := h.settle(t)
	notarytest.Live(t, h.notary, id, 1500, notarytest.Acts)
	h.at = h.at.Add(time.Hour)
	h.notary.Register = h.register()
	must(t, h.notary.Register.Load(t.Context()))
	h.live(t, id)
	fresh := h.register()
	must(t, fresh.Load(t.Context()))
	before, err := h.notary.Register.View(id)
	must(t, err)
	after, err := fresh.View(id)
	must(t, err)
	same(t, before, after)
	stored, err := h.store.Rows(t.Context(), id)
	must(t, err)
	if changes := articles.Changes(stored, articles.Rows(after.State)); after.Size < 1508 || len(changes) > 0 {
		t.Errorf("%d entries, and rows that differ: %v", after.Size, changes)
	}
	report, err := ledger.Audit(h.store.Source(t.Context(), id), ledger.Anchors{Agreement: string(id)})
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("the audit: %v, %v", report.Findings, err)
	}
}

// Each signature was verified once; still a start finds what was changed since, and says where. The
// agreement is read-only, its calls are refused, and the next agreement is as always.
func TestWhatWasChangedIsReadOnly(t *testing.T) {
	for name, c := range map[string]struct {
		query, says string
		legible     int64
	}{
		"an entry's words":                  {`UPDATE leaf SET bytes = CAST(replace(CAST(bytes AS TEXT), 'an incident', 'no incident') AS BLOB)`, "entry 10: the signature", 10},
		"two entries of one party exchange": {`UPDATE leaf SET bytes = (SELECT bytes FROM leaf o WHERE o.agreement = leaf.agreement AND o.position = 9 - leaf.position + 4) WHERE position IN (5, 8)`, "entry 6: the entry's time is before", 6},
		"an entry twice":                    {`UPDATE leaf SET bytes = (SELECT bytes FROM leaf o WHERE o.agreement = leaf.agreement AND o.position = 4) WHERE position = 5`, "not those that the checkpoint covers", 13},
		"an entry gone":                     {`DELETE FROM leaf WHERE position = 6`, "entry 6 is missing", 6},
		"the last gone":                     {`DELETE FROM leaf WHERE position = 12`, "entry 12 is missing", 12},
		"one added":                         {`INSERT INTO leaf SELECT agreement, 13, bytes FROM leaf WHERE position = 12`, "there are 14 entries, and the store says that there are 13", 14},
		"all gone":                          {`DELETE FROM leaf`, "entry 0 is missing", 0},
		"a size too large":                  {`UPDATE agreement SET size = 30`, "entry 13 is missing", 13},
		"a size too small":                  {`UPDATE agreement SET size = 8`, "there are 13 entries, and the store says that there are 8", 13},
		"the checkpoint gone":               {`DELETE FROM checkpoint WHERE size = 13`, "this is not a signed checkpoint", 13},
		"the checkpoint of another size":    {`UPDATE checkpoint SET bytes = (SELECT bytes FROM checkpoint o WHERE o.agreement = checkpoint.agreement AND o.size = 12) WHERE size = 13`, "covers 12 entries", 13},
		"the first entry": {`UPDATE leaf SET bytes = CAST(replace(CAST(bytes AS TEXT), '"custody":"node"', '"custody":"party"') AS BLOB) WHERE position = 0`,
			"entry 0: ", 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			id := h.settle(t)
			h.live(t, id)
			other := h.settle(t)
			h.live(t, other)
			query := c.query
			if strings.HasPrefix(query, "INSERT") || strings.Contains(query, "WHERE position") || strings.Contains(query, "WHERE size") {
				query += " AND agreement = $1"
			} else {
				query += " WHERE agreement = $1"
			}
			if strings.HasPrefix(query, "UPDATE agreement") {
				query = strings.Replace(query, "agreement = $1", "id = $1", 1)
			}
			h.tamper(t, query, id)
			r := h.register()
			must(t, r.Load(t.Context()))
			v, err := r.View(id)
			must(t, err)
			if !errors.Is(v.Broken, register.ErrDamaged) || !strings.Contains(v.Broken.Error(), c.says) || v.Size != c.legible {
				t.Errorf("of %d entries, broken: %v; want %d and %q", v.Size, v.Broken, c.legible, c.says)
			}
			if v := v.Policy().Refuses(); v.OK || v.Code != policy.Withheld {
				t.Errorf("its calls: %v", v)
			}
			h.notary.Register = r
			if _, err := h.notary.Do(t.Context(), notary.Order{Agreement: id, Actor: articles.Clock, Command: agreement.EnterIntoForce{Version: 1}}); !errors.Is(err, notary.ErrReadOnly) || !errors.Is(err, register.ErrDamaged) {
				t.Errorf("a write: %v", err)
			}
			if sound, err := r.View(other); err != nil || sound.Broken != nil || !sound.Policy().Refuses().OK {
				t.Errorf("the other: %v (%v)", sound, err)
			}
			_, _, err = h.notary.IssueKey(t.Context(), notary.Order{Agreement: other, Actor: h.actor(t, other, agreement.B, agreement.Technical)}, notary.KeyRequest{Component: "summarise", Environment: agreement.Test, Purpose: agreement.Service}, nil)
			must(t, err)
		})
	}
}

func (h *house) tamper(t testing.TB, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", h.path)
	must(t, err)
	defer db.Close()
	_, err = db.Exec(query, args...)
	must(t, err)
}

// What happens behind a running node's back is found by the next write, which is refused at once
// instead of being tried for ever. What was verified stays to be read.
func TestASizeChangedBehindTheNode(t *testing.T) {
	for name, size := range map[string]int64{"larger": 30, "smaller": 8} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			id := h.settle(t)
			h.live(t, id)
			h.tamper(t, "UPDATE agreement SET size = $1", size)
			lead := h.actor(t, id, agreement.B, agreement.Technical)
			_, _, err := h.notary.IssueKey(t.Context(), notary.Order{Agreement: id, Actor: lead}, notary.KeyRequest{Component: "summarise", Environment: agreement.Test, Purpose: agreement.Service}, nil)
			if !errors.Is(err, notary.ErrReadOnly) || !errors.Is(err, register.ErrDamaged) {
				t.Errorf("got %v, want ErrReadOnly", err)
			}
			v, err := h.notary.Register.View(id)
			must(t, err)
			if v.Size != 13 || v.Broken == nil || v.Policy().Refuses().OK || len(v.Policy().Grants) != 3 {
				t.Errorf("%d entries, broken: %v, %d keys", v.Size, v.Broken, len(v.Policy().Grants))
			}
			must(t, h.notary.Register.Refresh(id))
			if again, _ := h.notary.Register.View(id); again != v {
				t.Error("time made it whole")
			}
		})
	}
}

// An entry of a later release makes its agreement read-only, and no other.
func TestAnEntryOfALaterRelease(t *testing.T) {
	h := newHouse(t)
	id, other := h.settle(t), h.settle(t)
	notarytest.Live(t, h.notary, id, 20, func(n int) any {
		if n == 5 {
			return notarytest.Unheard{}
		}
		return notarytest.Acts(n)
	})
	r := h.register()
	must(t, r.Load(t.Context()))
	broken, err := r.View(id)
	must(t, err)
	sound, err := r.View(other)
	must(t, err)
	if !errors.Is(broken.Broken, articles.ErrUnknownEvent) || broken.Policy().Refuses().OK {
		t.Errorf("its calls pass, or it is damaged: %v", broken.Broken)
	}
	if broken.Size != 20 || broken.Broken == nil || !strings.Contains(broken.Broken.Error(), "integration.unheard_of/1") || sound.Broken != nil {
		t.Errorf("size %d, broken: %v; the other: %v", broken.Size, broken.Broken, sound.Broken)
	}
}

// Time alone publishes a policy only when it changes what the policy says: otherwise whoever waits
// for changes would never rest.
func TestRefresh(t *testing.T) {
	h := newHouse(t)
	id := h.settle(t)
	r := h.notary.Register
	changes := 0
	r.Changed = func(*register.View) { changes++ }
	first, err := r.View(id)
	must(t, err)
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 0}, {time.Hour, 0}, {400 * 24 * time.Hour, 1}, {401 * 24 * time.Hour, 1}} { // a consent lapses within the first year
		h.at = notarytest.Day.Add(c.after)
		must(t, r.Refresh(id))
		if changes != c.want {
			t.Errorf("after %v: published %d times, want %d", c.after, changes, c.want)
		}
	}
	if last, _ := r.View(id); last.Policy().Digest == first.Policy().Digest {
		t.Error("the policy is still the first")
	}
	if err := r.Refresh("agr_unknown"); err != register.ErrUnknown {
		t.Errorf("got %v, want ErrUnknown", err)
	}
}
