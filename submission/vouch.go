package submission

import (
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/register"
)

// vouched are the signatures that count, and a refusal if there are others only: who brings a text that
// both have signed brings their own signature, and the other one is for its signatory to bring. A signature that came with
// someone else's file could be anybody's: what a file says of its own signatories proves nothing. It
// counts if it is the visitor's own, or by the key and the signatory of the version that the parties
// signed last. Before they have signed any, the operator vouches for the signatures of those for whom
// the node is set up.
func vouched(who access.Caller, view *register.View, signed []enclosure) (count []enclosure, err error) {
	last, _ := view.State.Life.LastSigned()
	for _, s := range signed {
		m, _ := view.Member(s.person)
		switch {
		case last.Number == 0 && who.Operator:
		case m.ID != "" && m.ID == who.Actor.ID && slices.Contains(who.Actor.Roles, agreement.Signatory):
		case last.Number > 0 && knows(*view.State.Texts[last.Number-1], last, s):
		default:
			err = fault("package", "nothing here shows that the signature of %s is by its signatory: let them bring it, with a token of their own", s.party.Label())
			continue
		}
		count = append(count, s)
	}
	if len(count) > 0 {
		return count, nil
	}
	return nil, err
}

// knows reports whether a signed version names the signatory, and the key, or was signed with it.
func knows(text articles.Agreement, signed agreement.Version, s enclosure) bool {
	person, ok := text.Frame().Person(s.person)
	if !ok || person.Party != s.party || !person.Has(agreement.Signatory) {
		return false
	}
	return text.Parties.Of(s.party).SigningKey == s.key || slices.ContainsFunc(signed.Signatures, func(earlier agreement.Signature) bool {
		return earlier.Party == s.party && earlier.Key == s.key
	})
}
