package notary

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/ledger"
	"entente/register"
)

// delegated says for whom somebody signs who is no signatory themselves; nil for a signatory.
func (n *Notary) delegated(ctx context.Context, v *register.View, who articles.Actor) (*signing.Delegated, error) {
	if slices.Contains(who.Roles, agreement.Signatory) {
		return nil, nil
	}
	now, err := n.clock()
	if err != nil {
		return nil, err
	}
	d, ok := v.State.Life.SignsFor(who.ID, v.State.Members, now)
	by, known := v.Person(d.By)
	if !ok || !known {
		return nil, agreement.Refuse("sign", "7.1", "only a signatory of %s may, or whom one has let sign", who.Party.Label())
	}
	entry, err := n.delegationAt(ctx, v.State.ID, d.ID)
	if err != nil {
		return nil, err
	}
	return &signing.Delegated{By: by.Name, Title: by.Title, Delegation: d.ID, Entry: entry}, nil
}

// delegationAt is the position of the entry of a delegation.
func (n *Notary) delegationAt(ctx context.Context, id agreement.ID, delegation string) (int64, error) {
	leaves, err := n.Journal.Leaves(ctx, id, 0)
	if err != nil {
		return 0, fmt.Errorf("looking for the delegation: %w", err)
	}
	for i, leaf := range leaves {
		sealed, err := ledger.Open(leaf)
		if err != nil {
			return 0, fmt.Errorf("looking for the delegation: %w", err)
		}
		event, err := articles.ReadEvent(sealed.Entry.Type, sealed.Entry.Body)
		if e, ok := event.(agreement.SigningDelegated); err == nil && ok && e.ID == delegation {
			return int64(i), nil
		}
	}
	return 0, errors.New("looking for the delegation: it is not in the ledger")
}

// signsAs refuses a statement that says otherwise for whom its signer signs than the ledger does.
func (n *Notary) signsAs(ctx context.Context, v *register.View, who articles.Actor, st signing.Statement) error {
	want, err := n.delegated(ctx, v, who)
	if err != nil {
		return err
	}
	if (want == nil) != (st.Delegated == nil) || want != nil && *want != *st.Delegated {
		return agreement.Refuse("sign", agreement.SignatureBlock, "the statement does not say for whom you sign as the ledger does")
	}
	return nil
}
