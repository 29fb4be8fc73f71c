package api_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
)

type deadlinesPage struct {
	Items []struct {
		ID, Owes, Role, State, Day string
		Yours                      bool
	}
}

// Deadlines are the same for both parties, but for whose they are; a calendar has a secret address that opens nothing
// else, sees what its person sees, and ends when it is revoked.
func TestDeadlinesAndCalendars(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id + "/deadlines"
	var a, b deadlinesPage
	h.ok(p.people[securityA], "GET", path, nil, &a)
	h.ok(p.people[technicalB], "GET", path, nil, &b)
	if len(a.Items) < 8 || len(a.Items) != len(b.Items) {
		t.Fatalf("%d and %d deadlines", len(a.Items), len(b.Items))
	}
	for i, d := range a.Items {
		if d.ID != b.Items[i].ID || d.Yours != (d.Role == "security" && d.Owes != "b") || b.Items[i].Yours != (d.Role == "technical" && d.Owes != "a") {
			t.Errorf("%+v of A, %+v of B", d, b.Items[i])
		}
	}
	var late deadlinesPage
	h.ok(p.people[technicalB], "GET", path+"?state=late&yours=true", nil, &late)
	if len(late.Items) != 1 || late.Items[0].ID != "milestone/api-development" {
		t.Errorf("late and yours: %+v", late)
	}
	var made struct{ ID, Mine, Agreement string }
	h.ok(p.people[technicalB], "POST", "/api/v1/calendars", map[string]string{"label": "phone"}, &made)
	mine, all := h.ok("", "GET", made.Mine, nil, nil), h.ok("", "GET", made.Agreement, nil, nil)
	if kind := mine.header.Get("Content-Type"); kind != "text/calendar; charset=utf-8" || !strings.Contains(string(mine.body), "UID:"+p.id+"/milestone/api-development") || strings.Contains(string(mine.body), "term/notice") || !strings.Contains(string(all.body), "term/notice") {
		t.Errorf("%s: %s", kind, mine.body)
	}
	secret := strings.Split(made.Mine, "/")[4]
	h.refused(401, "", secret, "GET", "/api/v1/me", nil)
	h.refused(404, "", "", "GET", strings.Replace(made.Mine, secret, p.people[technicalB], 1), nil)
	h.refused(404, "", "", "GET", strings.Replace(made.Mine, secret, h.operator, 1), nil)
	h.ok(p.people[technicalB], "DELETE", "/api/v1/credentials/"+made.ID, nil, nil)
	h.refused(404, "", "", "GET", made.Mine, nil)
}

// Every table is there as CSV and as JSON with the same content, and no cell is a formula.
func TestTables(t *testing.T) {
	h := newHouse(t)
	second := example()
	second.Agreement.Number = "CT-2"
	p, other := h.settle(example()), h.settle(second)
	const formula = `=HYPERLINK("https://evil.example")`
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service", "label": formula}, nil)
	for table, least := range map[string]int{"deadlines": 8, "keys": 1, "ledger": 4, "milestones": 5, "usage": 0} {
		path := "/api/v1/agreements/" + p.id + "/tables/" + table
		rows, err := csv.NewReader(strings.NewReader(string(h.ok(p.people[financeA], "GET", path, nil, nil).body))).ReadAll()
		must(t, err)
		var objects []map[string]string
		must(t, json.Unmarshal(h.ok(p.people[financeA], "GET", path+"?format=json", nil, nil).body, &objects))
		if len(rows) != len(objects)+1 || len(objects) < least {
			t.Errorf("%s: %d rows, %d objects", table, len(rows), len(objects))
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
					t.Errorf("%s has the formula %q", table, cell)
				}
			}
		}
		if table == "keys" && (objects[0]["label"] != formula || rows[1][7] != "'"+formula) {
			t.Errorf("keys: %v, %v", rows[1], objects[0])
		}
		h.refused(404, "", other.people[financeA], "GET", path, nil)
	}
}
