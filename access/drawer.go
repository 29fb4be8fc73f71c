package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A Drawer keeps what a person is still writing, sealed, for nobody else's eyes: for each agreement, and for one
// that they begin, a draft and what is attached to it. Both fields are needed.
type Drawer struct {
	Vault  Vault
	Sealer *Sealer
}

// What is in a drawer.
const (
	OfDraft     = "draft"     // the next version of the caller's agreement
	OfBeginning = "beginning" // a new agreement
)

func drawerOf(c Caller, what string) string {
	return what + "/" + string(c.Agreement) + "/" + c.Actor.ID
}

// Put keeps something of the caller's in place of what was kept under the same name; keep it empty to forget it.
func (d *Drawer) Put(ctx context.Context, c Caller, what string, text Secret) error {
	name := drawerOf(c, what)
	sealed, err := d.Sealer.Seal(name, text)
	if err != nil {
		return err
	}
	if err := d.Vault.KeepSecret(ctx, name, []byte(sealed)); err != nil {
		return fmt.Errorf("keeping a draft: %w", err)
	}
	return nil
}

// Take is what the caller has under a name; empty if there is nothing.
func (d *Drawer) Take(ctx context.Context, c Caller, what string) (Secret, error) {
	name := drawerOf(c, what)
	sealed, err := d.Vault.SealedSecret(ctx, name)
	switch {
	case errors.Is(err, ErrNoSecret):
		return Secret{}, nil
	case err != nil:
		return Secret{}, fmt.Errorf("reading a draft: %w", err)
	}
	return d.Sealer.Open(name, strings.TrimSpace(string(sealed)))
}
