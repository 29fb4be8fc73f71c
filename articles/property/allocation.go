package property

import (
	"fmt"

	"entente/agreement"
	"entente/document"
	"entente/money"
)

// Allocation is Schedule D in the agreement file: who owns which joint development under option C
// of clause 4.2.
type Allocation struct {
	// The joint developments, a row each.
	Developments []Development `json:"developments"`
}

// Development is a row of Schedule D.
type Development struct {
	// A short name by which contributions are registered: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// What the parties develop, as people call it.
	Title string `json:"title"`
	// How ownership is found: as agreed in this row, or by counting commits or hours.
	Basis Basis `json:"basis"`
	// The one party that owns the development, where the parties have agreed that.
	Owner agreement.Party `json:"owner,omitempty"`
	// The shares in which the parties own the development, where they have agreed shares.
	Shares *Shares `json:"shares,omitempty"`
	// The repository whose commits are counted.
	Repository agreement.URL `json:"repository,omitempty"`
	// The components that the development belongs to, by their names in clause 1.2.
	Components []string `json:"components,omitempty"`
}

// Shares are the parties' shares of one development. Together they are exactly 100%.
type Shares struct {
	// The share of Party A.
	A money.Percent `json:"a"`
	// The share of Party B.
	B money.Percent `json:"b"`
}

// Basis is how the ownership of a development is found.
type Basis string

// The bases of Schedule D.
const (
	Agreed  Basis = "agreed"
	Commits Basis = "commits"
	Hours   Basis = "hours"
)

// Values lists what a file may say.
func (Basis) Values() []string { return []string{"agreed", "commits", "hours"} }

// Words are the clauses of Schedule D.
func (s Allocation) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		{Number: "D.1", Title: "Joint developments", Blocks: []document.Block{
			document.Para("Where the Parties have chosen ownership by contribution in [[4.2]], they own the following joint developments as the table says. The shares of a joint development are together exactly one hundred per cent (100 %%)."),
			s.table(),
		}},
		{Number: "D.2", Title: "Counting contributions", Blocks: []document.Block{
			document.Lettered(
				document.T("Where the basis is commits, a Party’s share is its part of the commits to the default branch of the repository that its people have written and that have been accepted. Merges and generated files do not count."),
				document.T("Where the basis is hours, a Party’s share is its part of the hours that its people have worked on the joint development. Each Party shall record its hours monthly and submit them to the other Party, which may object within thirty (30) days."),
				document.T("Where the basis is agreed, the owner or the shares in the table apply, whoever contributes what."),
			),
			document.Para("Contributions are counted when the joint development is first used in production, and again at the end of each calendar year. A joint development that the table does not list belongs to the Parties in equal shares until they agree otherwise in writing."),
		}},
	}
}

func (s Allocation) table() document.Block {
	var rows [][]document.Text
	for _, d := range s.Developments {
		rows = append(rows, document.Row(d.Title+" ("+d.Name+")", d.ownership(), d.basis(), d.parts()))
	}
	return document.Grid([]document.Column{{Title: "Joint development", Width: 5}, {Title: "Ownership", Width: 4}, {Title: "Basis", Width: 4}, {Title: "Components", Width: 3}}, rows)
}

func (d Development) ownership() string {
	switch {
	case d.Owner != "":
		return d.Owner.Label() + " alone"
	case d.Shares != nil:
		return fmt.Sprintf("Party A %s, Party B %s", d.Shares.A.Words(), d.Shares.B.Words())
	}
	return "shares as counted"
}

func (d Development) basis() string {
	switch {
	case d.Basis == Commits && d.Repository != "":
		return "commits to " + string(d.Repository)
	case d.Basis == Commits:
		return "commits"
	case d.Basis == Hours:
		return "hours worked"
	}
	return "agreed"
}

func (d Development) parts() string {
	if len(d.Components) == 0 {
		return "none in particular"
	}
	return document.Join(d.Components)
}

// Check reports what is missing, contradictory, dangling or unwise in Schedule D.
func (s Allocation) Check(f agreement.Frame, found *agreement.Findings) {
	seen := map[string]bool{}
	for i, d := range s.Developments {
		at := fmt.Sprintf("schedule_d.developments[%d]", i)
		name(found, "allocation-name", at+".name", d.Name)
		if seen[d.Name] && d.Name != "" {
			found.Add("allocation-twice", at+".name", "%q is the name of two joint developments", d.Name).Mend("give each joint development its own name")
		}
		seen[d.Name] = true
		for j, c := range d.Components {
			found.Component(f, fmt.Sprintf("%s.components[%d]", at, j), c)
		}
		d.check(at, found)
	}
}

func (d Development) check(at string, found *agreement.Findings) {
	settled := d.Owner != "" || d.Shares != nil
	switch {
	case d.Owner != "" && d.Shares != nil:
		found.Add("allocation-both", at+".owner", "%s has an owner and shares", d.Name).Mend("keep the owner or the shares")
	case d.Basis == Agreed && !settled:
		found.Add("allocation-empty", at, "%s has neither an owner nor shares", d.Name).Mend("write owner or shares, or count commits or hours")
	case (d.Basis == Commits || d.Basis == Hours) && settled:
		found.Add("allocation-basis", at+".basis", "%s is counted by %s and has a fixed owner or shares too", d.Name, d.Basis).
			Mend("choose the basis agreed, or delete the owner and the shares")
	}
	if s := d.Shares; s != nil && !s.A.IsZero() && !s.B.IsZero() && !money.SumsTo100(s.A, s.B) {
		found.Add("allocation-sum", at+".shares.b", "the shares of Party A (%s) and Party B (%s) do not sum to 100%%", s.A, s.B).
			Mend("change one of the two so that together they are exactly 100%%")
	}
	if d.Basis == Commits && d.Repository == "" {
		found.Add("allocation-unmeasured", at+".basis", "%s is counted by commits, but no repository is named", d.Name).Mend("write the address of the repository")
	}
	if d.Basis == Hours {
		found.Add("allocation-hours", at+".basis", "hours worked on %s rest on what people record and agree", d.Name)
	}
}
