// Package negotiation has the commands by which an agreement comes to be on a node: proposed, discussed clause
// by clause, compared, and signed.
package negotiation

import "entente/cli/terminal"

// Commands are those of a negotiation.
var Commands = []terminal.Command{
	status, propose, counter, accept, reject, withdraw,
	delegate, delegations, recall, code, sign, redline,
	comment, reply, resolve, comments, note, notes, forget,
}
