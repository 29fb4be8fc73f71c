package notary

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/term"
)

// again is how long a list of customers that could not be made waits for the next attempt.
const again = 5 * time.Second

// listCustomers writes down whom the parties served before the agreement ended, if clause 12.4 needs
// to know: in as many entries as it takes, the last of which says that the list is whole. What an
// earlier attempt wrote stays.
func (n *Notary) listCustomers(ctx context.Context, id agreement.ID, now time.Time) error {
	v, err := n.Register.View(id)
	if err != nil || n.Customers == nil || v.Broken != nil {
		return err
	}
	s, ending := v.State, v.State.Ending()
	have := s.Term.Served
	if !s.Text().Term.ListsCustomers(ending, now) || have != nil && have.Listed {
		return nil
	}
	names, err := n.Customers(ctx, id, ending.Ends)
	if err != nil {
		return fmt.Errorf("reading whom calls were made for: %w", err)
	}
	if have == nil {
		have = &term.Served{Salt: make([]byte, term.SaltBytes)}
		if _, err := io.ReadFull(n.Rand, have.Salt); err != nil {
			return fmt.Errorf("drawing a salt: %w", err)
		}
	}
	return n.list(ctx, id, have, names)
}

func (n *Notary) list(ctx context.Context, id agreement.ID, have *term.Served, names []string) error {
	var digests []string // in an order that says nothing of when or how often
	for _, name := range names {
		if d := term.DigestOf(have.Salt, name); !have.Known[string(d[:])] {
			digests = append(digests, string(d[:]))
		}
	}
	slices.Sort(digests)
	for {
		part := digests[:min(len(digests), term.MostListed)]
		digests = digests[len(part):]
		c := term.ListCustomers{Salt: have.Salt, Digests: part, Last: len(digests) == 0}
		if _, err := n.Do(ctx, Order{Agreement: id, Actor: articles.Clock, Command: c}); err != nil || c.Last {
			return err
		}
	}
}
