// Package typescript writes the part of our client for TypeScript and JavaScript that follows from the
// API's document: which operations there are, what each takes and what it answers.
//
// What asks, retries, goes through pages and follows events is written by hand beside it, once for all
// operations: client/typescript/entente.js.
package typescript

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"entente/api/outline"
)

const notice = "// Written from the OpenAPI document by entente/api/typescript; do not edit.\n\n"

// Table is the module that says how each operation is asked for: operations.js.
func Table(d *outline.Document) (string, error) {
	var out strings.Builder
	out.WriteString(notice + "export const operations = {\n")
	for _, o := range d.Operations() {
		entry, err := json.Marshal(rowOf(d, o))
		if err != nil {
			return "", fmt.Errorf("writing %s: %w", o.ID, err)
		}
		fmt.Fprintf(&out, "  %s: %s,\n", nameOf(o), entry)
	}
	out.WriteString("};\n")
	return out.String(), nil
}

// A row is what the client has to know of an operation.
type row struct {
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Query  []string `json:"query,omitempty"`
	Body   string   `json:"body,omitempty"`   // its media type
	Answer string   `json:"answer"`           // "json", "text" or "bytes"
	Accept string   `json:"accept,omitempty"` // the media type, if it is not JSON
	Keyed  bool     `json:"keyed,omitempty"`  // it takes an Idempotency-Key
	Paged  bool     `json:"paged,omitempty"`
	Stream bool     `json:"stream,omitempty"` // it can go on as server-sent events
	Open   bool     `json:"open,omitempty"`   // it takes no token
}

func rowOf(d *outline.Document, o outline.Operation) row {
	r := row{Method: o.Method, Path: o.Path, Answer: "json", Keyed: o.Takes("header", "Idempotency-Key"), Paged: itemOf(d, o) != nil, Open: o.Roles == nil}
	for _, p := range o.Parameters {
		if p.In == "query" {
			r.Query = append(r.Query, p.Name)
		}
	}
	if o.Body != nil {
		r.Body = o.Body.Media
	}
	r.Stream = streams(o)
	if media := mediaOf(o); media != "application/json" {
		r.Accept, _, _ = strings.Cut(media, ";")
		r.Answer = "bytes"
		if strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") {
			r.Answer = "text"
		}
	}
	return r
}

// mediaOf is the kind of an operation's answer: JSON, if that is one of them and no text is, which the caller may ask
// for in either form.
func mediaOf(o outline.Operation) string {
	var all []string
	for _, a := range o.Success() {
		all = slices.AppendSeq(all, maps.Keys(a.Media))
	}
	if i := slices.IndexFunc(all, func(m string) bool { return strings.HasPrefix(m, "text/") && m != "text/event-stream" }); i >= 0 {
		return all[i]
	}
	if len(all) == 0 || slices.Contains(all, "application/json") {
		return "application/json"
	}
	return slices.Min(all)
}

func streams(o outline.Operation) bool {
	return slices.ContainsFunc(o.Success(), func(a outline.Answer) bool {
		_, there := a.Media["text/event-stream"]
		return there
	})
}

// itemOf is the schema of a list's items, if the operation answers in pages; nil otherwise.
func itemOf(d *outline.Document, o outline.Operation) *outline.Schema {
	if !o.Takes("query", "after") {
		return nil
	}
	for _, a := range o.Success() {
		if items, there := d.Shape(a.Media["application/json"]).Members["items"]; there {
			return items.Items
		}
	}
	return nil
}

// nameOf is an operation's id as JavaScript writes names: listKeys.
func nameOf(o outline.Operation) string {
	words := strings.Split(o.ID, "-")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// follow is the name under which an operation's stream is followed: followEvents of listEvents.
func follow(o outline.Operation) string {
	return "follow" + strings.TrimPrefix(nameOf(o), "list")
}

// key writes a name as a member's, in quotes where it needs them.
func key(name string) string {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return strconv.Quote(name)
		}
	}
	return name
}

// comment writes what is said of something above it.
func comment(indent string, said ...string) string {
	said = slices.DeleteFunc(said, func(s string) bool { return s == "" })
	if len(said) == 0 {
		return ""
	}
	text := strings.ReplaceAll(strings.Join(said, "\n\n"), "*/", "*\\/")
	if !strings.Contains(text, "\n") {
		return indent + "/** " + text + " */\n"
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(indent+" * "+l, " ")
	}
	return indent + "/**\n" + strings.Join(lines, "\n") + "\n" + indent + " */\n"
}

// form is how a text is written that is more than a text.
func form(s outline.Schema) string {
	return map[string]string{"date-time": "A time: 2026-12-01T09:00:00Z (RFC 3339).", "date": "A day: 2026-12-01.", "base64": "Bytes in base64."}[cmp.Or(s.Format, s.Encoding)]
}

// about is everything that is said of a value.
func about(s outline.Schema, said string) []string {
	limits := strings.Join(s.Bounds(), "; ")
	if limits != "" {
		limits = strings.ToUpper(limits[:1]) + limits[1:] + "."
	}
	leaving := ""
	if s.Deprecated {
		leaving = "@deprecated"
	}
	return []string{cmp.Or(said, s.About), strings.TrimSpace(form(s) + " " + limits), leaving}
}
