package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/margins"
)

var update = flag.Bool("update", false, "rewrite what is made from the code")

// The README's table of clauses says what the code says.
func TestReadmeTable(t *testing.T) {
	const begin, end = "-update -->\n", "<!-- end of clauses -->"
	readme := string(readFile(t, "README.md"))
	before, rest, ok := strings.Cut(readme, begin)
	_, after, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatal("README.md has lost the marks of its table of clauses")
	}
	var table strings.Builder
	table.WriteString("| clause | kept by | what runs |\n|---|---|---|\n")
	for _, e := range agreement.Catalogue {
		p := margins.Kept(e.Clause)
		fmt.Fprintf(&table, "| %s %s | %s | %s |\n", number(e.Clause), e.Title, p.Kept, p.Runs)
	}
	want := before + begin + table.String() + end + after
	if readme == want {
		return
	}
	if !*update {
		t.Fatal("the table of clauses in README.md is not what the code says; run go test . -run TestReadmeTable -update")
	}
	if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func number(c agreement.Clause) string {
	switch c {
	case agreement.FrontPage, agreement.SignatureBlock:
		return ""
	}
	return string(c)
}
