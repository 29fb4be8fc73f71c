package sheet

import (
	"reflect"
	"strings"
	"testing"

	"entente/articles"
	"entente/articles/form"
)

// Every name that cover pages use leads to a term, and no name to two.
func TestNamesLeadToTerms(t *testing.T) {
	count := 0
	for path, names := range named {
		if _, ok := form.Fits(reflect.ValueOf(articles.Agreement{}), strings.Replace(path, "?", "a", 1)); !ok {
			t.Errorf("there is no term %s", path)
		}
		count += len(names)
		for _, name := range names {
			if title(name) != name {
				t.Errorf("nothing is called %q, but %q", name, title(name))
			}
		}
	}
	if len(paths) != count {
		t.Errorf("%d names lead to %d terms", count, len(paths))
	}
}
