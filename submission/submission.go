// Package submission is an agreement as somebody brings it to a node: the file, its attachments, and
// the signatures that were given elsewhere, with keys that never were here.
//
// It is checked as strictly as on its author's own machine. Bringing the same text again opens and
// proposes nothing; it brings the signatures that the node does not have yet. A signature counts if
// it verifies and if the node has a reason to believe whose it is; that a file says so is none.
package submission

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/notary"
)

// A Submission is what is brought. Only the file is needed.
type Submission struct {
	File        []byte
	Package     json.RawMessage   // the signed package that stands beside the file
	Attachments map[string][]byte // by the name on the front page

	Answers int             // the version that it answers, which must be the last; 0 if that is not said
	Expires time.Time       // when it lapses unless both have signed; zero if it does not
	Remark  string          // what whoever brings it says of it
	First   agreement.Party // who signs before the other; empty: in any order
}

// A Fault is what is wrong with a submission, apart from its terms.
type Fault struct {
	Part string // file, package or attachments
	Why  string
}

func (f *Fault) Error() string { return "the " + f.Part + ": " + f.Why }

// An Unsound is an agreement file with errors.
type Unsound struct {
	File  *source.File
	Found agreement.Findings
}

func (u *Unsound) Error() string { return "the agreement does not check" }

func fault(part, format string, args ...any) error { return &Fault{part, fmt.Sprintf(format, args...)} }

// Bounds of what one entry of the ledger can list.
const mostPeople, mostAttachments = 100, 20

// check reads the file, and holds it and its attachments to the rules.
func (s Submission) check() (articles.Agreement, error) {
	f, _ := source.Read("agreement.yaml", s.File)
	if found := f.Check(); source.Count(found, agreement.Error) > 0 {
		return articles.Agreement{}, &Unsound{f, found}
	}
	a := f.Agreement
	if len(a.Governance.People) > mostPeople || len(a.Agreement.Attachments) > mostAttachments {
		return a, fault("file", "an agreement on a node names at most %d people and %d attachments", mostPeople, mostAttachments)
	}
	return a, s.attached(a)
}

// attached refuses attachments other than those of the front page.
func (s Submission) attached(a articles.Agreement) error {
	named := map[string]bool{}
	for _, at := range a.Agreement.Attachments {
		named[at.Name] = true
		content, ok := s.Attachments[at.Name]
		if !ok {
			return fault("attachments", "the attachment %q of the front page is missing", at.Name)
		}
		if seal.Sum(content).String() != at.Digest {
			return fault("attachments", "the attachment %q is not the file whose digest the front page states", at.Name)
		}
	}
	for name := range s.Attachments {
		if !named[name] {
			return fault("attachments", "the front page does not name all of them")
		}
	}
	if err := articles.Annexed(&a, s.attachment); err != nil {
		return fault("attachments", "%v", err)
	}
	return nil
}

// attachment is the one with a digest.
func (s Submission) attachment(digest string) ([]byte, error) {
	for _, content := range s.Attachments {
		if seal.Sum(content).String() == digest {
			return content, nil
		}
	}
	return nil, errors.New("it is missing")
}

// A draft is a submission that checks, bound to the version before.
type draft struct {
	notary.Proposal
	terms  articles.Agreement
	signed []enclosure
	notes  []string
}

// bind makes the text that the parties sign. The signed package that was brought stands for it if it
// is of that very text, because its signatures are of its own manifest.
func (s Submission) bind(a articles.Agreement, previous *seal.Digest) (draft, error) {
	p, err := signing.Bind(a, previous)
	if err != nil {
		return draft{}, fault("file", "%v", err)
	}
	if brought, err := signing.Parse(s.Package); err == nil && brought.Restates(p) {
		p = brought
		p.Signatures = []signing.SignedStatement{}
	}
	return draft{Proposal: notary.Proposal{File: s.File, Package: p, Attachments: s.Attachments, Answers: s.Answers, Expires: s.Expires, Remark: s.Remark, First: s.First}, terms: a}, nil
}

// An enclosure is a signature that came with a submission, and the person who gave it.
type enclosure struct {
	party     agreement.Party
	person    string // the file's id
	key       string
	statement signing.SignedStatement
}

// signatures are those of the signed package, if it is of the very text of the draft and each verifies
// and is by a signatory whom clause 7.1 names.
func (s Submission) signatures(d draft) ([]enclosure, error) {
	if len(s.Package) == 0 {
		return nil, nil
	}
	text, err := canonical.JSON(s.Package)
	if err != nil {
		return nil, fault("package", "it is not JSON that is read here")
	}
	given, err := signing.Parse(text)
	if err != nil {
		return nil, fault("package", "it is not a signed package of this edition")
	}
	p := d.Package
	if given.Digest() != p.Digest() || string(given.Terms) != string(p.Terms) || given.Markdown != p.Markdown {
		return nil, fault("package", "it is not of this file, or of another version before: the file binds to manifest %s, the package is of %s", p.Digest(), given.Digest())
	}
	var all []enclosure
	for _, one := range given.Signatures {
		st, err := p.VerifySignature(one)
		if err != nil {
			return nil, fault("package", "%v", err)
		}
		who := slices.IndexFunc(d.terms.Governance.People, func(x agreement.Person) bool {
			return x.Party == st.Party && x.Name == st.Name && x.Title == st.Title && x.Has(agreement.Signatory)
		})
		if who < 0 {
			return nil, fault("package", "clause 7.1 names no signatory of %s with the name and title under its signature", st.Party.Label())
		}
		all = append(all, enclosure{st.Party, d.terms.Governance.People[who].ID, st.Key.String(), one})
	}
	return all, nil
}
