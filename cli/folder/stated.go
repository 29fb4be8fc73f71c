package folder

import (
	"context"
	"fmt"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/ledger/bundle"
	"entente/receipt"
	"entente/statement"
)

// Stated holds the usage records in the store to the statements in the ledger, and names those that
// differ. Calls that no statement covers yet are not looked at.
func (d *Folder) Stated(ctx context.Context, id agreement.ID) ([]bundle.Verdict, error) {
	desk := statement.Desk{Store: d.store}
	leaves, err := d.store.Leaves(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	var found []bundle.Verdict
	hours, records := 0, int64(0)
	for n, leaf := range leaves {
		event, err := receipt.Statements(leaf)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", n, err)
		}
		sealed, ok := event.(commerce.UsageSealed)
		if !ok {
			continue
		}
		hours, records = hours+1, records+sealed.Records
		wrong, err := desk.Check(ctx, id, sealed)
		if err != nil {
			return nil, err
		}
		for _, why := range wrong {
			found = append(found, bundle.Verdict{Subject: fmt.Sprintf("In %s, the statement of entry %d", id, n), Why: why + "."})
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return []bundle.Verdict{{Subject: "The usage records of " + string(id), OK: true, Why: fmt.Sprintf("The records of %s, %d in all, are as they were sealed.", count(hours, "statement"), records)}}, nil
}
