package api_test

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/signing"
)

// A signatory lets counsel sign: both parties read it, counsel's statement says for whom and by which entry, the verifier
// finds the delegation, and what was taken back signs nothing.
func TestSomebodySignsForASignatory(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id
	h.refused(403, "7.1", p.people[legalA], "POST", path+"/signatures", h.latest(p))
	let := map[string]any{"person": legalA, "reason": "I travel.", "until": h.now.Add(48 * time.Hour)}
	h.refused(409, "signatures", p.people[signatoryB], "POST", path+"/negotiation/delegations", let)
	type delegation struct {
		ID, Person, Reason string
		Counts             bool
	}
	var first, second delegation
	h.ok(p.people[signatoryA], "POST", path+"/negotiation/delegations", let, &first)
	h.ok(p.people[signatoryA], "DELETE", path+"/negotiation/delegations/"+first.ID, nil, nil)
	h.refused(403, "7.1", p.people[legalA], "POST", path+"/signatures", h.latest(p))
	h.ok(p.people[signatoryA], "POST", path+"/negotiation/delegations", let, &second)
	var all struct{ Items []delegation }
	h.ok(p.people[financeB], "GET", path+"/negotiation/delegations", nil, &all)
	if len(all.Items) != 2 || all.Items[0].Counts || !all.Items[1].Counts || all.Items[1].Person != legalA || all.Items[1].Reason != "I travel." {
		t.Errorf("the other party reads %+v", all.Items)
	}
	h.ok(p.people[legalA], "POST", path+"/signatures", h.latest(p), nil)
	h.ok(p.people[signatoryB], "POST", path+"/signatures", h.latest(p), nil)
	v, err := h.register.View(agreement.ID(p.id))
	must(t, err)
	signed, err := h.notary.Package(v.State.Life.Versions[0])
	must(t, err)
	said := ""
	for _, one := range signed.Verify() {
		if said += one.Why + "\n"; !one.OK {
			t.Errorf("%s: %s", one.Subject, one.Why)
		}
	}
	if !strings.Contains(said, "Tobias Reuter, General Counsel, signed") || !strings.Contains(said, "for Mara Voss, Managing Director, who delegated it by entry 4 of the ledger") {
		t.Error(said)
	}
	file, in, err := signed.SignedPDF()
	must(t, err)
	if _, verdicts, err := signing.VerifyPDF(file); err != nil || len(in) != 2 || len(verdicts) == 0 {
		t.Errorf("the PDF: %v %v", in, err)
	}
}
