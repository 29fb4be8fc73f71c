package technical

import (
	"testing"
)

func TestPatternsStandForAddresses(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no []string
	}{
		{"docs://guides/start", []string{"docs://guides/start"}, []string{"docs://guides/start/", "docs://guides/Start", ""}},
		{"docs://guides/{name}", []string{"docs://guides/start", "docs://guides/a%20b", "docs://guides/a..b"},
			[]string{"docs://guides/", "docs://guides/a/b", "docs://guides/a?x", "xdocs://guides/a", "docs://guides/..", "docs://guides/..%2f..%2fetc", "docs://guides/%2e%2e",
				"docs://guides/%252e%252e%252fetc", "docs://guides/..\\etc", "docs://guides/%zz", "docs://guides/.", "docs://guides/a%00"}},
		{"file:///{+path}", []string{"file:///a/b/c", "file:///a?b#c"}, []string{"file:///", "file:///a/../b", "file:///a/%2e%2e/b"}},
		{"test://template/{id}/data", []string{"test://template/123/data"}, []string{"test://template//data", "test://template/1/2/data"}},
		{"db://{table}{/row}{?from,to}", []string{"db://t/1", "db://t/1?from=2&to=3"}, []string{"db://t", "db://t/1#x"}},
		{"a.c://{x}", []string{"a.c://y"}, []string{"abc://y"}},
	} {
		p, err := ParsePattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		for _, a := range c.yes {
			if !p.Matches(a) {
				t.Errorf("%s does not stand for %s", c.pattern, a)
			}
		}
		for _, a := range c.no {
			if p.Matches(a) {
				t.Errorf("%s stands for %s", c.pattern, a)
			}
		}
	}
	for _, bad := range []string{"", "docs://{", "docs://}", "docs://{}", "docs://{a b}", "docs://{a,b}", "docs://{#x}", "docs://{a}}", "docs://{{a}}", "docs://{a*}"} {
		if _, err := ParsePattern(bad); err == nil {
			t.Errorf("%q is read as a pattern", bad)
		}
	}
}

// Whatever stands in a template's place, an address that leads upwards never matches.
func FuzzPattern(f *testing.F) {
	f.Add("docs://guides/{name}", "docs://guides/..%2f")
	f.Add("file:///{+path}", "file:///a/%2e./b")
	f.Fuzz(func(t *testing.T, pattern, address string) {
		p, err := ParsePattern(pattern)
		if err != nil {
			return
		}
		if p.Literal() != (p.Matches(pattern) && p.address == pattern && p.match == nil) {
			t.Errorf("%q is not itself", pattern)
		}
		if !p.Literal() && p.Matches(address) && leadsUpwards(address) {
			t.Errorf("%q stands for %q", pattern, address)
		}
	})
}
