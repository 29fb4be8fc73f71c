package source

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"entente/articles/form"
	"entente/document"
)

// root decodes the whole file, and reports whether it is a mapping at all.
func (r *reader) root(n ast.Node) bool {
	if _, ok := n.(*ast.MappingNode); !ok {
		at := r.within(n.GetToken())
		r.atPlace(at.line, at.column, "wrong-kind", "the file must be a mapping of sections, not %s", kindOf(n)).Mend("begin with entente init")
		return false
	}
	r.mapping(n, r.into, "")
	return true
}

// value decodes a node into v, which it leaves as it is if the node is at fault.
func (r *reader) value(n ast.Node, v reflect.Value, path string) {
	if isNull(n) || r.added > tooMany {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch form.ShapeOf(v.Type()) {
	case form.Mapping:
		r.mapping(n, v, path)
	case form.Table:
		r.table(n, v, path)
	case form.List:
		r.list(n, v, path)
	default:
		if s, ok := r.written(n, v.Type(), path); ok {
			r.word(s, v, path)
		}
	}
}

// mapping decodes the keys of a struct.
func (r *reader) mapping(n ast.Node, v reflect.Value, path string) {
	values, ok := r.pairs(n, v.Type(), path)
	if !ok {
		return
	}
	given := map[string]bool{}
	for _, pair := range values {
		if r.added > tooMany {
			break
		}
		key := keyOf(pair)
		at := form.Join(path, key)
		f, ok := form.Find(v.Type(), key)
		if !ok {
			r.unknown(pair, v.Type(), path)
			continue
		}
		if _, again := given[key]; !r.place(pair, at, again) {
			continue
		}
		into := v.FieldByIndex(f.Index)
		r.value(pair.Value, into, at)
		if !f.Required && form.ShapeOf(f.Type) == form.Number && !isNull(pair.Value) && into.IsZero() && !r.faulty[at] {
			r.add("malformed-number", at, "0 is no figure here").Mend("write a figure above zero, or leave %s out", key)
		}
		given[key] = !isNull(pair.Value) || mayBeEmpty(into.Type())
	}
	r.absent(v, path, given)
}

// absent reports the required keys that a mapping lacks or leaves empty.
func (r *reader) absent(v reflect.Value, path string, given map[string]bool) {
	for _, f := range form.Fields(v.Type()) {
		if !f.Required {
			continue
		}
		at, into := form.Join(path, f.Key), v.FieldByIndex(f.Index)
		empty := given[f.Key] && emptied(into) && !r.faulty[at]
		if given[f.Key] && !empty {
			continue
		}
		what := "is missing"
		if empty {
			what = "is empty"
		}
		r.add("missing", at, "%s %s", f.Key, what).Mend("%s", form.Describe(at))
	}
}

// emptied reports whether a value that was given says nothing: an empty text or list.
func emptied(v reflect.Value) bool {
	switch form.ShapeOf(v.Type()) {
	case form.Text, form.Choice, form.Scalar:
		return v.IsZero()
	case form.List:
		return v.Len() == 0
	}
	return false
}

// table decodes a mapping whose keys the parties choose.
func (r *reader) table(n ast.Node, v reflect.Value, path string) {
	values, ok := r.pairs(n, v.Type(), path)
	if !ok || len(values) == 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, pair := range values {
		key := keyOf(pair)
		at := form.Join(path, key)
		name := reflect.New(v.Type().Key()).Elem()
		given := v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key())).IsValid()
		if !r.place(pair, at, given) {
			continue
		}
		r.word(key, name, at)
		into := reflect.New(v.Type().Elem()).Elem()
		r.value(pair.Value, into, at)
		if name.String() == key {
			v.SetMapIndex(name, into)
		}
	}
}

// list decodes a list, row by row.
func (r *reader) list(n ast.Node, v reflect.Value, path string) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.add("wrong-kind", path, "a list is needed here, not %s", kindOf(n)).Mend("write each item on a line of its own after a hyphen, or all in brackets: [one, two]")
		return
	}
	rows := reflect.MakeSlice(v.Type(), len(s.Values), len(s.Values))
	for i, item := range s.Values {
		if r.added > tooMany {
			break
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		r.file.places[at] = r.within(startOf(item))
		if isNull(item) {
			r.add("missing", at, "row %d is empty", i+1).Mend("fill it in or delete it")
			continue
		}
		r.value(item, rows.Index(i), at)
	}
	v.Set(rows)
}

// pairs are the keys and values of a mapping node.
func (r *reader) pairs(n ast.Node, t reflect.Type, path string) ([]*ast.MappingValueNode, bool) {
	if m, ok := n.(*ast.MappingNode); ok {
		return m.Values, true
	}
	f := r.add("wrong-kind", path, "a mapping of keys and values is needed here, not %s", kindOf(n))
	if t.Kind() == reflect.Struct {
		f.Mend("its keys are %s", document.Join(form.Keys(t)))
	}
	return nil, false
}

// place records where a key stands and reports whether it is the first of its name.
func (r *reader) place(pair *ast.MappingValueNode, path string, again bool) bool {
	key := r.within(pair.Key.GetToken())
	if again {
		first := r.file.places[path]
		f := r.atPlace(key.line, key.column, "duplicate-key", "%s is given twice; the first is in line %d", keyOf(pair), first.line)
		f.Path = path
		f.Mend("keep one of the two")
		return false
	}
	r.file.places[path] = key
	if s := startOf(pair.Value); s != nil {
		switch value := pair.Value.(type) {
		case *ast.LiteralNode:
			r.file.places[path] = r.within(s)
			if strings.HasPrefix(value.Start.Value, "|") {
				r.file.literals[path] = r.within(value.Start).line + 1
			}
		case *ast.MappingNode, *ast.SequenceNode, *ast.NullNode:
		default:
			r.file.places[path] = r.within(s)
		}
	}
	return true
}

func (r *reader) unknown(pair *ast.MappingValueNode, t reflect.Type, path string) {
	key := keyOf(pair)
	at := r.within(pair.Key.GetToken())
	f := r.atPlace(at.line, at.column, "unknown-key", "%s is not a key of %s", clipped(key), sectionName(path))
	f.Path = form.Join(path, key)
	keys := form.Keys(t)
	if near := form.Nearest(key, keys); near != "" {
		f.Mend("did you mean %s?", near)
	} else {
		f.Mend("its keys are %s", document.Join(keys))
	}
}

var (
	blank    = regexp.MustCompile(`(?i)^(…|\.{2,}|-{1,3}|\?+|_+|x{3,}|tb[acd]|to ?do|to be (completed|confirmed|determined|agreed|defined)|<[^<>]*>|\[[^\[\]]*\])$`)
	blankIn  = regexp.MustCompile(`(?i)\[(…|\.\.\.|to be [a-z]+|tb[acd])\]|_{3,}|\btb[cd]\b`)
	wholes   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	exampled = regexp.MustCompile(`(.*): (write .*)$`)
)

// written is the text of a scalar node, if it is one and of a kind that the type may have.
func (r *reader) written(n ast.Node, t reflect.Type, path string) (string, bool) {
	var s string
	quoted := false
	switch n := n.(type) {
	case *ast.StringNode:
		s, quoted = n.Value, n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType
	case *ast.LiteralNode:
		s, quoted = n.Value.Value, true
	case *ast.NullNode:
		return "", false
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		s = n.GetToken().Value
	default:
		r.add("wrong-kind", path, "%s is needed here, not %s", needed(t), kindOf(n)).Mend("%s", form.Describe(path))
		return "", false
	}
	if c, found := hidden(s); found {
		r.add("invisible-characters", path, "the text contains U+%04X, which cannot be seen", c).Mend("delete it: what is signed must be what is seen")
		return "", false
	}
	if trimmed := strings.TrimSpace(s); unfilled(trimmed, t) {
		r.add("placeholder", path, "%s is still to be filled in", clipped(trimmed)).Mend("%s", form.Describe(path))
		return "", false
	}
	if sh := form.ShapeOf(t); quoted && (sh == form.Number || sh == form.Tick) {
		r.add(malformed(sh), path, "%q is text; %s is needed here", s, needed(t)).Mend("write it without quotes")
		return "", false
	}
	return s, true
}

// unfilled reports whether a text only stands where the parties have yet to write something.
func unfilled(s string, t reflect.Type) bool {
	return blank.MatchString(s) || blankIn.MatchString(s) || form.ShapeOf(t) != form.Text && strings.ContainsAny(s, "…_") && strings.Trim(s, "…_ ") == ""
}

// word decodes one text into a value.
func (r *reader) word(s string, v reflect.Value, path string) {
	switch sh := form.ShapeOf(v.Type()); sh {
	case form.Choice:
		r.choice(s, v, path)
	case form.Scalar:
		into := reflect.New(v.Type())
		if err := into.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
			r.malformed(form.PatternOf(v.Type()), path, err)
			return
		}
		v.Set(into.Elem())
	case form.Tick:
		if s != "true" && s != "false" {
			r.add(malformed(sh), path, "%q is neither true nor false", s).Mend("write true or false; leave a tick box out to leave it unticked")
			return
		}
		v.SetBool(s == "true")
	case form.Number:
		n, err := strconv.ParseInt(s, 10, v.Type().Bits())
		if err != nil || !wholes.MatchString(s) || n > form.MaxWhole || n < -form.MaxWhole {
			r.add(malformed(sh), path, "%q is not a whole number that can be used here", s).Mend("write digits only, for example 30")
			return
		}
		v.SetInt(n)
	default:
		v.SetString(s)
	}
}

func (r *reader) choice(s string, v reflect.Value, path string) {
	choices := form.Choices(v.Type())
	for _, c := range choices {
		if c == s {
			v.SetString(s)
			return
		}
	}
	if s == "" {
		return
	}
	f := r.add("unknown-choice", path, "%q is not a choice here", clipped(s))
	if near := form.Nearest(strings.ToLower(s), choices); near != "" {
		f.Mend("did you mean %s? The choices are %s", near, document.Either(choices))
	} else {
		f.Mend("the choices are %s", document.Either(choices))
	}
}

func (r *reader) malformed(p form.Pattern, path string, err error) {
	message, hint := err.Error(), ""
	if m := exampled.FindStringSubmatch(message); m != nil {
		message, hint = m[1], m[2]
	}
	found := r.add(p.Rule, path, "%s", message)
	if hint != "" {
		found.Mend("%s", hint)
	} else if p.Example != "" && !strings.Contains(message, "for example") {
		found.Mend("for example %s", p.Example)
	}
}

func malformed(s form.Shape) string {
	if s == form.Tick {
		return "malformed-tick"
	}
	return "malformed-number"
}

// needed says what a type wants.
func needed(t reflect.Type) string {
	switch form.ShapeOf(t) {
	case form.Choice:
		return "one of " + document.Either(form.Choices(t))
	case form.Scalar:
		return "one " + form.PatternOf(t).Name
	case form.Tick:
		return "true or false"
	case form.Number:
		return "a whole number"
	}
	return "a text"
}
