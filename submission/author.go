package submission

import (
	"context"
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/register"
)

// An Author is somebody who opens an agreement that they are to act under themselves.
type Author struct {
	Address agreement.Email // by which its file has to name them
	// Knows says of which agreements they may learn that their text or number is there already.
	Knows func(agreement.ID) bool
	// May counts what they open, right before they do, and says why they may not.
	May func(context.Context) error
}

// check refuses an agreement under which its author would not act: its file has to name their address for one
// person, who may propose versions. Nobody speaks for a party by having written the file.
func (o *Author) check(a articles.Agreement, s Submission) error {
	if len(s.Package) > 0 {
		return fault("package", "an agreement is opened without signatures; bring them to the version that is then before the parties")
	}
	same := func(p agreement.Person) bool {
		return access.FoldAddress(string(p.Email)) == access.FoldAddress(string(o.Address))
	}
	at := slices.IndexFunc(a.Governance.People, same)
	switch {
	case at < 0 || slices.ContainsFunc(a.Governance.People[at+1:], same):
		return fault("file", "clause 7.1 has to name you, once, with the address %s: whoever opens an agreement acts under it", o.Address)
	case !articles.May(articles.State{}, articles.Actor{Party: a.Governance.People[at].Party, Roles: a.Governance.People[at].Roles}, agreement.Propose{}):
		return fault("file", "clause 7.1 has to make you a signatory or a legal contact: those open agreements and propose versions")
	}
	return nil
}

// known are the agreements of which whoever opens another may learn. The operator knows all.
func (c *Clerk) known(o *Author) []*register.View {
	all := c.Register.Views()
	if o == nil {
		return all
	}
	return slices.DeleteFunc(all, func(v *register.View) bool { return !o.Knows(v.State.ID) })
}
