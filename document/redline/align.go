package redline

import (
	"slices"
	"strconv"
	"strings"
)

// A passage is what is compared with its like: a heading with the text under it.
type passage []Line

// An aligner puts two documents side by side.
type aligner struct {
	moves  int
	groups map[int]int // the new group that an old one has become
}

// clauses compares two documents clause by clause. A clause is known by its number and title, else by its
// title, its number or its words.
func clauses(old, new []Line) []Line {
	a := aligner{groups: map[int]int{}}
	x, y := passagesOf(apart(old, new)), passagesOf(new)
	whole := func(p passage) string { return p.number() + "\n" + p.title() + "\n" + p.content() }
	pairs := matched(len(x), len(y),
		func(i int) string { return x[i].number() + "\x00" + x[i].title() }, func(j int) string { return y[j].number() + "\x00" + y[j].title() },
		func(i int) string { return x[i].title() }, func(j int) string { return y[j].title() },
		func(i int) string { return x[i].number() }, func(j int) string { return y[j].number() },
		func(i int) string { return x[i].content() }, func(j int) string { return y[j].content() },
		func(i int) string { return whole(x[i]) }, func(j int) string { return whole(y[j]) },
	)
	all := a.weave(len(x), len(y), pairs,
		func(i int) []Line { return x[i] }, func(j int) []Line { return y[j] },
		func(p pair) []Line { return a.passage(x[p.old], y[p.new]) })
	for i := range all {
		if group, ok := a.groups[all[i].Group]; ok && !all[i].Change.New() {
			all[i].Group = group
		}
	}
	return all
}

// apart are the old lines in groups that the new ones have not.
func apart(old, new []Line) []Line {
	most := 0
	for _, l := range new {
		most = max(most, l.Group)
	}
	out := slices.Clone(old)
	for i := range out {
		out[i].Group += most + 1
	}
	return out
}

func passagesOf(lines []Line) []passage {
	var all []passage
	for i, l := range lines {
		if i == 0 || l.Kind.Heading() || l.Clause != lines[i-1].Clause {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], l)
	}
	return all
}

// number is how people cite the passage, apart for sections and clauses.
func (p passage) number() string {
	if p[0].Kind == Section {
		return "section " + p[0].Anchor
	}
	return p[0].Clause
}

// title is the heading's text with its kind, if any.
func (p passage) title() string {
	if text := textOf(p[0]); p[0].Kind.Heading() && text != "" {
		return string(p[0].Kind) + " " + text
	}
	return ""
}

func (p passage) content() string {
	var all []string
	for _, l := range p {
		if !l.Kind.Heading() {
			all = append(all, textOf(l))
		}
	}
	return strings.Join(all, "\n")
}

// textOf are the words of a line.
func textOf(l Line) string {
	var cells []string
	for _, c := range l.Cells {
		cells = append(cells, spelled(c))
	}
	return strings.Join(cells, "\t")
}

func spelled(cell []Span) string {
	var b strings.Builder
	for _, s := range cell {
		b.WriteString(s.Text)
	}
	return b.String()
}

// matched pairs old and new things: by the first two keys where just one on each side has it, what is left
// by the next two, and so on; an empty key matches nothing. What then has the last keys in common, in
// order, is paired too. The pairs are in the old order.
func matched(olds, news int, keys ...func(int) string) []pair {
	var pairs []pair
	goneOld, goneNew := make([]bool, olds), make([]bool, news)
	for k := 0; k+1 < len(keys); k += 2 {
		inOld, inNew := remaining(olds, goneOld, keys[k]), remaining(news, goneNew, keys[k+1])
		for key, i := range inOld {
			if j := inNew[key]; key != "" && len(i) == 1 && len(j) == 1 {
				pairs = append(pairs, pair{i[0], j[0]})
				goneOld[i[0]], goneNew[j[0]] = true, true
			}
		}
	}
	var restOld, restNew []int
	for i, gone := range goneOld {
		if !gone {
			restOld = append(restOld, i)
		}
	}
	for j, gone := range goneNew {
		if !gone {
			restNew = append(restNew, j)
		}
	}
	for _, p := range common(keysOf(restOld, keys[len(keys)-2]), keysOf(restNew, keys[len(keys)-1])) {
		pairs = append(pairs, pair{restOld[p.old], restNew[p.new]})
	}
	return sorted(pairs)
}

func sorted(pairs []pair) []pair {
	slices.SortFunc(pairs, func(a, b pair) int { return a.old - b.old })
	return pairs
}

func remaining(n int, gone []bool, key func(int) string) map[string][]int {
	at := map[string][]int{}
	for i := range n {
		if !gone[i] {
			at[key(i)] = append(at[key(i)], i)
		}
	}
	return at
}

// weave puts old and new things into one order, the old first where both stand between the same
// neighbours. Pairs whose order has changed are moves.
func (a *aligner) weave(olds, news int, pairs []pair, old, new func(int) []Line, both func(pair) []Line) []Line {
	left, arrived := map[int][]Line{}, map[int][]Line{}
	fixed := rising(pairs)
	for _, p := range pairs {
		if !slices.Contains(fixed, p) {
			left[p.old], arrived[p.new] = a.relocate(both(p))
		}
	}
	var out []Line
	i, j := 0, 0
	for _, p := range append(fixed, pair{olds, news}) {
		for ; i < p.old; i++ {
			if lines, ok := left[i]; ok {
				out = append(out, lines...)
			} else {
				out = append(out, changed(old(i), Deleted)...)
			}
		}
		for ; j < p.new; j++ {
			if lines, ok := arrived[j]; ok {
				out = append(out, lines...)
			} else {
				out = append(out, changed(new(j), Inserted)...)
			}
		}
		if p.old < olds {
			out = append(out, both(p)...)
		}
		i, j = p.old+1, p.new+1
	}
	return out
}

// changed are lines that are wholly new or wholly gone.
func changed(lines []Line, c Change) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		l.Change = c
		l.Marks = marked(l.Marks, c)
		l.Cells = spanned(l.Cells, func(Change) (Change, bool) { return c, true })
		out[i] = l
	}
	return out
}

func marked(m Marks, c Change) Marks {
	if !c.New() {
		m.New = ""
	}
	if !c.Old() {
		m.Old = ""
	}
	return m
}

// spanned are cells with the changes of their words given anew, without those that are not kept.
func spanned(in [][]Span, give func(Change) (c Change, keep bool)) [][]Span {
	out := make([][]Span, len(in))
	for i, cell := range in {
		for _, s := range cell {
			if c, keep := give(s.Change); keep {
				out[i] = append(out[i], Span{c, s.Run})
			}
		}
	}
	return out
}

// relocate parts compared lines into what leaves its place and what arrives at another. A tick box that
// changes on the way does not move: nobody may overlook it.
func (a *aligner) relocate(lines []Line) (left, arrived []Line) {
	for _, l := range lines {
		switch {
		case l.Change != Kept && l.Change.Old():
			left = append(left, l)
		case l.Change != Kept:
			arrived = append(arrived, l)
		case l.Kind == Option && l.Changed():
			left = append(left, changed([]Line{l.as(Left, 0)}, Deleted)...)
			arrived = append(arrived, changed([]Line{l.as(Arrived, 0)}, Inserted)...)
		default:
			a.moves++
			left = append(left, l.as(Left, a.moves))
			arrived = append(arrived, l.as(Arrived, a.moves))
		}
	}
	return left, arrived
}

// as is one end of a move.
func (l Line) as(c Change, move int) Line {
	l.Change, l.Move = c, move
	l.Marks = marked(l.Marks, c)
	has := Change.New
	if c == Left {
		has = Change.Old
	}
	l.Cells = spanned(l.Cells, func(c Change) (Change, bool) { return c, has(c) })
	return l
}

// identity is what makes a line the same in another place.
func (l Line) identity() string {
	mark := l.Mark()
	if l.Kind == Item {
		mark = "" // follows from the place
	}
	return strings.Join([]string{string(l.Kind), strconv.Itoa(l.Depth), mark, textOf(l)}, "\x00")
}

// moved turns what was deleted in one place and inserted in another, word for word, into moves.
func moved(lines []Line) []Line {
	most := 0
	gone, come := map[string][]int{}, map[string][]int{}
	for i, l := range lines {
		most = max(most, l.Move)
		key := l.identity()
		switch {
		case l.Kind != Paragraph && l.Kind != Row && l.Kind != Item && l.Kind != Option || len(wordsIn(l)) < 4:
		case l.Change == Deleted:
			gone[key] = append(gone[key], i)
		case l.Change == Inserted:
			come[key] = append(come[key], i)
		}
	}
	for i, l := range lines {
		key := l.identity()
		if l.Change != Deleted || len(gone[key]) == 0 || len(come[key]) == 0 || gone[key][0] != i {
			continue
		}
		j := come[key][0]
		gone[key], come[key] = gone[key][1:], come[key][1:]
		most++
		kept := func(Change) (Change, bool) { return Kept, true }
		lines[i].Change, lines[i].Move, lines[i].Cells = Left, most, spanned(l.Cells, kept)
		lines[j].Change, lines[j].Move, lines[j].Cells = Arrived, most, spanned(lines[j].Cells, kept)
	}
	return lines
}
