package api_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"

	"github.com/google/go-cmp/cmp"
)

type handed struct {
	ID       string
	Version  int
	Already  bool
	SignedBy []string `json:"signed_by"`
	Notes    []string
}

// signedBy is a proposal of the example with the signed package of some of its signatories, each with
// a key that never was on the node.
func signedBy(t *testing.T, a articles.Agreement, parties ...agreement.Party) map[string]any {
	t.Helper()
	pack, err := signing.Bind(a, nil)
	must(t, err)
	who := map[agreement.Party][2]string{"a": {"Mara Voss", "Managing Director"}, "b": {"Aoife Kearney", "Chief Executive Officer"}}
	for _, party := range parties {
		key, err := seal.Generate(rand.Reader)
		must(t, err)
		s, err := pack.Sign(signing.Pen{Party: party, Name: who[party][0], Title: who[party][1], At: monday, Custody: ledger.HeldByParty, Key: key})
		must(t, err)
		pack = pack.With(s)
	}
	body := proposal(a)
	body["package"] = pack
	return body
}

// The same signed file a second time is the first agreement, whoever sends it, and nothing is written.
func TestTheSameFileTwiceIsOneAgreement(t *testing.T) {
	h := newHouse(t)
	const path = "/api/v1/agreements"
	whole := signedBy(t, example(), agreement.A, agreement.B)
	var first, again handed
	if got := h.ok(h.operator, "POST", path, whole, &first); got.status != 201 || first.Already || len(first.SignedBy) != 2 {
		t.Fatalf("the first time: %d %s", got.status, got.body)
	}
	p := partnership{id: first.ID}
	size := h.size(p)
	if got := h.ok(h.operator, "POST", path, whole, &again); got.status != 200 {
		t.Errorf("the second time: %d %s", got.status, got.body)
	}
	want := first
	want.Already = true
	if diff := cmp.Diff(want, again); diff != "" {
		t.Error(diff)
	}
	if h.size(p) != size || len(h.register.Views()) != 1 {
		t.Errorf("%d ledgers, the first with %d entries", len(h.register.Views()), h.size(p))
	}
}

// A package of the first form, as an earlier release bound it, without a PDF: its signatures count, and
// the same file in the present form is the same text.
func TestAPackageOfTheFirstForm(t *testing.T) {
	h := newHouse(t)
	const path = "/api/v1/agreements"
	whole := signedBy(t, example(), agreement.A, agreement.B)
	whole["package"] = firstForm(t, whole["package"].(signing.Package))
	var first, again, once handed
	if got := h.ok(h.operator, "POST", path, whole, &first); got.status != 201 || len(first.SignedBy) != 2 {
		t.Fatalf("the first time: %d %s", got.status, got.body)
	}
	p := partnership{id: first.ID}
	size := h.size(p)
	h.ok(h.operator, "POST", path, whole, &again)
	h.ok(h.operator, "POST", path, proposal(example()), &once)
	if !again.Already || !once.Already || again.ID != first.ID || once.ID != first.ID || h.size(p) != size {
		t.Errorf("the same text was opened anew: %+v, %+v", again, once)
	}
}

// firstForm is a package as a release without PDFs bound and signed it.
func firstForm(t *testing.T, p signing.Package) signing.Package {
	t.Helper()
	m, err := p.Read()
	must(t, err)
	signers := p.Signatures
	m.Format, m.PDF, m.Press = "entente-manifest/1", nil, ""
	p.Format, p.PDF, p.Signatures = "entente-signed/1", nil, []signing.SignedStatement{}
	p.Manifest, err = canonical.Marshal(m)
	must(t, err)
	for _, s := range signers {
		var st signing.Statement
		must(t, canonical.Decode(s.Statement, &st))
		key, err := seal.Generate(rand.Reader)
		must(t, err)
		signed, err := p.Sign(signing.Pen{Party: st.Party, Name: st.Name, Title: st.Title, At: st.Date, Custody: st.Custody, Key: key})
		must(t, err)
		p = p.With(signed)
	}
	return p
}

// One partnership number is one agreement of a company; two companies that do not know each other may
// count alike.
func TestAPartnershipNumberIsTaken(t *testing.T) {
	h := newHouse(t)
	const path = "/api/v1/agreements"
	var first handed
	h.ok(h.operator, "POST", path, proposal(example()), &first)
	a := example()
	a.Parties.A.Address = "Holtenauer Straße 1, 24105 Kiel, Germany"
	p := h.refused(409, "", h.operator, "POST", path, proposal(a))
	if p.Type != "urn:entente:problem:number-taken" || !strings.Contains(p.Detail, a.Agreement.Number) || !strings.Contains(p.Detail, first.ID) {
		t.Errorf("%+v", p)
	}
	a.Parties.A.Name = "Another GmbH"
	h.refused(409, "", h.operator, "POST", path, proposal(a)) // Party B has it still
	a.Parties.B.Name = "Yet Another Ltd"
	h.ok(h.operator, "POST", path, proposal(a), nil)
	h.ok(h.operator, "POST", path, proposal(other()), nil)
	if n := len(h.register.Views()); n != 3 {
		t.Errorf("%d agreements", n)
	}
}

// The next version may have another number, if it is nobody else's; whoever proposes it is told.
func TestAnotherPartnershipNumberIsNoted(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id + "/versions"
	a := example()
	a.Commerce.Payment.NetDays = 45
	var got handed
	h.ok(p.people[signatoryA], "POST", path, proposal(a), &got)
	if got.Version != 2 || len(got.Notes) != 0 {
		t.Errorf("%q", got.Notes)
	}
	was := a.Agreement.Number
	a.Agreement.Number = "CT-2"
	h.ok(p.people[signatoryA], "POST", path, proposal(a), &got)
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "CT-2, and that of version 2 is "+was) {
		t.Errorf("%q", got.Notes)
	}
	third := other()
	third.Parties = a.Parties
	h.ok(h.operator, "POST", "/api/v1/agreements", proposal(third), nil)
	a.Agreement.Number = third.Agreement.Number
	h.refused(409, "", p.people[signatoryA], "POST", path, proposal(a))
}

// A signature made elsewhere after the file was put on the node is brought by its signatory, and by the
// operator before the parties have signed anything. Nobody else can.
func TestASecondSignatureIsBroughtLater(t *testing.T) {
	for name, who := range map[string]string{"by its signatory": signatoryB, "by the operator": ""} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			p := h.propose(example())
			half := signedBy(t, example(), agreement.A)
			open, path := "/api/v1/agreements", "/api/v1/agreements/"+p.id+"/versions"
			h.refused(422, "", p.people[signatoryB], "POST", path, half) // nobody brings the other party's signature
			h.refused(422, "", p.people[legalA], "POST", path, half)     // nor the own party's, without being its signatory
			h.refused(403, "7.1", p.people[technicalA], "POST", path, half)
			var got handed
			if a := h.ok(p.people[signatoryA], "POST", path, half, &got); a.status != 200 || !got.Already || cmp.Diff([]string{"a"}, got.SignedBy) != "" {
				t.Fatalf("%d %s", a.status, a.body)
			}
			pack := half["package"].(signing.Package)
			whole := signedBy(t, example(), agreement.B)
			whole["package"] = pack.With(whole["package"].(signing.Package).Signatures[0])
			token, to := p.people[who], path
			if who == "" {
				token, to = h.operator, open
			}
			if a := h.ok(token, "POST", to, whole, &got); a.status != 200 || got.ID != p.id || cmp.Diff([]string{"a", "b"}, got.SignedBy) != "" {
				t.Fatalf("%d %s", a.status, a.body)
			}
			var s standing
			h.ok(p.people[financeA], "GET", "/api/v1/agreements/"+p.id, nil, &s)
			if s.Stage != "in force" || s.Versions[0].Signatures[1].Custody != "party" {
				t.Errorf("%+v", s)
			}
		})
	}
}

// An amendment that moves the effective date of the agreement, from which its term runs, is taken and says so; one that
// only says from when it applies does not.
func TestAMovedEffectiveDateIsNoted(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	whole := signedBy(t, example(), agreement.A)
	whole["package"] = whole["package"].(signing.Package).With(signedBy(t, example(), agreement.B)["package"].(signing.Package).Signatures[0])
	h.ok(h.operator, "POST", "/api/v1/agreements", whole, nil)
	later := example().Frame().Effective().AddDays(100)
	for _, test := range []struct {
		change func(a *articles.Agreement)
		want   string
	}{
		{func(a *articles.Agreement) { a.Agreement.Amended = later }, ""},
		{func(a *articles.Agreement) { a.Agreement.Effective = later }, "to " + later.Words() + ": the initial term"},
	} {
		a := example()
		test.change(&a)
		var got handed
		h.ok(p.people[signatoryA], "POST", "/api/v1/agreements/"+p.id+"/versions", proposal(a), &got)
		if said := strings.Join(got.Notes, "\n"); test.want == "" && said != "" || !strings.Contains(said, test.want) {
			t.Errorf("%q, want %q", said, test.want)
		}
	}
}

// A signature of a version that another has replaced comes too late.
func TestASignatureThatComesTooLate(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	a := example()
	a.Parties.A.Address = "Holtenauer Straße 1, 24105 Kiel, Germany"
	h.ok(p.people[legalA], "POST", "/api/v1/agreements/"+p.id+"/versions", proposal(a), nil)
	if p := h.refused(422, "", h.operator, "POST", "/api/v1/agreements", signedBy(t, example(), agreement.A)); !strings.Contains(p.Errors[0].Message, "too late") {
		t.Errorf("%+v", p)
	}
}

// A text that came back is the version as which it came last, so that its signatures are taken. It comes
// back only as the answer to what took its place.
func TestATextComesBackAsAnAnswer(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id + "/versions"
	a := example()
	a.Parties.A.Address = "Holtenauer Straße 1, 24105 Kiel, Germany"
	h.ok(p.people[legalA], "POST", path, proposal(a), nil)
	if p := h.refused(409, "13.5", p.people[legalB], "POST", path, proposal(example())); !strings.Contains(p.Detail, "version 1 was this text, and version 2 has taken its place") {
		t.Errorf("%+v", p)
	}
	back := proposal(example())
	back["answers"] = 2
	var got handed
	h.ok(p.people[legalB], "POST", path, back, &got)
	if got.Version != 3 || got.Already {
		t.Fatalf("%+v", got)
	}
	h.ok(h.operator, "POST", "/api/v1/agreements", signedBy(t, example(), agreement.A, agreement.B), &got)
	if got.Version != 3 || cmp.Diff([]string{"a", "b"}, got.SignedBy) != "" {
		t.Errorf("%+v", got)
	}
}

// A text that both have signed elsewhere is put before the parties again once the offer that took its
// place is withdrawn: by the operator with both signatures, by a signatory with their own.
func TestASignedTextIsBroughtAfterAnOfferIsWithdrawn(t *testing.T) {
	for name, who := range map[string]string{"by a signatory": signatoryA, "by the operator": ""} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			p := h.propose(example())
			path := "/api/v1/agreements/" + p.id
			a := example()
			a.Parties.A.Address = "Holtenauer Straße 1, 24105 Kiel, Germany"
			h.ok(p.people[legalA], "POST", path+"/versions", proposal(a), nil)
			h.ok(p.people[legalA], "POST", path+"/negotiation/withdrawal", map[string]any{"version": 2}, nil)
			whole := signedBy(t, example(), agreement.A, agreement.B)
			token, to, want := p.people[who], path+"/versions", []string{"a"}
			if who == "" {
				token, to, want = h.operator, "/api/v1/agreements", []string{"a", "b"}
			}
			var got handed
			if h.ok(token, "POST", to, whole, &got); got.Version != 3 || cmp.Diff(want, got.SignedBy) != "" {
				t.Fatalf("%+v", got)
			}
			h.ok(p.people[signatoryB], "POST", path+"/versions", whole, &got)
			if got.Version != 3 || cmp.Diff([]string{"a", "b"}, got.SignedBy) != "" {
				t.Errorf("%+v", got)
			}
		})
	}
}
