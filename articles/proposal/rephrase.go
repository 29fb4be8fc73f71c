package proposal

import (
	"fmt"
	"reflect"
	"strings"

	"entente/articles/house"
	"entente/document/redline"
)

// rephrase takes words that were changed in a text of the parties' own as a change of that text. Values in it
// stay the terms that they are.
func (r *reading) rephrase(e *edit) {
	if e.kind == redline.Inserted || e.kind == redline.Deleted || len(e.want.Cells) != 1 || e.want.Kind.Heading() {
		return
	}
	line := e.now
	if line.Cells == nil {
		line = r.present(e.old)
	}
	var found []try
	add := func(path, text, named string) {
		was, old := strings.CutPrefix(textOf(line), named)
		is, new := strings.CutPrefix(textOf(e.want), named)
		words, ok := house.Reword(text, was, is, reflect.ValueOf(&r.now))
		if !old || !new || !ok {
			return
		}
		next, ok := r.attempt(path, func(v reflect.Value) bool { v.SetString(words); return true })
		if ok && next.page.count[key(e.want)] > r.page.count[key(e.want)] {
			found = append(found, next)
		}
	}
	for i, p := range r.now.House.Replaced {
		if named := ""; p.Clause == e.want.Clause {
			if p.Option != "" {
				named = p.Option + ". "
			}
			add(fmt.Sprintf("wording.replaced[%d].text", i), p.Text, named)
		}
	}
	for i, a := range r.now.House.Added {
		if a.Clause == e.want.Clause {
			add(fmt.Sprintf("wording.added[%d].text", i), a.Text, "")
		}
	}
	r.choose(e, found)
}
