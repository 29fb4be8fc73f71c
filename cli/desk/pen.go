package desk

import (
	"os"
	"strings"

	"entente/cli/terminal"
	"entente/document/redline"
)

// coloured reports whether standard output is a terminal whose owner has nothing against colours.
func coloured(env *terminal.Env) bool {
	f, ok := env.Stdout.(*os.File)
	if !ok || env.Getenv("NO_COLOR") != "" || env.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A pen writes a redline for a terminal.
type pen struct {
	colour bool
	out    strings.Builder
}

var inks = map[redline.Change]struct{ open, shut, colour string }{
	redline.Deleted:  {"[-", "-]", "\x1b[31m"},
	redline.Inserted: {"{+", "+}", "\x1b[32m"},
}

func (p *pen) line(l redline.Line) {
	switch {
	case l.Kind.Heading():
		p.out.WriteString("\n")
	default:
		p.out.WriteString(strings.Repeat("  ", l.Depth+1))
	}
	switch l.Change {
	case redline.Left:
		p.out.WriteString("(moved from here) ")
	case redline.Arrived:
		p.out.WriteString("(moved here) ")
	}
	if l.Changed() {
		p.words(redline.Deleted, l.Marks.Old)
		p.words(redline.Inserted, l.Marks.New)
		p.out.WriteString(" ")
	} else if l.Mark() != "" {
		p.words(markChange(l), l.Mark())
		p.out.WriteString(" ")
	}
	for i, cell := range l.Cells {
		if i > 0 {
			p.out.WriteString(" | ")
		}
		for _, s := range cell {
			p.words(s.Change, s.Text)
		}
	}
	p.out.WriteString("\n")
}

// markChange is what has become of the mark of a line that is new or gone.
func markChange(l redline.Line) redline.Change {
	if l.Change == redline.Inserted || l.Change == redline.Deleted {
		return l.Change
	}
	return redline.Kept
}

func (p *pen) words(c redline.Change, s string) {
	ink, changed := inks[c]
	switch s = strings.ReplaceAll(s, "\n", " "); {
	case s == "":
	case !changed:
		p.out.WriteString(s)
	case p.colour:
		p.out.WriteString(ink.colour + ink.open + s + ink.shut + "\x1b[0m")
	default:
		p.out.WriteString(ink.open + s + ink.shut)
	}
}
