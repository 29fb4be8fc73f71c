package gateway_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/articles/policy"
	"entente/meter"
	"entente/replay"
)

// Whatever is called over whatever protocol, what is on record of the call decides as the call was decided:
// a metered one passes, and a refused one is refused for the same reason.
func TestRecordsReplayTheirDecisions(t *testing.T) {
	h := newHarbour(t)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"result":{}}`)
	})
	compiled := h.registry.p
	grant := func(key string) *policy.Grant {
		i := slices.IndexFunc(compiled.Grants, func(g policy.Grant) bool { return g.Key == key })
		return &compiled.Grants[i]
	}
	names := func(t *rapid.T, kind string, listed ...string) string {
		return rapid.OneOf(rapid.SampledFrom(listed), rapid.StringMatching(`[a-z:/.{}]{1,20}`), rapid.Just(strings.Repeat("x", 600))).Draw(t, kind)
	}
	replayed, over := 0, map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		h.pass(meter.RefusedEvery)
		key := rapid.SampledFrom([]string{"summarise", "summarise test", "embed", "assist", "tides", "harbour"}).Draw(t, "key")
		component, _, _ := strings.Cut(key, " ")
		if rapid.IntRange(0, 9).Draw(t, "elsewhere") == 0 {
			component = "summarise"
		}
		var headers []string
		for name, values := range map[string][]string{"Entente-Purpose": {"service", "training", "analytics", "improvement", "competitive"},
			"Entente-Data-Class": {"customer", "aggregated", "synthetic"}, "Entente-Customer": {"a", "b"}} {
			if rapid.IntRange(0, 3).Draw(t, name) == 0 {
				headers = append(headers, name+": "+rapid.SampledFrom(values).Draw(t, "value"))
			}
		}
		method, path, body := "POST", "", ""
		switch component {
		case "tides":
			path = "/tides/mcp"
			what := rapid.SampledFrom([]string{`"tools/call","params":{"name":%q}`, `"prompts/get","params":{"name":%q}`, `"resources/read","params":{"uri":%q}`,
				`"completion/complete","params":{"ref":{"type":"ref/prompt","name":%q},"argument":{"name":"a","value":"b"}}`, `"tools/list","params":{"x":%q}`, `"tasks/list","params":{"x":%q}`}).Draw(t, "method")
			body = `{"jsonrpc":"2.0","id":1,"method":` + fmt.Sprintf(what, names(t, "item", "search", "forecast", "brief", "tides://today", "tides://ports/hull")) + "}"
		case "harbour":
			method = rapid.SampledFrom([]string{"GET", "POST", "DELETE"}).Draw(t, "method")
			path = "/harbour/" + rapid.SampledFrom([]string{"berths", "berths/7", "charts/a.png", "nowhere"}).Draw(t, "path")
			if method == "POST" {
				body = `{"ship":"x"}`
			}
		default:
			path = "/" + component + "/v1/" + rapid.SampledFrom([]string{"chat/completions", "responses", "embeddings", "messages", "messages/count_tokens"}).Draw(t, "operation")
			body = fmt.Sprintf(`{"model":%q}`, names(t, "model", "calluna-extract-1", "tidewater-embed-1", "calluna-assist-1"))
		}
		r := h.call(method, path, key, body, headers...)
		for _, refused := range h.gateway.DrainRefused() {
			if refused.Key == "" {
				continue
			}
			v := compiled.Decide(grant(refused.Key), replay.AskedOfRefused(refused))
			byPolicy := slices.Contains(policyCodes, policy.Code(refused.Code))
			long := refused.Item != "" && !strings.Contains(refused.Item, " ")
			if byPolicy && !long && (v.OK || string(v.Code) != refused.Code || string(v.Clause) != refused.Clause || refused.Policy != compiled.Digest || !strings.EqualFold(strings.Trim(v.Why, "."), strings.Trim(refused.Why, "."))) {
				t.Errorf("%s %s %s: refused as %+v, and replayed as %+v", method, path, body, refused, v)
			}
			replayed, over[component+", refused"] = replayed+1, true
		}
		if r.Header.Get("Entente-Usage-Id") != "" {
			over[component] = true
		}
	})
	for _, rec := range h.records() {
		if v := compiled.Decide(grant(rec.Key), replay.Asked(rec)); !v.OK || rec.Policy != compiled.Digest {
			t.Errorf("%+v passed, and is replayed as %+v", rec, v)
		}
		replayed++
	}
	if replayed < 50 || len(over) < 6 {
		t.Errorf("only %d calls were replayed, over %v", replayed, over)
	}
}

var policyCodes = []policy.Code{policy.WrongComponent, policy.PurposeForbidden, policy.ClassNotCovered, policy.NotListed, policy.ModelNotListed,
	policy.ToolNotListed, policy.ResourceNotListed, policy.PromptNotListed, policy.ProductionClosed}
