// Package meaning reads values as people write them: dates, lengths of time, amounts, percentages, numbers in
// words and figures. What could mean two things means nothing.
package meaning

import (
	"encoding"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"entente/articles/form"
	"entente/articles/source"
	"entente/calendar"
	"entente/document"
	"entente/money"
)

// Readings are the values of a type that a text may mean, as people write dates, amounts and the like; the
// likeliest comes first. A text whose words and figures say different things means nothing, and so does one with a
// character that cannot be seen, written out.
func Readings(t reflect.Type, text string) []reflect.Value {
	text = strings.TrimSpace(text)
	if len(document.Unseens(text)) > 0 {
		return nil
	}
	switch form.ShapeOf(t) {
	case form.Text:
		return textual(t, text)
	case form.Number:
		if n, ok := whole(text); ok {
			return []reflect.Value{reflect.ValueOf(n).Convert(t)}
		}
	case form.Choice:
		for _, c := range form.Choices(t) {
			if strings.EqualFold(strings.NewReplacer("_", " ", "-", " ").Replace(c), strings.NewReplacer("_", " ", "-", " ").Replace(text)) {
				return []reflect.Value{reflect.ValueOf(c).Convert(t)}
			}
		}
	case form.Tick:
		if yes, ok := ticked[strings.ToLower(text)]; ok {
			return []reflect.Value{reflect.ValueOf(yes).Convert(t)}
		}
	case form.Scalar:
		return scalars(t, text)
	case form.List:
		return listed(t, text)
	}
	return nil
}

var ticked = map[string]bool{"yes": true, "true": true, "x": true, "☒": true, "☑": true, "no": false, "false": false, "☐": false}

func textual(t reflect.Type, text string) []reflect.Value {
	if source.Fillable(text) != nil || text == "" {
		return nil
	}
	all := []reflect.Value{reflect.ValueOf(text).Convert(t)}
	if short := document.Phrase(text); short != text && short != "" {
		all = append(all, reflect.ValueOf(short).Convert(t))
	}
	return all
}

// scalars read a scalar in the form of the file, or as a contract words it.
func scalars(t reflect.Type, text string) []reflect.Value {
	written := []string{text}
	switch t {
	case reflect.TypeFor[calendar.Duration]():
		if d, ok := durationOf(text); ok {
			written = []string{d.String()}
		}
	case reflect.TypeFor[calendar.Date]():
		written = dates(text)
	case reflect.TypeFor[money.Percent]():
		if m := percent.FindStringSubmatch(text); m != nil {
			written = []string{m[1] + "%"}
		}
	case reflect.TypeFor[money.Amount](), reflect.TypeFor[money.Rate]():
		if s, ok := sumOf(text); ok {
			written = []string{s}
		}
	}
	var all []reflect.Value
	for _, w := range written {
		into := reflect.New(t)
		if w != "" && into.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(w)) == nil {
			all = append(all, into.Elem())
		}
	}
	return all
}

var separators = regexp.MustCompile(`;\s*|,\s*(?:and\s+)?|\s+and\s+|\n`)

// listed reads an enumeration: "a, b and c".
func listed(t reflect.Type, text string) []reflect.Value {
	if form.ShapeOf(t.Elem()) == form.Mapping {
		return nil
	}
	list := reflect.MakeSlice(t, 0, 0)
	for _, part := range separators.Split(text, -1) {
		one := Readings(t.Elem(), part)
		if len(one) == 0 {
			return nil
		}
		list = reflect.Append(list, one[0])
	}
	return []reflect.Value{list}
}

var (
	percent  = regexp.MustCompile(`^(?:[a-z -]+\()?(-?\d{1,9}(?:\.\d{1,9})?) ?(?:%|per ?cent|percent)\)?$`)
	period   = regexp.MustCompile(`(?i)([^0-9]*?)\(?(\d{1,6})\)?[ -]*(year|month|week|day|hour|minute|second|business day)s?\b`)
	worded   = regexp.MustCompile(`(?i)^\s*([a-z -]+?)\s+(year|month|week|day|hour|minute|second)s?$`)
	figured  = regexp.MustCompile(`^(?:([A-Za-z -]+) )?\(?(-?\d{1,3}(?:,\d{3})+|-?\d{1,15})\)?(?: [A-Za-z ]+)?$`)
	notWords = regexp.MustCompile(`[^a-z]+`)
)

// whole reads a whole number: "45", "forty-five (45)", "1,000 calls".
func whole(text string) (int64, bool) {
	m := figured.FindStringSubmatch(text)
	if m == nil {
		n := numberOf(text)
		return n, n >= 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64)
	if err != nil || n > form.MaxWhole || m[1] != "" && numberOf(m[1]) != n {
		return 0, false
	}
	return n, true
}

// numberOf is the number that words say; -1 where they say none up to two thousand.
func numberOf(words string) int64 {
	if n, ok := numbers()[strings.Trim(notWords.ReplaceAllString(strings.ToLower(words), " "), " ")]; ok {
		return n
	}
	return -1
}

var numbers = sync.OnceValue(func() map[string]int64 {
	all := map[string]int64{}
	for n := range int64(2001) {
		all[notWords.ReplaceAllString(document.Words(n), " ")] = n
	}
	return all
})

// durationOf reads a length of time as people write it: "thirty (30) days", "2 years and 6 months", "PT4H".
func durationOf(text string) (calendar.Duration, bool) {
	if d, err := calendar.ParseDuration(strings.TrimSpace(text)); err == nil {
		return d, true
	}
	var d calendar.Duration
	add := func(n int, unit string) {
		switch strings.ToLower(unit) {
		case "year":
			d.Years += n
		case "month":
			d.Months += n
		case "week":
			d.Days += 7 * n
		case "day":
			d.Days += n
		case "hour":
			d.Hours += n
		case "minute":
			d.Minutes += n
		case "second":
			d.Seconds += n
		}
	}
	if m := worded.FindStringSubmatch(text); m != nil {
		n := numberOf(m[1])
		add(int(n), m[2])
		return d, n > 0
	}
	rest := text
	for rest != "" {
		m := period.FindStringSubmatchIndex(rest)
		if m == nil || m[0] != 0 {
			return d, false
		}
		before, figure, unit := rest[m[2]:m[3]], rest[m[4]:m[5]], rest[m[6]:m[7]]
		n, err := strconv.Atoi(figure)
		before = strings.TrimPrefix(strings.TrimLeft(strings.ToLower(before), ", "), "and ")
		if err != nil || strings.TrimSpace(before) != "" && numberOf(before) != int64(n) {
			return d, false
		}
		add(n, unit)
		rest = rest[m[1]:]
	}
	return d, !d.IsZero() && !strings.Contains(strings.ToLower(text), "business")
}

// dates reads a day. One whose day and month could be taken for each other is none.
func dates(text string) []string {
	text = strings.TrimSpace(strings.TrimPrefix(text, "the "))
	for _, f := range []string{"2006-01-02", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006", "2. January 2006", "2nd January 2006", "2th January 2006"} {
		if t, err := time.Parse(f, text); err == nil {
			return []string{t.Format("2006-01-02")}
		}
	}
	for _, forms := range [][2]string{{"2.1.2006", ""}, {"2/1/2006", "1/2/2006"}} {
		t, err := time.Parse(forms[0], text)
		other, otherErr := time.Parse(forms[1], text)
		switch {
		case forms[1] == "" && err == nil, err == nil && otherErr != nil, err == nil && t.Equal(other):
			return []string{t.Format("2006-01-02")}
		case err != nil && otherErr == nil && forms[1] != "":
			return []string{other.Format("2006-01-02")}
		}
	}
	return nil
}

var (
	sums  = regexp.MustCompile(`^([A-Z]{3}|[€£$]) ?(-?\d{1,3}(?:,\d{3})+|-?\d+)(\.\d+)?(?: \((.*)\))?$`)
	after = regexp.MustCompile(`^(-?\d{1,3}(?:,\d{3})+|-?\d+)(\.\d+)? ?([A-Z]{3}|[€£])$`)
)

// sumOf reads an amount as the file writes it: "EUR 1,250.00 (one thousand …)", "€1,250", "1250 EUR". A
// dollar sign says no currency.
func sumOf(text string) (string, bool) {
	symbols := map[string]string{"€": "EUR", "£": "GBP"}
	currency, figure, words := "", "", ""
	if m := sums.FindStringSubmatch(text); m != nil {
		currency, figure, words = m[1], m[2]+m[3], m[4]
	} else if m := after.FindStringSubmatch(text); m != nil {
		currency, figure = m[3], m[1]+m[2]
	}
	if name, ok := symbols[currency]; ok {
		currency = name
	}
	figure = currency + " " + strings.ReplaceAll(figure, ",", "")
	if len(currency) != 3 {
		return "", false
	}
	if words != "" {
		a, err := money.ParseAmount(figure)
		if _, said, _ := strings.Cut(a.Words(), "("); err != nil || strings.TrimSuffix(said, ")") != words {
			return "", false
		}
	}
	return figure, true
}
