package bundle

import (
	"fmt"
	"slices"
	"strings"

	"entente/ledger"
	"entente/ledger/seal"
)

// A Verdict is one sentence about a bundle that holds or does not hold, for a
// reader who knows contracts and not cryptography.
type Verdict struct {
	Subject string // what was checked
	OK      bool
	Why     string
}

// Verify checks everything about a bundle that the ledger itself says:
// its contents, its entries and their signatures, who confirmed it, and every
// document. What the entries mean is for the further checks, which get the
// bundle and the audit's report and whose verdicts come last.
//
// A bundle is good if every verdict is OK. Not OK is also what is merely not
// confirmed: an entry beyond the last checkpoint, or a checkpoint that a party
// did not cosign.
func Verify(b Bundle, known ledger.Anchors, further ...func(Bundle, ledger.Report) []Verdict) []Verdict {
	if known.Agreement == "" {
		known.Agreement = b.Agreement
	}
	log := &ledger.Log{Signed: b.Checkpoints}
	for _, leaf := range b.Leaves {
		if _, err := log.Append(leaf); err != nil {
			return []Verdict{{"The ledger", false, err.Error()}}
		}
	}
	report, err := ledger.Audit(log, known)
	if err != nil {
		return []Verdict{{"The ledger", false, err.Error()}}
	}
	verdicts := slices.Concat(
		[]Verdict{judgeContents(b)}, judgeLedger(b, report), judgeKeys(b, report),
		judgeConfirmations(report, known), judgeDocuments(b, report))
	for _, check := range further {
		verdicts = append(verdicts, check(b, report)...)
	}
	return verdicts
}

func judgeContents(b Bundle) Verdict {
	if len(b.faults) > 0 {
		return Verdict{"The contents of the bundle", false, strings.Join(b.faults, "; ") + "."}
	}
	return Verdict{"The contents of the bundle", true, "Every file that the bundle lists is there, and no other."}
}

func judgeLedger(b Bundle, r ledger.Report) []Verdict {
	subject := "The ledger of agreement " + b.Agreement
	if r.Size == 0 {
		return []Verdict{{subject, false, "It has no entries."}}
	}
	if len(r.Findings) == 0 {
		return []Verdict{{subject, true, fmt.Sprintf("All %d entries are intact, in order and signed; nothing was changed, added or removed.", r.Size)}}
	}
	var verdicts []Verdict
	for _, f := range r.Findings {
		verdicts = append(verdicts, Verdict{subject + ", " + f.Where, false, sentence(f.What)})
	}
	return verdicts
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// judgeKeys names the keys, so that a reader can compare them with what the
// parties gave out, and says how much each has signed.
func judgeKeys(b Bundle, r ledger.Report) []Verdict {
	o, opened := r.Keys.Opened()
	if !opened {
		return nil
	}
	verdicts := []Verdict{{"The keys of the log and the witnesses", true, "The list of keys is the one that the first entry names."}}
	if !slices.Equal(b.Keys, []seal.VKey{o.Log, o.Parties.A.Witness, o.Parties.B.Witness}) {
		verdicts[0] = Verdict{verdicts[0].Subject, false, "The list of keys in " + vkeysName + " is not the one that the first entry names."}
	}
	for _, k := range r.Keys.Keys() {
		why := fmt.Sprintf("Signed %s with key %s, held by %s", count(r.Signed[k.Key.ID()], "entry", "entries"), k.Key.ID(), k.Custody.Hands())
		if k.Until != ledger.NoEnd {
			why += fmt.Sprintf(", until entry %d revoked it", k.Until-1)
		}
		verdicts = append(verdicts, Verdict{"Signed by " + called(k.Party), true, why + ". Compare the key: " + k.Key.String()})
	}
	return verdicts
}

func called(p ledger.Party) string {
	if p == ledger.Host {
		return "the host"
	}
	return "party " + strings.ToUpper(string(p))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// judgeConfirmations says how far the host and the witnesses vouch for the log.
func judgeConfirmations(r ledger.Report, known ledger.Anchors) []Verdict {
	o, opened := r.Keys.Opened()
	if !opened {
		return nil
	}
	covered := int64(0)
	if n := len(r.Checkpoints); n > 0 {
		covered = r.Checkpoints[n-1].Size
	}
	host := Verdict{"Confirmed by the host", covered == r.Size && r.Size > 0, fmt.Sprintf("The host's checkpoint covers all %d entries.", r.Size)}
	if !host.OK {
		host.Why = fmt.Sprintf("The host's last checkpoint covers %d of %d entries; the rest is not confirmed.", covered, r.Size)
	}
	verdicts := []Verdict{host}
	for _, p := range []ledger.Party{ledger.PartyA, ledger.PartyB} {
		verdicts = append(verdicts, judgeWitness("Confirmed by "+called(p), o.Witness(p), r))
	}
	for _, w := range known.Witnesses {
		verdicts = append(verdicts, judgeWitness("Confirmed by "+w.Origin, w, r))
	}
	return verdicts
}

func judgeWitness(subject string, w seal.VKey, r ledger.Report) Verdict {
	for _, c := range slices.Backward(r.Checkpoints) {
		at, signed := c.CosignedBy(w)
		when := at.Format("2 January 2006, 15:04:05 UTC")
		switch {
		case signed && c.Size == r.Size:
			return Verdict{subject, true, fmt.Sprintf("%s cosigned all %d entries on %s.", w.Origin, c.Size, when)}
		case signed:
			return Verdict{subject, false, fmt.Sprintf("%s cosigned the first %d of %d entries on %s, and not yet the rest.", w.Origin, c.Size, r.Size, when)}
		}
	}
	return Verdict{subject, false, fmt.Sprintf("%s cosigned nothing in this bundle: for its completeness there is only the host's word.", w.Origin)}
}

// judgeDocuments compares the documents with what signed entries say of them.
func judgeDocuments(b Bundle, r ledger.Report) []Verdict {
	present := map[seal.Digest]Document{}
	for _, d := range b.Documents {
		present[d.Digest] = d
	}
	required, named := map[seal.Digest]bool{}, map[seal.Digest]bool{}
	for _, ref := range r.Documents {
		required[ref.Digest] = required[ref.Digest] || !ref.Erasable
	}
	var verdicts []Verdict
	for _, ref := range r.Documents {
		if named[ref.Digest] {
			continue
		}
		named[ref.Digest] = true
		d, there := present[ref.Digest]
		verdicts = append(verdicts, judgeDocument(ref, d, there, required[ref.Digest]))
	}
	for _, d := range b.Documents {
		if !named[d.Digest] {
			verdicts = append(verdicts, Verdict{"Document " + d.Digest.String(), false, "No signed entry refers to it: nothing shows that it belongs to the agreement."})
		}
	}
	return verdicts
}

func judgeDocument(ref ledger.Reference, d Document, there, required bool) Verdict {
	v := Verdict{Subject: fmt.Sprintf("Document %q of entry %d", ref.Name, ref.Entry)}
	switch {
	case !there && required:
		v.Why = "It is missing from the bundle. Its digest is " + ref.Digest.String() + "."
	case !there:
		v.OK, v.Why = true, "It was erased, as the entry allows; its digest remains on record."
	case seal.Sum(d.Data) != d.Digest:
		v.Why = "It was changed: it is not the document that the signed entry refers to."
	case d.MediaType != ref.MediaType:
		v.Why = fmt.Sprintf("It is presented as %s, but the signed entry says %s.", d.MediaType, ref.MediaType)
	default:
		v.OK, v.Why = true, "It is present and unaltered."
	}
	return v
}
