package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"

	"entente/articles"
	"entente/articles/technical"
	"entente/egress"
	"entente/meter"
	"entente/usage"
)

// What an answer says of its service tier and region is held to Schedule A: in its body by the protocol,
// or in the header that the schedule names. It is on record, and told in the answer's header as long as
// that has not gone out.
func TestHowCallsAreServedIsHeldToScheduleA(t *testing.T) {
	const counted = `"usage":{"prompt_tokens":11,"completion_tokens":6,"total_tokens":17}`
	tiers := technical.Serving{Tiers: []string{"default"}}
	europe := technical.Serving{Tiers: []string{"standard"}, Regions: []string{"eu"}}
	message := `{"model":"calluna-assist-1","content":[],"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"%s","inference_geo":"%s"}}`
	told := func(names ...string) (all []string) {
		for _, n := range names {
			all = append(all, n+`; clause="A"`)
		}
		return all
	}
	for _, c := range []struct {
		name      string
		component string
		agreed    technical.Serving
		answer    string
		header    string // X-Served of the answer
		stream    bool
		want      meter.Deviations
		served    usage.Served
		told      []string
	}{
		{"the tier", "summarise", tiers, `{"choices":[],` + counted + `,"service_tier":"default"}`, "", false, 0, usage.Served{Tier: "default"}, nil},
		{"another tier", "summarise", tiers, `{"choices":[],` + counted + `,"service_tier":"flex"}`, "", false, meter.OtherTier, usage.Served{Tier: "flex"}, told("tier_mismatch")},
		{"no tier", "summarise", tiers, `{"choices":[],` + counted + `}`, "", false, 0, usage.Served{}, nil},
		{"any tier", "summarise", technical.Serving{}, `{"choices":[],` + counted + `,"service_tier":"flex"}`, "", false, 0, usage.Served{}, nil},
		{"another tier in a stream", "summarise", tiers, `data: {"choices":[],` + counted + `,"service_tier":"flex"}` + "\n\ndata: [DONE]\n\n", "", true, meter.OtherTier, usage.Served{Tier: "flex"}, nil},
		{"tier and region", "assist", europe, fmt.Sprintf(message, "standard", "eu"), "", false, 0, usage.Served{Tier: "standard", Region: "eu"}, nil},
		{"neither", "assist", europe, fmt.Sprintf(message, "batch", "us"), "", false, meter.OtherTier | meter.OtherRegion, usage.Served{Tier: "batch", Region: "us"}, told("tier_mismatch", "region_mismatch")},
		{"the region in a header", "summarise", technical.Serving{Regions: []string{"eu"}, RegionHeader: "X-Served"}, `{"choices":[],` + counted + `}`, "eu", false, 0, usage.Served{Region: "eu"}, nil},
		{"another region in a header", "summarise", technical.Serving{Regions: []string{"eu"}, RegionHeader: "X-Served"}, `{"choices":[],` + counted + `}`, "us", false, meter.OtherRegion, usage.Served{Region: "us"}, told("region_mismatch")},
		{"another region in the header of a stream", "summarise", technical.Serving{Regions: []string{"eu"}, RegionHeader: "X-Served"}, `data: {"choices":[],` + counted + `}` + "\n\ndata: [DONE]\n\n", "us", true, meter.OtherRegion, usage.Served{Region: "us"}, told("region_mismatch")},
		{"a header that says another tier than the body", "summarise", technical.Serving{Tiers: []string{"gold"}, TierHeader: "X-Served"}, `{"choices":[],` + counted + `,"service_tier":"flex"}`, "gold", false, 0, usage.Served{Tier: "gold"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.text(func(a *articles.Agreement) {
				a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components)
				for i := range a.ScheduleA.Components {
					a.ScheduleA.Components[i].Serving = c.agreed
				}
			})
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", map[bool]string{true: "text/event-stream", false: "application/json"}[c.stream])
				w.Header().Set("Entente-Deviation", "what a service says of itself is not the node's word")
				if c.header != "" {
					w.Header().Set("X-Served", c.header)
				}
				io.WriteString(w, c.answer)
			})
			path, body := chat, ask(c.stream)
			if c.component == "assist" {
				path, body = "/assist/v1/messages", `{"model":"calluna-assist-1","max_tokens":5,"messages":[]}`
			}
			reply := h.call("POST", path, c.component, body)
			if reply.StatusCode != 200 {
				t.Fatalf("%d %s", reply.StatusCode, reply.body)
			}
			if got := reply.Header.Values("Entente-Deviation"); !slices.Equal(got, c.told) {
				t.Errorf("told %q, want %q", got, c.told)
			}
			if r := h.record(); r.Deviations != c.want || r.Served != c.served {
				t.Errorf("%v, served %+v; want %v, %+v", r.Deviations.Names(), r.Served, c.want.Names(), c.served)
			}
		})
	}
}
