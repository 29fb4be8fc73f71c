package frame

import (
	"entente/agreement"
	"entente/articles/deadlines"
	"entente/document"
)

// A Due is a deadline as a visitor sees it.
type Due struct {
	deadlines.Deadline
	Mine bool   // it is the visitor's to keep
	Home string // the path of the agreement
}

// Late reports whether somebody owes it and its day has passed.
func (d Due) Late() bool { return d.State == deadlines.Late }

// Who is who has to act, as a line ends with it.
func (d Due) Who() string {
	if d.Mine {
		return "your matter"
	}
	return d.Owes.Label()
}

// Deadlines are those that are not done, the earliest first.
func (v *Visit) Deadlines() []Due {
	var all []Due
	for _, one := range deadlines.Waiting(deadlines.Of(v.View.State, v.Now)) {
		all = append(all, Due{one, one.Falls(v.View.State.Text().Frame(), v.Party(), v.Caller.Actor.Roles), v.Home()})
	}
	return all
}

// Labels are parties as a sentence lists them.
func Labels(parties []agreement.Party) string {
	var names []string
	for _, p := range parties {
		names = append(names, p.Label())
	}
	return document.Join(names)
}
