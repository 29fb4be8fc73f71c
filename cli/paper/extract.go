package paper

import (
	"fmt"

	"entente/articles/intake"
	"entente/cli/desk"
	"entente/cli/terminal"
	"entente/document/pdf/object"
	"entente/ledger/bundle"
)

// unbundle writes the agreement file of the version that both parties signed last, out of a bundle of the
// ledger.
func unbundle(env *terminal.Env, name, out string) error {
	content, err := terminal.ReadAtMost(name, bundle.MaxBytes)
	if err != nil {
		return err
	}
	number, file, library, err := intake.Bundle(content)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := desk.Unpack(env, out, file, library); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s: this is version %d, which both signed; `entente verify %s` says whether it is whole\n", name, number, name)
	return nil
}

// extract writes the agreement that a PDF of ours carries: of a draft its file, byte for byte; of what
// was signed its terms, as an agreement file.
func extract(env *terminal.Env, name, out string) error {
	b, err := terminal.ReadAtMost(name, object.MostBytes)
	if err != nil {
		return err
	}
	file, err := intake.PDF(b)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := terminal.WriteNew(env, out, file); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s: this is the agreement that it carries; `entente verify %s` says whether its pages show the same\n", name, name)
	return nil
}
