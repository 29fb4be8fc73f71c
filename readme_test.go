package main

import (
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/margins"
)

var update = flag.Bool("update", false, "rewrite what is made from the code")

// The README's table of clauses says what the code says.
func TestReadmeTable(t *testing.T) {
	var table strings.Builder
	table.WriteString("| clause | kept by | what runs |\n|---|---|---|\n")
	for _, e := range agreement.Catalogue {
		p := margins.Kept(e.Clause)
		fmt.Fprintf(&table, "| %s %s | %s | %s |\n", number(e.Clause), e.Title, p.Kept, p.Runs)
	}
	readmePart(t, "<!-- clauses: made by go test . -run TestReadme -update -->\n", "<!-- end of clauses -->", table.String())
}

// The README's table of packages has each package, with the first sentence of its comment.
func TestReadmePackages(t *testing.T) {
	var table strings.Builder
	table.WriteString("| package | what it is |\n|---|---|\n")
	for _, dir := range slices.Sorted(maps.Keys(houseImports(t))) {
		if dir != "" {
			fmt.Fprintf(&table, "| `%s` | %s |\n", dir, purpose(t, dir))
		}
	}
	readmePart(t, "<!-- packages: made by go test . -run TestReadme -update -->\n", "<!-- end of packages -->", table.String())
}

// purpose is the first sentence of a package's comment, without its name.
func purpose(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if first := new(doc.Package).Synopsis(f.Doc.Text()); first != "" && !strings.HasSuffix(f.Name.Name, "_test") {
			return strings.TrimPrefix(first, "Package "+f.Name.Name+" ")
		}
	}
	t.Errorf("package %s has no comment", dir)
	return ""
}

// readmePart holds what stands between two marks of the README to what the code says.
func readmePart(t *testing.T, begin, end, want string) {
	t.Helper()
	readme := string(readFile(t, "README.md"))
	before, rest, ok := strings.Cut(readme, begin)
	_, after, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatalf("README.md has lost the mark %s", begin)
	}
	whole := before + begin + want + end + after
	if readme == whole {
		return
	}
	if !*update {
		t.Fatal("README.md is not what the code says; run go test . -run TestReadme -update")
	}
	if err := os.WriteFile("README.md", []byte(whole), 0o644); err != nil {
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
