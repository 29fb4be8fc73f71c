package account_test

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/articles/draft"
	"entente/calendar"
	"entente/mail"
	"entente/register"
)

var (
	desk   = netip.MustParseAddr("198.51.100.7")
	codeIn = regexp.MustCompile(`(\d{4}) (\d{4})`)
	linkIn = regexp.MustCompile(`https://node\.example/enter/(ent_link_[\w-]+)`)
)

// deliver hands over what was posted, and gives the text of the n-th letter.
func (h *house) letter(n int) (to, text string) {
	h.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for len(h.relay.Letters()) < n && time.Now().Before(deadline) {
		must(h.t, h.book.Mail.Deliver(h.t.Context()))
		time.Sleep(10 * time.Millisecond)
	}
	l := h.relay.Wait(h.t, n)
	if !strings.Contains(l.Body, "Content-Type: text/plain") || !strings.Contains(l.Body, "Content-Type: text/html") {
		h.t.Errorf("it is not written in both forms:\n%s", l.Body)
	}
	return l.To, strings.ReplaceAll(l.Body, "=\n", "")
}

func (h *house) person(id string) agreement.Person {
	h.t.Helper()
	p, ok := must2(h.register.View(h.id)).State.Texts[0].Frame().Person(id)
	if !ok {
		h.t.Fatalf("there is no %s", id)
	}
	return p
}

// code asks for a code as a browser does, and reads the letter.
func (h *house) code(n int, address string) (ticket, code string) {
	h.t.Helper()
	ticket, err := h.book.SendCode(h.t.Context(), address, desk)
	must(h.t, err)
	_, text := h.letter(n)
	found := codeIn.FindStringSubmatch(text)
	if found == nil {
		h.t.Fatalf("no code in %s", text)
	}
	return ticket, found[1] + found[2]
}

func TestACodeEnters(t *testing.T) {
	h := newHouse(t)
	mara := h.person("mara-voss")
	ticket, code := h.code(1, " "+strings.ToUpper(string(mara.Email)))
	if to, _ := h.letter(1); to != string(mara.Email) {
		t.Errorf("it was sent to %s", to)
	}
	_, caller, err := h.book.EnterByCode(t.Context(), ticket, code[:4]+" "+code[4:], desk, "test")
	if err != nil || caller.Agreement != h.id || caller.Actor.ID != h.caller(agreement.A, agreement.Signatory).Actor.ID {
		t.Fatalf("entering: %v, %+v", err, caller)
	}
	if _, _, err := h.book.EnterByCode(t.Context(), ticket, code, desk, "test"); !errors.Is(err, account.ErrCode) {
		t.Errorf("the code counts again: %v", err)
	}
	if strings.Contains(h.log.String(), code) || strings.Contains(h.log.String(), string(mara.Email)) {
		t.Errorf("the log holds it: %s", h.log.String())
	}
}

func TestWhatIsNotTheCode(t *testing.T) {
	h := newHouse(t)
	mara := string(h.person("mara-voss").Email)
	ticket, code := h.code(1, mara)
	other, err := h.book.SendCode(t.Context(), "nobody@nowhere.example", desk)
	must(t, err)
	for name, c := range map[string][2]string{"another browser's": {other, code}, "no browser's": {"tick_none", code}, "another code": {ticket, "0000000x"}, "none": {ticket, ""}, "none for an unknown address": {other, ""}} {
		if _, caller, err := h.book.EnterByCode(t.Context(), c[0], c[1], desk, "test"); !errors.Is(err, account.ErrCode) || caller.Actor.ID != "" {
			t.Errorf("%s: %v, %v", name, caller, err)
		}
	}
	h.pass(10 * time.Minute)
	if _, _, err := h.book.EnterByCode(t.Context(), ticket, code, desk, "test"); !errors.Is(err, account.ErrCode) {
		t.Errorf("an old code: %v", err)
	}
	ticket, code = h.code(2, mara)
	for range 5 {
		h.book.EnterByCode(t.Context(), ticket, "00000000", desk, "test")
	}
	if _, _, err := h.book.EnterByCode(t.Context(), ticket, code, desk, "test"); !errors.Is(err, account.ErrCode) {
		t.Errorf("after five tries: %v", err)
	}
}

// again is the book of a process that has just begun, over the same store.
func (h *house) again() *account.Book {
	b := h.book
	return &account.Book{Passkeys: b.Passkeys, Spent: b.Spent, Vault: b.Vault, Door: b.Door, Sealer: b.Sealer, Site: b.Site, Mail: b.Mail, Log: b.Log}
}

// Tries, use and limits stand in the store: a node that starts again, or another process of it, forgets none.
func TestLimitsHoldOverARestart(t *testing.T) {
	h := newHouse(t)
	mara := string(h.person("mara-voss").Email)
	enter := func(ticket, code string) error { // as another process does
		again := h.again()
		_, _, err := again.EnterByCode(context.Background(), ticket, code, desk, "test")
		return err
	}
	ticket, code := h.code(1, mara)
	for range 5 {
		enter(ticket, "00000000")
	}
	if err := enter(ticket, code); !errors.Is(err, account.ErrCode) {
		t.Errorf("after five tries in five processes: %v", err)
	}
	ticket, code = h.code(2, mara)
	entered := make(chan error)
	for range 4 {
		go func() { entered <- enter(ticket, code) }()
	}
	first := 0
	for range 4 {
		if err := <-entered; err == nil {
			first++
		} else if !errors.Is(err, account.ErrCode) {
			t.Error(err)
		}
	}
	if first != 1 {
		t.Errorf("%d of four at once entered by one code", first)
	}
	again := h.again()
	for range 3 {
		if _, err := again.SendCode(t.Context(), mara, desk); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := again.SendCode(t.Context(), mara, desk); !errors.Is(err, account.ErrTooOften) {
		t.Errorf("asking for the sixth time: %v", err)
	}
}

// An address that is known and one that is not are answered alike; only a letter differs.
func TestNobodyLearnsWhetherAnAddressIsKnown(t *testing.T) {
	h := newHouse(t)
	known, unknown := string(h.person("mara-voss").Email), "nobody@nowhere.example"
	for i := range 7 {
		_, a := h.book.SendCode(t.Context(), known, netip.AddrFrom4([4]byte{10, byte(i), 0, 1}))
		_, b := h.book.SendCode(t.Context(), unknown, netip.AddrFrom4([4]byte{10, byte(i), 1, 1}))
		if !errors.Is(a, b) || i < 5 && a != nil || i >= 5 && !errors.Is(a, account.ErrTooOften) {
			t.Errorf("asking for the %dth time: %v, %v", i+1, a, b)
		}
	}
	h.letter(5)
	for _, l := range h.relay.Letters() {
		if l.To != known {
			t.Errorf("a letter went to %s", l.To)
		}
	}
	h.pass(time.Hour)
	if _, err := h.book.SendCode(t.Context(), known, desk); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestANetworkAsksOnlySoOften(t *testing.T) {
	h := newHouse(t)
	address := func(i int) string {
		return "someone" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@nowhere.example"
	}
	for i := range 30 {
		if _, err := h.book.SendCode(t.Context(), address(i), netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if _, err := h.book.SendCode(t.Context(), address(31), netip.MustParseAddr("198.51.100.99")); !errors.Is(err, account.ErrTooOften) {
		t.Errorf("once more: %v", err)
	}
	if _, err := h.book.SendCode(t.Context(), address(31), netip.MustParseAddr("198.51.101.1")); err != nil {
		t.Errorf("from another network: %v", err)
	}
	for i := range 40 {
		_, _, err := h.book.EnterByCode(t.Context(), "tick_none", "1", netip.MustParseAddr("2001:db8::1"), "test")
		if want := map[bool]error{true: account.ErrCode, false: account.ErrTooOften}[i < 30]; !errors.Is(err, want) {
			t.Fatalf("guessing for the %dth time: %v", i+1, err)
		}
	}
}

// What the other party proposes does not move anybody's address: no code and no invitation goes there.
func TestTheOtherPartyCannotMoveAnAddress(t *testing.T) {
	h := newHouse(t)
	a := draft.Example(calendar.DateOf(start))
	for i, p := range a.Governance.People {
		if p.ID == "mara-voss" {
			a.Governance.People[i].Email = "mara@evil.example"
		}
	}
	b := h.caller(agreement.B, agreement.Signatory)
	h.proposeAs(b, a)
	if _, err := h.book.SendCode(t.Context(), "mara@evil.example", desk); err != nil {
		t.Fatal(err)
	}
	h.code(1, string(h.person("mara-voss").Email))
	if all := h.relay.Letters(); len(all) != 1 || all[0].To != string(h.person("mara-voss").Email) {
		t.Errorf("letters went to %+v", all)
	}
	if _, err := h.book.Invite(t.Context(), access.Caller{Operator: true}, h.id, "mara-voss", keepNothing); err != nil {
		t.Fatal(err)
	}
	if to, _ := h.letter(2); to != string(h.person("mara-voss").Email) {
		t.Errorf("the invitation went to %s", to)
	}
}

func keepNothing(account.Invitation) (access.Answer, error) { return access.Answer{}, nil }

func TestAPartyInvitesItsOwnPeople(t *testing.T) {
	h := newHouse(t)
	signatory, technical := h.caller(agreement.A, agreement.Signatory), h.caller(agreement.A, agreement.Technical)
	invited, err := h.book.Invite(t.Context(), signatory, h.id, "finn-petersen", keepNothing)
	must(t, err)
	to, text := h.letter(1)
	link := linkIn.FindStringSubmatch(text)
	if to != string(h.person("finn-petersen").Email) || link == nil || !strings.Contains(text, "Mara Voss invites you") {
		t.Fatalf("to %s: %s", to, text)
	}
	if _, caller, err := h.book.Door.Redeem(t.Context(), strings.ReplaceAll(link[1], "=3D", "="), "test"); err != nil || caller.Actor.ID != invited.Credential.Person {
		t.Errorf("entering: %v", err)
	}
	var refusal *agreement.Refusal
	for name, c := range map[string]struct {
		by     access.Caller
		person string
	}{"the other party's person": {signatory, "declan-moran"}, "without the role": {technical, "finn-petersen"}, "the other party's signatory": {h.caller(agreement.B, agreement.Signatory), "finn-petersen"}} {
		if _, err := h.book.Invite(t.Context(), c.by, h.id, c.person, keepNothing); !errors.As(err, &refusal) || refusal.Clause != "7.1" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.book.Invite(t.Context(), signatory, h.id, "nobody", keepNothing); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
	stranger := signatory
	stranger.Agreement = "agr_other"
	if _, err := h.book.Invite(t.Context(), stranger, h.id, "finn-petersen", keepNothing); !errors.Is(err, register.ErrUnknown) {
		t.Errorf("of another agreement: %v", err)
	}
	for range 2 {
		must2(h.book.Invite(t.Context(), signatory, h.id, "finn-petersen", keepNothing))
	}
	if _, err := h.book.Invite(t.Context(), signatory, h.id, "finn-petersen", keepNothing); !errors.As(err, &refusal) {
		t.Errorf("a fourth letter within a day: %v", err)
	}
	h.book.Mail.Relay = nil
	if _, err := h.book.Invite(t.Context(), signatory, h.id, "nele-brandt", keepNothing); !errors.Is(err, account.ErrNoMail) {
		t.Errorf("without a relay: %v", err)
	}
	if _, err := h.book.SendCode(context.Background(), "a@b.example", desk); !errors.Is(err, account.ErrNoMail) {
		t.Errorf("a code without a relay: %v", err)
	}
	h.book.Mail.Relay = &mail.Relay{}
	if _, err := h.book.SendCode(context.Background(), "no address", desk); err == nil || errors.Is(err, account.ErrTooOften) {
		t.Errorf("no address: %v", err)
	}
}
