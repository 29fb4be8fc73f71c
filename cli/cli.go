// Package cli is the terminal: every verb of Entente as a command. It has the commands that run a node and those
// that look after its data; all others are in the rooms beside it, by what they are about.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the zones of agreements, whatever the machine has

	"entente/cli/terminal"
	"entente/cli/visit"
)

// Exit statuses.
const (
	done    = 0
	failed  = 1 // it failed, or it was refused
	misused = 2 // the command was not called as it must be
	partly  = 3 // what it made is there, and something is wrong with it
)

// Main runs the program and returns its exit status.
func Main() int {
	ctx := context.Background()
	if len(os.Args) > 1 && (os.Args[1] == "serve" || os.Args[1] == "demo") { // end gracefully; all else ends at once
		var stop func()
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		defer stop()
	}
	syscall.Umask(0o077)
	return Run(ctx, &terminal.Env{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now})
}

// Run runs one command.
func Run(ctx context.Context, env *terminal.Env) int {
	if len(env.Args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, env.Args[0]) {
		return help(env)
	}
	if env.Args[0] == "version" || env.Args[0] == "--version" {
		fmt.Fprintln(env.Stdout, "entente", version())
		return done
	}
	c, rest := find(env.Args)
	if c == nil {
		fmt.Fprintf(env.Stderr, "entente: there is no command %q; `entente help` lists them\n", env.Args[0])
		return misused
	}
	flags := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if c.Flags != nil {
		c.Flags(flags)
	}
	args, err := interleave(flags, rest)
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(env.Stdout, c, flags)
		return done
	case err != nil:
		fmt.Fprintf(env.Stderr, "entente %s: %v\n", c.Name, err)
		usage(env.Stderr, c, flags)
		return misused
	}
	env.Args = args
	return status(env, c, visit.InFlags(c.Run(ctx, env, flags), flags))
}

func status(env *terminal.Env, c *terminal.Command, err error) int {
	var wrong terminal.Misuse
	switch {
	case err == nil:
		return done
	case errors.Is(err, terminal.ErrFailed):
		return failed
	case errors.Is(err, terminal.ErrPartly):
		return partly
	case errors.As(err, &wrong):
		fmt.Fprintf(env.Stderr, "entente %s: %v\nusage: entente %s %s\n", c.Name, err, c.Name, c.Args)
		return misused
	}
	fmt.Fprintf(env.Stderr, "entente %s: %v\n", c.Name, err)
	return failed
}

// find takes the longest name that matches: "ledger verify" before "ledger".
func find(args []string) (*terminal.Command, []string) {
	for n := min(3, len(args)); n > 0; n-- {
		name := strings.Join(args[:n], " ")
		for _, c := range topics {
			if i := slices.IndexFunc(c.commands, func(one terminal.Command) bool { return one.Name == name }); i >= 0 {
				return &c.commands[i], args[n:]
			}
		}
	}
	return nil, nil
}

// interleave lets flags stand before, between and after the arguments.
func interleave(flags *flag.FlagSet, args []string) ([]string, error) {
	var plain []string
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if len(rest) == 0 {
			break
		}
		if len(rest) < len(args) && args[len(args)-len(rest)-1] == "--" {
			return append(plain, rest...), nil
		}
		plain, args = append(plain, rest[0]), rest[1:]
	}
	return plain, nil
}

func help(env *terminal.Env) int {
	if len(env.Args) > 1 {
		if c, _ := find(env.Args[1:]); c != nil {
			flags := flag.NewFlagSet(c.Name, flag.ContinueOnError)
			if c.Flags != nil {
				c.Flags(flags)
			}
			usage(env.Stdout, c, flags)
			return done
		}
		fmt.Fprintf(env.Stderr, "entente: there is no command %q; `entente help` lists them\n", strings.Join(env.Args[1:], " "))
		return misused
	}
	fmt.Fprint(env.Stdout, "Entente runs an AI integration partnership from its signed agreement.\n\nusage: entente COMMAND [flags] [arguments]\n\n")
	for _, c := range topics {
		fmt.Fprintln(env.Stdout, c.title)
		for _, one := range c.commands {
			fmt.Fprintf(env.Stdout, "  %-21s %s\n", one.Name, one.Help)
		}
		fmt.Fprintln(env.Stdout)
	}
	fmt.Fprint(env.Stdout, "`entente help COMMAND` says more. Start with `entente demo`.\n")
	return done
}

func usage(w io.Writer, c *terminal.Command, flags *flag.FlagSet) {
	fmt.Fprintf(w, "usage: entente %s %s\n\n%s\n", c.Name, c.Args, c.Help)
	if c.Long != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(c.Long))
	}
	some := false
	flags.VisitAll(func(*flag.Flag) { some = true })
	if some {
		fmt.Fprintln(w)
		flags.SetOutput(w)
		flags.PrintDefaults()
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(development)"
	}
	return info.Main.Version
}
