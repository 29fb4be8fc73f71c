package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"testing"
)

// confidential are the names of what must not be compared byte by byte: how long that takes tells a stranger how
// much of a guess is right.
var confidential = regexp.MustCompile(`(?i)^(reveal|secret|password|mac|hmac|kek)$`)

// Secrets are compared in constant time, by Secret.Equal or subtle.ConstantTimeCompare, and by nothing else.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	read := 0
	for dir := range houseImports(t) {
		if dir == "" {
			dir = "."
		}
		eachFile(t, dir, func(name string, _ []string, source string) {
			read++
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, name, source, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range hasty(f) {
				t.Errorf("%s compares a secret with an operator that stops at the first difference", files.Position(at))
			}
		})
	}
	if read < 100 {
		t.Fatalf("only %d files were read; the walk is broken", read)
	}
	if f, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x; var a = s.Reveal() == guess; var b = bytes.Equal(mac, sum); var c = secret == ""; var d = s.IsZero()`, 0); err != nil || len(hasty(f)) != 2 {
		t.Errorf("the lint itself finds %d of 2 (%v)", len(hasty(f)), err)
	}
}

// hasty are the places where something confidential is compared with ==, !=, bytes.Equal and the like. Whether it
// is there at all may be asked.
func hasty(f *ast.File) (found []token.Pos) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && !constant(n.X) && !constant(n.Y) && (names(n.X) || names(n.Y)) {
				found = append(found, n.Pos())
			}
		case *ast.CallExpr:
			if of, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 2 && regexp.MustCompile(`^(bytes|slices|strings)\.(Equal|EqualFold|Compare)$`).MatchString(text(of)) && (names(n.Args[0]) || names(n.Args[1])) {
				found = append(found, n.Pos())
			}
		}
		return true
	})
	return found
}

func text(s *ast.SelectorExpr) string {
	if x, ok := s.X.(*ast.Ident); ok {
		return x.Name + "." + s.Sel.Name
	}
	return s.Sel.Name
}

// names reports whether an expression is something confidential: a name, a field or what a method returns.
func names(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return confidential.MatchString(e.Name)
	case *ast.SelectorExpr:
		return confidential.MatchString(e.Sel.Name)
	case *ast.CallExpr:
		return names(e.Fun)
	case *ast.SliceExpr:
		return names(e.X)
	case *ast.ParenExpr:
		return names(e.X)
	case *ast.StarExpr:
		return names(e.X)
	}
	return false
}

func constant(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return e.Name == "nil"
	}
	return false
}
