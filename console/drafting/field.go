package drafting

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
	"entente/articles/meaning"
	"entente/articles/source"
)

// A field is a place of the agreement file as a form shows it: a value, a group of values, or a table.
type field struct {
	Path, Name, About string
	Kind              kind
	Value, Example    string
	Choices           []string
	Optional          bool
	Wrong             string // why what was typed is no value; the value is then as it was typed
	Findings          agreement.Findings
	Fields            []field // of a group or a row
	Rows              []field // of a table
}

// A kind says how a field is filled in.
type kind string

const (
	line   kind = "line"   // on one line
	prose  kind = "prose"  // on several
	lines  kind = "lines"  // one value a line
	choice kind = "choice" // one of a few words
	tick   kind = "tick"
	group  kind = "group"  // further fields
	table  kind = "table"  // rows of further fields
	absent kind = "absent" // a group that was not chosen
)

// Unsaid reports whether what the field is about does not say that it takes one value a line.
func (f field) Unsaid() bool { return f.Kind == lines && !strings.Contains(f.About, "line") }

// ID is the name of the field's element.
func (f field) ID() string {
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(f.Path)
}

// Next is the path of a further row.
func (f field) Next() string { return fmt.Sprintf("%s[%d]", f.Path, len(f.Rows)) }

// Tall is how many rows a field of several lines has.
func (f field) Tall() int { return min(12, max(2, len(f.Value)/60+strings.Count(f.Value, "\n")+1)) }

// Unfolded reports whether a row is shown open: it is new, or something in it is to be mended.
func (f field) Unfolded() bool { return len(f.known()) == 0 || f.troubled() }

func (f field) troubled() bool {
	return f.Wrong != "" || len(f.Findings) > 0 || slices.ContainsFunc(f.Fields, field.troubled) || slices.ContainsFunc(f.Rows, field.troubled)
}

// faults are the ids of the elements where something is to be mended: the field's own, and those inside it.
func (f field) faults() []string {
	return faulty(f.ID(), f.Wrong, f.Findings, slices.Concat(f.Fields, f.Rows))
}

func faulty(id, wrong string, found agreement.Findings, within []field) (ids []string) {
	if wrong != "" {
		ids = append(ids, id)
	}
	for _, one := range found {
		if one.Severity == agreement.Error {
			ids = append(ids, id)
		}
	}
	for _, f := range within {
		ids = append(ids, f.faults()...)
	}
	return ids
}

// A sheet is a section of the agreement being filled in: what was typed and is no value, and what
// checking finds.
type sheet struct {
	typed map[string]string // what was typed, by path, where it is no value
	wrong map[string]string // why not
	found agreement.Findings
}

// fields are those of a mapping.
func (s *sheet) fields(v reflect.Value, path string) []field {
	var all []field
	for _, f := range form.Fields(v.Type()) {
		all = append(all, s.field(v.FieldByIndex(f.Index), form.Join(path, f.Key), f.Key, !f.Required))
	}
	return all
}

func (s *sheet) field(v reflect.Value, path, key string, optional bool) field {
	f := field{Path: path, Name: humane(key), About: form.Describe(path), Optional: optional}
	for _, one := range s.found {
		if one.Path == path {
			f.Findings = append(f.Findings, one)
		}
	}
	t := form.Deref(v.Type())
	pointed := v.Kind() == reflect.Pointer
	missing := pointed && v.IsNil()
	if pointed && !missing {
		v = v.Elem()
	}
	switch shape := form.ShapeOf(t); {
	case shape == form.Mapping && missing:
		f.Kind = absent
	case shape == form.Mapping:
		f.Kind, f.Fields, f.Optional = group, s.fields(v, path), pointed
	case shape == form.List && form.ShapeOf(t.Elem()) == form.Mapping:
		f.Kind = table
		for i := range v.Len() {
			row := field{Path: fmt.Sprintf("%s[%d]", path, i), Name: fmt.Sprintf("%s %d", f.Name, i+1), Kind: group}
			row.Fields = s.fields(v.Index(i), row.Path)
			f.Rows = append(f.Rows, row)
		}
		nameRows(f.Rows)
	default:
		s.value(&f, v, t, missing)
	}
	return f
}

// value fills in a field that holds a single value, or a list of them.
func (s *sheet) value(f *field, v reflect.Value, t reflect.Type, missing bool) {
	f.Kind, f.Choices = line, form.Choices(t)
	switch form.ShapeOf(t) {
	case form.Choice:
		f.Kind = choice
	case form.Tick:
		f.Kind = tick
	case form.Text:
		f.Kind = prose
	case form.List:
		f.Kind, f.Choices = lines, form.Choices(t.Elem())
		for i := range v.Len() {
			f.Value += form.Written(v.Index(i)) + "\n"
		}
		f.Value = strings.TrimSuffix(f.Value, "\n")
	case form.Scalar:
		f.Example = form.PatternOf(t).Example
	}
	if f.Kind != lines && !missing && (f.Kind == tick || !v.IsZero() || form.ShapeOf(t) == form.Number) {
		f.Value = form.Written(v)
	}
	if f.Kind == prose && len(f.Value) < 60 && !strings.Contains(f.Value, "\n") && !strings.HasSuffix(f.Path, ".text") {
		f.Kind = line
	}
	if why, ok := s.wrong[f.Path]; ok {
		f.Value, f.Wrong = s.typed[f.Path], why
	}
}

// take fills a section in with what a form holds. What is no value is remembered, and leaves the term as
// it was.
func (s *sheet) take(v reflect.Value, path string, f url.Values) {
	for _, one := range form.Fields(v.Type()) {
		s.takeOne(v.FieldByIndex(one.Index), form.Join(path, one.Key), f)
	}
}

func (s *sheet) takeOne(v reflect.Value, path string, f url.Values) {
	t := form.Deref(v.Type())
	shape := form.ShapeOf(t)
	switch {
	case shape == form.Mapping && v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			s.take(v.Elem(), path, f)
		}
	case shape == form.Mapping:
		s.take(v, path, f)
	case shape == form.List && form.ShapeOf(t.Elem()) == form.Mapping:
		for i := range v.Len() {
			s.take(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
	case !f.Has("has " + path): // the form did not show it
	case shape == form.Tick:
		fill(v, t, reflect.ValueOf(f.Get(path) == "yes").Convert(t))
	default:
		s.read(v, t, path, strings.TrimSpace(strings.ReplaceAll(f.Get(path), "\r\n", "\n")))
	}
}

// read reads a value as people write it.
func (s *sheet) read(v reflect.Value, t reflect.Type, path, text string) {
	if text == "" {
		v.SetZero()
		return
	}
	if form.ShapeOf(t) != form.List {
		if one, why := reading(t, text); why != "" {
			s.typed[path], s.wrong[path] = text, why
		} else {
			fill(v, t, one)
		}
		return
	}
	list := reflect.MakeSlice(t, 0, 0)
	for part := range strings.SplitSeq(text, "\n") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		one, why := reading(t.Elem(), part)
		if why != "" {
			s.typed[path], s.wrong[path] = text, why
			return
		}
		list = reflect.Append(list, one)
	}
	v.Set(list)
}

// reading is the value that a text means, or why it means none.
func reading(t reflect.Type, text string) (reflect.Value, string) {
	if form.ShapeOf(t) == form.Text {
		if err := source.Fillable(text); err != nil {
			return reflect.Value{}, err.Error()
		}
	}
	if all := meaning.Readings(t, text); len(all) > 0 {
		return all[0], ""
	}
	switch form.ShapeOf(t) {
	case form.Number:
		return reflect.Value{}, "write a whole number, for example 30"
	case form.Choice:
		return reflect.Value{}, "choose one of " + strings.Join(form.Choices(t), ", ")
	}
	p := form.PatternOf(t)
	return reflect.Value{}, fmt.Sprintf("this is no %s; write it as %s", p.Name, p.Example)
}

// fill sets a value, or what a pointer points at.
func fill(v reflect.Value, t reflect.Type, to reflect.Value) {
	if v.Kind() == reflect.Pointer {
		fresh := reflect.New(t)
		fresh.Elem().Set(to)
		v.Set(fresh)
		return
	}
	v.Set(to)
}

// reshape adds a row or a group at a path of the section, or takes one away.
func reshape(a *articles.Agreement, section, add, remove string) bool {
	whole := reflect.ValueOf(a).Elem()
	within := func(path string) bool {
		_, fits := form.Fits(whole, path)
		return fits && strings.HasPrefix(path, section) && path != section
	}
	switch {
	case add != "" && within(add):
		form.Make(whole, add)
	case remove != "" && within(remove):
		list, number, row := cutRow(remove)
		if !row {
			v, ok := place(whole, remove)
			if !ok || v.Kind() != reflect.Pointer {
				return false
			}
			v.SetZero()
			return true
		}
		v, ok := form.At(whole, list)
		if !ok || v.Kind() != reflect.Slice || number >= v.Len() {
			return false
		}
		v.Set(reflect.AppendSlice(v.Slice3(0, number, number), v.Slice(number+1, v.Len())))
	default:
		return add == "" && remove == ""
	}
	return true
}

// cutRow is the list of a row and its number: "scope.components[2]".
func cutRow(path string) (list string, number int, row bool) {
	at := strings.LastIndexByte(path, '[')
	if at < 0 || !strings.HasSuffix(path, "]") {
		return path, 0, false
	}
	_, err := fmt.Sscanf(path[at:], "[%d]", &number)
	return path[:at], number, err == nil && number >= 0
}

// place is the value at a path, a pointer as it is.
func place(whole reflect.Value, path string) (reflect.Value, bool) {
	at := strings.LastIndexByte(path, '.')
	if at < 0 {
		return reflect.Value{}, false
	}
	parent, ok := form.At(whole, path[:at])
	for ok && parent.Kind() == reflect.Pointer {
		if parent.IsNil() {
			return reflect.Value{}, false
		}
		parent = parent.Elem()
	}
	if !ok || parent.Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	f, ok := form.Find(parent.Type(), path[at+1:])
	if !ok {
		return reflect.Value{}, false
	}
	return parent.FieldByIndex(f.Index), true
}

// unplaced are the findings about a section that stand beside none of its fields.
func unplaced(found agreement.Findings, all []field) agreement.Findings {
	var paths []string
	var walk func([]field)
	walk = func(all []field) {
		for _, f := range all {
			paths = append(paths, f.Path)
			walk(f.Fields)
			walk(f.Rows)
		}
	}
	walk(all)
	return slices.DeleteFunc(slices.Clone(found), func(one agreement.Finding) bool { return slices.Contains(paths, one.Path) })
}
