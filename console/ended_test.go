package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/notary"
)

// ended are browsers whose cookie was somebody's way in and is no more, or was never one: by what became of it.
func (g grounds) ended() map[string]*browser {
	h, who := g.h, g.h.holder(g.id, agreement.A, agreement.Technical)
	shows := func(kind access.Kind) *browser {
		h.t.Helper()
		k, _, err := h.door.Issue(h.t.Context(), kind, g.id, who.ID, "test", access.LinkLife)
		must(h.t, err)
		b := h.stranger()
		b.session = k.Text().Reveal()
		return b
	}
	left, elsewhere, erased := shows(access.Session), shows(access.Session), h.as(g.id, agreement.A, agreement.Finance)
	left.post("/leave", nil)
	_, err := h.door.EndOthers(h.t.Context(), must3(h.door.Enter(h.t.Context(), shows(access.Session).session, access.Session)))
	must(h.t, err)
	legal := h.holder(g.id, agreement.A, agreement.Legal)
	_, err = h.notary.Do(h.t.Context(), notary.Order{Agreement: g.id, Actor: legal, Key: anyKey(7), Command: agreement.Erase{Person: h.holder(g.id, agreement.A, agreement.Finance).ID, Party: agreement.A}})
	must(h.t, err)
	spoilt := h.stranger()
	spoilt.session = left.session[:len(left.session)-1]
	return map[string]*browser{"left": left, "ended from elsewhere": elsewhere, "of a person who was erased": erased, "cut short": spoilt,
		"a link in place of a session": shows(access.Link), "a token in place of a session": shows(access.API), "a calendar's in place of a session": shows(access.Feed)}
}

// Whatever ended, or was never a session, opens no route and changes nothing by any.
func TestWhatHasEndedOpensNoRoute(t *testing.T) {
	h := newHouse(t)
	g := newGrounds(h)
	all := g.ended()
	all["lapsed"] = h.as(g.id, agreement.A, agreement.Technical)
	h.pass(access.SessionLife)
	g.owner = h.as(g.id, agreement.B, agreement.Technical)
	sent := url.Values{"key": {anyKey(1)}, "id": {g.names["credential"]}, "sure": {"yes"}, "name": {"x"}, "label": {"x"}, "url": {h.receiver.URL}, "reason": {"x"}, "text": {"x"}, "clause": {"6.3"}}
	public := []string{"/{$}", "/enter", "/leave", "/passkeys/entry", "/codes", "/codes/entry", "/static/{file}", "/sso/{agreement}/{party}", "/sso/{agreement}/{party}/back", "/enter/{link}"}
	before, tried := g.state(), 0
	for _, pattern := range h.console.Routes() {
		method, path := g.fill(pattern)
		open := false
		for _, p := range public {
			open = open || strings.HasSuffix(pattern, " "+p)
		}
		if open {
			continue
		}
		for name, b := range all {
			tried++
			if res, body := b.ask(method, path, sent); res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 && res.Cookies()[0].MaxAge >= 0 {
				t.Errorf("%s by a session %s: %d", pattern, name, res.StatusCode)
			} else if strings.Contains(body, "CT-2026") {
				t.Errorf("%s by a session %s tells of the agreement", pattern, name)
			}
		}
	}
	if now := g.state(); now != before {
		t.Errorf("%s became %s", before, now)
	}
	if tried < 600 {
		t.Errorf("only %d requests were made", tried)
	}
}
