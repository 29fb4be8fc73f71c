package docx

import (
	"fmt"
	"strconv"
	"strings"

	"entente/document/redline"
)

// The kinds of numbering that a document has. Clauses that stand outside articles and schedules, as 0.1,
// have a kind of their own for each number before the point.
const (
	articles = iota
	schedules
	bullets
	letters
	kinds
)

// A numbering counts as the word processor will, so that a heading is numbered by it only where it comes to
// the number that the document gives; every other number is written out.
type numbering struct {
	count   [2][2]int      // of articles and schedules: the last section, the last clause
	current [2]int         // the list that counts them, from 1; 0 for none
	outside map[string]int // the list that counts clauses outside, by the number before the point
	last    map[string]int // and the last of them
	lists   []list
	groups  map[int]int // the list of each group of lettered or bulleted items
}

// A list is one w:num.
type list struct {
	kind   int
	start  int    // of its first level
	prefix string // of a kind outside
}

func (n *numbering) add(l list) int {
	n.lists = append(n.lists, l)
	return len(n.lists)
}

// heading is the list and level that number a heading as it is labelled; ok is false for those that no
// list comes to.
func (n *numbering) heading(l redline.Line) (id, level int, ok bool) {
	if l.Kind == redline.Section {
		return n.section(l.Mark())
	}
	before, after, _ := strings.Cut(l.Mark(), ".")
	at, err := strconv.Atoi(after)
	if err != nil || strconv.Itoa(at) != after || at < 1 {
		return 0, 0, false
	}
	for kind := range n.count {
		if n.current[kind] > 0 && before == numeral(kind, n.count[kind][0]) {
			if at != n.count[kind][1]+1 {
				return 0, 0, false
			}
			n.count[kind][1] = at
			return n.current[kind], 1, true
		}
	}
	return n.clauseOutside(before, at)
}

func (n *numbering) section(label string) (id, level int, ok bool) {
	for kind, name := range []string{"Article ", "Schedule "} {
		text, named := strings.CutPrefix(label, name)
		if !named {
			continue
		}
		at := 1
		for at < 1000 && numeral(kind, at) != text {
			at++
		}
		if at == 1000 || kind == schedules && at > 26 {
			return 0, 0, false
		}
		if n.current[kind] == 0 || at != n.count[kind][0]+1 {
			n.current[kind] = n.add(list{kind: kind, start: at})
		}
		n.count[kind] = [2]int{at, 0}
		return n.current[kind], 0, true
	}
	return 0, 0, false
}

func numeral(kind, n int) string {
	if kind == schedules && n > 0 {
		return string(rune('A' + n - 1))
	}
	return strconv.Itoa(n)
}

func (n *numbering) clauseOutside(before string, at int) (id, level int, ok bool) {
	if b, err := strconv.Atoi(before); err != nil || strconv.Itoa(b) != before || at != n.last[before]+1 {
		return 0, 0, false
	}
	if n.outside == nil {
		n.outside, n.last = map[string]int{}, map[string]int{}
	}
	if n.outside[before] == 0 {
		n.outside[before] = n.add(list{kind: kinds, start: at, prefix: before})
	}
	n.last[before] = at
	return n.outside[before], 0, true
}

// item is the list that letters or bullets an item.
func (n *numbering) item(l redline.Line) int {
	if n.groups == nil {
		n.groups = map[int]int{}
	}
	if n.groups[l.Group] == 0 {
		kind := letters
		if l.Mark() == "•" {
			kind = bullets
		}
		n.groups[l.Group] = n.add(list{kind: kind, start: 1})
	}
	return n.groups[l.Group]
}

func (n *numbering) xml() string {
	var b, instances strings.Builder
	b.WriteString(declaration + `<w:numbering` + root + `>`)
	abstract(&b, articles, level(0, "decimal", "Article %1 ·", "space", 0, 0)+level(1, "decimal", "%1.%2", "tab", hang, hang))
	abstract(&b, schedules, level(0, "upperLetter", "Schedule %1 ·", "space", 0, 0)+level(1, "decimal", "%1.%2", "tab", hang, hang))
	abstract(&b, bullets, level(0, "bullet", "•", "tab", hang+step, step))
	for i, l := range n.lists {
		of := l.kind
		switch l.kind { // a definition of its own for each list that counts, so that none goes on with another's letters
		case letters:
			of = kinds + i
			abstract(&b, of, level(0, "lowerLetter", "(%1)", "tab", hang+step, step))
		case kinds:
			of = kinds + i
			abstract(&b, of, level(0, "decimal", l.prefix+".%1", "tab", hang, hang))
		}
		fmt.Fprintf(&instances, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/>`, i+1, of)
		if l.kind != bullets {
			fmt.Fprintf(&instances, `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="%d"/></w:lvlOverride>`, l.start)
		}
		instances.WriteString(`</w:num>`)
	}
	return b.String() + instances.String() + `</w:numbering>`
}

func abstract(b *strings.Builder, id int, levels string) {
	fmt.Fprintf(b, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="multilevel"/>%s</w:abstractNum>`, id, levels)
}

// level is one level of a numbering; left and hanging are in twentieths of a point.
func level(n int, format, text, suffix string, left, hanging int) string {
	return fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:suff w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="%d" w:hanging="%d"/></w:pPr></w:lvl>`,
		n, format, suffix, text, left, hanging)
}
