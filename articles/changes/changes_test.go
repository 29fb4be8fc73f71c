package changes_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/articles/draft"
	"entente/calendar"
)

func example() articles.Agreement { return draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}) }

func TestChangedTermsAreNamedWithTheirClause(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(*articles.Agreement)
		want []changes.Change
	}{
		{"nothing", func(*articles.Agreement) {}, nil},
		{
			"a number and a date",
			func(a *articles.Agreement) {
				a.Commerce.Payment.NetDays = 45
				a.Agreement.Effective = calendar.Date{Year: 2027, Month: 2, Day: 1}
			},
			[]changes.Change{{Clause: agreement.FrontPage, Path: "agreement.effective", Old: example().Agreement.Effective.String(), New: "2027-02-01"}, {Clause: "6.3", Path: "commerce.payment.net_days", Old: "30", New: "45"}},
		},
		{
			"a row is taken out, and the others stay what they are",
			func(a *articles.Agreement) { a.Scope.Components = a.Scope.Components[1:] },
			[]changes.Change{{Clause: "1.2", Path: "scope.components[summarise]", Old: worded(t, "scope.components[summarise]")}},
		},
		{
			"rows in another order are the same rows",
			func(a *articles.Agreement) {
				c := a.Scope.Components
				a.Scope.Components = append(c[1:len(c):len(c)], c[0])
			},
			nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := example()
			test.edit(&a)
			got := changes.Between(example(), a)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// worded is what a row that was taken out of the example is said to have been.
func worded(t *testing.T, path string) string {
	t.Helper()
	for _, c := range changes.Between(example(), articles.Agreement{}) {
		if c.Path == path {
			return c.Old
		}
	}
	t.Fatalf("nothing is said of %s", path)
	return ""
}

// Every term of the example that is taken away is found, belongs to a clause, and comes back when it is
// put back.
func TestEveryTermIsFound(t *testing.T) {
	empty := articles.Agreement{}
	gone, come := changes.Between(example(), empty), changes.Between(empty, example())
	if len(gone) < 150 || len(gone) != len(come) {
		t.Fatalf("%d terms gone, %d come", len(gone), len(come))
	}
	for i := range gone {
		if gone[i].Clause == "" || gone[i].Old != come[i].New || gone[i].New != come[i].Old {
			t.Errorf("%+v and %+v", gone[i], come[i])
		}
	}
	table := changes.Table(gone)
	if len(table.Rows) != len(gone) || !strings.HasPrefix(table.Rows[len(table.Rows)-1][0].String(), "Schedule G") {
		t.Errorf("the table has %d rows and ends with %v", len(table.Rows), table.Rows[len(table.Rows)-1])
	}
	if !reflect.DeepEqual(changes.Between(example(), example()), []changes.Change(nil)) {
		t.Error("the example differs from itself")
	}
}
