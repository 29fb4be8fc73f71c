package account

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"

	"entente/access"
	"entente/mail"
	"entente/mail/paper"
)

// The errors of codes that callers branch on.
var (
	ErrTooOften = errors.New("too many codes were asked for; wait an hour, or enter by another way")
	ErrCode     = errors.New("the code is not the one that was sent, or it counts no more")
	ErrNoMail   = errors.New("this node writes no letters: its operator has named no mail relay")
)

// Limits of codes. They stand in the store: a restart forgets none, and all processes of a node share them.
const (
	codeLife     = 10 * time.Minute
	codeDigits   = 8
	codeTries    = 5
	perAddress   = 5  // letters to an address within an hour
	perNetwork   = 30 // askings, and failed tries, from a network within an hour
	countingSpan = time.Hour
)

// A ticket is what an asking for a code comes to, whether the address is known or not: so nobody can tell. The node
// keeps nothing of it. Whoever asked has it, sealed, and the code follows from it and the node's own key.
type ticket struct {
	ID      string    `json:"id"`
	Purpose string    `json:"purpose"` // what the code is for; it opens nothing else
	Address string    `json:"address"`
	Until   time.Time `json:"until"`
}

// toEnter is the purpose of a code by which a person enters.
const toEnter = "enter"

const ticketName = "code-ticket"

// SendCode sends a code to an address if it is that of a person here, and gives the ticket with which the
// code counts. Whether it is, the answer does not say and does not take longer to say. The error is
// ErrTooOften, ErrNoMail, or that the address is none.
func (b *Book) SendCode(ctx context.Context, address string, from netip.Addr) (ticket string, err error) {
	if !b.HasMail() {
		return "", ErrNoMail
	}
	address = access.FoldAddress(address)
	if err := mail.CheckAddress(address); err != nil {
		return "", err
	}
	t, sealed, err := b.ask(ctx, toEnter, address, from)
	if err != nil {
		return "", err
	}
	code := b.spelled(t)
	if known := b.seats(address); len(known) > 0 {
		letter := mail.Letter{To: string(known[0].Person.Email), Subject: "Your code to enter Entente"}
		sheet := paper.Paper{Title: letter.Subject, Blocks: []paper.Block{
			{Text: "Somebody asked for a code to enter Entente at " + b.Site.Origin + " with your address.", Code: code},
			{Text: "It counts once, for ten minutes, in the browser that asked for it. Nobody will ever ask you for it: if somebody does, or if it was not you who asked, ignore this letter."},
		}}
		go func() { // whoever asked does not wait for it: that it is written would show that the address is known
			if err := b.postCode(context.WithoutCancel(ctx), t, letter, sheet); err != nil {
				b.Log.Error("a code was not sent", "error", err)
			}
		}()
	}
	return sealed, nil
}

// ask makes a ticket, if the address and the network may still ask for one.
func (b *Book) ask(ctx context.Context, purpose, address string, from netip.Addr) (t ticket, sealed string, err error) {
	for _, limit := range []struct {
		of   string
		most int
	}{{"address/" + address, perAddress}, {"network/" + access.Network(from), perNetwork}} {
		if err := b.allow(ctx, limit.of, limit.most); err != nil {
			return t, "", err
		}
	}
	id, err := access.NewID(b.Door.Rand, "tick_")
	if err != nil {
		return t, "", err
	}
	t = ticket{id, purpose, address, b.Door.Now().UTC().Add(codeLife).Truncate(time.Second)}
	text, err := json.Marshal(t)
	if err != nil {
		return t, "", fmt.Errorf("writing a ticket: %w", err)
	}
	sealed, err = b.Sealer.Seal(ticketName, access.NewSecret(string(text)))
	return t, sealed, err
}

// open is the ticket that was sealed, while it counts for a purpose.
func (b *Book) open(purpose, sealed string) (t ticket, ok bool) {
	text, err := b.Sealer.Open(ticketName, sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text.Reveal()), &t)
	}
	return t, err == nil && t.Purpose == purpose && b.Door.Now().Before(t.Until)
}

// code is the code of a ticket. Of 128 bits the division favours no code that anybody could notice.
func (b *Book) code(t ticket) access.Secret {
	sum := sha256.Sum256([]byte(b.Sealer.Tag("code", t.Purpose+"\x00"+t.Address+"\x00"+t.ID)))
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(codeDigits), nil)
	n := new(big.Int).Mod(new(big.Int).SetBytes(sum[:16]), most)
	return access.NewSecret(fmt.Sprintf("%0*d", codeDigits, n))
}

// spelled is the code as a letter shows it.
func (b *Book) spelled(t ticket) string {
	digits := b.code(t).Reveal()
	return digits[:codeDigits/2] + " " + digits[codeDigits/2:]
}

// postCode posts a letter with a code.
func (b *Book) postCode(ctx context.Context, t ticket, l mail.Letter, sheet paper.Paper) error {
	l.Key, l.Expires = "code/"+t.ID, t.Until
	return b.post(ctx, l, sheet)
}

// EnterByCode begins a session for whoever has a code, at the first of their seats; the label says where. The code
// counts once, with the ticket that it was asked for with, and no more after five tries. The error is ErrCode,
// whatever is wrong, ErrTooOften, or access.ErrNoEntry if no agreement names them.
func (b *Book) EnterByCode(ctx context.Context, ticket, code string, from netip.Addr, label string) (access.Key, access.Caller, error) {
	t, err := b.redeem(ctx, toEnter, ticket, code, from)
	if err != nil {
		return access.Key{}, access.Caller{}, err
	}
	return b.EnterAs(ctx, t.Address, label)
}

// redeem is the ticket whose code was typed, once.
func (b *Book) redeem(ctx context.Context, purpose, sealed, code string, from netip.Addr) (ticket, error) {
	t, right := b.open(purpose, sealed)
	if right {
		tries, err := b.Spent.Count(ctx, "code-tried/"+t.ID, b.Door.Now(), t.Until)
		if err != nil {
			return t, err
		}
		typed := access.NewSecret(strings.Join(strings.Fields(code), ""))
		right = b.code(t).Equal(typed) && tries <= codeTries
	}
	if right {
		used, err := b.Spent.Count(ctx, "code-used/"+t.ID, b.Door.Now(), t.Until)
		if err != nil {
			return t, err
		}
		right = used == 1
	}
	if right {
		return t, nil
	}
	if err := b.allow(ctx, "failed/"+access.Network(from), perNetwork); err != nil {
		return t, err
	}
	return t, ErrCode
}

// allow counts something, and is ErrTooOften when it was counted too often within an hour. What is counted is
// kept as a tag that nobody can read back.
func (b *Book) allow(ctx context.Context, of string, most int) error {
	now := b.Door.Now()
	times, err := b.Spent.Count(ctx, "asked/"+b.Sealer.Tag("asked", of), now, now.Add(countingSpan))
	if err == nil && times > most {
		err = ErrTooOften
	}
	return err
}
