package cli

import (
	"fmt"

	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
)

// extract writes the agreement that a PDF of ours carries: of a draft its file, byte for byte; of what
// was signed its terms, as an agreement file.
func extract(env *Env, name, out string) error {
	b, err := readAtMost(name, object.MostBytes)
	if err != nil {
		return err
	}
	f, err := object.Read(b)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	within, ok, err := archive.Attached(f)
	if err == nil && !ok {
		err = signing.ErrNoTerms
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if within.Name == signing.TermsFile {
		a, err := articles.ParseTerms(within.Data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		within.Data = draft.Write(*a)
	}
	if err := writeNew(env, out, within.Data); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s: this is the agreement that it carries; `entente verify %s` says whether its pages show the same\n", name, name)
	return nil
}
