package signing

import (
	"errors"
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
	"entente/ledger/bundle"
)

// A shelf is a library of documents held in memory.
type shelf map[string][]byte

func (s shelf) Document(digest string) ([]byte, error) {
	b, ok := s[digest]
	if !ok {
		return nil, fmt.Errorf("the document %s is not there", digest)
	}
	return b, nil
}

// JudgeBundle says what the entries of a bundle mean: each version with its signatures, and the
// state that replaying them gives. further adds verdicts on each version.
func JudgeBundle(b bundle.Bundle, further func(Package) []bundle.Verdict) []bundle.Verdict {
	library := documents(b)
	s, err := replay(b, library)
	if err != nil {
		return []bundle.Verdict{{Subject: "What the entries say", Why: err.Error() + "."}}
	}
	verdicts := []bundle.Verdict{{Subject: "What the entries say", OK: true,
		Why: fmt.Sprintf("%d entries give one state: %d version(s), version %d in force.", len(b.Leaves), len(s.Life.Versions), s.Life.InForce)}}
	for _, v := range s.Life.Versions {
		verdicts = append(append(verdicts, judgeVersion(v, library, further)...), judgeDelegations(b, s, v, library)...)
	}
	return verdicts
}

func documents(b bundle.Bundle) shelf {
	library := shelf{}
	for _, d := range b.Documents {
		library[d.Digest.String()] = d.Data
	}
	return library
}

// replay is the state that the entries of a bundle give. It does not verify them.
func replay(b bundle.Bundle, library articles.Library) (articles.State, error) {
	s := articles.State{ID: agreement.ID(b.Agreement)}
	for i, leaf := range b.Leaves {
		sealed, err := ledger.Open(leaf)
		if err != nil {
			return s, fmt.Errorf("Entry %d cannot be read: %w", i, err)
		}
		event, err := articles.ReadEvent(sealed.Entry.Type, sealed.Entry.Body)
		if err == nil && event != nil {
			s, err = s.Evolve(event, sealed.Entry.Time, library)
		}
		if err != nil {
			return s, fmt.Errorf("Entry %d: %w", i, err)
		}
	}
	return s, nil
}

// LastSigned is the last version in a bundle that both parties signed. Nothing is verified.
func LastSigned(b bundle.Bundle) (Package, error) {
	v, library, err := LastVersion(b)
	if err != nil {
		return Package{}, err
	}
	return Load(v, library)
}

// LastVersion is LastSigned as the entries say it, with the documents of the bundle.
func LastVersion(b bundle.Bundle) (agreement.Version, articles.Library, error) {
	library := documents(b)
	s, err := replay(b, library)
	if err != nil {
		return agreement.Version{}, nil, err
	}
	if v, ok := s.Life.LastSigned(); ok {
		return v, library, nil
	}
	return agreement.Version{}, nil, errors.New("the bundle holds no version that both parties signed")
}

// judgeDelegations says of each signature that was given for another whether the ledger let it be.
func judgeDelegations(b bundle.Bundle, s articles.State, v agreement.Version, library articles.Library) (verdicts []bundle.Verdict) {
	p, err := Load(v, library)
	if err != nil {
		return nil // judgeVersion has said so
	}
	for _, signed := range p.Signatures {
		st, err := signed.read()
		if err != nil || st.Delegated == nil {
			continue
		}
		at := slices.IndexFunc(v.Signatures, func(one agreement.Signature) bool { return one.Party == st.Party })
		i := slices.IndexFunc(s.Life.Delegations, func(d agreement.Delegation) bool { return d.ID == st.Delegated.Delegation })
		one := bundle.Verdict{Subject: fmt.Sprintf("Version %d: For whom %s signed", v.Number, st.Name), Why: fmt.Sprintf("The ledger has no delegation by which %s could sign.", st.Name)}
		if i >= 0 && at >= 0 && s.Life.Delegations[i].Lets(v.Signatures[at]) && entryOf(b, st.Delegated.Entry) == st.Delegated.Delegation {
			one.OK, one.Why = true, fmt.Sprintf("For %s. It counted when it was signed.", st.Delegated)
		}
		verdicts = append(verdicts, one)
	}
	return verdicts
}

// entryOf is the delegation that an entry of a bundle gives; empty if it gives none.
func entryOf(b bundle.Bundle, position int64) string {
	if position < 0 || position >= int64(len(b.Leaves)) {
		return ""
	}
	sealed, err := ledger.Open(b.Leaves[position])
	if err != nil {
		return ""
	}
	event, _ := articles.ReadEvent(sealed.Entry.Type, sealed.Entry.Body)
	e, _ := event.(agreement.SigningDelegated)
	return e.ID
}

func judgeVersion(v agreement.Version, library articles.Library, further func(Package) []bundle.Verdict) []bundle.Verdict {
	name := fmt.Sprintf("Version %d", v.Number)
	p, err := Load(v, library)
	if err != nil {
		return []bundle.Verdict{{Subject: name, Why: err.Error() + "."}}
	}
	if got := p.Digest().String(); got != v.Manifest {
		return []bundle.Verdict{{Subject: name, Why: fmt.Sprintf("Its manifest is %s, the ledger says %s.", got, v.Manifest)}}
	}
	if !v.Signed() {
		return []bundle.Verdict{{Subject: name, OK: true, Why: fmt.Sprintf("It was proposed and has %d of 2 signatures.", len(v.Signatures))}}
	}
	var verdicts []bundle.Verdict
	for _, verdict := range append(p.Verify(), further(p)...) {
		verdict.Subject = name + ": " + verdict.Subject
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}
