package form

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed schema.json
var schemaFile []byte

// Schema is the JSON Schema (draft 2020-12) of the agreement file. It explains every key, so an
// editor that knows schemas completes and explains the file as it is written.
func Schema() []byte { return slices.Clone(schemaFile) }

// A node is the part of a JSON Schema that explanations need.
type node struct {
	Ref         string           `json:"$ref"`
	Description string           `json:"description"`
	Properties  map[string]*node `json:"properties"`
	Items       *node            `json:"items"`
	Additional  json.RawMessage  `json:"additionalProperties"`
	Defs        map[string]*node `json:"$defs"`
}

var schemaRoot = sync.OnceValue(func() *node {
	var root node
	if err := json.Unmarshal(schemaFile, &root); err != nil {
		return &node{}
	}
	return &root
})

// Describe explains the key at a path of the file, in the words of the schema; empty if there is
// no such key. Row numbers may be given or left out.
func Describe(path string) string {
	at := schemaRoot()
	for key := range strings.SplitSeq(unnumbered(path), ".") {
		at = schemaRoot().mapping(at)
		if at == nil {
			return ""
		}
		next, ok := at.Properties[key]
		if !ok {
			var values node
			if json.Unmarshal(at.Additional, &values) != nil {
				return ""
			}
			next = &values
		}
		at = next
	}
	return at.Description
}

// mapping is the mapping that a key holds, directly or as the rows of a list.
func (root *node) mapping(n *node) *node {
	for n != nil && (n.Items != nil || n.Ref != "") {
		if n.Items != nil {
			n = n.Items
			continue
		}
		n = root.Defs[strings.TrimPrefix(n.Ref, "#/$defs/")]
	}
	return n
}
