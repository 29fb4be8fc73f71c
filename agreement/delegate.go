package agreement

import (
	"slices"
	"time"
)

// A Delegation lets a person sign for a signatory of their own party, who has said so in the ledger.
type Delegation struct {
	ID     string
	Party  Party
	By, To string // pseudonymous ids: the signatory, and who signs for them
	Reason string
	At     time.Time
	Until  time.Time // from when it counts no more
	Ended  time.Time `json:",omitzero"` // when it was taken back
}

// Live reports whether somebody may sign by it.
func (d Delegation) Live(now time.Time) bool { return d.Ended.IsZero() && now.Before(d.Until) }

// Lets reports whether a signature was given by it while it counted.
func (d Delegation) Lets(s Signature) bool {
	taken := !d.Ended.IsZero() && !s.At.Before(d.Ended)
	return d.To == s.Signer && d.Party == s.Party && !s.At.Before(d.At) && s.At.Before(d.Until) && !taken
}

// MostDelegated is how long a delegation can count.
const MostDelegated = 366 * 24 * time.Hour

// Commands about who signs.
type (
	// DelegateSigning lets a person of the party sign for the signatory who says so.
	DelegateSigning struct {
		ID     string
		Party  Party
		By, To string
		Reason string
		Until  time.Time
	}
	// EndDelegation takes a delegation back. What was signed by it before stays signed.
	EndDelegation struct {
		ID    string
		Party Party
		By    string
	}
)

// Events about who signs. Their JSON is kept for ever.
type (
	// SigningDelegated says that a signatory lets somebody sign for them.
	SigningDelegated struct {
		ID     string    `json:"id"`
		Party  Party     `json:"party"`
		By     string    `json:"by"`
		To     string    `json:"to"`
		Reason string    `json:"reason"`
		Until  time.Time `json:"until"`
	}
	// DelegationEnded says that a delegation counts no more.
	DelegationEnded struct {
		ID    string `json:"id"`
		Party Party  `json:"party"`
		By    string `json:"by"`
	}
)

// DecideDelegate refuses a delegation to whoever is not another person of the party, or is a signatory, and one without
// reason or end.
func (l Life) DecideDelegate(c DelegateSigning, people map[string]Member, now time.Time) (SigningDelegated, error) {
	const act = "delegate signing"
	to, known := people[c.To]
	switch {
	case !known || to.Erased || to.Party != c.Party:
		return SigningDelegated{}, Refuse(act, SignatureBlock, "clause 7.1 names no such person of %s", c.Party.Label())
	case slices.Contains(to.Roles, Signatory):
		return SigningDelegated{}, Refuse(act, SignatureBlock, "they are a signatory of %s, and sign for themselves", c.Party.Label())
	case c.Reason == "" || len(c.Reason) > MostSaid:
		return SigningDelegated{}, Refuse(act, SignatureBlock, "it needs a reason of at most %d bytes", MostSaid)
	case !c.Until.After(now) || c.Until.After(now.Add(MostDelegated)):
		return SigningDelegated{}, Refuse(act, SignatureBlock, "it needs an end, within a year from now")
	}
	return SigningDelegated(c), nil
}

// DecideEndDelegation refuses to end what does not count, and what is the other party's.
func (l Life) DecideEndDelegation(c EndDelegation, now time.Time) (DelegationEnded, error) {
	i := slices.IndexFunc(l.Delegations, func(d Delegation) bool { return d.ID == c.ID && d.Party == c.Party })
	if i < 0 || !l.Delegations[i].Live(now) {
		return DelegationEnded{}, Refuse("take the delegation back", SignatureBlock, "%s has no such delegation that counts still", c.Party.Label())
	}
	return DelegationEnded(c), nil
}

// SignsFor is the delegation by which a person may sign at now, if a signatory gave them one.
func (l Life) SignsFor(person string, people map[string]Member, now time.Time) (Delegation, bool) {
	for _, d := range slices.Backward(l.Delegations) {
		by := people[d.By]
		if d.To == person && d.Live(now) && !by.Erased && by.Party == d.Party && slices.Contains(by.Roles, Signatory) {
			return d, true
		}
	}
	return Delegation{}, false
}

// SignedFor is the last delegation by which a signature could be given; false if there is none, so that who signed did so for
// themselves. A signatory needs none: whoever asks knows their roles.
func (l Life) SignedFor(s Signature) (Delegation, bool) {
	for _, d := range slices.Backward(l.Delegations) {
		if d.Lets(s) {
			return d, true
		}
	}
	return Delegation{}, false
}

// Delegated reports whether a person was ever let sign for somebody, and that was not taken back.
func (l Life) Delegated(person string) bool {
	return slices.ContainsFunc(l.Delegations, func(d Delegation) bool { return d.To == person && d.Ended.IsZero() })
}

func (l *Life) delegate(event any, at time.Time) {
	switch e := event.(type) {
	case SigningDelegated:
		l.Delegations = append(slices.Clip(l.Delegations), Delegation{e.ID, e.Party, e.By, e.To, e.Reason, at, e.Until, time.Time{}})
	case DelegationEnded:
		l.Delegations = slices.Clone(l.Delegations)
		for i := range l.Delegations {
			if l.Delegations[i].ID == e.ID {
				l.Delegations[i].Ended = at
			}
		}
	}
}
