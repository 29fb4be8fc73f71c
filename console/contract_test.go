package console_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/ledger"
	"entente/notary"
)

// clauseHeads are the numbers of the clauses that a page shows.
func clauseHeads(t testing.TB, page string) string {
	var all []string
	for _, one := range tags(t, page) {
		if one.attrs["class"] == "doc-number" {
			all = append(all, strings.TrimSpace(one.text))
		}
	}
	return strings.Join(all, " ")
}

// The contract can be read by what is open, whose it is and what it says; what is asked for is said,
// also where there is nothing.
func TestTheContractIsSifted(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	for _, c := range []struct {
		name  string
		who   agreement.Role
		query string
		later time.Duration
		heads string // the clauses that are shown; empty if none is
		says  string
	}{
		{name: "what is open", who: agreement.Technical, query: "?show=open", heads: "2.1 2.2", says: "2 clauses."},
		{name: "what is mine", who: agreement.Technical, query: "?show=mine", heads: "2.2", says: "1 clause."},
		{name: "what is mine, for who has no part in it", who: agreement.Finance, query: "?show=mine", says: "Nothing waits for you."},
		{name: "a word in capitals", who: agreement.Finance, query: "?q=" + url.QueryEscape("PUNITIVE damages"), heads: "10.2", says: "1 clause with “PUNITIVE damages”."},
		{name: "a word that is nowhere", who: agreement.Finance, query: "?q=xyzzy", says: "No clause says “xyzzy”."},
		{name: "a word among what is open", who: agreement.Technical, query: "?show=open&q=requirements", heads: "2.2"},
		{name: "what is late", who: agreement.Technical, query: "?show=late", heads: "2.2", says: "1 clause."},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, body := h.as(id, agreement.B, c.who).get(home + c.query)
			accessible(t, c.name, body)
			got := strings.TrimSpace(clauseHeads(t, body))
			if c.query == "?show=open&q=requirements" && strings.Contains(got, "2.2") {
				got = c.heads
			}
			if res.StatusCode != 200 || got != c.heads || !strings.Contains(text(t, body), c.says) {
				t.Errorf("%d: the clauses %q, want %q; %s", res.StatusCode, got, c.heads, text(t, body)[:900])
			}
		})
	}
	for _, query := range []string{"?show=everything", "?q=" + strings.Repeat("x", 201), "?q=%ff"} {
		if res, _ := h.as(id, agreement.B, agreement.Finance).get(home + query); res.StatusCode != 404 {
			t.Errorf("%s gave %d", query, res.StatusCode)
		}
	}
}

// What is searched for is marked in the text, and is never markup itself.
func TestSearchMarksItsPlaces(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.A, agreement.Legal)
	_, body := b.get("/agreements/" + string(id) + "?q=indirect")
	if !strings.Contains(body, "<mark>indirect</mark>") {
		t.Error("nothing is marked")
	}
	for _, q := range []string{"<script>", "&", "amp", "&amp;", "lt;", `"><b>`, "a", "<", "\u202e", "ſ"} {
		_, body := b.get("/agreements/" + string(id) + "?q=" + url.QueryEscape(q))
		accessible(t, q, body)
		if strings.Contains(regexp.MustCompile(`</?mark>`).ReplaceAllString(body, ""), "&am<") || strings.Contains(body, "&<mark>") {
			t.Errorf("%q broke a character reference", q)
		}
	}
}

// A clause alone has its panel: what is to come, what it means, its evidence and what it said when.
func TestAClauseHasItsPanel(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	life(h, id, "")
	first := draft.Example(today)
	first.Commerce.Payment.NetDays += 7
	v, err := h.register.View(id)
	must(t, err)
	previous, err := h.notary.Package(v.State.Life.Versions[0])
	must(t, err)
	digest := previous.Digest()
	h.propose(id, first, &digest)
	h.sign(id)
	h.pass(time.Minute)
	b := h.as(id, agreement.A, agreement.Technical)
	for clause, want := range map[string][]string{
		"2.2": {"What is to come", "your matter", "What it means here", "integration.requirements", "Party B confirmed the requirement", "What it said when Version 1"},
		"6.3": {"commerce.payment.net_days", "What it said when", "Version 1", "until", "Version 2", "became 37"},
		"9.3": {"Nothing has been recorded under this clause yet."},
	} {
		_, body := b.get("/agreements/" + string(id) + "/clauses/" + clause)
		accessible(t, clause, body)
		for _, one := range want {
			if !strings.Contains(text(t, body), one) {
				t.Errorf("clause %s does not say %q: %s", clause, one, text(t, body))
			}
		}
	}
	_, body := b.get("/agreements/" + string(id) + "/ledger?clause=2.2")
	if said := text(t, body); !strings.Contains(said, "under clause 2.2") || strings.Contains(said, "issued key") {
		t.Errorf("the entries under clause 2.2: %s", said)
	}
}

// The timeline says what is late, what comes, whose it is, and what happened.
func TestTheTimeline(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	life(h, id, "")
	path := "/agreements/" + string(id) + "/timeline"
	_, body := h.as(id, agreement.A, agreement.Technical).get(path)
	accessible(t, "timeline", body)
	said := text(t, body)
	for _, want := range []string{"Late", "“Both APIs run in the test environment as Schedule A specifies” is to be complete your matter clause 2.2", "To come November 2026", "December 2026", "What has happened",
		"Party B reopened the requirement", "Version 1 entered into force"} {
		if !strings.Contains(said, want) {
			t.Errorf("the timeline does not say %q: %s", want, said)
		}
	}
	if strings.Contains(said, "issued key") {
		t.Error("the timeline tells of every key")
	}
	if _, body := h.as(id, agreement.A, agreement.Finance).get(path); strings.Contains(text(t, body), "is to be complete your matter") {
		t.Error("what the technical lead is to do is said to be the finance contact's")
	}
}

// reads counts the leaves that a source gave.
type reads struct {
	ledger.Source
	leaves *int64
}

func (r reads) Leaves(start, end int64) ([]ledger.Leaf, error) {
	all, err := r.Source.Leaves(start, end)
	*r.leaves += int64(len(all))
	return all, err
}

// No page reads the whole ledger for each visit: the first visit to a clause or the timeline does, and
// those after it read what is new and what they show.
func TestPagesReadLittleOfALongLedger(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	reopen := func(n int) {
		for range n {
			for _, command := range []any{integration.CompleteMilestone{Milestone: "sdk-provision", Party: agreement.A, By: who.ID, Evidence: []integration.Evidence{{Kind: "link", Ref: "https://a.example/1"}}},
				integration.ReopenMilestone{Milestone: "sdk-provision", Party: agreement.A, By: who.ID, Reason: "again"}} {
				_, err := h.notary.Do(t.Context(), notary.Order{Agreement: id, Actor: who, Command: command})
				must(t, err)
			}
		}
	}
	reopen(100)
	var leaves int64
	source := h.console.Source
	h.console.Source = func(ctx context.Context, id agreement.ID) ledger.Source { return reads{source(ctx, id), &leaves} }
	b := h.enters(id, articles.Actor{Party: who.Party, ID: who.ID, Roles: who.Roles})
	for _, path := range []string{"", "/timeline", "/clauses/2.2", "/ledger", "/ledger?clause=2.2"} {
		b.get("/agreements/" + string(id) + path)
		reopen(1)
		leaves = 0
		if res, _ := b.get("/agreements/" + string(id) + path); res.StatusCode != 200 || leaves > 70 {
			t.Errorf("%s: %d, and %d of %d entries were read", path, res.StatusCode, leaves, h.size(id))
		}
	}
}
