package paper

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"entente/articles/draft"
	"entente/articles/source"
	"entente/calendar"
	"entente/cli/terminal"
	"entente/files"
	"entente/interview"
)

var migrate = terminal.Command{
	Name: "migrate", Args: "FILE", Help: "rewrite a draft in the present edition of the file format",
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 || env.Args[0] == "-" {
			return terminal.Misusef("name one agreement file")
		}
		before, err := os.ReadFile(env.Args[0])
		if err != nil {
			return err
		}
		after, changes, err := source.Migrate(before)
		if err != nil {
			return fmt.Errorf("%s: %w", env.Args[0], err)
		}
		for _, c := range changes {
			fmt.Fprintln(env.Stdout, c)
		}
		if string(after) == string(before) {
			fmt.Fprintf(env.Stdout, "%s is in the present edition already\n", env.Args[0])
			return nil
		}
		return files.WriteFile(env.Args[0], after, 0o644)
	},
}

var initialise = terminal.Command{
	Name: "init", Args: "[--example] [-o FILE]", Help: "begin a new agreement, by questions or from the example",
	Long: `
Asks for the parties, the purpose, the components and the key terms, with defaults that are usual in
the field, and writes a commented agreement file to FILE (agreement.yaml). With --example it asks
nothing and writes a complete, realistic agreement to standard output or FILE.`,
	Flags: func(f *flag.FlagSet) {
		f.Bool("example", false, "write the example agreement without asking")
		f.String("o", "", "the output `file`")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if len(env.Args) > 0 {
			return terminal.Misusef("it takes no arguments; -o FILE names the output")
		}
		out := terminal.Text(f, "o")
		today := calendar.DateOf(env.Now())
		if terminal.Text(f, "example") == "true" {
			return writeExample(env, out, today)
		}
		if out == "" {
			out = "agreement.yaml"
		}
		if err := terminal.Absent(out); err != nil {
			return err
		}
		a, err := interview.Ask(env.Stdin, env.Stderr, today)
		if err != nil {
			return err
		}
		if err := terminal.WriteNew(env, out, draft.Write(a)); err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "\nWrote %s. Next:\n  entente check %s\n  entente render %s -o agreement.html\n", out, out, out)
		return nil
	},
}

// writeExample writes the example and, where it becomes a file, the documents that it attaches beside it.
func writeExample(env *terminal.Env, out string, today calendar.Date) error {
	example := draft.Write(draft.Example(today))
	if out == "" || out == "-" {
		return terminal.WriteNew(env, out, example)
	}
	if err := terminal.Absent(out); err != nil {
		return err
	}
	for name, content := range draft.Attachments() {
		if err := terminal.WriteBeside(filepath.Join(filepath.Dir(out), name), content); err != nil {
			return err
		}
	}
	return terminal.WriteNew(env, out, example)
}
