package record

import (
	"fmt"
	"slices"
	"sort"
	"sync"

	"entente/agreement"
	"entente/ledger"
)

// An Index knows under which clause each entry stands and of which type it is, so that a page about one
// clause need not read the whole ledger. It grows with the ledger, whose entries never change. The zero
// Index is empty.
type Index struct {
	mu       sync.Mutex
	contents map[agreement.ID]*contents
}

// contents are the positions of the entries of one ledger, ascending.
type contents struct {
	size     int64
	byClause map[agreement.Clause][]int64
	byType   map[string][]int64
}

// batch is how many entries are read at a time.
const batch = 1000

// of is what an agreement's ledger holds, up to a size. What it returns may be read while the index
// grows: positions are only ever added behind those that are there.
func (x *Index) of(id agreement.ID, src ledger.Source, size int64) (contents, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.contents[id]
	if c == nil {
		c = &contents{byClause: map[agreement.Clause][]int64{}, byType: map[string][]int64{}}
	}
	for c.size < size {
		leaves, err := src.Leaves(c.size, min(c.size+batch, size))
		if err != nil {
			return contents{}, fmt.Errorf("reading entries %d and following of %s: %w", c.size, id, err)
		}
		if len(leaves) == 0 {
			return contents{}, fmt.Errorf("entry %d of %s is not there", c.size, id)
		}
		for _, leaf := range leaves {
			s, err := ledger.Open(leaf)
			if err != nil {
				return contents{}, fmt.Errorf("reading entry %d of %s: %w", c.size, id, err)
			}
			clause := agreement.Clause(s.Entry.Clause)
			c.byClause[clause] = append(c.byClause[clause], c.size)
			c.byType[s.Entry.Type] = append(c.byType[s.Entry.Type], c.size)
			c.size++
		}
	}
	if x.contents == nil {
		x.contents = map[agreement.ID]*contents{}
	}
	x.contents[id] = c
	return c.copied(), nil
}

// copied has the lists as they are now.
func (c *contents) copied() contents {
	out := contents{c.size, map[agreement.Clause][]int64{}, map[string][]int64{}}
	for clause, at := range c.byClause {
		out.byClause[clause] = slices.Clip(at)
	}
	for kind, at := range c.byType {
		out.byType[kind] = slices.Clip(at)
	}
	return out
}

// Under are the newest entries under a clause, and how many there are in all.
func (r *Reader) Under(clause agreement.Clause, most int) (lines []Line, all int, err error) {
	c, err := r.Index.of(r.View.State.ID, r.Source, r.View.Size)
	if err != nil {
		return nil, 0, err
	}
	at := c.byClause[clause]
	lines, err = r.lines(at[max(0, len(at)-most):])
	return lines, len(at), err
}

// Kinds are the newest entries whose type is wanted, and how many there are in all.
func (r *Reader) Kinds(wanted func(kind string) bool, most int) (lines []Line, all int, err error) {
	c, err := r.Index.of(r.View.State.ID, r.Source, r.View.Size)
	if err != nil {
		return nil, 0, err
	}
	var at []int64
	for kind, positions := range c.byType {
		if wanted(kind) {
			at = append(at, positions...)
		}
	}
	slices.Sort(at)
	lines, err = r.lines(at[max(0, len(at)-most):])
	return lines, len(at), err
}

// lines are the entries at ascending positions, the newest first.
func (r *Reader) lines(positions []int64) ([]Line, error) {
	var all []Line
	for _, n := range slices.Backward(positions) {
		leaves, err := r.Source.Leaves(n, n+1)
		if err != nil {
			return nil, fmt.Errorf("reading entry %d of %s: %w", n, r.View.State.ID, err)
		}
		if len(leaves) != 1 {
			return nil, fmt.Errorf("entry %d of %s is not there", n, r.View.State.ID)
		}
		l, err := r.Line(n, leaves[0])
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// PageUnder is the entries under a clause before a position.
func (r *Reader) PageUnder(clause agreement.Clause, before int64) (Page, error) {
	c, err := r.Index.of(r.View.State.ID, r.Source, r.View.Size)
	if err != nil {
		return Page{}, err
	}
	at := c.byClause[clause]
	end := sort.Search(len(at), func(i int) bool { return at[i] >= before })
	start := max(0, end-perPage)
	p := Page{Zone: r.Zone, Home: r.Home, Size: r.View.Size, Clause: clause, Count: len(at)}
	if p.Lines, err = r.lines(at[start:end]); err != nil {
		return Page{}, err
	}
	if start > 0 {
		p.Older = at[start]
	}
	if end < len(at) {
		p.Newer = r.View.Size
		if later := end + perPage; later < len(at) {
			p.Newer = at[later]
		}
	}
	return p, nil
}
