package articles

import (
	"time"

	"entente/agreement"
)

// decidePropose adds that an amendment can still be signed in the time that clause 13.5 asks for.
func (s State) decidePropose(c agreement.Propose, now time.Time) ([]any, error) {
	proposed, err := s.Life.DecidePropose(c, now)
	if err != nil {
		return nil, err
	}
	if err := s.inTime("propose the amendment", c.Effective, now); err != nil {
		return nil, err
	}
	return []any{proposed}, nil
}

// inTime holds an amendment that takes effect at an instant to the lead time of the version that both have
// signed before it.
func (s State) inTime(act string, effective, now time.Time) error {
	before, amends := s.Life.LastSigned()
	if !amends {
		return nil
	}
	t := s.Texts[before.Number-1]
	return t.General.Amendments.InTime(act, effective, now, t.Frame().Zone())
}
