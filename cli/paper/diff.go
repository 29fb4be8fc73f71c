package paper

import (
	"context"
	"flag"
	"fmt"

	"entente/cli/desk"
	"entente/cli/signed"
	"entente/cli/terminal"
)

var diff = terminal.Command{
	Name: "diff", Args: "OLD NEW | --template FILE [-o OUT.html|.docx|.md] [--author NAME] [--date DATE]", Help: "compare two versions of an agreement, by clause and by word",
	Long: `
Prints the changed terms, and then the changed text under its clauses: [-what is gone-] and
{+what is new+}. A row or paragraph that only stands elsewhere has moved. The exit status is 0 whether or
not the versions differ.

Each of the two may be an agreement file, also one that still has errors; a signed package; a bundle of the
ledger, which says the version that both signed last; a PDF, signed or not; or a .docx that came back, with
the terms that were changed in it. What was signed is compared in the words that were signed. Nothing is
verified: that is ` + "`entente verify`" + `.

With --template one file is compared with what the template makes of its terms: the redline shows where the
words are your own.

A .html is one page with the whole text. A .docx has tracked changes, with the author and the date
given, that a reader accepts or rejects one by one; the changed terms are printed beside it, because
they are no part of the agreement.`,
	Flags: func(f *flag.FlagSet) {
		desk.RedlineFlags(f)
		f.Bool("template", false, "compare one file with the template’s words for its terms")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		alone := terminal.Text(f, "template") == "true"
		if len(env.Args) != 2 && !alone {
			return terminal.Misusef("name two agreement files, the old one and the new one")
		}
		if len(env.Args) != 1 && alone {
			return terminal.Misusef("name one agreement file; it is compared with the template’s words")
		}
		by, err := desk.Author(env, f)
		if err != nil {
			return err
		}
		new, err := said(env, env.Args[len(env.Args)-1])
		if err != nil {
			return err
		}
		old := signed.Text{Terms: new.Terms, Wording: new.Terms.Complete().Template()}
		if !alone {
			if old, err = said(env, env.Args[0]); err != nil {
				return err
			}
		}
		return desk.Compare(old, new).Put(env, terminal.Text(f, "o"), by, new.File)
	},
}

// said is what a file says, of whatever kind it is.
func said(env *terminal.Env, name string) (signed.Text, error) {
	content, shown, err := desk.Content(env, name)
	if err != nil {
		return signed.Text{}, err
	}
	t, err := signed.TextOf(shown, content)
	if err != nil {
		return signed.Text{}, fmt.Errorf("%s cannot be compared: %w", shown, err)
	}
	if t.Apart != "" {
		fmt.Fprintf(env.Stderr, "%s: %s\n", shown, t.Apart)
	}
	return t, nil
}
