package register_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/policy"
	"entente/notary/notarytest"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What an act costs little to find, the changed rows and the next policy, is what reading everything
// again would find.
func TestADifferenceIsWhatReadingAllGives(t *testing.T) {
	h := newHouse(t)
	v, err := h.notary.Register.View(h.settle(t))
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		s, at := v.State, h.at
		p := policy.Compile(s, h.at)
		for n := range rapid.IntRange(1, 60).Draw(t, "acts") {
			var event any
			switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); kind {
			case 0:
				event = notarytest.Rotation(2 * rapid.IntRange(0, 9).Draw(t, "key"))
			case 1:
				event = notarytest.Rotation(2*rapid.IntRange(0, 9).Draw(t, "revoked") + 1)
				if _, known := s.Integration.Keys[event.(integration.KeyRevoked).ID]; !known {
					continue
				}
			case 2:
				event = agreement.EnteredIntoForce{Version: 1}
			default:
				event = notarytest.Acts(5*n + rapid.IntRange(1, 4).Draw(t, "act"))
			}
			if k, again := event.(integration.KeyIssued); again && s.Integration.Keys[k.ID].ID != "" {
				continue
			}
			at = at.Add(time.Second)
			next, err := s.Evolve(event, at, h.documents)
			if err != nil {
				t.Fatal(err)
			}
			byRow := func(a, b articles.Change) int { return cmp.Compare(a.Row, b.Row) }
			want, got := articles.Changes(articles.Rows(s), articles.Rows(next)), articles.Difference(s, next)
			slices.SortFunc(want, byRow)
			slices.SortFunc(got, byRow)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("rows after %T (-want +got):\n%s", event, diff)
			}
			p = p.Recompile(s, next, at)
			samePolicy(t, policy.Compile(next, at), p)
			s = next
		}
	})
}

func samePolicy(t *rapid.T, want, got *policy.Policy) {
	if want.Digest != got.Digest || len(want.Grants) != len(got.Grants) {
		t.Fatalf("policy %s with %d keys, want %s with %d", got.Digest, len(got.Grants), want.Digest, len(want.Grants))
	}
	for i := range want.Grants {
		w, g := want.Grants[i], got.Grants[i]
		if w.Key != g.Key || w.Digest != g.Digest || (w.Route == nil) != (g.Route == nil) || g.Route != nil && g.Route != got.Routes[g.Route.Component] {
			t.Fatalf("key %d is %s, want %s, or has another policy's route", i, g.Key, w.Key)
		}
		call := policy.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", At: notarytest.Day.Add(48 * time.Hour).UnixNano()}
		if a, b := want.Decide(&w, call), got.Decide(&g, call); a != b {
			t.Fatalf("key %s: %v, want %v", g.Key, b, a)
		}
	}
}
