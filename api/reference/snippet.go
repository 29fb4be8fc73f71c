package reference

import (
	"regexp"
	"strings"

	"entente/api/outline"
)

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// Command is a command that asks for the operation, for a shell in which NODE, TOKEN and what stands in the path
// are variables.
func (p part) Command(o outline.Operation) string {
	path := inBraces.ReplaceAllStringFunc(o.Path, func(name string) string { return "$" + strings.ToUpper(strings.Trim(name, "{}")) })
	words := []string{"curl"}
	if o.Method != "GET" {
		words = append(words, "-X", o.Method)
	}
	words = append(words, `"$NODE`+path+query(p.Document, o)+`"`)
	if o.Roles != nil {
		words = append(words, "\\\n  -H", `"Authorization: Bearer $TOKEN"`)
	}
	if o.Takes("header", "Idempotency-Key") && o.Access == "act" {
		words = append(words, "\\\n  -H", `"Idempotency-Key: $(openssl rand -hex 16)"`)
	}
	if o.Body != nil {
		words = append(words, "\\\n  -H", "'Content-Type: "+o.Body.Media+"'", "\\\n  --data-binary", body(p.Document, o))
	}
	return strings.Join(words, " ")
}

// query is what an operation needs to be asked beside its path.
func query(d *outline.Document, o outline.Operation) string {
	var all []string
	for _, param := range o.Parameters {
		if param.In == "query" && param.Required {
			value, _ := d.Sample(param.Schema)
			all = append(all, param.Name+"="+strings.Trim(string(value), `"`))
		}
	}
	if all == nil {
		return ""
	}
	return "?" + strings.Join(all, "&")
}

// body is an example of what is sent, in quotes; a file, where nothing can stand for it.
func body(d *outline.Document, o outline.Operation) string {
	if example, ok := d.Sample(o.Body.Schema); ok && o.Body.Media == "application/json" {
		return "'" + strings.ReplaceAll(string(example), "'", `'\''`) + "'"
	}
	return "@body." + map[string]string{"application/json": "json", "text/plain": "txt"}[o.Body.Media]
}
