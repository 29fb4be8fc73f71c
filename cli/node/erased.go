package node

import (
	"context"
	"fmt"

	"entente/agreement"
	"entente/cli/folder"
	"entente/register"
)

// eraseAgain deletes what a database has of people who were erased.
func (n *Node) eraseAgain(ctx context.Context) error {
	ids, err := n.store.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		people, err := folder.Erased(n.dir, id)
		if err == nil && len(people) > 0 {
			err = n.store.Erase(ctx, id, people)
		}
		if err != nil {
			return fmt.Errorf("erasing again who was erased: %w", err)
		}
	}
	return nil
}

// erasedIn are the people of a view who were erased.
func erasedIn(v *register.View) (people []string) {
	for id, m := range v.State.Members {
		if m.Erased {
			people = append(people, id)
		}
	}
	return people
}

// rememberErased notes who of an agreement was erased.
func (n *Node) rememberErased(id agreement.ID) error {
	v, err := n.Register.View(id)
	if err == nil {
		err = folder.NoteErased(n.dir, id, erasedIn(v))
	}
	if err != nil {
		return fmt.Errorf("remembering who was erased: %w", err)
	}
	return nil
}
