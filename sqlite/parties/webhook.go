package parties

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/events"
	"entente/sqlite/disk"
	"entente/webhooks"
)

// KeepHook stores a new webhook; see webhooks.Store.
func (s *Cabinet) KeepHook(ctx context.Context, h webhooks.Hook, a access.Answer) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("INSERT INTO webhook (id, agreement, party, author, url, types, created, sealed, place, disabled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			h.ID, h.Agreement, h.Party, h.By, h.URL, strings.Join(h.Types, " "), h.Created.UnixMicro(), h.Sealed, int64(h.Place), h.Disabled)
		if err != nil {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return fmt.Errorf("keeping webhook %s: %w", h.ID, err)
	}
	return nil
}

// Hooks lists webhooks; see webhooks.Store.
func (s *Cabinet) Hooks(ctx context.Context, id agreement.ID) ([]webhooks.Hook, error) {
	all, err := disk.List(ctx, s.file.Read, "SELECT id, agreement, party, author, url, types, created, sealed, place, disabled FROM webhook WHERE $1 = '' OR agreement = $1 ORDER BY created, id",
		func(r *sql.Rows) (h webhooks.Hook, err error) {
			var types string
			var created, place int64
			err = r.Scan(&h.ID, &h.Agreement, &h.Party, &h.By, &h.URL, &types, &created, &h.Sealed, &place, &h.Disabled)
			h.Types, h.Created, h.Place = strings.Fields(types), time.UnixMicro(created).UTC(), events.Place(place)
			return h, err
		}, id)
	if err != nil {
		return nil, fmt.Errorf("reading the webhooks: %w", err)
	}
	return all, nil
}

// SealHook stores a webhook's new secrets; see webhooks.Store.
func (s *Cabinet) SealHook(ctx context.Context, h webhooks.Hook, a access.Answer) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		if _, err := t.Exec("UPDATE webhook SET sealed = $2 WHERE id = $1", h.ID, h.Sealed); err != nil {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return fmt.Errorf("sealing webhook %s: %w", h.ID, err)
	}
	return nil
}

// DisableHook stores why nothing is sent to a webhook; see webhooks.Store.
func (s *Cabinet) DisableHook(ctx context.Context, hook, why string) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("UPDATE webhook SET disabled = $2 WHERE id = $1", hook, why)
		return err
	})
	if err != nil {
		return fmt.Errorf("disabling webhook %s: %w", hook, err)
	}
	return nil
}

// DropHook forgets a webhook; see webhooks.Store.
func (s *Cabinet) DropHook(ctx context.Context, hook string, a access.Answer) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		if _, err := t.Exec("DELETE FROM webhook WHERE id = $1", hook); err != nil {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return fmt.Errorf("forgetting webhook %s: %w", hook, err)
	}
	return nil
}

// errMoved means that somebody else has queued the events already.
var errMoved = errors.New("the webhook's place has moved")

// Enqueue adds deliveries and moves a webhook's place; see webhooks.Queue.
func (s *Cabinet) Enqueue(ctx context.Context, hook string, from, to events.Place, positions []int64, due time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec("UPDATE webhook SET place = $3 WHERE id = $1 AND place = $2", hook, int64(from), int64(to))
		if err == nil && changed == 0 {
			err = errMoved
		}
		for _, p := range positions {
			if err == nil {
				_, err = t.Exec("INSERT INTO delivery (webhook, position, state, attempts, due, said) VALUES ($1, $2, $3, 0, $4, '')", hook, p, webhooks.Waiting, due.UnixMicro())
			}
		}
		return err
	})
	if err != nil && !errors.Is(err, errMoved) {
		return fmt.Errorf("queueing events for webhook %s: %w", hook, err)
	}
	return nil
}

// Deliveries lists deliveries of a webhook; see webhooks.Queue.
func (s *Cabinet) Deliveries(ctx context.Context, hook string, state webhooks.State, after int64, most int) ([]webhooks.Delivery, error) {
	all, err := disk.List(ctx, s.file.Read, "SELECT webhook, position, state, attempts, due, said FROM delivery WHERE webhook = $1 AND ($2 = '' OR state = $2) AND position > $3 ORDER BY position LIMIT $4", delivery, hook, state, after, most)
	if err != nil {
		return nil, fmt.Errorf("reading the deliveries of %s: %w", hook, err)
	}
	return all, nil
}

// Due lists deliveries that are to be tried; see webhooks.Queue.
func (s *Cabinet) Due(ctx context.Context, before time.Time, each int) ([]webhooks.Delivery, error) {
	all, err := disk.List(ctx, s.file.Read, `SELECT webhook, position, state, attempts, due, said FROM
		(SELECT *, ROW_NUMBER() OVER (PARTITION BY webhook ORDER BY due, position) AS nth FROM delivery WHERE state = $1 AND due < $2)
		WHERE nth <= $3 ORDER BY due, position`, delivery, webhooks.Waiting, before.UnixMicro(), each)
	if err != nil {
		return nil, fmt.Errorf("reading the deliveries that are due: %w", err)
	}
	return all, nil
}

func delivery(r *sql.Rows) (d webhooks.Delivery, err error) {
	var due int64
	err = r.Scan(&d.Hook, &d.Position, &d.State, &d.Attempts, &due, &d.Said)
	d.Due = time.UnixMicro(due).UTC()
	return d, err
}

// Move writes how a delivery stands; see webhooks.Queue.
func (s *Cabinet) Move(ctx context.Context, d webhooks.Delivery) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("UPDATE delivery SET state = $3, attempts = $4, due = $5, said = $6 WHERE webhook = $1 AND position = $2", d.Hook, d.Position, d.State, d.Attempts, d.Due.UnixMicro(), d.Said)
		return err
	})
	if err != nil {
		return fmt.Errorf("writing how event %d of %s stands: %w", d.Position, d.Hook, err)
	}
	return nil
}

// SweepDeliveries forgets what was delivered before an instant.
func (s *Cabinet) SweepDeliveries(ctx context.Context, before time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("DELETE FROM delivery WHERE state = $1 AND due < $2", webhooks.Delivered, before.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("forgetting old deliveries: %w", err)
	}
	return nil
}
