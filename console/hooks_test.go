package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/webhooks"
)

// addHook adds a webhook by the page, and gives its path and the page with its secret.
func (b *browser) addHook(home, address string) (path, page string) {
	b.h.t.Helper()
	_, list := b.get(home + "/webhooks")
	res, page := b.post(home+"/webhooks", offered(b.h.t, list, "/webhooks", "url", address, "types", "entente.term.*, entente.integration.*"))
	id := between(page, `href="`+home+`/webhooks/`, `"`)
	if res.StatusCode != 200 || !strings.HasPrefix(id, "whk_") || res.Header.Get("Cache-Control") != "no-store, no-transform" {
		b.h.t.Fatalf("%d: %s", res.StatusCode, text(b.h.t, page))
	}
	return home + "/webhooks/" + id, page
}

// hookActs are what is done on the page of a webhook, and the operation that is the same.
var hookActs = map[string]string{
	"test":       "POST /api/v1/webhooks/{webhook}/test",
	"secret":     "POST /api/v1/webhooks/{webhook}/secret",
	"replay":     "POST /api/v1/webhooks/{webhook}/replay",
	"pause":      "POST /api/v1/webhooks/{webhook}/pause",
	"resumption": "POST /api/v1/webhooks/{webhook}/resumption",
	"end":        "DELETE /api/v1/webhooks/{webhook}",
}

// Each cell of the table of permissions holds for the pages of webhooks, too: whom their own party's roles let act on
// them may, everybody else is refused, and that of another party is not there.
func TestEachCellOfTheWebhooks(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	address := h.receiver.URL + "/entente"
	lead := map[agreement.Party]*browser{}
	for _, p := range agreement.Both {
		lead[p] = h.as(id, p, agreement.Technical)
	}
	n := 0
	for _, who := range h.everybody(id) {
		b := h.enters(id, who)
		may := func(operation string) bool { return gives(cells(t, operation), who) }
		page, _ := b.get(home + "/webhooks")
		if want := map[bool]int{true: 200, false: 403}[may("GET /api/v1/webhooks")]; page.StatusCode != want {
			t.Errorf("%v look at the webhooks: %d, want %d", who.Roles, page.StatusCode, want)
		}
		n++
		added, _ := b.post(home+"/webhooks", url.Values{"key": {anyKey(n)}, "url": {address}})
		if want := map[bool]int{true: 200, false: 403}[may("POST /api/v1/webhooks")]; added.StatusCode != want {
			t.Errorf("%v add a webhook: %d, want %d", who.Roles, added.StatusCode, want)
		}
		for _, owner := range agreement.Both {
			for act, operation := range hookActs {
				path, _ := lead[owner].addHook(home, address)
				n++
				res, _ := b.post(path+"/"+act, url.Values{"key": {anyKey(n)}})
				want := http.StatusForbidden
				switch {
				case may(operation) && who.Party == owner && act == "end":
					want = http.StatusSeeOther
				case may(operation) && who.Party == owner:
					want = http.StatusOK
				case may(operation):
					want = http.StatusNotFound
				}
				if res.StatusCode != want {
					t.Errorf("%v of %s, %s of a webhook of %s: %d, want %d", who.Roles, who.Party, act, owner, res.StatusCode, want)
				}
				if act == "test" {
					seen, _ := b.get(path)
					if want := map[int]int{200: 200, 403: 403, 404: 404}[want]; seen.StatusCode != want {
						t.Errorf("%v of %s look at a webhook of %s: %d, want %d", who.Roles, who.Party, owner, seen.StatusCode, want)
					}
				}
				if act != "end" || res.StatusCode != http.StatusSeeOther {
					n++
					lead[owner].post(path+"/end", url.Values{"key": {anyKey(n)}})
				}
			}
		}
		if added.StatusCode == http.StatusOK {
			_, list := b.get(home + "/webhooks")
			n++
			b.post(home+"/webhooks/"+between(list, `/webhooks/`, `"`)+"/end", url.Values{"key": {anyKey(n)}})
		}
	}
	for act := range hookActs {
		path, _ := lead["a"].addHook(home, address)
		for name, b := range map[string]*browser{"nobody": h.stranger(), "another's": h.as(h.signed(draft.Example(today)), agreement.A, agreement.Technical)} {
			if res, _ := b.post(path+"/"+act, url.Values{"key": {anyKey(1)}}); res.StatusCode != map[string]int{"nobody": 403, "another's": 404}[name] {
				t.Errorf("%s tried %s: %d", name, act, res.StatusCode)
			}
		}
	}
}

// A secret is shown once; the same form sent twice makes one webhook.
func TestAWebhooksSecretIsShownOnce(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	_, list := b.get(home + "/webhooks")
	accessible(t, "no webhooks", list)
	f := offered(t, list, "/webhooks", "url", h.receiver.URL)
	_, first := b.post(home+"/webhooks", f)
	_, again := b.post(home+"/webhooks", f)
	accessible(t, "the secret", first)
	secret := between(first, "whsec_", "<")
	if secret == "" || between(again, "whsec_", "<") != secret {
		t.Fatalf("the secret is %q, and again %q", secret, between(again, "whsec_", "<"))
	}
	_, list = b.get(home + "/webhooks")
	accessible(t, "a webhook", list)
	path := home + "/webhooks/" + between(list, `/webhooks/`, `"`)
	_, page := b.get(path)
	accessible(t, "the webhook", page)
	if strings.Count(list, "/webhooks/whk_") != 1 || strings.Contains(list+page, secret) {
		t.Errorf("the list is %s", text(t, list))
	}
	_, rotated := b.post(path+"/secret", offered(t, page, path+"/secret"))
	accessible(t, "another secret", rotated)
	if next := between(rotated, "whsec_", "<"); next == "" || next == secret || !strings.Contains(text(t, rotated), "Counts, too, until 24 Nov 2026") {
		t.Errorf("replaced: %s", text(t, rotated))
	}
	for name, sent := range map[string]url.Values{
		"no address": {"url": {""}}, "a private address": {"url": {"https://10.0.0.1/"}}, "no types": {"url": {h.receiver.URL}, "types": {"everything"}},
	} {
		sent.Set("key", anyKey(3))
		if res, page := b.post(home+"/webhooks", sent); res.StatusCode != 422 || !strings.Contains(page, `value="`+sent.Get("url")+`"`) {
			t.Errorf("%s: %d %s", name, res.StatusCode, text(t, page))
		}
	}
	for range webhooks.Most - 1 {
		b.addHook(home, h.receiver.URL)
	}
	if _, list = b.get(home + "/webhooks"); strings.Contains(list, "Add a webhook") || !strings.Contains(list, "as many as there can be") {
		t.Error("one more is offered")
	}
	if res, page := b.post(home+"/webhooks", url.Values{"key": {anyKey(4)}, "url": {h.receiver.URL}}); res.StatusCode != 422 || !strings.Contains(text(t, page), "remove one first") {
		t.Errorf("one more: %d", res.StatusCode)
	}
}

// A webhook's page says how events stand; what could not be delivered is sent once more, and what happens while it is
// paused is sent when it goes on.
func TestAWebhookIsLookedAfter(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	path, _ := b.addHook(home, h.receiver.URL)
	says := func(of, want string) {
		t.Helper()
		_, page := b.get(path + of)
		accessible(t, "a webhook with deliveries", page)
		if !strings.Contains(text(t, page), want) {
			t.Errorf("the page does not say %q: %s", want, text(t, page))
		}
	}
	press := func(act, want string) {
		t.Helper()
		_, page := b.get(path)
		if _, said := b.post(path+"/"+act, offered(t, page, path+"/"+act)); !strings.Contains(text(t, said), want) {
			t.Errorf("%s does not say %q: %s", act, want, text(t, said))
		}
	}
	carry := func() {
		t.Helper()
		must(t, h.console.Courier.Fill(context.Background()))
		hook, err := h.console.Courier.Of(context.Background(), access.Caller{Agreement: id, Actor: h.holder(id, agreement.B, agreement.Technical)})
		must(t, err)
		due, err := h.store.Due(context.Background(), h.Now().Add(time.Microsecond), 20)
		must(t, err)
		if hook[0].Disabled == "" {
			must(t, h.console.Courier.Carry(context.Background(), hook[0], due))
		}
	}
	says("", "Nothing has happened since it was made.")
	press("test", "The test message was received. The receiver: 204.")
	h.answers.Store(500)
	press("test", "The test message was not received. The receiver: 500.")
	if res, page := b.post(home+"/keys", keyOf(1, "summarise", "test", "service")); res.StatusCode != 200 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, page))
	}
	for range 10 {
		carry()
		h.pass(25 * time.Hour)
		b = h.as(id, agreement.B, agreement.Technical)
	}
	says("?state=dead", "Could not be delivered Given up on")
	says("?state=delivered", "There are none that stand so.")
	h.answers.Store(204)
	press("replay", "1 event waits to be sent again.")
	says("", "Waiting To be sent on")
	carry()
	says("", "Delivered Taken on")
	press("pause", "Nothing is sent there until you resume it.")
	says("", "your party has paused it")
	b.post(home+"/keys", keyOf(2, "summarise", "test", "service"))
	carry()
	says("", "Nothing is sent: your party has paused it")
	press("resumption", "What happened meanwhile is sent now.")
	carry()
	if _, page := b.get(path); strings.Count(page, "Taken on") != 2 {
		t.Errorf("resumed: %s", text(t, page))
	}
	press("end", "")
	if res, _ := b.get(path); res.StatusCode != 404 {
		t.Errorf("ended, the page is %d", res.StatusCode)
	}
}
