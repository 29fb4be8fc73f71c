package typescript

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"entente/api/outline"
)

// taken are names that the module needs for something else.
var taken = []string{"Array", "AsyncIterable", "Operations", "Options", "Pages", "Promise", "Record", "Replacing", "Uint8Array", "Writing"}

// Types is the declaration of what each operation takes and answers: operations.d.ts.
func Types(d *outline.Document) (string, error) {
	var out strings.Builder
	out.WriteString(notice + "import type { Options, Pages, Replacing, Writing } from \"./entente.js\";\n\n")
	for _, name := range slices.Sorted(maps.Keys(d.Schemas)) {
		if slices.Contains(taken, name) {
			return "", fmt.Errorf("writing the types: a schema has the name %s, which stands for something else", name)
		}
		s := d.Schemas[name]
		out.WriteString(comment("", s.About))
		if s.Members == nil {
			fmt.Fprintf(&out, "export type %s = %s;\n\n", name, typeOf(s, ""))
			continue
		}
		fmt.Fprintf(&out, "export interface %s %s\n\n", name, typeOf(s, ""))
	}
	out.WriteString("/** What a node can be asked for. */\nexport interface Operations {\n")
	for _, o := range d.Operations() {
		if err := method(&out, d, o); err != nil {
			return "", err
		}
	}
	out.WriteString("}\n")
	return out.String(), nil
}

// typeOf is a schema in TypeScript.
func typeOf(s outline.Schema, indent string) string {
	if s.Null {
		return oneType(s, indent) + " | null"
	}
	return oneType(s, indent)
}

func oneType(s outline.Schema, indent string) string {
	switch {
	case s.Ref != "":
		return s.Ref
	case s.Enum != nil:
		var all []string
		for _, value := range s.Enum {
			all = append(all, strconv.Quote(value))
		}
		return strings.Join(all, " | ")
	case s.Items != nil:
		return "Array<" + typeOf(*s.Items, indent) + ">"
	case s.Members != nil:
		return members(s, indent)
	case s.Values != nil:
		return "Record<string, " + typeOf(*s.Values, indent) + ">"
	}
	switch s.Type {
	case "string", "boolean":
		return s.Type
	case "integer", "number":
		return "number"
	case "object":
		return "Record<string, unknown>"
	}
	return "unknown"
}

func members(s outline.Schema, indent string) string {
	var out strings.Builder
	out.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		m := s.Members[name]
		out.WriteString(comment(indent+"  ", about(m, "")...))
		fmt.Fprintf(&out, "%s  %s%s: %s;\n", indent, key(name), optional(slices.Contains(s.Required, name)), typeOf(m, indent+"  "))
	}
	return out.String() + indent + "}"
}

func optional(required bool) string {
	if required {
		return ""
	}
	return "?"
}

// method writes what asks for an operation, and what follows its stream.
func method(out *strings.Builder, d *outline.Document, o outline.Operation) error {
	said := []string{o.Summary + ".", o.About, "For: " + who(o) + "."}
	if o.Deprecated {
		said = append(said, "@deprecated")
	}
	fields, needed, err := input(o)
	if err != nil {
		return err
	}
	options := "Options"
	switch {
	case o.Takes("header", "If-Match"):
		options = "Replacing"
	case o.Takes("header", "Idempotency-Key"):
		options = "Writing"
	}
	out.WriteString(comment("  ", said...))
	arguments := fmt.Sprintf("input%s: %s, options?: %s", optional(needed), fields, options)
	fmt.Fprintf(out, "  %s(%s): %s;\n", nameOf(o), arguments, answer(d, o))
	if streams(o) {
		out.WriteString(comment("  ", o.Summary+", and what happens from then on, until the signal of the options ends it.", "For: "+who(o)+"."))
		fmt.Fprintf(out, "  %s(%s): AsyncIterable<%s>;\n", follow(o), arguments, typeOf(*itemOf(d, o), ""))
	}
	return nil
}

// input is what an operation takes, beside its options, and whether it needs any of it.
func input(o outline.Operation) (fields string, needed bool, err error) {
	var out strings.Builder
	seen := map[string]bool{"body": true}
	for _, p := range o.Parameters {
		if p.In == "header" {
			continue
		}
		if seen[p.Name] {
			return "", false, fmt.Errorf("writing %s: two of its parameters have the name %s", o.ID, p.Name)
		}
		seen[p.Name] = true
		needed = needed || p.Required
		out.WriteString(comment("    ", about(p.Schema, p.About)...))
		fmt.Fprintf(&out, "    %s%s: %s;\n", key(p.Name), optional(p.Required), typeOf(p.Schema, "    "))
	}
	if o.Body != nil {
		needed = needed || o.Body.Required
		fmt.Fprintf(&out, "    body%s: %s;\n", optional(o.Body.Required), typeOf(o.Body.Schema, "    "))
	}
	if out.Len() == 0 {
		return "Record<never, never>", false, nil
	}
	return "{\n" + out.String() + "  }", needed, nil
}

// answer is what asking gives.
func answer(d *outline.Document, o outline.Operation) string {
	switch r := rowOf(d, o); r.Answer {
	case "bytes":
		return "Promise<Uint8Array>"
	case "text":
		return "Promise<string>"
	}
	var all []string
	for _, a := range o.Success() {
		if s, there := a.Media["application/json"]; there && !slices.Contains(all, typeOf(s, "  ")) {
			all = append(all, typeOf(s, "  "))
		}
	}
	if item := itemOf(d, o); item != nil {
		return fmt.Sprintf("Pages<%s, %s>", typeOf(*item, "  "), strings.Join(all, " | "))
	}
	return "Promise<" + strings.Join(all, " | ") + ">"
}

// who may call an operation, in words.
func who(o outline.Operation) string {
	if o.Roles == nil {
		return "everyone, without a token"
	}
	roles := strings.NewReplacer("any", "everybody of the agreement", "operator", "the node's operator").Replace(strings.Join(o.Roles, ", "))
	switch o.Whose {
	case "own":
		return roles + "; what is of your party"
	case "other":
		return roles + "; what is of the other party"
	case "self":
		return roles + "; what is your own"
	}
	return roles
}
