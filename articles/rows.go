package articles

import (
	"encoding/json"
	"fmt"
	"reflect"

	"entente/agreement"
)

// Rows are the state as rows for queries: what a store keeps beside the ledger so that a question
// need not read every entry. They follow from the entries alone, so they can be made again and
// compared, row by row. A row's name is its kind and id: "key/key_7f…".
func Rows(s State) map[string]string {
	rows := map[string]string{}
	var d difference
	d.compare(State{}, s)
	d.put("agreement", "", summaryOf(s)) // there is always one
	for _, c := range d {
		rows[c.Row] = c.Body
	}
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

// Difference is what turns the rows of one state into those of a later one. It costs what has changed
// and not what is there: a part of the state that no event has touched is not even read.
func Difference(before, after State) []Change {
	var d difference
	d.compare(before, after)
	if was, is := summaryOf(before), summaryOf(after); was != is {
		d.put("agreement", "", is)
	}
	return d
}

type difference []Change

func (d *difference) put(kind, id string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("articles: a row of %T: %v", v, err))
	}
	*d = append(*d, Change{kind + "/" + id, string(b)})
}

// compare finds every row that differs, but for the summary's.
func (d *difference) compare(before, after State) {
	for i, v := range after.Life.Versions {
		if i >= len(before.Life.Versions) || !reflect.DeepEqual(before.Life.Versions[i], v) {
			d.put("version", fmt.Sprint(v.Number), v)
		}
	}
	for i, t := range after.Life.Threads {
		if i >= len(before.Life.Threads) || !reflect.DeepEqual(before.Life.Threads[i], t) {
			d.put("comment", t.ID, t)
		}
	}
	compareAll(d, "member", before.Members, after.Members)
	compareAll(d, "milestone", before.Integration.Milestones, after.Integration.Milestones)
	compareAll(d, "key", before.Integration.Keys, after.Integration.Keys)
	compareAll(d, "statements", before.Commerce.Statements, after.Commerce.Statements)
	compareAll(d, "certificate", before.Compliance.Certificates, after.Compliance.Certificates)
	compareAll(d, "deviation", before.Technical.Breaches, after.Technical.Breaches)
	compareAll(d, "maintenance", before.Performance.Maintenance, after.Performance.Maintenance)
	compareAll(d, "windows", before.Performance.Windows, after.Performance.Windows)
	compareAll(d, "credit", before.Performance.Credits, after.Performance.Credits)
	compareAll(d, "leave", before.Performance.Leave, after.Performance.Leave)
	compareAll(d, "waiver", before.General.Waivers, after.General.Waivers)
	compareAll(d, "assignment", before.General.Transfers, after.General.Transfers)
	compareAll(d, "letter", before.General.Letters, after.General.Letters)
	compareAll(d, "suspension", before.Term.Suspended, after.Term.Suspended)
	compareAll(d, "breach", before.Term.Breaches, after.Term.Breaches)
	compareAll(d, "change", before.Term.Changes, after.Term.Changes)
	if after.Term.Served != before.Term.Served {
		d.put("served", "", served{len(after.Term.Served.Known), after.Term.Served.Listed})
	}
	switch was, is := before.Term.Ending, after.Term.Ending; {
	case is == nil && was != nil:
		*d = append(*d, Change{Row: "ending/"})
	case is != nil && (was == nil || *was != *is):
		d.put("ending", "", is)
	}
}

func compareAll[K ~string, V any](d *difference, kind string, before, after map[K]V) {
	if reflect.ValueOf(before).Pointer() == reflect.ValueOf(after).Pointer() {
		return // a state that is handed out is never changed in place
	}
	for id, v := range after {
		if was, there := before[id]; !there || !same(was, v) {
			d.put(kind, string(id), v)
		}
	}
	for id := range before {
		if _, there := after[id]; !there {
			*d = append(*d, Change{Row: kind + "/" + string(id)})
		}
	}
}

// same compares two values; those that hold no maps and slices without reflection.
func same[V any](a, b V) bool {
	if reflect.TypeFor[V]().Comparable() {
		return any(a) == any(b)
	}
	return reflect.DeepEqual(a, b)
}

// served is the row of the customers that were served before the end; who they are is not for queries.
type served struct {
	Customers int
	Listed    bool
}

// A summary is the row of the agreement as a whole.
type summary struct {
	Number     string
	A, B       string
	InForce    int
	Production bool
	Reached    agreement.Stage
}

func summaryOf(s State) summary {
	t := s.Text()
	return summary{t.Agreement.Number, t.Parties.A.Name, t.Parties.B.Name, s.Life.InForce, s.Integration.Production, s.Term.Reached}
}
