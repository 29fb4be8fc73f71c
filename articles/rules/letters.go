package rules

import (
	"reflect"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
	"entente/document"
)

// checkLetters reports words with letters of another script that pass for their own, as every document
// and page shows them.
func checkLetters(a articles.Agreement, found *agreement.Findings) {
	form.Each(reflect.ValueOf(a), func(path string, v reflect.Value) {
		switch {
		case v.Kind() == reflect.String:
			checkWords(v.String(), path, found)
		case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String:
			for i := range v.Len() {
				checkWords(v.Index(i).String(), path, found)
			}
		}
	})
}

func checkWords(text, path string, found *agreement.Findings) {
	for word := range strings.FieldsSeq(text) {
		if document.Disguised(word) {
			found.Add("disguised-letters", path, "%s has letters of another script that look like its own", document.Visible(word)).
				Mend("type the word again; its letters stand as ⟨U+…⟩ in every document, so that nobody takes one name for another")
			return
		}
	}
}
