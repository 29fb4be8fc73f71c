// Package desk is where the files of whoever sits at the terminal are read and written: an agreement in
// whatever form it comes, the forms in which it goes out, what two versions of it change, and the verdicts
// about it.
package desk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/source"
	"entente/cli/terminal"
	"entente/ledger/bundle"
)

// Content reads a file of any kind, or standard input, and says what to call it.
func Content(env *terminal.Env, name string) (content []byte, shown string, err error) {
	if name != "-" {
		content, err = terminal.ReadAtMost(name, bundle.MaxBytes)
		if err != nil {
			err = terminal.Misusef("opening the agreement: %v", err)
		}
		return content, name, err
	}
	content, err = io.ReadAll(io.LimitReader(env.Stdin, bundle.MaxBytes+1))
	return content, "stdin", err
}

// Unpack writes an agreement file as it was proposed and, where it becomes a file, the documents that it
// attaches beside it.
func Unpack(env *terminal.Env, out string, content []byte, library articles.Library) error {
	if out == "" || out == "-" {
		return terminal.WriteNew(env, out, content)
	}
	if err := terminal.Absent(out); err != nil {
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
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), terminal.WriteBeside(name, attached)); err != nil {
			return err
		}
	}
	return terminal.WriteNew(env, out, content)
}

// Agreement reads an agreement file, or standard input, and keeps what it read byte for byte.
func Agreement(env *terminal.Env, name string) (*source.File, []byte, error) {
	from, shown := env.Stdin, "stdin"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, terminal.Misusef("opening the agreement: %v", err)
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

// Sound reads an agreement and refuses one that does not check.
func Sound(env *terminal.Env, name string) (*source.File, []byte, error) {
	file, content, err := Agreement(env, name)
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
	return nil, nil, fmt.Errorf("%s has %s; mend them first", file.Name, terminal.Count(source.Count(found, agreement.Error), "error"))
}
