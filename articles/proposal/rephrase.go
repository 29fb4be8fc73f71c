package proposal

import (
	"fmt"
	"reflect"
	"strings"

	"entente/articles/house"
	"entente/articles/worded"
	"entente/document"
	"entente/document/redline"
)

// rephrase takes words that were changed in a text of the parties' own as a change of that text. Values in it
// stay the terms that they are.
func (r *reading) rephrase(e *edit) {
	if e.kind == redline.Inserted || e.kind == redline.Deleted || len(e.want.Cells) != 1 || e.want.Kind.Heading() || len(document.Unseens(worded.Text(e.want))) > 0 {
		return
	}
	line := e.now
	if line.Cells == nil {
		line = r.present(e.old)
	}
	var found []try
	add := func(path, text, named string) {
		was, old := strings.CutPrefix(worded.Text(line), named)
		is, new := strings.CutPrefix(worded.Text(e.want), named)
		words, ok := house.Reword(text, was, is, reflect.ValueOf(&r.now.Agreement))
		if !old || !new || !ok {
			return
		}
		next, ok := r.attempt(worded.Setting{Path: path, Set: func(v reflect.Value) { v.SetString(words) }})
		if ok && next.Count(e.want) > r.now.Count(e.want) {
			found = append(found, next)
		}
	}
	for i, p := range r.now.Agreement.House.Replaced {
		if named := ""; p.Clause == e.want.Clause {
			if p.Option != "" {
				named = p.Option + ". "
			}
			add(fmt.Sprintf("wording.replaced[%d].text", i), p.Text, named)
		}
	}
	for i, a := range r.now.Agreement.House.Added {
		if a.Clause == e.want.Clause {
			add(fmt.Sprintf("wording.added[%d].text", i), a.Text, "")
		}
	}
	r.choose(e, found)
}
