package form_test

import (
	"bytes"
	"encoding/json"
	"entente/articles/rules"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/form"
	"entente/articles/playbook"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the files that tests generate")

// The committed schema is the one that the Go types and their comments give.
func TestSchemaIsGenerated(t *testing.T) {
	golden(t, "schema.json", generateSchema(t))
}

func TestPlaybookSchemaIsGenerated(t *testing.T) {
	golden(t, filepath.Join("..", "playbook", "schema.json"), schemaOf(t, reflect.TypeFor[playbook.Playbook](), "playbook", "Entente playbook",
		"A company's own standard for AI integration partnerships, edition "+articles.Edition+"."))
}

// The committed documentation is the one that the schema gives.
func TestFileFormatIsGenerated(t *testing.T) {
	golden(t, filepath.Join("..", "..", "docs", "file-format.md"), generateDocs(t))
}

func golden(t *testing.T, name string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(readFile(t, name)), string(want)); diff != "" {
		t.Errorf("%s is not what the types give; run go test ./articles/form -run Generated -update, twice if the types changed (-have +want):\n%.4000s", name, diff)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every key of the format is explained, in whole sentences.
func TestEveryKeyIsExplained(t *testing.T) {
	everyField(reflect.TypeFor[articles.Agreement](), "", func(owner reflect.Type, f form.Field, path string) {
		about := form.Describe(path)
		if about == "" || !strings.ContainsAny(about[len(about)-1:], ".?)\"") {
			t.Errorf("%s (%s.%s) is explained as %q", path, owner, goName(owner, f), about)
		}
	})
}

// Every scalar of the format has a type whose text form tests can rely on.
func TestFormsHoldTheirExamples(t *testing.T) {
	for typ, f := range form.Patterns {
		v := reflect.New(typ)
		if err := unmarshalText(v, f.Example); err != nil || v.Elem().IsZero() {
			t.Errorf("the example %q of %s is not accepted: %v", f.Example, typ, err)
		}
		if !regexp.MustCompile(strings.NewReplacer(`(?=.)`, "", `(?=\d)`, "").Replace(f.Regexp)).MatchString(f.Example) {
			t.Errorf("the pattern of %s does not accept its example %q", typ, f.Example)
		}
	}
}

// The example satisfies the schema, and what each malformed rule refuses does not.
func TestSchemaJudgesTheExample(t *testing.T) {
	schema := compiled(t)
	if err := schema.Validate(plainly(t, string(draft.Write(draft.Example(articlestest.Day))))); err != nil {
		t.Errorf("the example: %v", err)
	}
	for _, rule := range rules.All() {
		refuses := strings.HasPrefix(rule.Name, "malformed-") || rule.Name == "unknown-key" || rule.Name == "unknown-choice" || rule.Name == "missing" || rule.Name == "wrong-kind"
		if !refuses || rule.Name == "malformed-value" {
			continue
		}
		if err := schema.Validate(plainly(t, articlestest.Patched(t, rule.Refused))); err == nil {
			t.Errorf("%s: the schema accepts what the rule refuses", rule.Name)
		}
		if err := schema.Validate(plainly(t, articlestest.Patched(t, rule.Accepted))); err != nil {
			t.Errorf("%s: the schema refuses what the rule accepts: %v", rule.Name, err)
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(form.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(lookaheadless)
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lookaheadless reads the schema's patterns with Go's engine, which lacks the two lookaheads that
// say "at least one part".
func lookaheadless(s string) (jsonschema.Regexp, error) {
	return regexp.Compile(strings.NewReplacer(`(?=.)`, "", `(?=\d)`, "").Replace(s))
}

// generateSchema derives the schema from the types, their tags and their comments.
func generateSchema(t *testing.T) []byte {
	return schemaOf(t, reflect.TypeFor[articles.Agreement](), "agreement", "Entente partnership agreement", "The terms of an AI integration partnership between two companies, edition "+articles.Edition+".")
}

func schemaOf(t *testing.T, typ reflect.Type, name, title, about string) []byte {
	g := generator{comments: map[string]map[string]string{}, defs: map[string]any{}, t: t}
	root := g.object(typ)
	head := ordered{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "urn:entente:" + name + ":" + strings.TrimPrefix(articles.Edition, "entente/")},
		{"title", title},
		{"description", about},
	}
	b, err := json.Marshal(append(append(head, root...), pair{"$defs", g.defs}))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

type generator struct {
	t        *testing.T
	comments map[string]map[string]string // by package path: "Type" or "Type.Field"
	defs     map[string]any
}

// An ordered object keeps the order of its members in JSON.
type ordered []pair

type pair struct {
	key   string
	value any
}

func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := plainJSON(p.key)
		value, err := plainJSON(p.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

func (g *generator) object(typ reflect.Type) ordered {
	kind := any("object")
	if form.AllOptional(typ) {
		kind = []string{"object", "null"}
	}
	properties, required := ordered{}, []string{}
	for _, f := range form.Fields(typ) {
		p := g.property(f)
		if f.Key == "edition" {
			p = ordered{{"const", articles.Edition}}
		}
		if about := g.comment(typ, goName(typ, f)); about != "" {
			p = append(ordered{{"description", about}}, p...)
		}
		properties = append(properties, pair{f.Key, p})
		if f.Required {
			required = append(required, f.Key)
		}
	}
	o := ordered{{"type", kind}, {"additionalProperties", false}, {"properties", properties}}
	if len(required) > 0 {
		o = append(o, pair{"required", required})
	}
	return o
}

func (g *generator) property(f form.Field) ordered {
	p := g.shape(f.Type)
	switch form.ShapeOf(f.Type) {
	case form.Text:
		if f.Required {
			p = append(p, pair{"minLength", 1})
		}
	case form.List:
		if f.Required {
			p = append(p, pair{"minItems", 1})
		}
	}
	return p
}

func (g *generator) shape(typ reflect.Type) ordered {
	if typ.Kind() == reflect.Pointer {
		return g.shape(typ.Elem())
	}
	if typ == reflect.TypeFor[playbook.Value]() { // of whatever kind the term is
		return ordered{{"type", []string{"string", "number", "boolean"}}}
	}
	switch form.ShapeOf(typ) {
	case form.Mapping, form.Choice, form.Scalar:
		return g.reference(typ)
	case form.List:
		return ordered{{"type", "array"}, {"items", g.shape(typ.Elem())}}
	case form.Table:
		return ordered{{"type", "object"}, {"additionalProperties", g.shape(typ.Elem())}}
	case form.Tick:
		return ordered{{"type", "boolean"}}
	case form.Number:
		return ordered{{"type", "integer"}, {"minimum", -form.MaxWhole}, {"maximum", form.MaxWhole}}
	}
	return ordered{{"type", "string"}}
}

func (g *generator) reference(typ reflect.Type) ordered {
	name := typ.String()
	if _, ok := g.defs[name]; !ok {
		g.defs[name] = ordered{} // against endless recursion
		g.defs[name] = g.definition(typ)
	}
	return ordered{{"$ref", "#/$defs/" + name}}
}

func (g *generator) definition(typ reflect.Type) ordered {
	switch form.ShapeOf(typ) {
	case form.Choice:
		return ordered{{"type", "string"}, {"enum", form.Choices(typ)}}
	case form.Scalar:
		f := form.PatternOf(typ)
		return ordered{{"description", "One " + f.Name + ", for example " + f.Example + "."}, {"type", "string"}, {"pattern", f.Regexp}, {"examples", []string{f.Example}}}
	}
	return g.object(typ)
}

// comment is the doc comment of a type or, with a name, of a field of it, in one line.
func (g *generator) comment(typ reflect.Type, name string) string {
	if g.comments[typ.PkgPath()] == nil {
		g.comments[typ.PkgPath()] = g.read(typ.PkgPath())
	}
	key := typ.Name()
	if name != "" {
		key += "." + name
	}
	return g.comments[typ.PkgPath()][key]
}

func (g *generator) read(pkg string) map[string]string {
	g.t.Helper()
	dir := filepath.Join("..", "..", strings.TrimPrefix(pkg, "entente/"))
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	comments := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			g.t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				for _, s := range d.Specs {
					readType(d, s.(*ast.TypeSpec), comments)
				}
			}
		}
	}
	return comments
}

func readType(d *ast.GenDecl, s *ast.TypeSpec, comments map[string]string) {
	doc := s.Doc
	if doc == nil {
		doc = d.Doc
	}
	comments[s.Name.Name] = oneLine(doc.Text())
	st, ok := s.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		for _, n := range f.Names {
			comments[s.Name.Name+"."+n.Name] = oneLine(f.Doc.Text())
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func goName(owner reflect.Type, f form.Field) string { return owner.FieldByIndex(f.Index).Name }

// everyField visits each key of the format once for each path it has, without row numbers.
func everyField(typ reflect.Type, path string, visit func(owner reflect.Type, f form.Field, path string)) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
		typ = typ.Elem()
	}
	if form.ShapeOf(typ) != form.Mapping || strings.Count(path, ".") > 12 {
		return
	}
	for _, f := range form.Fields(typ) {
		at := form.Join(path, f.Key)
		visit(typ, f, at)
		if form.ShapeOf(f.Type) == form.Table {
			at += ".*"
		}
		everyField(f.Type, at, visit)
	}
}

// generateDocs writes the file format for people: a table for each section.
func generateDocs(t *testing.T) []byte {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(docsHead) + "\n")
	root := reflect.TypeFor[articles.Agreement]()
	for _, f := range form.Fields(root) {
		title := form.SectionTitle(f.Key)
		if title == "" {
			continue
		}
		fmt.Fprintf(&b, "\n## %s (`%s`)\n\n", title, f.Key)
		if about := form.Describe(f.Key); about != "" {
			b.WriteString(about + "\n\n")
		}
		b.WriteString("| key | type or choices | required | meaning |\n|---|---|---|---|\n")
		everyField(f.Type, f.Key, func(_ reflect.Type, f form.Field, path string) {
			required := ""
			if f.Required {
				required = "yes"
			}
			short := path[strings.Index(path, ".")+1:]
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", short, typeName(f.Type), required, strings.ReplaceAll(form.Describe(path), "|", "\\|"))
		})
	}
	return []byte(b.String())
}

func typeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		return typeName(t.Elem())
	}
	switch form.ShapeOf(t) {
	case form.Choice:
		var quoted []string
		for _, c := range form.Choices(t) {
			quoted = append(quoted, "`"+c+"`")
		}
		return strings.Join(quoted, ", ")
	case form.Scalar:
		f := form.PatternOf(t)
		if f.Example != "" {
			return f.Name + ", `" + f.Example + "`"
		}
		return "text of its own form"
	case form.Tick:
		return "`true` or `false`"
	case form.Number:
		return "whole number"
	case form.List:
		if form.ShapeOf(t.Elem()) == form.Mapping {
			return "table"
		}
		return "list of " + typeName(t.Elem())
	case form.Table:
		return "mapping by name"
	case form.Mapping:
		return "group"
	}
	return "text"
}

const docsHead = `
# The agreement file

The terms of a partnership are one YAML 1.2 file in UTF-8 of at most 1 MiB. This page is generated from the types that read the
file, and a test holds it to them; ` + "`entente schema`" + ` prints the same as a JSON Schema (2020-12) for editors, and
` + "`entente init --example`" + ` writes a complete file with every key explained.

## How the file is read

- The first key is ` + "`edition: " + articles.Edition + "`" + `. A draft of an older edition is rewritten by ` + "`entente migrate`" + `; a signed file is
  read by its own edition for good.
- A **tick box** is ` + "`true`" + `, or left out. A tick box with a value is ticked by giving the value. A **choice** is exactly one of the words
  listed. A **table** is a list of rows. A **group** is a mapping of further keys; a group of tick boxes of which none is ticked may be empty.
- A text needs no quotes unless YAML would take it for something else, for example because it contains a colon and a space. A text over
  several lines stands in quotes, or behind ` + "`>-`" + ` and indented.
- A required key must be there and must not be empty. An unknown key, a key given twice, a value of the wrong kind and a blank such as
  "…", "TBD" or "[to be completed]" are errors.
- **Dates** are civil dates (` + "`2026-12-01`" + `) in the agreement's time zone. **Durations** are ISO 8601 of whole units (` + "`P30D`, `P2Y`, `PT4H`" + `).
  **Amounts** and **prices** are a currency and a decimal figure (` + "`EUR 1250.00`" + `). **Percentages** have their sign (` + "`12.5%`" + `). Whole numbers are digits only.
- A **component** is referred to by its name in clause 1.2, a **person** by their id in clause 7.1.
- Anchors, aliases, tags, merge keys, explicit keys, directives and several documents in one file are refused, and so are control characters and
  characters that cannot be seen. The file nests at most 40 levels deep, and a mapping has at most 1000 keys.

In the tables below, a key with dots lies inside the group or table before the dot.
`
