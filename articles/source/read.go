// Package source is the agreement as a file: read with the place of every term, bounded whatever the
// bytes are, checked line by line, and brought to the current edition.
package source

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"entente/agreement"
	"entente/articles"
	"entente/articles/rules"
)

// A File is an agreement file as it was read: its terms, and where each of them stands.
type File struct {
	Name      string
	Agreement articles.Agreement

	found  agreement.Findings // what reading found
	places map[string]place
	// literals are the lines in which texts that are kept line by line begin.
	literals map[string]int

	whole bool // the text could be read as an agreement, if perhaps a faulty one
}

// A place is a line and a column of the file, both from 1; a column counts characters.
type place struct{ line, column int }

// Read reads an agreement file (YAML 1.2, at most 1 MiB) and reports everything that is wrong with
// it as a file at once: what is unknown, missing, malformed or not allowed. The File is never nil;
// what could not be read is absent from its terms. It never panics and its work is bounded,
// whatever the bytes are.
func Read(name string, file []byte) (*File, agreement.Findings) {
	r := newReader(name)
	r.into = reflect.ValueOf(&r.file.Agreement).Elem()
	r.file.found = r.read(file)
	return r.file, slices.Clone(r.file.found)
}

// Fill reads a file of another kind, such as a playbook, into a struct of the same form, as strictly as Read
// does. The file holds no agreement; it knows where each key stands.
func Fill(name string, file []byte, into any) (*File, agreement.Findings) {
	r := newReader(name)
	r.into = reflect.ValueOf(into).Elem()
	return r.file, r.read(file)
}

// read decodes a file and says what is wrong with it.
func (r *reader) read(file []byte) agreement.Findings {
	if tokens, ok := r.scan(file); ok {
		if root, ok := r.parse(tokens); ok && r.edition(root) {
			r.file.whole = r.root(root)
		}
	}
	return r.file.settle(r.found)
}

// ReadFrom is Read from a stream. It stops reading when the file is too large.
func ReadFrom(from io.Reader, name string) (*File, agreement.Findings, error) {
	b, err := io.ReadAll(io.LimitReader(from, MaxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	f, found := Read(name, b)
	return f, found, nil
}

// Position is where a path such as "commerce.revenue.shares[0].a" stands in the file: the line and
// column of the value if it is one word or text, else of its key. What is not in the file stands
// where its nearest parent does. Columns count characters, not bytes.
func (f *File) Position(path string) (line, column int) {
	for path != "" {
		if at, ok := f.places[path]; ok {
			return at.line, at.column
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 1, 1
}

// PositionIn is Position or, within a text that the file keeps line by line, the line that is meant, from 1.
func (f *File) PositionIn(path string, row int) (line, column int) {
	if first, known := f.literals[path]; known && row > 0 {
		return first + row - 1, 1
	}
	return f.Position(path)
}

// A reader turns one file into an Agreement, or another struct of the same form, and findings.
type reader struct {
	file   *File
	into   reflect.Value
	widths []int // of the lines in characters, to keep positions inside the text
	found  agreement.Findings
	count  map[string]int  // findings by rule
	added  int             // findings, also those that are not reported
	faulty map[string]bool // paths with a finding

	invalid *token.Token // a token that the lexer could not make sense of
}

func newReader(name string) *reader {
	return &reader{file: &File{Name: name, places: map[string]place{}, literals: map[string]int{}}, count: map[string]int{}, faulty: map[string]bool{}}
}

// sameRule is how many findings of one rule are reported one by one; after tooMany of all rules, no
// further value is read.
const (
	sameRule = 100
	tooMany  = 2000
)

// add reports a finding, with bounds: the hundredth of a rule says that there are more.
func (r *reader) add(rule, path, format string, args ...any) *agreement.Finding {
	r.faulty[path] = true
	r.added++
	switch r.count[rule]++; {
	case r.count[rule] > sameRule:
		return new(agreement.Finding)
	case r.count[rule] == sameRule:
		f := r.found.Add(rule, path, format, args...)
		f.Message += "; more of the same is not reported"
		return f
	}
	return r.found.Add(rule, path, format, args...)
}

// parse gives the text to the YAML library. A fault of the library ends here, as a finding.
func (r *reader) parse(tokens token.Tokens) (root ast.Node, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			r.atPlace(1, 1, "not-yaml", "the file cannot be read as YAML: the reader stumbled over it").Mend("look for unusual punctuation; put texts in quotes")
			root, ok = nil, false
		}
	}()
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.notYAML(err)
		return nil, false
	}
	if r.invalid != nil {
		at := r.within(r.invalid)
		r.atPlace(at.line, at.column, "not-yaml", "the file is not YAML here").Mend("put the text in quotes")
		return nil, false
	}
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		if root != nil {
			t := d.Body.GetToken().Position
			r.atPlace(t.Line, t.Column, "several-documents", "a second YAML document begins here").Mend("keep one agreement per file")
			return nil, false
		}
		root = d.Body
	}
	if root == nil {
		r.atPlace(1, 1, "missing", "the file is empty").Mend("begin with entente init")
		return nil, false
	}
	return root, true
}

// notYAML says what the library's error means to someone who has not read its source.
func (r *reader) notYAML(err error) {
	at, message := place{1, 1}, err.Error()
	var located interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &located) {
		message = located.GetMessage()
		if t := located.GetToken(); t != nil {
			at = place{t.Position.Line, t.Position.Column}
		}
	}
	message, _, _ = strings.Cut(message, "\n")
	hint := "check the indentation and the quotes of this line and the line before it"
	switch {
	case strings.Contains(message, "tab ") || strings.Contains(message, "'\t'"):
		message, hint = "a tab is used where YAML wants spaces", "indent with spaces"
	case strings.Contains(message, "mapping value is not allowed"):
		hint = `a text that contains ": " must be in quotes, and the keys of a mapping begin in the same column`
	case strings.Contains(message, "reserved character"):
		hint = "put the text in quotes"
	case strings.Contains(message, "escape character"):
		hint = `write \\ for a backslash in double quotes`
	}
	r.atPlace(at.line, at.column, "not-yaml", "the file is not YAML here: %s", message).Mend("%s", hint)
}

var editionForm = regexp.MustCompile(`^entente/\d{4}-\d{2}$`)

// edition reports whether the file is of this edition, or of none at all, which is a missing key.
func (r *reader) edition(root ast.Node) bool {
	edition, at := editionOf(root)
	if edition == articles.Edition || !editionForm.MatchString(edition) {
		return true
	}
	f := r.atPlace(at.line, at.column, "wrong-edition", "the file is of edition %q; this release reads %q", edition, articles.Edition)
	f.Path = "edition"
	if edition < articles.Edition {
		f.Mend("rewrite a draft with entente migrate; a signed agreement is read by the release that signed it")
	} else {
		f.Mend("use a newer release of Entente")
	}
	return false
}

// editionOf finds the edition that a file says it has.
func editionOf(root ast.Node) (string, place) {
	m, ok := root.(*ast.MappingNode)
	if !ok {
		return "", place{}
	}
	for _, v := range m.Values {
		if s, ok := v.Value.(*ast.StringNode); ok && keyOf(v) == "edition" {
			return s.Value, place{s.Token.Position.Line, s.Token.Position.Column}
		}
	}
	return "", place{}
}

// settle gives each finding its place, severity and clause, and puts all in order, each once.
func (f *File) settle(found agreement.Findings) agreement.Findings {
	for i := range found {
		if one := &found[i]; one.Line == 0 {
			one.Line, one.Column = f.PositionIn(one.Path, one.Row)
		}
	}
	rules.Settle(found)
	slices.SortStableFunc(found, compareFindings)
	return slices.Compact(found)
}

func compareFindings(a, b agreement.Finding) int {
	for _, d := range []int{a.Line - b.Line, a.Column - b.Column, strings.Compare(a.Rule, b.Rule), strings.Compare(a.Path, b.Path)} {
		if d != 0 {
			return d
		}
	}
	return strings.Compare(a.Message+a.Hint, b.Message+b.Hint)
}

// within keeps a position of the YAML library inside the text.
func (r *reader) within(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{1, 1}
	}
	line := min(max(1, t.Position.Line), max(1, len(r.widths)))
	column := max(1, t.Position.Column)
	if line <= len(r.widths) {
		column = min(column, r.widths[line-1]+1)
	}
	return place{line, column}
}
