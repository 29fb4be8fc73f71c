package draft

import (
	"encoding"
	"reflect"
	"strings"

	"entente/articles"
	"entente/articles/form"
)

const writtenWidth = 100

// Write is the agreement as a commented file: every section and key in order, each explained once,
// what is chosen plain, what is not chosen as a commented-out line that shows how to choose it.
// Reading the file gives the same agreement.
func Write(a articles.Agreement) []byte {
	w := writer{agreement: a, explained: map[reflect.Type]bool{}}
	w.comment(0, "The terms of an AI integration partnership agreement.\n\n"+
		"A line such as #key: value is a choice that is not made: delete the # to make it, and fill in what is shown as …. "+
		"Check the file with: entente check FILE. Read it as a contract with: entente render FILE -o agreement.html")
	w.line("# yaml-language-server: $schema=agreement.schema.json")
	v := reflect.ValueOf(a)
	for _, f := range form.Fields(v.Type()) {
		w.line("")
		if title := form.SectionTitle(f.Key); title != "" {
			w.line("# ── " + title + " " + strings.Repeat("─", max(3, writtenWidth-6-len([]rune(title)))))
		}
		w.field(0, f, v.FieldByIndex(f.Index), f.Key)
	}
	return []byte(w.b.String())
}

// A writer writes YAML lines, indented by two spaces a level.
type writer struct {
	b         strings.Builder
	agreement articles.Agreement
	explained map[reflect.Type]bool // rows and groups whose keys were explained
	quiet     bool                  // the keys were explained before
	sample    bool                  // an example of what is not chosen
}

// inner is a writer for what belongs under a key that is not yet written.
func (w *writer) inner() *writer {
	return &writer{agreement: w.agreement, explained: w.explained, sample: w.sample}
}

func (w *writer) line(s string) { w.b.WriteString(s + "\n") }

func (w *writer) key(depth int, s string) { w.line(strings.Repeat("  ", depth) + s) }

// comment writes paragraphs as wrapped comment lines.
func (w *writer) comment(depth int, s string) {
	for paragraph := range strings.SplitSeq(s, "\n") {
		for _, l := range wrapped(paragraph, max(40, writtenWidth-2*depth-2)) {
			w.key(depth, strings.TrimRight("# "+l, " "))
		}
	}
}

// mapping writes the keys of a struct.
func (w *writer) mapping(depth int, v reflect.Value, path string) {
	w.quiet = w.explained[v.Type()]
	w.explained[v.Type()] = true
	for i, f := range form.Fields(v.Type()) {
		if depth == 1 && i > 0 {
			w.line("")
		}
		w.field(depth, f, v.FieldByIndex(f.Index), form.Join(path, f.Key))
	}
}

// field writes one key with its explanation and its value; without a value, as a commented-out sample.
func (w *writer) field(depth int, f form.Field, v reflect.Value, path string) {
	if about := explanation(f, path); about != "" && !w.quiet && !(depth == 0 && form.SectionTitle(f.Key) != "") {
		w.comment(depth, about)
	}
	if f.Type.Kind() == reflect.Slice && form.ShapeOf(f.Type.Elem()) == form.Mapping {
		w.legend(depth, f.Type.Elem(), path, 1)
	}
	switch absent := w.absent(f, v); {
	case absent && form.ShapeOf(f.Type) == form.Mapping && form.AllOptional(form.Deref(f.Type)):
		w.group(depth, f.Key, reflect.New(form.Deref(f.Type)).Elem(), path, true)
	case absent:
		w.unchosen(depth, f, path)
	case v.Kind() == reflect.Pointer:
		w.value(depth, f.Key, v.Elem(), path)
	default:
		w.value(depth, f.Key, v, path)
	}
}

func (w *writer) absent(f form.Field, v reflect.Value) bool {
	switch {
	case v.Kind() == reflect.Pointer:
		return v.IsNil()
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Map:
		return v.Len() == 0
	}
	return !f.Required && v.IsZero()
}

// value writes a key and its value, whatever its shape.
func (w *writer) value(depth int, key string, v reflect.Value, path string) {
	switch form.ShapeOf(v.Type()) {
	case form.Mapping:
		w.group(depth, key, v, path, false)
	case form.Table:
		w.key(depth, key+":")
		for _, k := range sortedKeysOf(v) {
			w.value(depth+1, quoted(k.String(), false), v.MapIndex(k), path)
		}
	case form.List:
		w.list(depth, key, v)
	case form.Text:
		w.text(depth, key, v.String())
	default:
		w.key(depth, strings.TrimRight(key+": "+word(v, false), " "))
	}
}

// unchosen writes a key that has no value as a sample behind a #.
func (w *writer) unchosen(depth int, f form.Field, path string) {
	inner := w.inner()
	inner.sample = true
	inner.value(depth, f.Key, w.sampleOf(f.Type, f.Key), path)
	indent := strings.Repeat("  ", depth)
	for l := range strings.Lines(inner.b.String()) {
		if l != "\n" {
			w.b.WriteString(indent + "#" + strings.TrimPrefix(l, indent))
		}
	}
}

// sampleOf is a valid value of a type with its required keys filled in. Free text is shown as …,
// which the reader asks to be filled in.
func (w *writer) sampleOf(t reflect.Type, key string) reflect.Value {
	if t.Kind() == reflect.Pointer {
		return w.sampleOf(t.Elem(), key)
	}
	v := reflect.New(t).Elem()
	switch form.ShapeOf(t) {
	case form.Choice:
		v.SetString(form.Choices(t)[0])
	case form.Scalar:
		into := reflect.New(t)
		if into.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(form.PatternOf(t).Example)) == nil {
			v = into.Elem()
		}
	case form.Tick:
		v.SetBool(true)
	case form.Number:
		v.SetInt(1)
	case form.Text:
		v.SetString("…")
		if components := w.agreement.Scope.Components; key == "component" && len(components) > 0 {
			v.SetString(components[0].Name)
		}
	case form.List:
		v = reflect.Append(v, w.sampleOf(t.Elem(), key))
	case form.Mapping:
		for _, f := range form.Fields(t) {
			if f.Required && f.Type.Kind() != reflect.Pointer {
				v.FieldByIndex(f.Index).Set(w.sampleOf(f.Type, f.Key))
			}
		}
	}
	return v
}

// group writes a mapping. Without a word in it, it reads as not given; where it is given and says
// nothing, braces say that.
func (w *writer) group(depth int, key string, v reflect.Value, path string, absent bool) {
	inner := w.inner()
	inner.mapping(depth+1, v, path)
	if v.IsZero() && !absent && !requiredAt(path) && !w.sample {
		w.key(depth, key+": {}")
	} else {
		w.key(depth, key+":")
	}
	w.b.WriteString(inner.b.String())
}

// list writes single values in brackets and rows one below the other.
func (w *writer) list(depth int, key string, v reflect.Value) {
	if flow := flowList(v); flow != "" && len(flow)+len(key)+2*depth+2 <= writtenWidth {
		w.key(depth, key+": "+flow)
		return
	}
	w.key(depth, key+":")
	w.rows(depth+1, v)
}

func (w *writer) rows(depth int, v reflect.Value) {
	braces := true
	for i := range v.Len() {
		f := flowRow(v.Index(i))
		braces = braces && f != "" && len([]rune(f))+2*depth+2 <= writtenWidth+10
	}
	for i := range v.Len() {
		switch row := v.Index(i); {
		case braces:
			w.key(depth, "- "+flowRow(row))
		case form.ShapeOf(row.Type()) == form.Mapping:
			w.row(depth, row)
		default:
			w.key(depth, "- "+word(row, false))
		}
	}
}

// row writes a row with each key on a line of its own, without comments.
func (w *writer) row(depth int, v reflect.Value) {
	inner := w.inner()
	inner.keys(depth+1, v)
	lines := inner.b.String()
	if lines == "" {
		w.key(depth, "- {}")
		return
	}
	indent := strings.Repeat("  ", depth)
	w.b.WriteString(indent + "- " + lines[len(indent)+2:])
}

func (w *writer) keys(depth int, v reflect.Value) {
	for _, f := range form.Fields(v.Type()) {
		value := v.FieldByIndex(f.Index)
		if w.absent(f, value) {
			continue
		}
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		if form.ShapeOf(value.Type()) == form.Mapping {
			if flow := flowRow(value); flow != "" && len([]rune(flow))+2*depth < writtenWidth-20 {
				w.key(depth, f.Key+": "+flow)
				continue
			}
			w.key(depth, f.Key+":")
			w.keys(depth+1, value)
			continue
		}
		w.value(depth, f.Key, value, "")
	}
}

// text writes free text: on the line if it fits, else folded; kept line by line if it has lines.
func (w *writer) text(depth int, key, s string) {
	indent := strings.Repeat("  ", depth+1)
	switch {
	case s == "":
		w.key(depth, key+":")
	case foldable(s) && len([]rune(key+s))+2*depth > writtenWidth:
		w.key(depth, key+": >-")
		for _, l := range wrapped(s, writtenWidth-len(indent)) {
			w.line(indent + l)
		}
	case literal(s):
		style := "|-"
		if strings.HasSuffix(s, "\n") {
			style = "|"
		}
		w.key(depth, key+": "+style)
		for l := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
			w.line(strings.TrimRight(indent+l, " "))
		}
	default:
		w.key(depth, key+": "+quoted(s, false))
	}
}

// explanation is what the schema says of a key, and the words that may be chosen.
func explanation(f form.Field, path string) string {
	about := form.Describe(path)
	t := f.Type
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if choices := form.Choices(t); !lists(about, choices) {
		about += " Choices: " + strings.Join(choices, ", ") + "."
	}
	return strings.TrimSpace(about)
}

// lists reports whether a text names all the words that may be chosen.
func lists(about string, choices []string) bool {
	for _, c := range choices {
		if !strings.Contains(" "+about, " "+c) {
			return false
		}
	}
	return true
}

// legend explains the keys of a row above the first table that has such rows.
func (w *writer) legend(depth int, t reflect.Type, path string, level int) {
	if w.explained[t] {
		return
	}
	w.explained[t] = true
	margin := strings.Repeat("  ", level)
	for _, f := range form.Fields(t) {
		about := explanation(f, form.Join(path, f.Key))
		if !f.Required {
			about = strings.TrimSpace("Optional. " + about)
		}
		for i, l := range wrapped(f.Key+" — "+about, max(30, writtenWidth-2*depth-3-2*level)) {
			bullet := "  "
			if i == 0 {
				bullet = "· "
			}
			w.key(depth, "#"+margin+bullet+l)
		}
		under := f.Type
		for under.Kind() == reflect.Pointer || under.Kind() == reflect.Slice {
			under = under.Elem()
		}
		if form.ShapeOf(under) == form.Mapping {
			w.legend(depth, under, form.Join(path, f.Key), level+1)
		}
	}
}

// requiredAt reports whether the key at a path must be given, so that an empty one counts as given.
func requiredAt(path string) bool {
	t := reflect.TypeFor[articles.Agreement]()
	required := false
	for key := range strings.SplitSeq(path, ".") {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return false
		}
		f, ok := form.Find(t, key)
		if !ok {
			return false
		}
		t, required = f.Type, f.Required && f.Type.Kind() != reflect.Pointer
	}
	return required
}

// word is a single value as it is written; flow says that it stands in brackets or braces.
func word(v reflect.Value, flow bool) string {
	switch form.ShapeOf(v.Type()) {
	case form.Tick, form.Number:
		return form.Written(v)
	case form.Text:
		return quoted(form.Written(v), flow)
	}
	return plainOrQuoted(form.Written(v), flow)
}
