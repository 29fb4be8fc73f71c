package paper

import (
	"context"
	"flag"
	"fmt"
	"os"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/playbook"
	"entente/articles/source"
	"entente/cli/desk"
	"entente/cli/terminal"
)

var houseWording = terminal.Command{
	Name: "house", Args: "--playbook PLAYBOOK FILE [-o NEW.yaml]", Help: "write an agreement in the words of your playbook",
	Long: `
Puts the words that PLAYBOOK has for clauses into the agreement, in place of the template's and of words of
your own that stand there. They are part of the agreement file from then on, and so of what both sign.
` + "`entente check`" + ` says which terms they leave out; ` + "`entente diff --template`" + ` shows what they change.`,
	Flags: func(f *flag.FlagSet) {
		f.String("o", "", "write the agreement to this `file`")
		f.String("playbook", "", "the `file` with your company's own standard")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 || terminal.Text(f, "playbook") == "" {
			return terminal.Misusef("name one agreement file, and your playbook with --playbook")
		}
		book, err := openPlaybook(env, terminal.Text(f, "playbook"))
		if err != nil {
			return err
		}
		if len(book.Wording) == 0 {
			return fmt.Errorf("%s words no clause", terminal.Text(f, "playbook"))
		}
		file, _, err := desk.Agreement(env, env.Args[0])
		if err != nil {
			return err
		}
		return writeProposal(env, terminal.Text(f, "o"), book.Word(file.Agreement))
	},
}

// openPlaybook reads a playbook. One with errors is refused, after they are printed.
func openPlaybook(env *terminal.Env, name string) (*playbook.Book, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, terminal.Misusef("opening the playbook: %v", err)
	}
	book, wrong := playbook.Read(name, content)
	for _, l := range book.File.Lines(wrong) {
		fmt.Fprintln(env.Stderr, l)
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%s has %s; mend them first", name, terminal.Count(len(wrong), "error"))
	}
	return book, nil
}

func writeProposal(env *terminal.Env, out string, a articles.Agreement) error {
	content := draft.Write(a)
	if err := terminal.WriteNew(env, out, content); err != nil {
		return err
	}
	file, _ := source.Read(out, content)
	if n := source.Count(file.Check(), agreement.Error); n > 0 {
		fmt.Fprintf(env.Stderr, "%s: the proposal has %s; `entente check` lists them\n", out, terminal.Count(n, "error"))
	}
	return nil
}
