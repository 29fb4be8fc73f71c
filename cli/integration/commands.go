// Package integration has the commands by which two companies join their systems: milestones, the addresses
// at which components are served, the keys with which they are called, and certificates.
package integration

import "entente/cli/terminal"

// Commands are those by which the two systems are joined.
var Commands = []terminal.Command{
	milestoneComplete, milestoneReopen, upstreamSet, upstreamList, upstreamDelete,
	keyIssue, keyRegister, keyPin, keyList, keyRevoke, certificateRecord, certificateList,
}
