// Package negotiation has the commands by which an agreement comes to be on a node: proposed, discussed clause
// by clause, compared, and signed.
package negotiation

import "entente/cli/terminal"

// Commands are those of a negotiation.
var Commands = []terminal.Command{
	negotiateStatus, negotiatePropose, negotiateCounter, negotiateAccept, negotiateReject, negotiateWithdraw,
	negotiateDelegate, negotiateDelegations, negotiateRecall, negotiateCode, negotiateSign, negotiateRedline,
	negotiateComment, negotiateReply, negotiateResolve, negotiateComments, negotiateNote, negotiateNotes, negotiateForget,
}
