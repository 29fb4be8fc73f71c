package record

import (
	"fmt"
	"time"

	"entente/agreement"
	"entente/ledger"
)

// A Deed is something that someone has just done, as the ledger has it.
type Deed struct {
	Position int64
	Clause   agreement.Clause
	Says     string
}

// recent is how long something has just been done.
const recent = 10 * time.Minute

// mostDeeds is how many entries an act can have.
const mostDeeds = 5

// Deeds are the entries of the act that begins at a position, if it is the actor's own and recent.
func (r *Reader) Deeds(n int64, actor string, now time.Time) ([]Deed, error) {
	leaves, err := r.Source.Leaves(n, min(n+mostDeeds, r.View.Size))
	if err != nil {
		return nil, fmt.Errorf("reading entry %d of %s: %w", n, r.View.State.ID, err)
	}
	var all []Deed
	key := ""
	for i, leaf := range leaves {
		s, err := ledger.Open(leaf)
		if err != nil {
			return nil, fmt.Errorf("reading entry %d of %s: %w", n+int64(i), r.View.State.ID, err)
		}
		e := s.Entry
		if i == 0 {
			key = e.Key
			if key == "" || e.Actor != actor || now.Sub(e.Time) > recent {
				return nil, nil
			}
		}
		if e.Key != key {
			break
		}
		all = append(all, Deed{n + int64(i), agreement.Clause(e.Clause), r.teller().Says(e)})
	}
	return all, nil
}
