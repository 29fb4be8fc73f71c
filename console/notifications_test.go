package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/audience"
	"entente/articles/draft"
	"entente/inbox"
)

// tells puts items before a person, by their sentences.
func (h *house) tells(id agreement.ID, person string, said ...string) []inbox.Item {
	h.t.Helper()
	place, err := h.store.Place(h.t.Context(), id)
	must(h.t, err)
	var all []inbox.Item
	for i, s := range said {
		all = append(all, inbox.Item{ID: "itm_" + person[4:12] + string(rune('a'+i)), Agreement: id, Person: person, Cause: "entry/" + string(rune('1'+i)), Matter: audience.Ask, Clause: "2.2",
			Says: s, Asks: "Confirm it as well", Role: agreement.Technical, At: h.Now(), Planned: h.Now()})
	}
	n, err := h.store.AddItems(h.t.Context(), id, place, place, all)
	must(h.t, err)
	if n != len(said) {
		h.t.Fatalf("%d of %d are there", n, len(said))
	}
	return all
}

// The count in the frame falls as one reads, and nobody reads, or learns of, what another is told.
func TestNotifications(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	who := h.holder(id, agreement.A, agreement.Technical)
	b := h.enters(id, who)
	if _, body := b.get(home + "/notifications"); !strings.Contains(body, "You were told nothing yet") || strings.Contains(body, `id="unread"`) {
		t.Errorf("an empty list says %s", text(t, body))
	}
	items := h.tells(id, who.ID, "Party B confirmed <b>the tests</b>", "Another")
	_, body := b.get(home)
	if !strings.Contains(body, `id="unread">2<span`) {
		t.Error("the frame does not count 2")
	}
	for name, other := range map[string]*browser{"the other party": h.as(id, agreement.B, agreement.Technical), "a colleague": h.as(id, agreement.A, agreement.Signatory)} {
		for _, path := range []string{home + "/notifications/" + items[0].ID, home + "/notifications?before=" + items[0].ID} {
			if res, body := other.get(path); res.StatusCode != http.StatusNotFound || strings.Contains(body, "the tests") {
				t.Errorf("%s at %s: %d", name, path, res.StatusCode)
			}
		}
		if _, body := other.get(home + "/notifications"); strings.Contains(body, "the tests") {
			t.Errorf("%s sees what is another's", name)
		}
		other.post(home+"/notifications/reading", url.Values{})
	}
	for _, path := range []string{home + "/notifications", home + "/notifications/" + items[0].ID, home + "/notifications/preferences"} {
		if res, _ := h.stranger().get(path); res.StatusCode != http.StatusForbidden {
			t.Errorf("a stranger at %s: %d", path, res.StatusCode)
		}
	}
	res, body := b.get(home + "/notifications/" + items[0].ID)
	if res.StatusCode != 200 || !strings.Contains(body, "&lt;b&gt;the tests") || !strings.Contains(body, `id="unread">1<span`) {
		t.Errorf("opening it: %d\n%s", res.StatusCode, text(t, body))
	}
	if _, body := b.get(home + "/notifications?unread"); strings.Contains(body, "the tests") || !strings.Contains(body, "Another") {
		t.Errorf("what is unread: %s", text(t, body))
	}
	if res, _ := b.post(home+"/notifications/reading", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("reading all: %d", res.StatusCode)
	}
	if _, body := b.get(home + "/notifications?unread"); !strings.Contains(body, "You have read everything") || strings.Contains(body, `id="unread"`) {
		t.Errorf("after reading all: %s", text(t, body))
	}
}

func TestHowOneIsTold(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	who := h.holder(id, agreement.A, agreement.Technical)
	b := h.enters(id, who)
	if _, body := b.get(home + "/notifications/preferences"); !strings.Contains(body, `<option value="8" selected>`) || !strings.Contains(body, "Europe/Berlin") || !strings.Contains(body, "clause 12.2") {
		t.Errorf("the form says %s", text(t, body))
	}
	if res, _ := b.post(home+"/notifications/preferences", url.Values{"asks": {"daily"}, "dues": {"off"}, "news": {"at_once"}, "hour": {"17"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("choosing: %d", res.StatusCode)
	}
	want := inbox.Preferences{Asks: inbox.Daily, Dues: inbox.Off, News: inbox.AtOnce, Hour: 17}
	if got, err := h.store.Preferences(t.Context(), id, who.ID); err != nil || got != want {
		t.Errorf("kept is %+v, %v", got, err)
	}
	for _, bad := range []url.Values{{}, {"asks": {"never"}, "dues": {"off"}, "news": {"off"}, "hour": {"1"}}, {"asks": {"off"}, "dues": {"off"}, "news": {"off"}, "hour": {"24"}}} {
		if res, body := b.post(home+"/notifications/preferences", bad); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `<option value="17" selected>`) || !strings.Contains(text(t, body), "Choose one of the ways for each, and an hour.") {
			t.Errorf("%v: %d %s", bad, res.StatusCode, text(t, body))
		}
	}
	if got, err := h.store.Preferences(t.Context(), id, who.ID); err != nil || got != want {
		t.Errorf("what cannot be kept changed it to %+v, %v", got, err)
	}
	if got, err := h.store.Preferences(t.Context(), id, h.holder(id, agreement.B, agreement.Technical).ID); err != nil || got != inbox.Usual {
		t.Errorf("another's are %+v, %v", got, err)
	}
}
