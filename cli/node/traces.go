package node

import (
	"context"
	"fmt"
	"strings"

	"entente/access/account"
	"entente/agreement"
	"entente/articles/signing"
)

// ownTraces gives what earlier releases kept of where signers came from to the signers, so that it goes with them when
// they are erased. What belongs to nobody who is known goes now.
func (n *Node) ownTraces(ctx context.Context) error {
	begin := account.LooseTrace("")
	loose, err := n.store.LooseSecrets(ctx, begin)
	if err != nil || len(loose) == 0 {
		return err
	}
	signers, whole := n.signers()
	for _, name := range loose {
		nonce := strings.TrimPrefix(name, begin)
		s, known := signers[nonce]
		if known {
			err = n.Accounts.OwnTrace(ctx, nonce, s.agreement, s.person)
		}
		if err == nil && (known || whole) {
			err = n.store.DropSecret(ctx, name)
		}
		if err != nil {
			return fmt.Errorf("finding whose %s is: %w", name, err)
		}
	}
	return nil
}

type signer struct {
	agreement agreement.ID
	person    string // pseudonymous id
}

// signers are those who signed with a nonce and were not erased, by it; not whole if a statement could not be read.
func (n *Node) signers() (all map[string]signer, whole bool) {
	all, whole = map[string]signer{}, true
	for _, v := range n.Register.Views() {
		for _, version := range v.State.Life.Versions {
			for _, s := range version.Signatures {
				statement, err := n.documents.Document(s.Statement)
				whole = whole && err == nil
				if nonce := signing.NonceOf(statement); nonce != "" && !v.State.Members[s.Signer].Erased {
					all[nonce] = signer{v.State.ID, s.Signer}
				}
			}
		}
	}
	return all, whole
}
