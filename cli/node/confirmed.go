package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"entente/agreement"
	"entente/cli/folder"
	"entente/ledger/tree"
	"entente/register"
)

// A memory keeps, outside the database, the last checkpoint of each ledger that the parties have
// cosigned. A database that is put back to an earlier time does not know that it was: this tells it.
type memory struct {
	dir string

	mu    sync.Mutex
	fresh map[agreement.ID]int64 // sizes that are in the database and not yet here
}

// note remembers that a ledger has grown.
func (m *memory) note(v *register.View) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fresh == nil {
		m.fresh = map[agreement.ID]int64{}
	}
	if v.Broken == nil {
		m.fresh[v.State.ID] = v.Size
	}
}

func (m *memory) take() map[agreement.ID]int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	fresh := m.fresh
	m.fresh = nil
	return fresh
}

// remember writes what has grown. It comes after the database, never before it: what is remembered
// was kept.
func (n *Node) remember(ctx context.Context) error {
	if err := n.store.Scrub(ctx); err != nil {
		n.log.Debug("what was erased is not gone yet", "error", err) // it is tried again, a second later
	}
	fresh := n.memory.take()
	if len(fresh) == 0 {
		return nil
	}
	for id, size := range fresh {
		if err := n.rememberErased(id); err != nil {
			return err
		}
		signed, err := n.store.Checkpoint(ctx, id, size)
		if err == nil && signed != nil {
			err = folder.Confirm(n.dir, id, signed)
		}
		if err != nil {
			return fmt.Errorf("remembering what the parties of %s have confirmed: %w", id, err)
		}
	}
	return nil
}

// keepRemembering calls remember every second.
func (n *Node) keepRemembering(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := n.remember(ctx); err != nil && ctx.Err() == nil {
				n.log.Warn("a rollback could go unseen until this is mended", "error", err)
			}
		}
	}
}

// recall compares each ledger with what is remembered. One that is behind, or that does not continue
// what was confirmed, is read-only.
func (n *Node) recall(ctx context.Context) error {
	names, err := os.ReadDir(n.memory.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		id, err := agreement.ParseID(name.Name())
		if err != nil {
			continue // a file half written, or not ours
		}
		signed, err := os.ReadFile(filepath.Join(n.memory.dir, name.Name()))
		if err != nil {
			return err
		}
		if err := n.compare(ctx, id, signed); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) compare(ctx context.Context, id agreement.ID, signed []byte) error {
	v, err := n.Register.View(id)
	if errors.Is(err, register.ErrUnknown) {
		n.Register.Missing(id, fmt.Errorf("%w: rollback suspected: the ledger is gone, and the parties have confirmed entries of it", register.ErrDamaged))
		return nil
	}
	if err != nil || v.Broken != nil {
		return err
	}
	c, err := folder.Confirmation(v, signed)
	if err != nil {
		n.log.Warn("what is remembered of an agreement is no checkpoint of it, and shows nothing", "agreement", id, "file", filepath.Join(n.memory.dir, string(id)))
		return nil
	}
	if c.Size > v.Size {
		return n.Register.Withhold(id, fmt.Errorf("%w: rollback suspected: %s confirmed %d entries on %s, and %d are here", register.ErrDamaged,
			c.Cosignatures[len(c.Cosignatures)-1].Witness.Origin, c.Size, c.Cosignatures[0].At.Format(time.RFC3339), v.Size))
	}
	root, err := tree.Root(c.Size, n.store.Hashes(ctx, id))
	if err != nil || root != c.Root {
		return n.Register.Withhold(id, fmt.Errorf("%w: fork suspected: the first %d entries are not those that the parties confirmed on %s", register.ErrDamaged,
			c.Size, c.Cosignatures[0].At.Format(time.RFC3339)))
	}
	return nil
}
