package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"entente/articles"
	"entente/articles/intake"
	"entente/articles/source"
	"entente/document/pdf/object"
	"entente/ledger/bundle"
)

// unbundle writes the agreement file of the version that both parties signed last, out of a bundle of the
// ledger.
func unbundle(env *Env, name, out string) error {
	content, err := readAtMost(name, bundle.MaxBytes)
	if err != nil {
		return err
	}
	number, file, library, err := intake.Bundle(content)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := writeSource(env, out, file, library); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s: this is version %d, which both signed; `entente verify %s` says whether it is whole\n", name, number, name)
	return nil
}

// writeSource writes an agreement file as it was proposed and, where it becomes a file, the documents that it
// attaches beside it.
func writeSource(env *Env, out string, content []byte, library articles.Library) error {
	if out == "" || out == "-" {
		return writeNew(env, out, content)
	}
	if err := absent(out); err != nil {
		return err
	}
	file, _ := source.Read(out, content)
	for _, at := range file.Agreement.Agreement.Attachments {
		if !filepath.IsLocal(at.File) {
			return fmt.Errorf("the attachment %q would lie at %s, which is not beside the agreement", at.Name, at.File)
		}
		attached, err := library.Document(at.Digest)
		if err != nil {
			return fmt.Errorf("the attachment %q: %w", at.Name, err)
		}
		name := filepath.Join(filepath.Dir(out), at.File)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), writeBeside(name, attached)); err != nil {
			return err
		}
	}
	return writeNew(env, out, content)
}

// extract writes the agreement that a PDF of ours carries: of a draft its file, byte for byte; of what
// was signed its terms, as an agreement file.
func extract(env *Env, name, out string) error {
	b, err := readAtMost(name, object.MostBytes)
	if err != nil {
		return err
	}
	file, err := intake.PDF(b)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := writeNew(env, out, file); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s: this is the agreement that it carries; `entente verify %s` says whether its pages show the same\n", name, name)
	return nil
}
