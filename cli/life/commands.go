// Package life has the commands of an agreement after its signing: what it said when, what was set aside or
// said beside it, who passed it on, how it is suspended, and how it ends.
package life

import "entente/cli/terminal"

// Commands are those of an agreement in force, and of its end.
var Commands = []terminal.Command{
	history, waive, waiverEnd, letterGive, letterShow,
	assign, assignmentConsent, assignmentRefuse, assignmentWithdraw, assignmentList,
	suspend, resume, breachNotify, breachCure, changeNotify, changeSettle, terminate,
}
