package account

import (
	"slices"
	"sync"

	"entente/access"
	"entente/register"
)

// A directory knows which agreements name an address. It reads an agreement anew only when it has changed, so that
// a look costs a comparison for each agreement of the node. The zero value knows none.
type directory struct {
	mu   sync.Mutex
	seen []*register.View        // in the register's order, to which agreements are only added
	at   map[string]map[int]bool // places in seen, by folded address
}

// naming are the views that name a folded address, in the register's order.
func (d *directory) naming(r *register.Register, address string) []*register.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, v := range r.Views() {
		if i == len(d.seen) {
			d.seen = append(d.seen, nil)
		}
		if d.seen[i] != v {
			d.turn(i, v)
		}
	}
	var places []int
	for i := range d.at[address] {
		places = append(places, i)
	}
	slices.Sort(places)
	var found []*register.View
	for _, i := range places {
		found = append(found, d.seen[i])
	}
	return found
}

// turn puts a newer view in the place of an older one.
func (d *directory) turn(i int, v *register.View) {
	if d.at == nil {
		d.at = map[string]map[int]bool{}
	}
	for a := range addresses(d.seen[i]) {
		if delete(d.at[a], i); len(d.at[a]) == 0 {
			delete(d.at, a)
		}
	}
	for a := range addresses(v) {
		if d.at[a] == nil {
			d.at[a] = map[int]bool{}
		}
		d.at[a][i] = true
	}
	d.seen[i] = v
}

// addresses are those that a view names, folded; none of no view.
func addresses(v *register.View) map[string]bool {
	all := map[string]bool{}
	if v == nil {
		return all
	}
	for _, m := range v.State.Members {
		if person, ok := access.Person(v, m); ok && person.Email != "" {
			all[access.FoldAddress(string(person.Email))] = true
		}
	}
	return all
}
