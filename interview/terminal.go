package interview

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A terminal is where somebody is asked one question after the other.
type terminal struct {
	in  *bufio.Reader
	out io.Writer
}

func (t *terminal) hear(text string) { fmt.Fprintf(t.out, "\n%s\n", text) }

func (t *terminal) know(text string) { fmt.Fprintf(t.out, "  %s\n", text) }

func (t *terminal) answer(q Question, wrong error) (string, bool, error) {
	if wrong != nil {
		fmt.Fprintf(t.out, "    %v\n", wrong)
	}
	shown := q.Text
	if len(q.Of) > 0 {
		shown += " (" + strings.Join(q.Of, "/") + ")"
	}
	if q.Usual != "" {
		shown += " [" + q.Usual + "]"
	}
	fmt.Fprintf(t.out, "  %s: ", shown)
	line, err := t.in.ReadString('\n')
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", false, ErrUnanswered
	}
	return strings.TrimSpace(line), true, nil
}
