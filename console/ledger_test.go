package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/articles/signing"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/tree"
	"entente/notary"
)

func TestTheLedgerSaysWhatHappened(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	life(h, id, "")
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.A, agreement.Finance)
	_, body := b.get(home + "/ledger")
	accessible(t, "ledger", body)
	said := text(t, body)
	at := len(said)
	for i, want := range []string{
		"The ledger was opened, and its keys were named front page the host the node", "Version 1 was proposed, to be in force from 24 October 2026",
		"Party A signed version 1 signatures Mara Voss Party A the node", "Party B signed version 1 signatures Aoife Kearney Party B", "Version 1 entered into force clause 12.1 the host",
		"Party B confirmed the requirement “Both APIs run in the test environment as Schedule A specifies” clause 2.2 Declan Moran Party B",
		"Party B reopened the requirement “Both APIs run in the test environment as Schedule A specifies”: why",
		"Party B confirmed the requirement", "Party B issued key key_",
	} {
		if i == 0 {
			want = "The ledger was opened, and its keys were named none the host the node"
		}
		found := strings.LastIndex(said[:at], want)
		if found < 0 {
			t.Errorf("after what came later the ledger does not say %q: %s", want, said)
			continue
		}
		at = found
	}
	if !strings.Contains(said, "Days and deadlines are those of Europe/Berlin") || !strings.Contains(said, "23 Nov 2026, 14:30:00 CET") {
		t.Errorf("the times are not those of the agreement: %s", said)
	}
}

func TestTheLedgerIsPaged(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.holder(id, agreement.B, agreement.Technical)
	for h.size(id) < 120 {
		_, _, err := h.notary.IssueKey(t.Context(), notary.Order{Agreement: id, Actor: b}, notary.KeyRequest{Component: "summarise", Environment: agreement.Test, Purpose: agreement.Service}, nil)
		must(t, err)
	}
	seen, path, home := map[string]int{}, "/ledger", "/agreements/"+string(id)
	who := h.as(id, agreement.A, agreement.Finance)
	last := ""
	for pages := 0; path != ""; pages++ {
		if pages > 3 {
			t.Fatal("the pages have no end")
		}
		_, body := who.get(home + path)
		path = ""
		for i, one := range tags(t, body) {
			if one.name == "a" && one.text == "Older entries" {
				path = strings.TrimPrefix(one.attrs["href"], home)
			}
			if one.name == "a" && strings.HasPrefix(one.attrs["href"], home+"/ledger/") && tags(t, body)[i-1].name == "th" {
				seen[one.text]++
				last = one.text
			}
		}
	}
	if len(seen) != 120 || last != "0" {
		t.Errorf("%d entries were shown, the last is %s", len(seen), last)
	}
	for entry, n := range seen {
		if n != 1 {
			t.Errorf("entry %s was shown %d times", entry, n)
		}
	}
	for _, before := range []string{"0", "-1", "121", "x", "99999999999999999999"} {
		if res, _ := who.get(home + "/ledger?before=" + before); res.StatusCode != 404 {
			t.Errorf("before=%s: %d", before, res.StatusCode)
		}
	}
	_, body := who.get(home + "/ledger?before=70")
	if !strings.Contains(body, `href="`+home+`/ledger">Newer`) {
		t.Error("the second page does not lead to the first")
	}
}

// Everything that an entry's page offers is checked here by package ledger alone.
func TestAnEntryIsProven(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	life(h, id, "")
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.A, agreement.Finance)
	v, err := h.register.View(id)
	must(t, err)
	opened, _ := v.Keyring.Opened()
	for n := range v.Size {
		at := fmt.Sprintf("%s/ledger/%d", home, n)
		_, body := b.get(at)
		accessible(t, at, body)
		if said := text(t, body); strings.Count(said, "Holds") != 5 || strings.Contains(said, "Does not hold") || !strings.Contains(said, "Cosigned by Party A") {
			t.Errorf("entry %d: %s", n, said)
		}
		res, leaf := b.get(at + "/leaf")
		sealed, err := ledger.Open([]byte(leaf))
		if err != nil || res.Header.Get("Content-Disposition") != fmt.Sprintf(`attachment; filename="%s-%d.json"`, id, n) {
			t.Fatalf("entry %d: %v %v", n, err, res.Header)
		}
		if !strings.Contains(text(t, body), string(sealed.Raw)) {
			t.Errorf("entry %d: the page does not show the signed bytes", n)
		}
		res, raw := b.get(at + "/proof")
		var proof tree.Proof
		must(t, proof.UnmarshalText([]byte(raw)))
		signed, err := proof.Check([]byte(leaf), opened.Log, opened.Parties.A.Witness, opened.Parties.B.Witness)
		if err != nil || len(signed.Cosignatures) != 2 || proof.Index != n || res.Header.Get("Content-Disposition") != fmt.Sprintf(`attachment; filename="%s-%d.tlog-proof"`, id, n) {
			t.Errorf("entry %d: %v, %v", n, err, res.Header)
		}
	}
	for _, n := range []string{"-1", fmt.Sprint(v.Size), "x", "00", "1e1", "9999999999999999999999"} {
		for _, what := range []string{"", "/leaf", "/proof"} {
			if res, _ := b.get(home + "/ledger/" + n + what); res.StatusCode != 404 {
				t.Errorf("entry %s%s: %d", n, what, res.StatusCode)
			}
		}
	}
	_, archive := b.get(home + "/bundle")
	read, err := bundle.Read(strings.NewReader(archive), int64(len(archive)))
	must(t, err)
	for _, verdict := range append(bundle.Verify(read, ledger.Anchors{Agreement: string(id)}), signing.JudgeBundle(read, func(signing.Package) []bundle.Verdict { return nil })...) {
		if !verdict.OK {
			t.Errorf("the bundle: %v", verdict)
		}
	}
}

// altered is a ledger in which someone has changed what one entry says.
type altered struct {
	ledger.Source
	at int64
}

func (a altered) Leaves(start, end int64) ([]ledger.Leaf, error) {
	leaves, err := a.Source.Leaves(start, end)
	for i := range leaves {
		if start+int64(i) == a.at {
			leaves[i] = bytes.Replace(leaves[i], []byte(`"reason":"why"`), []byte(`"reason":"wry"`), 1)
		}
	}
	return leaves, err
}

func TestAChangedEntryIsFound(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	life(h, id, "")
	source := h.console.Source
	at := h.size(id) - 3
	h.console.Source = func(ctx context.Context, id agreement.ID) ledger.Source { return altered{source(ctx, id), at} }
	_, body := h.as(id, agreement.A, agreement.Finance).get(fmt.Sprintf("/agreements/%s/ledger/%d", id, at))
	if said := text(t, body); strings.Count(said, "Does not hold") != 2 || !strings.Contains(said, "does not fit the entry") || !strings.Contains(said, "does not show that this is entry") {
		t.Errorf("the page says %s", said)
	}
}

// An entry of a type from a later release makes the agreement readable and not writable.
func TestAnUnknownEntryMakesTheAgreementReadOnly(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	who := h.holder(id, agreement.A, agreement.Technical)
	b := h.enters(id, who)
	h.appendRaw(id, ledger.Entry{Agreement: string(id), Clause: "6.3", Type: "commerce.invoice_sent/7", Time: h.Now(), Party: ledger.PartyA, Actor: who.ID, Custody: ledger.HeldByNode, Body: json.RawMessage(`{"x":1}`)})

	_, body := b.get(home)
	if said := text(t, body); !strings.Contains(said, "This agreement can be read, but not written") || strings.Contains(body, home+"/milestones") {
		t.Errorf("the page says %s", said[:500])
	}
	if _, body = b.get(home + "/ledger"); !strings.Contains(text(t, body), "commerce.invoice_sent/7") {
		t.Error("the ledger does not show the type")
	}
	if res, body := b.post(home+"/milestones/completion", completion(1, "api-development")); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "Nothing can be recorded now") {
		t.Errorf("an act gave %d", res.StatusCode)
	}
}

// appendRaw adds an entry past the notary, as a later release would have.
func (h *house) appendRaw(id agreement.ID, e ledger.Entry) {
	h.t.Helper()
	ctx := h.t.Context()
	v, err := h.register.View(id)
	must(h.t, err)
	key, err := h.notary.Keys.Key(ctx, string(id)+"/"+string(e.Party)+"/entries")
	must(h.t, err)
	leaf, err := ledger.Seal(e, key)
	must(h.t, err)
	hashes, err := tree.StoredHashes(v.Size, leaf, h.store.Hashes(ctx, id))
	must(h.t, err)
	all := &log{h.store.Hashes(ctx, id), tree.HashCount(v.Size), hashes}
	root, err := tree.Root(v.Size+1, all)
	must(h.t, err)
	opened, _ := v.Keyring.Opened()
	logKey, err := h.notary.Keys.Key(ctx, string(id)+"/host/log")
	must(h.t, err)
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: opened.Origin, Size: v.Size + 1, Root: root}, logKey)
	must(h.t, err)
	must(h.t, h.store.Append(ctx, id, v.Size, notary.Batch{Leaves: []ledger.Leaf{leaf}, Hashes: hashes, Checkpoint: signed}))
	next, err := h.register.Rebuild(ctx, id)
	must(h.t, err)
	h.register.Publish(next)
}

// log is the stored hashes and those that are about to be.
type log struct {
	stored tree.Hashes
	base   int64
	added  []tlog.Hash
}

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, i := range indexes {
		if i >= l.base {
			all = append(all, l.added[i-l.base])
			continue
		}
		one, err := l.stored.ReadHashes([]int64{i})
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return all, nil
}

// What goes wrong inside is logged, and the page says nothing of it.
func TestFaultsAreNotShown(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.A, agreement.Technical)
	source := h.console.Source
	inside := errors.New("canary-91f4: /var/lib/entente.db: disk I/O error")
	h.console.Source = func(ctx context.Context, id agreement.ID) ledger.Source {
		return broken{source(ctx, id), inside, false}
	}
	for _, path := range []string{"/ledger", "/ledger/1", "/ledger/1/leaf", "/ledger/1/proof", "/bundle", "?entry=1"} {
		res, body := b.get(home + path)
		if res.StatusCode != 500 || strings.Contains(body, "canary-91f4") || strings.Contains(body, "goroutine") || !strings.Contains(body, "Something went wrong here") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		accessible(t, path, body)
	}
	h.console.Source = func(ctx context.Context, id agreement.ID) ledger.Source { return broken{source(ctx, id), inside, true} }
	if res, body := b.get(home + "/ledger"); res.StatusCode != 500 || strings.Contains(body, "canary-91f4") || strings.Contains(body, "goroutine") {
		t.Errorf("a panic: %d", res.StatusCode)
	}
	if n := strings.Count(h.log.String(), "canary"); n < 7 {
		t.Errorf("%d of 7 faults are in the log", n)
	}
	h.liveError = inside
	res, body := b.get(home)
	if res.StatusCode != 200 || strings.Contains(body, "canary-91f4") || !strings.Contains(body, "could not be read just now") {
		t.Errorf("without measures: %d %s", res.StatusCode, text(t, body)[:900])
	}
}

// broken is a ledger whose disk is gone.
type broken struct {
	ledger.Source
	err   error
	panic bool
}

func (b broken) Leaves(int64, int64) ([]ledger.Leaf, error) {
	if b.panic {
		panic(b.err)
	}
	return nil, b.err
}

func (b broken) Checkpoints() ([][]byte, error) { return nil, b.err }

// Every clause of the catalogue has a page and a margin that says how it is kept.
func TestEveryClauseHasItsMargin(t *testing.T) {
	h := newHouse(t)
	id := midway(h)
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	_, whole := b.get(home)
	accessible(t, "contract", whole)
	for _, e := range agreement.Catalogue {
		kept := map[margins.Keeping]string{margins.Enforced: "Enforced", margins.Measured: "Measured", margins.Clocked: "Clocked",
			margins.Evidenced: "Evidenced", margins.TextOnly: "Kept by people"}[margins.Kept(e.Clause).Kept]
		for name, body := range map[string]string{"the whole": whole, "alone": ""} {
			if name == "alone" {
				var res *http.Response
				if res, body = b.get(home + "/clauses/" + string(e.Clause)); res.StatusCode != 200 {
					t.Errorf("%s alone: %d", e.Clause, res.StatusCode)
				}
				accessible(t, string(e.Clause), body)
			}
			_, note, found := strings.Cut(body, `aria-label="Margin of `+e.Clause.Cite()+`"`)
			note, _, _ = strings.Cut(note, "</p>")
			if !found || !strings.Contains(note, kept) {
				t.Errorf("%s, %s: the margin does not say %q", e.Clause, name, kept)
			}
		}
	}
	for _, clause := range []string{"6", "A.1", "0.2", "signatures"} {
		if res, _ := b.get(home + "/clauses/" + clause); res.StatusCode != 200 {
			t.Errorf("%s: %d", clause, res.StatusCode)
		}
	}
	for _, clause := range []string{"99.9", "H", "", "%00", "..", "front-page", "Article%206", "2.1%0a"} {
		if res, _ := b.get(home + "/clauses/" + clause); res.StatusCode == 200 || res.StatusCode >= 500 {
			t.Errorf("%q: %d", clause, res.StatusCode)
		}
	}
	for _, want := range []string{"10404 calls today", "production is closed", "Traced to 10404 usage records", "Version 1 is signed by both parties", "In force since "} {
		if !strings.Contains(text(t, whole), want) {
			t.Errorf("the contract does not say %q", want)
		}
	}
}

func TestReferencesLeadSomewhere(t *testing.T) {
	h := newHouse(t)
	id := midway(h)
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	_, whole := b.get(home)
	ids := map[string]bool{}
	for _, one := range tags(t, whole) {
		ids[one.attrs["id"]] = true
	}
	for _, path := range []string{home, home + "/clauses/1.1"} {
		_, body := b.get(path)
		for _, one := range tags(t, body) {
			to := one.attrs["href"]
			if anchor, own := strings.CutPrefix(to, "#"); own && path == home && !ids[anchor] {
				t.Errorf("%s leads to %q, which is not there", path, to)
			}
			if path != home && strings.HasPrefix(to, "#clause") && to != "#clause-1.1" && !strings.HasPrefix(to, home) {
				t.Errorf("%s leads to %q, which is on another page", path, to)
			}
		}
	}
}

func TestMilestonesOfAnotherTextAreNamedByTheirID(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	body, err := json.Marshal(integration.MilestoneConfirmed{Milestone: "forgotten", Party: agreement.A, By: who.ID, Evidence: []integration.Evidence{}})
	must(t, err)
	h.appendRaw(id, ledger.Entry{Agreement: string(id), Clause: "2.2", Type: "integration.milestone_confirmed/1", Time: h.Now(), Party: ledger.PartyA, Actor: "per_forgotten", Custody: ledger.HeldByNode, Body: body})
	_, page := h.enters(id, who).get("/agreements/" + string(id) + "/ledger")
	if said := text(t, page); !strings.Contains(said, "Party A confirmed the requirement forgotten") || !strings.Contains(said, "per_forgotten Party A") {
		t.Errorf("the ledger says %s", said)
	}
}
