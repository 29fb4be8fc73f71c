package access

import (
	"context"
	"strings"
	"time"
)

// FounderLife is how long the link counts by which somebody comes to begin an agreement.
const FounderLife = 7 * 24 * time.Hour

// Founds reports whether the caller is somebody whom the node's operator has let in to begin an agreement:
// they belong to none by this credential, and their actor's id is the e-mail address that the operator gave.
func (c Caller) Founds() bool { return c.Agreement == "" && !c.Operator && c.Actor.ID != "" }

// LetBegin makes a one-time link by which whoever has an e-mail address comes to begin an agreement. Who has
// the link is taken for whoever has the address, so it goes to them alone. The answer is kept as IssueOnce
// keeps it.
func (d *Door) LetBegin(ctx context.Context, address string, answer func(Key, Credential) (Answer, error)) (Key, Credential, error) {
	return d.IssueOnce(ctx, Grant{Kind: Link, Person: FoldAddress(address), Label: "to begin an agreement", Life: FounderLife}, answer)
}

// FoldAddress is an e-mail address as it is compared.
func FoldAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
