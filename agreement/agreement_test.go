package agreement

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestIDs(t *testing.T) {
	if _, err := ParseID("agr_abcdefghijklmnop"); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"", "agr_", "agr_ABCDEFGHIJKLMNOP", "agr_abcdefghijklmno", "agr_abcdefghijklmnop/..", "abcdefghijklmnop"} {
		if _, err := ParseID(s); err == nil {
			t.Errorf("%q was taken for an id", s)
		}
	}
}

func TestEmailsAndAddresses(t *testing.T) {
	for s, ok := range map[string]bool{"a@b.example": true, "": true, "a@b": false, "A <a@b.example>": false, "a@b.example ": false, "a b@c.example": false} {
		var e Email
		if err := e.UnmarshalText([]byte(s)); (err == nil) != ok {
			t.Errorf("e-mail %q: %v", s, err)
		}
	}
	for s, ok := range map[string]bool{"https://a.example/v1": true, "http://a.example": true, "ftp://a.example": false, "a.example": false,
		"https://user@a.example": false, "https://a.example/#x": false, "https://": false, "javascript:alert(1)": false} {
		var u URL
		if err := u.UnmarshalText([]byte(s)); (err == nil) != ok {
			t.Errorf("address %q: %v", s, err)
		}
	}
}

// Every clause has a title, a section of the file and a way to be cited; numbers are unique.
func TestCatalogue(t *testing.T) {
	seen := map[Clause]bool{}
	for _, e := range Catalogue {
		if seen[e.Clause] {
			t.Errorf("clause %s is listed twice", e.Clause)
		}
		seen[e.Clause] = true
		if e.Title == "" || e.Clause.Title() != e.Title || e.Clause.Section() == "" || e.Clause.Cite() == "" {
			t.Errorf("clause %q: title %q, section %q, cited as %q", e.Clause, e.Title, e.Clause.Section(), e.Clause.Cite())
		}
	}
	for _, a := range Articles {
		if !seen[Clause(a.Number+".1")] {
			t.Errorf("article %s has no clause", a.Number)
		}
	}
}

func TestRulePagesAreStrict(t *testing.T) {
	const good = "---\nrule: x\nseverity: error\nclause: \"6.1\"\ntitle: t\n---\ntext\n```yaml\na: 1\n```\n```yaml\na: 2\n```\n"
	read := func(name, text string) ([]Rule, error) {
		return ReadRules(fstest.MapFS{"rules/" + name: {Data: []byte(text)}}, "rules")
	}
	rules, err := read("x.md", good)
	if err != nil || len(rules) != 1 || rules[0].Refused != "a: 1\n" || rules[0].Accepted != "a: 2\n" {
		t.Fatalf("%+v, %v", rules, err)
	}
	for name, text := range map[string]string{
		"y.md": good, "x.md": strings.Replace(good, "severity: error", "severity: bad", 1),
	} {
		if _, err := read(name, text); err == nil {
			t.Errorf("%s was accepted:\n%s", name, text)
		}
	}
	for _, text := range []string{"", "no head", strings.Replace(good, "title: t\n", "", 1), strings.Replace(good, "```yaml\na: 2\n```\n", "", 1), strings.Replace(good, "rule: x", "rule: x\nother: y", 1)} {
		if _, err := read("x.md", text); err == nil {
			t.Errorf("accepted:\n%s", text)
		}
	}
}

// Who acts for a party follows from its own versions and from those that both have signed; so does who did before.
func TestThePredecessor(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 9, 0, 0, 0, time.UTC) }
	version := func(n int, by Party, effective int, signed ...int) Version {
		v := Version{Number: n, Proposed: day(n), Effective: day(effective), Offer: Offer{Party: by}}
		for i, d := range signed {
			v.Signatures = append(v.Signatures, Signature{Party: Both[i], At: day(d)})
		}
		return v
	}
	for _, c := range []struct {
		name   string
		given  Life
		before int
		since  time.Time
	}{
		{"nothing is proposed", Life{}, 0, time.Time{}},
		{"the first version", Life{Versions: []Version{version(1, A, 20)}}, 0, day(1)},
		{"a second of the same party", Life{Versions: []Version{version(1, A, 20), version(2, A, 20)}}, 1, day(2)},
		{"an answer of the other party", Life{Versions: []Version{version(1, A, 20), version(2, B, 20)}}, 0, day(1)},
		{"the answer is signed", Life{Versions: []Version{version(1, A, 20), version(2, B, 20, 3, 4)}}, 1, day(4)},
		{"an amendment that is signed and waits", Life{InForce: 1, Versions: []Version{version(1, A, 2, 2, 2), version(2, B, 20, 3, 4)}}, 0, day(2)},
		{"an amendment that has come into force", Life{InForce: 2, Versions: []Version{version(1, A, 2, 2, 2), version(2, B, 20, 3, 4)}}, 1, day(20)},
	} {
		before, since := c.given.Predecessor(A)
		if before != c.before || !since.Equal(c.since) {
			t.Errorf("%s: version %d before, since %v; want %d, %v", c.name, before, since, c.before, c.since)
		}
	}
}
