// Package account is how people come back to a node without asking for a link: with a passkey that they
// have made, or by a code that is sent to the address which the agreement has for them.
//
// It is about people of agreements and nobody else: who is not named in an agreement has no account,
// and an account opens what the person's roles give them. An address counts as the person's own party
// stands by it; what the other party proposes changes nobody's. Whether an address is known, nobody
// learns here.
//
// Whoever has shown, by a code, by an invitation or at their company's own sign-in, that they read the mail of an
// address sits in every agreement that names it. It is the proof that opens them, and never the name: whoever
// drafts an agreement can write any address into it, and can be given a link or a token of the seat that they
// made, but that shows nobody the address's mail and opens nothing of its owner's. Nothing is kept of who has which
// seats: it follows from the agreements at each request, so that nothing can be read that says which companies
// share a person. A passkey is for one agreement, because its public key stands in the ledger when it signs:
// the same key in two ledgers would tell partners of each other.
package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/ledger/passkey"
	"entente/mail"
)

// A Passkey is a person's, for one agreement. Nothing of it is secret.
type Passkey struct {
	ID         string // public: "pk_…"
	Credential []byte // its id as browsers know it
	Agreement  agreement.ID
	Person     string // pseudonymous id
	Name       string // what the person calls it
	Key        passkey.Key
	Counter    uint32
	Synced     bool // a service keeps it, on several devices
	Created    time.Time
	Used       time.Time // zero before
	Proven     string    // stands for the address that its person had shown to read when it was made; see access.Credential
}

// Passkeys keeps passkeys.
type Passkeys interface {
	// KeepPasskey stores a new passkey durably. The error wraps ErrPasskey if its credential is known, or
	// the person has MostPasskeys.
	KeepPasskey(ctx context.Context, k Passkey) error
	// PasskeysOf are those of a person of an agreement, oldest first.
	PasskeysOf(ctx context.Context, id agreement.ID, person string) ([]Passkey, error)
	// FindPasskey finds one by its credential; false if there is none.
	FindPasskey(ctx context.Context, credential []byte) (Passkey, bool, error)
	// MovePasskey writes name, counter and last use of a person's passkey, and says whether there is one.
	MovePasskey(ctx context.Context, k Passkey) (bool, error)
	// DropPasskey forgets a person's passkey, and says whether there was one.
	DropPasskey(ctx context.Context, id agreement.ID, person, passkey string) (bool, error)
}

// Spent remembers what counts once, or so often: over a restart, and for all processes of a node.
type Spent interface {
	// Count is durable, and says how often the name was counted, this time included: exactly one caller is told 1.
	// From until on it begins anew, and the name may be forgotten.
	Count(ctx context.Context, name string, now, until time.Time) (times int, err error)
}

// MostPasskeys is how many passkeys a person can have for an agreement.
const MostPasskeys = 20

// The errors that callers branch on.
var (
	ErrPasskey    = errors.New("the passkey is not taken")
	ErrExpired    = errors.New("the page was open for too long, or was sent before")
	ErrNoPasskeys = errors.New("this node does not say under which address people reach it, so that it has no passkeys")
)

// A Book knows the accounts of a node. Site may be empty: then there are no passkeys. Mail may lack a
// relay: then nobody is written to. All else is needed.
type Book struct {
	Passkeys Passkeys
	Spent    Spent
	Vault    access.Vault
	Door     *access.Door
	Sealer   *access.Sealer
	Site     passkey.Site
	Mail     *mail.Queue
	Log      *slog.Logger

	named directory
	moved lookout
}

// HasPasskeys reports whether people can have passkeys here.
func (b *Book) HasPasskeys() bool { return b.Site != passkey.Site{} }

// HasMail reports whether people can be written to.
func (b *Book) HasMail() bool { return b.Mail.Relay != nil }

// A Question is what a passkey is asked. The node keeps nothing of it until it is answered: its text
// says until when it counts, and vouches for itself.
type Question struct {
	Text      string // goes into the form that brings the answer
	Challenge []byte // what the browser is given
}

// patience is how long a question counts.
const patience = 10 * time.Minute

// Ask makes a question for one purpose.
func (b *Book) Ask(purpose string) (Question, error) {
	random := make([]byte, 16)
	if _, err := io.ReadFull(b.Door.Rand, random); err != nil {
		return Question{}, fmt.Errorf("drawing a challenge: %w", err)
	}
	body := base64.RawURLEncoding.EncodeToString(random) + "." + strconv.FormatInt(b.Door.Now().Add(patience).Unix(), 10)
	return question(purpose, body+"."+b.Sealer.Tag(questionName+purpose, body)), nil
}

const questionName = "question/"

func question(purpose, text string) Question {
	sum := sha256.Sum256([]byte("entente-passkey-challenge-v1\x00" + purpose + "\x00" + text))
	return Question{text, sum[:]}
}

// answered is the question that a text stands for, if it is one of ours and counts still.
func (b *Book) answered(purpose, text string) (Question, time.Time, error) {
	i := strings.LastIndexByte(text, '.')
	if i < 0 || len(text) > 200 || !access.NewSecret(text[i+1:]).Equal(access.NewSecret(b.Sealer.Tag(questionName+purpose, text[:i]))) {
		return Question{}, time.Time{}, ErrExpired
	}
	_, until, _ := strings.Cut(text[:i], ".")
	seconds, err := strconv.ParseInt(until, 10, 64)
	end := time.Unix(seconds, 0)
	if err != nil || !b.Door.Now().Before(end) {
		return Question{}, time.Time{}, ErrExpired
	}
	return question(purpose, text), end, nil
}

// spend makes a question count once: whoever sends the answer again is refused.
func (b *Book) spend(ctx context.Context, q Question, until time.Time) error {
	times, err := b.Spent.Count(ctx, "question/"+base64.RawURLEncoding.EncodeToString(q.Challenge), b.Door.Now(), until)
	if err == nil && times > 1 {
		err = ErrExpired
	}
	return err
}
