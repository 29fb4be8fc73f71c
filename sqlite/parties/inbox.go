package parties

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"entente/agreement"
	"entente/inbox"
	"entente/sqlite/disk"
)

const itemColumns = "SELECT id, agreement, person, cause, step, matter, clause, says, asks, role, fixed, at, due, planned, read, settled, letter, sent FROM inbox "

func itemOf(r *sql.Rows) (i inbox.Item, err error) {
	var at, due, planned, read, settled, sent sql.NullInt64
	err = r.Scan(&i.ID, &i.Agreement, &i.Person, &i.Cause, &i.Step, &i.Matter, &i.Clause, &i.Says, &i.Asks, &i.Role, &i.Fixed, &at, &due, &planned, &read, &settled, &i.Letter, &sent)
	i.At, i.Due, i.Planned, i.Read, i.Settled, i.Sent = disk.TimeOf(at), disk.TimeOf(due), disk.TimeOf(planned), disk.TimeOf(read), disk.TimeOf(settled), disk.TimeOf(sent)
	return i, err
}

// Place is up to where an agreement's entries are planned; see inbox.PlanStore.
func (s *Cabinet) Place(ctx context.Context, id agreement.ID) (int64, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT place FROM inbox_place WHERE agreement = $1", disk.Column[int64], id)
	if err != nil {
		return 0, fmt.Errorf("reading up to where %s is planned: %w", id, err)
	}
	if len(found) == 0 {
		return -1, nil
	}
	return found[0], nil
}

// AddItems adds what people are told; see inbox.PlanStore.
func (s *Cabinet) AddItems(ctx context.Context, id agreement.ID, from, to int64, items []inbox.Item) (added int, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		added = 0
		moved, err := t.Exec(`INSERT INTO inbox_place (agreement, place) SELECT $1, $3 WHERE $2 = -1 OR EXISTS (SELECT 1 FROM inbox_place WHERE agreement = $1)
			ON CONFLICT (agreement) DO UPDATE SET place = $3 WHERE place = $2`, id, from, to)
		if err != nil || moved == 0 {
			return err
		}
		for _, i := range items {
			fresh, err := addItem(t, i)
			if err != nil {
				return err
			}
			if fresh {
				added++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("planning what the people of %s are told: %w", id, err)
	}
	return added, nil
}

// addItem adds an item unless its person knows as much of its cause, and settles what it goes further than.
func addItem(t *disk.Tx, i inbox.Item) (bool, error) {
	fresh, err := t.Exec(`INSERT INTO inbox (id, agreement, person, cause, step, matter, clause, says, asks, role, fixed, at, due, planned, letter)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, ''
		WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE agreement = $2 AND person = $3 AND cause = $4 AND step >= $5)`,
		i.ID, i.Agreement, i.Person, i.Cause, i.Step, i.Matter, i.Clause, i.Says, i.Asks, i.Role, i.Fixed, i.At.UnixMicro(), disk.Instant(i.Due), i.Planned.UnixMicro())
	if err != nil || fresh == 0 {
		return false, err
	}
	_, err = t.Exec("UPDATE inbox SET settled = $5 WHERE agreement = $1 AND person = $2 AND cause = $3 AND step < $4 AND settled IS NULL", i.Agreement, i.Person, i.Cause, i.Step, i.Planned.UnixMicro())
	return true, err
}

// OpenItems lists items about which something is to be done; see inbox.PlanStore.
func (s *Cabinet) OpenItems(ctx context.Context, id agreement.ID) ([]inbox.Item, error) {
	return s.items(ctx, "WHERE agreement = $1 AND settled IS NULL AND (asks <> '' OR due IS NOT NULL) ORDER BY cause, step, id", id)
}

func (s *Cabinet) items(ctx context.Context, condition string, args ...any) ([]inbox.Item, error) {
	all, err := disk.List(ctx, s.file.Read, itemColumns+condition, itemOf, args...)
	if err != nil {
		return nil, fmt.Errorf("reading what people are told: %w", err)
	}
	return all, nil
}

// SettleItems notes that nothing is to be done about a cause any more; see inbox.PlanStore.
func (s *Cabinet) SettleItems(ctx context.Context, id agreement.ID, cause string, people []string, at time.Time) error {
	return s.told(ctx, func(t *disk.Tx) error {
		for _, person := range people {
			if _, err := t.Exec("UPDATE inbox SET settled = $4 WHERE agreement = $1 AND person = $2 AND cause = $3 AND settled IS NULL", id, person, cause, at.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}

// told carries out a write about what people are told.
func (s *Cabinet) told(ctx context.Context, do func(*disk.Tx) error) error {
	if err := s.file.Write(ctx, do); err != nil {
		return fmt.Errorf("writing how it stands with what people are told: %w", err)
	}
	return nil
}

// Unwritten lists what no letter tells; see inbox.PostStore.
func (s *Cabinet) Unwritten(ctx context.Context) ([]inbox.Item, error) {
	return s.items(ctx, "WHERE letter = '' ORDER BY agreement, person, at, id")
}

// Assign says which letter tells items; see inbox.PostStore.
func (s *Cabinet) Assign(ctx context.Context, letter string, items []inbox.Item, at time.Time) (taken int, err error) {
	err = s.told(ctx, func(t *disk.Tx) error {
		taken = 0
		for _, i := range items {
			n, err := t.Exec("UPDATE inbox SET letter = $2 WHERE id = $1 AND letter = ''", i.ID, letter)
			if err != nil {
				return err
			}
			taken += int(n)
		}
		return nil
	})
	return taken, err
}

// Unposted lists what may not have been posted; see inbox.PostStore.
func (s *Cabinet) Unposted(ctx context.Context) ([]inbox.Item, error) {
	return s.items(ctx, "WHERE sent IS NULL AND letter NOT IN ('', '-') ORDER BY letter, at, id")
}

// Posted notes that a letter was posted; see inbox.PostStore.
func (s *Cabinet) Posted(ctx context.Context, letter string, at time.Time) error {
	return s.told(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("UPDATE inbox SET sent = $2 WHERE letter = $1 AND sent IS NULL", letter, at.UnixMicro())
		return err
	})
}

// LastPosted is when the last letter to a person was posted; see inbox.PostStore.
func (s *Cabinet) LastPosted(ctx context.Context, id agreement.ID, person string) (time.Time, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT MAX(sent) FROM inbox WHERE agreement = $1 AND person = $2", disk.Column[sql.NullInt64], id, person)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return disk.TimeOf(found[0]), nil
}

// Items lists what a person was told; see inbox.Shelf.
func (s *Cabinet) Items(ctx context.Context, id agreement.ID, person string, p inbox.Page) ([]inbox.Item, error) {
	if p.Before != "" {
		if _, err := s.Item(ctx, id, person, p.Before); err != nil {
			return nil, err
		}
	}
	return s.items(ctx, `WHERE agreement = $1 AND person = $2 AND ($3 = 0 OR read IS NULL AND settled IS NULL)
		AND ($4 = '' OR (at, id) < (SELECT at, id FROM inbox WHERE id = $4)) ORDER BY at DESC, id DESC LIMIT $5`, id, person, p.Unread, p.Before, p.Most)
}

// Item finds what a person was told; see inbox.Shelf.
func (s *Cabinet) Item(ctx context.Context, id agreement.ID, person, item string) (inbox.Item, error) {
	found, err := s.items(ctx, "WHERE agreement = $1 AND person = $2 AND id = $3", id, person, item)
	if err == nil && len(found) == 0 {
		err = inbox.ErrUnknown
	}
	if err != nil {
		return inbox.Item{}, err
	}
	return found[0], nil
}

// Unread is how many of a person's items are not read; see inbox.Shelf.
func (s *Cabinet) Unread(ctx context.Context, id agreement.ID, person string) (int, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT COUNT(*) FROM inbox WHERE agreement = $1 AND person = $2 AND read IS NULL AND settled IS NULL", disk.Column[int], id, person)
	if err != nil {
		return 0, fmt.Errorf("counting what %s has not read: %w", person, err)
	}
	return found[0], nil
}

// ReadItems notes that a person has read items; see inbox.Shelf.
func (s *Cabinet) ReadItems(ctx context.Context, id agreement.ID, person, item string, at time.Time) (read int, err error) {
	err = s.told(ctx, func(t *disk.Tx) error {
		n, err := t.Exec("UPDATE inbox SET read = $4 WHERE agreement = $1 AND person = $2 AND ($3 = '' OR id = $3) AND read IS NULL", id, person, item, at.UnixMicro())
		read = int(n)
		return err
	})
	return read, err
}

// SweepItems forgets what people were told before an instant, unless something is still to be done about it.
func (s *Cabinet) SweepItems(ctx context.Context, before time.Time) error {
	return s.told(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("DELETE FROM inbox WHERE at < $1 AND (settled IS NOT NULL OR asks = '' AND due IS NULL)", before.UnixMicro())
		return err
	})
}

// Preferences are how a person wants to hear of things; see inbox.Cabinet.
func (s *Cabinet) Preferences(ctx context.Context, id agreement.ID, person string) (inbox.Preferences, error) {
	found, err := disk.List(ctx, s.file.Read, "SELECT asks, dues, news, hour FROM preference WHERE agreement = $1 AND person = $2", func(r *sql.Rows) (p inbox.Preferences, err error) {
		err = r.Scan(&p.Asks, &p.Dues, &p.News, &p.Hour)
		return p, err
	}, id, person)
	if err != nil {
		return inbox.Preferences{}, fmt.Errorf("reading the preferences of %s: %w", person, err)
	}
	if len(found) == 0 {
		return inbox.Usual, nil
	}
	return found[0], nil
}

// KeepPreferences stores how a person wants to hear of things; see inbox.Cabinet.
func (s *Cabinet) KeepPreferences(ctx context.Context, id agreement.ID, person string, p inbox.Preferences) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec(`INSERT INTO preference (agreement, person, asks, dues, news, hour) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (agreement, person) DO UPDATE SET asks = $3, dues = $4, news = $5, hour = $6`, id, person, p.Asks, p.Dues, p.News, p.Hour)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the preferences of %s: %w", person, err)
	}
	return nil
}
