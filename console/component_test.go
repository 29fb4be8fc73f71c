package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// Engineers of both parties find what Schedule A offers, and the first call; keys are issued by whose
// party calls.
func TestAComponentHasAPage(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	for _, p := range agreement.Both {
		b := h.as(id, p, agreement.Technical)
		_, all := b.get(home + "/components")
		accessible(t, "the components", all)
		if !strings.Contains(all, home+`/components/summarise"`) || strings.Contains(all, "/components/reader-kit") || !strings.Contains(text(t, all), "It is not called through this node") {
			t.Errorf("party %s sees %s", p, text(t, all))
		}
		res, page := b.get(home + "/components/summarise")
		accessible(t, "the component", page)
		for _, want := range []string{"OpenAI-compatible", "POST /summarise/v1/chat/completions", "GET /summarise/v1/models", "calluna-extract-1",
			"https://gateway.example/summarise/v1/chat/completions", "python3 first.py", "node first.mjs", "go run first.go", "production opens when the requirements that come before it are complete"} {
			if !strings.Contains(text(t, page), want) {
				t.Errorf("party %s does not read %q", p, want)
			}
		}
		if offers := strings.Contains(page, `action="`+home+`/components/summarise/keys"`); res.StatusCode != 200 || offers != (p == agreement.B) {
			t.Errorf("party %s: %d, may issue a key: %v", p, res.StatusCode, offers)
		}
	}
	for _, path := range []string{"/components/reader-kit", "/components/nothing", "/components/summarise/"} {
		if res, _ := h.as(id, agreement.B, agreement.Technical).get(home + path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res, _ := h.as(id, agreement.B, agreement.Technical).post(home+"/components/nothing/keys", keyOf(1, "summarise", "test", "service")); res.StatusCode != http.StatusNotFound {
		t.Errorf("a key by the page of nothing: %d", res.StatusCode)
	}
}

// What is done on the page of a component leads back to it.
func TestAKeyIsIssuedAndRevokedOnTheComponentsPage(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	page := "/agreements/" + string(id) + "/components/summarise"
	b := h.as(id, agreement.B, agreement.Technical)
	if _, other := b.get("/agreements/" + string(id) + "/components/embed"); strings.Contains(other, "/keys\"") {
		t.Error("a key for one's own component is offered")
	}
	res, issued := b.post(page+"/keys", keyOf(1, "summarise", "test", "service"))
	if res.StatusCode != 200 || secretOf(t, issued) == "" || !strings.Contains(issued, `href="`+page+`"`) {
		t.Fatalf("%d: %s", res.StatusCode, text(t, issued))
	}
	if res, refused := b.post(page+"/keys", keyOf(2, "summarise", "test", "training")); res.StatusCode != http.StatusConflict || !strings.Contains(text(t, refused), "3.4") || !strings.Contains(refused, `id="again"`) {
		t.Errorf("a key for training: %d: %s", res.StatusCode, text(t, refused))
	}
	res, _ = b.post(page+"/keys/revocation", url.Values{"key": {anyKey(3)}, "id": {theKey(h, id)}})
	back := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(back, page+"?entry=") {
		t.Fatalf("%d to %s", res.StatusCode, back)
	}
	_, after := b.get(back)
	accessible(t, "the component after an act", after)
	if says := text(t, after); !strings.Contains(says, "Done and recorded") || !strings.Contains(says, "1 key revoked or expired") {
		t.Errorf("it says %s", says)
	}
}

// work is the form that announces maintenance of tomorrow night.
func work(key int) url.Values {
	return url.Values{"key": {anyKey(key)}, "environment": {"production"}, "from": {"2026-11-24T22:00"}, "until": {"2026-11-24T23:30"}, "what": {"new disks"}}
}

// announced is the maintenance of the agreement.
func announced(h *house, id agreement.ID) string {
	v, err := h.register.View(id)
	must(h.t, err)
	for name := range v.State.Performance.Maintenance {
		return name
	}
	return ""
}

// Maintenance is announced by who provides, on the agreement's clocks, read by both, and withdrawn.
func TestMaintenanceIsAnnouncedOnTheComponentsPage(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	page := "/agreements/" + string(id) + "/components/embed"
	a, b := h.as(id, agreement.A, agreement.Technical), h.as(id, agreement.B, agreement.Technical)
	wrong := work(1)
	wrong.Set("until", "soon")
	if res, body := b.post(page+"/maintenance", wrong); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(t, body), "on the clocks of Europe/Berlin") || !strings.Contains(body, "new disks") {
		t.Errorf("an end that is none: %d", res.StatusCode)
	}
	if res, _ := b.post(page+"/maintenance", work(2)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("announcing: %d", res.StatusCode)
	}
	for _, who := range []*browser{a, b} {
		_, body := who.get(page)
		accessible(t, "maintenance", body)
		if says := text(t, body); !strings.Contains(says, "24 Nov 2026, 22:00 CET to 24 Nov 2026, 23:30 CET") || !strings.Contains(says, "new disks, announced by Declan Moran") {
			t.Error("the announcement is not on the page")
		}
		if offered := strings.Contains(body, "/maintenance/withdrawal"); offered != (who == b) {
			t.Errorf("withdrawing is offered: %v", offered)
		}
	}
	if res, _ := b.post(page+"/maintenance/withdrawal", url.Values{"key": {anyKey(3)}, "id": {announced(h, id)}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("withdrawing: %d", res.StatusCode)
	}
	if _, body := a.get(page); !strings.Contains(text(t, body), "None is announced.") {
		t.Error("what was withdrawn is still announced")
	}
}
