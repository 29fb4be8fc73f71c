package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/ledger"

	"github.com/google/go-cmp/cmp"
)

// The lists that have no pages, and what bounds each.
var bounded = map[string]string{
	"list-margins":      "the clauses of the agreement",
	"list-certificates": "the certifications of clause B.4",
	"list-upstreams":    "the components of clause 1.2, in two environments",
	"list-milestones":   "the requirements of clause 2.2",
	"list-passkeys":     "the 20 passkeys that a person may have",
	"list-levels":       "the rows of clause C.1, and the windows of which the node still knows",
	"get-history":       "the versions that both parties signed",
	"sum-usage":         "the days that are asked for, by component, environment and purpose",
}

// Every list that can grow is read page by page.
func TestListsThatGrowHavePages(t *testing.T) {
	d, _ := document(t)
	for path, item := range d.Paths {
		op, ok := item["get"]
		if !ok {
			continue
		}
		asks := map[string]bool{}
		for _, p := range op.Parameters {
			asks[p.Name] = true
		}
		isList := strings.HasPrefix(op.OperationID, "list-") || bounded[op.OperationID] != ""
		if paged := asks["after"] && asks["limit"]; isList && paged == (bounded[op.OperationID] != "") || paged && !isList {
			t.Errorf("%s %s: it has pages: %v; it is bounded by %q", op.OperationID, path, paged, bounded[op.OperationID])
		}
	}
}

type page struct {
	Items []json.RawMessage
	Next  string
}

// Read one by one, a list has what it has when it is read at once, in the same order; a filter leaves
// out what it should, and a cursor that is none is refused.
func TestPagesAreTheList(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	h.fill(p)
	var who struct{ Person string }
	h.ok(p.people[technicalA], "GET", "/api/v1/me", nil, &who)
	at := "/api/v1/agreements/" + p.id
	for _, c := range []struct {
		who, path   string
		most        int // that the list has; at least two, so that there is a page to turn
		filter      string
		name, value string // a member of every item that the filter leaves
		left        int    // -1: some, and not all
	}{
		{h.operator, "/api/v1/agreements", 2, "stage=in+negotiation", "stage", "in negotiation", 1},
		{h.operator, "/api/v1/credentials?agreement=" + p.id, 13, "state=revoked", "state", "revoked", 1},
		{p.people[technicalB], "/api/v1/keys", 3, "environment=test&state=live", "state", "live", 2},
		{p.people[technicalB], at + "/maintenance", 3, "component=embed", "component", "embed", 1},
		{p.people[legalA], at + "/waivers", 2, "clause=6.1", "clause", "6.1", 1},
		{p.people[legalA], at + "/letters", 2, "clause=2.2", "title", "second", 1},
		{p.people[legalA], at + "/negotiation/comments", 3, "open=true&clause=6.1", "clause", "6.1", 1},
		{p.people[legalA], at + "/negotiation/notes", 3, "clause=6.1", "clause", "6.1", 2},
		{p.people[legalA], at + "/ledger/entries", 20, "", "", "", 0},
		{p.people[legalA], at + "/ledger/entries", 20, "type=integration.key_issued/2", "type", "integration.key_issued/2", 3},
		{p.people[legalA], at + "/ledger/entries", 20, "type=integration.key_*&party=b", "party", "b", 4},
		{p.people[legalA], at + "/ledger/entries", 20, "from=2026-11-23&clause=13.5&party=a", "clause", "13.5", -1},
		{p.people[legalA], at + "/ledger/entries", 20, "actor=" + who.Person, "actor", who.Person, -1},
		{p.people[legalA], at + "/ledger/entries", 20, "to=2026-11-22", "time", "", 0},
		{p.people[legalA], at + "/ledger/entries", 20, "from=2026-11-24", "time", "", 0},
	} {
		whole := h.list(c.who, c.path, 500)
		if len(whole) < c.most {
			t.Errorf("%s has %d items, want at least %d", c.path, len(whole), c.most)
		}
		if diff := cmp.Diff(whole, h.list(c.who, c.path, 1)); diff != "" {
			t.Errorf("%s, at once and one by one:\n%s", c.path, diff)
		}
		h.refused(422, "", c.who, "GET", joined(c.path, "after=nothing"), nil)
		if c.filter == "" {
			continue
		}
		found := h.list(c.who, joined(c.path, c.filter), 1)
		if c.left >= 0 && len(found) != c.left || c.left < 0 && len(found) == 0 || len(found) == len(whole) {
			t.Errorf("%s with %s: %d of %d items, want %d", c.path, c.filter, len(found), len(whole), c.left)
		}
		for _, item := range found {
			if !strings.Contains(item, fmt.Sprintf("%q:%q", c.name, c.value)) {
				t.Errorf("%s with %s has %s", c.path, c.filter, item)
			}
		}
	}
}

// A page goes on behind an item that its filter leaves out by now.
func TestAPageGoesOnBehindWhatHasChanged(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	for range 3 {
		h.ok(p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}, nil)
	}
	var first, rest page
	h.ok(p.people[technicalB], "GET", "/api/v1/keys?state=live&limit=1", nil, &first)
	h.ok(p.people[technicalB], "DELETE", "/api/v1/keys/"+first.Next, nil, nil)
	h.ok(p.people[technicalB], "GET", "/api/v1/keys?state=live&after="+first.Next, nil, &rest)
	if len(rest.Items) != 2 || rest.Next != "" {
		t.Errorf("behind the key that was revoked: %d keys, next %q", len(rest.Items), rest.Next)
	}
}

// long is a ledger that repeats its first entry.
type long struct {
	ledger.Source
	size int64
}

func (l long) Size() (int64, error) { return l.size, nil }

func (l long) Leaves(start, end int64) ([]ledger.Leaf, error) {
	one, err := l.Source.Leaves(0, 1)
	if err != nil {
		return nil, err
	}
	return slices.Repeat(one, int(end-start)), nil
}

// A filter that finds nothing reads so much of a long ledger for one answer, and no more; the pages end all the same.
func TestAFilterReadsALongLedgerPageByPage(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	whole := h.api.Source
	h.api.Source = func(ctx context.Context, id agreement.ID) ledger.Source { return long{whole(ctx, id), 25_000} }
	h.restart()
	var pages []string
	for after := ""; ; {
		var one page
		h.ok(p.people[legalA], "GET", "/api/v1/agreements/"+p.id+"/ledger/entries?type=nothing.such/1&after="+after, nil, &one)
		pages = append(pages, one.Next)
		if after = one.Next; after == "" || len(pages) > 5 || len(one.Items) > 0 {
			break
		}
	}
	if diff := cmp.Diff([]string{"9999", "19999", ""}, pages); diff != "" {
		t.Errorf("the pages go on behind\n%s", diff)
	}
}

func joined(path, more string) string {
	if strings.Contains(path, "?") {
		return path + "&" + more
	}
	return path + "?" + more
}

// list reads a list page by page.
func (h *house) list(who, path string, limit int) (all []string) {
	h.t.Helper()
	for next := joined(path, fmt.Sprintf("limit=%d", limit)); next != ""; {
		var one page
		h.ok(who, "GET", next, nil, &one)
		if len(one.Items) > limit {
			h.t.Fatalf("%s: %d items", next, len(one.Items))
		}
		for _, item := range one.Items {
			all = append(all, string(item))
		}
		next = ""
		if one.Next != "" {
			next = joined(path, fmt.Sprintf("limit=%d&after=%s", limit, url.QueryEscape(one.Next)))
		}
	}
	return slices.Clip(all)
}

// fill makes two or more of everything that is listed.
func (h *house) fill(p partnership) {
	h.propose(other())
	at := "/api/v1/agreements/" + p.id
	var made struct{ ID string }
	var said struct{ Comment struct{ ID string } }
	for _, environment := range []string{"test", "test", "production"} {
		h.ok(p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "summarise", "environment": environment, "purpose": "service"}, &made)
	}
	h.ok(p.people[technicalB], "DELETE", "/api/v1/keys/"+made.ID, nil, nil)
	h.ok(h.operator, "POST", "/api/v1/tokens", map[string]string{"agreement": p.id, "person": signatoryA}, &made)
	h.ok(h.operator, "DELETE", "/api/v1/credentials/"+made.ID, nil, nil)
	night := h.now.Add(60 * time.Hour).Truncate(time.Minute)
	for i, component := range []string{"summarise", "embed", "summarise"} {
		from := night.Add(time.Duration(i) * 24 * time.Hour)
		lead := map[string]string{"summarise": technicalA, "embed": technicalB}[component]
		h.ok(p.people[lead], "POST", at+"/maintenance", map[string]any{"component": component, "environment": "production", "from": from, "until": from.Add(time.Hour), "what": "a new disk"}, nil)
	}
	for _, clause := range []string{"6.1", "C"} {
		h.ok(p.people[signatoryA], "POST", at+"/waivers", map[string]any{"clause": clause, "for": "the first month", "until": h.now.Add(720 * time.Hour)}, nil)
	}
	h.ok(p.people[signatoryA], "POST", at+"/letters", map[string]any{"title": "first", "clauses": []string{"6.1"}, "text": "We mean it."}, nil)
	h.ok(p.people[signatoryA], "POST", at+"/letters", map[string]any{"title": "second", "clauses": []string{"2.2"}, "text": "We do."}, nil)
	for _, clause := range []string{"6.1", "6.1", "2.2"} {
		h.ok(p.people[legalA], "POST", at+"/negotiation/comments", map[string]string{"clause": clause, "text": "why?"}, &said)
		h.ok(p.people[legalA], "POST", at+"/negotiation/notes", map[string]string{"clause": clause, "text": "hm"}, nil)
		if clause == "6.1" && len(h.list(p.people[legalA], at+"/negotiation/comments", 10)) == 1 {
			h.ok(p.people[legalA], "POST", at+"/negotiation/comments/"+said.Comment.ID+"/resolution", nil, nil)
		}
	}
}
