package document

import (
	"math"
	"strconv"
	"strings"
)

var small = [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
	"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
var tens = [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
var scales = []struct {
	size int64
	name string
}{{1_000_000_000_000, "trillion"}, {1_000_000_000, "billion"}, {1_000_000, "million"}, {1000, "thousand"}, {100, "hundred"}}

// Words is n in English words: 1250 → "one thousand two hundred and fifty".
func Words(n int64) string {
	switch {
	case n == math.MinInt64: // has no positive counterpart
		return strconv.FormatInt(n, 10)
	case n < 0:
		return "minus " + Words(-n)
	case n < 20:
		return small[n]
	case n < 100 && n%10 == 0:
		return tens[n/10]
	case n < 100:
		return tens[n/10] + "-" + small[n%10]
	}
	for _, s := range scales {
		if n < s.size {
			continue
		}
		w, rest := Words(n/s.size)+" "+s.name, n%s.size
		switch {
		case rest == 0:
			return w
		case rest < 100:
			return w + " and " + Words(rest)
		}
		return w + " " + Words(rest)
	}
	return strconv.FormatInt(n, 10)
}

// Count is n in words and figures with its noun: "thirty (30) days", "one (1) day".
// The noun is given in the singular; regular plurals only.
func Count(n int64, noun string) string {
	if n != 1 && noun != "" {
		noun = plural(noun)
	}
	return strings.TrimSpace(Words(n) + " (" + strconv.FormatInt(n, 10) + ") " + noun)
}

func plural(noun string) string {
	if before, ok := strings.CutSuffix(noun, "y"); ok && !strings.ContainsAny(before[max(len(before)-1, 0):], "aeiou") {
		return before + "ies"
	}
	return noun + "s"
}

// Join is a list as a sentence says it: "a", "a and b", "a, b and c".
func Join(items []string) string { return joined(items, "and") }

// Either is a list of alternatives: "a", "a or b", "a, b or c".
func Either(items []string) string { return joined(items, "or") }

func joined(items []string, last string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	n := len(items) - 1
	return strings.Join(items[:n], ", ") + " " + last + " " + items[n]
}
