package console_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
)

// cells are what the table of docs/permissions.md, which is made from the API's operations, gives each role by an
// operation: "both", "own", "other", "self".
func cells(t *testing.T, operation string) map[agreement.Role]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "docs", "permissions.md"))
	must(t, err)
	for line := range strings.Lines(string(b)) {
		if !strings.Contains(line, "`"+operation+"`") {
			continue
		}
		row := strings.Split(line, "|")
		if len(row) != len(agreement.Roles)+4 {
			t.Fatalf("the row of %s has %d cells", operation, len(row))
		}
		found := map[agreement.Role]string{}
		for i, r := range agreement.Roles {
			found[r] = strings.TrimSpace(row[i+2])
		}
		return found
	}
	t.Fatalf("docs/permissions.md has no %s", operation)
	return nil
}

// gives reports whether some role of somebody has a cell.
func gives(cells map[agreement.Role]string, who articles.Actor) bool {
	return slices.ContainsFunc(who.Roles, func(r agreement.Role) bool { return cells[r] != "" })
}

// everybody are the people of an agreement, of both parties, by their ids.
func (h *house) everybody(id agreement.ID) (all []articles.Actor) {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	for _, m := range v.State.Members {
		all = append(all, articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles})
	}
	slices.SortFunc(all, func(a, b articles.Actor) int { return strings.Compare(a.ID, b.ID) })
	if len(all) < 2*len(agreement.Roles)-4 {
		h.t.Fatalf("only %d people", len(all))
	}
	return all
}

// offered is the first form of a page that leads to an action, as it is sent with what somebody has filled in.
func offered(t testing.TB, page, action string, more ...string) url.Values {
	t.Helper()
	f, found := formOf(t, page, action, "", "")
	if !found {
		t.Fatalf("the page has no form for %s: %s", action, text(t, page))
	}
	return f.filled(more...)
}

// Everybody makes an address for their own calendar, sees it once, and ends it; nobody sees or ends another's.
func TestACalendarAddressIsItsPersonsOwn(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	allowed := cells(t, "POST /api/v1/calendars")
	addresses, before := map[string]bool{}, h.size(id)
	for _, who := range h.everybody(id) {
		if !gives(allowed, who) {
			t.Fatalf("%v may not make an address: the test is to say how that is told", who.Roles)
		}
		b := h.enters(id, who)
		_, page := b.get(home + "/feeds")
		accessible(t, "feeds", page)
		f := offered(t, page, "/calendars", "label", "phone of "+who.ID)
		res, shown := b.post(home+"/calendars", f)
		accessible(t, "the address", shown)
		_, again := b.post(home+"/calendars", f)
		address := between(shown, "/api/v1/calendars/", "/mine.ics")
		if res.StatusCode != 200 || address == "" || addresses[address] || between(again, "/api/v1/calendars/", "/mine.ics") != address || res.Header.Get("Cache-Control") != "no-store, no-transform" {
			t.Fatalf("%d: %s", res.StatusCode, text(t, shown))
		}
		addresses[address] = true
		c, err := h.door.Enter(t.Context(), address, access.Feed)
		if err != nil || c.Actor.ID != who.ID {
			t.Fatalf("the address of %s is that of %q: %v", who.ID, c.Actor.ID, err)
		}
		if _, page = b.get(home + "/feeds"); strings.Contains(page, address) || strings.Count(page, "phone of ") != 2 || !strings.Contains(page, "phone of "+who.ID) {
			t.Errorf("afterwards the page is %s", text(t, page))
		}
		for _, p := range agreement.Both {
			other := h.holder(id, p, agreement.Technical)
			if other.ID == who.ID {
				continue
			}
			if res, _ := h.enters(id, other).post(home+"/calendars/end", url.Values{"key": {anyKey(1)}, "id": {c.Credential}}); res.StatusCode != 404 {
				t.Errorf("another ends the address of %s: %d", who.ID, res.StatusCode)
			}
		}
		res, _ = b.post(home+"/calendars/end", offered(t, page, "/calendars/end"))
		if _, err := h.door.Enter(t.Context(), address, access.Feed); res.StatusCode != http.StatusSeeOther || err == nil {
			t.Errorf("ended: %d, %v", res.StatusCode, err)
		}
		if _, page = b.get(res.Header.Get("Location")); !strings.Contains(text(t, page), "The address has ended") || strings.Contains(page, "phone of ") {
			t.Errorf("ended, the page is %s", text(t, page))
		}
	}
	if h.size(id) != before {
		t.Error("the ledger has entries of it")
	}
	b := h.as(id, agreement.A, agreement.Finance)
	for name, label := range map[string]string{"none": "  ", "two lines": "a\nb", "too long": strings.Repeat("x", 201)} {
		if res, page := b.post(home+"/calendars", url.Values{"key": {anyKey(7)}, "label": {label}}); res.StatusCode != 422 || !strings.Contains(page, "The form is not complete") {
			t.Errorf("label %s: %d", name, res.StatusCode)
		}
	}
	for _, who := range []*browser{h.stranger(), h.as(h.signed(draft.Example(today)), agreement.A, agreement.Technical)} {
		if res, _ := who.post(home+"/calendars", url.Values{"key": {anyKey(8)}, "label": {"x"}}); res.StatusCode != 403 && res.StatusCode != 404 {
			t.Errorf("somebody else: %d", res.StatusCode)
		}
	}
}

// between is what stands in a text between two others; empty if it does not.
func between(s, before, after string) string {
	_, rest, found := strings.Cut(s, before)
	in, _, ends := strings.Cut(rest, after)
	if !found || !ends {
		return ""
	}
	return in
}

// Everybody downloads every table in both forms, and gets what is there: a table that is not, is not.
func TestTablesAreDownloaded(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	h.pass(time.Hour)
	home := "/agreements/" + string(id)
	allowed := cells(t, "GET /api/v1/agreements/{id}/tables/{table}")
	for _, who := range h.everybody(id) {
		if !gives(allowed, who) {
			t.Fatalf("%v may not read tables: the test is to say how that is told", who.Roles)
		}
		b := h.enters(id, who)
		_, page := b.get(home + "/feeds")
		links := 0
		for _, one := range tags(t, page) {
			path := one.attrs["href"]
			if !strings.HasPrefix(path, home+"/tables/") {
				continue
			}
			links++
			res, body := b.get(path)
			want := `attachment; filename="` + string(id) + "-" + strings.TrimPrefix(path, home+"/tables/") + `"`
			if got := res.Header.Get("Content-Disposition"); res.StatusCode != 200 || got != want || body == "" {
				t.Errorf("%s: %d, %s", path, res.StatusCode, got)
			}
			if kind := res.Header.Get("Content-Type"); strings.HasSuffix(path, ".csv") != strings.HasPrefix(kind, "text/csv") || strings.HasSuffix(path, ".json") != (kind == "application/json") {
				t.Errorf("%s is %s", path, kind)
			}
			if path == home+"/tables/milestones.csv" && !strings.Contains(body, "api-development,") {
				t.Errorf("milestones: %s", body)
			}
		}
		if links != 10 {
			t.Errorf("the page offers %d files", links)
		}
	}
	b := h.as(id, agreement.A, agreement.Finance)
	for _, path := range []string{"/tables/keys", "/tables/keys.", "/tables/keys.xlsx", "/tables/secrets.csv", "/tables/.csv", "/tables/keys.csv.json", "/tables/keys.csv%00"} {
		if res, _ := b.get(home + path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
