package signing

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/document/pades"
	"entente/document/pdf"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// What a signature in the PDF carries beside itself, so that the PDF alone can be verified.
const (
	manifestFact  = "Entente_Manifest"
	statementFact = "Entente_Statement"
)

// field is the name of a party's field in the PDF.
func field(p agreement.Party) string { return "party-" + string(p) }

// signers are the parties as the PDF's last page names them.
func signers(a articles.Agreement) (all []pdf.Signer) {
	for _, p := range agreement.Both {
		all = append(all, pdf.Signer{Field: field(p), Label: p.Label() + ": " + a.Parties.Of(p).Name})
	}
	return all
}

// held says in whose hands a key is.
var held = map[ledger.Custody]string{
	ledger.HeldByNode:   "the node, for the party: whoever runs the node could sign too",
	ledger.HeldByPerson: "the person who signs",
	ledger.HeldByParty:  "the party",
}

// blank is a PDF with a party's act added to it, ready to be sealed.
func (p Package) blank(file []byte, s SignedStatement, st Statement) (pades.Blank, error) {
	a, err := p.Agreement()
	if err != nil {
		return pades.Blank{}, err
	}
	position := st.Ledger
	if position == "" {
		position = "in no ledger yet when it was signed"
	}
	facts := []pdf.Fact{
		{Label: "Title", Value: st.Title},
		{Label: "For", Value: st.Party.Label() + ", " + a.Parties.Of(st.Party).Name},
		{Label: "Authority", Value: st.Authority},
	}
	if st.Delegated != nil {
		facts = append(facts, pdf.Fact{Label: "Signed for", Value: st.Delegated.String()})
	}
	if st.Email != nil {
		facts = append(facts, pdf.Fact{Label: "Confirmed by", Value: "a code sent to " + st.Email.Mailbox + ": a simple electronic signature, on the node’s word"})
	}
	mark, err := pdf.Mark("Signed by "+st.Name, append(facts, []pdf.Fact{
		{Label: "Time", Value: st.Date.UTC().Format("2 January 2006, 15:04:05 UTC") + ", by the signer's clock"},
		{Label: "Key in the hands of", Value: held[st.Custody]},
		{Label: "Signing key", Value: st.Signer()},
		{Label: "Document key", Value: documentKey(st)},
		{Label: "Certificate", Value: pades.SelfIssued},
		{Label: "What is signed", Value: "manifest " + st.Manifest.String()},
		{Label: "Added to the PDF", Value: st.PDF.String()},
		{Label: "Ledger", Value: position},
	}...))
	if err != nil {
		return pades.Blank{}, err
	}
	s.PDFSignature = nil
	statement, err := canonical.Marshal(s)
	if err != nil {
		return pades.Blank{}, fmt.Errorf("writing the statement: %w", err)
	}
	return pades.Prepare(file, pades.Act{Field: field(st.Party), Name: st.Name, Reason: st.Authority, At: st.Date, Mark: mark,
		Facts: map[object.Name]string{manifestFact: string(p.Manifest), statementFact: string(statement)}})
}

// documentKey names the document key, and who holds it where that is not who signs.
func documentKey(st Statement) string {
	if st.Passkey != nil {
		return st.DocumentKey + ", held by the node: a passkey signs no PDF"
	}
	return st.DocumentKey
}

// sealed gives a statement its signature in the PDF, with the key that the statement names.
func (p Package) sealed(file []byte, s SignedStatement, st Statement, key seal.DocumentKey) (SignedStatement, error) {
	b, err := p.blank(file, s, st)
	if err != nil {
		return s, err
	}
	a, err := p.Agreement()
	if err != nil {
		return s, err
	}
	cert, err := pades.Certificate(key, pades.Holder{Name: st.Name, Title: st.Title, Party: a.Parties.Of(st.Party).Name}, st.Date)
	if err != nil {
		return s, err
	}
	s.PDFSignature, err = pades.Sign(b.Digest(), key, cert)
	return s, err
}

// StampRequest is what a time-stamp authority (RFC 3161) is asked about a signature in the PDF.
func (s SignedStatement) StampRequest() ([]byte, error) { return pades.StampRequest(s.PDFSignature) }

// Stamped is the statement with the authority's answer in its signature in the PDF. It comes before the
// next party signs, because that one signs it too.
func (s SignedStatement) Stamped(answer []byte) (SignedStatement, error) {
	var err error
	s.PDFSignature, err = pades.Stamped(s.PDFSignature, answer)
	return s, err
}

// A link is a signature in the PDF, in the order in which they were added.
type link struct {
	Statement
	cert  *x509.Certificate
	stamp *pades.Stamp
	ends  int
}

// chain adds the signatures to the PDF one after the other, each to the very bytes that its statement
// names. One that was given on other bytes, a copy without the other party's, is left over.
func (p Package) chain() (file []byte, added []link, left []Statement, err error) {
	file, rest := p.PDF, slices.Clone(p.Signatures)
	for {
		i := slices.IndexFunc(rest, func(s SignedStatement) bool {
			st, err := s.read()
			return err == nil && st.PDF != nil && *st.PDF == seal.Sum(file)
		})
		if i < 0 {
			break
		}
		st, _ := rest[i].read()
		b, err := p.blank(file, rest[i], st)
		if err != nil {
			return nil, nil, nil, err
		}
		cert, stamp, err := pades.Check(rest[i].PDFSignature, b.Digest())
		if err == nil {
			err = keyOf(cert, st)
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("the signature of %s: %w", st.Party.Label(), err)
		}
		if file, err = b.Signed(rest[i].PDFSignature); err != nil {
			return nil, nil, nil, err
		}
		added = append(added, link{st, cert, stamp, len(file)})
		rest = slices.Delete(rest, i, i+1)
	}
	for _, s := range rest {
		if st, err := s.read(); err == nil {
			left = append(left, st)
		}
	}
	return file, added, left, nil
}

// keyOf refuses a certificate of another key than the statement names.
func keyOf(cert *x509.Certificate, st Statement) error {
	if text, err := seal.DocumentKeyText(cert.PublicKey); err != nil || text != st.DocumentKey {
		return fmt.Errorf("%w: the certificate in the PDF is of another key than the statement names", ErrWrongKey)
	}
	return nil
}

// ErrNoPDF is a package of the first form, which has no PDF.
var ErrNoPDF = errors.New("it was bound by an earlier release, without a PDF")

// SignedPDF is the PDF with the signatures given so far, and the parties whose signature is in it.
func (p Package) SignedPDF() (file []byte, in []agreement.Party, err error) {
	if p.PDF == nil {
		return nil, nil, ErrNoPDF
	}
	file, added, _, err := p.chain()
	for _, l := range added {
		in = append(in, l.Party)
	}
	return file, in, err
}

// sealedVerdicts say what the signatures in the PDF are worth.
func (p Package) sealedVerdicts() (verdicts []bundle.Verdict) {
	if p.PDF == nil {
		return nil
	}
	_, added, left, err := p.chain()
	if err != nil {
		return []bundle.Verdict{{Subject: "The signatures in the PDF", Why: err.Error() + "."}}
	}
	for _, l := range added {
		why := fmt.Sprintf("It holds, and covers the first %d bytes of the signed PDF. Its certificate is self-issued, of the document key that the statement names.", l.ends)
		if l.stamp == nil {
			why += " It has no time stamp: only the signer's clock and the ledger say when."
		} else {
			why += fmt.Sprintf(" It was there on %s, says %s, whom this does not judge.", l.stamp.At.Format("2 January 2006 15:04:05 MST"), l.stamp.Authority)
		}
		verdicts = append(verdicts, bundle.Verdict{Subject: "The signature of " + l.Party.Label() + " in the PDF", OK: true, Why: why})
	}
	for _, st := range left {
		why := "None: it was given on the manifest alone, which names the PDF."
		if st.PDF != nil {
			why = "It was given on a copy of the PDF without the other party's, so the signed PDF has no place for it. The statement binds all the same."
		}
		verdicts = append(verdicts, bundle.Verdict{Subject: "The signature of " + st.Party.Label() + " in the PDF", OK: true, Why: why})
	}
	return verdicts
}

// What a PDF of ours is not.
var (
	ErrUnsigned = errors.New("the PDF carries no signature")
	ErrNoTerms  = errors.New("the PDF was not made by Entente: it carries no agreement")
)

// FromPDF is the package that a signed PDF stands for. Nothing is verified; see VerifyPDF.
func FromPDF(file []byte) (Package, error) {
	f, err := object.Read(file)
	if err != nil {
		return Package{}, err
	}
	source, ok, err := archive.Attached(f)
	switch {
	case err != nil:
		return Package{}, err
	case !ok:
		return Package{}, ErrNoTerms
	}
	found, err := pades.Signatures(f)
	switch {
	case err != nil:
		return Package{}, err
	case len(found) == 0:
		return Package{}, ErrUnsigned
	}
	p := Package{Format: packageForm, Terms: source.Data, PDF: file[:f.Ends[0]], Signatures: []SignedStatement{}}
	for _, one := range found {
		manifest, _ := one.Facts[manifestFact].(object.String)
		statement, _ := one.Facts[statementFact].(object.String)
		var s SignedStatement
		if err := canonical.Decode([]byte(statement), &s); err != nil {
			return Package{}, fmt.Errorf("reading the statement of %s: %w", one.Field, err)
		}
		if p.Manifest != nil && string(p.Manifest) != string(manifest) {
			return Package{}, fmt.Errorf("%w: the signatures in the PDF are of different manifests", ErrOtherVersion)
		}
		p.Manifest, s.PDFSignature = json.RawMessage(manifest), one.CMS
		p = p.With(s)
	}
	return p, nil
}

// apart is what a PDF says of a party whose signature is not in it.
const apart = "It is not in this PDF. Where %s signed apart, on the manifest or on another copy, its signature stands beside the PDF: verify the signed package or the bundle of the ledger, which have every signature."

// VerifyPDF checks a signed PDF by itself: what it carries, what it shows, every signature, and that it
// holds nothing else.
func VerifyPDF(file []byte) (Package, []bundle.Verdict, error) {
	p, err := FromPDF(file)
	if err != nil {
		return p, nil, err
	}
	// The PDF does not carry the wording but as pages; where this release words alike, it is made anew.
	if a, err := p.Agreement(); err == nil && !p.Foreign() {
		if m, err := p.Read(); err == nil {
			if fresh, err := Bind(*a, m.Previous); err == nil {
				p.Wording, p.Markdown = fresh.Wording, fresh.Markdown
			}
		}
	}
	verdicts := p.verify(apart)
	whole := bundle.Verdict{Subject: "The file", Why: "It holds more than the PDF that was signed and its signatures, or other signatures."}
	again, _, err := p.SignedPDF()
	switch {
	case err != nil:
		whole.Why = err.Error() + "."
	case bytes.Equal(again, file):
		whole.OK, whole.Why = true, "It holds the PDF that was signed, its signatures, and nothing else."
	}
	return p, append(verdicts, whole), nil
}
