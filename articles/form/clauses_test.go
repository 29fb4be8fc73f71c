package form_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
)

// Every key belongs to a clause: each key of an article by a row of its own in the table, the keys
// of schedules and of the front page by their section; and a key whose explanation names its clause
// is not under another.
func TestEveryKeyBelongsToAClause(t *testing.T) {
	named := regexp.MustCompile(`\(clause (\d+\.\d+)\)`)
	everyField(reflect.TypeFor[articles.Agreement](), "", func(_ reflect.Type, _ form.Field, path string) {
		c := form.ClauseOf(path)
		if c == "" || c.Title() == "" && c != agreement.WholeFile {
			t.Errorf("%s belongs to clause %q", path, c)
		}
		section, rest, _ := strings.Cut(path, ".")
		if c.Section() != section && c != agreement.FrontPage && c != agreement.WholeFile {
			t.Errorf("%s belongs to clause %s, which is of section %s", path, c, c.Section())
		}
		if _, ok := form.ClausePaths[path]; !ok && strings.Count(path, ".") == 1 && strings.Contains(string(c), ".") {
			t.Errorf("%s has no row in the table of clauses", path)
		}
		if m := named.FindStringSubmatch(form.Describe(path)); m != nil && strings.Count(rest, ".") == 0 && m[1] != string(c) && rest != "" && strings.Contains(string(c), ".") {
			t.Errorf("%s belongs to clause %s, but is explained as clause %s", path, c, m[1])
		}
	})
	for path := range form.ClausePaths {
		if form.Describe(path) == "" && path != "edition" {
			t.Errorf("the table of clauses has %s, which is no key", path)
		}
	}
}

// A path with rows belongs where the table it is in does.
func TestClauseOfRows(t *testing.T) {
	for path, want := range map[string]agreement.Clause{
		"commerce.revenue.shares[0].a": "6.1", "governance.people[11].roles[2]": "7.1", "schedule_c.levels[3]": "C",
		"agreement.dated": agreement.FrontPage, "nothing.at.all": "", "": "",
	} {
		if got := form.ClauseOf(path); got != want {
			t.Errorf("%q belongs to %q, want %q", path, got, want)
		}
	}
}
