package paper

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/form"
	"entente/articles/margins"
	"entente/articles/playbook"
	"entente/articles/rules"
	"entente/articles/source"
	"entente/cli/desk"
	"entente/cli/terminal"
	"entente/document"
)

var check = terminal.Command{
	Name: "check", Args: "[--json] [--playbook PLAYBOOK] FILE", Help: "check an agreement file like code",
	Long: `
Prints findings as file:line:column: severity: clause: message [rule], each with a hint how to mend it.
FILE may be - for standard input. The exit status is 0 if there is no error (warnings and notes do
not count), 1 if there is one, 2 if the command was called wrongly. ` + "`entente explain RULE`" + ` says
more about a rule.

With --playbook the terms are also held to your company's own standard: an error for what it never signs,
a warning for what it does not accept, a note for what it accepts and does not prefer.`,
	Flags: func(f *flag.FlagSet) {
		f.Bool("json", false, "print findings as a JSON array")
		f.String("playbook", "", "the `file` with your company's own standard")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		file, found, err := readAgreement(env)
		if err != nil {
			return err
		}
		if name := terminal.Text(f, "playbook"); name != "" {
			book, err := openPlaybook(env, name)
			if err != nil {
				return err
			}
			found = append(found, book.Hold(file.Agreement, file)...)
			slices.SortStableFunc(found, func(a, b agreement.Finding) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
		}
		lines := file.Lines(found)
		if terminal.Text(f, "json") == "true" {
			if err := terminal.JSON(env.Stdout, lines); err != nil {
				return err
			}
		} else {
			for _, l := range lines {
				fmt.Fprintln(env.Stdout, l)
			}
		}
		errs, warnings := source.Count(found, agreement.Error), source.Count(found, agreement.Warning)
		fmt.Fprintf(env.Stderr, "%s: %s, %s, %s\n", file.Name, terminal.Count(errs, "error"), terminal.Count(warnings, "warning"), terminal.Count(source.Count(found, agreement.Note), "note"))
		if errs > 0 {
			return terminal.ErrFailed
		}
		fmt.Fprintf(env.Stderr, "kept by people alone, because this release only words them: clauses %s\n", worded())
		return nil
	},
}

// worded are the clauses whose margin says that they are text only.
func worded() string {
	var all []string
	for _, e := range agreement.Catalogue {
		if margins.Kept(e.Clause).Kept == margins.TextOnly {
			all = append(all, string(e.Clause))
		}
	}
	return document.Join(all)
}

// readAgreement reads and checks the one file that a command names.
func readAgreement(env *terminal.Env) (*source.File, agreement.Findings, error) {
	if len(env.Args) != 1 {
		return nil, nil, terminal.Misusef("name one agreement file, or - for standard input")
	}
	file, _, err := desk.Agreement(env, env.Args[0])
	if err != nil {
		return nil, nil, err
	}
	return file, file.Check(), nil
}

var explain = terminal.Command{
	Name: "explain", Args: "[RULE]", Help: "list the rules of check, or explain one",
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if len(env.Args) == 0 {
			fmt.Fprint(env.Stdout, rules.List())
			return nil
		}
		page, err := rules.Explain(env.Args[0])
		if err != nil {
			return terminal.Misusef("%v", err)
		}
		fmt.Fprint(env.Stdout, page)
		return nil
	},
}

var schema = terminal.Command{
	Name: "schema", Args: "[agreement|playbook]", Help: "print the JSON Schema of the agreement file, or of a playbook, for your editor",
	Long: `
Save it beside your agreements and put this line at the top of each, for editors that read it:

  # yaml-language-server: $schema=agreement.schema.json`,
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		schemas := map[string]func() []byte{"": form.Schema, "agreement": form.Schema, "playbook": playbook.Schema}
		print, known := schemas[strings.Join(env.Args, " ")]
		if !known {
			return terminal.Misusef("name agreement or playbook")
		}
		_, err := env.Stdout.Write(print())
		return err
	},
}
