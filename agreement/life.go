package agreement

import (
	"slices"
	"time"
)

// A Life is an agreement from its first proposal to the version in force, as its ledger tells it.
// The zero Life has nothing proposed.
type Life struct {
	Versions []Version // as proposed, in order; Versions[i].Number is i+1
	InForce  int       // the number of the version in force; 0 if none ever was
	Threads  []Thread  `json:",omitempty"` // what was said of clauses, in the order in which each began

	Delegations []Delegation `json:",omitempty"` // in the order in which they were given
}

// A Version is one text of the agreement, proposed and perhaps signed.
type Version struct {
	Number     int
	Manifest   string // digest of the manifest that the parties sign
	Terms      string // digest of the terms
	Effective  time.Time
	Signatures []Signature
	Proposed   time.Time
	Documents  []Document // everything that was proposed, by digest

	Offer
}

// A Signature is a party's signature of a version's manifest.
type Signature struct {
	Party     Party
	Signer    string // pseudonymous id of the person
	Statement string // digest of the signed statement, which stands beside the ledger
	Key       string // fingerprint of the signing key
	Custody   string // in whose hands the key was: node, person or party
	At        time.Time
}

// HeldByNode is the custody of a key that the node keeps for a party.
const HeldByNode = "node"

// Signed reports whether every party has signed the version.
func (v Version) Signed() bool { return v.SignedBy(A) && v.SignedBy(B) }

// SignedBy reports whether a party has signed the version.
func (v Version) SignedBy(p Party) bool {
	return slices.ContainsFunc(v.Signatures, func(s Signature) bool { return s.Party == p })
}

// Complete is when the last signature was given; zero if one is missing.
func (v Version) Complete() time.Time {
	var last time.Time
	if v.Signed() {
		for _, s := range v.Signatures {
			if s.At.After(last) {
				last = s.At
			}
		}
	}
	return last
}

// Latest is the version proposed last.
func (l Life) Latest() (Version, bool) {
	if len(l.Versions) == 0 {
		return Version{}, false
	}
	return l.Versions[len(l.Versions)-1], true
}

// LastSigned is the version that both parties have signed last; false if there is none.
func (l Life) LastSigned() (Version, bool) {
	for _, v := range slices.Backward(l.Versions) {
		if v.Signed() {
			return v, true
		}
	}
	return Version{}, false
}

// Current is the version in force or, before any is, the version signed last or, before any is
// signed, the version proposed last: a proposal never displaces what both have signed.
func (l Life) Current() (Version, bool) {
	if l.InForce > 0 {
		return l.Versions[l.InForce-1], true
	}
	if v, ok := l.LastSigned(); ok {
		return v, true
	}
	return l.Latest()
}

// Ripe is the version that should be in force at now: the last one that both parties have signed
// and whose effective date has come. It is 0 if there is none.
func (l Life) Ripe(now time.Time) int {
	for _, v := range slices.Backward(l.Versions) {
		if v.Signed() && !now.Before(v.Effective) {
			return v.Number
		}
	}
	return 0
}

// Commands: what someone asks for.
type (
	// Propose puts a version before the parties.
	Propose struct {
		Manifest  string
		Terms     string
		Effective time.Time
		Previous  string     // the manifest of the version that it would replace; empty for the first
		Documents []Document // everything that was proposed, by digest
		People    []Member   // who acts for the parties under this version
		Party     Party      // who proposes; Host for whoever brought the file to the operator
		By        string
		Answers   int       // the version that the proposal answers, which must be the last; 0 if that is not said
		Expires   time.Time // when the proposal lapses unless both have signed; zero if it does not
		Remark    string    // what the proposer says of it
		First     Party     // who signs before the other; empty: in any order
	}
	// Sign signs the version last proposed.
	Sign struct {
		Party     Party
		Manifest  string
		Signer    string
		Statement string
		Key       string
		Custody   string
	}
	// EnterIntoForce is said by the clock when a version's effective date has come.
	EnterIntoForce struct{ Version int }
)

// A Document stands beside the ledger; its entry holds name and digest.
type Document struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Digest    string `json:"digest"`
}

// A Member is a person of the agreement as the ledger knows them: a pseudonym and roles.
// Who it is stands in the signed terms.
type Member struct {
	ID    string `json:"id"`   // "per_…"
	Name  string `json:"name"` // the file's own id for the person, salted and digested
	Party Party  `json:"party"`
	Roles []Role `json:"roles"`

	Erased bool `json:"erased,omitempty"` // nothing says any more who it is, but for signed documents
}

// Events: what has happened. Their JSON is kept for ever.
type (
	// Proposed1 says that a version was put before the parties, and not by whom. Nobody writes it any more.
	Proposed1 struct {
		Version   int        `json:"version"`
		Manifest  string     `json:"manifest"`
		Terms     string     `json:"terms"`
		Effective time.Time  `json:"effective"`
		Previous  string     `json:"previous,omitempty"`
		Documents []Document `json:"documents"`
		People    []Member   `json:"people"`
	}
	// Proposed says that a version was put before the parties.
	Proposed struct {
		Proposed1
		Party   Party     `json:"party"`
		By      string    `json:"by"`
		Answers int       `json:"answers,omitempty"`
		Expires time.Time `json:"expires,omitzero"`
		Remark  string    `json:"remark,omitempty"`
		First   Party     `json:"first,omitempty"`
	}
	// Signed says that a party signed a version.
	Signed struct {
		Version   int        `json:"version"`
		Party     Party      `json:"party"`
		Manifest  string     `json:"manifest"`
		Signer    string     `json:"signer"`
		Key       string     `json:"key"`
		Custody   string     `json:"custody"`
		Documents []Document `json:"documents"` // the statement
	}
	// EnteredIntoForce says that a version applies from now on.
	EnteredIntoForce struct {
		Version  int    `json:"version"`
		Manifest string `json:"manifest"`
	}
)

// DecidePropose refuses a version that does not follow the last signed one, and an answer to a version
// that is no longer the last: nobody replaces what they have not read.
func (l Life) DecidePropose(c Propose, now time.Time) (Proposed, error) {
	const act = "propose this version"
	latest, any := l.Latest()
	signed, _ := l.LastSigned()
	switch {
	case any && latest.Manifest == c.Manifest && (latest.Signed() || latest.Open(now)):
		return Proposed{}, Refuse(act, "13.5", "version %d is the same text", latest.Number)
	case any && latest.Signed() && c.Previous != latest.Manifest:
		return Proposed{}, Refuse(act, "13.5", "version %d is signed, and the proposal does not name it as the version before", latest.Number)
	case any && !latest.Signed() && c.Previous != signed.Manifest:
		return Proposed{}, Refuse(act, "13.5", "the version before it is not the one that the parties last signed")
	case !any && c.Previous != "":
		return Proposed{}, Refuse(act, "13.5", "it names a version before, and this agreement has none")
	case c.Answers == 0 && latest.Open(now) && l.replaced(c.Manifest) > 0:
		return Proposed{}, Refuse(act, "13.5", "version %d was this text, and version %d has taken its place; say that it answers version %d if you propose it again", l.replaced(c.Manifest), latest.Number, latest.Number)
	case c.Answers != 0 && c.Answers != latest.Number:
		return Proposed{}, Refuse(act, "13.5", "it answers version %d, and the one proposed last is version %d; read that first", c.Answers, latest.Number)
	case !c.Expires.IsZero() && !c.Expires.After(now):
		return Proposed{}, Refuse(act, "13.5", "it would expire before it is proposed")
	case c.First != "" && !slices.Contains(Both, c.First):
		return Proposed{}, Refuse(act, "13.5", "%q is not a party that could sign first", c.First)
	case len(c.Remark) > MostSaid:
		return Proposed{}, Refuse(act, "13.5", "the remark is longer than %d bytes", MostSaid)
	}
	return Proposed{Proposed1{len(l.Versions) + 1, c.Manifest, c.Terms, c.Effective, c.Previous, c.Documents, c.People}, c.Party, c.By, c.Answers, c.Expires, c.Remark, c.First}, nil
}

// replaced is the last version of a text that another was proposed after; 0 if there is none.
func (l Life) replaced(manifest string) int {
	for _, v := range slices.Backward(l.Versions) {
		if v.Manifest == manifest {
			return v.Number
		}
	}
	return 0
}

// DecideSign refuses a signature of anything but the version last proposed while it is open, and a
// second one.
func (l Life) DecideSign(c Sign, now time.Time) (Signed, error) {
	latest, any := l.Latest()
	switch {
	case !any:
		return Signed{}, Refuse("sign", SignatureBlock, "nothing has been proposed")
	case c.Party != A && c.Party != B:
		return Signed{}, Refuse("sign", SignatureBlock, "%q is not a party", c.Party)
	case latest.Manifest != c.Manifest:
		return Signed{}, Refuse("sign", SignatureBlock, "the signature is for another version than version %d, which is the one proposed", latest.Number)
	case latest.SignedBy(c.Party):
		return Signed{}, Refuse("sign", SignatureBlock, "%s has already signed version %d", c.Party.Label(), latest.Number)
	case !latest.Open(now):
		return Signed{}, Refuse("sign", SignatureBlock, "version %d %s; propose it again to sign it", latest.Number, latest.shut())
	case latest.First == c.Party.Other() && !latest.SignedBy(latest.First):
		return Signed{}, Refuse("sign", SignatureBlock, "%s signs version %d first, and has not yet", latest.First.Label(), latest.Number)
	}
	return Signed{latest.Number, c.Party, c.Manifest, c.Signer, c.Key, c.Custody,
		[]Document{{"signature-" + string(c.Party) + ".json", "application/json", c.Statement}}}, nil
}

// DecideEnter refuses a version whose time has not come.
func (l Life) DecideEnter(c EnterIntoForce, now time.Time) (EnteredIntoForce, error) {
	if c.Version <= l.InForce || c.Version != l.Ripe(now) {
		return EnteredIntoForce{}, Refuse("bring the version into force", "12.1", "version %d is not signed and due", c.Version)
	}
	return EnteredIntoForce{c.Version, l.Versions[c.Version-1].Manifest}, nil
}

// Evolve is the life after an event.
func (l Life) Evolve(event any, at time.Time) Life {
	switch e := event.(type) {
	case Proposed:
		l.Versions = append(slices.Clip(l.Versions), Version{Number: e.Version, Manifest: e.Manifest, Terms: e.Terms, Effective: e.Effective, Proposed: at, Documents: e.Documents,
			Offer: Offer{Party: e.Party, By: e.By, Answers: e.Answers, Expires: e.Expires, Remark: e.Remark, First: e.First}})
	case Signed:
		l.Versions = slices.Clone(l.Versions)
		v := &l.Versions[e.Version-1]
		v.Signatures = append(slices.Clip(v.Signatures), Signature{e.Party, e.Signer, e.Documents[0].Digest, e.Key, e.Custody, at})
	case EnteredIntoForce:
		l.InForce = e.Version
	case ClausesAnswered, OfferClosed:
		l.Versions = slices.Clone(l.Versions)
		l.answer(e, at)
	case SigningDelegated, DelegationEnded:
		l.delegate(e, at)
	case Commented, CommentResolved:
		l.Threads = slices.Clone(l.Threads)
		l.remark(e, at)
	}
	return l
}

// A Stage is where an agreement is in its life.
type Stage string

// The stages, in the order of a life.
const (
	Draft         Stage = "draft"
	Negotiation   Stage = "in negotiation"
	FullySigned   Stage = "signed"
	InForce       Stage = "in force"
	Suspended     Stage = "suspended"
	InNotice      Stage = "in notice"
	Transition    Stage = "transition"
	CustomersOnly Stage = "customers only"
	Ended         Stage = "ended"
)
