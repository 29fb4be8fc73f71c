package redline

import (
	"strconv"
)

// passage compares two passages: their headings, then paragraphs, options and tables in order.
func (a *aligner) passage(old, new passage) []Line {
	var out []Line
	if old[0].Kind == new[0].Kind && old[0].Kind.Heading() {
		out = append(out, a.line(old[0], new[0]))
		old, new = old[1:], new[1:]
	}
	x, y := unitsOf(old), unitsOf(new)
	return append(out, a.weave(len(x), len(y), units(x, y),
		func(i int) []Line { return x[i] }, func(j int) []Line { return y[j] },
		func(p pair) []Line { return a.unit(x[p.old], y[p.new]) })...)
}

// line compares two lines of one kind, word by word.
func (a *aligner) line(old, new Line) Line {
	l := new
	l.Marks.Old = old.Marks.Old
	l.Cells = make([][]Span, len(new.Cells))
	for i := range new.Cells {
		l.Cells[i] = compareCell(old.Cells[i], new.Cells[i])
	}
	a.groups[old.Group] = new.Group
	return l
}

// A unit is a paragraph, an item or a whole table.
type unit []Line

func unitsOf(lines []Line) []unit {
	var all []unit
	for i, l := range lines {
		if i > 0 && l.Kind.Tabular() && lines[i-1].Kind.Tabular() && l.Group == lines[i-1].Group {
			all[len(all)-1] = append(all[len(all)-1], l)
		} else {
			all = append(all, unit{l})
		}
	}
	return all
}

// shape is what two units must share to be compared.
func (u unit) shape() string {
	first := u[0]
	return string(first.Kind) + " " + strconv.Itoa(first.Depth) + " " + strconv.Itoa(len(first.Cells))
}

// units pairs the units of two passages: the same ones first, then what is alike between them.
func units(x, y []unit) []pair {
	key := func(u unit) string {
		s := u.shape()
		for _, l := range u {
			s += "\n" + textOf(l)
		}
		return s
	}
	same := common(keysOf(x, key), keysOf(y, key))
	return between(len(x), len(y), same, func(i, j int) float64 {
		if x[i].shape() != y[j].shape() {
			return 0
		}
		return alike(x[i].whole(), y[j].whole())
	})
}

func keysOf[T any](all []T, key func(T) string) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = key(v)
	}
	return out
}

// whole is a unit as one line.
func (u unit) whole() Line {
	var l Line
	for _, row := range u {
		l.Cells = append(l.Cells, row.Cells...)
	}
	return l
}

// enough is how much two things must share to be called one that has changed.
const enough = 0.4

// between adds pairs of what is alike to the pairs of what is the same, in order.
func between(olds, news int, same []pair, alike func(i, j int) float64) []pair {
	var out []pair
	i, j := 0, 0
	for _, p := range append(same, pair{olds, news}) {
		out = append(out, likest(i, p.old, j, p.new, alike)...)
		if p.old < olds {
			out = append(out, p)
		}
		i, j = p.old+1, p.new+1
	}
	return out
}

// likest pairs the things from i to iEnd with those from j to jEnd, in order, so that together they are
// as much alike as can be. A gap too wide to look at every pair stays without any.
func likest(i, iEnd, j, jEnd int, alike func(i, j int) float64) []pair {
	n, m := iEnd-i, jEnd-j
	if n <= 0 || m <= 0 || n*m > 10_000 {
		return nil
	}
	like := make([]float64, n*m)
	best := make([]float64, (n+1)*(m+1))
	for x := n - 1; x >= 0; x-- {
		for y := m - 1; y >= 0; y-- {
			if s := alike(i+x, j+y); s >= enough {
				like[x*m+y] = s
			}
			at := x*(m+1) + y
			best[at] = max(best[at+1], best[at+m+1], like[x*m+y]+best[at+m+2])
		}
	}
	var out []pair
	for x, y := 0, 0; x < n && y < m; {
		switch at := x*(m+1) + y; {
		case like[x*m+y] > 0 && best[at] == like[x*m+y]+best[at+m+2]:
			out = append(out, pair{i + x, j + y})
			x, y = x+1, y+1
		case best[at] == best[at+m+1]:
			x++
		default:
			y++
		}
	}
	return out
}

// unit compares two units of one shape.
func (a *aligner) unit(old, new unit) []Line {
	if !old[0].Kind.Tabular() {
		return []Line{a.line(old[0], new[0])}
	}
	var out []Line
	if old[0].Kind == Head {
		out = append(out, a.line(old[0], new[0]))
		old, new = old[1:], new[1:]
	} else if len(old) > 0 {
		a.groups[old[0].Group] = new[0].Group
	}
	return append(out, a.rows(old, new)...)
}

// rows compares the rows of two tables. A row is known by its first cell, else by all of them; what is
// left is paired where it is alike. A row that has other cells than before is another row.
func (a *aligner) rows(old, new []Line) []Line {
	first := func(l Line) string {
		if text := textOf(Line{Cells: l.Cells[:1]}); text != "" {
			return strconv.Itoa(len(l.Cells)) + " " + text
		}
		return ""
	}
	pairs := matched(len(old), len(new),
		func(i int) string { return first(old[i]) }, func(j int) string { return first(new[j]) },
		func(i int) string { return textOf(old[i]) }, func(j int) string { return textOf(new[j]) })
	oldPaired, newPaired := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		oldPaired[p.old], newPaired[p.new] = true, true
	}
	fixed := rising(pairs)
	for _, p := range between(len(old), len(new), fixed, func(i, j int) float64 {
		if oldPaired[i] || newPaired[j] || len(old[i].Cells) != len(new[j].Cells) {
			return 0
		}
		return alike(old[i], new[j])
	}) {
		if !oldPaired[p.old] && !newPaired[p.new] {
			pairs = append(pairs, p)
		}
	}
	return a.weave(len(old), len(new), sorted(pairs), func(i int) []Line { return old[i : i+1] }, func(j int) []Line { return new[j : j+1] },
		func(p pair) []Line { return []Line{a.line(old[p.old], new[p.new])} })
}
