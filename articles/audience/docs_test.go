package audience_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/audience"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the tables of docs/notifications.md anew")

// tables begins the part of the document that is made.
const tables = "## Who is told what\n"

// docs/notifications.md has the table of this package.
func TestTheDocumentHasTheTables(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "notifications.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(b), tables)
	if !found {
		t.Fatalf("%s has no part %q", file, strings.TrimSpace(tables))
	}
	want := head + tables + made()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
	}
}

func made() string {
	var b strings.Builder
	b.WriteString("\nBy the types of entries. *Other* is the party that did not act; where neither did, both are told.\n\n| entry | who | roles | matter | what is asked | cannot be turned off |\n|---|---|---|---|---|---|\n")
	for _, r := range audience.Rules {
		if r.Whose != audience.None {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", r.Type, r.Whose, roles(r.Roles)+signers(r), r.Matter, r.Asks, cited(r.Under))
		}
	}
	b.WriteString("\nNobody is told of these:\n\n| entry | why |\n|---|---|\n")
	for _, r := range audience.Rules {
		if r.Whose == audience.None {
			fmt.Fprintf(&b, "| `%s` | %s |\n", r.Type, r.Why)
		}
	}
	b.WriteString("\n## Who is told next\n\n| nobody who is … has read it | then |\n|---|---|\n")
	for _, r := range agreement.Roles {
		fmt.Fprintf(&b, "| %s | %s |\n", r.Label(), roles(audience.Above(r)))
	}
	b.WriteString("\n## The clocks, clause by clause\n\n| clause | deadline | cannot be turned off |\n|---|---|---|\n")
	for _, e := range agreement.Catalogue {
		clocks := slices.DeleteFunc(slices.Clone(audience.Clocks), func(c audience.Clock) bool { return c.Clause != e.Clause })
		for _, c := range clocks {
			fmt.Fprintf(&b, "| %s | %s (`%s`) | %s |\n", e.Clause.Cite(), c.What, c.Family, cited(c.Under))
		}
		if len(clocks) == 0 {
			fmt.Fprintf(&b, "| %s | none: %s | |\n", e.Clause.Cite(), audience.Clockless[e.Clause])
		}
	}
	return b.String()
}

func roles(all []agreement.Role) string {
	if len(all) == len(agreement.Roles) {
		return "all"
	}
	var names []string
	for _, r := range all {
		names = append(names, r.Label())
	}
	return strings.Join(names, ", ")
}

func signers(r audience.Rule) string {
	if !r.Signers {
		return ""
	}
	return ", who signs for a signatory"
}

func cited(c agreement.Clause) string {
	if c == "" {
		return ""
	}
	return c.Cite()
}

// Every clause has a clock, or says why it has none.
func TestEveryClauseHasAClockOrAReason(t *testing.T) {
	for _, e := range agreement.Catalogue {
		clocked := slices.ContainsFunc(audience.Clocks, func(c audience.Clock) bool { return c.Clause == e.Clause })
		if clocked == (audience.Clockless[e.Clause] != "") {
			t.Errorf("%s has a clock (%v), and the reason %q for none", e.Clause.Cite(), clocked, audience.Clockless[e.Clause])
		}
	}
}
