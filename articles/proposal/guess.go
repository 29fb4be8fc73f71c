package proposal

import (
	"reflect"
	"slices"
	"strings"

	"entente/articles"
	"entente/articles/form"
	"entente/articles/meaning"
	"entente/articles/worded"
	"entente/calendar"
	"entente/document"
	"entente/money"
)

// people are the ids of the people of a name: a file refers to people by id.
func people(a articles.Agreement, name string) (ids []string) {
	for _, p := range a.Governance.People {
		if p.Name == name {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// guesses are the values that a term might have where the document said one thing and now says another.
// Whoever takes one must see that the agreement then says so.
func guesses(a articles.Agreement, v reflect.Value, was, is string) []reflect.Value {
	t := v.Type()
	var all []reflect.Value
	switch shape := form.ShapeOf(t); shape {
	case form.Choice:
		for _, c := range form.Choices(t) {
			all = append(all, reflect.ValueOf(c).Convert(t))
		}
	case form.Tick:
		all = append(all, reflect.ValueOf(!v.Bool()).Convert(t))
	case form.List:
		all = append(meaning.Readings(t, is), subsets(t)...)
	case form.Text:
		for _, id := range people(a, is) {
			all = append(all, reflect.ValueOf(id).Convert(t))
		}
		all = slices.Concat(all, meaning.Readings(t, is), replaced(v, was, is))
	default:
		all = meaning.Readings(t, is)
	}
	if !v.IsZero() {
		all = append(all, reflect.Zero(t))
	}
	return slices.DeleteFunc(all, func(g reflect.Value) bool { return reflect.DeepEqual(g.Interface(), v.Interface()) })
}

// replaced is a text that stands within the words that were there: "Ltd" in "A GmbH and B Ltd".
func replaced(v reflect.Value, was, is string) []reflect.Value {
	now := v.String()
	at := strings.Index(was, now)
	if now == "" || at < 0 || now == was {
		return nil
	}
	before, after := was[:at], was[at+len(now):]
	if len(is) <= len(before)+len(after) || !strings.HasPrefix(is, before) || !strings.HasSuffix(is, after) {
		return nil
	}
	return meaning.Readings(v.Type(), is[len(before):len(is)-len(after)])
}

// subsets are the ways to choose some of a few words.
func subsets(t reflect.Type) []reflect.Value {
	words := form.Choices(t.Elem())
	if len(words) == 0 || len(words) > 6 {
		return nil
	}
	var all []reflect.Value
	for chosen := 1; chosen < 1<<len(words); chosen++ {
		list := reflect.MakeSlice(t, 0, len(words))
		for i, w := range words {
			if chosen&(1<<i) != 0 {
				list = reflect.Append(list, reflect.ValueOf(w).Convert(t.Elem()))
			}
		}
		all = append(all, list)
	}
	return all
}

// may reports whether a term is worth trying for words that were there: it says them now, or nothing.
func may(a articles.Agreement, v reflect.Value, was string) bool {
	switch form.ShapeOf(v.Type()) {
	case form.Choice, form.Tick:
		return true
	case form.Text:
		now := v.String()
		return now == "" || strings.Contains(was, document.Phrase(now)) || slices.Contains(people(a, was), now)
	case form.List:
		if form.ShapeOf(v.Type().Elem()) == form.Mapping {
			return false
		}
		return len(form.Choices(v.Type().Elem())) > 0 || v.Len() == 0 || means(v, was)
	case form.Number, form.Scalar:
		return v.IsZero() || means(v, was)
	}
	return false
}

// likely are terms with those first that say the most of some words now, so that a search that ends early has tried
// them.
func likely(all []worded.Term, was string) []worded.Term {
	said := func(t worded.Term) int {
		if form.ShapeOf(t.Value.Type()) == form.Text && strings.Contains(was, document.Phrase(t.Value.String())) {
			return t.Value.Len()
		}
		return 0
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b worded.Term) int { return said(b) - said(a) })
	return sorted
}

func means(v reflect.Value, text string) bool {
	return slices.ContainsFunc(meaning.Readings(v.Type(), text), func(r reflect.Value) bool { return reflect.DeepEqual(r.Interface(), v.Interface()) })
}

// unit is what a text counts: the words after its last figure, in the singular.
func unit(text string) string {
	after := text[strings.LastIndexAny(text, "0123456789")+1:]
	return strings.TrimSuffix(strings.Trim(after, ") "), "s")
}

// certain reports whether a text can only mean one value, however the contract would word it.
func certain(value reflect.Value, text string) bool {
	switch value.Type() {
	case reflect.TypeFor[calendar.Duration](), reflect.TypeFor[calendar.Date](), reflect.TypeFor[money.Percent](), reflect.TypeFor[money.Amount](), reflect.TypeFor[money.Rate]():
	default:
		if form.ShapeOf(value.Type()) != form.Number {
			return false
		}
	}
	all := meaning.Readings(value.Type(), text)
	return len(all) == 1 && reflect.DeepEqual(all[0].Interface(), value.Interface())
}
