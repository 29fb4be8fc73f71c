package source

import (
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"entente/articles/form"
)

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	}
	return "a single value"
}

// keyOf is a key as it is written, without quotes.
func keyOf(pair *ast.MappingValueNode) string {
	var key ast.Node = pair.Key
	if k, ok := key.(*ast.MappingKeyNode); ok {
		key = k.Value
	}
	if key == nil || key.GetToken() == nil {
		return ""
	}
	return key.GetToken().Value
}

func startOf(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken()
	}
	return n.GetToken()
}

func isNull(n ast.Node) bool {
	_, ok := n.(*ast.NullNode)
	return ok || n == nil
}

// mayBeEmpty reports whether a key without a value says something: a mapping of tick boxes, none ticked.
func mayBeEmpty(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && form.ShapeOf(t) == form.Mapping && form.AllOptional(t)
}

// under reports whether a path is another or lies below it.
func under(path, top string) bool {
	rest, ok := strings.CutPrefix(path, top)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// sectionName is how a finding names the mapping at a path.
func sectionName(path string) string {
	if path == "" {
		return "the agreement file"
	}
	return path
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
