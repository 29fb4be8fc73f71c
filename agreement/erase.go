package agreement

import (
	"maps"
	"slices"
)

// Erase is a command: what says who a person is, beside the ledger, is deleted.
type Erase struct {
	Person string // "per_…"
	Party  Party  // that asks for it; the host's is empty
}

// A PersonErased says that what said who a person is was deleted. It says nothing else of them. Its JSON
// is kept for ever.
type PersonErased struct {
	Person string `json:"person"`
	Party  Party  `json:"party"` // the person's
}

// DecideErase refuses to erase the other party's people and, as long as anybody may have to act for the
// party, its last signatory.
func DecideErase(members map[string]Member, c Erase, ended bool) (PersonErased, error) {
	const act = "erase the person"
	m, known := members[c.Person]
	switch {
	case !known:
		return PersonErased{}, Refuse(act, "7.1", "the agreement knows nobody as %.40q", c.Person)
	case c.Party != "" && c.Party != m.Party:
		return PersonErased{}, Refuse(act, "7.1", "a party has its own people erased only")
	case m.Erased:
		return PersonErased{}, Refuse(act, "7.1", "%s was erased before", m.ID)
	case !ended && m.signs() && !slices.ContainsFunc(slices.Collect(maps.Values(members)), func(other Member) bool { return other.ID != m.ID && other.Party == m.Party && other.signs() }):
		return PersonErased{}, Refuse(act, "13.5", "%s is the last signatory of %s: let a version that both sign name another first", m.ID, m.Party.Label())
	}
	return PersonErased{m.ID, m.Party}, nil
}

// signs reports whether a person can still sign for their party.
func (m Member) signs() bool { return !m.Erased && slices.Contains(m.Roles, Signatory) }
