package account

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/register"
)

// A Seat is a person's place in an agreement, on the side of their party.
type Seat struct {
	Agreement agreement.ID
	Member    agreement.Member
	Person    agreement.Person // as their own party stands by them
}

// seats are those of the people who have an address and may enter, by agreement.
func (b *Book) seats(address string) (all []Seat) {
	for _, v := range b.named.naming(b.Door.Register, address) {
		all = append(all, b.seatsIn(v, address)...)
	}
	slices.SortFunc(all, func(a, b Seat) int {
		return cmp.Or(cmp.Compare(a.Agreement, b.Agreement), cmp.Compare(a.Member.ID, b.Member.ID))
	})
	return all
}

// seatsIn are those of one agreement.
func (b *Book) seatsIn(v *register.View, address string) (all []Seat) {
	for _, m := range v.State.Members {
		person, ok := access.Person(v, m)
		if ok && access.FoldAddress(string(person.Email)) == address && v.State.Acts(m, b.Door.Now()) {
			all = append(all, Seat{v.State.ID, m, person})
		}
	}
	return all
}

// proof stands for an address that somebody has shown to read: the node alone can make it, and it tells
// nothing of the address.
func (b *Book) proof(address string) string {
	return b.Sealer.Tag("address", access.FoldAddress(address))
}

// Seats are the caller's: where they have entered and, if they have shown to read the mail of the address
// that this seat has now, every other that has the same address. An agreement that names somebody else's
// address so gives its own people nothing of theirs.
func (b *Book) Seats(c access.Caller) []Seat {
	own, found := b.seat(c)
	switch {
	case !found:
		return nil
	case !b.shown(c, own):
		return []Seat{own}
	}
	return b.seats(access.FoldAddress(string(own.Person.Email)))
}

// Proven reports whether the caller has shown to read the mail of the address that their seat has now.
func (b *Book) Proven(c access.Caller) bool {
	own, found := b.seat(c)
	return found && b.shown(c, own)
}

// seat is where the caller has entered.
func (b *Book) seat(c access.Caller) (Seat, bool) {
	v, err := b.Door.Register.View(c.Agreement)
	if err != nil {
		return Seat{}, false
	}
	m := v.State.Members[c.Actor.ID]
	person, known := access.Person(v, m)
	return Seat{c.Agreement, m, person}, known
}

func (b *Book) shown(c access.Caller, own Seat) bool {
	return c.Proven != "" && own.Person.Email != "" && access.NewSecret(c.Proven).Equal(access.NewSecret(b.proof(string(own.Person.Email))))
}

// At is the caller in another agreement of theirs. The error is register.ErrUnknown if they have no seat
// there, or several and do not say which.
func (b *Book) At(c access.Caller, id agreement.ID) (access.Caller, error) {
	if c.In(id) {
		return c, nil
	}
	v, err := b.Door.Register.View(id)
	if err != nil {
		return access.Caller{}, register.ErrUnknown
	}
	own, found := b.seat(c)
	if !found || !b.shown(c, own) {
		return access.Caller{}, register.ErrUnknown
	}
	seats := b.seatsIn(v, access.FoldAddress(string(own.Person.Email)))
	if len(seats) != 1 {
		return access.Caller{}, register.ErrUnknown
	}
	one := seats[0]
	c.Agreement = id
	c.Actor.Party, c.Actor.ID, c.Actor.Roles = one.Member.Party, one.Member.ID, one.Person.Roles
	return c, nil
}

// Take begins a session at another seat of the caller's; the label says where. The error is
// register.ErrUnknown if it is not theirs.
func (b *Book) Take(ctx context.Context, c access.Caller, id agreement.ID, person, label string) (access.Key, access.Caller, error) {
	if !slices.ContainsFunc(b.Seats(c), func(s Seat) bool { return s.Agreement == id && s.Member.ID == person }) {
		return access.Key{}, access.Caller{}, register.ErrUnknown
	}
	return b.begin(ctx, access.Grant{Agreement: id, Person: person, Label: label, Proven: c.Proven})
}

// EnterAs begins a session for whoever has shown that an address is theirs, at the first of their seats; at
// one of a signed agreement, if there is one, because anybody can draft. The label says where. The error is
// access.ErrNoEntry if no agreement names the address.
func (b *Book) EnterAs(ctx context.Context, address, label string) (access.Key, access.Caller, error) {
	all := b.seats(access.FoldAddress(address))
	if len(all) == 0 {
		return access.Key{}, access.Caller{}, access.ErrNoEntry
	}
	slices.SortStableFunc(all, func(x, y Seat) int { return cmp.Compare(b.drafted(x), b.drafted(y)) })
	return b.begin(ctx, access.Grant{Agreement: all[0].Agreement, Person: all[0].Member.ID, Label: label, Proven: b.proof(address)})
}

// drafted is 1 for a seat of an agreement that nobody has to stand by, and else 0.
func (b *Book) drafted(s Seat) int {
	if v, err := b.Door.Register.View(s.Agreement); err == nil {
		if _, signed := v.State.Life.LastSigned(); signed {
			return 0
		}
	}
	return 1
}

// EnterSeat begins a session at the seat that an address has on one side of one agreement, for whoever somebody
// that this side trusts vouches for. It shows nothing of the address anywhere else. The error is access.ErrNoEntry
// if there is no such seat, or more than one.
func (b *Book) EnterSeat(ctx context.Context, address string, id agreement.ID, p agreement.Party, label string, life time.Duration) (access.Key, access.Caller, error) {
	all := slices.DeleteFunc(b.seats(access.FoldAddress(address)), func(s Seat) bool { return s.Agreement != id || s.Member.Party != p })
	if len(all) != 1 {
		return access.Key{}, access.Caller{}, access.ErrNoEntry
	}
	return b.begin(ctx, access.Grant{Agreement: id, Person: all[0].Member.ID, Label: label, Life: life})
}

// begin makes a session, unless the agreement does not let the person in any more.
func (b *Book) begin(ctx context.Context, g access.Grant) (access.Key, access.Caller, error) {
	g.Kind, g.Life = access.Session, cmp.Or(g.Life, access.SessionLife)
	session, c, err := b.Door.Give(ctx, g)
	if err != nil {
		return access.Key{}, access.Caller{}, err
	}
	caller, err := b.Door.Enter(ctx, session.Text().Reveal(), access.Session)
	if err != nil {
		return access.Key{}, access.Caller{}, errors.Join(err, b.Door.Store.RevokeCredential(ctx, c.ID, b.Door.Now()))
	}
	return session, caller, nil
}
