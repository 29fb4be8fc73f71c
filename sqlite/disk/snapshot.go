package disk

import (
	"context"
	"errors"
	"fmt"
)

// Snapshot writes the database as it is at one moment to a new file, while others read and write it. What
// was deleted is not in it.
func (f *File) Snapshot(ctx context.Context, path string) error {
	if err := f.snapshot(ctx, path); err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	return nil
}

func (f *File) snapshot(ctx context.Context, path string) error {
	conn, err := f.Read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Readers are kept from writing at all; the snapshot is written to another file.
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = 0"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", path)
	_, back := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = 1")
	return errors.Join(err, back)
}
