package drafting

import (
	"slices"
	"strings"

	"entente/agreement"
)

// humane is a key as people read it.
func humane(key string) string {
	if p := agreement.Party(key); slices.Contains(agreement.Both, p) {
		return p.Label()
	}
	text := strings.ReplaceAll(key, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// Said is a word of the file, of those that may be chosen, as people read it.
func (f field) Said(choice string) string {
	if p := agreement.Party(choice); slices.Contains(agreement.Both, p) {
		return p.Label()
	}
	return strings.ReplaceAll(choice, "_", " ")
}

// nameRows names the rows of a table after their first values, after as many as tell all rows apart.
func nameRows(rows []field) {
	const most = 4 // more would be the row itself
	for n := 1; n <= most; n++ {
		names := map[string]bool{}
		for _, row := range rows {
			names[strings.Join(row.firsts(n), ", ")] = true
		}
		if len(names) < len(rows) && n < most {
			continue
		}
		for i, row := range rows {
			if first := row.firsts(n); len(first) > 0 {
				rows[i].Name += ": " + strings.Join(first, ", ")
			}
		}
		return
	}
}

// firsts are up to so many of the values by which people know a row.
func (f field) firsts(n int) []string {
	known := f.known()
	return known[:min(n, len(known))]
}

// known are the values of a row that are short enough to know it by, its name or title before its id; the first may be long.
func (f field) known() []string {
	const short = 40 // bytes
	var all []string
	for _, one := range slices.SortedStableFunc(slices.Values(f.Fields), func(a, b field) int { return a.unnamed() - b.unnamed() }) {
		if one.Value != "" && one.Kind != tick && (len(all) == 0 || len(one.Value) <= short && !strings.Contains(one.Value, "\n")) {
			all = append(all, one.Said(one.Value))
		}
	}
	return all
}

// unnamed is 0 for what people call a row by.
func (f field) unnamed() int {
	if strings.HasSuffix(f.Path, ".name") || strings.HasSuffix(f.Path, ".title") {
		return 0
	}
	return 1
}
