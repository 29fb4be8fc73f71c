package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"entente/agreement"
)

// The bounds of an agreement file. A long agreement has a few thousand lines and ten levels.
const (
	MaxBytes = 1 << 20
	maxDepth = 40
	maxKeys  = 1000 // in one mapping
)

// scan reports what must not be there whatever the text means, before the YAML library sees it.
// It returns the tokens of the text, line ends made LF and without a byte order mark, and whether
// they may be parsed.
func (r *reader) scan(file []byte) (token.Tokens, bool) {
	if len(file) > MaxBytes {
		r.atPlace(1, 1, "too-large", "the file is larger than 1 MiB").Mend("an agreement file is text of a few thousand lines; put documents beside it, as attachments")
		return nil, false
	}
	file, marked := bytes.CutPrefix(file, []byte("\uFEFF"))
	if !r.utf8(file, marked) {
		return nil, false
	}
	source := strings.ReplaceAll(strings.ReplaceAll(string(file), "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(source, "\n")
	for _, line := range lines {
		r.widths = append(r.widths, utf8.RuneCountInString(line))
	}
	r.characters(lines)
	if len(r.found) > 0 {
		return nil, false
	}
	tokens := lexer.Tokenize(source)
	if r.tokens(tokens); len(r.found) == 0 {
		r.ambiguous(tokens)
	}
	return tokens, len(r.found) == 0
}

// utf8 finds the first byte that is no text. A byte order mark, already cut off, counts as bytes.
func (r *reader) utf8(file []byte, marked bool) bool {
	line, start, mark := 1, 0, 0
	if marked {
		mark = len("\uFEFF")
	}
	for i := 0; i < len(file); {
		c, size := utf8.DecodeRune(file[i:])
		if c == utf8.RuneError && size == 1 {
			r.atPlace(line, utf8.RuneCount(file[start:i])+1, "not-utf8", "byte %d of the file (0x%02X) is not UTF-8 text", mark+i+1, file[i]).
				Mend("save the file as UTF-8")
			return false
		}
		i += size
		if c == '\n' || c == '\r' && (i == len(file) || file[i] != '\n') {
			line, start = line+1, i
		}
	}
	return true
}

// characters finds control characters and characters that cannot be seen, wherever they stand: in a
// comment they could hide from a reader what a value says.
func (r *reader) characters(lines []string) {
	for n, line := range lines {
		column, before := 0, rune(0)
		for _, c := range line {
			column++
			switch {
			case c < ' ' && c != '\t' || c == 0x7f:
				r.atPlace(n+1, column, "control-character", "the control character U+%04X is in the file", c).Mend("delete it")
			case invisible(before, c):
				r.atPlace(n+1, column, "invisible-characters", "an invisible character, U+%04X, is in the file", c).Mend("delete it: what is signed must be what is seen")
			}
			before = c
		}
	}
}

// invisible reports whether a character cannot be seen or changes how others are shown. Joiners
// count as letters between the letters of scripts that need them.
func invisible(before, c rune) bool {
	switch {
	case c == '\u200c' || c == '\u200d':
		return before < 0x300 || unicode.Is(unicode.Latin, before)
	case c == '\u0085', c == '\u00ad', c == '\u115f', c == '\u1160', c == '\u3164', c == '\uffa0':
		return true
	}
	return c >= 0x80 && (unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Cc, c) || unicode.Is(unicode.Zl, c) || unicode.Is(unicode.Zp, c))
}

// hidden finds the first character of a text that its reader would not see.
func hidden(s string) (rune, bool) {
	before := rune(0)
	for _, c := range s {
		if c < ' ' && c != '\t' && c != '\n' || c == 0x7f || invisible(before, c) {
			return c, true
		}
		before = c
	}
	return 0, false
}

// tokens refuses what an agreement has no use for, and nesting that would exhaust the parser.
// The lexer does not recurse, so it may see any text.
func (r *reader) tokens(tokens token.Tokens) {
	var n nesting
	content, ended := false, false
	for _, t := range tokens {
		at := t.Position
		switch t.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType, token.MappingKeyType:
			r.atPlace(at.Line, at.Column, "yaml-feature", "%s is not used in agreement files", yamlFeatures[t.Type]).
				Mend("write the value out; if it is text that begins with %q, put it in quotes", strings.TrimSpace(t.Value))
			return // a file that uses one uses many
		case token.DocumentHeaderType:
			if content {
				r.atPlace(at.Line, at.Column, "several-documents", "a second YAML document begins here").Mend("keep one agreement per file")
				return
			}
		case token.DocumentEndType:
			ended = true
		case token.CommentType:
		default:
			if ended {
				r.atPlace(at.Line, at.Column, "several-documents", "the file goes on after its end mark (...)").Mend("keep one agreement per file")
				return
			}
			content = true
		}
		if what := n.take(t); what != "" {
			r.atPlace(at.Line, at.Column, "too-deep", "%s", what).Mend("an agreement file needs ten levels and a few dozen keys each")
			return
		}
	}
}

var yamlFeatures = map[token.Type]string{
	token.AnchorType: "an anchor (&)", token.AliasType: "an alias (*)", token.TagType: "a tag (!)",
	token.MergeKeyType: "a merge key (<<)", token.DirectiveType: "a directive (%)",
	token.MappingKeyType: "an explicit key (?)",
}

// nesting follows how deep a stream of tokens nests, without recursion and on the safe side.
type nesting struct {
	flow   int
	blocks []level // by column, growing
	last   *token.Token
}

type level struct{ column, keys int }

// take says what is too much, or nothing.
func (n *nesting) take(t *token.Token) string {
	column := t.Position.Column
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow++
	case token.SequenceEndType, token.MappingEndType:
		n.flow = max(0, n.flow-1)
	case token.SequenceEntryType, token.MappingKeyType:
		n.enter(column)
	case token.MappingValueType:
		if n.last != nil && n.last.Position.Line == t.Position.Line {
			column = n.last.Position.Column
		}
		n.enter(column)
		if n.flow == 0 {
			n.blocks[len(n.blocks)-1].keys++
		}
	}
	if t.Type != token.CommentType {
		n.last = t
	}
	switch {
	case n.flow+len(n.blocks) > maxDepth:
		return fmt.Sprintf("the file nests more than %d levels deep", maxDepth)
	case len(n.blocks) > 0 && n.blocks[len(n.blocks)-1].keys > maxKeys:
		return fmt.Sprintf("a mapping has more than %d keys", maxKeys)
	}
	return ""
}

func (n *nesting) enter(column int) {
	if n.flow > 0 {
		return
	}
	for len(n.blocks) > 0 && n.blocks[len(n.blocks)-1].column > column {
		n.blocks = n.blocks[:len(n.blocks)-1]
	}
	if len(n.blocks) == 0 || n.blocks[len(n.blocks)-1].column < column {
		n.blocks = append(n.blocks, level{column: column})
	}
}

// atPlace reports what stands at a line and column rather than at a path.
func (r *reader) atPlace(line, column int, rule, format string, args ...any) *agreement.Finding {
	f := r.add(rule, "", format, args...)
	f.Line, f.Column = line, column
	return f
}
