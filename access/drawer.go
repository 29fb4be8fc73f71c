package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A Drawer keeps what a person is still writing: one draft for each agreement, sealed, for nobody else's
// eyes. Both fields are needed.
type Drawer struct {
	Vault  Vault
	Sealer *Sealer
}

func drawerOf(c Caller) string { return "draft/" + string(c.Agreement) + "/" + c.Actor.ID }

// Put keeps the caller's draft in place of an earlier one.
func (d *Drawer) Put(ctx context.Context, c Caller, draft Secret) error {
	name := drawerOf(c)
	sealed, err := d.Sealer.Seal(name, draft)
	if err != nil {
		return err
	}
	if err := d.Vault.KeepSecret(ctx, name, []byte(sealed)); err != nil {
		return fmt.Errorf("keeping a draft: %w", err)
	}
	return nil
}

// Take is the caller's draft; empty if there is none.
func (d *Drawer) Take(ctx context.Context, c Caller) (Secret, error) {
	name := drawerOf(c)
	sealed, err := d.Vault.SealedSecret(ctx, name)
	switch {
	case errors.Is(err, ErrNoSecret):
		return Secret{}, nil
	case err != nil:
		return Secret{}, fmt.Errorf("reading a draft: %w", err)
	}
	return d.Sealer.Open(name, strings.TrimSpace(string(sealed)))
}
