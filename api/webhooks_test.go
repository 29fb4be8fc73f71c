package api_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"entente/events"
)

type madeHook struct {
	ID, URL, Secret, Key string
	Types                []string
}

// receive answers what is sent to the port where webhooks may be.
func (h *house) receive(answer http.HandlerFunc) {
	h.t.Helper()
	receiving.Store(&answer)
	h.t.Cleanup(func() { receiving.Store(nil) })
}

// A party's webhook is its own: the other party and other agreements see none, and a retry makes no second one. A
// test message arrives, and a refusal by the receiver is no fault of the node.
func TestAPartysWebhooks(t *testing.T) {
	h := newHouse(t)
	second := example()
	second.Agreement.Number = "CT-2"
	p, other := h.settle(example()), h.settle(second)
	status := http.StatusOK
	received := make(chan http.Header, 10)
	h.receive(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		received <- r.Header
		w.WriteHeader(status)
	})
	body := map[string]any{"url": "http://" + hookPort + "/entente", "types": []string{"entente.term.*"}}
	var made, again madeHook
	h.ok(p.people[technicalB], "POST", "/api/v1/webhooks", body, &made, "Idempotency-Key", "one")
	h.ok(p.people[technicalB], "POST", "/api/v1/webhooks", body, &again, "Idempotency-Key", "one")
	if made.ID != again.ID || made.Secret != again.Secret || !strings.HasPrefix(made.Secret, "whsec_") || !strings.HasPrefix(made.Key, "whpk_") || !slices.Equal(made.Types, []string{"entente.term.*"}) {
		t.Errorf("made %+v, and again %+v", made, again)
	}
	var list struct{ Items []madeHook }
	h.ok(p.people[technicalB], "GET", "/api/v1/webhooks", nil, &list)
	if len(list.Items) != 1 || list.Items[0].Secret != "" || list.Items[0].Key != made.Key {
		t.Errorf("listed: %+v", list)
	}
	for _, who := range []string{p.people[technicalA], other.people[technicalB]} {
		list.Items = nil
		h.ok(who, "GET", "/api/v1/webhooks", nil, &list)
		if len(list.Items) > 0 {
			t.Errorf("somebody else sees %+v", list.Items)
		}
		for _, below := range []string{"DELETE /", "POST /secret", "POST /test", "GET /deliveries", "POST /replay"} {
			method, path, _ := strings.Cut(below, " ")
			var content any
			if path == "/replay" {
				content = map[string]string{}
			}
			h.refused(404, "", who, method, "/api/v1/webhooks/"+made.ID+strings.TrimSuffix(path, "/"), content)
		}
	}
	h.ok(p.people[technicalB], "POST", "/api/v1/webhooks/"+made.ID+"/test", nil, nil)
	if got := <-received; !strings.HasPrefix(got.Get("Webhook-Id"), "test_") || got.Get("Content-Type") != events.MediaType {
		t.Errorf("received %v", got)
	}
	status = http.StatusForbidden
	if refusal := h.refused(422, "", p.people[technicalB], "POST", "/api/v1/webhooks/"+made.ID+"/test", nil); refusal.Detail != "the receiver: 403" {
		t.Errorf("refused with %+v", refusal)
	}
	<-received
	status = http.StatusOK
	h.ok(p.people[legalA], "POST", "/api/v1/agreements/"+p.id+"/breaches", map[string]string{"what": "late"}, nil)
	c := h.api.Webhooks
	must(t, c.Fill(t.Context()))
	due, err := c.Queue.Due(t.Context(), h.clock(), 10)
	must(t, err)
	hooks, err := c.Store.Hooks(t.Context(), "")
	must(t, err)
	must(t, c.Carry(t.Context(), hooks[0], due))
	sent := (<-received).Get("Webhook-Id")
	var deliveries struct {
		Items []struct{ Event, State, Said string }
	}
	h.ok(p.people[technicalB], "GET", "/api/v1/webhooks/"+made.ID+"/deliveries?state=delivered", nil, &deliveries)
	if len(deliveries.Items) != 1 || deliveries.Items[0].Event != sent || deliveries.Items[0].Said != "200" {
		t.Errorf("deliveries: %+v, and %s arrived", deliveries, sent)
	}
	var replayed struct{ Again int }
	h.ok(p.people[technicalB], "POST", "/api/v1/webhooks/"+made.ID+"/replay", map[string]string{"from": sent}, &replayed)
	var rotated madeHook
	h.ok(p.people[technicalB], "POST", "/api/v1/webhooks/"+made.ID+"/secret", nil, &rotated)
	if replayed.Again != 1 || rotated.Secret == made.Secret || rotated.Key == made.Key {
		t.Errorf("replayed %+v, rotated %+v", replayed, rotated)
	}
	h.ok(p.people[technicalB], "DELETE", "/api/v1/webhooks/"+made.ID, nil, nil)
	h.refused(404, "", p.people[technicalB], "GET", "/api/v1/webhooks/"+made.ID+"/deliveries", nil)
	if strings.Contains(h.logs.String(), strings.TrimPrefix(made.Secret, "whsec_")) {
		t.Error("the log holds a secret")
	}
}

// Addresses inside are refused with the reason, by a 4xx, and nothing is called.
func TestAWebhookLeadsOutside(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	for _, url := range []string{"http://127.0.0.1:8600/", "https://localhost/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://0x7f.1/", "https://2130706433/",
		"https://user:pw@example.com/", "https://example.com/#x", "file:///etc/passwd", "https://example.com:22/", "gopher://example.com/", "https://127。0。0。1/", "//example.com"} {
		h.refused(422, "", p.people[technicalB], "POST", "/api/v1/webhooks", map[string]string{"url": url})
	}
	h.refused(422, "", p.people[technicalB], "POST", "/api/v1/webhooks", map[string]any{"url": "https://example.com", "types": []string{"everything"}})
}
