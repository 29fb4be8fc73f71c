package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/form"
	"entente/articles/margins"
	"entente/articles/playbook"
	"entente/articles/rules"
	"entente/articles/source"
	"entente/calendar"
	"entente/document"
	"entente/files"
	"entente/interview"
)

var check = Command{
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
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		file, found, err := readAgreement(env)
		if err != nil {
			return err
		}
		if name := text(f, "playbook"); name != "" {
			book, err := openPlaybook(env, name)
			if err != nil {
				return err
			}
			found = append(found, book.Hold(file.Agreement, file)...)
			slices.SortStableFunc(found, func(a, b agreement.Finding) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
		}
		lines := file.Lines(found)
		if text(f, "json") == "true" {
			if err := printJSON(env.Stdout, lines); err != nil {
				return err
			}
		} else {
			for _, l := range lines {
				fmt.Fprintln(env.Stdout, l)
			}
		}
		errs, warnings := source.Count(found, agreement.Error), source.Count(found, agreement.Warning)
		fmt.Fprintf(env.Stderr, "%s: %s, %s, %s\n", file.Name, count(errs, "error"), count(warnings, "warning"), count(source.Count(found, agreement.Note), "note"))
		if errs > 0 {
			return errFailed
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

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// readAgreement reads and checks the one file that a command names.
func readAgreement(env *Env) (*source.File, agreement.Findings, error) {
	if len(env.Args) != 1 {
		return nil, nil, misusef("name one agreement file, or - for standard input")
	}
	file, _, err := openAgreement(env, env.Args[0])
	if err != nil {
		return nil, nil, err
	}
	return file, file.Check(), nil
}

func openAgreement(env *Env, name string) (*source.File, []byte, error) {
	from, shown := env.Stdin, "stdin"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, misusef("opening the agreement: %v", err)
		}
		defer f.Close()
		from, shown = f, name
	}
	var kept strings.Builder
	file, _, err := source.ReadFrom(io.TeeReader(from, &kept), shown)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", shown, err)
	}
	return file, []byte(kept.String()), nil
}

// sound reads an agreement and refuses one that does not check.
func sound(env *Env, name string) (*source.File, []byte, error) {
	file, content, err := openAgreement(env, name)
	if err != nil {
		return nil, nil, err
	}
	found := file.Check()
	if source.Count(found, agreement.Error) == 0 {
		return file, content, nil
	}
	for _, l := range file.Lines(found) {
		if l.Severity == agreement.Error {
			fmt.Fprintln(env.Stderr, l)
		}
	}
	return nil, nil, fmt.Errorf("%s has %s; mend them first", file.Name, count(source.Count(found, agreement.Error), "error"))
}

var explain = Command{
	Name: "explain", Args: "[RULE]", Help: "list the rules of check, or explain one",
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if len(env.Args) == 0 {
			fmt.Fprint(env.Stdout, rules.List())
			return nil
		}
		page, err := rules.Explain(env.Args[0])
		if err != nil {
			return misusef("%v", err)
		}
		fmt.Fprint(env.Stdout, page)
		return nil
	},
}

var schema = Command{
	Name: "schema", Args: "[agreement|playbook]", Help: "print the JSON Schema of the agreement file, or of a playbook, for your editor",
	Long: `
Save it beside your agreements and put this line at the top of each, for editors that read it:

  # yaml-language-server: $schema=agreement.schema.json`,
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		schemas := map[string]func() []byte{"": form.Schema, "agreement": form.Schema, "playbook": playbook.Schema}
		print, known := schemas[strings.Join(env.Args, " ")]
		if !known {
			return misusef("name agreement or playbook")
		}
		_, err := env.Stdout.Write(print())
		return err
	},
}

var migrate = Command{
	Name: "migrate", Args: "FILE", Help: "rewrite a draft in the present edition of the file format",
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 || env.Args[0] == "-" {
			return misusef("name one agreement file")
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

var initialise = Command{
	Name: "init", Args: "[--example] [-o FILE]", Help: "begin a new agreement, by questions or from the example",
	Long: `
Asks for the parties, the purpose, the components and the key terms, with defaults that are usual in
the field, and writes a commented agreement file to FILE (agreement.yaml). With --example it asks
nothing and writes a complete, realistic agreement to standard output or FILE.`,
	Flags: func(f *flag.FlagSet) {
		f.Bool("example", false, "write the example agreement without asking")
		f.String("o", "", "the output `file`")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if len(env.Args) > 0 {
			return misusef("it takes no arguments; -o FILE names the output")
		}
		out := text(f, "o")
		today := calendar.DateOf(env.Now())
		if text(f, "example") == "true" {
			return writeExample(env, out, today)
		}
		if out == "" {
			out = "agreement.yaml"
		}
		if err := absent(out); err != nil {
			return err
		}
		a, err := interview.Ask(env.Stdin, env.Stderr, today)
		if err != nil {
			return err
		}
		if err := writeNew(env, out, draft.Write(a)); err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "\nWrote %s. Next:\n  entente check %s\n  entente render %s -o agreement.html\n", out, out, out)
		return nil
	},
}

// writeExample writes the example and, where it becomes a file, the documents that it attaches beside it.
func writeExample(env *Env, out string, today calendar.Date) error {
	example := draft.Write(draft.Example(today))
	if out == "" || out == "-" {
		return writeNew(env, out, example)
	}
	if err := absent(out); err != nil {
		return err
	}
	for name, content := range draft.Attachments() {
		if err := writeBeside(filepath.Join(filepath.Dir(out), name), content); err != nil {
			return err
		}
	}
	return writeNew(env, out, example)
}

// writeBeside writes a file unless the very same is there already.
func writeBeside(name string, content []byte) error {
	if have, err := os.ReadFile(name); err == nil && bytes.Equal(have, content) {
		return nil
	}
	if err := absent(name); err != nil {
		return err
	}
	return files.WriteFile(name, content, 0o644)
}

func writeNew(env *Env, out string, content []byte) error {
	if out == "" || out == "-" {
		_, err := env.Stdout.Write(content)
		return err
	}
	if err := absent(out); err != nil {
		return err
	}
	return files.WriteFile(out, content, 0o644)
}

// absent refuses a name under which there is a file already.
func absent(name string) error {
	if _, err := os.Stat(name); err == nil {
		return fmt.Errorf("%s is there already; choose another name with -o", name)
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
