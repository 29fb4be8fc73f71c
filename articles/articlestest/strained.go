package articlestest

import (
	"strings"

	"entente/articles"
)

// Strained is the example with so many more rows, between companies and people whose names are as hard to set as names
// can be: of 200 characters, without a space, from right to left, with combining marks, in several scripts at once.
func Strained(rows int) articles.Agreement {
	a := Long(rows)
	a.Agreement.Number = "CT-2026-" + strings.Repeat("9", 40)
	unbroken := strings.Repeat("Donaudampfschifffahrtsgesellschaft", 6)[:200]
	arabic := strings.Repeat("شركة المد والجزر للبحث الدلالي ", 7)
	mixed := "Ltd. אגמון (חיפוש) 2027 — Étude № 7, شركة المد 42 %"
	a.Parties.A.Name, a.Parties.A.ShortName = unbroken, unbroken
	a.Parties.B.Name, a.Parties.B.ShortName = strings.TrimSpace(arabic), strings.TrimSpace(arabic)[:len("شركة المد والجزر")]
	for i, name := range []string{unbroken, "عائشة بنت عبد الرحمن الكرني", mixed, "Zo\u0308e\u0301 A\u030angstro\u0308m-n\u0303", "נועה בן־דוד", strings.Repeat("Maria del Pilar ", 12) + "Ruiz"} {
		if i < len(a.Governance.People) {
			a.Governance.People[i].Name = name
		}
	}
	a.Integration.Requirements[0].Title = unbroken
	a.Integration.Requirements[1].Title = mixed
	a.Sharing.Data[0].Title = unbroken
	for i := range a.Scope.Components {
		if strings.Contains(a.Scope.Components[i].Name, "part-") && i%7 == 0 {
			a.Scope.Components[i].Title = unbroken
		}
	}
	return a
}
