package source

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"entente/articles"
)

// ErrNewer means that a file was written by a newer release.
var ErrNewer = errors.New("the file is of a newer edition than this release knows; use a newer release of Entente")

// A step rewrites a draft from one edition to the next.
type step struct {
	from, to string
	rewrite  func(file []byte, root ast.Node) ([]byte, []string, error)
}

// steps lead from the first edition to this one. This is the first.
var steps []step

// Migrate rewrites a draft of an older edition for this release and says what it changed, a line
// each. Comments and layout are kept. A draft of the current edition is returned as it is. Signed
// agreements are not migrated: they are read by their own edition for good.
func Migrate(file []byte) ([]byte, []string, error) {
	var done []string
	for {
		root, edition, err := editionIn(file)
		switch {
		case err != nil:
			return nil, nil, err
		case edition == articles.Edition:
			return file, append(done, "the file is of the current edition, "+articles.Edition), nil
		case edition > articles.Edition:
			return nil, nil, fmt.Errorf("%s: %w", edition, ErrNewer)
		}
		s, ok := stepFrom(edition)
		if !ok {
			return nil, nil, fmt.Errorf("there never was an edition %q; the first is %s", edition, articles.Edition)
		}
		var changed []string
		if file, changed, err = s.rewrite(file, root); err != nil {
			return nil, nil, fmt.Errorf("migrating from %s to %s: %w", s.from, s.to, err)
		}
		done = append(done, changed...)
	}
}

func stepFrom(edition string) (step, bool) {
	for _, s := range steps {
		if s.from == edition {
			return s, true
		}
	}
	return step{}, false
}

// editionIn reads no more of a file than its edition.
func editionIn(file []byte) (ast.Node, string, error) {
	r := newReader("draft")
	tokens, ok := r.scan(file)
	var root ast.Node
	if ok {
		root, ok = r.parse(tokens)
	}
	if !ok {
		return nil, "", errors.New(r.found[0].Message)
	}
	edition, _ := editionOf(root)
	if !editionForm.MatchString(edition) {
		return nil, "", fmt.Errorf("the file does not say its edition; its first line is edition: %s", articles.Edition)
	}
	return root, edition, nil
}
