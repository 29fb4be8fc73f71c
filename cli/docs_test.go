package cli

import (
	"entente/cli/terminal"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mentioned are the commands in a text, as they are typed: what stands in backticks, and what a block shows.
var mentioned = regexp.MustCompile("(?m)(?:`|^ {4,}(?:\\$ )?|&& )entente ([a-z][^`\n]*)")

// Every command that a guide names is there, with the flags that the guide gives it.
func TestTheGuidesNameCommandsThatAreThere(t *testing.T) {
	guides, err := filepath.Glob("../docs/*.md")
	if err != nil || len(guides) < 10 {
		t.Fatalf("%d guides, %v", len(guides), err)
	}
	named := map[string]bool{}
	for _, guide := range append(guides, "../README.md", "../CONTRIBUTING.md") {
		b, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mentioned.FindAllStringSubmatch(string(b), -1) {
			line, _, _ := strings.Cut(m[1], " #")
			words := strings.Fields(line)
			if words[0] == "help" || words[0] == "version" {
				continue
			}
			c, rest := find(words)
			if c == nil {
				t.Errorf("%s: there is no command of `entente %s`", filepath.Base(guide), line)
				continue
			}
			named[c.Name] = true
			for _, flag := range flagsIn(rest) {
				if !slices.Contains(flagsOf(c), flag) {
					t.Errorf("%s: %s has no -%s: `entente %s`", filepath.Base(guide), c.Name, flag, line)
				}
			}
		}
	}
	if len(named) < 60 {
		t.Errorf("the guides name %d commands", len(named))
	}
}

// Whoever types the name of a command gets that command.
func TestEveryCommandIsFound(t *testing.T) {
	for _, one := range topics {
		for i, c := range one.commands {
			if found, rest := find(append(strings.Fields(c.Name), "x")); found != &one.commands[i] || !slices.Equal(rest, []string{"x"}) {
				t.Errorf("%s is not found", c.Name)
			}
		}
	}
}

// flagsIn are the flags among the words of a command, up to where another one begins.
func flagsIn(words []string) (all []string) {
	for _, w := range words {
		if strings.ContainsAny(w[:1], "|&;>#") {
			break
		}
		if name := strings.TrimLeft(w, "-"); name != w && name != "" {
			name, _, _ = strings.Cut(name, "=")
			all = append(all, strings.Trim(name, ".,;:)]’"))
		}
	}
	return all
}

func flagsOf(c *terminal.Command) (all []string) {
	f := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	if c.Flags != nil {
		c.Flags(f)
	}
	f.VisitAll(func(one *flag.Flag) { all = append(all, one.Name) })
	return append(all, "h", "help")
}
