// Package terminal is what every command of Entente stands on: what a command is and what it may touch,
// how it is refused when it is called wrongly, and how it prints and writes what it has to give. It knows
// neither agreements nor nodes.
package terminal

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"
)

// An Env is everything outside that a command may touch.
type Env struct {
	Args   []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time
}

// A Command is one verb.
type Command struct {
	Name  string
	Args  string // as in a usage line
	Help  string // one line
	Long  string // what `entente help NAME` adds; may be empty
	Flags func(*flag.FlagSet)
	Run   func(ctx context.Context, env *Env, flags *flag.FlagSet) error
}

// A Misuse is an error in how a command was called.
type Misuse struct{ text string }

// Error is what was wrong, for whoever typed it.
func (m Misuse) Error() string { return m.text }

// Misusef says what is wrong with a call, for whoever typed it.
func Misusef(format string, args ...any) error { return Misuse{fmt.Sprintf(format, args...)} }

// ErrPartly ends a command with status 3 when what it made is there, with something wrong of which everything has been
// said already.
var ErrPartly = errors.New("done in part")

// ErrFailed ends a command with status 1 when everything has been said already.
var ErrFailed = errors.New("failed")
