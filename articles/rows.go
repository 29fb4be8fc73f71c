package articles

import (
	"encoding/json"
	"fmt"

	"entente/agreement"
)

// Rows are the state as rows for queries: what a store keeps beside the ledger so that a question
// need not read every entry. They follow from the entries alone, so they can be made again and
// compared, row by row. A row's name is its kind and id: "key/key_7f…".
func Rows(s State) map[string]string {
	rows := map[string]string{}
	put := func(kind, id string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Sprintf("articles: a row of %T: %v", v, err))
		}
		rows[kind+"/"+id] = string(b)
	}
	for _, v := range s.Life.Versions {
		put("version", fmt.Sprint(v.Number), v)
	}
	for id, m := range s.Members {
		put("member", id, m)
	}
	for id, m := range s.Integration.Milestones {
		put("milestone", id, m)
	}
	for id, k := range s.Integration.Keys {
		put("key", id, k)
	}
	for scope, x := range s.Term.Suspended {
		put("suspension", scope, x)
	}
	for id, b := range s.Term.Breaches {
		put("breach", id, b)
	}
	if s.Term.Ending != nil {
		put("ending", "", s.Term.Ending)
	}
	put("agreement", "", struct {
		Number     string
		A, B       string
		InForce    int
		Production bool
		Reached    agreement.Stage
	}{s.Text().Agreement.Number, s.Text().Parties.A.Name, s.Text().Parties.B.Name, s.Life.InForce, s.Integration.Production, s.Term.Reached})
	return rows
}

// A Change is a row that is new, different or gone (Body is empty).
type Change struct{ Row, Body string }

// Changes are what turns the rows before into the rows after.
func Changes(before, after map[string]string) []Change {
	var changes []Change
	for name, body := range after {
		if before[name] != body {
			changes = append(changes, Change{name, body})
		}
	}
	for name := range before {
		if _, kept := after[name]; !kept {
			changes = append(changes, Change{Row: name})
		}
	}
	return changes
}
