package api_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/agreement"
)

// A talk is where a negotiation stands, as the API says it.
type talk struct {
	Version    int
	ProposedBy string `json:"proposed_by"`
	Open       bool
	Turn       []string
	Next       string
	Points     []struct {
		Clause string
		Terms  []struct{ Term, Was, Is string }
		Waits  []string `json:"waits_for"`
	}
	Comments int `json:"open_comments"`
}

func TestTheAPINegotiates(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id
	counter := example()
	counter.Commerce.Payment.NetDays = 60
	body := proposal(counter)
	body["answers"], body["remark"] = 1, "we pay once a quarter"
	h.ok(p.people[legalB], "POST", path+"/versions", body, nil)

	var seen [2]talk
	a := h.ok(p.people[financeA], "GET", path+"/negotiation", nil, &seen[0])
	b := h.ok(p.people[financeB], "GET", path+"/negotiation", nil, &seen[1])
	if !bytes.Equal(a.body, b.body) {
		t.Errorf("the parties see different negotiations:\n%s\n%s", a.body, b.body)
	}
	if s := seen[0]; s.Version != 2 || s.ProposedBy != "b" || strings.Join(s.Turn, "") != "a" || s.Next != "answer" || len(s.Points) != 1 || s.Points[0].Clause != "6.3" ||
		len(s.Points[0].Terms) != 1 || s.Points[0].Terms[0].Was != "30" || s.Points[0].Terms[0].Is != "60" {
		t.Errorf("%+v", s)
	}
	// Somebody who has not read version 2 does not replace it.
	stale := example()
	stale.Commerce.Payment.NetDays = 14
	body = proposal(stale)
	body["answers"] = 1
	h.refused(409, "13.5", p.people[legalA], "POST", path+"/versions", body)

	var said struct {
		Comment struct {
			ID      string
			Clause  string
			Remarks []struct{ Party, Text string }
		}
	}
	h.ok(p.people[financeA], "POST", path+"/negotiation/comments", map[string]string{"clause": "clause 6.3", "text": "why so late?"}, &said)
	h.ok(p.people[financeB], "POST", path+"/negotiation/comments", map[string]string{"thread": said.Comment.ID, "text": "our customers do"}, &said)
	if len(said.Comment.Remarks) != 2 || said.Comment.Clause != "6.3" || said.Comment.Remarks[1].Party != "b" {
		t.Errorf("%+v", said)
	}
	h.refused(409, "13.5", p.people[financeB], "POST", path+"/negotiation/comments/"+said.Comment.ID+"/resolution", nil)
	h.ok(p.people[legalA], "POST", path+"/negotiation/comments/"+said.Comment.ID+"/resolution", nil, nil)
	h.refused(409, "13.5", p.people[financeB], "POST", path+"/negotiation/comments", map[string]string{"thread": said.Comment.ID, "text": "and yet"})
	h.refused(422, "", p.people[financeB], "POST", path+"/negotiation/comments", map[string]string{"clause": "99.9", "text": "what?"})
	h.refused(404, "", p.people[financeB], "POST", path+"/negotiation/comments", map[string]string{"thread": "cmt_none", "text": "what?"})

	h.refused(409, "13.5", p.people[legalA], "POST", path+"/negotiation/answers", map[string]any{"version": 2, "clauses": []string{"6.3"}, "accept": false})
	h.refused(409, "13.5", p.people[legalB], "POST", path+"/negotiation/answers", map[string]any{"version": 2, "clauses": []string{"6.3"}, "accept": true})
	if problem := h.refused(409, "13.5", p.people[legalA], "POST", path+"/negotiation/answers", map[string]any{"version": 2, "clauses": []string{"6.3", "9.1"}, "accept": true}); !strings.Contains(problem.Detail, "Party A stands on the text of clause 9.1 in version 2 already") {
		t.Errorf("accepted once more: %+v", problem)
	}
	var now talk
	h.ok(p.people[legalA], "POST", path+"/negotiation/answers", map[string]any{"version": 2, "clauses": []string{"6.3", "6.3"}, "accept": true}, &now)
	if now.Next != "sign" || len(now.Points) != 0 || now.Comments != 0 {
		t.Errorf("everything is accepted: %+v", now)
	}
	var red struct {
		Terms []struct{ Clause, Term, Was, Is string }
		Text  string
	}
	h.ok(p.people[financeA], "GET", path+"/negotiation/redlines/1/2", nil, &red)
	if len(red.Terms) != 1 || red.Terms[0].Clause != "6.3" || !strings.Contains(red.Text, "sixty") {
		t.Errorf("%+v", red)
	}
	h.refused(404, "", p.people[financeA], "GET", path+"/negotiation/redlines/1/3", nil)

	h.ok(p.people[legalB], "POST", path+"/negotiation/withdrawal", map[string]any{"version": 2}, &now)
	if now.Open || now.Next != "propose" || len(now.Turn) != 2 {
		t.Errorf("withdrawn: %+v", now)
	}
	h.refused(409, "signatures", p.people[signatoryA], "POST", path+"/signatures", h.latest(p))
	h.ok(p.people[legalB], "POST", path+"/versions", proposal(counter), nil) // the same text can be proposed again
	h.ok(p.people[signatoryA], "POST", path+"/signatures", h.latest(p), nil)
	h.ok(p.people[signatoryB], "POST", path+"/signatures", h.latest(p), &now)
	h.ok(p.people[financeA], "GET", path+"/negotiation", nil, &now)
	if now.Version != 3 || len(now.Turn) != 0 {
		t.Errorf("signed: %+v", now)
	}
}

// An offer that lapses cannot be signed, and says so.
func TestAnOfferLapses(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id
	counter := example()
	counter.Commerce.Payment.NetDays = 60
	body := proposal(counter)
	body["expires"] = h.clock().Add(-time.Hour)
	h.refused(409, "13.5", p.people[legalA], "POST", path+"/versions", body)
	body["expires"] = h.clock().Add(time.Hour)
	h.ok(p.people[legalA], "POST", path+"/versions", body, nil)
	h.mu.Lock()
	h.now = h.now.Add(time.Hour)
	h.mu.Unlock()
	if problem := h.refused(409, "signatures", p.people[signatoryB], "POST", path+"/signatures", h.latest(p)); !strings.Contains(problem.Detail, "expired") {
		t.Error(problem.Detail)
	}
}

// One party's proposal leaves the other its people: whoever they were, they can answer.
func TestAProposalDoesNotSilenceTheOtherParty(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id
	hostile := example()
	for i := range hostile.Governance.People {
		switch one := &hostile.Governance.People[i]; one.ID {
		case legalA:
			one.Roles = []agreement.Role{agreement.Finance}
		case financeA:
			one.Roles = []agreement.Role{agreement.Legal, agreement.Finance}
		}
	}
	h.ok(p.people[legalB], "POST", path+"/versions", proposal(hostile), nil)
	h.ok(p.people[legalA], "POST", path+"/negotiation/refusal", map[string]any{"version": 2, "reason": "our counsel stays who they are"}, nil)
	h.ok(p.people[legalA], "POST", path+"/versions", proposal(example()), nil)
}

// What a party notes for itself reaches nobody else: not the other party, not the operator, not the
// ledger, not the database as it lies on the disk.
func TestPrivateNotesStayPrivate(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	path := "/api/v1/agreements/" + p.id
	const secret = "we would go down to 12 percent"
	var kept struct{ ID, Text string }
	h.ok(p.people[legalA], "POST", path+"/negotiation/notes", map[string]string{"clause": "6.1", "text": secret}, &kept, "Idempotency-Key", "n")
	if again := h.ok(p.people[legalA], "POST", path+"/negotiation/notes", map[string]string{"clause": "6.1", "text": secret}, nil, "Idempotency-Key", "n"); again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("a retry kept a second note")
	}
	var own, others struct {
		Items []struct{ ID, Clause, Text string }
	}
	h.ok(p.people[financeA], "GET", path+"/negotiation/notes", nil, &own)
	h.ok(p.people[legalB], "GET", path+"/negotiation/notes", nil, &others)
	if len(own.Items) != 1 || own.Items[0].Text != secret || len(others.Items) != 0 {
		t.Errorf("A has %+v, B has %+v", own, others)
	}
	h.refused(403, "7.1", h.operator, "GET", path+"/negotiation/notes", nil)
	h.refused(404, "", q.people[legalA], "GET", path+"/negotiation/notes", nil)
	h.refused(404, "", p.people[legalB], "DELETE", path+"/negotiation/notes/"+kept.ID, nil)
	for _, get := range []string{"", "/negotiation", "/negotiation/comments", "/ledger/entries", "/ledger/bundle", "/margins"} {
		if b := h.ok(p.people[legalB], "GET", path+get, nil, nil); bytes.Contains(b.body, []byte("12 percent")) {
			t.Errorf("the other party reads the note in %s", get)
		}
	}
	if strings.Contains(h.logs.String(), "12 percent") {
		t.Error("the note is in the log")
	}
	h.ok(p.people[financeA], "DELETE", path+"/negotiation/notes/"+kept.ID, nil, nil)
	h.ok(p.people[financeA], "GET", path+"/negotiation/notes", nil, &own)
	if len(own.Items) != 0 {
		t.Error("a note that was dropped is there")
	}
	onDisk(t, h, "12 percent")
}

// onDisk looks for a text in everything that the node keeps.
func onDisk(t *testing.T, h *house, text string) {
	t.Helper()
	must(t, filepath.WalkDir(h.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err == nil && bytes.Contains(b, []byte(text)) {
			t.Errorf("%s has it in the clear", name)
		}
		return err
	}))
}
