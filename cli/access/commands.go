// Package access has the commands that say who comes into a node, and by what: links and tokens for people,
// passkeys, the accounts and keys of programs, a company's own sign-in, and how all of them end.
package access

import "entente/cli/terminal"

// Commands are those that say who comes in, and by what.
var Commands = []terminal.Command{
	link, begin, token, signer, list, revoke, invite, passkeys, forget,
	signInSet, signInShow, signInRemove, serviceMake, serviceList, serviceEnd, erase,
}
