package source

import (
	"encoding"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
	"entente/articles/rules"
)

// The bounds of trying how unread values may be put right. Of a file with more of them, nothing is
// said but that: what it says as an agreement is not known yet.
const (
	rounds     = 24
	manyUnread = 100
)

// standing leaves out the findings that would not stand, word for word, if what could not be read
// were put right in one way or another: a value that is not known yet has no consequences.
func (f *File) standing(found agreement.Findings) agreement.Findings {
	unread := f.unread()
	for round := 0; round < rounds && len(unread) > 0 && len(found) > 0; round++ {
		assumed, more := f.assumed(unread, round)
		if !more {
			break
		}
		still := map[agreement.Finding]bool{}
		for _, one := range rules.Check(assumed) {
			still[one] = true
		}
		found = slices.DeleteFunc(found, func(one agreement.Finding) bool { return !still[one] })
	}
	return found
}

// unread are the paths of the values that are missing or could not be read.
func (f *File) unread() []string {
	var paths []string
	for _, one := range f.found {
		if one.Path != "" && one.Rule != "unknown-key" && one.Rule != "duplicate-key" {
			paths = append(paths, one.Path)
		}
	}
	return slices.Compact(paths)
}

// assumed is the agreement with a value for each unread one. It also says whether any of them has a
// value left that was not tried in an earlier round.
func (f *File) assumed(unread []string, round int) (articles.Agreement, bool) {
	a, more := form.Settled(f.Agreement), false
	for _, path := range unread {
		v := valueAt(reflect.ValueOf(&a).Elem(), path)
		if !v.IsValid() {
			continue
		}
		if can := f.possible(v.Type()); len(can) > 0 {
			more = more || round < len(can)
			v.Set(can[round%len(can)])
		}
	}
	return a, more
}

var pathStep = regexp.MustCompile(`[^.\[\]]+`)

// valueAt is the value at a path; the zero Value if the terms have none there.
func valueAt(v reflect.Value, path string) reflect.Value {
	for _, step := range pathStep.FindAllString(path, -1) {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		switch v.Kind() {
		case reflect.Struct:
			f, ok := form.Find(v.Type(), step)
			if !ok {
				return reflect.Value{}
			}
			v = v.FieldByIndex(f.Index)
		case reflect.Slice:
			i, err := strconv.Atoi(step)
			if err != nil || i >= v.Len() {
				return reflect.Value{}
			}
			v = v.Index(i)
		default:
			return reflect.Value{}
		}
	}
	return v
}

// possible are values of a type that a party might mean.
func (f *File) possible(t reflect.Type) []reflect.Value {
	switch form.ShapeOf(t) {
	case form.Mapping, form.Table:
		return nil
	case form.List:
		return f.possibleLists(t)
	}
	if t.Kind() == reflect.Pointer {
		return f.possiblePointers(t)
	}
	var list []reflect.Value
	for _, s := range f.possibleWords(t) {
		v := reflect.New(t)
		if u, ok := v.Interface().(encoding.TextUnmarshaler); ok {
			if u.UnmarshalText([]byte(s)) == nil {
				list = append(list, v.Elem())
			}
			continue
		}
		switch form.ShapeOf(t) {
		case form.Tick:
			v.Elem().SetBool(s == "true")
		case form.Number:
			n, _ := strconv.ParseInt(s, 10, 64)
			v.Elem().SetInt(n)
		default:
			v.Elem().SetString(s)
		}
		list = append(list, v.Elem())
	}
	return list
}

func (f *File) possibleLists(t reflect.Type) []reflect.Value {
	var lists []reflect.Value
	for _, v := range f.possible(t.Elem()) {
		lists = append(lists, reflect.Append(reflect.Zero(t), v))
	}
	if len(lists) > 0 {
		lists = append(lists, reflect.Append(reflect.Zero(t), f.possible(t.Elem())...))
	}
	return lists
}

func (f *File) possiblePointers(t reflect.Type) []reflect.Value {
	var all []reflect.Value
	for _, v := range f.possible(t.Elem()) {
		p := reflect.New(t.Elem())
		p.Elem().Set(v)
		all = append(all, p)
	}
	return all
}

// possibleWords are the words for possible values. Texts may name what the agreement has a name for.
func (f *File) possibleWords(t reflect.Type) []string {
	a := f.Agreement
	switch form.ShapeOf(t) {
	case form.Choice:
		return form.Choices(t)
	case form.Tick:
		return []string{"true", "false"}
	case form.Number:
		return []string{"1", "2", "3", "4", "5", "8", "10", "12", "20", "30", "60", "100", "365", "1000", "1000000"}
	case form.Text:
		words := []string{"something else"}
		for _, c := range a.Scope.Components[:min(rounds, len(a.Scope.Components))] {
			words = append(words, c.Name)
		}
		for _, p := range a.Governance.People[:min(rounds, len(a.Governance.People))] {
			words = append(words, p.ID)
		}
		return words
	}
	words := possibleForms[form.PatternOf(t).Rule]
	switch form.PatternOf(t).Rule {
	case "malformed-email":
		words = append(words, string(a.Parties.A.Contact.Email), string(a.Parties.B.Contact.Email))
		for _, p := range a.Governance.People[:min(rounds, len(a.Governance.People))] {
			words = append(words, string(p.Email))
		}
	case "malformed-date":
		for _, days := range []int{0, -30, 30, 90, 365, 730, 1095, 3650} {
			words = append(words, a.Frame().Effective().AddDays(days).String())
		}
	case "malformed-amount", "malformed-price":
		for _, c := range []string{string(a.Agreement.Currency), string(a.Commerce.Payment.Currency)} {
			words = append(words, c+" 0", c+" 1", c+" 1000", c+" 1000000")
		}
	case "malformed-currency":
		words = append(words, string(a.Agreement.Currency), string(a.Commerce.Payment.Currency))
	}
	return append(slices.Clip(words), form.PatternOf(t).Example)
}

var possibleForms = map[string][]string{
	"malformed-duration": strings.Fields("PT1S PT1M PT1H PT4H PT24H PT48H PT72H P1D P2D P5D P10D P15D P30D P45D P60D P90D P6M P1Y P2Y P3Y P10Y P0D"),
	"malformed-percent":  strings.Fields("0% 1% 5% 10% 15% 20% 30% 40% 50% 60% 70% 75% 80% 90% 95% 98% 99% 99.5% 99.9% 99.99% 100%"),
	"malformed-country":  strings.Fields("DE FR IE GB US JP"),
	"malformed-time":     strings.Fields("00:00 06:00 12:00 18:00 23:59"),
}
